"""Work over many areas that fans out to every worker, and how far it has come."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _


class FanOutKind(models.TextChoices):
    COUNTS = "counts", _("Counting votes")
    NOTICES = "notices", _("Telling areas about their money")


class FanOut(models.Model):
    """One request to do a kind of work in many areas, each part once."""

    kind = models.CharField(max_length=10, choices=FanOutKind)
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, null=True, related_name="fan_outs")
    key = models.CharField(max_length=120, unique=True)
    asked_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [CheckConstraint(name="fan_out_kind_known", condition=Q(kind__in=FanOutKind.values))]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class PartState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class FanOutPartQuerySet(models.QuerySet["FanOutPart"]):
    def waiting(self) -> Self:
        return self.filter(state=PartState.WAITING)


class FanOutPart(models.Model):
    """The work of one area: the poll to count, or the area to tell; ``worker`` is the host that did it."""

    fan_out = models.ForeignKey(FanOut, models.CASCADE, related_name="parts")
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=PartState, default=PartState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=100, blank=True)
    done_at = models.DateTimeField(null=True)

    objects = FanOutPartQuerySet.as_manager()

    class Meta:
        ordering = ["fan_out", "id"]
        constraints = [
            UniqueConstraint(name="part_once_a_subject", fields=["fan_out", "subject_id"]),
            CheckConstraint(name="part_state_known", condition=Q(state__in=PartState.values)),
            CheckConstraint(name="part_done_has_moment", condition=~Q(state="done") | Q(done_at__isnull=False)),
        ]
        indexes = [models.Index(fields=["fan_out", "state"], name="part_progress")]

    def __str__(self) -> str:
        return f"part {self.subject_id} of {self.fan_out_id}"
