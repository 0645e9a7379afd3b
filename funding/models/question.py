"""Questions and petitions of residents to a public body, and its replies."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.models.hidden import MayBeHidden


class QuestionQuerySet(models.QuerySet["Question"]):
    def standing(self) -> Self:
        return self.filter(hidden_at=None)

    def unanswered(self) -> Self:
        return self.filter(replies__isnull=True)

    def overdue(self, *, at: datetime) -> Self:
        """Questions whose reply is owed and has not come."""
        return self.standing().unanswered().filter(due_at__lte=at)


class Question(MayBeHidden):
    """One question or petition to one body.

    A question asks; ``due_at`` is when the body aims to answer. A petition obliges: ``obliged_at`` is set with the
    25th verified resident, and ``due_at`` then becomes a duty.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        PETITION = "petition", _("Petition")

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="questions")
    body = models.ForeignKey("communities.Body", models.PROTECT, related_name="questions")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.QUESTION)
    text = models.CharField(max_length=300)
    more = models.TextField(blank=True, max_length=2000)
    language = models.CharField(max_length=8, default="en")
    name = models.CharField(max_length=60, blank=True)
    route = models.CharField(max_length=16, default="web")
    browser = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    obliged_at = models.DateTimeField(null=True)
    verified_count = models.PositiveIntegerField(default=0)
    overdue_told_at = models.DateTimeField(null=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            CheckConstraint(name="question_kind_known", condition=Q(kind__in=["question", "petition"])),
            CheckConstraint(
                name="question_hidden_has_words", condition=Q(hidden_at__isnull=True) | ~Q(hidden_words="")
            ),
        ]
        indexes = [
            models.Index(fields=["area", "-asked_at"], name="question_of_area"),
            models.Index(fields=["body", "-asked_at"], name="question_of_body"),
        ]

    def __str__(self) -> str:
        return self.text


class Signature(models.Model):
    """One verified resident asks too. ``person`` is a keyed hash for this petition alone: it joins no two petitions."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="signatures")
    person = models.CharField(max_length=64)
    route = models.CharField(max_length=16, default="web")
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(name="signature_once_a_person", fields=["question", "person"])]

    def __str__(self) -> str:
        return f"signature under {self.question_id}"


class SignatureCode(models.Model):
    """A letter with a code is on its way to somebody who wants to sign; with the code, the signature counts.

    ``person`` is the keyed hash that the signature will hold. Deleted once used, or after 60 days.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="signature_codes")
    resident = models.ForeignKey("communities.Resident", models.CASCADE, related_name="+")
    person = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(name="signature_code_once_a_person", fields=["question", "person"])]

    def __str__(self) -> str:
        return f"code for {self.question_id}"


class Reply(models.Model):
    """A body's published reply to a question; never edited, a later reply is another row."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="replies")
    words = models.TextField(max_length=4000)
    words_cy = models.TextField(max_length=4000, blank=True)
    officer_name = models.CharField(max_length=150)
    officer_role = models.CharField(max_length=32)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"reply to {self.question_id}"


class UpdateRequest(models.Model):
    """Somebody wants news of an area or a round, without an account: by e-mail, or by letter through a helper.

    An e-mail address that nobody confirmed is deleted after a day.
    """

    email = models.EmailField(blank=True)
    postal = models.TextField(blank=True, max_length=400)
    language = models.CharField(max_length=8, default="en")
    area = models.ForeignKey("communities.Area", models.CASCADE, null=True, related_name="update_requests")
    round = models.ForeignKey("funding.Round", models.CASCADE, null=True, related_name="update_requests")
    project_ref = models.CharField(max_length=32, blank=True)
    code_hash = models.CharField(max_length=64)
    code_tries = models.PositiveSmallIntegerField(default=0)
    stop_token = models.CharField(max_length=43, unique=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(name="update_one_address", condition=Q(email="") ^ Q(postal="")),
            CheckConstraint(name="update_letter_confirmed", condition=Q(postal="") | Q(confirmed_at__isnull=False)),
            CheckConstraint(name="update_about_area_or_round", condition=Q(area__isnull=True) ^ Q(round__isnull=True)),
            CheckConstraint(name="update_project_in_round", condition=Q(project_ref="") | Q(round__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["area"], name="update_of_area", condition=Q(confirmed_at__isnull=False)),
            models.Index(fields=["round"], name="update_of_round", condition=Q(confirmed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"updates on {self.area_id or self.round_id}"
