"""Changes to a vote that runs: pause, resume, extend, cancel; one officer proposes, a second confirms."""

from datetime import datetime
from typing import Any

from django.db import transaction

from communities.models import User
from renewal.kernel.audit import record
from voting.models import Poll, PollRequest
from voting.services.errors import PollMoved, SecondPersonNeeded
from voting.services.locks import hold_poll
from voting.services.polls import move, write_note
from voting.states import PollState


@transaction.atomic
def pause_poll(*, poll_id: int, actor: User, second: User, reason: str, now: datetime) -> Poll:
    """Stop taking votes for a while; two officers and a public note in the log. Casts under way finish first."""
    _two_people(actor, second)
    hold_poll(poll_id)
    move(poll_id, old=PollState.OPEN, new=PollState.PAUSED)
    return _noted(poll_id, "paused", actor, second, reason, now)


@transaction.atomic
def resume_poll(*, poll_id: int, actor: User, second: User, reason: str, now: datetime) -> Poll:
    """Take votes again; two officers and a public note."""
    _two_people(actor, second)
    move(poll_id, old=PollState.PAUSED, new=PollState.OPEN)
    return _noted(poll_id, "resumed", actor, second, reason, now)


@transaction.atomic
def extend_poll(*, poll_id: int, closes_at: datetime, actor: User, second: User, reason: str, now: datetime) -> Poll:
    """Move the closing time later, before it has come; two officers and a public note. Never earlier."""
    _two_people(actor, second)
    hold_poll(poll_id)
    poll = Poll.objects.get(pk=poll_id)
    if poll.state not in {PollState.OPEN, PollState.PAUSED} or now >= poll.closes_at or closes_at <= poll.closes_at:
        raise PollMoved(state=poll.state)
    Poll.objects.filter(pk=poll_id).update(closes_at=closes_at)
    return _noted(poll_id, "extended", actor, second, reason, now, closes_at=closes_at)


@transaction.atomic
def cancel_poll(*, poll_id: int, actor: User, second: User, reason: str, now: datetime) -> Poll:
    """Give a poll up before its box is opened; nothing in it is ever opened. Two officers and a public note."""
    _two_people(actor, second)
    hold_poll(poll_id)
    poll = Poll.objects.get(pk=poll_id)
    move(poll_id, old=poll.state, new=PollState.CANCELLED, cancelled_reason=reason[:500])
    if poll.opening_document:
        return _noted(poll_id, "cancelled", actor, second, reason, now)
    record(actor=actor, action="poll.cancelled", subject=poll, second_id=second.pk)
    return Poll.objects.get(pk=poll_id)


@transaction.atomic
def propose_change(
    *, poll_id: int, what: str, reason: str, actor: User, now: datetime, closes_at: datetime | None = None
) -> PollRequest:
    """Ask for a pause, resumption, extension or cancellation; another officer confirms. One request waits at a time."""
    poll = Poll.objects.select_for_update().get(pk=poll_id)
    if poll.requests.filter(confirmed_at=None).exists():
        raise PollMoved(state="request_waits")
    request = PollRequest.objects.create(
        poll=poll, what=what, reason=reason, closes_at=closes_at, proposed_by_id=actor.pk, proposed_at=now
    )
    record(actor=actor, action="poll.change_proposed", subject=poll, what=what)
    return request


@transaction.atomic
def confirm_change(*, request_id: int, actor: User, now: datetime) -> Poll:
    """Do, as a second officer, what another proposed."""
    request = PollRequest.objects.select_for_update().get(pk=request_id, confirmed_at=None)
    second = User.objects.get(pk=request.proposed_by_id)
    facts: dict[str, Any] = {"poll_id": request.poll_id, "actor": actor, "second": second, "reason": request.reason}
    match request.what:
        case PollRequest.What.PAUSE:
            poll = pause_poll(**facts, now=now)
        case PollRequest.What.RESUME:
            poll = resume_poll(**facts, now=now)
        case PollRequest.What.EXTEND:
            if request.closes_at is None:
                raise PollMoved(state="no_moment")
            poll = extend_poll(**facts, closes_at=request.closes_at, now=now)
        case _:
            poll = cancel_poll(**facts, now=now)
    request.confirmed_by_id, request.confirmed_at = actor.pk, now
    request.save(update_fields=["confirmed_by_id", "confirmed_at"])
    return poll


@transaction.atomic
def drop_change(*, request_id: int, actor: User) -> None:
    """Take back a proposal that nobody has confirmed."""
    request = PollRequest.objects.select_related("poll").get(pk=request_id, confirmed_at=None)
    record(actor=actor, action="poll.change_dropped", subject=request.poll, what=request.what)
    request.delete()


def _two_people(actor: User, second: User) -> None:
    if actor.pk == second.pk:
        raise SecondPersonNeeded()


def _noted(poll_id: int, what: str, actor: User, second: User, reason: str, now: datetime, **facts: Any) -> Poll:
    poll = Poll.objects.get(pk=poll_id)
    write_note(poll=poll, what=what, now=now, reason=reason, **facts)
    record(actor=actor, action=f"poll.{what}", subject=poll, second_id=second.pk)
    return poll
