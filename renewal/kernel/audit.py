"""Who did what to which row, written in the transaction that did it."""

from django.db import connection, models
from django.utils import timezone

from renewal.kernel.models import AuditEvent


def record(*, actor: models.Model | None, action: str, subject: models.Model, **facts: object) -> AuditEvent:
    """Append an audit event for ``subject``; ``facts`` are ids, amounts and codes, never names, addresses or choices.

    ``actor`` is None when a job acted. Must be called inside the service's transaction: an event whose deed was rolled
    back would be a lie, so outside a transaction this raises RuntimeError.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"audit {action} outside a transaction")
    return AuditEvent.objects.create(
        at=timezone.now(),
        actor_id=None if actor is None else actor.pk,
        action=action,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        facts=facts,
    )
