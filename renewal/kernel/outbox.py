"""What must happen after a commit is a row in that commit (J2); a relay hands the rows to Celery.

The life of a message: ``send_later`` writes it in the service's transaction; ``relay`` (beat, every few seconds)
locks due rows with SKIP LOCKED, counts the attempt, commits, and publishes their ids; ``perform`` runs one message in
a worker under its row lock and marks it done in the same transaction as its effect, so that the effect happens once
even when the broker is flushed, the worker is killed, or the message is delivered twice. A message that has failed or
vanished three times is quarantined for people to look at.
"""

import importlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from renewal.kernel.canonical import digest
from renewal.kernel.models import OutboxMessage, OutboxState

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
PATIENCE = timedelta(seconds=60)  # a message published this long ago and not done is published again


def send_later(
    work: Callable[..., None], *, key: str = "", due_at: datetime | None = None, **arguments: int | str | bool | None
) -> OutboxMessage | None:
    """Promise to call ``work(**arguments)`` in a worker once this transaction commits.

    ``work`` is a plain module-level function (a service, or a Celery task's function) that takes keywords only; the
    arguments are ids, never names or choices. Two promises with the same ``key`` are one (default key: the function and
    its arguments); returns None when it was already promised. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("send_later outside a transaction: the promise could outlive a rollback")
    path = f"{work.__module__}.{work.__qualname__}" if hasattr(work, "__qualname__") else str(work.name)  # type: ignore[attr-defined]
    now = timezone.now()
    key = key or f"{path}:{digest(dict(arguments))[:40]}"
    rows = OutboxMessage.objects.bulk_create(
        [OutboxMessage(task=path, arguments=arguments, key=key, created_at=now, due_at=due_at or now)],
        ignore_conflicts=True,
    )
    return OutboxMessage.objects.filter(key=rows[0].key).first()


def relay(*, now: datetime, publish: Callable[[int], object], batch: int = 200) -> int:
    """Hand due messages to the workers; returns how many. Several relays at once share the work without overlap."""
    with transaction.atomic():
        messages = list(OutboxMessage.objects.due(at=now).select_for_update(skip_locked=True)[:batch])
        ready: list[int] = []
        for message in messages:
            if message.attempts >= MAX_ATTEMPTS:
                message.state = OutboxState.QUARANTINED
                logger.error("outbox message quarantined", extra={"message_id": message.pk, "task_name": message.task})
            else:
                message.attempts += 1
                message.sent_at = now
                message.due_at = now + PATIENCE * message.attempts
                ready.append(message.pk)
            message.save(update_fields=["state", "attempts", "sent_at", "due_at"])
    for pk in ready:  # after the commit: a broker that is down costs a retry, nothing else
        publish(pk)
    return len(ready)


def perform(*, message_id: int, now: datetime) -> bool:
    """Do one message under its row lock, effect and mark in one transaction; False when there was nothing to do."""
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state=OutboxState.WAITING)
            .first()
        )
        if message is None:
            return False
        resolve(message.task)(**message.arguments)
        message.state = OutboxState.DONE
        message.done_at = now
        message.save(update_fields=["state", "done_at"])
    return True


def note_failure(*, message_id: int, error: BaseException) -> None:
    """Keep the kind of the last error (its class only: a message could hold personal data)."""
    OutboxMessage.objects.filter(pk=message_id, state=OutboxState.WAITING).update(last_error=type(error).__name__)


def resolve(path: str) -> Callable[..., None]:
    """Find a function by its dotted path."""
    module, _, name = path.rpartition(".")
    work = getattr(importlib.import_module(module), name)
    return getattr(work, "run", work)  # type: ignore[no-any-return]
