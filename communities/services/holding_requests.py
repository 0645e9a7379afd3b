"""Requests of a group to a fund-holder: ask, answer, withdraw, pass on to the next wish.

The group decides what its money is for; the holder may refuse only on the coded grounds of G§3D. An answer is due in
ten working days; then the group's next wish is asked.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from communities.group_queries import may_lead, rule_amount
from communities.models import (
    AgreementVersion,
    DeclineGround,
    FundHolder,
    Group,
    HolderWish,
    HoldingAgreement,
    Side,
    User,
)
from communities.services.groups import locked_active
from communities.services.holding_letters import tell_side
from communities.services.holdings import (
    OwnHolder,
    locked_agreement,
    move_agreement,
    sign_version,
    terms_of,
    write_version,
)
from communities.states import AgreementState, HolderState
from renewal.kernel.audit import record
from renewal.kernel.clock import add_working_days, london_day
from renewal.kernel.errors import DomainError


class HolderNotOpen(DomainError):
    """The fund-holder takes on no groups now, has no room, or does not serve the area; carries the ``reason``."""


class AboveLimit(DomainError):
    """The sum is above what the holder, or the rule for informal groups, allows; carries ``most_pence``, ``whose``."""


class AlreadyAsked(DomainError):
    """The group has asked this fund-holder, or has an agreement with it."""


class NoSocialPurpose(DomainError):
    """The group shows no social purpose that holds today."""


class GroundMissing(DomainError):
    """A refusal needs one of the coded grounds and words; carries the missing ``part``."""


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
    tell_side(agreement, Side.HOLDER, "asked", now)
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


@transaction.atomic
def agree_to_hold(*, agreement_id: int, actor: User, now: datetime) -> AgreementVersion:
    """The holder agrees: its offer and the group's purpose become version 1, signed by the holder."""
    agreement = locked_agreement(agreement_id)
    move_agreement(agreement, AgreementState.OFFERED, answered_at=now)
    version = write_version(agreement, terms_of(agreement), actor=actor, now=now)
    sign_version(version, Side.HOLDER, actor=actor, now=now)
    record(actor=actor, action="holding.offered", subject=agreement, version=version.number)
    tell_side(agreement, Side.GROUP, "offered", now)
    return version


@transaction.atomic
def decline_to_hold(
    *, agreement_id: int, ground: str, words: str, actor: User, now: datetime
) -> HoldingAgreement | None:
    """The holder declines on a coded ground, with words; the group's next wish is asked and returned."""
    if ground not in DeclineGround.values:
        raise GroundMissing(part="ground")
    if not words.strip():
        raise GroundMissing(part="words")
    agreement = locked_agreement(agreement_id)
    move_agreement(agreement, AgreementState.DECLINED, answered_at=now, ground=ground, ground_words=words.strip())
    record(actor=actor, action="holding.declined", subject=agreement, ground=ground)
    following = ask_next_wish(agreement, now=now)
    tell_side(agreement, Side.GROUP, "declined", now)
    return following


@transaction.atomic
def withdraw_request(*, agreement_id: int, actor: User, now: datetime) -> None:
    """The group takes its request back before anything is in force."""
    agreement = locked_agreement(agreement_id)
    move_agreement(agreement, AgreementState.WITHDRAWN)
    record(actor=actor, action="holding.withdrawn", subject=agreement)
    tell_side(agreement, Side.HOLDER, "withdrawn", now)


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
            agreement = locked_agreement(pk)
            if agreement.state != AgreementState.ASKED or agreement.due_on >= london_day(now):
                continue
            move_agreement(agreement, AgreementState.EXPIRED)
            record(actor=None, action="holding.expired", subject=agreement)
            ask_next_wish(agreement, now=now)
            tell_side(agreement, Side.GROUP, "expired", now)
            tell_side(agreement, Side.HOLDER, "expired", now)
            done += 1
    return done
