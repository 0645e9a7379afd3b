"""Finding each other: what groups offer and need, volunteer roles, and messages relayed without addresses."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from communities.models.area import Area
from communities.models.group import Group
from communities.models.user import User
from communities.states import ListingState


class ListingKind(models.TextChoices):
    OFFER = "offer", _("We offer")
    NEED = "need", _("We need")
    PARTNER = "partner", _("Looking for a partner")
    VOLUNTEER = "volunteer", _("Lend a hand")


class ListingQuerySet(models.QuerySet["Listing"]):
    def open(self, *, on: date) -> Self:
        return self.filter(state=ListingState.OPEN, group__state="active").filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on)
        )

    def near(self, area: Area) -> Self:
        """Listings of an area's authority, or of the area itself when it is above one."""
        codes = area.chain_codes
        return self.filter(area__path__contains=f"/{codes[-2] if len(codes) > 1 else codes[0]}/")


class Listing(models.Model):
    """One thing a group offers, needs or invites people to do."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="listings")
    kind = models.CharField(max_length=16, choices=ListingKind)
    state = models.CharField(max_length=16, choices=ListingState, default=ListingState.OPEN)
    area = models.ForeignKey(Area, models.PROTECT, related_name="listings")
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=1000)
    language = models.CharField(max_length=8, default="en")
    hours = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    expenses = models.CharField(max_length=200, blank=True)
    access = models.CharField(max_length=300, blank=True)
    complements = models.CharField(max_length=300, blank=True)
    listed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    listed_at = models.DateTimeField()
    ends_on = models.DateField(null=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["-listed_at", "-id"]
        constraints = [
            CheckConstraint(name="listing_kind_known", condition=Q(kind__in=ListingKind.values)),
            CheckConstraint(name="listing_state_known", condition=Q(state__in=ListingState.values)),
            CheckConstraint(
                name="listing_volunteer_is_told",
                condition=~Q(kind="volunteer")
                | (~Q(hours="") & ~Q(place="") & ~Q(expenses="") & ~Q(access="") & ~Q(complements="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def of_person(self, user: User) -> Self:
        """Conversations the person began, and those of groups to which the person belongs."""
        return self.filter(Q(begun_by=user) | Q(listing__group__in=Group.objects.of_member(user)))


class Conversation(models.Model):
    """Messages between one person and the group of a listing. Neither sees the other's address."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="conversations")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conversations")
    begun_at = models.DateTimeField()
    thanked_at = models.DateTimeField(null=True)
    thanks = models.CharField(max_length=300, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="conversation_once", fields=["listing", "begun_by"]),
            CheckConstraint(name="conversation_thanks_dated", condition=Q(thanks="") ^ Q(thanked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class RelayedMessage(models.Model):
    """One message of a conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    from_group = models.BooleanField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "id"]

    def __str__(self) -> str:
        return f"message {self.pk}"
