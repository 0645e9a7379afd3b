"""The end of a fund's year: what goes back to the source, and the next year's sum with what came back (R19)."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet, Sum

from communities.models import User
from funding.models import (
    Account,
    AccountKind,
    AllocationRun,
    Colour,
    Cycle,
    Entry,
    EntryKind,
    Fund,
    Posting,
    Round,
    Step,
    Work,
)
from funding.rules.parameter_reader import read_parameters
from funding.services.ledger import EntryDraft, balances, post_entries
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError

PATIENCE = timedelta(days=90)


class YearEntered(DomainError):
    """This year of the fund, or a later one, has been entered before."""


def waiting_for_results(cycle: Cycle, *, now: datetime) -> set[int]:
    """Return the areas whose vote of this cycle has no posted result yet: their money is still spoken for.

    A vote that ended long ago without a result holds nothing up for ever.
    """
    rounds = Round.objects.filter(cycle=cycle, phases__step=Step.VOTE, phases__ends_at__gt=now - PATIENCE).exclude(
        work_done__work=Work.POST_RESULT
    )
    return set(rounds.values_list("area_id", flat=True))


@transaction.atomic
def return_leftovers(cycle: Cycle, *, now: datetime, actor: User | None = None) -> int:
    """Return what pots, reserve, unshared money and the money for taking part still hold to the source, by colour.

    The year-end return of a set that does not carry forward. Areas whose vote has no result yet wait for the next time.
    """
    accounts = Account.objects.filter(
        cycle=cycle,
        kind__in=[AccountKind.POT, AccountKind.RESERVE, AccountKind.UNALLOCATED, AccountKind.PARTICIPATION],
    ).exclude(area__in=waiting_for_results(cycle, now=now))
    return len(_back_to_source(cycle, accounts, reason="year-end return", now=now, actor=actor))


@transaction.atomic
def return_reserve(*, cycle_id: int, now: datetime, actor: User | None = None) -> dict[str, int]:
    """Give what is left of a closed cycle's reserve back to the source, to be added to the next sum by colour (R19)."""
    cycle = Cycle.objects.select_related("fund").get(pk=cycle_id)
    accounts = Account.objects.filter(cycle=cycle, kind=AccountKind.RESERVE)
    drafts = _back_to_source(cycle, accounts, reason="reserve left at year end", now=now, actor=actor)
    returned = {account.colour: max(draft.legs.values()) for account, draft in drafts}
    record(actor=actor, action="cycle.reserve_returned", subject=cycle, **returned)
    return returned


def _back_to_source(
    cycle: Cycle, accounts: QuerySet[Account], *, reason: str, now: datetime, actor: User | None
) -> list[tuple[Account, EntryDraft]]:
    """Post one movement to the source for each account that holds something; repeats move what has come since."""
    sources = {account.colour: account.pk for account in Account.objects.filter(cycle=cycle, kind=AccountKind.SOURCE)}
    rows = list(accounts.order_by("code"))
    held = balances(account.pk for account in rows)
    earlier = Entry.objects.filter(key__startswith=f"return/{cycle.pk}/").values_list("key", flat=True)
    times = Counter(key.partition("#")[0] for key in earlier)
    drafts = []
    for account in rows:
        pence, key = held.get(account.pk, 0), f"return/{cycle.pk}/{account.code}"
        if pence > 0:
            legs = {account.pk: -pence, sources[account.colour]: pence}
            name = f"{key}#{times[key] + 1}" if times[key] else key
            drafts.append((account, EntryDraft(name, EntryKind.ROLLED, legs, reason=reason, rule="R19")))
    post_entries([draft for _account, draft in drafts], now=now, actor=actor)
    record(actor=actor, action="cycle.returned", subject=cycle, movements=len(drafts))
    return drafts


def returned_so_far(fund: Fund) -> dict[str, int]:
    """Return by colour what earlier years gave back to the source and no later sum has taken up yet."""
    rows = Posting.objects.filter(
        account__kind=AccountKind.SOURCE, account__cycle__fund=fund, entry__kind=EntryKind.ROLLED, entry__rule="R19"
    )
    back = dict(rows.values_list("account__colour").annotate(sum=Sum("pence")).order_by())
    taken = Cycle.objects.filter(fund=fund).aggregate(
        capital=Sum("returned_capital_pence"), revenue=Sum("returned_revenue_pence")
    )
    return {colour: back.get(colour, 0) - (taken[colour] or 0) for colour in Colour.values}


@transaction.atomic
def enter_year(
    *,
    fund_id: int,
    year: int,
    capital_pence: int,
    revenue_pence: int,
    starts_on: date,
    ends_on: date,
    actor: User | None,
    now: datetime,
) -> Cycle:
    """Enter the next year of a fund: new money of each colour, to which what earlier years gave back is added (R19).

    The year before gives its reserve back first; where its rules do not carry forward, everything that is left.
    """
    fund = Fund.objects.select_for_update().get(pk=fund_id)
    before = fund.cycles.order_by("-year").first()
    if before is not None and year <= before.year:
        raise YearEntered(year=year)
    run = AllocationRun.objects.posted().filter(cycle=before).first() if before else None
    if before is not None and run is not None:
        if read_parameters(run.parameter_set.document).carry_forward:
            return_reserve(cycle_id=before.pk, now=now, actor=actor)
        else:
            return_leftovers(before, now=now, actor=actor)
    back = returned_so_far(fund)
    cycle = Cycle.objects.create(
        fund=fund,
        year=year,
        capital_pence=capital_pence + back["capital"],
        revenue_pence=revenue_pence + back["revenue"],
        returned_capital_pence=back["capital"],
        returned_revenue_pence=back["revenue"],
        starts_on=starts_on,
        ends_on=ends_on,
    )
    record(actor=actor, action="cycle.entered", subject=cycle, returned=back)
    return cycle
