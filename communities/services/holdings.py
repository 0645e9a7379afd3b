"""Agreements between a group and a fund-holder: terms, signatures, freezing, moving, ending.

Terms are in force when both sides have signed them. An agreement ends only when no money is left under it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from communities.holding_money import HeldMoney, held_money, move_held_money
from communities.models import (
    AgreementSignature,
    AgreementVersion,
    Group,
    HelpedStep,
    HolderWish,
    HoldingAgreement,
    MembershipRole,
    Side,
    User,
)
from communities.services.groups import Moved, check_move
from communities.services.holding_letters import tell_side
from communities.states import AGREEMENT_MOVES, AgreementState
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.errors import DomainError

# What every agreement says, whatever its terms; the words are in wording.py.
CLAUSES = (
    "group_decides",
    "refusal_grounds",
    "safeguarding",
    "records_seven_years",
    "unspent_returns",
    "free_speech",
    "ends_at_nil",
)


class OwnHolder(DomainError):
    """An organisation cannot hold money for itself, nor a person sign for both sides."""


class VersionOld(DomainError):
    """Newer terms have been put since; carries the ``newest`` number."""


class AlreadySigned(DomainError):
    """This side has signed this version."""


class NotForThisSide(DomainError):
    """The person does not act for the side they sign for."""


class MoneyLeft(DomainError):
    """Money is left under the agreement; carries ``balance_pence`` and of how many ``awards``."""


def move_agreement(agreement: HoldingAgreement, new: str, **changes: Any) -> None:
    """Move an agreement along the table; raises Moved when it is somewhere else by now."""
    if new not in AGREEMENT_MOVES[agreement.state]:
        raise Moved(state=agreement.state)
    check_move(AGREEMENT_MOVES, agreement.state, new)
    if not HoldingAgreement.objects.filter(pk=agreement.pk, state=agreement.state).update(state=new, **changes):
        raise Moved(state=agreement.state)
    agreement.refresh_from_db()


def locked_agreement(agreement_id: int) -> HoldingAgreement:
    """Fetch an agreement with both its sides, and lock its row: every step of an agreement queues there."""
    return (
        HoldingAgreement.objects.select_for_update(of=("self",))
        .select_related("group__area", "holder__group")
        .get(pk=agreement_id)
    )


def terms_of(agreement: HoldingAgreement) -> dict[str, Any]:
    """Write out the terms the holder offers now, for one agreement."""
    holder = agreement.holder
    return {
        "group": agreement.group.name,
        "holder": holder.group.name,
        "capacity": holder.capacity,
        "fee_basis": holder.fee_basis,
        "fee_permille": holder.fee_permille,
        "fee_pence": holder.fee_pence,
        "support_pence": holder.support_pence,
        "support_words": holder.support_words,
        "most_award_pence": holder.most_award_pence,
        "pays_in_days": holder.pays_in_days,
        "asks_for": holder.asks_for,
        "purpose": agreement.purpose,
        "amount_pence": agreement.amount_pence,
        "clauses": list(CLAUSES),
    }


def write_version(
    agreement: HoldingAgreement, terms: dict[str, Any], *, actor: User, now: datetime
) -> AgreementVersion:
    """Put terms down as the agreement's next version, with their digest."""
    newest = agreement.versions.first()
    return AgreementVersion.objects.create(
        agreement=agreement,
        number=(newest.number if newest else 0) + 1,
        terms=terms,
        digest=digest(terms),
        written_by=actor,
        written_at=now,
    )


@transaction.atomic
def propose_terms(
    *, agreement_id: int, side: str, changes: dict[str, Any], actor: User, now: datetime
) -> AgreementVersion:
    """Put changed terms to the other side as a new version; the one in force stands until both sides sign."""
    agreement = locked_agreement(agreement_id)
    if agreement.state not in (AgreementState.OFFERED, AgreementState.ACTIVE):
        raise Moved(state=agreement.state)
    newest = agreement.versions.first()
    terms = (newest.terms if newest else terms_of(agreement)) | changes
    version = write_version(agreement, terms, actor=actor, now=now)
    sign_version(version, side, actor=actor, now=now)
    record(actor=actor, action="holding.terms", subject=agreement, version=version.number, side=side)
    tell_side(agreement, Side.GROUP if side == Side.HOLDER else Side.HOLDER, "terms", now)
    return version


