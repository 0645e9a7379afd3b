"""Choose who holds a pot: from an ordered public list, first willing first; a later choice says why, by two people."""

from datetime import datetime

from django.db import transaction

from communities.models import Area, Body, User
from funding.models import HOLDER_ORDER, Cycle, HolderCandidate, HolderKind, PotHolder
from funding.services.levels import window_end
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError


class ReasonNeeded(DomainError):
    """A choice other than the first willing one takes a published reason and two different people."""


class NotListed(DomainError):
    """The body does not stand in this area's list, or has declined."""


class NotCrossSector(DomainError):
    """A cross-sector body needs at least half its seats held by people who live here."""


@transaction.atomic
def list_candidate(
    *,
    area: Area,
    cycle: Cycle,
    body: Body,
    kind: HolderKind,
    now: datetime,
    evidence: str = "",
    seats: int | None = None,
    local_seats: int | None = None,
    actor: User | None = None,
) -> HolderCandidate:
    """Put a body into an area's public list, after those of its kind and of the kinds that come first."""
    if kind == HolderKind.CROSS_SECTOR and not (seats and local_seats is not None and local_seats * 2 >= seats):
        raise NotCrossSector(seats=seats, local_seats=local_seats)
    before = list(
        HolderCandidate.objects.select_for_update().filter(area=area, cycle=cycle).values_list("kind", "place")
    )
    same = [place for other, place in before if HOLDER_ORDER.index(other) == HOLDER_ORDER.index(kind)]
    candidate = HolderCandidate.objects.create(
        area=area,
        cycle=cycle,
        body=body,
        kind=kind,
        place=100 * (1 + HOLDER_ORDER.index(kind)) + len(same),
        seats=seats,
        local_seats=local_seats,
        evidence=evidence,
        listed_at=now,
    )
    record(actor=actor, action="holder.listed", subject=candidate, kind=kind)
    return candidate


def decline(*, candidate_id: int, now: datetime, actor: User | None = None) -> None:
    """Record that a body does not want to hold this pot; the next on the list is then the first willing."""
    with transaction.atomic():
        HolderCandidate.objects.filter(pk=candidate_id, declined_at__isnull=True).update(declined_at=now)
        record(actor=actor, action="holder.declined", subject=HolderCandidate.objects.get(pk=candidate_id))


@transaction.atomic
def choose_holder(
    *,
    candidate_id: int,
    actor: User,
    now: datetime,
    second: User | None = None,
    reason: str = "",
) -> PotHolder:
    """Let a body of the list hold an area's pots for a cycle; ends an earlier holding.

    Choosing anyone but the first willing body needs a reason that is published and a second person; within ten days
    anybody who may challenge a level may challenge it too.
    """
    candidate = HolderCandidate.objects.select_for_update(of=("self",)).get(pk=candidate_id)
    if candidate.declined_at is not None:
        raise NotListed(candidate_id=candidate_id)
    first = (
        HolderCandidate.objects.willing()
        .filter(area_id=candidate.area_id, cycle_id=candidate.cycle_id)
        .order_by("place")
        .first()
    )
    is_first = first is not None and first.pk == candidate.pk
    if not is_first and (not reason.strip() or second is None or second.pk == actor.pk):
        raise ReasonNeeded(candidate_id=candidate_id, first_id=first.pk if first else None)
    PotHolder.objects.standing().filter(area_id=candidate.area_id, cycle_id=candidate.cycle_id).update(ended_at=now)
    holder = PotHolder.objects.create(
        area_id=candidate.area_id,
        cycle_id=candidate.cycle_id,
        candidate=candidate,
        first_willing=is_first,
        reason=reason,
        chosen_by=actor,
        second=second,
        chosen_at=now,
        challenge_until=window_end(now),
    )
    record(actor=actor, action="holder.chosen", subject=holder, first_willing=is_first)
    return holder
