"""Groups of people who propose projects, and who belongs to them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from communities.models.area import Area
from communities.models.user import User


class LegalForm(models.TextChoices):
    CHARITY = "charity"
    CIO = "cio"
    CIC = "cic"
    SOCIETY = "society"
    COMPANY = "company"
    CLUB = "club"
    FAITH = "faith"
    PUBLIC_BODY = "public_body"
    PRIVATE = "private"
    INFORMAL = "informal"
    OTHER = "other"


class GroupState(models.TextChoices):
    ACTIVE = "active"
    CLOSED = "closed"
    MERGED = "merged"


class MembershipRole(models.TextChoices):
    OWNER = "owner"
    EDITOR = "editor"


class GroupQuerySet(models.QuerySet["Group"]):
    def of_member(self, user: User) -> Self:
        """Groups the person belongs to today."""
        return self.filter(memberships__user=user, memberships__left_at__isnull=True).distinct()


class Group(models.Model):
    """Some people who do something together, with or without a constitution or a bank account."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=150)
    legal_form = models.CharField(max_length=16, choices=LegalForm)
    area = models.ForeignKey(Area, models.PROTECT, related_name="groups")
    aims = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    state = models.CharField(max_length=16, choices=GroupState, default=GroupState.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            CheckConstraint(name="group_legal_form_known", condition=Q(legal_form__in=LegalForm.values)),
            CheckConstraint(name="group_state_known", condition=Q(state__in=GroupState.values)),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person belongs to a group, from joining until leaving; leaving keeps the row."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=MembershipRole, default=MembershipRole.EDITOR)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(name="membership_role_known", condition=Q(role__in=MembershipRole.values)),
            UniqueConstraint(name="membership_once_at_a_time", fields=["group", "user"], condition=Q(left_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"
