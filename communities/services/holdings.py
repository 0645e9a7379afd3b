"""Agreements between a group and a fund-holder: ask, answer, sign, switch, end.

The group decides what its money is for; the holder may refuse only on the coded grounds of G§3D. An answer is due in
ten working days; then the group's next wish is asked. An agreement ends only when no money is left under it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from communities.group_queries import may_lead, rule_amount
from communities.holding_money import HeldMoney, held_money
from communities.models import (
    AgreementSignature,
    AgreementVersion,
    DeclineGround,
    FundHolder,
    Group,
    HelpedStep,
    HolderWish,
    HoldingAgreement,
    MembershipRole,
    Side,
    User,
)
from communities.services.by_post import address_of
from communities.services.groups import Moved, check_move, locked_active
from communities.states import AGREEMENT_MOVES, AgreementState, HolderState
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.clock import add_working_days, london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.notices import give_notice
from renewal.kernel.templatetags.page import day

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


class HolderNotOpen(DomainError):
    """The fund-holder takes on no groups now, has no room, or does not serve the area; carries the ``reason``."""


class AboveLimit(DomainError):
    """The sum is above what the holder, or the rule for informal groups, allows; carries ``most_pence``, ``whose``."""


class OwnHolder(DomainError):
    """An organisation cannot hold money for itself, nor a person sign for both sides."""


class AlreadyAsked(DomainError):
    """The group has asked this fund-holder, or has an agreement with it."""


class NoSocialPurpose(DomainError):
    """The group shows no social purpose that holds today."""


class GroundMissing(DomainError):
    """A refusal needs one of the coded grounds and words; carries the missing ``part``."""


class VersionOld(DomainError):
    """Newer terms have been put since; carries the ``newest`` number."""


class AlreadySigned(DomainError):
    """This side has signed this version."""


class NotForThisSide(DomainError):
    """The person does not act for the side they sign for."""


class MoneyLeft(DomainError):
    """Money or claims are left under the agreement; carries ``balance_pence`` and ``open_claims``."""


@transaction.atomic
def ask_holder(
    *,
    group_id: int,
    holder_id: int,
    purpose: str,
    amount_pence: int,
    actor: User,
    now: datetime,
    next_holder_ids: Sequence[int] = (),
    wish: int = 1,
) -> HoldingAgreement:
    """Ask a fund-holder to look after a group's money; ``next_holder_ids`` are asked in turn if it does not agree."""
    group = locked_active(group_id)
    holder = FundHolder.objects.select_for_update(of=("self",)).select_related("group").get(pk=holder_id)
    _check_may_ask(group, holder, amount_pence, now)
    days = rule_amount("answer_days", on=london_day(now))
    agreement = HoldingAgreement.objects.create(
        group=group,
        holder=holder,
        wish=wish,
        purpose=purpose,
        amount_pence=amount_pence,
        asked_by=actor,
        asked_at=now,
        due_on=add_working_days(london_day(now), days, nation=group.area.nation or "england"),
    )
    for place, next_id in enumerate(dict.fromkeys(next_holder_ids), wish + 1):
        if next_id != holder_id:
            HolderWish.objects.get_or_create(group=group, holder_id=next_id, used_at=None, defaults={"place": place})
    record(actor=actor, action="holding.asked", subject=agreement, holder_id=holder_id, amount_pence=amount_pence)
    _tell(agreement, Side.HOLDER, "asked", now)
    return agreement


