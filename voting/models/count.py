"""Counts and their outcomes."""

from django.db import models
from django.db.models import UniqueConstraint

from voting.models.poll import Poll


class Count(models.Model):
    """One run of a rule over a poll's published ballots; the same inputs give the same row.

    ``paths`` names the ways of counting that came to this result: compiled, numpy, reference.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="counts")
    input_hash = models.CharField(max_length=64)
    rule = models.CharField(max_length=32)
    rules_version = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    result = models.JSONField()
    result_hash = models.CharField(max_length=64)
    comparison = models.JSONField(default=dict)
    paths = models.JSONField(default=list)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["poll", "id"]
        constraints = [UniqueConstraint(name="count_once_an_input", fields=["poll", "input_hash", "rules_version"])]

    def __str__(self) -> str:
        return f"count {self.input_hash[:10]}"

    @property
    def was_repeated(self) -> bool:
        """Tell whether two separate implementations came to this result."""
        return len(self.paths) > 1


class CountStep(models.Model):
    """One fact about one option in a count; together they say why it was funded or not."""

    count = models.ForeignKey(Count, models.CASCADE, related_name="steps")
    seq = models.PositiveIntegerField()
    option_ref = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["count", "seq"]
        constraints = [UniqueConstraint(name="count_step_in_sequence", fields=["count", "seq"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.option_ref}"


class Outcome(models.Model):
    """What a poll decided: the selected options in order, and the figures of the vote."""

    poll = models.OneToOneField(Poll, models.PROTECT, related_name="outcome")
    count = models.ForeignKey(Count, models.PROTECT, related_name="outcomes")
    selected = models.JSONField()
    cost_pence = models.PositiveBigIntegerField(default=0)
    turnout = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"outcome of poll {self.poll_id}"


class BoxOpening(models.Model):
    """What was found when the box was opened: the figures of the arithmetic that anybody can check (V4)."""

    poll = models.OneToOneField(Poll, models.PROTECT, primary_key=True, related_name="opening")
    electronic = models.PositiveIntegerField()
    paper = models.PositiveIntegerField()
    superseded = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(null=True)
    commitment = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"opening of poll {self.pk}"


class Scrutiny(models.Model):
    """A named person ran verify.py on the full record of a vote too small to publish, and signs what it said."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="scrutinies")
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=150)
    result_hash = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [UniqueConstraint(name="scrutiny_once_a_person", fields=["poll", "user_id"])]

    def __str__(self) -> str:
        return f"scrutiny of poll {self.poll_id}"
