"""Two residents who may be one person: an officer decides, and the round's rule says which vote stands."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from communities.models import NearMatch, NearMatchState, User
from communities.services.residents import settle_near_match
from renewal.kernel.audit import record
from voting.models import Poll, RollEntry, SealedBallot
from voting.services.locks import share_poll
from voting.states import BallotStatus, Channel, PollState


@dataclass(frozen=True)
class DuplicateCase:
    """Two entries of one poll that may be one person: channels and days, no names and no choices."""

    match_id: int
    poll: Poll
    first: RollEntry
    second: RollEntry


def waiting_cases(*, polls: list[Poll]) -> list[DuplicateCase]:
    """List near matches whose two residents stand on the roll of one of these polls."""
    by_id = {poll.pk: poll for poll in polls}
    pairs = NearMatch.objects.filter(
        state=NearMatchState.WAITING,
        resident__roll_entries__poll__in=by_id,
        other__roll_entries__poll=F("resident__roll_entries__poll"),
    ).values_list("pk", "resident__roll_entries", "other__roll_entries")
    entries = RollEntry.objects.in_bulk([pk for _, *both in pairs for pk in both])
    return [
        DuplicateCase(match, by_id[entries[first].poll_id], entries[first], entries[second])
        for match, first, second in sorted(pairs)
    ]


@transaction.atomic
def settle_duplicate(*, case: DuplicateCase, is_same: bool, actor: User, now: datetime) -> None:
    """Record the decision; of one person's two votes the later electronic one is cancelled, a paper stands."""
    settle_near_match(near_match_id=case.match_id, same=is_same, actor=actor, now=now)
    if not is_same:
        return
    share_poll(case.poll.pk)
    poll = Poll.objects.get(pk=case.poll.pk)
    pair = RollEntry.objects.select_for_update().filter(pk__in=[case.first.pk, case.second.pk]).order_by("pk")
    first, second = list(pair)
    if not (first.channel and second.channel) or poll.state not in {PollState.OPEN, PollState.PAUSED, PollState.CLOSED}:
        return
    gone = first if second.channel == Channel.PAPER else second
    if gone.channel == Channel.PAPER or gone.current_ballot_id is None:
        return  # two papers are mixed with others: nobody can find them, and both stand
    SealedBallot.objects.filter(pk=gone.current_ballot_id).update(status=BallotStatus.CANCELLED)
    RollEntry.objects.filter(pk=gone.pk).update(channel="", current_ballot=None, marked_on=None)
    kept = second if gone is first else first
    RollEntry.objects.filter(pk=kept.pk).update(was_overridden=True, told_on=None)  # the person is told, not how
    record(actor=actor, action="duplicate.cancelled", subject=poll, match_id=case.match_id)
