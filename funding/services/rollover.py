"""Bring unspent money into the next cycle: it stays close to home, in dated lots, or returns to the fund (R17-R19)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from communities.models import Area, User
from funding.models import (
    Account,
    AccountKind,
    AllocationRun,
    AreaShare,
    Colour,
    Cycle,
    EntryKind,
    Pot,
    RolloverLot,
)
from funding.rules.parameters import read_parameters
from funding.rules.rollover import Lot, carry, overflow_to, redistribute
from funding.services.ledger import EntryDraft, balances, post_entries
from funding.services.small_awards import end_purses_of
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError


class NotReadyToRoll(DomainError):
    """Both cycles must be divided, and the money rolls once."""


@transaction.atomic
def roll_over(*, cycle_id: int, now: datetime, actor: User | None = None) -> int:
    """Roll what the cycle before left into this one, area by area from below; returns how many lots were made.

    R17: lots stay for up to two rounds, at most half of the area's new pot. R18: what overflows becomes the parent's
    lots, one level a round, keeping its origin; what is too old there is shared over all the parent's children by
    their weights. Capital stays capital. Where the parameter set does not carry forward, everything that is left
    returns to the source, to be put into the next sum. Doing it again changes nothing.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("fund").get(pk=cycle_id)
    before = Cycle.objects.filter(fund=cycle.fund, year=cycle.year - 1).first()
    run = AllocationRun.objects.posted().filter(cycle=cycle).first()
    if before is None or run is None:
        raise NotReadyToRoll(cycle_id=cycle_id)
    if RolloverLot.objects.filter(cycle=cycle).exists():
        return 0
    rules = read_parameters(run.parameter_set.document)
    end_purses_of(cycle_id=before.pk, now=now, actor=actor)
    if not rules.carry_forward:
        return return_leftovers(before, now=now, actor=actor)
    areas = {area.pk: area for area in Area.objects.select_related("parent")}
    pots = {(pot.area_id, pot.colour): pot for pot in Pot.objects.filter(cycle=cycle)}
    lots = _lots_by_area(before, areas)
    drafts, made = [], []
    for (area_id, colour), mine in sorted(lots.items()):
        if (area_id, colour) not in pots:
            continue
        pot, area = pots[area_id, colour], areas[area_id]
        carried = carry(
            mine,
            round_number=cycle.year,
            next_pot_pence=pot.amount_pence,
            rounds=rules.rollover_rounds,
            cap_bp=rules.rollover_cap_bp,
        )
        up = overflow_to(carried.overflow, parent=str(area.parent_id or area_id), round_number=cycle.year)
        landing: dict[int, list[Lot]] = {area_id: list(carried.kept)}
        expired = [lot for lot in up.to_parent if area.parent_id is None]
        for lot in up.to_parent:
            if area.parent_id is not None:
                landing.setdefault(area.parent_id, []).append(lot)
        if expired:
            weights = {
                str(share.area_id): share.weight
                for share in AreaShare.objects.filter(run=run, colour=colour, area__parent_id=area_id)
            }
            for code, pence in redistribute(sum(lot.pence for lot in expired), weights).items():
                if pence:
                    landing.setdefault(int(code), []).append(Lot(code, colour, pence, cycle.year, str(area_id)))
        legs = _legs(before, cycle, colour, area_id, landing, pots)
        drafts.append(EntryDraft(f"roll/{cycle.pk}/{colour}/{area.code}", EntryKind.ROLLED, legs, rule="R17"))
        made += [
            RolloverLot(
                area_id=target,
                cycle=cycle,
                colour=colour,
                pence=lot.pence,
                born=lot.born,
                origin_id=int(lot.origin),
                tag=lot.tag,
                made_at=now,
            )
            for target, landed in landing.items()
            for lot in landed
        ]
    post_entries(drafts, now=now, actor=actor)
    RolloverLot.objects.filter(cycle=before, closed_at__isnull=True).update(closed_at=now)
    RolloverLot.objects.bulk_create(made)
    record(actor=actor, action="cycle.rolled_over", subject=cycle, lots=len(made))
    return len(made)


def _lots_by_area(before: Cycle, areas: Mapping[int, Area]) -> dict[tuple[int, str], list[Lot]]:
    """Return what each area's old pots still hold, as lots: the older ones first, the rest born in that cycle.

    Spending takes the oldest money first, so what is left is counted against the newest lots first.
    """
    pots = Pot.objects.filter(cycle=before).select_related("account")
    held = balances(pot.account_id for pot in pots)
    older: dict[tuple[int, str], list[RolloverLot]] = {}
    for row in RolloverLot.objects.filter(cycle=before, closed_at__isnull=True).order_by("-born", "id"):
        older.setdefault((row.area_id, row.colour), []).append(row)
    lots: dict[tuple[int, str], list[Lot]] = {}
    for pot in pots:
        left = held.get(pot.account_id, 0)
        if left <= 0:
            continue
        own = min(left, pot.for_projects_pence)
        mine = [Lot(str(pot.area_id), pot.colour, own, before.year, str(pot.area_id))] if own else []
        left -= own
        for row in older.get((pot.area_id, pot.colour), []):
            kept = min(left, row.pence)
            left -= kept
            if kept:
                mine.append(Lot(str(pot.area_id), pot.colour, kept, row.born, str(row.origin_id), row.tag))
        lots[pot.area_id, pot.colour] = mine
    return lots


