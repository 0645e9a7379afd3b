"""Who has an interest in an option of a poll, and so may not help, vouch or handle papers for it (T§3.6)."""

from collections.abc import Iterable

from voting.models import PollInterest


def note_interests(*, poll_id: int, pairs: Iterable[tuple[int, str]]) -> None:
    """Note that these people (user id, option ref) have an interest in these options; noting again changes nothing.

    What is noted stays until the poll's records end: an interest during the vote is not undone by leaving a group.
    """
    PollInterest.objects.bulk_create(
        (PollInterest(poll_id=poll_id, user_id=user_id, option_ref=ref) for user_id, ref in sorted(set(pairs))),
        ignore_conflicts=True,
        batch_size=2_000,
    )
