"""Fund-holders: organisations that look after the money of other groups, and the agreements under which they do."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from communities.models.area import Area
from communities.models.group import Group
from communities.models.user import User
from communities.states import AGREEMENT_IN_FORCE, AGREEMENT_OPEN, AgreementState, HolderState


class FeeBasis(models.TextChoices):
    ON_RECEIPT = "on_receipt", _("A share of money as it arrives")
    ON_SPEND = "on_spend", _("A share of money as it is spent")
    FIXED = "fixed", _("A fixed sum for each award")
    WAIVED = "waived", _("No fee")


class Capacity(models.TextChoices):
    """Whether a holder has a say over the money. It decides the ledger accounts (G§3D, SORP module 19)."""

    AGENT = "agent", _("Agent: it pays what the group decides")
    PRINCIPAL = "principal", _("Principal: its trustees control the money for the group’s purpose")


class DeclineGround(models.TextChoices):
    """Why a holder may refuse, and nothing else (G§3D). None of them is about what a group says or campaigns for."""

    LAW = "law", _("The law does not allow it")
    SAFEGUARDING = "safeguarding", _("People would not be safe")
    BUDGET = "budget", _("The sums do not work")
    CONFLICT = "conflict", _("We have a conflict of interest")
    INSOLVENCY = "insolvency", _("We could not keep the money safe now")
    OUTSIDE_OBJECTS = "outside_objects", _("It is outside what our rules let us do")
    TRUSTEES_DUTY = "trustees_duty", _("Our trustees’ duty to our charity does not allow it")


class FundHolderQuerySet(models.QuerySet["FundHolder"]):
    def with_holding(self) -> Self:
        """Add ``holding``: how many agreements each has in force."""
        in_force = Q(agreements__state__in=AGREEMENT_IN_FORCE)
        return self.annotate(holding=models.Count("agreements", filter=in_force, distinct=True))

    def of_member(self, user: User) -> Self:
        """Fund-holders for which the person acts today."""
        return self.filter(group__in=Group.objects.of_member(user))

    def offering(self) -> Self:
        return self.filter(state=HolderState.OFFERING, group__state="active")

    def serving(self, area: Area) -> Self:
        """Holders that serve an area, or an area above it."""
        return self.filter(areas__code__in=area.chain_codes).distinct()


class FundHolder(models.Model):
    """An established organisation that offers to look after other groups' money, and on what terms."""

    group = models.OneToOneField(Group, models.PROTECT, related_name="fund_holder")
    state = models.CharField(max_length=16, choices=HolderState, default=HolderState.OFFERING)
    areas = models.ManyToManyField(Area, related_name="fund_holders")
    capacity = models.CharField(max_length=16, choices=Capacity, default=Capacity.AGENT)
    fee_basis = models.CharField(max_length=16, choices=FeeBasis)
    fee_permille = models.PositiveSmallIntegerField(default=0)
    fee_pence = models.PositiveBigIntegerField(default=0)
    support_pence = models.PositiveBigIntegerField(default=0)
    support_words = models.CharField(max_length=300, blank=True)
    most_award_pence = models.PositiveBigIntegerField()
    most_groups = models.PositiveSmallIntegerField()
    pays_in_days = models.PositiveSmallIntegerField()
    asks_for = models.CharField(max_length=500)
    offered_at = models.DateTimeField()

    holding: int  # set by with_holding() alone
    objects = FundHolderQuerySet.as_manager()

    class Meta:
        ordering = ["group__name", "id"]
        constraints = [
            CheckConstraint(name="holder_state_known", condition=Q(state__in=HolderState.values)),
            CheckConstraint(name="holder_capacity_known", condition=Q(capacity__in=Capacity.values)),
            CheckConstraint(name="holder_fee_basis_known", condition=Q(fee_basis__in=FeeBasis.values)),
            CheckConstraint(name="holder_fee_capped", condition=Q(fee_permille__lte=100)),
            CheckConstraint(
                name="holder_fee_fits_basis",
                condition=Q(fee_basis__in=["on_receipt", "on_spend"], fee_permille__gt=0, fee_pence=0)
                | Q(fee_basis="fixed", fee_permille=0, fee_pence__gt=0)
                | Q(fee_basis="waived", fee_permille=0, fee_pence=0),
            ),
            CheckConstraint(name="holder_takes_some", condition=Q(most_groups__gte=1, most_award_pence__gte=1)),
        ]

    def __str__(self) -> str:
        return f"fund-holder {self.group_id}"


class AgreementQuerySet(models.QuerySet["HoldingAgreement"]):
    def of_holder_member(self, user: User) -> Self:
        return self.filter(holder__in=FundHolder.objects.of_member(user))

    def open(self) -> Self:
        """Asked, offered, active or frozen."""
        return self.filter(state__in=AGREEMENT_OPEN)

    def in_force(self) -> Self:
        """Signed by both, and not ended."""
        return self.filter(state__in=AGREEMENT_IN_FORCE)

    def overdue(self, *, on: date) -> Self:
        """Asked, and not answered by the day that was due."""
        return self.filter(state=AgreementState.ASKED, due_on__lt=on)


