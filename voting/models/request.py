"""What one officer proposes for an open poll and another confirms."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from voting.models.poll import Poll


class PollRequest(models.Model):
    """A pause, resumption, extension or cancellation that waits for a second officer."""

    class What(models.TextChoices):
        PAUSE = "pause"
        RESUME = "resume"
        EXTEND = "extend"
        CANCEL = "cancel"

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="requests")
    what = models.CharField(max_length=8, choices=What)
    reason = models.CharField(max_length=300)
    closes_at = models.DateTimeField(null=True)
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            CheckConstraint(name="poll_request_known", condition=Q(what__in=["pause", "resume", "extend", "cancel"])),
            CheckConstraint(name="poll_request_two_officers", condition=~Q(proposed_by_id=F("confirmed_by_id"))),
            CheckConstraint(name="poll_request_extends", condition=~Q(what="extend") | Q(closes_at__isnull=False)),
            UniqueConstraint(name="poll_request_one_waits", fields=["poll"], condition=Q(confirmed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.what} poll {self.poll_id}"
