"""Choose who holds a pot: from an ordered public list, first willing first; a later choice says why, by two people."""

from datetime import datetime

from django.db import transaction

from communities.group_queries import governance_of, group_standing, may_lead, sector_of
from communities.models import Area, AreaLevel, Body, BodyKind, FundHolder, Group, User
from funding.models import (
    HOLDER_ORDER,
    Cycle,
    HolderCandidate,
    HolderKind,
    HolderProposal,
    PotHolder,
    ProposalState,
)
from funding.rules.holding import BodyFacts, holder_kind
from funding.services.levels import window_end
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError


class ReasonNeeded(DomainError):
    """A choice other than the first willing one takes a published reason and two different people."""


class NotListed(DomainError):
    """The body does not stand in this area's list, or has declined."""


class NotCrossSector(DomainError):
    """A cross-sector body needs at least half its seats held by local people."""


class MayNotHold(DomainError):
    """The group cannot hold a pot: informal, closed, without evidence of its purpose, or not of civil society."""


class ProposalOpen(DomainError):
    """A choice for this pot waits for a second person already."""


class NotTheSecond(DomainError):
    """The one who proposed a holder cannot confirm it, and a proposal is decided once."""


@transaction.atomic
def list_candidate(
    *,
    area: Area,
    cycle: Cycle,
    kind: HolderKind,
    now: datetime,
    body: Body | None = None,
    group: Group | None = None,
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
        group=group,
        kind=kind,
        place=100 * (1 + HOLDER_ORDER.index(kind)) + len(same),
        seats=seats,
        local_seats=local_seats,
        evidence=evidence,
        listed_at=now,
    )
    record(actor=actor, action="holder.listed", subject=candidate, kind=kind)
    return candidate


def is_near(group_area: Area, pot_area: Area) -> bool:
    """Tell whether a group stands where the pot is: inside its area, or in a borough or neighbourhood around it."""
    if group_area.path.startswith(pot_area.path):
        return True
    local = (AreaLevel.NEIGHBOURHOOD, AreaLevel.AUTHORITY)
    return group_area.level in local and pot_area.path.startswith(group_area.path)


def list_group(*, area: Area, cycle: Cycle, group: Group, now: datetime, actor: User | None = None) -> HolderCandidate:
    """Put a group into an area's list, its kind worked out from its latest governance profile.

    Raises MayNotHold where it cannot hold a pot.
    """
    on = london_day(now)
    profile = governance_of(group)
    standing = group_standing(group, on=on)
    kind = holder_kind(
        BodyFacts(
            sector=sector_of(group),
            seats=profile.seats if profile else 0,
            local_seats=profile.local_seats if profile else 0,
            civil_seats=profile.civil_seats if profile else 0,
            is_cross_sector=standing.is_cross_sector,
            is_locally_governed=standing.is_locally_governed,
            is_near=is_near(group.area, area),
        )
    )
    if kind is None or group.is_informal or not may_lead(group, on=on):
        raise MayNotHold(group_id=group.pk)
    return list_candidate(
        area=area,
        cycle=cycle,
        group=group,
        kind=HolderKind(kind),
        seats=profile.seats if profile else None,
        local_seats=profile.local_seats if profile else None,
        actor=actor,
        now=now,
    )


@transaction.atomic
def draw_up_list(*, area: Area, cycle: Cycle, now: datetime, actor: User | None = None) -> int:
    """List every fund-holder that serves an area and may hold a pot, and the nearest council; returns how many are new.

    Doing it again adds only who has come since. Within a kind, those with more local seats stand first.
    """
    known = HolderCandidate.objects.filter(area=area, cycle=cycle)
    groups = [
        holder.group
        for holder in FundHolder.objects.offering()
        .serving(area)
        .exclude(group__in=known.filter(group__isnull=False).values("group"))
        .select_related("group__area")
        .order_by("group__name", "pk")
    ]
    made = 0
    for group in sorted(groups, key=_most_local_first):
        try:
            list_group(area=area, cycle=cycle, group=group, actor=actor, now=now)
        except MayNotHold:
            continue
        made += 1
    council = nearest_council(area)
    if council is not None and not known.filter(body=council).exists():
        list_candidate(area=area, cycle=cycle, body=council, kind=HolderKind.COUNCIL, actor=actor, now=now)
        made += 1
    return made


