"""What a group says about how it works. Each answer is a new, dated row."""

from datetime import date, datetime

from django.db import transaction

from communities.models import (
    ConflictEntry,
    Evidence,
    EvidenceKind,
    GovernanceProfile,
    PolicyState,
    PurposeBasis,
    SafeguardingProfile,
    User,
    WorksWith,
)
from communities.services.groups import locked_active
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError


class SeatsDoNotAddUp(DomainError):
    """More local seats, or more seats by sector, than there are seats; carries ``seats`` and ``counted``."""


class SafeguardingIncomplete(DomainError):
    """Who works with children or adults names a lead and a way to report; carries the ``part`` that is missing."""


class NotYetDated(DomainError):
    """A date lies in the future."""


class SeenByItself(DomainError):
    """Nobody confirms evidence of their own group."""


@transaction.atomic
def write_governance(
    *,
    group_id: int,
    seats: int,
    local_seats: int,
    how_decided: str,
    as_of: date,
    actor: User,
    now: datetime,
    civil_seats: int = 0,
    public_seats: int = 0,
    private_seats: int = 0,
    how_to_join: str = "",
    money_kept: str = "",
) -> GovernanceProfile:
    """Store how a group is run as a new row. Raises SeatsDoNotAddUp or NotYetDated."""
    group = locked_active(group_id)
    for counted in (local_seats, civil_seats + public_seats + private_seats):
        if counted > seats or seats < 1:
            raise SeatsDoNotAddUp(seats=seats, counted=counted)
    if as_of > london_day(now):
        raise NotYetDated(on=as_of)
    profile = GovernanceProfile.objects.create(
        group=group,
        seats=seats,
        local_seats=local_seats,
        civil_seats=civil_seats,
        public_seats=public_seats,
        private_seats=private_seats,
        how_decided=how_decided,
        how_to_join=how_to_join,
        money_kept=money_kept,
        as_of=as_of,
        added_by=actor,
        added_at=now,
    )
    record(actor=actor, action="governance.written", subject=group, seats=seats, local_seats=local_seats)
    return profile


@transaction.atomic
def write_safeguarding(
    *,
    group_id: int,
    works_with: str,
    actor: User,
    now: datetime,
    lead_name: str = "",
    policy: str = PolicyState.NONE,
    reviewed_on: date | None = None,
    checks_level: str = "none",
    checks_on: date | None = None,
    reporting_route: str = "",
) -> SafeguardingProfile:
    """Store how a group keeps people safe as a new row; levels and dates of checks, never their contents."""
    group = locked_active(group_id)
    if works_with != WorksWith.NONE:
        for part, said in (("lead_name", lead_name), ("reporting_route", reporting_route)):
            if not said.strip():
                raise SafeguardingIncomplete(part=part)
    if policy == PolicyState.OWN and reviewed_on is None:
        raise SafeguardingIncomplete(part="reviewed_on")
    if any(day and day > london_day(now) for day in (reviewed_on, checks_on)):
        raise NotYetDated(on=reviewed_on or checks_on)
    profile = SafeguardingProfile.objects.create(
        group=group,
        works_with=works_with,
        lead_name=lead_name,
        policy=policy,
        reviewed_on=reviewed_on,
        checks_level=checks_level,
        checks_on=checks_on,
        reporting_route=reporting_route,
        added_by=actor,
        added_at=now,
    )
    record(actor=actor, action="safeguarding.written", subject=group, works_with=works_with, policy=policy)
    return profile


@transaction.atomic
def add_evidence(
    *,
    group_id: int,
    kind: str,
    statement: str,
    dated_on: date,
    actor: User,
    now: datetime,
    basis: str = "",
    url: str = "",
    expires_on: date | None = None,
) -> Evidence:
    """Add something a group shows, with its day and, where it ends, the day it ends."""
    group = locked_active(group_id)
    if dated_on > london_day(now):
        raise NotYetDated(on=dated_on)
    if (kind == EvidenceKind.SOCIAL_PURPOSE) != bool(basis) or (basis and basis not in PurposeBasis.values):
        raise ValueError("a social purpose, and nothing else, has a basis")
    added = Evidence.objects.create(
        group=group,
        kind=kind,
        basis=basis,
        statement=statement,
        url=url,
        dated_on=dated_on,
        expires_on=expires_on,
        added_by=actor,
        added_at=now,
    )
    record(actor=actor, action="evidence.added", subject=group, kind=kind, evidence_id=added.pk)
    return added


@transaction.atomic
def withdraw_evidence(*, group_id: int, evidence_id: int, actor: User, now: datetime) -> None:
    """Take evidence back; the row stays."""
    group = locked_active(group_id)
    if group.evidence.filter(pk=evidence_id, withdrawn_at=None).update(withdrawn_at=now):
        record(actor=actor, action="evidence.withdrawn", subject=group, evidence_id=evidence_id)


@transaction.atomic
def see_evidence(*, evidence_id: int, actor: User, now: datetime) -> None:
    """An officer or another fund-holder notes having seen evidence, on this day. Raises SeenByItself."""
    evidence = Evidence.objects.select_for_update().select_related("group").get(pk=evidence_id)
    if evidence.group.memberships.filter(user=actor, left_at=None).exists() or evidence.added_by_id == actor.pk:
        raise SeenByItself(evidence_id=evidence_id)
    evidence.seen_by, evidence.seen_on = actor, london_day(now)
    evidence.save(update_fields=["seen_by", "seen_on"])
    record(actor=actor, action="evidence.seen", subject=evidence.group, evidence_id=evidence_id)


@transaction.atomic
def add_conflict(
    *, group_id: int, person: str, interest: str, handled: str, since: date, actor: User, now: datetime
) -> ConflictEntry:
    """Add a line to a group's public register of interests."""
    group = locked_active(group_id)
    entry = ConflictEntry.objects.create(
        group=group, person=person, interest=interest, handled=handled, since=since, added_by=actor, added_at=now
    )
    record(actor=actor, action="conflict.added", subject=group, conflict_id=entry.pk)
    return entry


@transaction.atomic
def end_conflict(*, group_id: int, conflict_id: int, actor: User, now: datetime) -> None:
    """End an interest today; the line stays on the register."""
    group = locked_active(group_id)
    if group.conflicts.filter(pk=conflict_id, until=None).update(until=london_day(now)):
        record(actor=actor, action="conflict.ended", subject=group, conflict_id=conflict_id)
