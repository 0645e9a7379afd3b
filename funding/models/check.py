"""Checks of projects: who may look, what was found, what was decided and why, and who looked again."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from communities.models import User
from funding.models.project import Project
from funding.models.round import Round
from renewal.kernel.languages import local


class Interest(models.TextChoices):
    """What links an officer to a project (G§3F). Everything but ``known`` bars them from it."""

    FAMILY = "family", _("I or my family belong to the group, or work for it")
    HELPED = "helped", _("I helped to write this project")
    SUPPLIER = "supplier", _("I or my family may supply something to it")
    KNOWN = "known", _("I know people in the group, and nothing more")


class InterestQuerySet(models.QuerySet["InterestDeclaration"]):
    def barring(self, officer: User) -> Self:
        return self.filter(officer=officer, bars=True)


class RoundDeclaration(models.Model):
    """An officer read the list of groups of a round and declared every interest in it; without it no project opens."""

    officer = models.ForeignKey("communities.User", models.PROTECT, related_name="round_declarations")
    round = models.ForeignKey(Round, models.PROTECT, related_name="declarations")
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["round", "declared_at"]
        constraints = [UniqueConstraint(name="declaration_once_a_round", fields=["officer", "round"])]

    def __str__(self) -> str:
        return f"{self.officer_id} for {self.round_id}"


class InterestDeclaration(models.Model):
    """An officer said what links them to one project; a barring link hides its scores and forbids a decision (P2)."""

    officer = models.ForeignKey("communities.User", models.PROTECT, related_name="interests")
    project = models.ForeignKey(Project, models.PROTECT, related_name="interests")
    kind = models.CharField(max_length=12, choices=Interest)
    bars = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)
    declared_at = models.DateTimeField()

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["project", "declared_at"]
        constraints = [
            UniqueConstraint(name="interest_once_a_kind", fields=["officer", "project", "kind"]),
            CheckConstraint(name="interest_kind_known", condition=Q(kind__in=Interest.values)),
            CheckConstraint(name="interest_bars_by_kind", condition=Q(bars=True) ^ Q(kind="known")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.officer_id} in {self.project_id}"


class Review(models.Model):
    """One project is being checked by one officer, by a day. A new round of checking is a new row."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="reviews")
    officer = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="reviews")
    assigned_at = models.DateTimeField(null=True)
    due_on = models.DateField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    needs_panel = models.BooleanField(default=False)
    cost_low_pence = models.PositiveBigIntegerField(null=True)
    cost_pence = models.PositiveBigIntegerField(null=True)
    cost_high_pence = models.PositiveBigIntegerField(null=True)
    running_cost_pence = models.PositiveBigIntegerField(null=True)
    costed_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    costed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            UniqueConstraint(name="review_one_at_a_time", fields=["project"], condition=Q(ended_at__isnull=True)),
            CheckConstraint(
                name="review_officer_since_when",
                condition=Q(officer__isnull=True, assigned_at__isnull=True)
                | Q(officer__isnull=False, assigned_at__isnull=False),
            ),
            CheckConstraint(
                name="review_cost_in_range",
                condition=Q(cost_pence__isnull=True)
                | Q(cost_low_pence__lte=F("cost_pence"), cost_high_pence__gte=F("cost_pence")),
            ),
        ]

    def __str__(self) -> str:
        return f"check of {self.project_id}"


class Criterion(models.Model):
    """One fixed question of a round's check, in both languages; frozen when the round opens."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="criteria")
    code = models.SlugField(max_length=24)
    question = models.CharField(max_length=200)
    question_cy = models.CharField(max_length=200)
    guidance = models.CharField(max_length=300, blank=True)
    guidance_cy = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["round", "position"]
        constraints = [UniqueConstraint(name="criterion_once_a_round", fields=["round", "code"])]

    def __str__(self) -> str:
        return self.question

    @property
    def label(self) -> str:
        """The question in the reader's language."""
        return local(self.question, self.question_cy)

    @property
    def guidance_label(self) -> str:
        return local(self.guidance, self.guidance_cy)


