"""What is known of a group: identifiers, evidence, how it is run, how it keeps people safe, its register of interests.

Nothing here is a tick that says "verified". Each row says what, since when, until when, and who wrote it down; an
answer that changes is a new row.
"""

from datetime import date
from fractions import Fraction
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from communities.models.group import Group
from communities.rules.identifiers import SCHEMES


class OrganisationIdentifier(models.Model):
    """A group's number in a public register, by its org-id.guide scheme; one of them is preferred."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=16)
    number = models.CharField(max_length=40)
    preferred = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-preferred", "scheme", "id"]
        constraints = [
            CheckConstraint(name="identifier_scheme_known", condition=Q(scheme__in=sorted(SCHEMES))),
            UniqueConstraint(
                name="identifier_once_a_group", fields=["group", "scheme", "number"], condition=Q(removed_at=None)
            ),
            UniqueConstraint(
                name="identifier_one_preferred", fields=["group"], condition=Q(removed_at=None, preferred=True)
            ),
        ]

    def __str__(self) -> str:
        return self.org_id

    @property
    def org_id(self) -> str:
        """The identifier as open data writes it: ``GB-CHC-1164883``."""
        return f"{self.scheme}-{self.number}"


class EvidenceKind(models.TextChoices):
    CONSTITUTION = "constitution", _("Constitution or rules")
    ACCOUNTS = "accounts", _("Accounts")
    BANK = "bank", _("Bank account in the group’s name")
    INSURANCE = "insurance", _("Insurance")
    SAFEGUARDING = "safeguarding", _("Safeguarding policy")
    CODE_OF_CONDUCT = "code_of_conduct", _("Code of conduct")
    REGISTER = "register", _("Entry in a public register")
    SOCIAL_PURPOSE = "social_purpose", _("Social purpose")
    PAID_HOURS = "paid_hours", _("Paid hours of staff")
    OTHER = "other", _("Something else")


class PurposeBasis(models.TextChoices):
    """What a social purpose rests on."""

    CHARITY = "charity", _("It is a charity")
    CIC = "cic", _("It is a community interest company")
    SOCIETY = "society", _("It is a co-operative or community benefit society")
    CONSTITUTION = "constitution", _("A clause of its constitution or rules")
    ASSET_LOCK = "asset_lock", _("An asset lock")
    WRITTEN_AIMS = "written_aims", _("Written aims of an informal group")
    PUBLIC_BODY = "public_body", _("It is a public body")
    PUBLISHED = "published", _("A private body’s published purpose and use of profit")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def current(self, *, on: date) -> Self:
        """Evidence that holds on a day and was not taken back."""
        return self.filter(dated_on__lte=on, withdrawn_at__isnull=True).filter(
            Q(expires_on__isnull=True) | Q(expires_on__gt=on)
        )

    def social_purpose(self) -> Self:
        return self.filter(kind=EvidenceKind.SOCIAL_PURPOSE)


class Evidence(models.Model):
    """Something a group shows, from a day until a day: where it can be seen, and who looked at it when."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=24, choices=EvidenceKind)
    basis = models.CharField(max_length=16, choices=PurposeBasis, blank=True)
    statement = models.CharField(max_length=500)
    url = models.URLField(max_length=500, blank=True)
    dated_on = models.DateField()
    expires_on = models.DateField(null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    seen_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-dated_on", "-id"]
        constraints = [
            CheckConstraint(name="evidence_kind_known", condition=Q(kind__in=EvidenceKind.values)),
            CheckConstraint(
                name="evidence_purpose_has_basis",
                condition=Q(kind="social_purpose") ^ Q(basis=""),
            ),
            CheckConstraint(
                name="evidence_ends_after_start", condition=Q(expires_on=None) | Q(expires_on__gt=F("dated_on"))
            ),
            CheckConstraint(
                name="evidence_seen_by_somebody",
                condition=Q(seen_by=None, seen_on=None) | Q(seen_by__isnull=False, seen_on__isnull=False),
            ),
            CheckConstraint(
                name="evidence_seen_by_another",
                condition=Q(seen_by=None) | Q(added_by=None) | ~Q(seen_by=F("added_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.group_id}"


class GovernanceProfile(models.Model):
    """How a group is run, as it said on a day: seats in its board or meeting, and who holds them."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="governance_profiles")
    seats = models.PositiveSmallIntegerField()
    local_seats = models.PositiveSmallIntegerField()
    civil_seats = models.PositiveSmallIntegerField(default=0)
    public_seats = models.PositiveSmallIntegerField(default=0)
    private_seats = models.PositiveSmallIntegerField(default=0)
    how_decided = models.CharField(max_length=500)
    how_to_join = models.CharField(max_length=500, blank=True)
    money_kept = models.CharField(max_length=500, blank=True)
    as_of = models.DateField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-as_of", "-id"]
        get_latest_by = ["as_of", "id"]
        constraints = [
            CheckConstraint(name="governance_has_seats", condition=Q(seats__gte=1)),
            CheckConstraint(name="governance_local_within", condition=Q(local_seats__lte=F("seats"))),
            CheckConstraint(
                name="governance_sectors_within",
                condition=Q(seats__gte=F("civil_seats") + F("public_seats") + F("private_seats")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_seats} of {self.seats} local, {self.as_of}"

    @property
    def local_share(self) -> Fraction:
        """The share of seats that people who live here hold."""
        return Fraction(self.local_seats, self.seats)

    @property
    def local_percent(self) -> int:
        """The same in whole percent, rounded down, so that 49.9 never reads as half."""
        return self.local_seats * 100 // self.seats


class WorksWith(models.TextChoices):
    NONE = "none", _("Neither")
    CHILDREN = "children", _("Children or young people")
    ADULTS = "adults", _("Adults who may need protection")
    BOTH = "both", _("Both")


class ChecksLevel(models.TextChoices):
    """The level of criminal-record checks held, never what is in them."""

    NONE = "none", _("None")
    BASIC = "basic", _("Basic")
    STANDARD = "standard", _("Standard")
    ENHANCED = "enhanced", _("Enhanced")


class PolicyState(models.TextChoices):
    OWN = "own", _("Yes, we have our own")
    HELP = "help", _("No, help us write one")
    NONE = "none", _("No")


class SafeguardingProfile(models.Model):
    """How a group keeps people safe, as it said on a day. Reviewed every year."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="safeguarding_profiles")
    works_with = models.CharField(max_length=16, choices=WorksWith)
    lead_name = models.CharField(max_length=150, blank=True)
    policy = models.CharField(max_length=8, choices=PolicyState, default=PolicyState.NONE)
    reviewed_on = models.DateField(null=True)
    checks_level = models.CharField(max_length=16, choices=ChecksLevel, default=ChecksLevel.NONE)
    checks_on = models.DateField(null=True)
    reporting_route = models.CharField(max_length=500, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-added_at", "-id"]
        get_latest_by = ["added_at", "id"]
        constraints = [
            CheckConstraint(name="safeguarding_works_with_known", condition=Q(works_with__in=WorksWith.values)),
            CheckConstraint(name="safeguarding_policy_known", condition=Q(policy__in=PolicyState.values)),
            CheckConstraint(name="safeguarding_checks_known", condition=Q(checks_level__in=ChecksLevel.values)),
            CheckConstraint(
                name="safeguarding_says_who",
                condition=Q(works_with="none") | (~Q(lead_name="") & ~Q(reporting_route="")),
            ),
            CheckConstraint(
                name="safeguarding_own_policy_is_dated", condition=~Q(policy="own") | Q(reviewed_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"safeguarding of {self.group_id}"


class ConflictEntry(models.Model):
    """One line of a group's register of interests: what a member has to do with somebody the group deals with."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="conflicts")
    person = models.CharField(max_length=150)
    interest = models.CharField(max_length=300)
    handled = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField(null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            CheckConstraint(name="conflict_ends_after_start", condition=Q(until=None) | Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return f"interest {self.pk} of {self.group_id}"


class InformalRule(models.Model):
    """A safeguard for informal groups, from a day on (G§3D). Staff change it by a new row, not by a release."""

    class Code(models.TextChoices):
        NAMED_PEOPLE = "named_people"  # unrelated people with a name
        AWARD_PENCE = "award_pence"  # the most for one award
        LIVE_AWARDS = "live_awards"  # awards at the same time
        LOCAL_PERCENT = "local_percent"  # of seats, to be called locally governed
        HOLDER_FEE_PERMILLE = "holder_fee_permille"  # the most a fund-holder may take
        ANSWER_DAYS = "answer_days"  # working days a fund-holder has to answer
        SUPPLIER_PENCE = "supplier_pence"  # above this a supplier shows its social purpose

    code = models.CharField(max_length=24, choices=Code)
    amount = models.PositiveBigIntegerField()
    starts_on = models.DateField()
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["code", "-starts_on"]
        constraints = [
            CheckConstraint(
                name="informal_rule_code_known",
                condition=Q(
                    code__in=[
                        "named_people",
                        "award_pence",
                        "live_awards",
                        "local_percent",
                        "holder_fee_permille",
                        "answer_days",
                        "supplier_pence",
                    ]
                ),
            ),
            UniqueConstraint(name="informal_rule_once_a_day", fields=["code", "starts_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.amount} from {self.starts_on}"
