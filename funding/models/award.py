"""Awards: money committed to a project, conditional until its gates are met."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.models.pot import Pot


class AwardState(models.TextChoices):
    CONDITIONAL = "conditional", _("Promised, with checks still to pass")
    CONFIRMED = "confirmed", _("Every check passed")
    REVERSED = "reversed", _("Taken back")


AWARD_MOVES: dict[str, frozenset[str]] = {
    "conditional": frozenset({"confirmed", "reversed"}),
    "confirmed": frozenset({"reversed"}),
    "reversed": frozenset(),
}


class AwardOrigin(models.TextChoices):
    """How a project came to its money; nobody types an award in."""

    SELECTED = "selected", _("Chosen in the vote")
    RESERVE = "reserve", _("Next on the reserve list")
    SMALL = "small", _("A small award, by residents’ support")
    JOINT = "joint", _("A joint start of different sectors")
    OVERFLOW = "overflow", _("Paid by what a neighbour left")


class AwardQuerySet(models.QuerySet["Award"]):
    def standing(self) -> Self:
        """Awards that keep their money."""
        return self.exclude(state=AwardState.REVERSED)


class Award(models.Model):
    """One project's money as a count chose it, drawn from one or several pots of its colours."""

    project = models.ForeignKey("funding.Project", models.PROTECT, related_name="awards")
    round = models.ForeignKey("funding.Round", models.PROTECT, related_name="awards")
    position = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=8, choices=AwardOrigin)
    state = models.CharField(max_length=12, choices=AwardState, default=AwardState.CONDITIONAL)
    capital_pence = models.PositiveBigIntegerField(default=0)
    revenue_pence = models.PositiveBigIntegerField(default=0)
    count_hash = models.CharField(max_length=64)
    awarded_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)
    reversed_because = models.CharField(max_length=300, blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["round", "position", "id"]
        constraints = [
            CheckConstraint(name="award_state_known", condition=Q(state__in=AwardState.values)),
            CheckConstraint(name="award_origin_known", condition=Q(origin__in=AwardOrigin.values)),
            CheckConstraint(name="award_not_nothing", condition=Q(capital_pence__gt=0) | Q(revenue_pence__gt=0)),
            CheckConstraint(
                name="award_reversed_has_moment", condition=Q(state="reversed") ^ Q(reversed_at__isnull=True)
            ),
            CheckConstraint(
                name="award_confirmed_has_moment", condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False)
            ),
            UniqueConstraint(name="award_once_a_project", fields=["project"], condition=~Q(state="reversed")),
            UniqueConstraint(name="award_position_once", fields=["round", "position"]),
        ]

    def __str__(self) -> str:
        return f"award {self.pk} to {self.project_id}"

    @property
    def amount_pence(self) -> int:
        return self.capital_pence + self.revenue_pence


class AwardPart(models.Model):
    """What one pot gives to an award; its parts come to the award, colour by colour."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="parts")
    pot = models.ForeignKey(Pot, models.PROTECT, related_name="award_parts")
    account = models.OneToOneField("funding.Account", models.PROTECT, related_name="award_part")
    pence = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["award", "pot"]
        constraints = [
            UniqueConstraint(name="award_part_once_a_pot", fields=["award", "pot"]),
            CheckConstraint(name="award_part_not_nothing", condition=Q(pence__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.pence} of pot {self.pot_id}"


class AwardHolding(models.Model):
    """A part of an award lies under a group's agreement with a fund-holder, on an account; a later row takes over.

    The first row stands on the part's own account. Moving to another holder opens a new account, and an entry between
    the two: what was held before is nil afterwards, to the penny (G-4.5-A4).
    """

    part = models.ForeignKey(AwardPart, models.PROTECT, related_name="holdings")
    agreement = models.ForeignKey("communities.HoldingAgreement", models.PROTECT, related_name="award_holdings")
    account = models.OneToOneField("funding.Account", models.PROTECT, related_name="award_holding")
    began_at = models.DateTimeField()

    class Meta:
        ordering = ["part", "id"]
        constraints = [UniqueConstraint(name="holding_once_an_agreement", fields=["part", "agreement"])]

    def __str__(self) -> str:
        return f"part {self.part_id} under agreement {self.agreement_id}"


class GateKind(models.TextChoices):
    """What an award must still pass before any money moves (DESIGN.md §4)."""

    ANSWER = "answer", _("The public body’s answer")
    SUBSIDY = "subsidy", _("Subsidy statement")
    SAFEGUARDING = "safeguarding", _("Safeguarding lead")
    CONSENT = "consent", _("Owner’s consent and permissions")
    PROCUREMENT = "procurement", _("Fair buying")
    EQUALITY = "equality", _("Equality record")
    HOLDER = "holder", _("Someone to hold the money")


class AwardGate(models.Model):
    """One condition of an award, open until somebody records what met it."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="gates")
    kind = models.CharField(max_length=16, choices=GateKind)
    passed_at = models.DateTimeField(null=True)
    passed_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    evidence = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["award", "id"]
        constraints = [
            UniqueConstraint(name="gate_once_an_award", fields=["award", "kind"]),
            CheckConstraint(name="gate_kind_known", condition=Q(kind__in=GateKind.values)),
            CheckConstraint(name="gate_passed_says_by_what", condition=Q(passed_at__isnull=True) | ~Q(evidence="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of award {self.award_id}"


class FrozenSelection(models.Model):
    """The outcome of a round's count as it was frozen: selection, reserve list, limits; nothing reorders it (R14).

    ``document``: {"limits": {name: pence}, "selected": [...], "reserve": [...]}, each project {"ref", "title", "cost",
    "demands", "one_of"}; ``digest`` is its hash.
    """

    round = models.OneToOneField("funding.Round", models.PROTECT, related_name="frozen_selection")
    poll = models.OneToOneField("voting.Poll", models.PROTECT, related_name="frozen_selection")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    count_hash = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"selection of {self.round_id}"


class SignOffState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a second person")
    SIGNED = "signed", _("Signed by two people")
    SENT_BACK = "sent_back", _("Sent back")


class AwardsSignOff(models.Model):
    """Two people compare the same frozen figures of a round's awards with the count; neither can change one."""

    round = models.ForeignKey("funding.Round", models.PROTECT, related_name="sign_offs")
    state = models.CharField(max_length=10, choices=SignOffState, default=SignOffState.WAITING)
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    proposed_by = models.ForeignKey("communities.User", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    second = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            CheckConstraint(name="sign_off_state_known", condition=Q(state__in=SignOffState.values)),
            CheckConstraint(
                name="sign_off_by_two_people",
                condition=Q(second__isnull=True) | ~Q(second=models.F("proposed_by")),
            ),
            CheckConstraint(
                name="sign_off_done_by_someone",
                condition=Q(state="waiting", second__isnull=True)
                | (~Q(state="waiting") & Q(second__isnull=False, second_at__isnull=False)),
            ),
            CheckConstraint(name="sign_off_back_with_reason", condition=~Q(state="sent_back") | ~Q(reason="")),
            UniqueConstraint(
                name="sign_off_one_open_a_round", fields=["round"], condition=Q(state__in=["waiting", "signed"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} for round {self.round_id}"
