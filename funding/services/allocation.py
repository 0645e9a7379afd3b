"""Divide a cycle: ask for a run, compute it, have two people sign it, post it, correct it (R§4.7).

Every step may be killed at any line and done again: it either finished with its transaction or left no trace.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from communities.models import Area, User
from funding.models import (
    Account,
    AccountKind,
    AllocationRun,
    AreaShare,
    Colour,
    Cycle,
    Entry,
    EntryKind,
    ParameterSet,
    Pot,
    RunApproval,
    RunState,
)
from funding.rules.need import Need
from funding.rules.parameter_reader import read_parameters
from funding.rules.parameters import WHOLE_BP, Parameters
from funding.rules.split import TreeSplit, split_tree
from funding.rules.tree import Tree, TreeArea, grow_tree
from funding.services.ledger import EntryDraft, account_code, open_accounts, post_entries
from funding.services.parameter_sets import put_into_use
from funding.tasks import compute_allocation, post_allocation
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.errors import DomainError
from renewal.kernel.outbox import send_later

LOCK_RUNS = 0x52_31_52_36  # one allocation at a time, whatever the number of workers
SIGNATURES = 2
INPUTS_VERSION = 1


class CannotSign(DomainError):
    """This person cannot sign this run: asked for it, signed before, or saw other figures."""


class RunNotReady(DomainError):
    """The run is not in the state that this step starts from."""


@transaction.atomic
def request_run(
    *,
    cycle_id: int,
    parameter_set_id: int,
    now: datetime,
    actor: User | None = None,
    corrects_id: int | None = None,
) -> AllocationRun:
    """Freeze the inputs of a run and promise to compute it; the same inputs give the same run again.

    Raises ParameterError where the sums, the set and the tree do not fit each other, and writes nothing.
    ``corrects_id``: the posted run whose postings this one will take back.
    """
    cycle = Cycle.objects.select_related("fund").get(pk=cycle_id)
    parameter_set = ParameterSet.objects.get(pk=parameter_set_id)
    corrects = AllocationRun.objects.get(pk=corrects_id) if corrects_id else None
    if corrects and corrects.state != RunState.POSTED:
        raise RunNotReady(run_id=corrects_id, state=corrects.state)
    inputs = gather_inputs(cycle=cycle, parameter_set=parameter_set, corrects=corrects)
    split_inputs(inputs)  # refuses now, in words, what would fail later
    run, created = AllocationRun.objects.get_or_create(
        input_hash=digest(inputs),
        defaults={
            "cycle": cycle,
            "parameter_set": parameter_set,
            "inputs": inputs,
            "corrects": corrects,
            "asked_by": actor,
            "asked_at": now,
        },
    )
    if created:
        put_into_use(parameter_set_id=parameter_set_id, now=now)
        record(actor=actor, action="allocation.asked", subject=run, input_hash=run.input_hash)
        send_later(compute_allocation, run_id=run.pk)
    return run


def gather_inputs(*, cycle: Cycle, parameter_set: ParameterSet, corrects: AllocationRun | None) -> dict[str, Any]:
    """Write everything a run depends on as plain data: sums, parameters, and each area as it stands in the cycle."""
    last: dict[int, dict[str, int]] = {}
    for pot in Pot.objects.filter(cycle__fund=cycle.fund, cycle__year=cycle.year - 1):
        last.setdefault(pot.area_id, {})[pot.colour] = pot.amount_pence
    _add_what_was_merged_in(last, on=cycle.starts_on)
    areas = Area.objects.current(on=cycle.starts_on).select_related("parent").order_by("code")
    if cycle.fund.area:
        areas = areas.filter(path__startswith=cycle.fund.area.path)
    return {
        "version": INPUTS_VERSION,
        "fund": cycle.fund.slug,
        "year": cycle.year,
        "pence": {Colour.CAPITAL.value: cycle.capital_pence, Colour.REVENUE.value: cycle.revenue_pence},
        "parameters": parameter_set.document,
        "corrects": corrects.input_hash if corrects else "",
        "areas": [
            {
                "code": area.code,
                "level": area.level,
                "parent": area.parent.code if area.parent else "",
                "people": area.population,
                "need": need_of(area),
                "body": area.has_body,
                "last": last.get(area.pk, {}),
            }
            for area in areas
        ],
    }


def _add_what_was_merged_in(last: dict[int, dict[str, int]], *, on: date) -> None:
    """Count the last pots of areas that ended with that of the one area that took them in and had a pot itself (R6)."""
    links: dict[int, list[int]] = {}
    ended = Area.successors.through.objects.filter(from_area__valid_to__lte=on, from_area_id__in=last)
    for former, successor in ended.order_by("from_area_id").values_list("from_area_id", "to_area_id"):
        links.setdefault(former, []).append(successor)
    for former, successors in links.items():
        if len(successors) == 1 and successors[0] in last:
            for colour, pence in last[former].items():
                last[successors[0]][colour] = last[successors[0]].get(colour, 0) + pence


def need_of(area: Area) -> int | None:
    """Return an area's published need percentile in ten-thousandths."""
    return area.need_ten_thousandths