class Met(models.TextChoices):
    MEETS = "meets", _("Meets it")
    NOT = "not", _("Does not meet it")
    UNSURE = "unsure", _("Not sure")


class Finding(models.Model):
    """What an officer found on one criterion, with a reason that the group can read."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="findings")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="findings")
    met = models.CharField(max_length=8, choices=Met)
    reason = models.CharField(max_length=500)
    reason_cy = models.CharField(max_length=500, blank=True)
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["review", "criterion__position"]
        constraints = [
            UniqueConstraint(name="finding_once_a_criterion", fields=["review", "criterion"]),
            CheckConstraint(name="finding_met_known", condition=Q(met__in=Met.values)),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} {self.met}"

    @property
    def label(self) -> str:
        """The reason in the reader's language, or in the only one there is."""
        return local(self.reason, self.reason_cy)


class DecisionKind(models.TextChoices):
    PASS = "pass", _("Go to the vote")
    CHANGES = "changes", _("Ask for changes")
    REFUSE = "refuse", _("Cannot go to the vote")


class RefusalReason(models.TextChoices):
    """The closed list of reasons for a "no". None touches what a group says or campaigns for; a test proves it."""

    UNLAWFUL = "unlawful", _("It would break a law")
    UNSAFE = "unsafe", _("It would not be safe, and changes cannot make it safe")
    DUTY = "duty", _("It replaces something a public body must pay for by law")
    NOT_HERE = "not_here", _("The people who would benefit do not live in this area")
    NO_CONSENT = "no_consent", _("The owner or the authority that must agree has said no")
    COST = "cost", _("It costs more than the whole of the money for this area")
    DOUBLE = "double", _("The same costs are already paid by someone else")
    VOLUNTEERS = "volunteers", _("Volunteers would replace paid staff")
    NO_ANSWER = "no_answer", _("Changes we asked for did not arrive by the date, and we offered help")


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for a second officer")
    MADE = "made", _("Made")
    TURNED_BACK = "turned_back", _("Turned back by the second officer")
    REVERSED = "reversed", _("Reversed on appeal")


DECISION_MOVES: dict[str, frozenset[str]] = {
    "proposed": frozenset({"made", "turned_back"}),
    "made": frozenset({"reversed"}),
    "turned_back": frozenset(),
    "reversed": frozenset(),
}


class Decision(models.Model):
    """What officers decided about a project and why, in words the group can act on. A "no" takes two (G§3F).

    ``rebuttal`` says in public why a public body leads where a local group applied too (G§4.4).
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="decisions")
    review = models.ForeignKey(Review, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=8, choices=DecisionKind)
    state = models.CharField(max_length=12, choices=DecisionState)
    reason = models.CharField(max_length=16, choices=RefusalReason, blank=True)
    words = models.TextField(blank=True)
    words_cy = models.TextField(blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    next_step_cy = models.CharField(max_length=300, blank=True)
    proposed_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    seconded_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    seconded_at = models.DateTimeField(null=True)
    group_replies_by = models.DateField(null=True)
    we_reply_by = models.DateField(null=True)
    reopened = models.JSONField(default=list)
    rebuttal = models.CharField(max_length=500, blank=True)
    rebuttal_cy = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["project", "-proposed_at", "-id"]
        constraints = [
            CheckConstraint(name="decision_kind_known", condition=Q(kind__in=DecisionKind.values)),
            CheckConstraint(name="decision_state_known", condition=Q(state__in=DecisionState.values)),
            CheckConstraint(name="decision_reason_known", condition=Q(reason="") | Q(reason__in=RefusalReason.values)),
            CheckConstraint(
                name="decision_no_has_reason_words_and_next_step",
                condition=~Q(kind="refuse") | (~Q(reason="") & ~Q(words="") & ~Q(words_cy="") & ~Q(next_step="")),
            ),
            CheckConstraint(
                name="decision_no_takes_two",
                condition=~Q(kind="refuse", state__in=["made", "reversed"]) | Q(seconded_by__isnull=False),
            ),
            CheckConstraint(
                name="decision_seconded_by_another",
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=F("proposed_by")),
            ),
            CheckConstraint(
                name="decision_changes_have_dates",
                condition=~Q(kind="changes") | Q(group_replies_by__isnull=False, we_reply_by__isnull=False),
            ),
            UniqueConstraint(name="decision_one_waits", fields=["project"], condition=Q(state="proposed")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.project_id}"

    @property
    def words_label(self) -> str:
        """The words in the reader's language, or in the only one there is."""
        return local(self.words, self.words_cy)

    @property
    def rebuttal_label(self) -> str:
        return local(self.rebuttal, self.rebuttal_cy)

    @property
    def next_step_label(self) -> str:
        return local(self.next_step, self.next_step_cy)


