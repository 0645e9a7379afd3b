"""Who holds the pots: the list of an area in public, and what officers have to choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Area, BodyKind, OfficerRole, Role, User
from funding.models import (
    AllocationRun,
    ChallengeState,
    HolderCandidate,
    HolderProposal,
    Pot,
    PotHolder,
    ProposalState,
)
from renewal.kernel.clock import london_day
from renewal.kernel.staff import WorkItem

CHOOSERS = (Role.LEAD, Role.FINANCE, Role.REVIEWER)
CHOOSING_BODIES = (BodyKind.COUNCIL, BodyKind.COMBINED_AUTHORITY, BodyKind.DEPARTMENT)


def areas_held_for(user: User, *, now: datetime) -> QuerySet[Area]:
    """Areas whose pot holder a person may choose: those of the councils they act for; a steward's are all (P1)."""
    held = OfficerRole.objects.filter(user=user).held(on=london_day(now))
    if held.filter(role=Role.STEWARD).exists():
        return Area.objects.all()
    paths = held.filter(role__in=CHOOSERS, body__kind__in=CHOOSING_BODIES).values_list("body__area__path", flat=True)
    within = Q(pk__in=[])
    for path in set(paths):
        within |= Q(path__startswith=path)
    return Area.objects.filter(within)


def standing_cycles() -> list[int]:
    """Return the newest divided cycle of each fund."""
    newest: dict[int, int] = {}
    for fund, cycle in AllocationRun.objects.posted().order_by("-cycle__year").values_list("cycle__fund", "cycle"):
        newest.setdefault(fund, cycle)
    return sorted(newest.values())


def pots_to_hold(user: User, cycles: list[int], *, now: datetime) -> QuerySet[Any]:
    """Areas with money this year, with ``money``, ``kind`` of holder and ``proposed``; who waits comes first."""
    of_area: dict[str, Any] = {"area": OuterRef("pk"), "cycle__in": cycles}
    holders = PotHolder.objects.standing().filter(**of_area)
    proposals = HolderProposal.objects.filter(**of_area, state=ProposalState.WAITING)
    return (
        areas_held_for(user, now=now)
        .filter(pots__cycle__in=cycles)
        .annotate(
            money=Sum("pots__amount_pence", filter=Q(pots__cycle__in=cycles)),
            kind=Subquery(holders.values("candidate__kind")[:1]),
            proposed=Exists(proposals),
            disputed=Exists(holders.filter(challenges__state=ChallengeState.WAITING)),
        )
        .filter(money__gt=0)
        .select_related("parent")
        .order_by("-proposed", Exists(holders), "path")
    )


@dataclass(frozen=True)
class Listed:
    """One body of an area's list as people read it."""

    candidate: HolderCandidate
    number: int
    seats: str
    is_first: bool
    holds: bool


def list_of(area: Area, run: AllocationRun) -> list[Listed]:
    """Read an area's ordered list, with whose turn it is and who holds."""
    rows = list(
        HolderCandidate.objects.filter(area=area, cycle_id=run.cycle_id)
        .select_related("body", "group")
        .order_by("place")
    )
    holder = standing_holder(area, run)
    first = next((row for row in rows if row.declined_at is None), None)
    return [
        Listed(row, number, seats_in_words(row), row is first, holder is not None and holder.candidate_id == row.pk)
        for number, row in enumerate(rows, 1)
    ]


def seats_in_words(candidate: HolderCandidate) -> str:
    """Say who holds a body's seats; nothing where it has not told us."""
    if not candidate.seats or candidate.local_seats is None:
        return ""
    return ngettext(
        "%(local)s of %(seats)s seat held by people who live here",
        "%(local)s of %(seats)s seats held by people who live here",
        candidate.seats,
    ) % {"local": candidate.local_seats, "seats": candidate.seats}


def standing_holder(area: Area, run: AllocationRun) -> PotHolder | None:
    """Return who holds an area's money in a cycle now."""
    return (
        PotHolder.objects.standing()
        .filter(area=area, cycle_id=run.cycle_id)
        .select_related("candidate__body", "candidate__group", "chosen_by", "second")
        .first()
    )


def earlier_holders(area: Area, run: AllocationRun) -> QuerySet[PotHolder]:
    """Holdings of the cycle that have ended, newest first."""
    return (
        PotHolder.objects.filter(area=area, cycle_id=run.cycle_id, ended_at__isnull=False)
        .select_related("candidate__body", "candidate__group")
        .prefetch_related("challenges")
    )


def waiting_proposal(area: Area, run: AllocationRun) -> HolderProposal | None:
    """Return the choice of a later body that waits for a second person."""
    return (
        HolderProposal.objects.filter(area=area, cycle_id=run.cycle_id, state=ProposalState.WAITING)
        .select_related("candidate__body", "candidate__group", "proposed_by")
        .first()
    )


def holder_work(user: User, now: datetime) -> Iterable[WorkItem]:
    """Choices that wait for a second person, and how many areas of a lead's body have nobody yet."""
    cycles = standing_cycles()
    waiting = HolderProposal.objects.filter(
        cycle__in=cycles, state=ProposalState.WAITING, area__in=areas_held_for(user, now=now)
    ).exclude(proposed_by=user)
    for proposal in waiting.select_related("area").order_by("proposed_at")[:20]:
        yield WorkItem(
            _("Confirm who holds the money for %(place)s") % {"place": proposal.area.spoken},
            reverse("funding:holder_choose", args=[proposal.area.slug]),
            due_on=london_day(proposal.proposed_at),
        )
    led = OfficerRole.objects.filter(user=user, role=Role.LEAD, body__isnull=False).held(on=london_day(now))
    if led.exists():
        standing = PotHolder.objects.standing().filter(area=OuterRef("area"), cycle__in=cycles)
        pots = Pot.objects.filter(cycle__in=cycles, amount_pence__gt=0, area__in=areas_held_for(user, now=now))
        alone = pots.filter(~Exists(standing)).values("area").distinct().count()
        if alone:
            words = ngettext(
                "%(count)s area has money and nobody to hold it",
                "%(count)s areas have money and nobody to hold it",
                alone,
            )
            yield WorkItem(words % {"count": alone}, reverse("funding:holders_staff"), count=alone)