def _check_may_ask(group: Group, holder: FundHolder, amount_pence: int, now: datetime) -> None:
    on = london_day(now)
    if holder.group_id == group.pk:
        raise OwnHolder(group_id=group.pk)
    if holder.state != HolderState.OFFERING or holder.group.state != "active":
        raise HolderNotOpen(reason="paused")
    if not FundHolder.objects.filter(pk=holder.pk).serving(group.area).exists():
        raise HolderNotOpen(reason="area")
    if holder.agreements.in_force().count() >= holder.most_groups:
        raise HolderNotOpen(reason="full")
    if HoldingAgreement.objects.open().filter(group=group, holder=holder).exists():
        raise AlreadyAsked(holder_id=holder.pk)
    if not may_lead(group, on=on):
        raise NoSocialPurpose(group_id=group.pk)
    if not may_lead(holder.group, on=on):
        raise HolderNotOpen(reason="purpose")
    if amount_pence > holder.most_award_pence:
        raise AboveLimit(most_pence=holder.most_award_pence, whose="holder")
    if group.is_informal and amount_pence > (most := rule_amount("award_pence", on=on)):
        raise AboveLimit(most_pence=most, whose="informal")


def _move(agreement: HoldingAgreement, new: str, **changes: Any) -> None:
    """Move an agreement along the table; raises Moved when it is somewhere else by now."""
    if new not in AGREEMENT_MOVES[agreement.state]:
        raise Moved(state=agreement.state)
    check_move(AGREEMENT_MOVES, agreement.state, new)
    if not HoldingAgreement.objects.filter(pk=agreement.pk, state=agreement.state).update(state=new, **changes):
        raise Moved(state=agreement.state)
    agreement.refresh_from_db()


def _locked(agreement_id: int) -> HoldingAgreement:
    return (
        HoldingAgreement.objects.select_for_update(of=("self",))
        .select_related("group__area", "holder__group")
        .get(pk=agreement_id)
    )


@transaction.atomic
def agree_to_hold(*, agreement_id: int, actor: User, now: datetime) -> AgreementVersion:
    """The holder agrees: its offer and the group's purpose become version 1, signed by the holder."""
    agreement = _locked(agreement_id)
    _move(agreement, AgreementState.OFFERED, answered_at=now)
    version = _write_version(agreement, terms_of(agreement), actor=actor, now=now)
    _sign(version, Side.HOLDER, actor=actor, now=now)
    record(actor=actor, action="holding.offered", subject=agreement, version=version.number)
    _tell(agreement, Side.GROUP, "offered", now)
    return version


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


def _write_version(
    agreement: HoldingAgreement, terms: dict[str, Any], *, actor: User, now: datetime
) -> AgreementVersion:
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
    agreement = _locked(agreement_id)
    if agreement.state not in (AgreementState.OFFERED, AgreementState.ACTIVE):
        raise Moved(state=agreement.state)
    newest = agreement.versions.first()
    terms = (newest.terms if newest else terms_of(agreement)) | changes
    version = _write_version(agreement, terms, actor=actor, now=now)
    _sign(version, side, actor=actor, now=now)
    record(actor=actor, action="holding.terms", subject=agreement, version=version.number, side=side)
    _tell(agreement, Side.GROUP if side == Side.HOLDER else Side.HOLDER, "terms", now)
    return version