class Audience(models.TextChoices):
    GROUP = "group", _("The group can see this")
    COUNCIL = "council", _("Council only")


class ReviewNote(models.Model):
    """A note on a project, for the group or for officers alone."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="notes")
    audience = models.CharField(max_length=8, choices=Audience)
    words = models.TextField()
    written_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "-written_at", "-id"]
        constraints = [CheckConstraint(name="review_note_audience_known", condition=Q(audience__in=Audience.values))]

    def __str__(self) -> str:
        return f"note on {self.project_id}"


class HelpGiven(models.Model):
    """Time an officer spent helping, convening or suggesting; published beside refusals."""

    class Kind(models.TextChoices):
        HELP = "help", _("Helped")
        CONVENE = "convene", _("Brought people together")
        SUGGEST = "suggest", _("Suggested a change")

    project = models.ForeignKey(Project, models.PROTECT, related_name="help_given")
    kind = models.CharField(max_length=8, choices=Kind)
    minutes = models.PositiveSmallIntegerField()
    officer = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        ordering = ["project", "on"]
        constraints = [
            CheckConstraint(name="help_kind_known", condition=Q(kind__in=["help", "convene", "suggest"])),
            CheckConstraint(name="help_took_time", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} minutes for {self.project_id}"


class SavedView(models.Model):
    """Filters and order of the queue that an officer keeps under a name of their own; nobody else sees them."""

    user = models.ForeignKey("communities.User", models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [UniqueConstraint(name="saved_view_name_once", fields=["user", "name"])]

    def __str__(self) -> str:
        return self.name


class AppealGround(models.TextChoices):
    """Grounds of an appeal (G§3F): never the merit of the project, which is for residents to judge."""

    PROCEDURE = "procedure", _("The rules of the check were not followed")
    CONFLICT = "conflict", _("Somebody who decided has a link to the matter")
    FACT = "fact", _("A fact was wrong")


class AppealState(models.TextChoices):
    SENT = "sent", _("Waiting for different people to look")
    UPHELD = "upheld", _("Upheld: the project is checked again")
    REMITTED = "remitted", _("Sent back: the officers decide again")
    DISMISSED = "dismissed", _("The decision stands")


APPEAL_MOVES: dict[str, frozenset[str]] = {
    "sent": frozenset({"upheld", "remitted", "dismissed"}),
    "upheld": frozenset(),
    "remitted": frozenset(),
    "dismissed": frozenset(),
}


class Appeal(models.Model):
    """A group asked that different people look at a refusal again; only the disputed project waits for it."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="appeal")
    ground = models.CharField(max_length=12, choices=AppealGround)
    words = models.TextField()
    state = models.CharField(max_length=12, choices=AppealState, default=AppealState.SENT)
    sent_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    due_on = models.DateField()
    heard_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    heard_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answer_cy = models.TextField(blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            CheckConstraint(name="appeal_ground_known", condition=Q(ground__in=AppealGround.values)),
            CheckConstraint(name="appeal_state_known", condition=Q(state__in=AppealState.values)),
            CheckConstraint(
                name="appeal_heard_or_waiting",
                condition=Q(state="sent", heard_by__isnull=True, heard_at__isnull=True)
                | (~Q(state="sent") & Q(heard_by__isnull=False, heard_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.decision_id}"
