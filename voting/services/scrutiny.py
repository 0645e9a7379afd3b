"""Two named people check the count of a vote too small to publish ballot by ballot, and sign (T§3.7)."""

from datetime import datetime

from django.db import transaction

from communities.models import User
from renewal.kernel.audit import record
from voting.models import Outcome, Poll, Scrutiny
from voting.services.errors import PollMoved, SecondPersonNeeded
from voting.states import PollState


def refuse_involved(*, poll: Poll, user: User) -> None:
    """Raise SecondPersonNeeded for whoever set the vote up, changed it or opened it: nobody checks their own work."""
    if user.pk in {*poll.authors, poll.opened_by_id}:
        raise SecondPersonNeeded(poll_id=poll.pk)


@transaction.atomic
def sign_scrutiny(*, poll_id: int, actor: User, now: datetime) -> Scrutiny:
    """Sign, by name, that verify.py holds on the full record of a published vote; signing again changes nothing."""
    poll = Poll.objects.select_for_update().get(pk=poll_id)
    if poll.state != PollState.PUBLISHED:
        raise PollMoved(state=poll.state)
    refuse_involved(poll=poll, user=actor)
    outcome = Outcome.objects.select_related("count").get(poll=poll)
    signed, is_new = Scrutiny.objects.get_or_create(
        poll=poll,
        user_id=actor.pk,
        defaults={
            "name": actor.name,
            "result_hash": outcome.count.result_hash,
            "commitment": poll.opening.commitment,
            "signed_at": now,
        },
    )
    if is_new:
        record(actor=actor, action="poll.scrutinised", subject=poll, result_hash=signed.result_hash)
    return signed
