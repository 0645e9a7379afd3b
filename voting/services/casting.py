"""Casting: one transaction that seals a vote, replaces the earlier one and marks the roll (DESIGN.md §4, T§3.3).

It writes no audit or outbox row: rows of one transaction can be linked. Nothing here logs or stores a choice in the
clear, and no moment is kept, only the day on the roll.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

from communities.models import User
from renewal.kernel.clock import london_day
from voting import sealing
from voting.codes import short_code
from voting.models import HelpEvent, HelpPlace, Poll, PollInterest, RollEntry, SealedBallot
from voting.precedence import Ruling, ruling
from voting.services.choices import Offered, refuse_bad_choices
from voting.services.errors import (
    EarlierVoteStands,
    InterestDeclared,
    SentBySomebodyElse,
    VotingHasClosed,
    VotingNotOpen,
)
from voting.services.locks import LOCK_SHARED, share_poll
from voting.states import BallotStatus, Channel, PollState

SENT_ONCE = "sealed_ballot_sent_once"
OF_ENTRY = (
    "id",
    "poll_id",
    "channel",
    "current_ballot_id",
    "replacements",
    "has_reviewed",
    "was_overridden",
    "told_on",
)
OF_POLL = (
    "id", "slug", "kind", "state", "opens_at", "closes_at", "budget_pence", "most_choices", "public_key",
    "sealed_length",
)  # fmt: skip
# Plain SQL where every cast passes: the ORM takes several times as long to write these statements as PostgreSQL to
# answer them, and each message is a wait. OF_ENTRY and OF_POLL name its columns; `from_db` wants the models' order.
# LOCK and LOCKED_ENTRY travel in one message and are two statements: the second sees what was committed before it
# began, so a poll that closed while the cast waited for the lock is seen as closed.
LOCK = LOCK_SHARED
LOCKED_ENTRY = """
SELECT r.id, r.poll_id, r.channel, r.current_ballot_id, r.replacements, r.has_reviewed, r.was_overridden, r.told_on,
       p.id, p.slug, p.kind, p.state, p.opens_at, p.closes_at, p.budget_pence, p.most_choices, p.public_key,
       p.sealed_length,
       o.refs, o.costs, o.withdrawn
FROM voting_rollentry r JOIN voting_poll p ON p.id = r.poll_id, LATERAL (
    SELECT array_agg(ref) AS refs, array_agg(cost_pence) AS costs, array_agg(withdrawn_at) AS withdrawn
    FROM voting_option WHERE poll_id = p.id) o
WHERE r.id = %s AND p.id = %s FOR UPDATE OF r
"""
STORE = """
WITH sealed AS (
    INSERT INTO voting_sealedballot (id, poll_id, ciphertext, content_hash, status, idempotency_key, is_paper)
    VALUES (%(ballot)s, %(poll)s, %(ciphertext)s, %(content_hash)s, 'live', %(key)s, false)
), sent AS (
    DELETE FROM voting_ballotdraft WHERE id = %(draft)s
)
UPDATE voting_rollentry SET channel = %(channel)s, current_ballot_id = %(ballot)s, replacements = %(replacements)s,
    was_overridden = %(was_overridden)s, marked_on = %(marked_on)s, told_on = %(told_on)s, has_reviewed = false