class HoldingAgreement(models.Model):
    """A group asks a fund-holder to look after its money, and what came of it."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="holdings")
    holder = models.ForeignKey(FundHolder, models.PROTECT, related_name="agreements")
    state = models.CharField(max_length=16, choices=AgreementState, default=AgreementState.ASKED)
    wish = models.PositiveSmallIntegerField(default=1)
    purpose = models.CharField(max_length=500)
    amount_pence = models.PositiveBigIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    ground = models.CharField(max_length=24, choices=DeclineGround, blank=True)
    ground_words = models.CharField(max_length=500, blank=True)
    active_from = models.DateTimeField(null=True)
    freeze_reason = models.CharField(max_length=300, blank=True)
    moves_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="moves_from")
    ended_at = models.DateTimeField(null=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            CheckConstraint(name="agreement_state_known", condition=Q(state__in=AgreementState.values)),
            CheckConstraint(
                name="agreement_declined_says_why",
                condition=Q(state="declined", ground__in=DeclineGround.values, ground_words__gt="")
                | (~Q(state="declined") & Q(ground="", ground_words="")),
            ),
            CheckConstraint(
                name="agreement_in_force_since",
                condition=~Q(state__in=["active", "frozen", "ended"]) | Q(active_from__isnull=False),
            ),
            CheckConstraint(name="agreement_ended_has_moment", condition=Q(state="ended") ^ Q(ended_at__isnull=True)),
            CheckConstraint(
                name="agreement_frozen_says_why", condition=~Q(state__in=["frozen", "ended"]) | ~Q(freeze_reason="")
            ),
            UniqueConstraint(
                name="agreement_once_a_holder",
                fields=["group", "holder"],
                condition=Q(state__in=["asked", "offered", "active", "frozen"]),
            ),
        ]
        indexes = [models.Index(fields=["holder", "state"], name="agreement_holder_state")]

    def __str__(self) -> str:
        return f"{self.group_id} held by {self.holder_id}: {self.state}"


class HolderWish(models.Model):
    """A fund-holder a group would like if the ones it asked before do not agree."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="holder_wishes")
    holder = models.ForeignKey(FundHolder, models.CASCADE, related_name="wishes")
    place = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["group", "place"]
        constraints = [
            UniqueConstraint(name="holder_wish_once", fields=["group", "holder"], condition=Q(used_at=None)),
        ]

    def __str__(self) -> str:
        return f"wish {self.place} of {self.group_id}"


class AgreementVersion(models.Model):
    """The terms of an agreement as they were put to both sides; never changed, only followed by another version."""

    agreement = models.ForeignKey(HoldingAgreement, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    terms = models.JSONField()
    digest = models.CharField(max_length=64)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["agreement", "-number"]
        constraints = [UniqueConstraint(name="agreement_version_once", fields=["agreement", "number"])]

    def __str__(self) -> str:
        return f"version {self.number} of {self.agreement_id}"


class Side(models.TextChoices):
    GROUP = "group", _("The group")
    HOLDER = "holder", _("The fund-holder")


class AgreementSignature(models.Model):
    """Somebody signed one version for one side."""

    version = models.ForeignKey(AgreementVersion, models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=8, choices=Side)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    helped = models.ForeignKey("communities.HelpedStep", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            UniqueConstraint(name="signature_once_a_side", fields=["version", "side"]),
            UniqueConstraint(name="signature_two_people", fields=["version", "signed_by"]),
            CheckConstraint(name="signature_side_known", condition=Q(side__in=Side.values)),
        ]

    def __str__(self) -> str:
        return f"{self.side} signed {self.version_id}"


class HelperQuerySet(models.QuerySet["Helper"]):
    def accredited(self, *, on: date) -> Self:
        return self.filter(accredited_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))


class Helper(models.Model):
    """Somebody whom a body has accredited to help groups that do not use the internet, from a day until a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="helper_roles")
    body = models.ForeignKey("communities.Body", models.PROTECT, related_name="helpers")
    accredited_on = models.DateField()
    ends_on = models.DateField(null=True)

    objects = HelperQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                name="helper_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gt=F("accredited_on"))
            )
        ]

    def __str__(self) -> str:
        return f"helper {self.user_id} of {self.body_id}"


class Route(models.TextChoices):
    PHONE = "phone", _("By phone")
    PAPER = "paper", _("On paper")
    BESIDE = "beside", _("Together, in person")


class HowConfirmed(models.TextChoices):
    CODE = "code", _("The group gave the code from its letter")
    MEMBER = "member", _("A member of the group looked and agreed")
    SIGNATURE = "signature", _("Somebody else saw the group’s signature")
    CALL = "call", _("Somebody else called the number the group gave, and it agreed")


class HelpedStep(models.Model):
    """Something an accredited helper did for a group; the group confirms it, or says it is wrong.

    ``effect`` names what happens on confirming (signing an agreement, say), with ``facts`` to do it; empty when the
    step took effect at once. The code of the letter is kept as a keyed hash.
    """

    group = models.ForeignKey(Group, models.PROTECT, related_name="helped_steps")
    helper = models.ForeignKey(Helper, models.PROTECT, related_name="steps")
    journey = models.CharField(max_length=24)
    route = models.CharField(max_length=8, choices=Route)
    effect = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=16, default="waiting")
    code_hash = models.CharField(max_length=64)
    done_at = models.DateTimeField()
    confirmed_how = models.CharField(max_length=16, choices=HowConfirmed, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-done_at", "-id"]
        constraints = [
            CheckConstraint(name="helped_state_known", condition=Q(state__in=["waiting", "confirmed", "refused"])),
            CheckConstraint(
                name="helped_answered_or_waiting", condition=Q(state="waiting") ^ Q(confirmed_at__isnull=False)
            ),
            CheckConstraint(name="helped_confirmed_says_how", condition=Q(state="confirmed") ^ Q(confirmed_how="")),
        ]

    def __str__(self) -> str:
        return f"{self.journey} for {self.group_id} {self.state}"