def split_inputs(inputs: Mapping[str, Any]) -> tuple[Tree, Parameters, dict[str, TreeSplit]]:
    """Work out both colours from stored inputs; a colour without money is left out."""
    parameters = read_parameters(inputs["parameters"])
    splits = {}
    tree = tree_of(inputs, colour="")
    for colour, pence in sorted(inputs["pence"].items()):
        if pence:
            has_last = any(area["last"] for area in inputs["areas"])
            splits[colour] = split_tree(pence, tree_of(inputs, colour=colour) if has_last else tree, parameters)
    return tree, parameters, splits


def tree_of(inputs: Mapping[str, Any], *, colour: str) -> Tree:
    """Grow the tree of stored inputs; ``colour`` chooses whose last pots bound the new ones (R6)."""
    return grow_tree(
        TreeArea(
            code=area["code"],
            level=area["level"],
            parent=area["parent"],
            people=area["people"],
            need=Need(deprivation=area["need"]),
            has_body=area["body"],
            last_pence=area["last"].get(colour),
        )
        for area in inputs["areas"]
    )


@transaction.atomic
def compute_run(*, run_id: int, now: datetime) -> AllocationRun:
    """Work out a run from its stored inputs and keep a line for each area; a run worked out before is left alone."""
    _one_at_a_time()
    run = AllocationRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.DRAFT:
        return run
    _, parameters, splits = split_inputs(run.inputs)
    ids = dict(Area.objects.values_list("code", "pk"))
    for colour, split in splits.items():
        AreaShare.objects.bulk_create(
            AreaShare(
                run=run,
                area_id=ids[code],
                colour=colour,
                weight=line.weight,
                floor_pence=line.floor_pence,
                cap_pence=line.cap_pence,
                received_pence=line.received_pence,
                kept_pence=line.kept_pence,
                unallocated_pence=line.unallocated_pence,
            )
            for code, line in split.areas.items()
        )
    outcome_hash = digest({colour: split.document() for colour, split in splits.items()})
    AllocationRun.objects.filter(pk=run.pk, state=RunState.DRAFT).update(
        state=RunState.COMPUTED, outcome_hash=outcome_hash, totals=totals_of(splits, parameters), computed_at=now
    )
    record(actor=None, action="allocation.computed", subject=run, outcome_hash=outcome_hash)
    run.refresh_from_db(fields=["state", "outcome_hash", "totals", "computed_at"])
    return run


def totals_of(splits: Mapping[str, TreeSplit], parameters: Parameters) -> dict[str, Any]:
    """Add a split up by colour: total, reserve, levels, who is absent, what is set aside for taking part."""
    return {
        colour: {
            "total": split.total_pence,
            "reserve": split.reserve_pence,
            "unallocated": split.unallocated_pence,
            "levels": split.by_level(),
            "absent": sorted(split.absent),
            "participation": sum(participation(line.kept_pence, colour, parameters) for line in split.areas.values()),
        }
        for colour, split in splits.items()
    }