WHERE id = %(entry)s
"""


@dataclass(frozen=True)
class Receipt:
    """What a voter gets back: the reference; ``is_repeat`` when this very vote had arrived before."""

    tracker: str
    is_repeat: bool = False


def tracker_of(content_hash: str) -> str:
    """Return the reference of a sealed ballot: the first 40 bits of its content hash."""
    return short_code(bytes.fromhex(content_hash))


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

    Raises VotingNotOpen, VotingHasClosed, EarlierVoteStands, ChoicesRefused, InterestDeclared, SentBySomebodyElse, and
    RollEntry.DoesNotExist. Few statements: a voter waits for each, and at the end of a poll many voters do.
    """
    try:
        with transaction.atomic():
            entry, options = _locked_entry(poll_id=poll_id, roll_entry_id=roll_entry_id)
            if entry.channel and (earlier := _sent_before(poll_id, idempotency_key)):
                return earlier
            _refuse_wrong_time(entry.poll, entry, now)
            decided = ruling(earlier=entry.channel, arriving=channel)
            if decided == Ruling.STANDS:
                raise EarlierVoteStands(channel=channel)
            refuse_bad_choices(entry.poll, options, choices)
            if helper is not None:
                refuse_interest(poll_id=poll_id, user=helper)
            ballot = _seal(entry.poll, choices, check_code, idempotency_key)
            _store(entry, ballot, channel=channel, decided=decided, draft_id=draft_id, now=now)
            if helper is not None:
                HelpEvent.objects.create(
                    roll_entry=entry, channel=channel, helper_id=helper.pk, place=place, helped_on=london_day(now)
                )
            return Receipt(tracker_of(ballot.content_hash))
    except IntegrityError as error:
        # The key is on another person's vote, and nothing of this one's is in the box: there is nothing to acknowledge.
        if isinstance(error.__cause__, UniqueViolation) and error.__cause__.diag.constraint_name == SENT_ONCE:
            raise SentBySomebodyElse(poll_id=poll_id) from error
        raise


def _locked_entry(*, poll_id: int, roll_entry_id: int) -> tuple[RollEntry, list[Offered]]:
    """Hold the poll open, then read and lock the voter's entry, with what a cast must know of its poll and options.

    Closing takes the exclusive lock: whoever is acknowledged under the shared one is counted (V2).
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK + LOCKED_ENTRY, [poll_id, roll_entry_id, poll_id])
        cursor.nextset()
        row = cursor.fetchone()
    if row is None:
        raise RollEntry.DoesNotExist
    *facts, refs, costs, withdrawn = row
    of_entry, of_poll = facts[: len(OF_ENTRY)], facts[len(OF_ENTRY) :]
    entry = RollEntry.from_db("default", OF_ENTRY, of_entry)
    entry.poll = Poll.from_db("default", OF_POLL, of_poll)
    return entry, list(map(Offered, refs or (), costs or (), withdrawn or ()))


def _sent_before(poll_id: int, idempotency_key: uuid.UUID) -> Receipt | None:
    known = SealedBallot.objects.filter(poll_id=poll_id, idempotency_key=idempotency_key)
    content_hash = next(iter(known.values_list("content_hash", flat=True)), None)
    return None if content_hash is None else Receipt(tracker_of(content_hash), is_repeat=True)


def _store(
    entry: RollEntry, ballot: SealedBallot, *, channel: str, decided: Ruling, draft_id: uuid.UUID | None, now: datetime
) -> None:
    """Put the ballot into the box, point the roll at it and forget the draft; the earlier ballot is superseded."""
    if entry.current_ballot_id is not None:
        SealedBallot.objects.filter(pk=entry.current_ballot_id).update(status=BallotStatus.SUPERSEDED)
    facts: dict[str, Any] = {
        "entry": entry.pk,
        "poll": entry.poll_id,
        "ballot": ballot.pk,
        "ciphertext": ballot.ciphertext,
        "content_hash": ballot.content_hash,
        "key": ballot.idempotency_key,
        "draft": draft_id,
        "channel": channel,
        "replacements": entry.replacements + (decided != Ruling.FIRST),
        "was_overridden": entry.was_overridden or decided == Ruling.OVERRIDES,
        "marked_on": london_day(now),
        "told_on": entry.told_on if decided == Ruling.REPLACES else None,  # voting again is silent
    }
    with connection.cursor() as cursor:
        cursor.execute(STORE, facts)


def receipt_for(*, poll_id: int, roll_entry_id: int, idempotency_key: uuid.UUID) -> Receipt | None:
    """Return the receipt of a vote that has been sent with this key; None when there is none."""
    if not RollEntry.objects.filter(pk=roll_entry_id, poll_id=poll_id).marked().exists():
        return None
    return _sent_before(poll_id, idempotency_key)


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
    return SealedBallot(
        poll=poll,
        ciphertext=ciphertext,
        content_hash=hashlib.sha256(ciphertext).hexdigest(),
        idempotency_key=idempotency_key,
    )


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
