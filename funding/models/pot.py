"""Pots: an area's share of a cycle in one colour of money."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.models.allocation import AllocationRun
from funding.models.project import Colour


class PotQuerySet(models.QuerySet["Pot"]):
    def of_area(self, area_id: int, *, cycle_id: int) -> Self:
        """The two pots of an area in a cycle, capital first."""
        return self.filter(area_id=area_id, cycle_id=cycle_id).order_by("colour")


class Pot(models.Model):
    """The share of a cycle set aside for one area, in one colour of money.

    ``amount_pence`` is what the area keeps by the posted run; ``participation_pence`` of it pays letters, formats,
    venues and helpers; ``small_pence`` is set aside for small awards; the rest is for projects. What is left of that
    at any moment is the balance of ``account``.
    """

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="pots")
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="pots")
    colour = models.CharField(max_length=8, choices=Colour)
    amount_pence = models.PositiveBigIntegerField()
    participation_pence = models.PositiveBigIntegerField(default=0)
    small_pence = models.PositiveBigIntegerField(default=0)
    run = models.ForeignKey(AllocationRun, models.PROTECT, related_name="pots")
    account = models.OneToOneField("funding.Account", models.PROTECT, related_name="pot")

    objects = PotQuerySet.as_manager()

    class Meta:
        ordering = ["area", "cycle", "colour"]
        constraints = [
            UniqueConstraint(name="pot_once_a_colour", fields=["area", "cycle", "colour"]),
            CheckConstraint(name="pot_colour_known", condition=Q(colour__in=Colour.values)),
            CheckConstraint(name="pot_participation_inside", condition=Q(amount_pence__gte=F("participation_pence"))),
            CheckConstraint(
                name="pot_small_inside", condition=Q(amount_pence__gte=F("participation_pence") + F("small_pence"))
            ),
            CheckConstraint(
                name="pot_participation_from_revenue", condition=Q(colour="revenue") | Q(participation_pence=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.colour} of {self.area_id} in {self.cycle_id}"

    @property
    def for_projects_pence(self) -> int:
        """What a round's vote decides about: the pot less what pays for taking part and what is set aside."""
        return self.amount_pence - self.participation_pence - self.small_pence


class HolderKind(models.TextChoices):
    """Who may hold a pot, first choice first (DESIGN.md §1)."""

    LOCAL_CIVIL_SOCIETY = "local_civil_society", _("Local civil-society body")
    CROSS_SECTOR = "cross_sector", _("Cross-sector body, at least half its seats local")
    WIDER_CIVIL_SOCIETY = "wider_civil_society", _("Wider civil-society body")
    COUNCIL = "council", _("Council")


HOLDER_ORDER = [kind.value for kind in HolderKind]


class HolderCandidateQuerySet(models.QuerySet["HolderCandidate"]):
    def willing(self) -> Self:
        return self.filter(declined_at__isnull=True)