def _legs(
    before: Cycle,
    cycle: Cycle,
    colour: str,
    area_id: int,
    landing: Mapping[int, list[Lot]],
    pots: Mapping[tuple[int, str], Pot],
) -> dict[int, int]:
    """Move an area's leftover from its old pot to the new pots where its lots land."""
    old = Pot.objects.get(cycle=before, area_id=area_id, colour=colour)
    legs = {old.account_id: -sum(lot.pence for landed in landing.values() for lot in landed)}
    for target, landed in landing.items():
        account = pots[target, colour].account_id
        legs[account] = legs.get(account, 0) + sum(lot.pence for lot in landed)
    return {account: pence for account, pence in legs.items() if pence}


@transaction.atomic
def return_leftovers(cycle: Cycle, *, now: datetime, actor: User | None = None) -> int:
    """Return every pot's and the reserve's leftover to the source, by colour (R19; the year-end return)."""
    accounts = Account.objects.filter(
        cycle=cycle, kind__in=[AccountKind.POT, AccountKind.RESERVE, AccountKind.UNALLOCATED]
    ).order_by("code")
    held = balances(account.pk for account in accounts)
    sources = {account.colour: account.pk for account in Account.objects.filter(cycle=cycle, kind=AccountKind.SOURCE)}
    drafts = [
        EntryDraft(
            f"return/{cycle.pk}/{account.code}",
            EntryKind.ROLLED,
            {account.pk: -held[account.pk], sources[account.colour]: held[account.pk]},
            reason="year-end return",
            rule="R19",
        )
        for account in accounts
        if held.get(account.pk, 0) > 0
    ]
    post_entries(drafts, now=now, actor=actor)
    record(actor=actor, action="cycle.returned", subject=cycle, movements=len(drafts))
    return len(drafts)


@transaction.atomic
def return_reserve(*, cycle_id: int, now: datetime, actor: User | None = None) -> dict[str, int]:
    """Give what is left of a closed cycle's reserve back to the source, to be added to the next sum by colour (R19)."""
    cycle = Cycle.objects.select_related("fund").get(pk=cycle_id)
    returned = {}
    drafts = []
    for account in Account.objects.filter(cycle=cycle, kind=AccountKind.RESERVE).order_by("colour"):
        pence = balances([account.pk]).get(account.pk, 0)
        if pence <= 0:
            continue
        source = Account.objects.get(cycle=cycle, kind=AccountKind.SOURCE, colour=account.colour)
        drafts.append(
            EntryDraft(
                f"reserve-return/{cycle.pk}/{account.colour}",
                EntryKind.ROLLED,
                {account.pk: -pence, source.pk: pence},
                reason="reserve left at year end",
                rule="R19",
            )
        )
        returned[account.colour] = pence
    post_entries(drafts, now=now, actor=actor)
    record(actor=actor, action="cycle.reserve_returned", subject=cycle, **returned)
    return returned


class TooMuchMoved(DomainError):
    """An area may move at most a fifth of its revenue to capital, before a round opens."""


MOVE_BP = 2_000


@transaction.atomic
def move_to_capital(*, area_id: int, cycle_id: int, pence: int, now: datetime, actor: User | None = None) -> None:
    """Move revenue to capital by the area’s vote: at most 20 %, once a cycle, never back (DESIGN.md §4)."""
    pots = {
        pot.colour: pot
        for pot in Pot.objects.select_for_update(of=("self",)).filter(area_id=area_id, cycle_id=cycle_id).order_by("pk")
    }
    revenue, capital = pots.get(Colour.REVENUE), pots.get(Colour.CAPITAL)
    most = revenue.for_projects_pence * MOVE_BP // 10_000 if revenue else 0
    if revenue is None or capital is None or not 0 < pence <= most:
        raise TooMuchMoved(asked=pence, most=most)
    draft = EntryDraft(
        f"colour/{cycle_id}/{area_id}",
        EntryKind.COLOUR_MOVED,
        {revenue.account_id: -pence, capital.account_id: pence},
        reason="by the area's vote",
        rule="R19",
    )
    post_entries([draft], now=now, actor=actor)
    record(actor=actor, action="pot.moved_to_capital", subject=capital, pence=pence)
