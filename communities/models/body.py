"""Public bodies, and the people who act for them."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q

from communities.models.area import Area
from renewal.kernel.languages import local


class BodyKind(models.TextChoices):
    COUNCIL = "council"
    COMBINED_AUTHORITY = "combined_authority"
    HEALTH = "health"
    HOUSING = "housing"
    POLICE = "police"
    DEPARTMENT = "department"
    PARTNERSHIP = "partnership"
    COMMUNITY_ANCHOR = "community_anchor"
    FOUNDATION = "foundation"
    OTHER = "other"


class Body(models.Model):
    """An organisation that convenes, answers or holds money for an area: a council, a health board, an anchor."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    name_cy = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=24, choices=BodyKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="bodies")
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    contact_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [CheckConstraint(name="body_kind_known", condition=Q(kind__in=BodyKind.values))]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language, or in the only one there is."""
        return local(self.name, self.name_cy)


class Role(models.TextChoices):
    REVIEWER = "reviewer"
    LEAD = "lead"
    COUNTING = "counting"
    FINANCE = "finance"
    AUDITOR = "auditor"
    STEWARD = "steward"


class OfficerRoleQuerySet(models.QuerySet["OfficerRole"]):
    def held(self, *, on: date) -> Self:
        """Roles that are held on a day (``ends_on`` is the first day without it)."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))


class OfficerRole(models.Model):
    """A person acts for a body in a role, from a day until a day. ``steward`` is held at fund level, without a body."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="officer_roles")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="officer_roles")
    role = models.CharField(max_length=16, choices=Role)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    objects = OfficerRoleQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(name="officer_role_known", condition=Q(role__in=Role.values)),
            CheckConstraint(name="officer_role_body_or_steward", condition=Q(role="steward") ^ Q(body__isnull=False)),
            CheckConstraint(
                name="officer_role_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} for {self.body_id}"
