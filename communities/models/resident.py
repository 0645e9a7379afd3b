"""People known to live somewhere. They need no account, and nothing here says what anybody chose."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from communities.models.area import Area


class HowKnown(models.TextChoices):
    """How a person came to be known here."""

    ADDRESS = "address"  # gave name, house and postcode
    LETTER = "letter"  # typed the code of a letter as well
    OFFICER = "officer"  # an officer knows the person, or settled a near match
    LIST = "list"  # stands in a list with a recorded legal basis


class ResidentQuerySet(models.QuerySet["Resident"]):
    def kept(self, *, at: datetime) -> Self:
        """Residents whose record has not ended."""
        return self.filter(Q(forget_at__isnull=True) | Q(forget_at__gt=at))

    def near(self, *, near_token: str, match_token: str) -> Self:
        """Others who share the looser token."""
        return self.filter(near_token=near_token).exclude(match_token=match_token)


class Resident(models.Model):
    """One person known to live in one area. Tokens are keyed hashes; no name, address or date of birth is kept.

    When ``forget_at`` has passed, a job overwrites the tokens with noise; the row stays for what refers to it.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="residents")
    match_token = models.CharField(max_length=64)
    near_token = models.CharField(max_length=64)
    how_known = models.CharField(max_length=16, choices=HowKnown)
    known_at = models.DateTimeField()
    forget_at = models.DateTimeField(null=True)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(name="resident_once", fields=["match_token"]),
            CheckConstraint(name="resident_how_known", condition=Q(how_known__in=HowKnown.values)),
        ]
        indexes = [models.Index(fields=["near_token"], name="resident_near")]

    def __str__(self) -> str:
        return f"resident {self.pk}"


class NearMatchState(models.TextChoices):
    WAITING = "waiting"
    SAME = "same"
    DIFFERENT = "different"


class NearMatch(models.Model):
    """Two residents who may be one person; an officer looks, and says same or different."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="near_matches")
    other = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    state = models.CharField(max_length=16, choices=NearMatchState, default=NearMatchState.WAITING)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["found_at", "id"]
        constraints = [
            UniqueConstraint(name="near_match_once", fields=["resident", "other"]),
            CheckConstraint(name="near_match_state_known", condition=Q(state__in=NearMatchState.values)),
            CheckConstraint(
                name="near_match_settled_or_waiting", condition=Q(state="waiting") ^ Q(settled_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"near match {self.pk}"
