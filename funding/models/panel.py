"""Panels: people who look together at what one officer should not decide, and their minutes as data (G§3F)."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from communities.models import User
from funding.models.check import Review
from renewal.kernel.languages import local


class Panel(models.Model):
    """A standing panel of a body. ``reserve`` is asked where too few are left without a link to decide."""

    body = models.ForeignKey("communities.Body", models.PROTECT, related_name="panels")
    name = models.CharField(max_length=120)
    name_cy = models.CharField(max_length=120, blank=True)
    quorum = models.PositiveSmallIntegerField()
    reserve = models.ForeignKey("self", models.PROTECT, null=True, related_name="reserve_of")
    made_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["body", "name", "id"]
        constraints = [
            CheckConstraint(name="panel_quorum_at_least_two", condition=Q(quorum__gte=2)),
            CheckConstraint(name="panel_not_its_own_reserve", condition=Q(reserve=None) | ~Q(reserve=F("id"))),
            UniqueConstraint(name="panel_name_once_a_body", fields=["body", "name"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return local(self.name, self.name_cy)


class PanelSeat(models.Model):
    """Somebody sits on a panel, from a moment until a moment; ``links`` is their public register, renewed yearly."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="seats")
    user = models.ForeignKey("communities.User", models.PROTECT, related_name="panel_seats")
    is_chair = models.BooleanField(default=False)
    links = models.CharField(max_length=500, blank=True)
    links_on = models.DateField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["panel", "-is_chair", "id"]
        constraints = [
            UniqueConstraint(name="panel_seat_once", fields=["panel", "user"], condition=Q(until=None)),
            UniqueConstraint(name="panel_one_chair", fields=["panel"], condition=Q(until=None, is_chair=True)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.panel_id}"


class MeetingState(models.TextChoices):
    CALLED = "called", _("Called")
    HELD = "held", _("Held, minutes being written")
    SIGNED = "signed", _("Minutes signed")
    CANCELLED = "cancelled", _("Not held")


MEETING_MOVES: dict[str, frozenset[str]] = {
    "called": frozenset({"held", "cancelled"}),
    "held": frozenset({"signed"}),
    "signed": frozenset(),
    "cancelled": frozenset(),
}


class MeetingQuerySet(models.QuerySet["PanelMeeting"]):
    def of_sitter(self, user: User) -> Self:
        """Meetings of panels on which the person sits today."""
        return self.filter(panel__seats__user=user, panel__seats__until=None).distinct()


class PanelMeeting(models.Model):
    """A panel met, or will; links are asked for first. Signed minutes never change."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="meetings")
    on = models.DateField()
    place = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=MeetingState, default=MeetingState.CALLED)
    called_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    links_asked = models.BooleanField(default=False)
    minuted_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            CheckConstraint(name="meeting_state_known", condition=Q(state__in=MeetingState.values)),
            CheckConstraint(
                name="meeting_links_first", condition=~Q(state__in=["held", "signed"]) | Q(links_asked=True)
            ),
            CheckConstraint(name="meeting_signed_has_moment", condition=Q(state="signed") ^ Q(signed_at=None)),
            CheckConstraint(
                name="meeting_signed_by_another",
                condition=Q(signed_by=None) | (Q(minuted_by__isnull=False) & ~Q(signed_by=F("minuted_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"meeting of {self.panel_id} on {self.on}"


class PanelOutcome(models.TextChoices):
    GO_ON = "go_on", _("It may go on")
    NOT_GO_ON = "not_go_on", _("It should not go on")
    LATER = "later", _("Look again: the votes were even")
    NO_QUORUM = "no_quorum", _("Too few without a link: the reserve panel decides")


class PanelItem(models.Model):
    """One project before one meeting: what was decided and why. Who voted how stands in its voices."""

    meeting = models.ForeignKey(PanelMeeting, models.PROTECT, related_name="items")
    review = models.ForeignKey(Review, models.PROTECT, related_name="panel_items")
    position = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=12, choices=PanelOutcome, blank=True)
    words = models.TextField(blank=True)
    words_cy = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["meeting", "position"]
        constraints = [
            UniqueConstraint(name="panel_item_once_a_meeting", fields=["meeting", "review"]),
            CheckConstraint(
                name="panel_item_outcome_known", condition=Q(outcome="") | Q(outcome__in=PanelOutcome.values)
            ),
            CheckConstraint(
                name="panel_item_decided_has_moment", condition=Q(outcome="") ^ Q(decided_at__isnull=False)
            ),
            CheckConstraint(
                name="panel_item_decided_says_why",
                condition=~Q(outcome__in=["go_on", "not_go_on"]) | (~Q(words="") & ~Q(words_cy="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} before {self.meeting_id}"

    @property
    def words_label(self) -> str:
        """The reasons in the reader's language."""
        return local(self.words, self.words_cy)


class PanelPart(models.TextChoices):
    """What a person did while one item was decided. Who left for a link counts neither as present nor as a vote."""

    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    ABSTAINED = "abstained", _("Present, did not vote")
    AWAY = "away", _("Not there")
    LEFT = "left", _("Left the room: has a link")


PRESENT = ("for", "against", "abstained")


class PanelVoice(models.Model):
    """One person and one item of a meeting."""

    item = models.ForeignKey(PanelItem, models.PROTECT, related_name="voices")
    seat = models.ForeignKey(PanelSeat, models.PROTECT, related_name="voices")
    part = models.CharField(max_length=12, choices=PanelPart)

    class Meta:
        ordering = ["item", "seat"]
        constraints = [
            UniqueConstraint(name="panel_voice_once", fields=["item", "seat"]),
            CheckConstraint(name="panel_voice_part_known", condition=Q(part__in=PanelPart.values)),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.part}"
