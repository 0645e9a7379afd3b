"""What people say about a project in public, replies, reports, and what was hidden and why."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.models.project import Project


class HiddenReason(models.TextChoices):
    """Why a comment is hidden. Criticism of a group or a public body is not among them."""

    PERSONAL = "personal", _("It names or describes a private person")
    ABUSIVE = "abusive", _("It abuses or threatens somebody")
    ADVERT = "advert", _("It advertises something")
    UNLAWFUL = "unlawful", _("It breaks the law")


class CommentQuerySet(models.QuerySet["ProjectComment"]):
    def shown(self) -> Self:
        return self.filter(hidden_at__isnull=True)


class ProjectComment(models.Model):
    """One comment of a signed-in person under a project, or a reply to one; hiding keeps the row and the reason."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="comments")
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")
    author = models.ForeignKey("communities.User", models.PROTECT, related_name="project_comments")
    for_group = models.BooleanField(default=False)
    text = models.CharField(max_length=1500)
    language = models.CharField(max_length=8, default="en")
    at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)
    hidden_reason = models.CharField(max_length=12, choices=HiddenReason, blank=True)
    hidden_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["project", "at", "id"]
        indexes = [models.Index(fields=["project", "at"], name="project_comment_order")]
        constraints = [
            CheckConstraint(
                name="project_comment_hidden_has_reason",
                condition=Q(hidden_at__isnull=True, hidden_reason="", hidden_by__isnull=True)
                | (Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason="")),
            ),
            CheckConstraint(name="project_comment_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.project_id}"


class CommentReport(models.Model):
    """Somebody asked an officer to look at a comment; answered by hiding it or leaving it."""

    comment = models.ForeignKey(ProjectComment, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=HiddenReason)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            UniqueConstraint(name="comment_reported_once_by_person", fields=["comment", "reporter"]),
            CheckConstraint(name="comment_report_reason_known", condition=Q(reason__in=HiddenReason.values)),
        ]
        indexes = [models.Index(fields=["at"], name="comment_reports_open", condition=Q(answered_at=None))]

    def __str__(self) -> str:
        return f"report on {self.comment_id}"
