"""Ballots: the draft on one device, the sealed ballot in the box, the opened one, the published."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from voting.models.poll import Poll
from voting.states import BallotStatus


class BallotDraft(models.Model):
    """Choices in the making, as ciphertext under a key that only the voter's cookie holds; nothing says whose.

    The id is derived from the same cookie, so that without it a row can be neither found nor read.
    """

    id = models.UUIDField(primary_key=True)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="+")
    ciphertext = models.BinaryField(max_length=8192)
    saved_on = models.DateField()

    def __str__(self) -> str:
        return "draft"


class SealedBallot(models.Model):
    """One encrypted vote, of one fixed length per poll. It names nobody and holds no time.

    `app` may insert one, change its status and read everything but the ciphertext; only `counter` reads that.
    ``content_hash`` is the SHA-256 of the ciphertext and what the log publishes; ``idempotency_key`` comes from the
    voter's device. ``is_paper`` ballots come from sealed batches, have no entry in the log and none on the roll.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+")
    ciphertext = models.BinaryField()
    content_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=16, choices=BallotStatus, default=BallotStatus.LIVE)
    idempotency_key = models.UUIDField()
    is_paper = models.BooleanField(default=False)

    class Meta:
        constraints = [
            UniqueConstraint(name="sealed_ballot_content_once", fields=["poll", "content_hash"]),
            UniqueConstraint(name="sealed_ballot_sent_once", fields=["poll", "idempotency_key"]),
            CheckConstraint(name="sealed_ballot_status_known", condition=Q(status__in=BallotStatus.values)),
        ]

    def __str__(self) -> str:
        return f"sealed ballot {self.content_hash[:10]}"


class BoxBallot(models.Model):
    """A counted ciphertext on the counter's table, under a new random id, in shuffled order; `app` cannot see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+")
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return "ballot on the table"


class PublishedBallot(models.Model):
    """One counted ballot as everybody may read it: a check code and choices, no person, no time, no channel.

    ``check_code`` has eight characters; a clash of codes is told apart by ``-2``, ``-3``. ``choices`` lists refs,
    in order of rank for a ranked poll; imported polls may hold points instead.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="ballots")
    check_code = models.CharField(max_length=16)
    choices = models.JSONField()
    is_withheld = models.BooleanField(default=False)

    class Meta:
        constraints = [UniqueConstraint(name="published_check_code_once", fields=["poll", "check_code"])]

    def __str__(self) -> str:
        return f"ballot {self.check_code}"
