"""Large batches of letters: asked for on a page, set by a worker part by part, read by the browser that asked."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from voting.models.poll import Poll
from voting.models.roll import CodeBatch


class LetterJobQuerySet(models.QuerySet["LetterJob"]):
    def kept(self) -> Self:
        """Jobs whose files are still there or are being made, newest first."""
        return self.filter(ended_at=None).order_by("-asked_at", "-pk")


class LetterJob(models.Model):
    """More letters than one page can wait for, in one language.

    The files hold codes in the clear, so each is sealed to ``public_key``; the private half exists only in a cookie of
    the browser that asked, and neither a dump nor the disk has a code that can be read.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="letter_jobs")
    language = models.CharField(max_length=8)
    public_key = models.BinaryField(max_length=32)
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = LetterJobQuerySet.as_manager()

    def __str__(self) -> str:
        return f"letters {self.pk}"


class LetterPart(models.Model):
    """One file of a job: so many letters, the batch of their codes once it is made, and where the sealed file lies.

    ``people`` are the names and addresses of a list roll, sealed, until the part is made; empty for letters on request.
    """

    job = models.ForeignKey(LetterJob, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    people = models.BinaryField(null=True)
    batch = models.OneToOneField(CodeBatch, models.RESTRICT, null=True, related_name="letter_part")
    made_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["job", "number"]
        constraints = [
            UniqueConstraint(name="letter_part_once", fields=["job", "number"]),
            CheckConstraint(name="letter_part_made_has_codes", condition=Q(made_at=None) | Q(batch__isnull=False)),
            CheckConstraint(name="letter_part_made_names_nobody", condition=Q(made_at=None) | Q(people=None)),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of letters {self.job_id}"
