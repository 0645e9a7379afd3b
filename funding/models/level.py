"""At which level a project is decided, with every test on record, and challenges to it (R7-R9)."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.models.hidden import MayBeHidden

if TYPE_CHECKING:
    from funding.models.project import Project


class LevelForm(models.TextChoices):
    SINGLE = "single", _("Decided by one area")
    JOINT = "joint", _("Decided by several areas together")
    MATCH = "match", _("Decided by an area and the one above it together")
    OUT_OF_SCOPE = "out_of_scope", _("Fits at no level")


class LevelDecisionQuerySet(models.QuerySet["LevelDecision"]):
    def current(self) -> Self:
        return self.filter(superseded_at__isnull=True)


class LevelDecision(models.Model):
    """Which area decides one version of a project, and the public record of how that was found.

    ``tests`` is the list of {area, level, test, passed, value, threshold} in the order they were made; ``payers`` is
    area code to colour to pence. Appended: a new version or an upheld challenge supersedes it.
    """

    project = models.ForeignKey("funding.Project", models.PROTECT, related_name="level_decisions")
    number = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=16, choices=LevelForm)
    area = models.ForeignKey("communities.Area", models.PROTECT, null=True, related_name="level_decisions")
    level = models.CharField(max_length=16, blank=True)
    host = models.ForeignKey("communities.Area", models.PROTECT, null=True, related_name="hosted_decisions")
    kept = models.JSONField(default=list)
    dropped = models.JSONField(default=list)
    payers = models.JSONField(default=dict)
    tests = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    parameter_hash = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    decided_at = models.DateTimeField()
    challenge_until = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = LevelDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            UniqueConstraint(name="level_decision_in_order", fields=["project", "number"]),
            UniqueConstraint(
                name="level_decision_one_current", fields=["project"], condition=Q(superseded_at__isnull=True)
            ),
            CheckConstraint(name="level_form_known", condition=Q(form__in=LevelForm.values)),
            CheckConstraint(
                name="level_has_area_or_no_scope", condition=Q(form="out_of_scope") ^ Q(area__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.level} for {self.project_id}"


class JointVote(models.Model):
    """What one area's vote said about its share of a joint project."""

    decision = models.ForeignKey(LevelDecision, models.PROTECT, related_name="votes")
    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="joint_votes")
    selected = models.BooleanField()
    round = models.ForeignKey("funding.Round", models.PROTECT, related_name="joint_votes")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["decision", "area"]
        constraints = [UniqueConstraint(name="joint_vote_once_an_area", fields=["decision", "area"])]

    def __str__(self) -> str:
        return f"{self.area_id} {'chose' if self.selected else 'did not choose'} {self.decision_id}"


class ChallengeState(models.TextChoices):
    GATHERING = "gathering", _("Gathering support")
    WAITING = "waiting", _("Waiting for an independent reviewer")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")
    LAPSED = "lapsed", _("Not enough support in time")


CHALLENGE_MOVES: dict[str, frozenset[str]] = {
    "gathering": frozenset({"waiting", "lapsed"}),
    "waiting": frozenset({"upheld", "dismissed"}),
    "upheld": frozenset(),
    "dismissed": frozenset(),
    "lapsed": frozenset(),
}


class Challenge(MayBeHidden):
    """Residents or a body dispute who benefits from a project, or the choice of who holds a pot (R9).

    It stands when the area's body makes it or 25 residents support it within the window; a reviewer from another
    authority rules once.
    """

    decision = models.ForeignKey(LevelDecision, models.PROTECT, null=True, related_name="challenges")
    holder = models.ForeignKey("funding.PotHolder", models.PROTECT, null=True, related_name="challenges")
    state = models.CharField(max_length=12, choices=ChallengeState)
    words = models.TextField()
    by_body = models.ForeignKey("communities.Body", models.PROTECT, null=True, related_name="challenges")
    made_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    reviewer = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    reviewer_body = models.ForeignKey("communities.Body", models.PROTECT, null=True, related_name="+")
    ruling = models.TextField(blank=True)
    ruled_at = models.DateTimeField(null=True)
    hidden_body = models.ForeignKey("communities.Body", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "id"]
        constraints = [
            CheckConstraint(
                name="challenge_hidden_has_reason",
                condition=Q(hidden_at=None, hidden_reason="")
                | (Q(hidden_at__isnull=False, hidden_body__isnull=False) & ~Q(hidden_reason="") & ~Q(hidden_words="")),
            ),
            CheckConstraint(name="challenge_state_known", condition=Q(state__in=ChallengeState.values)),
            CheckConstraint(
                name="challenge_of_one_thing", condition=Q(decision__isnull=False) ^ Q(holder__isnull=False)
            ),
            CheckConstraint(
                name="challenge_ruled_with_words",
                condition=~Q(state__in=["upheld", "dismissed"])
                | (Q(ruled_at__isnull=False, reviewer__isnull=False) & ~Q(ruling="")),
            ),
            UniqueConstraint(
                name="challenge_one_open_a_decision",
                fields=["decision"],
                condition=Q(state__in=["gathering", "waiting"]),
            ),
        ]

    def __str__(self) -> str:
        return f"challenge {self.pk}: {self.state}"

    @property
    def disputed_project(self) -> "Project":
        """The project whose level is disputed. Raises ValueError for a challenge to who holds a pot."""
        if self.decision is None:
            raise ValueError(f"challenge {self.pk} is about a pot")
        return self.decision.project


class ChallengeSupport(models.Model):
    """One verified resident supports a challenge; only the number is shown."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="supports")
    resident = models.ForeignKey("communities.Resident", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(name="support_once_a_resident", fields=["challenge", "resident"])]

    def __str__(self) -> str:
        return f"support of {self.challenge_id}"
