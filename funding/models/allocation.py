"""How a cycle was divided: the parameter sets, the runs of the formula, and what each area got line by line."""

from typing import Any, Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.models.project import Colour


class ParameterSetState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_USE = "in_use", _("In use")


class ParameterSetQuerySet(models.QuerySet["ParameterSet"]):
    def drafts(self) -> Self:
        return self.filter(state=ParameterSetState.DRAFT)


class ParameterSet(models.Model):
    """One version of the document that says how money is shared; once used it never changes."""

    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ParameterSetState, default=ParameterSetState.DRAFT)
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    written_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = ParameterSetQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            UniqueConstraint(name="parameter_set_version_once", fields=["version"]),
            CheckConstraint(name="parameter_set_state_known", condition=Q(state__in=ParameterSetState.values)),
            CheckConstraint(
                name="parameter_set_used_has_moment", condition=Q(state="draft") ^ Q(used_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"


class RunState(models.TextChoices):
    DRAFT = "draft", _("Waiting to be worked out")
    COMPUTED = "computed", _("Worked out, waiting for two signatures")
    APPROVED = "approved", _("Signed by two people")
    POSTED = "posted", _("In the ledger")
    REVERSED = "reversed", _("Taken back by a correction")


# The only moves a run may make; the database holds the same table in a trigger.
RUN_MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"computed"}),
    "computed": frozenset({"approved"}),
    "approved": frozenset({"posted"}),
    "posted": frozenset({"reversed"}),
    "reversed": frozenset(),
}


class AllocationRunQuerySet(models.QuerySet["AllocationRun"]):
    def posted(self) -> Self:
        return self.filter(state=RunState.POSTED)

    def waiting(self) -> Self:
        """Runs on which somebody has something to do."""
        return self.filter(state__in=[RunState.DRAFT, RunState.COMPUTED, RunState.APPROVED])


class AllocationRun(models.Model):
    """One division of a cycle under one parameter set; the same inputs can never be run into two results.

    ``input_hash`` is the SHA-256 of the canonical inputs (sums, parameters, every area); ``outcome_hash`` of what came
    out, which two people other than the one who asked for the run sign.
    """

    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="runs")
    parameter_set = models.ForeignKey(ParameterSet, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=8, choices=RunState, default=RunState.DRAFT)
    input_hash = models.CharField(max_length=64)
    inputs = models.JSONField()
    outcome_hash = models.CharField(max_length=64, blank=True)
    totals = models.JSONField(default=dict)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    asked_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)

    objects = AllocationRunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            UniqueConstraint(name="run_once_an_input", fields=["input_hash"]),
            UniqueConstraint(name="run_one_posted_a_cycle", fields=["cycle"], condition=Q(state="posted")),
            CheckConstraint(name="run_state_known", condition=Q(state__in=RunState.values)),
            CheckConstraint(name="run_computed_has_outcome", condition=Q(state="draft") ^ ~Q(outcome_hash="")),
            CheckConstraint(
                name="run_posted_has_moment",
                condition=Q(state__in=["draft", "computed", "approved"]) ^ Q(posted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.input_hash[:10]} of cycle {self.cycle_id}"

    @classmethod
    def light(cls) -> Any:
        """Runs without their inputs, which are large."""
        return cls.objects.defer("inputs")


class RunApproval(models.Model):
    """A person signed a run's figures, by their hash; the one who asked for the run cannot."""

    run = models.ForeignKey(AllocationRun, models.PROTECT, related_name="approvals")
    user = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    outcome_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [UniqueConstraint(name="approval_once_a_person", fields=["run", "user"])]

    def __str__(self) -> str:
        return f"{self.user_id} signed {self.run_id}"


class AreaShare(models.Model):
    """One area's line in a run, in one colour: what it weighed, received, kept and passed down."""

    run = models.ForeignKey(AllocationRun, models.PROTECT, related_name="shares")
    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="shares")
    colour = models.CharField(max_length=8, choices=Colour)
    weight = models.BigIntegerField()
    floor_pence = models.PositiveBigIntegerField()
    cap_pence = models.PositiveBigIntegerField(null=True)
    received_pence = models.PositiveBigIntegerField()
    kept_pence = models.PositiveBigIntegerField()
    unallocated_pence = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(name="share_once_a_colour", fields=["run", "area", "colour"]),
            CheckConstraint(name="share_colour_known", condition=Q(colour__in=Colour.values)),
            CheckConstraint(
                name="share_keeps_no_more_than_it_got",
                condition=Q(received_pence__gte=F("kept_pence") + F("unallocated_pence")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.colour} in run {self.run_id}"

    @property
    def passed_pence(self) -> int:
        return self.received_pence - self.kept_pence - self.unallocated_pence
