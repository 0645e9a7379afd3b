"""What people say about a project in public, and replies."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q

from funding.models.hidden import MayBeHidden
from funding.models.project import Project


class CommentQuerySet(models.QuerySet["ProjectComment"]):
    def shown(self) -> Self:
        return self.filter(hidden_at__isnull=True)


class ProjectComment(MayBeHidden):
    """One comment of a signed-in person under a project, or a reply to one."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="comments")
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")
    author = models.ForeignKey("communities.User", models.PROTECT, related_name="project_comments")
    for_group = models.BooleanField(default=False)
    text = models.CharField(max_length=1500)
    language = models.CharField(max_length=8, default="en")
    at = models.DateTimeField()

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
