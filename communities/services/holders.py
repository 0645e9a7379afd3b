"""Organisations that offer to look after groups' money."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from communities.group_queries import may_lead, rule_amount
from communities.models import EvidenceKind, FeeBasis, FundHolder, Group, User
from communities.services.groups import Moved, check_move, locked_active
from communities.states import HOLDER_MOVES, HolderState
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError


class NotEstablished(DomainError):
    """The organisation does not show what a fund-holder needs; carries what is ``missing``."""


class FeeTooHigh(DomainError):
    """The fee is above the most there may be; carries ``most_permille``."""


class StillHolding(DomainError):
    """The organisation still holds money for groups; carries ``count``."""


@dataclass(frozen=True)
class HolderTerms:
    """What an organisation offers: fee, support as its own line, limits, how fast it pays, what it asks."""

    capacity: str
    fee_basis: str
    most_award_pence: int
    most_groups: int
    pays_in_days: int
    asks_for: str
    fee_permille: int = 0
    fee_pence: int = 0
    support_pence: int = 0
    support_words: str = ""


def what_is_missing(group: Group, *, now: datetime) -> list[str]:
    """List what an organisation does not show yet of what a fund-holder needs (G§3D)."""
    on = london_day(now)
    kinds = set(group.evidence.current(on=on).values_list("kind", flat=True))
    numbered = group.identifiers.filter(removed_at=None).exists()
    checks = (
        ("legal_form", not group.is_informal),
        ("social_purpose", may_lead(group, on=on)),
        ("constitution", numbered or EvidenceKind.CONSTITUTION in kinds or EvidenceKind.REGISTER in kinds),
        ("accounts", EvidenceKind.ACCOUNTS in kinds),
        ("insurance", EvidenceKind.INSURANCE in kinds),
        ("bank", EvidenceKind.BANK in kinds),
    )
    return [name for name, is_shown in checks if not is_shown]


def _check_terms(terms: HolderTerms, now: datetime) -> None:
    most = rule_amount("holder_fee_permille", on=london_day(now))
    if terms.fee_permille > most:
        raise FeeTooHigh(most_permille=most)
    has_share = terms.fee_basis in (FeeBasis.ON_RECEIPT, FeeBasis.ON_SPEND)
    if has_share != (terms.fee_permille > 0) or (terms.fee_basis == FeeBasis.FIXED) != (terms.fee_pence > 0):
        raise ValueError("the fee does not fit its basis")


@transaction.atomic
def offer_to_hold(
    *, group_id: int, terms: HolderTerms, area_ids: Sequence[int], actor: User, now: datetime
) -> FundHolder:
    """Offer an organisation as fund-holder, or change what it offers; standing agreements keep their signed terms.

    Raises NotEstablished or FeeTooHigh.
    """
    group = locked_active(group_id)
    if missing := what_is_missing(group, now=now):
        raise NotEstablished(missing=missing)
    _check_terms(terms, now)
    holder, is_new = FundHolder.objects.update_or_create(
        group=group, defaults=asdict(terms), create_defaults=asdict(terms) | {"offered_at": now}
    )
    holder.areas.set(area_ids)
    record(actor=actor, action="holder.offered" if is_new else "holder.changed", subject=holder)
    return holder


@transaction.atomic
def move_holder(*, holder_id: int, new: str, actor: User, now: datetime) -> None:
    """Pause, go on, or stop being a fund-holder. Raises StillHolding while agreements are open, Moved."""
    holder = FundHolder.objects.select_for_update().get(pk=holder_id)
    if new not in HOLDER_MOVES[holder.state]:
        raise Moved(state=holder.state)
    check_move(HOLDER_MOVES, holder.state, new)
    if new == HolderState.CLOSED and (count := holder.agreements.open().count()):
        raise StillHolding(count=count)
    FundHolder.objects.filter(pk=holder_id, state=holder.state).update(state=new)
    record(actor=actor, action=f"holder.{new}", subject=holder)
