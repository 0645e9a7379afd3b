"""The public log: one sequencer appends what has been sealed, sorted inside a batch, and signs the head.

Casting never waits for it. Every sealed web, phone and in-person ballot is logged, superseded or not; paper is not.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, OuterRef
from django.db.models.expressions import Exists
from nacl.signing import SigningKey

from renewal.kernel.canonical import canonical_json
from renewal.kernel.outbox import send_later
from voting import merkle
from voting.codes import keyed_hash
from voting.models import LogEntry, LogHead, Poll, SealedBallot
from voting.services.files import save_result_file
from voting.services.locks import hold_log


def signing_key() -> SigningKey:
    """Return the Ed25519 key of all heads, derived from the service's pepper, which no rotation may change."""
    return SigningKey(bytes.fromhex(keyed_hash("log-signing", "heads")))


def log_public_key() -> str:
    """Return the key that verifies every head, in hexadecimal; it stands in each poll's opening document."""
    return bytes(signing_key().verify_key).hex()


def head_statement(*, poll: str, size: int, root: str) -> bytes:
    """Write what a head's signature covers."""
    return canonical_json({"log": poll, "root": root, "size": size})


@transaction.atomic
def append_opening(*, poll: Poll, content_hash: str, document: str, now: datetime) -> None:
    """Write entry 0 and the first head."""
    hold_log(poll.pk)
    LogEntry.objects.create(poll=poll, seq=0, kind=LogEntry.Kind.OPENING, content_hash=content_hash, document=document)
    _publish_head(poll, now)


@transaction.atomic
def append_note(*, poll: Poll, content_hash: str, document: str, now: datetime) -> None:
    """Append a public fact about the poll itself: a pause, an extension, a withdrawn project."""
    hold_log(poll.pk)
    LogEntry.objects.create(
        poll=poll, seq=_length(poll), kind=LogEntry.Kind.NOTE, content_hash=content_hash, document=document
    )
    _publish_head(poll, now)


@transaction.atomic
def append_sealed_ballots(*, poll_id: int, now: datetime) -> int:
    """Log every sealed ballot that is not logged yet, sorted by hash so that order says nothing; returns how many."""
    hold_log(poll_id)
    poll = Poll.objects.get(pk=poll_id)
    logged = LogEntry.objects.filter(poll=poll, content_hash=OuterRef("content_hash"))
    waiting = (
        SealedBallot.objects.filter(~Exists(logged), poll=poll, is_paper=False)
        .order_by("content_hash")
        .values_list("content_hash", flat=True)
    )
    start = _length(poll)
    entries = [
        LogEntry(poll=poll, seq=start + place, kind=LogEntry.Kind.BALLOT, content_hash=content_hash)
        for place, content_hash in enumerate(waiting)
    ]
    if entries:
        LogEntry.objects.bulk_create(entries, batch_size=2_000)
        _publish_head(poll, now)
    return len(entries)


def leaves_of(poll: Poll, *, size: int | None = None) -> list[bytes]:
    """Return the leaf hashes of a poll's log, all or the first ``size``."""
    hashes = LogEntry.objects.filter(poll=poll).order_by("seq").values_list("content_hash", flat=True)
    return [merkle.leaf_hash(bytes.fromhex(text)) for text in (hashes if size is None else hashes[:size])]


def final_root(poll: Poll) -> str:
    """Return the root of the log at closing, in hexadecimal: the lot's seed rests on it.

    It is that of the head whose last entry is the note "closed"; an imported poll closes with its opening document.
    """
    heads = LogHead.objects.filter(poll=poll)
    if poll.imported_from:
        return heads.get(size=1).root
    closing = LogEntry.objects.filter(poll=poll, kind=LogEntry.Kind.NOTE, document__contains='"note":"closed"').get()
    return heads.get(size=closing.seq + 1).root


def _length(poll: Poll) -> int:
    last: int | None = LogEntry.objects.filter(poll=poll).aggregate(last=Max("seq"))["last"]
    return 0 if last is None else last + 1


def inclusion_of(*, poll: Poll, content_hash: str) -> dict[str, Any] | None:
    """Prove that a ballot is in the log of the last head: entry number, audit path, root; None before it is logged."""
    entry = LogEntry.objects.filter(poll=poll, content_hash=content_hash).first()
    head = LogHead.objects.filter(poll=poll).order_by("-size").first()
    if entry is None or head is None:
        return None
    path = merkle.inclusion_proof(entry.seq, leaves_of(poll, size=head.size))
    return {"entry": entry.seq, "size": head.size, "root": head.root, "path": [part.hex() for part in path]}


def write_heads(*, poll_id: int) -> None:
    """Publish a poll's heads as one static file, each with the proof that it extends the one before."""
    poll = Poll.objects.get(pk=poll_id)
    save_result_file(poll, "heads.json", canonical_json({"log": poll.slug, "heads": heads_document(poll)}))


def heads_document(poll: Poll) -> list[dict[str, Any]]:
    """Write all heads with their signatures and consistency proofs."""
    leaves, heads, before = leaves_of(poll), [], 0
    for head in LogHead.objects.filter(poll=poll).order_by("size"):
        proof = [part.hex() for part in merkle.consistency_proof(before, leaves[: head.size])] if before else []
        heads.append(
            {
                "size": head.size,
                "root": head.root,
                "signature": head.signature,
                "public_key": head.public_key,
                "published_at": head.published_at,
                "consistency": proof,
            }
        )
        before = head.size
    return heads


def _publish_head(poll: Poll, now: datetime) -> LogHead:
    leaves = leaves_of(poll)
    root = merkle.root(leaves).hex()
    signed = signing_key().sign(head_statement(poll=poll.slug, size=len(leaves), root=root))
    send_later(write_heads, key=f"voting.heads:{poll.pk}:{len(leaves)}", poll_id=poll.pk)
    return LogHead.objects.create(
        poll=poll,
        size=len(leaves),
        root=root,
        signature=signed.signature.hex(),
        public_key=log_public_key(),
        published_at=now,
    )
