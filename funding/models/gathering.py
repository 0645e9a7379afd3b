"""Dated meetings of an area: who was there, what was heard, and what a yearly table took on."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from renewal.kernel.languages import local


class GatheringKind(models.TextChoices):
    ASSEMBLY = "assembly", _("Meeting for everybody")
    TABLE = "table", _("Yearly table of all sectors")
    WALK = "walk", _("Walk")
    STREET = "street", _("Stall or street")
    ONLINE = "online", _("Online")


class Sector(models.TextChoices):
    """Where a member of a cross-sector table comes from."""

    RESIDENTS = "residents", _("Residents")
    CIVIL_SOCIETY = "civil_society", _("Groups and charities")
    PUBLIC = "public", _("Public bodies")
    BUSINESS = "business", _("Businesses")
    FAITH = "faith", _("Faith groups")
    EDUCATION = "education", _("Schools and colleges")


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def to_come(self, *, at: datetime) -> Self:
        return self.filter(ends_at__gt=at, cancelled_at=None).order_by("starts_at", "id")

    def past(self, *, at: datetime) -> Self:
        return self.filter(ends_at__lte=at, cancelled_at=None).order_by("-starts_at", "-id")


class Gathering(models.Model):
    """One meeting of an area, open to everybody, with no account or booking."""

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="gatherings")
    round = models.ForeignKey("funding.Round", models.PROTECT, null=True, related_name="gatherings")
    kind = models.CharField(max_length=16, choices=GatheringKind, default=GatheringKind.ASSEMBLY)
    title = models.CharField(max_length=150)
    title_cy = models.CharField(max_length=150, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    place_cy = models.CharField(max_length=200, blank=True)
    access = models.CharField(max_length=300)
    access_cy = models.CharField(max_length=300, blank=True)
    languages = models.CharField(max_length=150)
    has_childcare = models.BooleanField(default=False)
    convenor = models.ForeignKey("communities.Body", models.PROTECT, related_name="convened")
    bodies = models.ManyToManyField("communities.Body", related_name="gatherings", blank=True)
    phone = models.CharField(max_length=32, blank=True)
    came_count = models.PositiveIntegerField(null=True)
    recorded_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_words = models.CharField(max_length=300, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = GatheringQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            CheckConstraint(name="gathering_kind_known", condition=Q(kind__in=GatheringKind.values)),
            CheckConstraint(name="gathering_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            CheckConstraint(
                name="gathering_recorded_has_count", condition=Q(recorded_at__isnull=True) | Q(came_count__isnull=False)
            ),
            CheckConstraint(
                name="gathering_cancelled_has_words", condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_words="")
            ),
        ]
        indexes = [models.Index(fields=["area", "starts_at"], name="gathering_of_area")]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """The title in the reader's language, or in the only one there is."""
        return local(self.title, self.title_cy)

    @property
    def where(self) -> str:
        """The place in the reader's language, or in the only one there is."""
        return local(self.place, self.place_cy)

    @property
    def access_words(self) -> str:
        """How to get in and take part, in the reader's language, or in the only one there is."""
        return local(self.access, self.access_cy)


class Heard(models.Model):
    """One point that people made at a gathering, how many made it, and the need it became or joined."""

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="heard")
    text = models.CharField(max_length=160)
    people = models.PositiveIntegerField()
    suggestion = models.ForeignKey("funding.Suggestion", models.PROTECT, related_name="heard_at")
    joined = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["gathering", "-people", "id"]
        constraints = [CheckConstraint(name="heard_from_somebody", condition=Q(people__gte=1))]

    def __str__(self) -> str:
        return self.text


class TableSeat(models.Model):
    """How many people of one sector sat at a yearly cross-sector table, and for whom; never their names."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="seats")
    sector = models.CharField(max_length=16, choices=Sector)
    organisation = models.CharField(max_length=150)
    people = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["gathering", "sector", "organisation"]
        constraints = [
            CheckConstraint(name="seat_sector_known", condition=Q(sector__in=Sector.values)),
            CheckConstraint(name="seat_of_somebody", condition=Q(people__gte=1)),
            UniqueConstraint(name="seat_once", fields=["gathering", "sector", "organisation"]),
        ]

    def __str__(self) -> str:
        return self.organisation


class TableAction(models.Model):
    """What somebody at the table took on, and whether it was done."""

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="actions")
    words = models.CharField(max_length=300)
    words_cy = models.CharField(max_length=300, blank=True)
    taken_by = models.CharField(max_length=150)
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["gathering", "due_on", "id"]
        constraints = [
            CheckConstraint(name="table_action_done_has_outcome", condition=Q(done_on=None) | ~Q(outcome=""))
        ]

    def __str__(self) -> str:
        return self.words
