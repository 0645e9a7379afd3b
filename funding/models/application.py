"""The form a group fills in: question sets that staff edit, and what was typed, page by page, as it was typed."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.models.project import Project
from renewal.kernel.languages import local


class Band(models.TextChoices):
    """How much is asked decides how many questions there may be, and how long they may take (G§3L)."""

    UP_TO_1000 = "up_to_1000", _("Up to £1,000")
    UP_TO_5000 = "up_to_5000", _("Up to £5,000")
    UP_TO_25000 = "up_to_25000", _("Up to £25,000")
    ABOVE = "above", _("Over £25,000")


# band: (most pence asked, most questions, most minutes); staff cannot publish a set that breaks its budget.
BURDEN: dict[str, tuple[int | None, int, int]] = {
    "up_to_1000": (100_000, 8, 30),
    "up_to_5000": (500_000, 15, 60),
    "up_to_25000": (2_500_000, 25, 180),
    "above": (None, 40, 480),
}


class SetState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("In use")
    RETIRED = "retired", _("Replaced")


class QuestionSetQuerySet(models.QuerySet["QuestionSet"]):
    def in_use(self) -> Self:
        return self.filter(state=SetState.PUBLISHED)


class QuestionSet(models.Model):
    """One version of the questions for one band of money; an application keeps the version it began with."""

    band = models.CharField(max_length=12, choices=Band)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=SetState, default=SetState.DRAFT)
    made_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects = QuestionSetQuerySet.as_manager()

    class Meta:
        ordering = ["band", "-version"]
        constraints = [
            UniqueConstraint(name="question_set_version_once", fields=["band", "version"]),
            UniqueConstraint(name="question_set_one_in_use", fields=["band"], condition=Q(state="published")),
            CheckConstraint(name="question_set_band_known", condition=Q(band__in=Band.values)),
            CheckConstraint(name="question_set_state_known", condition=Q(state__in=SetState.values)),
            CheckConstraint(
                name="question_set_published_has_moment", condition=Q(state="draft") ^ Q(published_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.band}, version {self.version}"


class FormQuestionKind(models.TextChoices):
    SHORT = "short", _("A line of text")
    LONG = "long", _("Longer text")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of a list")
    NUMBER = "number", _("A whole number")
    MONEY = "money", _("A sum of money")


class FormQuestion(models.Model):
    """One question of a set, in both languages, with why it is asked and how long it takes."""

    set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    task = models.SlugField(max_length=24)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=FormQuestionKind)
    label = models.CharField(max_length=200)
    label_cy = models.CharField(max_length=200)
    hint = models.CharField(max_length=300, blank=True)
    hint_cy = models.CharField(max_length=300, blank=True)
    choices = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=True)
    most = models.PositiveIntegerField(default=1000)
    minutes = models.PositiveSmallIntegerField()
    for_kind = models.CharField(max_length=16, blank=True)
    only_if = models.SlugField(max_length=40, blank=True)
    only_if_is = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["set", "position"]
        constraints = [
            UniqueConstraint(name="form_question_key_once_a_set", fields=["set", "key"]),
            CheckConstraint(name="form_question_kind_known", condition=Q(kind__in=FormQuestionKind.values)),
            CheckConstraint(name="form_question_takes_time", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def words(self) -> str:
        """The question in the reader's language."""
        return local(self.label, self.label_cy)

    @property
    def hint_words(self) -> str:
        return local(self.hint, self.hint_cy)


# How a project fits with what is already here, as its group says (G-4.8-A1).
FITS = [
    ("use", _("We use or extend something that is here")),
    ("join", _("We join a project like ours")),
    ("different", _("There is something like it, and ours is different")),
    ("none", _("We found nothing like it")),
]


class ApplicationPage(models.Model):
    """One page of a project's application as somebody typed it, right or wrong; saving never judges (G§5.23).

    ``typed`` is the raw text by field name. ``right`` says that it passed the page's rules when last sent on.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="pages")
    task = models.SlugField(max_length=24)
    page = models.PositiveSmallIntegerField()
    typed = models.JSONField(default=dict)
    right = models.BooleanField(default=False)
    finished = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    seconds = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "task", "page"]
        constraints = [UniqueConstraint(name="application_page_once", fields=["project", "task", "page"])]

    def __str__(self) -> str:
        return f"{self.task} {self.page} of {self.project_id}"


class SetAside(models.Model):
    """What one member typed when another had changed the page meanwhile and was chosen; kept, so nothing is lost."""

    page = models.ForeignKey(ApplicationPage, models.CASCADE, related_name="set_aside")
    typed = models.JSONField()
    typed_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["page", "-at"]

    def __str__(self) -> str:
        return f"set aside from {self.page_id}"


class VolunteerRole(models.Model):
    """Something volunteers would do in a project, and which paid role it stands beside, never in place of (G§3K)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="volunteer_roles")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    hours = models.PositiveIntegerField()
    complements = models.CharField(max_length=200)
    expenses_pence = models.PositiveBigIntegerField(default=0)
    paid_hours_cut = models.BooleanField(default=False)

    class Meta:
        ordering = ["project", "position"]
        constraints = [
            CheckConstraint(name="volunteer_role_says_beside_what", condition=~Q(complements="")),
            CheckConstraint(name="volunteer_role_has_hours", condition=Q(hours__gt=0)),
        ]

    def __str__(self) -> str:
        return self.title


class Attachment(models.Model):
    """A file of a project, as we keep it: pictures are drawn anew without what a camera hides in them."""

    class Purpose(models.TextChoices):
        QUOTE = "quote", _("A quote or price")
        PLAN = "plan", _("A plan or drawing")
        PHOTO = "photo", _("A photo")
        DUTY = "duty", _("The authority’s statement about a legal duty")
        CONSENT = "consent", _("A consent or permission")
        OTHER = "other", _("Something else")

    FOLDER = "projects/"

    project = models.ForeignKey(Project, models.CASCADE, related_name="attachments")
    purpose = models.CharField(max_length=8, choices=Purpose)
    name = models.CharField(max_length=120)
    file = models.FileField(upload_to=FOLDER)
    kind = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["project", "added_at"]
        constraints = [
            CheckConstraint(
                name="attachment_purpose_known",
                condition=Q(purpose__in=["quote", "plan", "photo", "duty", "consent", "other"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name