def sign_version(
    version: AgreementVersion, side: str, *, actor: User, now: datetime, helped: HelpedStep | None = None
) -> AgreementSignature:
    """Add a signature after the checks that hold for every one."""
    agreement = version.agreement
    ours, theirs = (
        (agreement.group, agreement.holder.group) if side == Side.GROUP else (agreement.holder.group, agreement.group)
    )
    membership = ours.memberships.filter(user=actor, left_at=None).first()
    if membership is None or (membership.role == MembershipRole.HELPER and helped is None):
        raise NotForThisSide(side=side)
    if theirs.memberships.filter(user=actor, left_at=None).exclude(role="helper").exists():
        raise OwnHolder(user_id=actor.pk)
    newest = agreement.versions.first()
    if newest is None or newest.pk != version.pk:
        raise VersionOld(newest=newest.number if newest else 0)
    if version.signatures.filter(Q(side=side) | Q(signed_by=actor)).exists():
        raise AlreadySigned(side=side)
    return AgreementSignature.objects.create(version=version, side=side, signed_by=actor, signed_at=now, helped=helped)


@transaction.atomic
def sign_agreement(
    *, version_id: int, side: str, actor: User, now: datetime, helped: HelpedStep | None = None
) -> HoldingAgreement:
    """Sign the newest version for one side; signed by both, the agreement is in force."""
    version = AgreementVersion.objects.get(pk=version_id)
    agreement = locked_agreement(version.agreement_id)
    version.agreement = agreement
    if agreement.state not in (AgreementState.OFFERED, AgreementState.ACTIVE):
        raise Moved(state=agreement.state)
    sign_version(version, side, actor=actor, now=now, helped=helped)
    record(actor=actor, action="holding.signed", subject=agreement, version=version.number, side=side)
    if agreement.state == AgreementState.OFFERED and version.signatures.count() == 2:
        move_agreement(agreement, AgreementState.ACTIVE, active_from=now)
        HolderWish.objects.filter(group=agreement.group, used_at=None).delete()
        record(actor=actor, action="holding.active", subject=agreement)
        tell_side(agreement, Side.HOLDER, "active", now)
    return agreement


def version_in_force(agreement: HoldingAgreement) -> AgreementVersion | None:
    """Return the newest version that both sides have signed."""
    for version in agreement.versions.prefetch_related("signatures"):
        if {signature.side for signature in version.signatures.all()} == set(Side.values):
            return version
    return None


@transaction.atomic
def freeze_agreement(
    *, agreement_id: int, reason: str, actor: User, now: datetime, moves_to_id: int | None = None
) -> None:
    """Begin to end an agreement, or to move to another holder: from now on nothing is paid, until the money has moved.

    ``moves_to_id`` is the group's other agreement, in force, that takes over. Raises Moved.
    """
    agreement = locked_agreement(agreement_id)
    moves_to = None
    if moves_to_id is not None:
        moves_to = (
            agreement.group.holdings.filter(pk=moves_to_id, state=AgreementState.ACTIVE)
            .exclude(pk=agreement.pk)
            .first()
        )
        if moves_to is None:
            raise Moved(state="active")
    move_agreement(agreement, AgreementState.FROZEN, freeze_reason=reason.strip(), moves_to=moves_to)
    record(actor=actor, action="holding.frozen", subject=agreement, moves_to=moves_to_id)
    for side in Side:
        tell_side(agreement, side, "frozen", now)


@transaction.atomic
def unfreeze_agreement(*, agreement_id: int, actor: User, now: datetime) -> None:
    """Stay after all."""
    agreement = locked_agreement(agreement_id)
    move_agreement(agreement, AgreementState.ACTIVE, freeze_reason="", moves_to=None)
    record(actor=actor, action="holding.unfrozen", subject=agreement)


def money_left(agreement: HoldingAgreement) -> HeldMoney:
    """Return what is still held under an agreement, from the ledger."""
    return held_money(agreement.pk)


@transaction.atomic
def end_agreement(*, agreement_id: int, actor: User, now: datetime) -> None:
    """End a frozen agreement for good: its money moves first, to the agreement that takes over where there is one.

    Raises MoneyLeft while money is left that nobody takes over, and Moved when the other agreement is not in force.
    """
    agreement = locked_agreement(agreement_id)
    if agreement.state == AgreementState.FROZEN and agreement.moves_to_id is not None:
        takes_over = locked_agreement(agreement.moves_to_id)
        if takes_over.state != AgreementState.ACTIVE:
            raise Moved(state=takes_over.state)
        move_held_money(agreement_id=agreement.pk, to_id=takes_over.pk, actor=actor, now=now)
    left = money_left(agreement)
    if not left.is_nothing:
        raise MoneyLeft(balance_pence=left.balance_pence, awards=left.awards)
    move_agreement(agreement, AgreementState.ENDED, ended_at=now)
    record(actor=actor, action="holding.ended", subject=agreement)
    for side in Side:
        tell_side(agreement, side, "ended", now)


def agreement_in_force(group: Group) -> HoldingAgreement | None:
    """Return the agreement under which a group's money is held now; frozen ones pay nothing and do not count."""
    return (
        group.holdings.filter(state=AgreementState.ACTIVE)
        .select_related("holder__group")
        .order_by("-active_from")
        .first()
    )
