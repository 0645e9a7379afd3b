"""Opening the box: run as `counter`, who alone reads ciphertexts and keys (DESIGN.md §4). Safe to run again (J1).

First the link is cut: counted ciphertexts go shuffled to new rows, the originals are deleted, the roll's pointers are
emptied. Only then is anything decrypted, into ballots whose order is that of their random check codes.
"""

import hashlib
import logging
import os
import random
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from renewal.kernel.canonical import canonical_json
from voting.models import BoxBallot, BoxOpening, Option, PaperBatch, Poll, PollKey, PublishedBallot, RollEntry
from voting.models import SealedBallot as Sealed
from voting.sealing import NotABallot, unseal_ballot
from voting.services.errors import BoxNotReady
from voting.services.locks import hold_poll
from voting.states import BallotStatus, PollState

logger = logging.getLogger(__name__)

SMALLEST_PUBLISHED = 100  # below this many ballots none is published one by one
BATCH = 2_000


def open_box(*, poll_id: int, now: datetime, using: str = "counter") -> BoxOpening:
    """Open the box of a closed poll on the connection of `counter`; opening again returns what was found."""
    opening = cut_the_link(poll_id=poll_id, using=using)
    return unseal_all(poll_id=poll_id, now=now, using=using) if opening.published is None else opening


def cut_the_link(*, poll_id: int, using: str) -> BoxOpening:
    """Move what counts to new rows in random order, delete the originals, empty the pointers, in one transaction."""
    with transaction.atomic(using=using):
        hold_poll(poll_id, using=using)
        known = BoxOpening.objects.using(using).filter(poll_id=poll_id).first()
        if known is not None:
            return known
        state = Poll.objects.using(using).values_list("state", flat=True).get(pk=poll_id)
        if state != PollState.CLOSED:
            raise BoxNotReady(why="not_closed", state=state)
        if PaperBatch.objects.using(using).filter(poll_id=poll_id, sealed_at__isnull=True).exists():
            raise BoxNotReady(why="paper_not_sealed")
        box = Sealed.objects.using(using).filter(poll_id=poll_id)
        live = list(box.filter(status=BallotStatus.LIVE).values_list("ciphertext", "is_paper"))
        random.SystemRandom().shuffle(live)
        BoxBallot.objects.using(using).bulk_create(
            (BoxBallot(poll_id=poll_id, ciphertext=ciphertext) for ciphertext, _ in live), batch_size=BATCH
        )
        paper = sum(is_paper for _, is_paper in live)
        others = Counter(box.exclude(status=BallotStatus.LIVE).values_list("status", flat=True))
        opening = BoxOpening.objects.using(using).create(
            poll_id=poll_id,
            electronic=len(live) - paper,
            paper=paper,
            superseded=others[BallotStatus.SUPERSEDED],
            cancelled=others[BallotStatus.CANCELLED],
        )
        RollEntry.objects.using(using).filter(poll_id=poll_id, current_ballot__isnull=False).update(current_ballot=None)
        box._raw_delete(using)  # nothing points here any more
        return opening


def unseal_all(*, poll_id: int, now: datetime, using: str) -> BoxOpening:
    """Decrypt the table into published ballots, reveal the tie secret and mark the poll `opened`."""
    with transaction.atomic(using=using):
        hold_poll(poll_id, using=using)
        opening = BoxOpening.objects.using(using).get(poll_id=poll_id)
        if opening.published is not None:
            return opening
        poll = Poll.objects.using(using).get(pk=poll_id)
        key = PollKey.objects.using(using).get(pk=poll_id)
        if key.private_key is None:
            raise BoxNotReady(why="key_destroyed")
        if hashlib.sha256(bytes.fromhex(key.tie_secret)).hexdigest() != poll.tie_secret_hash:
            raise BoxNotReady(why="tie_secret_differs")
        ballots, rejected = _unseal(poll, bytes(key.private_key), using)
        withheld = not poll.recomputable or len(ballots) < SMALLEST_PUBLISHED
        PublishedBallot.objects.using(using).bulk_create(
            (
                PublishedBallot(poll=poll, check_code=code, choices=choices, is_withheld=withheld)
                for code, choices in ballots
            ),
            batch_size=BATCH,
        )
        opening.rejected = rejected
        opening.published = len(ballots)
        opening.commitment = hashlib.sha256(canonical_json([[code, choices] for code, choices in ballots])).hexdigest()
        opening.save(using=using, update_fields=["rejected", "published", "commitment"])
        moved = Poll.objects.using(using).filter(pk=poll_id, state=PollState.CLOSED)
        if not moved.update(state=PollState.OPENED, tie_secret=key.tie_secret, box_opened_at=now):
            raise BoxNotReady(why="not_closed")
    logger.info("box opened", extra={"poll_id": poll_id, "count": opening.published})
    return opening


def _unseal(poll: Poll, private_key: bytes, using: str) -> tuple[list[tuple[str, list[str]]], int]:
    """Open and check every ballot; returns them by check code, and how many were no ballots of this poll."""
    refs = set(Option.objects.using(using).filter(poll=poll).values_list("ref", flat=True))
    opened: list[tuple[str, list[str]]] = []
    rejected = 0
    for ciphertext in BoxBallot.objects.using(using).filter(poll=poll).values_list("ciphertext", flat=True):
        try:
            choices, code = unseal_ballot(private_key=private_key, poll=poll.slug, ciphertext=bytes(ciphertext))
        except NotABallot:
            rejected += 1
            continue
        if not refs.issuperset(choices) or len(set(choices)) < len(choices):
            rejected += 1
            continue
        opened.append((code, choices))
    return _with_single_codes(opened), rejected


def _with_single_codes(ballots: Iterable[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Sort by code and tell clashing codes apart; which of two alike comes first is drawn, and logged by its suffix."""
    shuffled = sorted(ballots, key=lambda ballot: (ballot[0], secrets.token_bytes(8)))
    seen: Counter[str] = Counter()
    single = []
    for code, choices in shuffled:
        seen[code] += 1
        single.append((code if seen[code] == 1 else f"{code}-{seen[code]}", choices))
    return single


def open_box_in_child(*poll_ids: int, poll_id: int = 0) -> None:
    """Run ``open_ballots`` for one poll or several as a process of its own, which alone holds the counter's connection.

    For the demo, whose own server trusts its socket; in production a person runs the command where the counter's
    credentials are, and neither web nor worker knows them.
    """
    if not settings.DEMO:
        raise BoxNotReady(why="only_in_the_demo")
    as_counter = os.environ["DATABASE_URL"].replace("//app@", "//counter@", 1)
    subprocess.run(  # noqa: S603 -- our own command and a number
        [sys.executable, "-m", "django", "open_ballots", *map(str, poll_ids or [poll_id])],
        cwd=Path(__file__).resolve().parents[2],
        env={"COUNTER_DATABASE_URL": as_counter, **os.environ},
        check=True,
        timeout=600,
        capture_output=True,
    )


def destroy_key(*, poll_id: int, now: datetime, using: str = "counter") -> bool:
    """Empty the private key after the challenge window, so that sealed copies in old backups die; once."""
    with transaction.atomic(using=using):
        state = Poll.objects.using(using).values_list("state", flat=True).get(pk=poll_id)
        if state not in {PollState.COUNTED, PollState.PUBLISHED}:
            raise BoxNotReady(why="not_counted")
        BoxBallot.objects.using(using).filter(poll_id=poll_id)._raw_delete(using)
        keys = PollKey.objects.using(using).filter(pk=poll_id, private_key__isnull=False)
        return bool(keys.update(private_key=None, destroyed_at=now))
