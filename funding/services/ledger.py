"""Post money, and prove that what is stored is what was posted. Nothing here edits anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Sum

from communities.models import User
from funding.models import Account, AccountKind, AllocationRun, Balance, BalanceAssertion, Entry, EntryKind, LedgerCheck
from funding.models.ledger import Posting
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError


class Overspent(DomainError):
    """An account does not hold what was to be taken from it; nothing was posted."""


class AlreadyPosted(DomainError):
    """The key stands for another movement, which was posted before; nothing was posted."""


class StatedBefore(DomainError):
    """The same source stated another sum for this account and day; carries what it said as ``expected``."""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One movement to post: pence by account id, summing to zero."""

    key: str
    kind: EntryKind
    legs: Mapping[int, int]
    reason: str = ""
    rule: str = ""
    reverses: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def post_entries(
    drafts: Sequence[EntryDraft],
    *,
    now: datetime,
    effective_on: date | None = None,
    run: AllocationRun | None = None,
    parameter_hash: str = "",
    actor: User | None = None,
    second: User | None = None,
) -> list[Entry]:
    """Post movements together: all of them or none, their effect on each account added up before it is checked.

    A draft whose key was posted before with the same legs is left out (its entry is returned); with other legs it
    raises AlreadyPosted. Raises Overspent where a restricted account would fall below zero.
    """
    known = {entry.key: entry for entry in Entry.objects.filter(key__in=[draft.key for draft in drafts])}
    fresh = []
    for draft in drafts:
        if draft.key not in known:
            fresh.append(draft)
        elif _legs_of(known[draft.key]) != {account: pence for account, pence in draft.legs.items() if pence}:
            raise AlreadyPosted(key=draft.key, entry_id=known[draft.key].pk)
    entries = [
        Entry(
            key=draft.key,
            kind=draft.kind,
            effective_on=effective_on or london_day(now),
            legs=sum(1 for pence in draft.legs.values() if pence),
            run=run,
            reverses_id=draft.reverses,
            rule=draft.rule,
            parameter_hash=parameter_hash,
            reason=draft.reason,
            actor=actor,
            second=second,
            posted_at=now,
        )
        for draft in fresh
    ]
    Entry.objects.bulk_create(entries)
    postings = [
        Posting(entry=entry, account_id=account, pence=pence)
        for entry, draft in zip(entries, fresh, strict=True)
        for account, pence in sorted(draft.legs.items())
        if pence
    ]
    try:
        with transaction.atomic():
            Posting.objects.bulk_create(postings)
    except IntegrityError as refused:
        if "balance_not_below_zero" not in str(refused):
            raise
        raise _overspent(postings) from refused
    by_key = known | {entry.key: entry for entry in entries}
    return [by_key[draft.key] for draft in drafts]


def _legs_of(entry: Entry) -> dict[int, int]:
    return dict(entry.postings.values_list("account_id", "pence"))


def _overspent(postings: Iterable[Posting]) -> Overspent:
    """Say which account was short and by how much, as it stands now."""
    wanted: dict[int, int] = {}
    for posting in postings:
        wanted[posting.account_id] = wanted.get(posting.account_id, 0) + posting.pence
    held = dict(Balance.objects.filter(account_id__in=wanted, restricted=True).values_list("account_id", "pence"))
    for account_id in sorted(held):
        if held[account_id] + wanted[account_id] < 0:
            return Overspent(account_id=account_id, asked=-wanted[account_id], left=held[account_id])
    return Overspent(account_id=None, asked=0, left=0)


def open_accounts(wanted: Sequence[Account]) -> dict[str, Account]:
    """Open the accounts that do not exist yet and return all of them by code."""
    Account.objects.bulk_create(wanted, ignore_conflicts=True)
    codes = [account.code for account in wanted]
    return {account.code: account for account in Account.objects.filter(code__in=codes)}


def balances(account_ids: Iterable[int]) -> dict[int, int]:
    """Return what accounts hold."""
    return dict(Balance.objects.filter(account_id__in=list(account_ids)).values_list("account_id", "pence"))


def balances_on(account_ids: Iterable[int], *, day: date) -> dict[int, int]:
    """Return what accounts held at the end of a day, worked out from their postings."""
    rows = Posting.objects.filter(account_id__in=list(account_ids), entry__effective_on__lte=day)
    sums = dict(rows.values_list("account_id").annotate(held=Sum("pence")))
    return {account_id: sums.get(account_id, 0) for account_id in account_ids}


@transaction.atomic
def assert_balance(
    *, account_id: int, on: date, expected_pence: int, source: str, now: datetime, actor: User | None = None
) -> BalanceAssertion:
    """Keep a dated statement of what an account held, with what was found; no entry ever makes it come true.

    The nightly check compares it again. Raises StatedBefore where the same source stated another sum for that day.
    """
    found = balances_on([account_id], day=on)[account_id]
    assertion, is_new = BalanceAssertion.objects.get_or_create(
        account_id=account_id,
        on=on,
        source=source,
        defaults={"expected_pence": expected_pence, "found_pence": found, "made_by": actor, "made_at": now},
    )
    if assertion.expected_pence != expected_pence:
        raise StatedBefore(assertion_id=assertion.pk, expected=assertion.expected_pence)
    if is_new:
        record(
            actor=actor,
            action="ledger.balance_asserted",
            subject=assertion,
            expected_pence=expected_pence,
            found_pence=found,
        )
    return assertion


def rebuilt_balances() -> dict[int, int]:
    """Add up every posting by account: what the stored balances must be (T§4, I9)."""
    sums = dict(Posting.objects.values_list("account_id").annotate(held=Sum("pence")))
    return {account_id: sums.get(account_id, 0) for account_id in Account.objects.values_list("pk", flat=True)}


@transaction.atomic
def check_ledger(*, now: datetime) -> LedgerCheck:
    """Compare every stored balance with the sum of its postings, and every entry with zero; keep what was found."""
    rebuilt = rebuilt_balances()
    stored = dict(Balance.objects.values_list("account_id", "pence"))
    differences: list[dict[str, Any]] = [
        {"account": account_id, "stored": stored.get(account_id), "rebuilt": rebuilt.get(account_id)}
        for account_id in sorted(set(rebuilt) | set(stored))
        if stored.get(account_id) != rebuilt.get(account_id)
    ]
    uneven = Entry.objects.annotate(total=Sum("postings__pence"), found=Count("postings")).exclude(total=0)
    differences += [{"entry": entry.pk, "total": entry.total} for entry in uneven.order_by("pk")[:100]]
    differences += [
        {"assertion": assertion.pk, "expected": assertion.expected_pence, "found": found}
        for assertion in BalanceAssertion.objects.order_by("pk")
        if (found := balances_on([assertion.account_id], day=assertion.on)[assertion.account_id])
        != assertion.expected_pence
    ]
    return LedgerCheck.objects.create(
        at=now, accounts=len(rebuilt), entries=Entry.objects.count(), differences=differences
    )


def account_code(*, fund: str, year: int, colour: str, kind: AccountKind, of: str = "") -> str:
    """Write an account's code: fund/2027/capital/pot/E05000932."""
    return "/".join(filter(None, [fund, str(year), colour, kind.value, of]))
