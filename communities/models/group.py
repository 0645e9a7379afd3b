"""Groups of people who propose projects, and who belongs to them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from communities.models.area import Area
from communities.models.user import User
from communities.states import GroupState, InvitationState, MergeState


class LegalForm(models.TextChoices):
    CHARITY = "charity", _("Charity")
    CIO = "cio", _("Charitable incorporated organisation (CIO)")
    CIC = "cic", _("Community interest company (CIC)")
    SOCIETY = "society", _("Co-operative or community benefit society")
    COMPANY = "company", _("Company limited by guarantee")
    CLUB = "club", _("Club or association with a constitution")
    FAITH = "faith", _("Faith organisation")
    PUBLIC_BODY = "public_body", _("Public body")
    PRIVATE = "private", _("Private company")
    INFORMAL = "informal", _("Informal group, without a constitution")
    OTHER = "other", _("Something else")


CIVIL_SOCIETY = ("charity", "cio", "cic", "society", "company", "club", "faith", "informal", "other")


class GroupRole(models.TextChoices):
    """What a group is to its place, beside its legal form; a group may be several."""

    ANCHOR = "anchor", _("Community anchor")
    UMBRELLA = "umbrella", _("Umbrella for other groups")
    DEVELOPMENT_TRUST = "development_trust", _("Development trust")
    RESIDENTS = "residents", _("Residents’ group")
    BEFRIENDING = "befriending", _("Befriending")
    FAITH = "faith", _("Faith community")
    SPORT = "sport", _("Sport")
    ARTS = "arts", _("Arts and culture")
    YOUTH = "youth", _("Young people")
    GROWING = "growing", _("Growing and green spaces")
    ENTERPRISE = "enterprise", _("Social enterprise")
    OTHER = "other", _("Something else")


class MembershipRole(models.TextChoices):
    OWNER = "owner", _("Runs the group’s pages")
    EDITOR = "editor", _("Can write and change")
    HELPER = "helper", _("Helps the group, for the group to confirm")


def _own_rows(user: User) -> "models.QuerySet[Membership]":
    return Membership.objects.filter(user=user, left_at__isnull=True).exclude(role=MembershipRole.HELPER)


class GroupQuerySet(models.QuerySet["Group"]):
    def of_member(self, user: User) -> Self:
        """Groups the person belongs to today, an accredited helper's among them."""
        return self.filter(pk__in=user.memberships.filter(left_at__isnull=True).values("group"))

    def is_member(self, user: User, group_id: int | None) -> bool:
        """Tell whether the person belongs to this group today; False where there is no group."""
        return group_id is not None and self.of_member(user).filter(pk=group_id).exists()

    def is_own_member(self, user: User, group_id: int | None) -> bool:
        """Tell whether the person belongs to this group today in their own right, not as its accredited helper."""
        return group_id is not None and self.filter(pk=group_id, memberships__in=_own_rows(user)).exists()

    def run_by(self, user: User) -> Self:
        """Groups whose pages the person runs today, or helps to run; what a helper does waits for the group's word."""
        return self.filter(
            memberships__user=user,
            memberships__left_at__isnull=True,
            memberships__role__in=[MembershipRole.OWNER, MembershipRole.HELPER],
        ).distinct()

    def of_owner(self, user: User) -> Self:
        """Groups whose pages the person runs today."""
        return self.filter(
            memberships__user=user, memberships__left_at__isnull=True, memberships__role=MembershipRole.OWNER
        ).distinct()

    def active(self) -> Self:
        return self.filter(state=GroupState.ACTIVE)


class Group(models.Model):
    """Some people who do something together, with or without a constitution or a bank account.

    ``skeleton`` is the name with look-alike letters made equal, so that a copy of a name is noticed.
    """

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=150)
    skeleton = models.CharField(max_length=150, blank=True)
    legal_form = models.CharField(max_length=16, choices=LegalForm)
    roles = ArrayField(models.CharField(max_length=24, choices=GroupRole), default=list, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="groups")
    aims = models.TextField(blank=True)
    website = models.URLField(blank=True)
    language = models.CharField(max_length=8, default="en")
    state = models.CharField(max_length=16, choices=GroupState, default=GroupState.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            CheckConstraint(name="group_legal_form_known", condition=Q(legal_form__in=LegalForm.values)),
            CheckConstraint(name="group_state_known", condition=Q(state__in=GroupState.values)),
            CheckConstraint(name="group_ended_has_moment", condition=Q(state="active") ^ Q(ended_at__isnull=False)),
            CheckConstraint(name="group_merged_says_into", condition=Q(state="merged") ^ Q(merged_into__isnull=True)),
        ]
        indexes = [models.Index(fields=["skeleton"], name="group_skeleton")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_informal(self) -> bool:
        """Without a constitution or an account of its own, so that a fund-holder keeps its money."""
        return self.legal_form == LegalForm.INFORMAL


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


class GroupContact(models.Model):
    """Somebody to reach a group through, from a day until a day; two unrelated people for each group."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    postal = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            CheckConstraint(name="group_contact_reachable", condition=~Q(email="") | ~Q(phone="") | ~Q(postal="")),
        ]

    def __str__(self) -> str:
        return self.name


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self, *, at: datetime) -> Self:
        return self.filter(state=InvitationState.WAITING, expires_at__gt=at)

    def to_person(self, user: User) -> Self:
        """Invitations to the address the person signs in with."""
        return self.filter(email__iexact=user.email)


class Invitation(models.Model):
    """A group asks somebody to join, by an e-mail address; whoever signs in with it may accept."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=MembershipRole, default=MembershipRole.EDITOR)
    state = models.CharField(max_length=16, choices=InvitationState, default=InvitationState.WAITING)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-id"]
        constraints = [
            CheckConstraint(name="invitation_state_known", condition=Q(state__in=InvitationState.values)),
            CheckConstraint(name="invitation_role_known", condition=Q(role__in=MembershipRole.values)),
            CheckConstraint(
                name="invitation_answered_or_waiting", condition=Q(state="waiting") ^ Q(answered_at__isnull=False)
            ),
            UniqueConstraint(name="invitation_once", fields=["group", "email"], condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.group_id}"


class GroupMerge(models.Model):
    """One group wants to become part of another; nothing of its history is lost."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="merges")
    into = models.ForeignKey(Group, models.PROTECT, related_name="merges_offered")
    state = models.CharField(max_length=16, choices=MergeState, default=MergeState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            CheckConstraint(name="merge_state_known", condition=Q(state__in=MergeState.values)),
            CheckConstraint(name="merge_of_two", condition=~Q(group=models.F("into"))),
            CheckConstraint(
                name="merge_answered_or_proposed", condition=Q(state="proposed") ^ Q(answered_at__isnull=False)
            ),
            UniqueConstraint(name="merge_once_at_a_time", fields=["group"], condition=Q(state="proposed")),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} into {self.into_id}"