def participation(kept_pence: int, colour: str, parameters: Parameters) -> int:
    """Return what of a revenue pot pays letters, paper, formats, interpreters, venues and helpers."""
    return kept_pence * parameters.participation_bp // WHOLE_BP if colour == Colour.REVENUE else 0


@transaction.atomic
def approve_run(*, run_id: int, user: User, outcome_hash: str, now: datetime) -> AllocationRun:
    """Sign the figures of a run by their hash; the second signature of another person promises the posting.

    The one who asked for the run cannot sign, nobody signs twice, and a signature holds only for the figures seen.
    """
    run = AllocationRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.COMPUTED:
        raise RunNotReady(run_id=run_id, state=run.state)
    if run.asked_by_id == user.pk or run.outcome_hash != outcome_hash:
        raise CannotSign(run_id=run_id, user_id=user.pk, asked=run.asked_by_id == user.pk)
    _, created = RunApproval.objects.get_or_create(
        run=run, user=user, defaults={"outcome_hash": outcome_hash, "at": now}
    )
    if not created:
        raise CannotSign(run_id=run_id, user_id=user.pk, asked=False)
    record(actor=user, action="allocation.signed", subject=run, outcome_hash=outcome_hash)
    if run.approvals.count() >= SIGNATURES:
        AllocationRun.objects.filter(pk=run.pk, state=RunState.COMPUTED).update(state=RunState.APPROVED)
        send_later(post_allocation, run_id=run.pk)
    run.refresh_from_db(fields=["state"])
    return run


@transaction.atomic
def post_run(*, run_id: int, now: datetime) -> AllocationRun:
    """Bring a signed run into the ledger and set the pots; a run posted before is left alone.

    A correction takes back the postings of the run it corrects in the same movement, so that no account is below zero
    in between; where money that would go has been promised already, it raises Overspent and changes nothing.
    """
    _one_at_a_time()
    run = AllocationRun.objects.select_for_update(of=("self",)).select_related("cycle__fund").get(pk=run_id)
    if run.state == RunState.POSTED:
        return run
    if run.state != RunState.APPROVED:
        raise RunNotReady(run_id=run_id, state=run.state)
    parameters = read_parameters(run.inputs["parameters"])
    shares = list(AreaShare.objects.filter(run=run).select_related("area").order_by("colour", "area__path"))
    accounts = open_accounts(_accounts(run, shares, parameters))
    drafts = _drafts(run, shares, accounts, parameters)
    if run.corrects_id:
        drafts = [*_take_back(run), *drafts]
        moved = AllocationRun.objects.filter(pk=run.corrects_id, state=RunState.POSTED).update(
            state=RunState.REVERSED, reversed_at=now
        )
        if not moved:
            raise RunNotReady(run_id=run.corrects_id, state="reversed")
    post_entries(drafts, now=now, run=run, parameter_hash=run.parameter_set.digest)
    _set_pots(run, shares, accounts, parameters)
    AllocationRun.objects.filter(pk=run.pk, state=RunState.APPROVED).update(state=RunState.POSTED, posted_at=now)
    record(actor=None, action="allocation.posted", subject=run, outcome_hash=run.outcome_hash)
    run.refresh_from_db(fields=["state", "posted_at"])
    return run


