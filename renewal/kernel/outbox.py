"""What must happen after a commit is a row in that commit (J2); a relay hands the rows to Celery.

The life of a message: ``send_later`` writes it in the service's transaction; ``relay`` (beat, every few seconds)
locks due rows with SKIP LOCKED and publishes their ids, again and again with patience until they are done;
``perform`` first counts and commits the attempt, then does the work under the row's lock and marks it done in the
same transaction as its effect. So the effect happens once even when the broker is flushed, the worker is killed, or
the message is delivered twice. A message whose work was begun three times and never ended is set aside (quarantined)
for people to look at; one that merely waited for a broker or a worker is not.
"""

import importlib
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from renewal.kernel.canonical import digest
from renewal.kernel.models import OutboxMessage, OutboxState

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = settings.OUTBOX_ATTEMPTS
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
    path = f"{work.__module__}.{work.__qualname__}" if hasattr(work, "__qualname__") else str(work.name)  # type: ignore[attr-defined]  # a Celery task
    now = timezone.now()
    key = key or f"{path}:{digest(dict(arguments))[:40]}"
    rows = OutboxMessage.objects.bulk_create(
        [OutboxMessage(task=path, arguments=arguments, key=key, created_at=now, due_at=due_at or now)],
        ignore_conflicts=True,
    )
    return OutboxMessage.objects.filter(key=rows[0].key).first()


def send_all_later(work: Callable[..., None], promises: Mapping[str, Mapping[str, int | str | bool | None]]) -> None:
    """Promise many calls of one function in one query: key to arguments, as ``send_later`` promises one."""
    if not connection.in_atomic_block:
        raise RuntimeError("send_all_later outside a transaction: the promises could outlive a rollback")
    now, path = timezone.now(), f"{work.__module__}.{work.__qualname__}"
    rows = (
        OutboxMessage(task=path, arguments=dict(arguments), key=key, created_at=now, due_at=now)
        for key, arguments in promises.items()
    )
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)


def relay(*, now: datetime, publish: Callable[[int], object], batch: int = 200) -> int:
    """Hand due messages to the workers; returns how many. Several relays at once share the work without overlap."""
    with transaction.atomic():
        ready = list(
            OutboxMessage.objects.due(at=now).select_for_update(skip_locked=True).values_list("pk", flat=True)[:batch]
        )
        OutboxMessage.objects.filter(pk__in=ready).update(sent_at=now, due_at=now + PATIENCE)
    for pk in ready:  # after the commit: a broker that is down costs a retry, nothing else
        publish(pk)
    return len(ready)


def perform(*, message_id: int, now: datetime) -> bool:
    """Do one message, effect and mark in one transaction; False when there was nothing to do or it was set aside.

    The attempt is committed before the work begins, so that a message which kills its worker is counted too.
    """
    if not _begin_attempt(message_id=message_id):
        return False
    with transaction.atomic():
        message = _locked(message_id)
        if message is None:
            return False
        resolve(message.task)(**message.arguments)
        message.state = OutboxState.DONE
        message.done_at = now
        message.save(update_fields=["state", "done_at"])
    return True


def _locked(message_id: int) -> OutboxMessage | None:
    waiting = OutboxMessage.objects.filter(pk=message_id, state=OutboxState.WAITING)
    return waiting.select_for_update(skip_locked=True).first()


def _begin_attempt(*, message_id: int) -> bool:
    with transaction.atomic():
        message = _locked(message_id)
        if message is None:
            return False
        if message.attempts >= MAX_ATTEMPTS:
            message.state = OutboxState.QUARANTINED
            message.save(update_fields=["state"])
            logger.error("outbox message quarantined", extra={"message_id": message.pk, "task_name": message.task})
            return False
        message.attempts += 1
        message.save(update_fields=["attempts"])
    return True


def note_failure(*, message_id: int, error: BaseException) -> None:
    """Keep the kind of the last error (its class only: a message could hold personal data)."""
    OutboxMessage.objects.filter(pk=message_id, state=OutboxState.WAITING).update(last_error=type(error).__name__)


def resolve(path: str) -> Callable[..., None]:
    """Find a function by its dotted path."""
    module, _, name = path.rpartition(".")
    work = getattr(importlib.import_module(module), name)
    found: Callable[..., None] = getattr(work, "run", work)
    return found
