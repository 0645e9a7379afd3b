"""Bring unspent money into the next cycle: it stays close to home, in dated lots, or returns to the fund (R17-R19)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isqrt
from typing import Any

from django.db import transaction
from django.db.models import Sum

from communities.models import Area, AreaLevel, User
from funding.models import (
    AllocationRun,
    AreaShare,
    Award,
    AwardOrigin,
    Colour,
    Cycle,
    Entry,
    EntryKind,
    Pot,
    Project,
    RolloverLot,
    Round,
)
from funding.rules.parameter_reader import read_parameters
from funding.rules.parameters import Parameters
from funding.rules.rollover import Carried, Lot, Neighbour, carry, hand_over, overflow_to, redistribute
from funding.services.awards import award_refs
from funding.services.ledger import EntryDraft, balances, post_entries
from funding.services.small_awards import end_purses_of
from funding.services.year_end import return_leftovers, waiting_for_results
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError

# A degree of latitude in metres; a degree of longitude is about six tenths of it over these islands.
METRES_A_DEGREE = 111_200


FAR_AWAY = 10**7


class NotReadyToRoll(DomainError):
    """Both cycles must be divided before money rolls from one into the other."""


@transaction.atomic
def roll_over(*, cycle_id: int, now: datetime, actor: User | None = None) -> int:
    """Roll what the cycle before left into this one, area by area from below; returns how many lots were made.

    R17: lots stay for up to two rounds, at most half of the area's new pot. R18: a neighbourhood's overflow first pays
    the nearest neighbour's highest unfunded reserve project that fits half of it; the rest becomes the parent's lots,
    one level a round, keeping its origin. Lots from below that expire there are shared over all the parent's children
    by their weights. Capital stays capital. What an area that has ended left goes to the areas that follow it (S15).
    Areas whose round of the year before has no result yet wait for the next
    time. Where the parameter set does not carry forward, everything that is left returns to the source, to be put
    into the next sum. Doing it again moves only what has come free since.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("fund").get(pk=cycle_id)
    before = Cycle.objects.filter(fund=cycle.fund, year=cycle.year - 1).first()
    run = AllocationRun.objects.posted().filter(cycle=cycle).first()
    if before is None or run is None:
        raise NotReadyToRoll(cycle_id=cycle_id)
    rules = read_parameters(run.parameter_set.document)
    end_purses_of(cycle_id=before.pk, now=now, actor=actor)
    if not rules.carry_forward:
        return return_leftovers(before, now=now, actor=actor)
    work = _Rolling(before, cycle, run, rules, now=now)
    for area in work.areas_from_below():
        for colour in (Colour.CAPITAL.value, Colour.REVENUE.value):
            work.roll(area, colour)
    made = work.finish(actor=actor)
    record(actor=actor, action="cycle.rolled_over", subject=cycle, lots=made, paid=len(work.paid))
    return made


