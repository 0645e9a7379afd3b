"""Polls and the frozen options people choose between."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint


class PollKind(models.TextChoices):
    APPROVE = "approve"
    BUDGET = "budget"
    RANK = "rank"
    PRIORITIES = "priorities"


class RollKind(models.TextChoices):
    LIST = "list"
    OPEN = "open"


class PollState(models.TextChoices):
    DRAFT = "draft"
    REHEARSAL = "rehearsal"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    OPENED = "opened"
    COUNTED = "counted"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class PollQuerySet(models.QuerySet["Poll"]):
    def accepting_ballots(self, *, at: datetime) -> Self:
        return self.filter(state=PollState.OPEN, opens_at__lte=at, closes_at__gt=at)


class Poll(models.Model):
    """One vote over frozen options in one area."""

    slug = models.SlugField(max_length=120, unique=True)
    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="polls")
    title = models.CharField(max_length=200)
    title_cy = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=16, choices=PollKind)
    roll_kind = models.CharField(max_length=8, choices=RollKind, default=RollKind.OPEN)
    state = models.CharField(max_length=16, choices=PollState, default=PollState.DRAFT)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    voting_age = models.PositiveSmallIntegerField(default=16)
    budget_pence = models.PositiveBigIntegerField(default=0)
    rule = models.CharField(max_length=32)
    parameters = models.JSONField(default=dict)
    limits = models.JSONField(default=dict)
    floors = models.JSONField(default=list)
    most_choices = models.PositiveSmallIntegerField(null=True)
    forecast_ballots = models.PositiveIntegerField(default=0)
    recomputable = models.BooleanField(default=True)

    objects = PollQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "id"]
        constraints = [
            CheckConstraint(name="poll_kind_known", condition=Q(kind__in=PollKind.values)),
            CheckConstraint(name="poll_roll_kind_known", condition=Q(roll_kind__in=RollKind.values)),
            CheckConstraint(name="poll_state_known", condition=Q(state__in=PollState.values)),
            CheckConstraint(name="poll_closes_after_opening", condition=Q(closes_at__gt=F("opens_at"))),
        ]

    def __str__(self) -> str:
        return self.title


class Option(models.Model):
    """One choice of a poll: a frozen copy of a project's or a need's title, summary and cost."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options")
    ref = models.CharField(max_length=32)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    title_cy = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    summary_cy = models.TextField(blank=True)
    cost_pence = models.PositiveBigIntegerField(default=0)
    demands = models.JSONField(default=dict)
    tags = models.JSONField(default=list)
    at_most_one_of = models.CharField(max_length=32, blank=True)
    url_path = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["poll", "number"]
        constraints = [
            UniqueConstraint(name="option_ref_once_a_poll", fields=["poll", "ref"]),
            UniqueConstraint(name="option_number_once_a_poll", fields=["poll", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"