def _sign(
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
    agreement = _locked(version.agreement_id)
    version.agreement = agreement
    if agreement.state not in (AgreementState.OFFERED, AgreementState.ACTIVE):
        raise Moved(state=agreement.state)
    _sign(version, side, actor=actor, now=now, helped=helped)
    record(actor=actor, action="holding.signed", subject=agreement, version=version.number, side=side)
    if agreement.state == AgreementState.OFFERED and version.signatures.count() == 2:
        _move(agreement, AgreementState.ACTIVE, active_from=now)
        HolderWish.objects.filter(group=agreement.group, used_at=None).delete()
        record(actor=actor, action="holding.active", subject=agreement)
        _tell(agreement, Side.HOLDER, "active", now)
    return agreement


def version_in_force(agreement: HoldingAgreement) -> AgreementVersion | None:
    """Return the newest version that both sides have signed."""
    for version in agreement.versions.prefetch_related("signatures"):
        if {signature.side for signature in version.signatures.all()} == set(Side.values):
            return version
    return None


@transaction.atomic
def decline_to_hold(
    *, agreement_id: int, ground: str, words: str, actor: User, now: datetime
) -> HoldingAgreement | None:
    """The holder declines on a coded ground, with words; the group's next wish is asked and returned."""
    if ground not in DeclineGround.values:
        raise GroundMissing(part="ground")
    if not words.strip():
        raise GroundMissing(part="words")
    agreement = _locked(agreement_id)
    _move(agreement, AgreementState.DECLINED, answered_at=now, ground=ground, ground_words=words.strip())
    record(actor=actor, action="holding.declined", subject=agreement, ground=ground)
    following = ask_next_wish(agreement, now=now)
    _tell(agreement, Side.GROUP, "declined", now)
    return following


@transaction.atomic
def withdraw_request(*, agreement_id: int, actor: User, now: datetime) -> None:
    """The group takes its request back before anything is in force."""
    agreement = _locked(agreement_id)
    _move(agreement, AgreementState.WITHDRAWN)
    record(actor=actor, action="holding.withdrawn", subject=agreement)
    _tell(agreement, Side.HOLDER, "withdrawn", now)


def ask_next_wish(agreement: HoldingAgreement, *, now: datetime) -> HoldingAgreement | None:
    """Ask the next fund-holder the group named, passing over those that cannot be asked now."""
    for wish in HolderWish.objects.select_for_update().filter(group=agreement.group, used_at=None).order_by("place"):
        HolderWish.objects.filter(pk=wish.pk).update(used_at=now)
        try:
            with transaction.atomic():
                return ask_holder(
                    group_id=agreement.group_id,
                    holder_id=wish.holder_id,
                    purpose=agreement.purpose,
                    amount_pence=agreement.amount_pence,
                    actor=agreement.asked_by,
                    now=now,
                    wish=wish.place,
                )
        except DomainError:
            continue
    return None


def expire_requests(*, now: datetime) -> int:
    """End the requests whose answer is overdue, and ask the next holder for each; returns how many. Safe to repeat."""
    done = 0
    for pk in HoldingAgreement.objects.overdue(on=london_day(now)).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            agreement = _locked(pk)
            if agreement.state != AgreementState.ASKED or agreement.due_on >= london_day(now):
                continue
            _move(agreement, AgreementState.EXPIRED)
            record(actor=None, action="holding.expired", subject=agreement)
            ask_next_wish(agreement, now=now)
            _tell(agreement, Side.GROUP, "expired", now)
            _tell(agreement, Side.HOLDER, "expired", now)
            done += 1
    return done


@transaction.atomic
def freeze_agreement(
    *, agreement_id: int, reason: str, actor: User, now: datetime, moves_to_id: int | None = None
) -> None:
    """Begin to end an agreement, or to move to another holder: from now on nothing is paid, until the money has moved.

    ``moves_to_id`` is the group's other agreement, in force, that takes over. Raises Moved.
    """
    agreement = _locked(agreement_id)
    moves_to = None
    if moves_to_id is not None:
        moves_to = (
            agreement.group.holdings.filter(pk=moves_to_id, state=AgreementState.ACTIVE)
            .exclude(pk=agreement.pk)
            .first()
        )
        if moves_to is None:
            raise Moved(state="active")
    _move(agreement, AgreementState.FROZEN, freeze_reason=reason.strip(), moves_to=moves_to)
    record(actor=actor, action="holding.frozen", subject=agreement, moves_to=moves_to_id)
    for side in Side:
        _tell(agreement, side, "frozen", now)


@transaction.atomic
def unfreeze_agreement(*, agreement_id: int, actor: User, now: datetime) -> None:
    """Stay after all."""
    agreement = _locked(agreement_id)
    _move(agreement, AgreementState.ACTIVE, freeze_reason="", moves_to=None)
    record(actor=actor, action="holding.unfrozen", subject=agreement)


def money_left(agreement: HoldingAgreement) -> HeldMoney:
    """Return what is still held under an agreement, from the ledger."""
    return held_money(agreement.pk)


@transaction.atomic
def end_agreement(*, agreement_id: int, actor: User, now: datetime) -> None:
    """End a frozen agreement for good. Raises MoneyLeft while money or claims are left: money moves first."""
    agreement = _locked(agreement_id)
    left = money_left(agreement)
    if not left.is_nothing:
        raise MoneyLeft(balance_pence=left.balance_pence, open_claims=left.open_claims)
    _move(agreement, AgreementState.ENDED, ended_at=now)
    record(actor=actor, action="holding.ended", subject=agreement)
    for side in Side:
        _tell(agreement, side, "ended", now)


def agreement_in_force(group: Group) -> HoldingAgreement | None:
    """Return the agreement under which a group's money is held now; frozen ones pay nothing and do not count."""
    return (
        group.holdings.filter(state=AgreementState.ACTIVE)
        .select_related("holder__group")
        .order_by("-active_from")
        .first()
    )


def _tell(agreement: HoldingAgreement, side: str, what: str, now: datetime) -> None:
    """Write a notice to everybody who acts for one side, each in their language."""
    ours = agreement.group if side == Side.GROUP else agreement.holder.group
    members = ours.memberships.filter(left_at=None).exclude(role="helper").select_related("user").order_by("pk")
    for membership in members:
        person = membership.user
        with translation.override(person.language):
            subject, body = _words(agreement, what)
            give_notice(
                kind=f"holding-{what}",
                person_id=person.pk,
                address=person.email,
                language=person.language,
                subject=subject,
                body=body,
                about=agreement,
                key=f"holding:{agreement.pk}:{what}:{person.pk}:{now.isoformat()}",
                now=now,
            )
    if (contact := address_of(ours)) is not None:
        with translation.override(ours.language):
            subject, body = _words(agreement, what)
            give_notice(
                kind=f"holding-{what}",
                person_id=None,
                address=contact.address,
                language=ours.language,
                subject=subject,
                body=body,
                about=agreement,
                key=f"holding:{agreement.pk}:{what}:contact:{now.isoformat()}",
                now=now,
                channel=contact.channel,
                office_id=contact.office_id,
            )


def _words(agreement: HoldingAgreement, what: str) -> tuple[str, str]:
    facts = {
        "group": agreement.group.name,
        "holder": agreement.holder.group.name,
        "day": day(agreement.due_on),
        "ground": agreement.get_ground_display() if agreement.ground else "",
        "words": agreement.ground_words,
    }
    subjects = {
        "asked": _("%(group)s asks you to look after its money"),
        "offered": _("%(holder)s will look after your money"),
        "terms": _("New terms between %(group)s and %(holder)s"),
        "active": _("The agreement of %(group)s and %(holder)s is signed"),
        "declined": _("%(holder)s cannot look after your money"),
        "expired": _("%(holder)s did not answer %(group)s in time"),
        "withdrawn": _("%(group)s took its request back"),
        "frozen": _("The agreement of %(group)s and %(holder)s is ending"),
        "ended": _("The agreement of %(group)s and %(holder)s has ended"),
    }
    bodies = {
        "asked": _("Answer by %(day)s. After that the group may ask somebody else."),
        "offered": _("Read the terms and sign them, or ask for a change."),
        "terms": _("Read the new terms. The ones you signed stand until both sides sign."),
        "active": _("Both sides have signed."),
        "declined": _("The reason: %(ground)s. %(words)s\n\nIf you named another fund-holder, we have asked it."),
        "expired": _("The answer was due by %(day)s. If the group named another fund-holder, we have asked it."),
        "withdrawn": _("There is nothing you need to do."),
        "frozen": _("Nothing is paid until the money has moved. Then the agreement can end."),
        "ended": _("No money is left under it. Keep the records for 7 years."),
    }
    return subjects[what] % facts, bodies[what] % facts
