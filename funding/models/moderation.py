"""Reports of what residents wrote, and requests for a second look at what was hidden."""

from functools import reduce
from operator import or_
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.models.hidden import HiddenReason

TEXT_KEYS = ("comment", "project_comment", "question", "challenge")  # the keys of TextReport, of which each row has one


class TextReportQuerySet(models.QuerySet["TextReport"]):
    def waiting(self) -> Self:
        return self.filter(answered_at=None)


class TextReport(models.Model):
    """Somebody asks an officer to look at one text: a comment on a need or project, a question, or a challenge.

    ``hide`` says what is wrong with it; ``show`` asks for a second look at words that were hidden, by somebody of
    another body. Each is answered once, and what a second look decided stays.
    """

    class Asks(models.TextChoices):
        HIDE = "hide", _("To hide it")
        SHOW = "show", _("To show it again")

    class Outcome(models.TextChoices):
        HIDDEN = "hidden", _("Hidden")
        LEFT = "left", _("Left as it is")
        SHOWN = "shown", _("Shown again")
        KEPT = "kept", _("Stays hidden")

    comment = models.ForeignKey("funding.SuggestionComment", models.CASCADE, null=True, related_name="reports")
    project_comment = models.ForeignKey("funding.ProjectComment", models.CASCADE, null=True, related_name="reports")
    question = models.ForeignKey("funding.Question", models.CASCADE, null=True, related_name="reports")
    challenge = models.ForeignKey("funding.Challenge", models.CASCADE, null=True, related_name="reports")
    asks = models.CharField(max_length=4, choices=Asks)
    reason = models.CharField(max_length=12, choices=HiddenReason, blank=True)
    words = models.CharField(max_length=500, blank=True)
    browser = models.CharField(max_length=64)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True)
    answer_words = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_body = models.ForeignKey("communities.Body", models.PROTECT, null=True, related_name="+")

    objects = TextReportQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            CheckConstraint(
                name="text_report_of_one_text",
                condition=reduce(
                    or_, (Q(**{f"{one}__isnull": one != name for one in TEXT_KEYS}) for name in TEXT_KEYS)
                ),
            ),
            CheckConstraint(
                name="text_report_says_why",
                condition=Q(asks="hide", reason__in=HiddenReason.values) | (Q(asks="show", reason="") & ~Q(words="")),
            ),
            CheckConstraint(
                name="text_report_answered_in_full",
                condition=Q(outcome="", answered_at=None)
                | Q(asks="hide", outcome__in=["hidden", "left"], answered_at__isnull=False, answered_by__isnull=False)
                | Q(asks="show", outcome__in=["shown", "kept"], answered_at__isnull=False, answered_by__isnull=False),
            ),
            *(
                UniqueConstraint(
                    name=f"text_report_once_a_{name}", fields=[name, "asks", "browser"], condition=Q(outcome="")
                )
                for name in TEXT_KEYS
            ),
        ]
        indexes = [models.Index(fields=["at"], name="text_reports_open", condition=Q(answered_at=None))]

    def __str__(self) -> str:
        return f"{self.asks} {next(pk for name in TEXT_KEYS if (pk := getattr(self, f'{name}_id')))}"
