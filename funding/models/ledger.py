"""The double-entry ledger: accounts, entries and postings in whole pence, which nobody can edit.

The database holds the rules, not this code: an entry without exactly its declared postings, or whose postings do not
sum to zero, cannot commit (M1); nothing here is ever updated, deleted or truncated (M2); a restricted account cannot
go below zero under any interleaving (M4). ``funding/migrations/*_ledger_guards.py`` has the triggers and grants.
"""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from funding.models.project import Colour


class AccountKind(models.TextChoices):
    """What an account stands for; only ``source`` may be negative: it shows what the nation has put in."""

    SOURCE = "source", _("Put in by the nation")
    RESERVE = "reserve", _("Reserve for emergencies")
    UNALLOCATED = "unallocated", _("Not shared out, every limit reached")
    POT = "pot", _("Money for an area")
    PARTICIPATION = "participation", _("Letters, venues and helpers")
    ROLLOVER = "rollover", _("Left from earlier rounds")
    SMALL = "small", _("Set aside for small awards")
    AWARD = "award", _("Promised to a project")
    PAID = "paid", _("Paid")


class Account(models.Model):
    """One purse of one colour in one cycle; the code says which, for people who read the CSV."""

    code = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=16, choices=AccountKind)
    colour = models.CharField(max_length=8, choices=Colour)
    cycle = models.ForeignKey("funding.Cycle", models.PROTECT, related_name="accounts")
    area = models.ForeignKey("communities.Area", models.PROTECT, null=True, related_name="accounts")
    restricted = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            CheckConstraint(name="account_kind_known", condition=Q(kind__in=AccountKind.values)),
            CheckConstraint(name="account_colour_known", condition=Q(colour__in=Colour.values)),
            CheckConstraint(name="account_only_source_unrestricted", condition=Q(kind="source") ^ Q(restricted=True)),
        ]

    def __str__(self) -> str:
        return self.code


class Balance(models.Model):
    """What an account holds: the sum of its postings, kept by the database in the transaction that posts."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="balance")
    restricted = models.BooleanField()
    pence = models.BigIntegerField()

    class Meta:
        constraints = [
            CheckConstraint(name="balance_not_below_zero", condition=Q(restricted=False) | Q(pence__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.pence}"


class EntryKind(models.TextChoices):
    FUND_IN = "fund_in", _("Money into the fund")
    PASSED_DOWN = "passed_down", _("Passed down")
    PARTICIPATION = "participation", _("Set aside for taking part")
    HELD_BACK = "held_back", _("Not shared out")
    COLOUR_MOVED = "colour_moved", _("Moved from running costs to buildings, by vote")
    SMALL_ASIDE = "small_aside", _("Set aside for small awards")
    SMALL_BACK = "small_back", _("Small awards: the rest went back to the pot")
    AWARDED = "awarded", _("Promised to a project")
    AWARD_REVERSED = "award_reversed", _("Promise taken back")
    HOLDER_MOVED = "holder_moved", _("Moved to another fund-holder")
    ROLLED = "rolled", _("Rolled over")
    FAST_TRACK = "fast_track", _("Fast track from the reserve")
    REVERSAL = "reversal", _("Correction")


class Entry(models.Model):
    """One movement of money with its reason, who did it, and the run and rule behind it.

    ``key`` makes a movement happen once: the same key cannot be posted twice. ``legs`` is how many postings it has,
    declared when it is written, so that none can be added later. ``reverses`` points at the entry it takes back;
    an entry can be taken back once.
    """

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=16, choices=EntryKind)
    effective_on = models.DateField()
    legs = models.PositiveIntegerField()
    run = models.ForeignKey("funding.AllocationRun", models.PROTECT, null=True, related_name="entries")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    rule = models.CharField(max_length=16, blank=True)
    parameter_hash = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            CheckConstraint(name="entry_kind_known", condition=Q(kind__in=EntryKind.values)),
            CheckConstraint(name="entry_has_two_legs_or_more", condition=Q(legs__gte=2)),
            CheckConstraint(
                name="entry_reversal_names_its_entry", condition=~Q(kind="reversal") | Q(reverses__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["effective_on", "id"], name="entry_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Posting(models.Model):
    """One leg of an entry: plus is money into the account, minus is money out."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    pence = models.BigIntegerField()

    class Meta:
        ordering = ["entry", "id"]
        constraints = [
            CheckConstraint(name="posting_not_nothing", condition=~Q(pence=0)),
        ]

    def __str__(self) -> str:
        return f"{self.pence} on {self.account_id}"


class BalanceAssertion(models.Model):
    """Somebody states what an account held at the end of a day; the statement is kept whether it held or not."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="assertions")
    on = models.DateField()
    expected_pence = models.BigIntegerField()
    found_pence = models.BigIntegerField()
    source = models.CharField(max_length=200)
    made_by = models.ForeignKey("communities.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "id"]
        constraints = [UniqueConstraint(name="assertion_once_a_day", fields=["account", "on", "source"])]

    def __str__(self) -> str:
        return f"{self.account_id} on {self.on}"

    @property
    def holds(self) -> bool:
        return self.expected_pence == self.found_pence


class LedgerCheck(models.Model):
    """One nightly comparison of stored balances with the sum of all postings."""

    at = models.DateTimeField()
    accounts = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()
    differences = models.JSONField(default=list)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {len(self.differences)} differences"
