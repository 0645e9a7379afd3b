"""Two groups combine their projects: one proposes, the other answers, and both stand on record."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from communities.models import Group, User
from funding.models.project import Project


class CombineState(models.TextChoices):
    WAITING = "waiting", _("Waiting for the other group")
    AGREED = "agreed", _("Both groups agreed")
    DECLINED = "declined", _("The other group said no")
    TAKEN_BACK = "taken_back", _("Taken back")


COMBINE_MOVES: dict[str, frozenset[str]] = {
    "waiting": frozenset({"agreed", "declined", "taken_back"}),
    "agreed": frozenset(),
    "declined": frozenset(),
    "taken_back": frozenset(),
}


class CombineOfferQuerySet(models.QuerySet["CombineOffer"]):
    def waiting(self) -> Self:
        return self.filter(state=CombineState.WAITING)

    def of_member(self, user: User) -> Self:
        """Offers that the person's groups made or received."""
        groups = Group.objects.of_member(user)
        return self.filter(Q(project__group__in=groups) | Q(into__group__in=groups))

    def to_member(self, user: User) -> Self:
        """Offers that the person's groups received."""
        return self.filter(into__group__in=Group.objects.of_member(user))


class CombineOffer(models.Model):
    """A group would fold its project into another group's; nothing happens before a member of the other agrees."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="combine_offers")
    into = models.ForeignKey(Project, models.PROTECT, related_name="combine_offers_received")
    words = models.CharField(max_length=500)
    state = models.CharField(max_length=12, choices=CombineState, default=CombineState.WAITING)
    offered_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    answered_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = CombineOfferQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at", "-id"]
        constraints = [
            CheckConstraint(name="combine_state_known", condition=Q(state__in=CombineState.values)),
            CheckConstraint(name="combine_of_two", condition=~Q(project=F("into"))),
            CheckConstraint(
                name="combine_answered_or_waiting",
                condition=Q(state="waiting", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(state="waiting") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            CheckConstraint(
                name="combine_agreed_by_another", condition=~Q(state="agreed") | ~Q(answered_by=F("offered_by"))
            ),
            UniqueConstraint(name="combine_once_at_a_time", fields=["project"], condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} into {self.into_id}: {self.state}"
