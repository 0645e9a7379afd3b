"""The barrier between casting and closing, and the one seat of each log's sequencer; transaction-level locks only."""

from django.db import connections

CAST_OR_CLOSE = 7101
SEQUENCER = 7102


def share_poll(poll_id: int, *, using: str = "default") -> None:
    """Hold the poll open until this transaction ends: every cast takes this, and they do not wait for each other."""
    _lock("pg_advisory_xact_lock_shared", CAST_OR_CLOSE, poll_id, using)


LOCK_SHARED = f"SELECT pg_advisory_xact_lock_shared({CAST_OR_CLOSE}, %s);"  # to send along with what needs the lock


def hold_poll(poll_id: int, *, using: str = "default") -> None:
    """Wait until no cast is under way, and let none begin until this transaction ends."""
    _lock("pg_advisory_xact_lock", CAST_OR_CLOSE, poll_id, using)


def hold_log(poll_id: int) -> None:
    """Be the only one that appends to a poll's log until this transaction ends."""
    _lock("pg_advisory_xact_lock", SEQUENCER, poll_id, "default")


def _lock(function: str, kind: int, poll_id: int, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [kind, poll_id])
