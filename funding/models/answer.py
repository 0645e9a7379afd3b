"""What a body answers: the words, the actions it promises, what came of them, and what residents say about that."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.answer_states import AnswerKind
from funding.models.mandate import Mandate


class Ground(models.TextChoices):
    """Every ground a body may refuse on. "Not our priority" is not among them and cannot be added by staff.

    A selected project: the four of R14. A priority: a law or the money forbids it.
    """

    LEGALITY = "legality", _("Legality")
    SAFEGUARDING = "safeguarding", _("Safeguarding")
    SUBSIDY_CONTROL = "subsidy_control", _("Subsidy control")
    CONFLICT_OF_INTEREST = "conflict_of_interest", _("Conflict of interest")
    LEGAL = "legal", _("A law does not allow it")
    FINANCIAL = "financial", _("There is no money for it")


PROJECT_GROUNDS = [Ground.LEGALITY, Ground.SAFEGUARDING, Ground.SUBSIDY_CONTROL, Ground.CONFLICT_OF_INTEREST]
PRIORITY_GROUNDS = [Ground.LEGAL, Ground.FINANCIAL]
REFUSALS = [AnswerKind.CANNOT, AnswerKind.REJECT]


class AnswerDraft(models.Model):
    """An answer somebody has written and a second officer has not yet signed; private to the body."""

    mandate = models.OneToOneField(Mandate, models.CASCADE, related_name="draft")
    kind = models.CharField(max_length=16, choices=AnswerKind)
    ground = models.CharField(max_length=24, choices=Ground, blank=True)
    provision = models.CharField(max_length=300, blank=True)
    words = models.TextField(max_length=4000)
    words_cy = models.TextField(max_length=4000, blank=True)
    actions = models.JSONField(default=list)
    pledges = models.JSONField(default=list)
    written_by = models.ForeignKey("communities.OfficerRole", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(name="draft_kind_known", condition=Q(kind__in=AnswerKind.values))]

    def __str__(self) -> str:
        return f"draft for {self.mandate_id}"


class Answer(models.Model):
    """One published answer to one mandate. Never edited: the next answer is a new row with the next number."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=AnswerKind)
    ground = models.CharField(max_length=24, choices=Ground, blank=True)
    provision = models.CharField(max_length=300, blank=True)
    words = models.TextField(max_length=4000)
    words_cy = models.TextField(max_length=4000, blank=True)
    officer_name = models.CharField(max_length=150, blank=True)
    officer_role = models.CharField(max_length=32, blank=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    second_name = models.CharField(max_length=150, blank=True)
    second_role = models.CharField(max_length=32, blank=True)
    second = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["mandate", "number"]
        constraints = [
            UniqueConstraint(name="answer_number_once", fields=["mandate", "number"]),
            CheckConstraint(name="answer_kind_known", condition=Q(kind__in=AnswerKind.values)),
            CheckConstraint(
                name="answer_refusal_has_ground",
                condition=Q(kind="cannot", ground__in=PRIORITY_GROUNDS)
                | Q(kind="reject", ground__in=PROJECT_GROUNDS)
                | (Q(kind__in=["accept", "in_part", "by_default"]) & Q(ground="")),
            ),
            CheckConstraint(
                name="answer_refusal_has_words_and_law",
                condition=~Q(kind__in=REFUSALS) | (~Q(words="") & ~Q(provision="")),
            ),
            CheckConstraint(
                name="answer_refusal_has_two_officers",
                condition=~Q(kind__in=REFUSALS)
                | (Q(officer__isnull=False) & Q(second__isnull=False) & ~Q(second=F("officer"))),
            ),
            CheckConstraint(
                name="answer_names_its_officer",
                condition=Q(kind="by_default", officer__isnull=True)
                | (~Q(kind="by_default") & Q(officer__isnull=False) & ~Q(officer_name="") & ~Q(officer_role="")),
            ),
        ]
        indexes = [models.Index(fields=["-published_at"], name="answer_newest")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.mandate_id}"


class Pledge(models.Model):
    """What one body promises to bring to an answer: money, staff time or something else, in its own officer's name."""

    class Kind(models.TextChoices):
        MONEY = "money", _("Money")
        STAFF = "staff", _("Staff time")
        OTHER = "other", _("Something else")

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="pledges")
    body = models.ForeignKey("communities.Body", models.PROTECT, related_name="pledges")
    kind = models.CharField(max_length=8, choices=Kind)
    amount_pence = models.PositiveBigIntegerField(null=True)
    staff_hours = models.PositiveIntegerField(null=True)
    words = models.CharField(max_length=300)
    officer_name = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["answer", "id"]
        constraints = [
            CheckConstraint(
                name="pledge_has_its_measure",
                condition=Q(kind="money", amount_pence__gt=0, staff_hours=None)
                | Q(kind="staff", staff_hours__gt=0, amount_pence=None)
                | Q(kind="other", staff_hours=None, amount_pence=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.body_id}"


class JointAnswer(models.Model):
    """Another body's mandate on the same priority is answered by this answer, agreed by that body's own officer."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="joined")
    mandate = models.OneToOneField(Mandate, models.PROTECT, related_name="joint_answer")
    officer_name = models.CharField(max_length=150)
    officer_role = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.mandate_id} joins {self.answer_id}"


class ActionQuerySet(models.QuerySet["Action"]):
    def with_marks(self) -> Self:
        """Add what came of each action: the fields declared at its end; disputes count since the body settled them."""
        done = ActionEvent.objects.filter(action=models.OuterRef("pk"), kind=ActionEvent.Kind.DONE).order_by(
            "-at", "-id"
        )
        settled = ActionEvent.objects.filter(action=models.OuterRef("pk"), kind=ActionEvent.Kind.SETTLED).order_by(
            "-at", "-id"
        )
        last_kind = ActionEvent.objects.filter(action=models.OuterRef("pk")).order_by("-at", "-id")
        return self.annotate(
            done_at=models.Subquery(done.values("at")[:1]),
            settled_at=models.Subquery(settled.values("at")[:1]),
            last_kind=models.Subquery(last_kind.values("kind")[:1]),
            confirms=models.Count("voices", filter=Q(voices__verdict="confirm"), distinct=True),
            disputes=models.Count(
                "voices",
                filter=Q(voices__verdict="dispute") & (Q(settled_at__isnull=True) | Q(voices__at__gt=F("settled_at"))),
                distinct=True,
            ),
        )


class Action(models.Model):
    """One thing a body says it will do by a day; what came of it is in its events."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)
    words_cy = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()

    # Set by with_marks() alone:
    done_at: datetime | None
    settled_at: datetime | None
    last_kind: str | None
    confirms: int
    disputes: int

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["answer", "number"]
        constraints = [UniqueConstraint(name="action_number_once", fields=["answer", "number"])]

    def __str__(self) -> str:
        return f"action {self.number} of {self.answer_id}"


class ActionEvent(models.Model):
    """What a body reports about an action, with evidence; appended, never edited."""

    class Kind(models.TextChoices):
        STARTED = "started", _("Started")
        PROGRESS = "progress", _("Under way")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        SETTLED = "settled", _("Put right after residents disagreed")

    action = models.ForeignKey(Action, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    words = models.TextField(max_length=2000)
    evidence_url = models.URLField(blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    officer_name = models.CharField(max_length=150)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["action", "at", "id"]
        constraints = [
            CheckConstraint(
                name="action_event_kind_known",
                condition=Q(kind__in=["started", "progress", "done", "stopped", "settled"]),
            ),
            CheckConstraint(
                name="action_done_has_evidence", condition=~Q(kind="done") | ~Q(evidence="") | ~Q(evidence_url="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.action_id}"


class DeliveryVoice(models.Model):
    """A resident says a promised thing is there, or is not; by browser, or through a helper who counts for several."""

    class Verdict(models.TextChoices):
        CONFIRM = "confirm", _("It is there")
        DISPUTE = "dispute", _("It is not there, or not as promised")

    action = models.ForeignKey(Action, models.PROTECT, related_name="voices")
    verdict = models.CharField(max_length=8, choices=Verdict)
    words = models.CharField(max_length=500, blank=True)
    browser = models.CharField(max_length=64)
    route = models.CharField(max_length=16, default="web")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            CheckConstraint(name="voice_verdict_known", condition=Q(verdict__in=["confirm", "dispute"])),
            CheckConstraint(name="voice_dispute_has_words", condition=Q(verdict="confirm") | ~Q(words="")),
        ]
        indexes = [models.Index(fields=["action", "browser", "-at"], name="voice_by_browser")]

    def __str__(self) -> str:
        return f"{self.verdict} of {self.action_id}"


class Cure(models.Model):
    """The proposer of a rejected project puts right what was wrong; once per project (R15)."""

    mandate = models.OneToOneField(Mandate, models.PROTECT, related_name="cure")
    words = models.TextField(max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"cure for {self.mandate_id}"


class AnswerAppeal(models.Model):
    """The proposer asks an independent panel to look at a rejection (R15); money is held until it decides."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The project goes ahead")
        TURNED_DOWN = "turned_down", _("The rejection stands")

    mandate = models.OneToOneField(Mandate, models.PROTECT, related_name="appeal")
    words = models.TextField(max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    hear_by = models.DateTimeField()
    overdue_told_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    reasons = models.TextField(max_length=4000, blank=True)
    panel = models.JSONField(default=list)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="answer_appeal_decided_in_full",
                condition=Q(outcome="", decided_at__isnull=True)
                | (Q(outcome__in=["upheld", "turned_down"], decided_at__isnull=False) & ~Q(reasons="")),
            )
        ]

    def __str__(self) -> str:
        return f"appeal for {self.mandate_id}"
