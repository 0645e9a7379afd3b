"""Panels: make one, seat people, call a meeting, write down who said what, sign the minutes.

Links are asked for before anything else. A person with a link leaves for that item: they are no part of its quorum and
have no vote; the database refuses a vote of theirs. A meeting's signed minutes never change.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from communities.models import Body, OfficerRole, Role, User
from funding.models import InterestDeclaration, Review
from funding.models.panel import (
    MEETING_MOVES,
    MeetingState,
    Panel,
    PanelItem,
    PanelMeeting,
    PanelOutcome,
    PanelPart,
    PanelSeat,
    PanelVoice,
)
from funding.rules.panels import outcome_of
from funding.services.officers import role_at
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError

LINKS_LAST = timedelta(days=365)


class AlreadySeated(DomainError):
    """The person sits on the panel."""


class NoSuchPerson(DomainError):
    """Nobody has signed in with this address."""


class TooFewSeats(DomainError):
    """The panel has fewer people than its quorum; carries ``quorum`` and ``seats``."""


class LinksFirst(DomainError):
    """Links are asked for before a meeting is held; everybody's register is younger than a year (``missing`` names)."""


class HasLink(DomainError):
    """Somebody with a link to a project was written down as present; carries their ``names``."""


class NotEverybody(DomainError):
    """What each person of the panel did must be written down."""


class ReasonsMissing(DomainError):
    """A decision needs words in both languages."""


class MeetingMoved(DomainError):
    """The meeting is somewhere else by now; carries its ``state``."""


class NotDecided(DomainError):
    """Items of the meeting are not decided yet; carries their count."""


class SignedByAnother(DomainError):
    """Who wrote the minutes does not sign them: the chair or another person of the panel does."""


class PanelFirst(DomainError):
    """A panel must look at this project before it is decided."""


@transaction.atomic
def make_panel(
    *, body_id: int, name: str, name_cy: str, quorum: int, actor: User, now: datetime, reserve_id: int | None = None
) -> Panel:
    """A lead of a body makes a standing panel, with the number of people without a link that can decide."""
    body = Body.objects.get(pk=body_id)
    role_at(body=body, actor=actor, now=now, roles=(Role.LEAD,))
    panel = Panel.objects.create(
        body=body, name=name, name_cy=name_cy, quorum=quorum, reserve_id=reserve_id, made_by=actor, made_at=now
    )
    record(actor=actor, action="panel.made", subject=panel, quorum=quorum)
    return panel


@transaction.atomic
def seat(*, panel_id: int, email: str, is_chair: bool, links: str, actor: User, now: datetime) -> PanelSeat:
    """Seat somebody on a panel with their public register of links; a new chair takes the place of the former."""
    panel = Panel.objects.select_for_update().get(pk=panel_id)
    role_at(body=panel.body, actor=actor, now=now, roles=(Role.LEAD,))
    person = User.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        raise NoSuchPerson(panel_id=panel_id)
    if panel.seats.filter(user=person, until=None).exists():
        raise AlreadySeated(user_id=person.pk)
    if is_chair:
        panel.seats.filter(until=None, is_chair=True).update(is_chair=False)
    seated = PanelSeat.objects.create(
        panel=panel, user=person, is_chair=is_chair, links=links, links_on=london_day(now), since=now
    )
    record(actor=actor, action="panel.seated", subject=panel, user_id=person.pk, chair=is_chair)
    return seated


@transaction.atomic
def unseat(*, seat_id: int, actor: User, now: datetime) -> None:
    """End a seat; what the person said in meetings stays."""
    row = PanelSeat.objects.select_related("panel__body").get(pk=seat_id)
    role_at(body=row.panel.body, actor=actor, now=now, roles=(Role.LEAD,))
    if PanelSeat.objects.filter(pk=seat_id, until=None).update(until=now, is_chair=False):
        record(actor=actor, action="panel.unseated", subject=row.panel, user_id=row.user_id)


@transaction.atomic
def call_meeting(
    *, panel_id: int, on: date, place: str, review_ids: Sequence[int], actor: User, now: datetime
) -> PanelMeeting:
    """Call a panel together about projects that wait for it. Raises TooFewSeats."""
    panel = Panel.objects.select_related("body").get(pk=panel_id)
    role_at(body=panel.body, actor=actor, now=now, roles=(Role.REVIEWER, Role.LEAD))
    seats = panel.seats.filter(until=None).count()
    if seats < panel.quorum:
        raise TooFewSeats(quorum=panel.quorum, seats=seats)
    meeting = PanelMeeting.objects.create(panel=panel, on=on, place=place, called_by=actor, called_at=now)
    reviews = Review.objects.filter(pk__in=review_ids, project__checked_by=panel.body, ended_at=None).order_by("pk")
    for position, review in enumerate(reviews, start=1):
        PanelItem.objects.create(meeting=meeting, review=review, position=position)
    record(actor=actor, action="panel.called", subject=meeting, items=len(review_ids))
    return meeting


def _locked(meeting_id: int, actor: User, now: datetime) -> PanelMeeting:
    meeting = PanelMeeting.objects.select_for_update(of=("self",)).select_related("panel__body").get(pk=meeting_id)
    role_at(body=meeting.panel.body, actor=actor, now=now, roles=(Role.REVIEWER, Role.LEAD))
    return meeting


