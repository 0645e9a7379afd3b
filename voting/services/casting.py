"""Casting: one transaction that seals a vote, replaces the earlier one and marks the roll (DESIGN.md §4, T§3.3).

It writes no audit or outbox row: rows of one transaction can be linked. Nothing here logs or stores a choice in the
clear, and no moment is kept, only the day on the roll.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from communities.models import User
from renewal.kernel.clock import london_day
from voting import sealing
from voting.codes import short_code
from voting.models import BallotDraft, HelpEvent, HelpPlace, Poll, PollInterest, RollEntry, SealedBallot
from voting.precedence import Ruling, ruling
from voting.services.choices import refuse_bad_choices
from voting.services.errors import (
    EarlierVoteStands,
    InterestDeclared,
    SentBySomebodyElse,
    VotingHasClosed,
    VotingNotOpen,
)
from voting.services.locks import share_poll
from voting.states import BallotStatus, Channel, PollState


@dataclass(frozen=True)
class Receipt:
    """What a voter gets back: the reference; ``is_repeat`` when this very vote had arrived before."""

    tracker: str
    is_repeat: bool = False


def tracker_of(content_hash: str) -> str:
    """Return the reference of a sealed ballot: the first 40 bits of its content hash."""
    return short_code(bytes.fromhex(content_hash))


@transaction.atomic
def cast_ballot(
    *,
    poll_id: int,
    roll_entry_id: int,
    choices: Sequence[str],
    check_code: str,
    idempotency_key: uuid.UUID,
    channel: str,
    now: datetime,
    draft_id: uuid.UUID | None = None,
    helper: User | None = None,
    place: HelpPlace | None = None,
) -> Receipt:
    """Seal and store one vote; the same idempotency key gives the same receipt, a later vote replaces it until close.

    Raises VotingNotOpen, VotingHasClosed, EarlierVoteStands, ChoicesRefused, InterestDeclared, SentBySomebodyElse.
    """
    share_poll(poll_id)  # closing takes the exclusive lock: whoever is acknowledged here is counted (V2)
    poll = Poll.objects.defer("opening_document").get(pk=poll_id)
    entry = RollEntry.objects.select_for_update().get(pk=roll_entry_id, poll_id=poll_id)
    known = SealedBallot.objects.filter(poll_id=poll_id, idempotency_key=idempotency_key)
    if (content_hash := next(iter(known.values_list("content_hash", flat=True)), None)) is not None:
        if not entry.channel:  # nothing of this person is in the box: do not acknowledge what they did not send
            raise SentBySomebodyElse(poll_id=poll_id)
        return Receipt(tracker_of(content_hash), is_repeat=True)
    _refuse_wrong_time(poll, entry, now)
    decided = ruling(earlier=entry.channel, arriving=channel)
    if decided == Ruling.STANDS:
        raise EarlierVoteStands(channel=channel)
    refuse_bad_choices(poll, list(poll.options.all()), choices)
    if helper is not None:
        refuse_interest(poll_id=poll_id, user=helper)
    ballot = _seal(poll, choices, check_code, idempotency_key)
    if entry.current_ballot_id is not None:
        SealedBallot.objects.filter(pk=entry.current_ballot_id).update(status=BallotStatus.SUPERSEDED)
    RollEntry.objects.filter(pk=entry.pk).update(
        channel=channel,
        current_ballot_id=ballot.pk,
        replacements=entry.replacements + (decided != Ruling.FIRST),
        was_overridden=entry.was_overridden or decided == Ruling.OVERRIDES,
        marked_on=london_day(now),
        told_on=entry.told_on if decided == Ruling.REPLACES else None,  # voting again is silent
        has_reviewed=False,
    )
    if draft_id is not None:
        BallotDraft.objects.filter(pk=draft_id).delete()
    if helper is not None:
        HelpEvent.objects.create(
            roll_entry=entry, channel=channel, helper_id=helper.pk, place=place, helped_on=london_day(now)
        )
    return Receipt(tracker_of(ballot.content_hash))


def receipt_for(*, poll_id: int, roll_entry_id: int, idempotency_key: uuid.UUID) -> Receipt | None:
    """Return the receipt of a vote that has been sent with this key; None when there is none."""
    if not RollEntry.objects.filter(pk=roll_entry_id, poll_id=poll_id).marked().exists():
        return None
    known = SealedBallot.objects.filter(poll_id=poll_id, idempotency_key=idempotency_key)
    content_hash = known.values_list("content_hash", flat=True).first()
    return None if content_hash is None else Receipt(tracker_of(content_hash), is_repeat=True)


def _refuse_wrong_time(poll: Poll, entry: RollEntry, now: datetime) -> None:
    if poll.state != PollState.OPEN:
        raise VotingHasClosed() if poll.state not in {PollState.DRAFT, PollState.PAUSED} else VotingNotOpen()
    if now < poll.opens_at:
        raise VotingNotOpen()
    if not poll.takes_votes(at=now) and not (entry.has_reviewed and poll.takes_late_votes(at=now)):
        raise VotingHasClosed()


def _seal(poll: Poll, choices: Sequence[str], check_code: str, idempotency_key: uuid.UUID) -> SealedBallot:
    ciphertext = sealing.seal_ballot(
        public_key=bytes(poll.public_key or b""),
        poll=poll.slug,
        choices=choices,
        check_code=check_code,
        length=poll.sealed_length or 0,
    )
    ballot = SealedBallot(
        poll=poll,
        ciphertext=ciphertext,
        content_hash=hashlib.sha256(ciphertext).hexdigest(),
        idempotency_key=idempotency_key,
    )
    try:
        with transaction.atomic():
            ballot.save(force_insert=True)
    except IntegrityError as error:  # the key is on another person's vote
        raise SentBySomebodyElse(poll_id=poll.pk) from error
    return ballot


def refuse_interest(*, poll_id: int, user: User) -> None:
    """Raise InterestDeclared when a helper, voucher or clerk has an interest in an option of the poll."""
    if PollInterest.objects.filter(poll_id=poll_id, user_id=user.pk).exists():
        raise InterestDeclared(poll_id=poll_id)


def mark_review(*, roll_entry_id: int, poll: Poll, now: datetime) -> None:
    """Remember that somebody reached the review page before closing, which gives them 30 more minutes."""
    if poll.takes_votes(at=now):
        RollEntry.objects.filter(pk=roll_entry_id, has_reviewed=False).update(has_reviewed=True)


@transaction.atomic
def mark_paper_declaration(*, poll_id: int, roll_entry_id: int, batch_id: int, now: datetime) -> bool:
    """Mark the roll for an accepted paper declaration; False when the person's earlier vote stands (a duplicate).

    A web or phone vote gives way: its ballot becomes superseded, and its voter is told so later.
    """
    share_poll(poll_id)
    state = Poll.objects.values_list("state", flat=True).get(pk=poll_id)
    if state not in {PollState.OPEN, PollState.PAUSED, PollState.CLOSED}:
        raise VotingHasClosed()
    entry = RollEntry.objects.select_for_update().get(pk=roll_entry_id, poll_id=poll_id)
    decided = ruling(earlier=entry.channel, arriving=Channel.PAPER)
    if decided == Ruling.STANDS:
        return False
    if entry.current_ballot_id is not None:
        SealedBallot.objects.filter(pk=entry.current_ballot_id).update(status=BallotStatus.SUPERSEDED)
    RollEntry.objects.filter(pk=entry.pk).update(
        channel=Channel.PAPER,
        current_ballot=None,
        paper_batch_id=batch_id,
        replacements=entry.replacements + (decided != Ruling.FIRST),
        was_overridden=entry.was_overridden or decided == Ruling.OVERRIDES,
        marked_on=london_day(now),
        told_on=None,
    )
    return True
