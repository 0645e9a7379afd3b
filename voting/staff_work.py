"""What of the ballot box waits for an officer, and who sees its menu entries."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Role
from communities.offices import holds_office
from renewal.kernel.clock import london_day
from renewal.kernel.staff import WorkItem
from voting.models import Helper, PaperBatch, Poll
from voting.states import BatchState, PollState


def counts(user: Any) -> bool:
    """Whether a person runs votes."""
    return holds_office(user, Role.COUNTING, Role.LEAD)


def helps(user: Any) -> bool:
    """Whether a person may vote with others."""
    on = london_day(timezone.now())
    return counts(user) or Helper.objects.active(on=on).filter(user_id=user.pk).exists()


def waiting_work(user: Any, now: datetime) -> Iterator[WorkItem]:
    """Yield votes to open or publish, changes to confirm and batches to go on with."""
    polls = Poll.objects.real().run_by(user, on=london_day(now))
    for poll in polls.filter(state=PollState.DRAFT):
        if not poll.authors or user.pk in poll.authors:
            continue
        yield WorkItem(_("Open the vote: %(title)s") % {"title": poll.label}, _page(poll), london_day(poll.opens_at))
    for poll in polls.filter(state=PollState.COUNTED):
        url = reverse("voting:result_review", args=[poll.slug])
        due = poll.result_expected_at and london_day(poll.result_expected_at)
        yield WorkItem(_("Publish the result: %(title)s") % {"title": poll.label}, url, due)
    changes = polls.filter(requests__confirmed_at=None, requests__isnull=False).exclude(
        requests__proposed_by_id=user.pk, requests__confirmed_at=None
    )
    for poll in changes.distinct():
        yield WorkItem(_("Confirm a change: %(title)s") % {"title": poll.label}, _page(poll), london_day(now))
    for batch in PaperBatch.objects.filter(poll__in=polls).exclude(state=BatchState.SEALED).select_related("poll"):
        url = reverse("voting:paper_batch", args=[batch.pk])
        yield WorkItem(_("Paper batch %(label)s") % {"label": batch.label}, url, london_day(batch.poll.closes_at))


def _page(poll: Poll) -> str:
    return reverse("voting:staff_poll", args=[poll.slug])