def _move(meeting: PanelMeeting, new: str, **changes: object) -> None:
    if new not in MEETING_MOVES[meeting.state]:
        raise MeetingMoved(state=meeting.state)
    if not PanelMeeting.objects.filter(pk=meeting.pk, state=meeting.state).update(state=new, **changes):
        raise MeetingMoved(state=meeting.state)


@transaction.atomic
def hold_meeting(*, meeting_id: int, links_asked: bool, actor: User, now: datetime) -> None:
    """Begin the minutes: links were asked for first, and everybody's public register is younger than a year."""
    meeting = _locked(meeting_id, actor, now)
    old = london_day(now) - LINKS_LAST
    stale = meeting.panel.seats.filter(until=None, links_on__lt=old).select_related("user")
    missing = [str(row.user) for row in stale]
    if not links_asked or missing:
        raise LinksFirst(missing=missing)
    _move(meeting, MeetingState.HELD, links_asked=True, minuted_by=actor)
    record(actor=actor, action="panel.held", subject=meeting)


@transaction.atomic
def cancel_meeting(*, meeting_id: int, actor: User, now: datetime) -> None:
    """Call a meeting off before it is held; its projects wait for another."""
    meeting = _locked(meeting_id, actor, now)
    _move(meeting, MeetingState.CANCELLED)
    record(actor=actor, action="panel.cancelled", subject=meeting)


@transaction.atomic
def decide_item(
    *, item_id: int, parts: Mapping[int, str], words: str, words_cy: str, actor: User, now: datetime
) -> PanelItem:
    """Write down what each person did (seat id → part) and what follows: quorum without those who left, most votes.

    Who declared a barring link to the project can only have left. Raises HasLink, NotEverybody or ReasonsMissing.
    """
    item = PanelItem.objects.select_related("review__project").get(pk=item_id)
    meeting = _locked(item.meeting_id, actor, now)
    if meeting.state != MeetingState.HELD:
        raise MeetingMoved(state=meeting.state)
    seats = list(meeting.panel.seats.filter(until=None).select_related("user"))
    if set(parts) != {row.pk for row in seats}:
        raise NotEverybody(seats=len(seats))
    linked = linked_users(item)
    wrong = [str(row.user) for row in seats if row.user_id in linked and parts[row.pk] not in ("left", "away")]
    if wrong:
        raise HasLink(names=wrong)
    outcome = outcome_of(Counter(parts.values()), quorum=meeting.panel.quorum)
    if outcome in (PanelOutcome.GO_ON, PanelOutcome.NOT_GO_ON) and not (words.strip() and words_cy.strip()):
        raise ReasonsMissing(item_id=item_id)
    item.voices.all().delete()
    PanelVoice.objects.bulk_create(
        PanelVoice(item=item, seat_id=seat_id, part=PanelPart(part)) for seat_id, part in sorted(parts.items())
    )
    PanelItem.objects.filter(pk=item_id).update(outcome=outcome, words=words, words_cy=words_cy, decided_at=now)
    record(actor=actor, action="panel.decided", subject=item, outcome=outcome, project_id=item.review.project_id)
    item.refresh_from_db()
    return item


def linked_users(item: PanelItem) -> set[int]:
    """Return who declared a barring link to the project of an item."""
    return linked_users_of([item])[item.pk]


def linked_users_of(items: Sequence[PanelItem]) -> dict[int, set[int]]:
    """Return who declared a barring link to the project of each item, in one query, by the item's key."""
    barring = InterestDeclaration.objects.filter(project__in=[item.review.project_id for item in items], bars=True)
    linked: dict[int, set[int]] = {}
    for project_id, officer_id in barring.values_list("project_id", "officer_id"):
        linked.setdefault(project_id, set()).add(officer_id)
    return {item.pk: linked.get(item.review.project_id, set()) for item in items}


@transaction.atomic
def sign_minutes(*, meeting_id: int, actor: User, now: datetime) -> None:
    """A person of the panel who did not write the minutes signs them; from now on they never change."""
    meeting = PanelMeeting.objects.select_for_update(of=("self",)).select_related("panel").get(pk=meeting_id)
    if not meeting.panel.seats.filter(user=actor, until=None).exists() or meeting.minuted_by_id == actor.pk:
        raise SignedByAnother(meeting_id=meeting_id)
    if undecided := meeting.items.filter(outcome="").count():
        raise NotDecided(count=undecided)
    _move(meeting, MeetingState.SIGNED, signed_by=actor, signed_at=now)
    record(actor=actor, action="panel.signed", subject=meeting)


def check_panel(review: Review, *, passing: bool) -> None:
    """Raise PanelFirst where a project must go before a panel and none has decided, or decided that it may not go on.

    Only signed minutes count. A refusal may follow either answer: the panel advises, two officers decide.
    """
    if not review.needs_panel:
        return
    last = (
        PanelItem.objects.filter(review__project_id=review.project_id, meeting__state=MeetingState.SIGNED)
        .filter(outcome__in=[PanelOutcome.GO_ON, PanelOutcome.NOT_GO_ON])
        .order_by("-decided_at")
        .first()
    )
    if last is None or (passing and last.outcome != PanelOutcome.GO_ON):
        raise PanelFirst(review_id=review.pk, outcome=last.outcome if last else "")


def serves(user: User, panel: Panel, *, on: date) -> bool:
    """Tell whether a person checks projects today for the body whose panel it is."""
    held = OfficerRole.objects.filter(user=user, body=panel.body_id, role__in=[Role.REVIEWER, Role.LEAD])
    return held.held(on=on).exists()