class HolderCandidate(models.Model):
    """One body of the ordered public list from which an area's pot holder is chosen: a group, or a public body.

    A group's kind and seats are those of its governance profile on the day it was listed.
    """

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="holder_candidates")
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="holder_candidates")
    body = models.ForeignKey("communities.Body", models.PROTECT, null=True, related_name="pot_candidacies")
    group = models.ForeignKey("communities.Group", models.PROTECT, null=True, related_name="pot_candidacies")
    kind = models.CharField(max_length=24, choices=HolderKind)
    place = models.PositiveSmallIntegerField()
    seats = models.PositiveSmallIntegerField(null=True)
    local_seats = models.PositiveSmallIntegerField(null=True)
    evidence = models.CharField(max_length=300, blank=True)
    listed_at = models.DateTimeField()
    declined_at = models.DateTimeField(null=True)
    declined_words = models.CharField(max_length=300, blank=True)

    objects = HolderCandidateQuerySet.as_manager()

    class Meta:
        ordering = ["area", "cycle", "place"]
        constraints = [
            UniqueConstraint(name="candidate_once_a_pot", fields=["area", "cycle", "body"]),
            UniqueConstraint(name="candidate_group_once_a_pot", fields=["area", "cycle", "group"]),
            UniqueConstraint(name="candidate_place_once", fields=["area", "cycle", "place"]),
            CheckConstraint(name="candidate_kind_known", condition=Q(kind__in=HolderKind.values)),
            CheckConstraint(name="candidate_body_or_group", condition=Q(body__isnull=False) ^ Q(group__isnull=False)),
            CheckConstraint(
                name="candidate_cross_sector_half_local",
                condition=~Q(kind="cross_sector")
                | Q(seats__isnull=False, local_seats__isnull=False, seats__lte=F("local_seats") * 2),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id or self.group_id}, place {self.place} for {self.area_id}"

    @property
    def name(self) -> str:
        """The name of the body as files write it, whatever the reader's language."""
        return str(self.body or self.group)

    @property
    def label(self) -> str:
        """The name of the body, in the reader's language where it has one."""
        return self.body.label if self.body else str(self.group)


class PotHolderQuerySet(models.QuerySet["PotHolder"]):
    def standing(self) -> Self:
        return self.filter(ended_at__isnull=True)


class PotHolder(models.Model):
    """Who keeps an area's money in a cycle, both colours; a choice other than the first says why, by two people."""

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="pot_holders")
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="pot_holders")
    candidate = models.ForeignKey(HolderCandidate, models.PROTECT, related_name="choices")
    first_willing = models.BooleanField()
    reason = models.TextField(blank=True)
    chosen_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    chosen_at = models.DateTimeField()
    challenge_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = PotHolderQuerySet.as_manager()

    class Meta:
        ordering = ["-chosen_at"]
        constraints = [
            UniqueConstraint(name="holder_one_a_pot", fields=["area", "cycle"], condition=Q(ended_at__isnull=True)),
            CheckConstraint(
                name="holder_later_choice_has_reason_and_two",
                condition=Q(first_willing=True)
                | (Q(second__isnull=False, chosen_by__isnull=False) & ~Q(reason="") & ~Q(second=F("chosen_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} holds {self.area_id}"


class ProposalState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a second person")
    CONFIRMED = "confirmed", _("Confirmed")
    SENT_BACK = "sent_back", _("Sent back")


class HolderProposal(models.Model):
    """One person proposes a later body of the list as holder, with the reason to publish; another decides on it."""

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="holder_proposals")
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="holder_proposals")
    candidate = models.ForeignKey(HolderCandidate, models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.WAITING)
    reason = models.TextField()
    proposed_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    second = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    second_words = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            UniqueConstraint(name="proposal_one_waiting_a_pot", fields=["area", "cycle"], condition=Q(state="waiting")),
            CheckConstraint(name="proposal_state_known", condition=Q(state__in=ProposalState.values)),
            CheckConstraint(name="proposal_gives_a_reason", condition=~Q(reason="")),
            CheckConstraint(
                name="proposal_decided_by_another",
                condition=Q(state="waiting", second__isnull=True)
                | (
                    ~Q(state="waiting") & Q(second__isnull=False, second_at__isnull=False) & ~Q(second=F("proposed_by"))
                ),
            ),
            CheckConstraint(name="proposal_back_with_words", condition=~Q(state="sent_back") | ~Q(second_words="")),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} proposed for {self.area_id}: {self.state}"


class RolloverLot(models.Model):
    """Unspent money of one area and colour, with the cycle that left it and the area it came from (R17, R18).

    A lot is never edited: what moves on is a new lot with ``moved_from``, and the old one gets its ``closed_at``.
    """

    area = models.ForeignKey("communities.Area", models.PROTECT, related_name="lots")
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="lots")
    colour = models.CharField(max_length=8, choices=Colour)
    pence = models.PositiveBigIntegerField()
    born = models.PositiveSmallIntegerField()
    origin = models.ForeignKey("communities.Area", models.PROTECT, related_name="+")
    tag = models.CharField(max_length=32, blank=True)
    entry = models.ForeignKey("funding.Entry", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["area", "colour", "born", "id"]
        constraints = [
            CheckConstraint(name="lot_not_nothing", condition=Q(pence__gt=0)),
            CheckConstraint(name="lot_colour_known", condition=Q(colour__in=Colour.values)),
        ]
        indexes = [models.Index(fields=["area", "cycle", "colour"], name="lot_of_area")]

    def __str__(self) -> str:
        return f"{self.pence} left in {self.area_id} since {self.born}"