class _Rolling:
    """One roll-over of a cycle into the next: what it reads once, and the movements and lots it gathers."""

    def __init__(self, before: Cycle, cycle: Cycle, run: AllocationRun, rules: Parameters, *, now: datetime) -> None:
        self.before, self.cycle, self.run, self.rules, self.now = before, cycle, run, rules, now
        self.areas = {area.pk: area for area in Area.objects.filter(pots__cycle__in=[before, cycle]).distinct()}
        self.by_code = {area.code: area for area in self.areas.values()}
        self.old = {(pot.area_id, pot.colour): pot for pot in Pot.objects.filter(cycle=before).select_related("cycle")}
        self.new = {(pot.area_id, pot.colour): pot for pot in Pot.objects.filter(cycle=cycle)}
        self.waiting = waiting_for_results(before, now=now)
        self.here: dict[tuple[int, str], int] = {
            (area, colour): pence
            for area, colour, pence in RolloverLot.objects.filter(cycle=cycle, closed_at__isnull=True)
            .values_list("area_id", "colour")
            .annotate(sum=Sum("pence"))
        }
        self.held = balances(pot.account_id for pot in self.old.values())
        self.older: dict[tuple[int, str], list[RolloverLot]] = {}
        for row in RolloverLot.objects.filter(cycle=before, closed_at__isnull=True).order_by("-born", "id"):
            self.older.setdefault((row.area_id, row.colour), []).append(row)
        self.weights: dict[tuple[int, str], dict[str, int]] = {}
        for share in AreaShare.objects.filter(run=run).select_related("area").order_by("area__path"):
            if share.weight and share.area.parent_id:
                self.weights.setdefault((share.area.parent_id, share.colour), {})[str(share.area_id)] = share.weight
        earlier = Entry.objects.filter(key__startswith=f"roll/{cycle.pk}/").values_list("key", flat=True)
        self.times = Counter("/".join(key.split("/")[:4]) for key in earlier)
        self.followed: dict[int, list[int]] = {}  # by what has ended
        self.follows: dict[int, list[int]] = {}
        links = Area.successors.through.objects.order_by("from_area_id", "to_area_id")
        for ended, successor in links.values_list("from_area_id", "to_area_id"):
            self.followed.setdefault(ended, []).append(successor)
            self.follows.setdefault(successor, []).append(ended)
        self.offers = _Offers(before)
        self.drafts: list[EntryDraft] = []
        self.lots: list[RolloverLot] = []
        self.rolled: list[tuple[int, str]] = []
        self.paid: list[str] = []

    def areas_from_below(self) -> list[Area]:
        """Areas with an old pot, the deepest first, so that a level receives before it is looked at; then by code."""
        return sorted(self.areas.values(), key=lambda area: (-area.path.count("/"), area.code))

    def roll(self, area: Area, colour: str) -> None:
        """Roll one area's leftover of one colour: keep, pay a neighbour, send up, share out below."""
        key = (area.pk, colour)
        if key not in self.old or area.pk in self.waiting:
            return
        mine = lots_of(self.old[key], left=self.held.get(self.old[key].account_id, 0), rows=self.older.get(key, []))
        if not mine:
            return
        if key not in self.new:
            self._hand_over(area, colour, mine)
            return
        carried = self._carry(key, mine)
        below = self.weights.get(key, {})
        its_own = {area.pk, *self.follows.get(area.pk, ())}
        own = [
            lot for lot in carried.overflow if area.parent_id is not None and (int(lot.origin) in its_own or not below)
        ]
        spread = sum(lot.pence for lot in carried.overflow if lot not in own) if below else 0
        overflow = overflow_to(
            own,
            parent=str(area.parent_id or area.pk),
            round_number=self.cycle.year,
            neighbours=self.offers.beside(area, colour) if own and not below else (),
        )
        if overflow.neighbour is not None:
            self._pay(area, colour, overflow.neighbour)
        landing: dict[int, list[Lot]] = {area.pk: list(carried.kept)}
        for lot in overflow.to_parent:
            landing.setdefault(int(lot.area), []).append(lot)
        for code, pence in redistribute(spread, below).items() if spread else ():
            if pence:
                landing.setdefault(int(code), []).append(Lot(code, colour, pence, self.cycle.year, str(area.pk)))
        self._land(area, colour, landing)

    def _carry(self, key: tuple[int, str], lots: Sequence[Lot]) -> Carried:
        """Decide what stays in an area, beside what stays there already of this roll-over or an earlier one."""
        carried = carry(
            lots,
            round_number=self.cycle.year,
            next_pot_pence=self.new[key].amount_pence,
            rounds=self.rules.rollover_rounds,
            cap_bp=self.rules.rollover_cap_bp,
            here_already_pence=self.here.get(key, 0),
        )
        self.here[key] = self.here.get(key, 0) + sum(lot.pence for lot in carried.kept)
        return carried

    def _hand_over(self, area: Area, colour: str, lots: Sequence[Lot]) -> None:
        """Give what an area without a new pot left to those that follow it, else to the nearest area above it (S15).

        Each takes what may stay with it; the rest rises one level from there, like any overflow.
        """
        heirs = self._heirs(area, colour)
        landing: dict[int, list[Lot]] = {}
        for code, shared in hand_over(lots, heirs).items():
            heir, above = int(code), self.areas[int(code)].parent_id
            carried = self._carry((heir, colour), shared)
            landing.setdefault(heir, []).extend(carried.kept)
            up = overflow_to(carried.overflow, parent=str(above or heir), round_number=self.cycle.year).to_parent
            for lot in up:
                landing.setdefault(int(lot.area), []).append(lot)
        if heirs:
            self._land(area, colour, landing)

    def _heirs(self, area: Area, colour: str) -> dict[str, int]:
        """Return the areas with a new pot that follow an area, by their weights; else the nearest above it, alone."""
        heirs: dict[str, int] = {}
        seen, ended = {area.pk}, [area.pk]
        while ended:
            for successor in self.followed.get(ended.pop(), ()):
                if (successor, colour) in self.new:
                    above = self.areas[successor].parent_id or 0
                    weight = self.weights.get((above, colour), {}).get(str(successor), 1)
                    heirs[str(successor)] = weight
                elif successor not in seen:
                    ended.append(successor)
                seen.add(successor)
        codes = [code for code in reversed(area.path.strip("/").split("/")[:-1]) if code]
        above_it = (self.by_code[code].pk for code in codes if code in self.by_code)
        nearest = next((pk for pk in above_it if (pk, colour) in self.new), None)
        return heirs or ({str(nearest): 1} if nearest is not None else {})

    def _pay(self, area: Area, colour: str, neighbour: Neighbour) -> None:
        """Pay a neighbour's project out of this area's old pot, as an award like any other."""
        lists = Round.objects.select_related("area", "convenor", "cycle__fund", "poll").filter(
            area_id=int(neighbour.area),
            cycle=self.before,
            frozen_selection__document__reserve__contains=[{"ref": neighbour.project}],
        )
        round_ = lists.order_by("pk")[0]
        awards = award_refs(
            round_=round_,
            refs=[neighbour.project],
            origin=AwardOrigin.OVERFLOW,
            payers={area.code: {colour: neighbour.needs_pence}},
            now=self.now,
        )
        from funding.services.mandates import mandates_for_refs

        mandates_for_refs(
            round_=round_, refs=[neighbour.project], first=awards[0].position, made_at=self.now, now=self.now
        )
        self.paid.append(neighbour.project)
        self.offers.gone.add(neighbour.project)

    def _land(self, area: Area, colour: str, landing: Mapping[int, list[Lot]]) -> None:
        """Write the movement from the old pot to the new ones, and the lots where it lands."""
        legs = {self.old[area.pk, colour].account_id: -sum(lot.pence for lots in landing.values() for lot in lots)}
        for target, landed in landing.items():
            account = self.new[target, colour].account_id
            legs[account] = legs.get(account, 0) + sum(lot.pence for lot in landed)
        name = f"roll/{self.cycle.pk}/{colour}/{area.code}"
        number = f"/{self.times[name] + 1}" if self.times[name] else ""
        legs = {account: pence for account, pence in legs.items() if pence}
        if not legs:
            return
        self.drafts.append(EntryDraft(name + number, EntryKind.ROLLED, legs, rule="R17"))
        self.rolled.append((area.pk, colour))
        self.lots += [
            RolloverLot(
                area_id=target,
                cycle=self.cycle,
                colour=colour,
                pence=lot.pence,
                born=lot.born,
                origin_id=int(lot.origin),
                tag=lot.tag,
                made_at=self.now,
            )
            for target, landed in landing.items()
            for lot in landed
        ]

    def finish(self, *, actor: User | None) -> int:
        """Post all movements together, close the lots that moved on, keep the new ones."""
        post_entries(self.drafts, now=self.now, actor=actor)
        for colour in {colour for _area, colour in self.rolled}:
            RolloverLot.objects.filter(
                cycle=self.before,
                colour=colour,
                area__in=[area for area, other in self.rolled if other == colour],
                closed_at__isnull=True,
            ).update(closed_at=self.now)
        RolloverLot.objects.bulk_create(self.lots)
        return len(self.lots)


