"""Money that lies under a group's agreement with a fund-holder: put there, counted, moved to another holder.

Until money is paid, what a holder looks after is what awards promise to the group; the ledger knows it to the penny.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum

from communities.holding_money import HeldMoney, Movement
from communities.models import Group, HoldingAgreement, User
from communities.services.holdings import agreement_in_force
from communities.states import AgreementState
from funding.models import Account, Award, AwardHolding, AwardState, Balance, EntryKind, Posting
from funding.services.awards import accounts_now
from funding.services.ledger import EntryDraft, open_accounts, post_entries
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from renewal.kernel.money import Pence


class NoHolder(DomainError):
    """The group has no agreement with a fund-holder in force."""


def put_under_holder(*, award: Award, group: Group, now: datetime) -> HoldingAgreement:
    """Let an award's money lie under the group's agreement in force; inside the caller's transaction."""
    agreement = agreement_in_force(group)
    if agreement is None:
        raise NoHolder(group_id=group.pk)
    if HoldingAgreement.objects.select_for_update().get(pk=agreement.pk).state != AgreementState.ACTIVE:
        raise NoHolder(group_id=group.pk)
    lies_on = accounts_now(award)
    for part_id, account_id in sorted(lies_on.items()):
        AwardHolding.objects.get_or_create(
            part_id=part_id, agreement=agreement, defaults={"account_id": account_id, "began_at": now}
        )
    record(actor=None, action="award.held", subject=award, agreement_id=agreement.pk)
    return agreement


def held_under(agreement_id: int) -> HeldMoney:
    """Return what lies under an agreement, from the ledger: nothing once it moved on or was taken back."""
    accounts = AwardHolding.objects.filter(agreement_id=agreement_id).values("account")
    held = Balance.objects.filter(account__in=accounts, pence__gt=0)
    postings = Posting.objects.filter(account__in=accounts).select_related("entry").order_by("-entry_id", "-pk")
    return HeldMoney(
        Pence(held.aggregate(sum=Sum("pence"))["sum"] or 0),
        held.values("account__award_holding__part__award").distinct().count(),
        tuple(
            Movement(one.entry.effective_on, str(EntryKind(one.entry.kind).label), one.pence) for one in postings[:200]
        ),
    )


@transaction.atomic
def move_to_holder(agreement_id: int, to_id: int, actor: User, now: datetime) -> None:
    """Move what lies under one agreement to another of the same group by equal and opposite postings.

    Done again it finds nothing left to move (J1). No sum of awards changes: it is one purse beside another.
    """
    awards = Award.objects.filter(parts__holdings__agreement=agreement_id).values("pk")
    list(Award.objects.select_for_update().filter(pk__in=awards).order_by("pk"))
    waiting = (
        AwardHolding.objects.filter(agreement_id=agreement_id, account__balance__pence__gt=0)
        .exclude(part__award__state=AwardState.REVERSED)
        .select_related("account", "part__award")
        .annotate(held=F("account__balance__pence"))
        .order_by("account_id")
    )
    rows = list(waiting)
    codes = {row.pk: f"{row.part.account.code}/h{to_id}" for row in rows}
    accounts = open_accounts(
        [
            Account(
                code=codes[row.pk],
                kind=row.account.kind,
                colour=row.account.colour,
                cycle_id=row.account.cycle_id,
                area_id=row.account.area_id,
            )
            for row in rows
        ]
    )
    drafts = []
    for row in rows:
        new = accounts[codes[row.pk]]
        AwardHolding.objects.create(part=row.part, agreement_id=to_id, account=new, began_at=now)
        drafts.append(
            EntryDraft(
                f"holding/{agreement_id}/{to_id}/{row.part_id}",
                EntryKind.HOLDER_MOVED,
                {row.account_id: -row.held, new.pk: row.held},
                rule="G-4.5-A4",
            )
        )
    post_entries(drafts, now=now, actor=actor)
    record(
        actor=actor,
        action="holding.money_moved",
        subject=HoldingAgreement(pk=agreement_id),
        to_id=to_id,
        pence=sum(row.held for row in rows),
    )
