"""What the kernel stores: who did what, what must happen after a commit, and what waits for a person."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class AuditEvent(models.Model):
    """One thing somebody did to one row; appended in the same transaction, never changed.

    Keeps the actor's id without a foreign key, so that a closed account never takes its history along.
    """

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_subject"),
            models.Index(fields=["actor_id", "-at"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind}:{self.subject_id}"


class OutboxState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    QUARANTINED = "quarantined"


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, *, at: datetime) -> Self:
        """Messages that wait and whose time has come, oldest first."""
        return self.filter(state=OutboxState.WAITING, due_at__lte=at).order_by("due_at", "id")


class OutboxMessage(models.Model):
    """A job that must happen once after the commit that wrote this row (J2)."""

    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=OutboxState, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(name="outbox_key_once", fields=["key"]),
            CheckConstraint(name="outbox_state_known", condition=Q(state__in=OutboxState.values)),
            CheckConstraint(name="outbox_done_has_moment", condition=~Q(state="done") | Q(done_at__isnull=False)),
        ]
        indexes = [models.Index(fields=["due_at"], name="outbox_waiting", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.task} {self.key}"


class Notice(models.Model):
    """One message to one person or group, in their language, on one channel; sent through the outbox.

    ``address`` is emptied when the notice has been sent; the text never holds anybody's choices. A letter waits for the
    print run of its office, and is sent when it is printed.
    """

    class Channel(models.TextChoices):
        EMAIL = "email"
        LETTER = "letter"
        TEXT = "text"

    kind = models.CharField(max_length=64)
    channel = models.CharField(max_length=16, choices=Channel)
    language = models.CharField(max_length=8, default="en")
    person_id = models.BigIntegerField(null=True)
    address = models.TextField(blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    about_kind = models.CharField(max_length=64, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    office_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(name="notice_channel_known", condition=Q(channel__in=["email", "letter", "text"])),
        ]
        indexes = [
            models.Index(fields=["person_id", "-created_at"], name="notice_person"),
            models.Index(fields=["office_id"], name="notice_letters", condition=Q(channel="letter", sent_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel}"


class LetterRun(models.Model):
    """Letters of one office set in one PDF for printing; the file stays until the office's next run."""

    office_id = models.BigIntegerField(null=True)
    made_by_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    file = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.count} letters of office {self.office_id}"


class Heartbeat(models.Model):
    """The last time a kind of process was seen alive; readiness reads it."""

    name = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