def lots_of(pot: Pot, *, left: int, rows: Sequence[RolloverLot]) -> list[Lot]:
    """Return what an old pot still holds, as lots: its own money, and of what rolled in before the newest first.

    Spending takes the oldest money first, so what is ``left`` is counted against the newest lots first.
    """
    if left <= 0:
        return []
    own = min(left, pot.for_projects_pence)
    area, year = str(pot.area_id), pot.cycle.year
    mine = [Lot(area, pot.colour, own, year, area)] if own else []
    left -= own
    for row in rows:
        kept = min(left, row.pence)
        left -= kept
        if kept:
            mine.append(Lot(area, pot.colour, kept, row.born, str(row.origin_id), row.tag))
    if left > 0:  # moved here by the area's vote, or given back by a body: born in this cycle
        mine.append(Lot(area, pot.colour, left, year, area, "returned"))
    return mine


class _Offers:
    """What the reserve lists of a cycle's neighbourhoods have to offer to their siblings' money (R18), read once."""

    def __init__(self, cycle: Cycle) -> None:
        rounds = Round.objects.filter(
            cycle=cycle, area__level=AreaLevel.NEIGHBOURHOOD, frozen_selection__isnull=False
        ).select_related("area", "frozen_selection")
        self.by_parent: dict[int, list[tuple[Area, list[dict[str, Any]]]]] = {}
        for round_ in rounds.order_by("area__code", "pk"):
            rows = round_.frozen_selection.document["reserve"]
            self.by_parent.setdefault(round_.area.parent_id or 0, []).append((round_.area, rows))
        self.gone: set[str] = set()
        if self.by_parent:
            paid = Award.objects.filter(round__cycle=cycle).values_list("project__reference", flat=True)
            closed = Project.objects.filter(round__cycle=cycle).exclude(state="unfunded")
            self.gone = {*paid, *closed.values_list("reference", flat=True)}

    def beside(self, area: Area, colour: str) -> list[Neighbour]:
        """List each sibling's reserve projects of one colour that nobody pays for yet, in the order of each list.

        Only for neighbourhoods. A dearer project below a cheaper one of the same list can never be the first that fits.
        """
        found: list[Neighbour] = []
        if area.level != AreaLevel.NEIGHBOURHOOD:
            return found
        for sibling, rows in self.by_parent.get(area.parent_id or 0, ()):
            if sibling.pk == area.pk:
                continue
            least = None
            for row in rows:
                revenue = row["demands"].get("revenue", 0)
                by = {"capital": row["cost"] - revenue, "revenue": revenue}
                if row["ref"] in self.gone or by[colour] != row["cost"] or (least is not None and row["cost"] >= least):
                    continue
                least = row["cost"]
                found.append(Neighbour(str(sibling.pk), row["ref"], row["cost"], True, metres_between(area, sibling)))
        return found


def metres_between(one: Area, other: Area) -> int:
    """Return the distance of two areas' centres, flat over so short a way; far away where a centre is not known."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return FAR_AWAY
    north = int((one.latitude - other.latitude) * METRES_A_DEGREE)
    east = (
        int((one.longitude - other.longitude) * METRES_A_DEGREE) * 6 // 10
    )  # a degree of longitude at 53 degrees north
    return isqrt(north * north + east * east)
