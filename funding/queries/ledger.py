"""The ledger for people: the trial balance, entries with their legs, and what the nightly check found."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, Sum

from funding.models import (
    Account,
    AccountKind,
    Balance,
    BalanceAssertion,
    Cycle,
    Entry,
    EntryKind,
    LedgerCheck,
    Posting,
)


@dataclass(frozen=True)
class TrialLine:
    """What all accounts of one kind hold, by colour."""

    kind: str
    name: str
    accounts: int
    capital: int
    revenue: int


def trial_balance(cycle: Cycle | None) -> list[TrialLine]:
    """Add up stored balances by kind and colour; the last line of a true ledger is nothing in each colour."""
    rows = Balance.objects.all() if cycle is None else Balance.objects.filter(account__cycle=cycle)
    found: dict[str, dict[str, int]] = {}
    for row in rows.values("account__kind", "account__colour").annotate(sum=Sum("pence")):
        found.setdefault(row["account__kind"], {})[row["account__colour"]] = row["sum"]
    counts = Account.objects.all() if cycle is None else Account.objects.filter(cycle=cycle)
    return [
        TrialLine(
            kind.value,
            str(kind.label),
            counts.filter(kind=kind).count(),
            found[kind.value].get("capital", 0),
            found[kind.value].get("revenue", 0),
        )
        for kind in AccountKind
        if kind.value in found
    ]


def entries(*, words: str = "", kind: str = "", cycle: Cycle | None = None) -> QuerySet[Entry]:
    """Entries, newest first, with their legs; found by key, reason or an account's code."""
    found = Entry.objects.select_related("actor", "second", "reverses").prefetch_related(
        Prefetch("postings", Posting.objects.select_related("account__area").order_by("pence", "id"))
    )
    if kind in EntryKind.values:
        found = found.filter(kind=kind)
    if cycle is not None:
        found = found.filter(postings__account__cycle=cycle)
    if words:
        found = found.filter(
            Q(key__icontains=words) | Q(reason__icontains=words) | Q(postings__account__code__icontains=words)
        )
    return found.distinct().order_by("-id")


def balance_rows(cycle: Cycle | None) -> Iterator[tuple[str, str, str, str, int]]:
    """Every account with its kind, colour, area and balance, for the CSV."""
    rows = Balance.objects.select_related("account__area").order_by("account__code")
    if cycle is not None:
        rows = rows.filter(account__cycle=cycle)
    for row in rows.iterator(chunk_size=2_000):
        area = row.account.area.code if row.account.area else ""
        yield row.account.code, row.account.kind, row.account.colour, area, row.pence


def last_check() -> LedgerCheck | None:
    """Return the newest nightly check of the ledger."""
    return LedgerCheck.objects.order_by("-at").first()


def statements(*, most: int = 10) -> list[BalanceAssertion]:
    """The newest statements of what an account held, whether they held or not."""
    return list(BalanceAssertion.objects.select_related("account", "made_by").order_by("-made_at", "-pk")[:most])
