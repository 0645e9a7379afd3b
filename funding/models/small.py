"""Small awards, all year: the money an area sets aside, the ideas, who supports them, and each month's decision."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from communities.models import User
from funding.models.project import Colour
from renewal.kernel.clock import london_day

MOST_PERCENT = 10


class PurseState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for a second person")
    OPEN = "open", _("Open")
    SENT_BACK = "sent_back", _("Sent back")
    CLOSED = "closed", _("Closed, the rest went back to the pot")


PURSE_MOVES: dict[str, frozenset[str]] = {
    "proposed": frozenset({"open", "sent_back"}),
    "open": frozenset({"closed"}),
    "sent_back": frozenset(),
    "closed": frozenset(),
}


class SmallPurseQuerySet(models.QuerySet["SmallPurse"]):
    def open(self) -> Self:
        return self.filter(state=PurseState.OPEN)

    def standing(self) -> Self:
        """Purses that were signed: open, or closed with what they decided on record."""
        return self.filter(state__in=[PurseState.OPEN, PurseState.CLOSED])

    def of_officer(self, user: User, *, at: datetime) -> Self:
        """Purses of the bodies for which the person acts on that day, in any role."""
        held = user.officer_roles.held(on=london_day(at)).filter(body__isnull=False)
        return self.filter(body__in=held.values("body"))


class SmallPurse(models.Model):
    """What an area sets aside of its pots of one cycle for small awards, all year: at most a tenth, by two people.

    ``round`` is the row its ideas belong to all year (``Round.all_year``); it exists once two people have signed.
    """

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="small_purses")
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="small_purses")
    body = models.ForeignKey("communities.Body", models.PROTECT, related_name="small_purses")
    round = models.OneToOneField("funding.Round", models.PROTECT, null=True, related_name="purse")
    state = models.CharField(max_length=12, choices=PurseState, default=PurseState.PROPOSED)
    percent = models.PositiveSmallIntegerField()
    most_pence = models.PositiveIntegerField(default=100_000)
    joint_start_pence = models.PositiveIntegerField(default=50_000)
    public_days = models.PositiveSmallIntegerField(default=14)
    proposed_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    signed_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = SmallPurseQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            UniqueConstraint(
                name="purse_once_a_cycle",
                fields=["area", "cycle"],
                condition=Q(state__in=["proposed", "open", "closed"]),
            ),
            CheckConstraint(name="purse_state_known", condition=Q(state__in=PurseState.values)),
            CheckConstraint(name="purse_at_most_a_tenth", condition=Q(percent__gte=1, percent__lte=MOST_PERCENT)),
            CheckConstraint(name="purse_award_up_to_1000", condition=Q(most_pence__gte=1, most_pence__lte=100_000)),
            CheckConstraint(
                name="purse_joint_start_inside", condition=Q(joint_start_pence__gte=1, joint_start_pence__lte=100_000)
            ),
            CheckConstraint(name="purse_public_two_weeks", condition=Q(public_days__gte=14)),
            CheckConstraint(
                name="purse_signed_by_another", condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("proposed_by"))
            ),
            CheckConstraint(
                name="purse_open_is_signed",
                condition=Q(state="proposed")
                | Q(state="sent_back", signed_by__isnull=False)
                | Q(
                    state__in=["open", "closed"], signed_by__isnull=False, signed_at__isnull=False, round__isnull=False
                ),
            ),
            CheckConstraint(name="purse_closed_has_moment", condition=Q(state="closed") ^ Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"small awards of {self.area_id} in {self.cycle_id}"


class PursePart(models.Model):
    """What a purse took from one pot, with the account that keeps it; what is left is the account's balance.

    ``base_pence`` is what the pot had for projects that day: a part is at most a tenth of it.
    """

    purse = models.ForeignKey(SmallPurse, models.CASCADE, related_name="parts")
    pot = models.ForeignKey("funding.Pot", models.PROTECT, related_name="purse_parts")
    colour = models.CharField(max_length=8, choices=Colour)
    account = models.OneToOneField("funding.Account", models.PROTECT, related_name="purse_part")
    base_pence = models.PositiveBigIntegerField()
    pence = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["purse", "colour"]
        constraints = [
            UniqueConstraint(name="purse_part_once_a_colour", fields=["purse", "colour"]),
            CheckConstraint(name="purse_part_colour_known", condition=Q(colour__in=Colour.values)),
            CheckConstraint(name="purse_part_at_most_a_tenth", condition=Q(base_pence__gte=F("pence") * 10)),
        ]

    def __str__(self) -> str:
        return f"{self.pence} {self.colour} of {self.purse_id}"


class SmallMonth(models.Model):
    """One month's decision of a purse.

    ``commitment`` (the SHA-256 of ``secret``) is public before anybody can know the month's list; the secret is
    published with the decision, so that nobody can choose the lot and everybody can check it. ``document`` is the
    decision as published: {"month", "list", "left", "commitment", "secret", "list_digest", "seed", "places"}.
    """

    purse = models.ForeignKey(SmallPurse, models.CASCADE, related_name="months")
    first_day = models.DateField()
    commitment = models.CharField(max_length=64)
    committed_at = models.DateTimeField()
    secret = models.CharField(max_length=64)
    document = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["purse", "-first_day"]
        constraints = [
            UniqueConstraint(name="small_month_once", fields=["purse", "first_day"]),
            CheckConstraint(name="small_month_first_day", condition=Q(first_day__day=1)),
            CheckConstraint(
                name="small_month_decided_has_digest", condition=Q(digest="") ^ Q(decided_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m} of {self.purse_id}"


class SmallOutcome(models.TextChoices):
    FUNDED = "funded", _("Funded")
    NO_MONEY = "no_money", _("Not enough money left")
    NO_SUPPORT = "no_support", _("No resident supported it")


class SmallIdeaQuerySet(models.QuerySet["SmallIdea"]):
    def collecting(self, *, at: datetime) -> Self:
        """Ideas whose days in public have not ended."""
        return self.filter(project__state="passed", opened_at__lte=at, closes_at__gt=at)

    def waiting(self, *, before: datetime) -> Self:
        """Ideas whose days in public ended by a moment and about which no month has decided."""
        return self.filter(project__state="passed", month__isnull=True, closes_at__lte=before)


class SmallIdea(models.Model):
    """A small award idea that passed its light check: public for at least 14 days, then decided with its month."""

    project = models.OneToOneField("funding.Project", models.PROTECT, related_name="small_idea")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    supporters = models.PositiveIntegerField(default=0)
    month = models.ForeignKey(SmallMonth, models.PROTECT, null=True, related_name="ideas")
    place = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=12, choices=SmallOutcome, blank=True)

    objects = SmallIdeaQuerySet.as_manager()

    class Meta:
        ordering = ["closes_at", "id"]
        constraints = [
            CheckConstraint(name="small_idea_closes_after_opening", condition=Q(closes_at__gt=F("opened_at"))),
            CheckConstraint(name="small_idea_outcome_known", condition=Q(outcome__in=["", *SmallOutcome.values])),
            CheckConstraint(
                name="small_idea_decided_with_its_month",
                condition=Q(month__isnull=True, place__isnull=True, outcome="")
                | (Q(month__isnull=False, place__isnull=False) & ~Q(outcome="")),
            ),
            UniqueConstraint(name="small_idea_place_once", fields=["month", "place"]),
        ]
        indexes = [models.Index(fields=["closes_at"], name="small_idea_closes", condition=Q(month__isnull=True))]

    def __str__(self) -> str:
        return f"small idea {self.project_id}"

    @property
    def last_day(self) -> date:
        """The last London day on which people can support it."""
        return london_day(self.closes_at - timedelta(microseconds=1))


class SmallSupport(models.Model):
    """One verified resident supports one idea. ``person`` is a keyed hash for this idea alone, and joins no two."""

    idea = models.ForeignKey(SmallIdea, models.PROTECT, related_name="support")
    person = models.CharField(max_length=64)
    route = models.CharField(max_length=16, default="web")
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(name="small_support_once_a_person", fields=["idea", "person"])]

    def __str__(self) -> str:
        return f"support of {self.idea_id}"


class SmallSupportCode(models.Model):
    """A letter with a code is on its way to somebody who wants to support an idea; with the code, the support counts.

    ``person`` is the keyed hash that the support will hold. Deleted once used, or when the idea's days are long over.
    """

    idea = models.ForeignKey(SmallIdea, models.CASCADE, related_name="support_codes")
    resident = models.ForeignKey("communities.Resident", models.CASCADE, related_name="+")
    person = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(name="small_support_code_once_a_person", fields=["idea", "person"])]

    def __str__(self) -> str:
        return f"code for {self.idea_id}"
