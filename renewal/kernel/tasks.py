"""The kernel's own jobs: relay the outbox, do one message, show a sign of life."""

from celery import shared_task
from django.utils import timezone


@shared_task(acks_late=True)
def relay_outbox() -> None:
    from renewal.kernel.outbox import relay

    relay(now=timezone.now(), publish=lambda message_id: perform_message.delay(message_id=message_id))


@shared_task(acks_late=True)
def perform_message(*, message_id: int) -> None:
    from renewal.kernel.outbox import note_failure, perform

    try:
        perform(message_id=message_id, now=timezone.now())
    except Exception as error:
        note_failure(message_id=message_id, error=error)
        raise


@shared_task
def beat() -> None:
    from renewal.kernel.models import Heartbeat

    Heartbeat.objects.update_or_create(name="beat", defaults={"seen_at": timezone.now()})