def _one_at_a_time() -> None:
    """Queue behind any other run until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_RUNS])


def _code(run: AllocationRun, colour: str, kind: AccountKind, of: str = "") -> str:
    return account_code(fund=run.cycle.fund.slug, year=run.cycle.year, colour=colour, kind=kind, of=of)


def _accounts(run: AllocationRun, shares: list[AreaShare], parameters: Parameters) -> list[Account]:
    """Name every account that the run needs, in a fixed order."""
    accounts = [
        Account(code=_code(run, colour, kind), kind=kind, colour=colour, cycle=run.cycle, restricted=kind != "source")
        for colour in sorted({share.colour for share in shares})
        for kind in (AccountKind.SOURCE, AccountKind.RESERVE, AccountKind.UNALLOCATED)
    ]
    for share in shares:
        kinds = [AccountKind.POT]
        if participation(share.kept_pence, share.colour, parameters):
            kinds.append(AccountKind.PARTICIPATION)
        accounts += [
            Account(
                code=_code(run, share.colour, kind, share.area.code),
                kind=kind,
                colour=share.colour,
                cycle=run.cycle,
                area=share.area,
            )
            for kind in kinds
        ]
    return accounts


def _drafts(
    run: AllocationRun, shares: list[AreaShare], accounts: Mapping[str, Account], parameters: Parameters
) -> list[EntryDraft]:
    """Write the run as movements: into the fund, down from each area to those below it, and what is set aside."""
    drafts = []
    for colour in sorted({share.colour for share in shares}):
        mine = [share for share in shares if share.colour == colour]
        below: dict[int, list[AreaShare]] = {}
        for share in mine:
            below.setdefault(share.area.parent_id or 0, []).append(share)
        held = {share.area_id: accounts[_code(run, colour, AccountKind.POT, share.area.code)].pk for share in mine}
        key = f"run/{run.input_hash}/{colour}"
        (root,) = below[0]
        total, reserve = run.totals[colour]["total"], run.totals[colour]["reserve"]
        drafts.append(
            EntryDraft(
                f"{key}/in",
                EntryKind.FUND_IN,
                {
                    accounts[_code(run, colour, AccountKind.SOURCE)].pk: -total,
                    accounts[_code(run, colour, AccountKind.RESERVE)].pk: reserve,
                    held[root.area_id]: total - reserve,
                },
                rule="R1",
            )
        )
        for share in mine:
            code = share.area.code
            if kids := below.get(share.area_id, []):
                legs = {held[kid.area_id]: kid.received_pence for kid in kids}
                legs[held[share.area_id]] = -share.passed_pence
                if share.passed_pence:
                    drafts.append(EntryDraft(f"{key}/down/{code}", EntryKind.PASSED_DOWN, legs, rule="R5"))
            if share.unallocated_pence:
                unallocated = accounts[_code(run, colour, AccountKind.UNALLOCATED)].pk
                legs = {held[share.area_id]: -share.unallocated_pence, unallocated: share.unallocated_pence}
                drafts.append(EntryDraft(f"{key}/held/{code}", EntryKind.HELD_BACK, legs, rule="R5"))
            if aside := participation(share.kept_pence, colour, parameters):
                to = accounts[_code(run, colour, AccountKind.PARTICIPATION, code)].pk
                legs = {held[share.area_id]: -aside, to: aside}
                drafts.append(EntryDraft(f"{key}/part/{code}", EntryKind.PARTICIPATION, legs, rule="R1"))
    return drafts


def _take_back(run: AllocationRun) -> list[EntryDraft]:
    """Mirror every entry of the corrected run that was not taken back yet."""
    entries = (
        Entry.objects.filter(run_id=run.corrects_id, reverses__isnull=True, reversed_by__isnull=True)
        .prefetch_related("postings")
        .order_by("id")
    )
    return [
        EntryDraft(
            f"reversal/{entry.pk}",
            EntryKind.REVERSAL,
            {posting.account_id: -posting.pence for posting in entry.postings.all()},
            reason=f"corrected by run {run.input_hash[:12]}",
            rule=entry.rule,
            reverses=entry.pk,
        )
        for entry in entries
    ]


def _set_pots(
    run: AllocationRun, shares: list[AreaShare], accounts: Mapping[str, Account], parameters: Parameters
) -> None:
    """Set what each area's pots are by this run; an area that fell out of a correction has a pot of nothing."""
    Pot.objects.bulk_create(
        [
            Pot(
                area=share.area,
                cycle=run.cycle,
                colour=share.colour,
                amount_pence=share.kept_pence,
                participation_pence=participation(share.kept_pence, share.colour, parameters),
                run=run,
                account=accounts[_code(run, share.colour, AccountKind.POT, share.area.code)],
            )
            for share in shares
        ],
        update_conflicts=True,
        unique_fields=["area", "cycle", "colour"],
        update_fields=["amount_pence", "participation_pence", "run"],
    )
    Pot.objects.filter(cycle=run.cycle).exclude(run=run).update(amount_pence=0, participation_pence=0, run=run)
