"""The public log of a poll: a Merkle tree that only grows, and its signed heads."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from voting.models.poll import Poll


class LogEntry(models.Model):
    """One line of a poll's log: entry 0 is the opening document, then ballots' content hashes; append-only."""

    class Kind(models.TextChoices):
        OPENING = "opening"
        BALLOT = "ballot"
        NOTE = "note"

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="log")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    content_hash = models.CharField(max_length=64)
    document = models.TextField(blank=True)

    class Meta:
        ordering = ["poll", "seq"]
        constraints = [
            UniqueConstraint(name="log_entry_in_sequence", fields=["poll", "seq"]),
            UniqueConstraint(name="log_entry_content_once", fields=["poll", "content_hash"]),
            CheckConstraint(name="log_entry_kind_known", condition=Q(kind__in=["opening", "ballot", "note"])),
            CheckConstraint(name="log_entry_opens_at_zero", condition=Q(seq=0) ^ ~Q(kind="opening")),
        ]

    def __str__(self) -> str:
        return f"entry {self.seq} of poll {self.poll_id}"


class LogHead(models.Model):
    """A signed statement of how long the log was and what its root was; append-only."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="heads")
    size = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    public_key = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["poll", "size"]
        constraints = [UniqueConstraint(name="log_head_once_a_size", fields=["poll", "size"])]

    def __str__(self) -> str:
        return f"head at {self.size} of poll {self.poll_id}"
