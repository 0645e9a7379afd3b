"""Call a gathering, record who came and what was heard, and follow what a yearly table took on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from communities.models import Area, Body, User
from funding.models import (
    Gathering,
    GatheringKind,
    Heard,
    Round,
    Sector,
    Suggestion,
    SuggestionOrigin,
    SuggestionState,
    TableAction,
    TableSeat,
)
from funding.services.news import announce
from funding.services.officers import role_at
from funding.services.priorities import plain_sentence, suggest_need
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError


class BadTimes(DomainError):
    """A gathering ends after it starts, and is called before it starts."""


class NotYet(DomainError):
    """What was heard can be recorded once the gathering has begun."""


class NoRound(DomainError):
    """The gathering belongs to no round that takes needs, so a point can only join a need that stands."""


class NotATable(DomainError):
    """Only a yearly cross-sector table keeps seats and actions."""


@dataclass(frozen=True)
class GatheringFacts:
    """What people need to know before they come."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    access: str
    languages: str
    kind: GatheringKind = GatheringKind.ASSEMBLY
    title_cy: str = ""
    place_cy: str = ""
    access_cy: str = ""
    has_childcare: bool = False
    phone: str = ""


@transaction.atomic
def call_gathering(
    *,
    area: Area,
    convenor: Body,
    facts: GatheringFacts,
    bodies: Sequence[Body],
    actor: User,
    now: datetime,
    round_: Round | None = None,
) -> Gathering:
    """Publish a gathering, and tell those who asked for updates of the area."""
    role_at(body=convenor, actor=actor, now=now)
    if not now < facts.starts_at < facts.ends_at:
        raise BadTimes(starts_at=facts.starts_at, ends_at=facts.ends_at)
    gathering = Gathering.objects.create(
        area=area, convenor=convenor, round=round_, added_by=actor, created_at=now, **vars(facts)
    )
    gathering.bodies.set(bodies)
    record(actor=actor, action="gathering.called", subject=gathering, area_id=area.pk)
    announce(gathering_id=gathering.pk)
    return gathering


@transaction.atomic
def change_gathering(
    *, gathering_id: int, facts: GatheringFacts, bodies: Sequence[Body], actor: User, now: datetime
) -> Gathering:
    """Change a gathering that has not begun; calendars that follow the feed learn it by the next sequence number."""
    gathering = Gathering.objects.select_for_update(of=("self",)).select_related("convenor").get(pk=gathering_id)
    role_at(body=gathering.convenor, actor=actor, now=now)
    if not now < facts.starts_at < facts.ends_at or gathering.starts_at <= now:
        raise BadTimes(starts_at=facts.starts_at, ends_at=facts.ends_at)
    Gathering.objects.filter(pk=gathering_id).update(sequence=F("sequence") + 1, **vars(facts))
    gathering.bodies.set(bodies)
    record(actor=actor, action="gathering.changed", subject=gathering)
    gathering.refresh_from_db()
    announce(gathering_id=gathering.pk, sequence=gathering.sequence)
    return gathering


@transaction.atomic
def cancel_gathering(*, gathering_id: int, words: str, actor: User, now: datetime) -> Gathering:
    """Cancel a gathering with a reason that its page and the calendar feed show."""
    gathering = Gathering.objects.select_related("convenor").get(pk=gathering_id)
    role_at(body=gathering.convenor, actor=actor, now=now)
    moved = Gathering.objects.filter(pk=gathering_id, cancelled_at=None, ends_at__gt=now).update(
        cancelled_at=now, cancelled_words=plain_sentence(words)[:300], sequence=F("sequence") + 1
    )
    if not moved or not words.strip():
        raise BadTimes(starts_at=gathering.starts_at, ends_at=gathering.ends_at)
    record(actor=actor, action="gathering.cancelled", subject=gathering)
    gathering.refresh_from_db()
    announce(gathering_id=gathering.pk, sequence=gathering.sequence)
    return gathering