def _most_local_first(group: Group) -> tuple[int, str]:
    profile = governance_of(group)
    return (-profile.local_percent if profile else 1, group.name)


def nearest_council(area: Area) -> Body | None:
    """Return the council of an area or of the nearest one above it that has one."""
    councils = Body.objects.filter(
        kind__in=[BodyKind.COUNCIL, BodyKind.COMBINED_AUTHORITY, BodyKind.DEPARTMENT], area__code__in=area.chain_codes
    ).select_related("area")
    return max(councils, key=lambda body: (len(body.area.path), -body.pk), default=None)


def decline(*, candidate_id: int, now: datetime, actor: User | None = None, words: str = "") -> None:
    """Record that a body does not want to hold this pot; the next on the list is then the first willing."""
    with transaction.atomic():
        HolderCandidate.objects.filter(pk=candidate_id, declined_at__isnull=True).update(
            declined_at=now, declined_words=words
        )
        record(actor=actor, action="holder.declined", subject=HolderCandidate.objects.get(pk=candidate_id))


def first_willing(*, area_id: int, cycle_id: int) -> HolderCandidate | None:
    """Return the body whose turn it is by the order of the list."""
    return HolderCandidate.objects.willing().filter(area_id=area_id, cycle_id=cycle_id).order_by("place").first()


@transaction.atomic
def propose_holder(*, candidate_id: int, actor: User, now: datetime, reason: str = "") -> PotHolder | HolderProposal:
    """Choose the first willing body at once, or propose a later one with its reason to a second person."""
    candidate = HolderCandidate.objects.get(pk=candidate_id)
    first = first_willing(area_id=candidate.area_id, cycle_id=candidate.cycle_id)
    waiting = HolderProposal.objects.filter(
        area_id=candidate.area_id, cycle_id=candidate.cycle_id, state=ProposalState.WAITING
    )
    if waiting.exists():
        raise ProposalOpen(area_id=candidate.area_id)
    if first is not None and first.pk == candidate.pk:
        return choose_holder(candidate_id=candidate_id, actor=actor, now=now)
    if candidate.declined_at is not None:
        raise NotListed(candidate_id=candidate_id)
    if not reason.strip():
        raise ReasonNeeded(candidate_id=candidate_id, first_id=first.pk if first else None)
    proposal = HolderProposal.objects.create(
        area_id=candidate.area_id,
        cycle_id=candidate.cycle_id,
        candidate=candidate,
        reason=reason.strip(),
        proposed_by=actor,
        proposed_at=now,
    )
    record(actor=actor, action="holder.proposed", subject=proposal, candidate_id=candidate.pk)
    return proposal


@transaction.atomic
def decide_proposal(
    *, proposal_id: int, actor: User, confirm: bool, now: datetime, words: str = ""
) -> PotHolder | None:
    """Confirm a proposed holder as the second person, or send it back with words; once."""
    proposal = HolderProposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    if proposal.proposed_by_id == actor.pk or proposal.state != ProposalState.WAITING:
        raise NotTheSecond(proposal_id=proposal_id)
    if not confirm and not words.strip():
        raise ReasonNeeded(candidate_id=proposal.candidate_id)
    HolderProposal.objects.filter(pk=proposal.pk, state=ProposalState.WAITING).update(
        state=ProposalState.CONFIRMED if confirm else ProposalState.SENT_BACK,
        second=actor,
        second_at=now,
        second_words=words.strip(),
    )
    if not confirm:
        record(actor=actor, action="holder.sent_back", subject=proposal)
        return None
    return choose_holder(
        candidate_id=proposal.candidate_id, actor=proposal.proposed_by, second=actor, reason=proposal.reason, now=now
    )


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
    first = first_willing(area_id=candidate.area_id, cycle_id=candidate.cycle_id)
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
