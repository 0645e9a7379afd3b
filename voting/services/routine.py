"""What the clock triggers: closing, logging, counting. Each finds its work by state, so lost messages cost nothing."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from renewal.kernel.outbox import send_later
from voting.models import Poll
from voting.services.counts import count_poll, publish_result
from voting.services.logging import append_sealed_ballots
from voting.services.opening import open_box_in_child
from voting.services.polls import close_poll
from voting.services.retention import keep_until_the_end
from voting.states import PollState


def close_due_polls(*, now: datetime) -> None:
    """Close every poll whose time and grace have passed; in the demo, open its box in a child process."""
    for poll in Poll.objects.to_close(at=now):
        close_poll(poll_id=poll.pk, now=now)
        keep_until_the_end(poll=poll)
    if settings.DEMO:
        for poll_id in Poll.objects.filter(state=PollState.CLOSED, imported_from="").values_list("pk", flat=True):
            open_box_in_child(poll_id=poll_id)


def log_sealed_ballots(*, now: datetime) -> None:
    """Bring the logs of open polls up to date."""
    for poll_id in Poll.objects.filter(state__in=[PollState.OPEN, PollState.PAUSED]).values_list("pk", flat=True):
        append_sealed_ballots(poll_id=poll_id, now=now)


def count_opened_polls() -> None:
    """Promise a count of every poll whose box is open."""
    for poll_id in Poll.objects.filter(state=PollState.OPENED).values_list("pk", flat=True):
        with transaction.atomic():
            send_later(count_now, key=f"voting.count:{poll_id}", poll_id=poll_id)


def count_now(*, poll_id: int) -> None:
    """Count one poll, in a worker; an imported one has no officers, so its result is published at once."""
    now = timezone.now()
    count_poll(poll_id=poll_id, now=now)
    if Poll.objects.filter(pk=poll_id, state=PollState.COUNTED).exclude(imported_from="").exists():
        publish_result(poll_id=poll_id, actor=None, now=now)
