"""What rolled into and out of an area's pots between two years (R17-R19), line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from communities.models import Area
from funding.models import (
    AccountKind,
    AllocationRun,
    AwardOrigin,
    AwardPart,
    Cycle,
    Entry,
    EntryKind,
    Posting,
    Pot,
    RolloverLot,
)
from funding.queries.shares import level_name
from funding.services.year_end import waiting_for_results


@dataclass(frozen=True)
class Moved:
    """One sum that came into an area's money or left it: which colour, why, how much, and another area's slug."""

    colour: str
    what: str
    pence: int
    other: str = ""


@dataclass(frozen=True)
class Unspent:
    """All that rolled in and out of an area's pots of a cycle."""

    came_in: list[Moved]
    went_out: list[Moved]
    into_pence: int
    out_pence: int

    @property
    def is_empty(self) -> bool:
        return not self.came_in and not self.went_out


def colour_name(colour: str) -> str:
    """Write a colour of money as people say it."""
    return _("Buildings and equipment") if colour == "capital" else _("Running costs")


def unspent_of(area: Area, cycle: Cycle) -> Unspent:
    """Read what the year before left to an area, and what went elsewhere."""
    lots = list(
        RolloverLot.objects.filter(cycle=cycle)
        .filter(area=area)
        .select_related("origin")
        .order_by("colour", "born", "origin__name")
    )
    gone = list(
        RolloverLot.objects.filter(cycle=cycle, origin=area)
        .exclude(area=area)
        .select_related("area")
        .order_by("colour", "area__name")
    )
    came = [_came_in(lot, area) for lot in lots] + _moved_by_vote(area, cycle, into=True)
    went = [_went_out(lot, area) for lot in gone]
    went += _paid_for_neighbours(area, cycle) + _returned(area, cycle) + _moved_by_vote(area, cycle, into=False)
    return Unspent(came, went, sum(row.pence for row in came), sum(row.pence for row in went))


def _came_in(lot: RolloverLot, area: Area) -> Moved:
    if lot.origin_id == area.pk:
        return Moved(lot.colour, _("Left here in %(year)s") % {"year": lot.born}, lot.pence)
    place = {"place": lot.origin.spoken, "within": lot.origin.within}
    words = (
        _("Left %(within)s, which has ended") % place
        if lot.origin.level == area.level
        else _("Shared out by %(place)s, where it lay too long") % place
        if area.path.startswith(lot.origin.path)
        else _("Left %(within)s, more than may stay there") % place
    )
    return Moved(lot.colour, words, lot.pence, lot.origin.slug)


def _went_out(lot: RolloverLot, area: Area) -> Moved:
    place = {"place": lot.area.spoken, "level": level_name(lot.area.level)}
    words = (
        _("To %(place)s, which follows it") % place
        if lot.area.level == area.level
        else _("Shared out below, to %(place)s") % place
        if lot.area.path.startswith(area.path)
        else _("Up to %(place)s, one step") % place
    )
    return Moved(lot.colour, words, lot.pence, lot.area.slug)


def _paid_for_neighbours(area: Area, cycle: Cycle) -> list[Moved]:
    parts = AwardPart.objects.filter(
        pot__area=area,
        pot__cycle__fund=cycle.fund_id,
        pot__cycle__year=cycle.year - 1,
        award__origin=AwardOrigin.OVERFLOW,
    ).select_related("award__project__round__area", "pot")
    return [
        Moved(
            part.pot.colour,
            _("Paid for %(project)s %(within)s")
            % {"project": part.award.project.label, "within": part.award.project.round.area.within},
            part.pence,
            part.award.project.round.area.slug,
        )
        for part in parts.order_by("pot__colour", "pk")
    ]


def _returned(area: Area, cycle: Cycle) -> list[Moved]:
    """What went back to the national sum at year end, where the rules do not carry money forward."""
    rows = (
        Posting.objects.filter(
            account__area=area,
            account__kind__in=[AccountKind.POT, AccountKind.PARTICIPATION],
            account__cycle__fund=cycle.fund_id,
            account__cycle__year=cycle.year - 1,
            entry__kind=EntryKind.ROLLED,
            entry__rule="R19",
            pence__lt=0,
        )
        .values_list("account__colour")
        .annotate(sum=Sum("pence"))
        .order_by("account__colour")
    )
    return [Moved(colour, _("Back to the national sum at year end"), -pence) for colour, pence in rows]


def _moved_by_vote(area: Area, cycle: Cycle, *, into: bool) -> list[Moved]:
    entry = Entry.objects.filter(key=f"colour/{cycle.pk}/{area.pk}").prefetch_related("postings__account").first()
    if entry is None:
        return []
    posting = next(posting for posting in entry.postings.all() if (posting.pence > 0) == into)
    words = _("Moved by the vote of people here")
    return [Moved(posting.account.colour, f"{words}. {entry.reason.partition('. ')[2]}".strip(), abs(posting.pence))]


@dataclass(frozen=True)
class YearEnd:
    """A cycle as a steward sees it at year end."""

    before: Cycle | None
    run: AllocationRun | None
    lots: int
    rolled_pence: int
    left_pence: int
    waiting: QuerySet[Area]


def year_end_of(cycle: Cycle, *, now: datetime) -> YearEnd:
    """Return what the year before still holds, what has rolled, and which areas wait for a result."""
    before = Cycle.objects.filter(fund=cycle.fund_id, year=cycle.year - 1).first()
    run = AllocationRun.objects.posted().filter(cycle=cycle).defer("inputs").select_related("parameter_set").first()
    lots = RolloverLot.objects.filter(cycle=cycle)
    left = Pot.objects.filter(cycle=before).aggregate(sum=Sum("account__balance__pence"))["sum"] if before else 0
    waiting: Sequence[int] = sorted(waiting_for_results(before, now=now)) if before else ()
    return YearEnd(
        before=before,
        run=run,
        lots=lots.count(),
        rolled_pence=lots.aggregate(sum=Sum("pence"))["sum"] or 0,
        left_pence=left or 0,
        waiting=Area.objects.filter(pk__in=waiting).order_by("name"),
    )
