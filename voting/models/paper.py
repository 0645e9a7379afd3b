"""Paper votes: batches of envelopes, two blind entries of each paper, and a third person's decision."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from voting.models.poll import Poll
from voting.states import BatchState


class SpoiltReason(models.TextChoices):
    TOO_MANY = "too_many"
    UNCLEAR = "unclear"
    NO_CODE = "no_code"
    DUPLICATE = "duplicate"
    LATE = "late"


class PaperBatch(models.Model):
    """Envelopes opened together, so that no paper can be joined to a person.

    ``envelope_count`` is how many declarations were accepted; each marked one roll entry. ``returned`` counts envelopes
    that marked nobody, by reason (late, duplicate, no code).
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="batches")
    label = models.CharField(max_length=32)
    state = models.CharField(max_length=16, choices=BatchState, default=BatchState.RECEIVING)
    envelope_count = models.PositiveIntegerField(default=0)
    returned = models.JSONField(default=dict)
    first_clerk_id = models.BigIntegerField(null=True)
    second_clerk_id = models.BigIntegerField(null=True)
    sealed_by_id = models.BigIntegerField(null=True)
    sealed_at = models.DateTimeField(null=True)
    accepted_count = models.PositiveIntegerField(default=0)
    spoilt = models.JSONField(default=dict)

    class Meta:
        ordering = ["poll", "label"]
        constraints = [
            UniqueConstraint(name="paper_batch_label_once", fields=["poll", "label"]),
            CheckConstraint(name="paper_batch_state_known", condition=Q(state__in=BatchState.values)),
            CheckConstraint(name="paper_batch_two_clerks", condition=~Q(first_clerk_id=F("second_clerk_id"))),
            CheckConstraint(
                name="paper_batch_sealed_has_moment", condition=~Q(state="sealed") ^ Q(sealed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PaperEntry(models.Model):
    """What one clerk read on one paper. `app` may read it only until the batch is sealed."""

    class Turn(models.TextChoices):
        FIRST = "first"
        SECOND = "second"

    batch = models.ForeignKey(PaperBatch, models.CASCADE, related_name="entries")
    turn = models.CharField(max_length=8, choices=Turn)
    paper = models.PositiveIntegerField()
    version_letter = models.CharField(max_length=1, blank=True)
    choices = models.JSONField(default=list)
    spoilt_reason = models.CharField(max_length=16, choices=SpoiltReason, blank=True)

    class Meta:
        ordering = ["batch", "turn", "paper"]
        constraints = [
            UniqueConstraint(name="paper_entry_once_a_turn", fields=["batch", "turn", "paper"]),
            CheckConstraint(name="paper_entry_turn_known", condition=Q(turn__in=["first", "second"])),
            CheckConstraint(name="paper_entry_reason_known", condition=Q(spoilt_reason__in=["", *SpoiltReason.values])),
        ]

    def __str__(self) -> str:
        return f"paper {self.paper} of batch {self.batch_id}"


class Adjudication(models.Model):
    """A third person's decision on a paper that two clerks read differently."""

    batch = models.ForeignKey(PaperBatch, models.CASCADE, related_name="adjudications")
    paper = models.PositiveIntegerField()
    choices = models.JSONField(default=list)
    spoilt_reason = models.CharField(max_length=16, choices=SpoiltReason, blank=True)
    decided_by_id = models.BigIntegerField()

    class Meta:
        ordering = ["batch", "paper"]
        constraints = [
            UniqueConstraint(name="adjudication_once_a_paper", fields=["batch", "paper"]),
            CheckConstraint(
                name="adjudication_reason_known", condition=Q(spoilt_reason__in=["", *SpoiltReason.values])
            ),
        ]

    def __str__(self) -> str:
        return f"decision on paper {self.paper} of batch {self.batch_id}"