@transaction.atomic
def record_attendance(*, gathering_id: int, came_count: int, actor: User, now: datetime) -> Gathering:
    """Record how many people came."""
    gathering = Gathering.objects.select_related("convenor").get(pk=gathering_id)
    role_at(body=gathering.convenor, actor=actor, now=now)
    if now < gathering.starts_at or gathering.cancelled_at:
        raise NotYet(gathering_id=gathering_id)
    Gathering.objects.filter(pk=gathering_id).update(came_count=came_count, recorded_at=now)
    record(actor=actor, action="gathering.recorded", subject=gathering, came_count=came_count)
    gathering.refresh_from_db()
    return gathering


@transaction.atomic
def record_heard(
    *,
    gathering_id: int,
    text: str,
    people: int,
    actor: User,
    now: datetime,
    joins: int | None = None,
    text_cy: str = "",
    language: str = "en",
) -> Heard:
    """Make a point heard at a gathering a need with its count, or let it join the need ``joins``, with trace."""
    gathering = (
        Gathering.objects.select_for_update(of=("self",)).select_related("convenor", "round").get(pk=gathering_id)
    )
    role_at(body=gathering.convenor, actor=actor, now=now)
    if now < gathering.starts_at or gathering.cancelled_at:
        raise NotYet(gathering_id=gathering_id)
    if gathering.round is None:
        raise NoRound(gathering_id=gathering_id)
    if joins is None:
        suggestion = suggest_need(
            round_id=gathering.round.pk,
            text=text,
            text_cy=text_cy,
            language=language,
            origin=SuggestionOrigin.GATHERING,
            people=people,
            actor=actor,
            now=now,
        )
    else:
        suggestion = Suggestion.objects.select_for_update(of=("self",)).get(pk=joins, round=gathering.round)
        if suggestion.state != SuggestionState.OPEN:
            raise NoRound(gathering_id=gathering_id)
        Suggestion.objects.filter(pk=suggestion.pk).update(heard_count=F("heard_count") + people)
    heard = Heard.objects.create(
        gathering=gathering,
        text=plain_sentence(text)[:160],
        people=people,
        suggestion=suggestion,
        joined=joins is not None,
        by=actor,
        at=now,
    )
    record(actor=actor, action="gathering.heard", subject=heard, suggestion_id=suggestion.pk, people=people)
    return heard


@transaction.atomic
def seat_at_table(
    *, gathering_id: int, sector: Sector, organisation: str, people: int, actor: User, now: datetime
) -> TableSeat:
    """Record how many people a sector's organisation brought to the yearly table."""
    gathering = Gathering.objects.select_related("convenor").get(pk=gathering_id)
    role_at(body=gathering.convenor, actor=actor, now=now)
    if gathering.kind != GatheringKind.TABLE:
        raise NotATable(gathering_id=gathering_id)
    seat, _ = TableSeat.objects.update_or_create(
        gathering=gathering, sector=sector, organisation=plain_sentence(organisation), defaults={"people": people}
    )
    record(actor=actor, action="table.seated", subject=seat, sector=sector, people=people)
    return seat


@transaction.atomic
def take_on_action(
    *, gathering_id: int, words: str, taken_by: str, due_on: date, actor: User, now: datetime, words_cy: str = ""
) -> TableAction:
    """Record what somebody at the table took on, and by which day."""
    gathering = Gathering.objects.select_related("convenor").get(pk=gathering_id)
    role_at(body=gathering.convenor, actor=actor, now=now)
    if gathering.kind != GatheringKind.TABLE:
        raise NotATable(gathering_id=gathering_id)
    action = TableAction.objects.create(
        gathering=gathering,
        words=plain_sentence(words),
        words_cy=plain_sentence(words_cy),
        taken_by=plain_sentence(taken_by),
        due_on=due_on,
    )
    record(actor=actor, action="table.action_taken", subject=action)
    return action


@transaction.atomic
def finish_action(*, action_id: int, done_on: date, outcome: str, actor: User, now: datetime) -> TableAction:
    """Record that an action of the table was done, and what came of it."""
    action = TableAction.objects.select_related("gathering__convenor").get(pk=action_id)
    role_at(body=action.gathering.convenor, actor=actor, now=now)
    TableAction.objects.filter(pk=action_id, done_on=None).update(
        done_on=done_on, outcome=plain_sentence(outcome)[:300]
    )
    record(actor=actor, action="table.action_done", subject=action)
    action.refresh_from_db()
    return action
