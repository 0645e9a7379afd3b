"""One turn in one area, from priorities to what changed."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from renewal.kernel.languages import local


class Step(models.TextChoices):
    """The seven steps of a round, in order."""

    PRIORITIES = "priorities", _("Priorities")
    IDEAS = "ideas", _("Ideas")
    CHECKS = "checks", _("Checks")
    VOTE = "vote", _("Vote")
    RESULT = "result", _("Result")
    DELIVERY = "delivery", _("Delivery")
    CHANGED = "changed", _("What changed")


STEP_ORDER = [step.value for step in Step]


class RoundQuerySet(models.QuerySet["Round"]):
    def in_turn(self) -> Self:
        """Rounds with steps and a vote; without the rows that small awards belong to all year."""
        return self.filter(all_year=False)

    def in_step(self, step: Step, *, at: datetime) -> Self:
        """Rounds whose named step is open at a moment (windows are half-open)."""
        return self.filter(phases__step=step, phases__starts_at__lte=at, phases__ends_at__gt=at)

    def started(self, step: Step, *, at: datetime) -> Self:
        """Rounds whose named step has begun by a moment, whether or not it has ended."""
        return self.filter(phases__step=step, phases__starts_at__lte=at)

    def ended(self, step: Step, *, at: datetime) -> Self:
        """Rounds whose named step is over at a moment."""
        return self.filter(phases__step=step, phases__ends_at__lte=at)

    def undone(self, work: "Work") -> Self:
        """Rounds for which a piece of boundary work has not been done yet."""
        return self.exclude(work_done__work=work)


class Round(models.Model):
    """One turn in one area. Its steps advance by their dates, computed when somebody looks.

    A round that is ``all_year`` has no steps and no vote: the small awards of one area and cycle belong to it.
    """

    slug = models.SlugField(max_length=120, unique=True)
    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="rounds")
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="rounds")
    convenor = models.ForeignKey("communities.Body", models.PROTECT, related_name="rounds")
    title = models.CharField(max_length=200)
    title_cy = models.CharField(max_length=200, blank=True)
    prefix = models.CharField(max_length=4)
    voting_age = models.PositiveSmallIntegerField(default=16)
    required_match_percent = models.PositiveSmallIntegerField(default=0)
    all_year = models.BooleanField(default=False)
    priority_poll = models.OneToOneField("voting.Poll", models.PROTECT, null=True, related_name="priority_round")
    poll = models.OneToOneField("voting.Poll", models.PROTECT, null=True, related_name="round")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            UniqueConstraint(name="round_prefix_once_a_cycle", fields=["cycle", "prefix"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """The title in the reader's language, or in the only one there is."""
        return local(self.title, self.title_cy)


class Phase(models.Model):
    """The window of one step of a round, half-open; the steps of a round never overlap."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="phases")
    step = models.CharField(max_length=16, choices=Step)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["round", "starts_at"]
        constraints = [
            UniqueConstraint(name="phase_once_a_round", fields=["round", "step"]),
            CheckConstraint(name="phase_step_known", condition=Q(step__in=Step.values)),
            CheckConstraint(name="phase_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            ExclusionConstraint(
                name="phases_of_a_round_apart",
                expressions=[
                    (
                        Func(F("starts_at"), F("ends_at"), function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                    ("round", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.round_id}"


class Work(models.TextChoices):
    """What the boundaries of a round's steps trigger; each is done once for a round."""

    CLOSE_IDEAS = "close_ideas"
    OPEN_VOTE = "open_vote"
    POST_RESULT = "post_result"


class RoundWork(models.Model):
    """One piece of boundary work was done for a round: its row and its effect are one transaction (J1)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="work_done")
    work = models.CharField(max_length=16, choices=Work)
    done_at = models.DateTimeField()

    class Meta:
        ordering = ["round", "done_at"]
        constraints = [
            UniqueConstraint(name="round_work_once", fields=["round", "work"]),
            CheckConstraint(name="round_work_known", condition=Q(work__in=Work.values)),
        ]

    def __str__(self) -> str:
        return f"{self.work} of {self.round_id}"
