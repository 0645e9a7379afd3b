"""The routes without the internet: an accredited helper does a step for a group, and the group confirms it."""

import hmac
import secrets
from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import (
    AgreementVersion,
    Body,
    Group,
    HelpedStep,
    Helper,
    HowConfirmed,
    Membership,
    MembershipRole,
    Side,
    User,
)
from communities.services.groups import GroupDraft, check_move, locked_active, register_group
from communities.services.holdings import sign_agreement
from communities.states import HELPED_MOVES, HelpedState
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.limits import keyed_hash, take_turn
from renewal.kernel.models import Notice
from renewal.kernel.notices import give_notice

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, 1, I and L
JOURNEYS = (
    "begin",
    "register",
    "profile",
    "ask_holder",
    "sign_holder",
    "end_holder",
    "listing",
    "apply",
    "change",
    "appeal",
    "close",
)


class NotAccredited(DomainError):
    """The person is not accredited to help today, or does not help this group."""


class NoSuchGroup(DomainError):
    """No active group has this name."""


class WrongCode(DomainError):
    """The code is not that of the group's letter."""


class NeedsAnother(DomainError):
    """Who did the step cannot be the one who saw it confirmed."""


class StepSettled(DomainError):
    """The step was confirmed or refused already."""


def sign_for_group(step: HelpedStep, now: datetime) -> None:
    """The effect of a confirmed signature: the helper's hand, the group's will."""
    version = AgreementVersion.objects.get(pk=step.facts["version_id"])
    sign_agreement(version_id=version.pk, side=Side.GROUP, actor=step.helper.user, now=now, helped=step)


def begin_to_help(step: HelpedStep, now: datetime) -> None:
    """The effect of a group's yes to a helper: from now on the helper may act for it."""
    start_helping(group_id=step.group_id, actor=step.helper.user, now=now)


EFFECTS: dict[str, Callable[[HelpedStep, datetime], None]] = {"sign": sign_for_group, "begin": begin_to_help}


@transaction.atomic
def accredit_helper(*, user_id: int, body_id: int, on: date, actor: User) -> Helper:
    """A body accredits somebody to help groups from a day on."""
    helper = Helper.objects.create(user_id=user_id, body=Body.objects.get(pk=body_id), accredited_on=on)
    record(actor=actor, action="helper.accredited", subject=helper)
    return helper


def helper_of(user: User, *, now: datetime) -> Helper:
    """Return the person's accreditation today; raises NotAccredited."""
    helper = Helper.objects.accredited(on=london_day(now)).filter(user=user).order_by("pk").first()
    if helper is None:
        raise NotAccredited(user_id=user.pk)
    return helper


def is_helper_of(user: User, group: Group) -> bool:
    """Tell whether the person acts for a group as its helper, not as a member."""
    return group.memberships.filter(user=user, left_at=None, role=MembershipRole.HELPER).exists()


@transaction.atomic
def start_helping(*, group_id: int, actor: User, now: datetime) -> Membership:
    """Begin to act for a group that asked for help. Raises NotAccredited."""
    helper_of(actor, now=now)
    group = locked_active(group_id)
    membership, _is_new = Membership.objects.get_or_create(
        group=group, user=actor, left_at=None, defaults={"role": MembershipRole.HELPER, "joined_at": now}
    )
    record(actor=actor, action="helper.began", subject=group)
    return membership


def ask_to_help(*, group_id: int, route: str, actor: User, now: datetime) -> tuple[HelpedStep, str]:
    """Offer help to a group that exists; the helper may act for it once the group has confirmed."""
    return record_helped_step(group_id=group_id, journey="begin", route=route, effect="begin", actor=actor, now=now)


@transaction.atomic
def register_for_group(*, draft: GroupDraft, route: str, actor: User, now: datetime) -> tuple[Group, HelpedStep, str]:
    """Register a group that has no account; returns it, the step to confirm and the code of the letter."""
    helper_of(actor, now=now)
    group = register_group(draft=draft, actor=actor, now=now, role=MembershipRole.HELPER)
    step, code = record_helped_step(group_id=group.pk, journey="register", route=route, actor=actor, now=now)
    return group, step, code


@transaction.atomic
def record_helped_step(
    *,
    group_id: int,
    journey: str,
    route: str,
    actor: User,
    now: datetime,
    effect: str = "",
    facts: dict[str, int] | None = None,
) -> tuple[HelpedStep, str]:
    """Note what a helper did for a group and write to the group with a code; returns the step and the code.

    With an ``effect`` nothing happens until the group confirms. Raises NotAccredited.
    """
    if journey not in JOURNEYS or (effect and effect not in EFFECTS):
        raise ValueError(f"no journey {journey!r} with effect {effect!r}")
    helper = helper_of(actor, now=now)
    group = locked_active(group_id)
    if journey != "begin" and not is_helper_of(actor, group):
        raise NotAccredited(user_id=actor.pk)
    code = "".join(secrets.choice(ALPHABET) for _place in range(8))
    step = HelpedStep.objects.create(
        group=group,
        helper=helper,
        journey=journey,
        route=route,
        effect=effect,
        facts=facts or {},
        code_hash=keyed_hash("helped", code),
        done_at=now,
    )
    record(actor=actor, action="helped.done", subject=step, journey=journey, route=route)
    _write_to_group(step, code, now)
    return step, code


def _write_to_group(step: HelpedStep, code: str, now: datetime) -> None:
    """Send the code to the group's first contact: a letter where there is a postal address, else an e-mail."""
    contact = step.group.contacts.filter(until=None).first()
    if contact is None or not (contact.postal or contact.email):
        return
    by_post = bool(contact.postal)
    with translation.override(step.group.language):
        give_notice(
            kind="helped-step",
            person_id=None,
            address=f"{contact.name}\n{contact.postal}" if by_post else contact.email,
            language=step.group.language,
            subject=_("%(body)s: we did something for you") % {"body": step.helper.body.name},
            body=_(
                "%(helper)s did this for %(group)s: %(journey)s.\n\nIf this is what you wanted, give this code to"
                " anybody who helps you, or call us: %(code)s\n\nIf it is wrong, call us."
            )
            % {
                "helper": str(step.helper.user),
                "group": step.group.name,
                "journey": journey_words(step.journey),
                "code": f"{code[:4]} {code[4:]}",
            },
            about=step,
            key=f"helped:{step.pk}",
            now=now,
            channel=Notice.Channel.LETTER if by_post else Notice.Channel.EMAIL,
        )


def journey_words(journey: str) -> str:
    return {
        "begin": _("offered to help the group"),
        "register": _("registered the group"),
        "profile": _("wrote down how the group works"),
        "ask_holder": _("asked a fund-holder"),
        "sign_holder": _("signed with a fund-holder"),
        "end_holder": _("ended with a fund-holder"),
        "listing": _("listed what the group offers or needs"),
        "apply": _("sent in a project"),
        "change": _("answered what the council asked to change"),
        "appeal": _("asked for a decision to be looked at again"),
        "close": _("closed the group"),
    }[journey]


def confirm_helped_step(*, step_id: int, how: str, actor: User, now: datetime, code: str = "") -> HelpedStep:
    """The group confirms: by the code of its letter, by a member who looked, or by a signature somebody else saw.

    Ten codes an hour may be tried; the count stands outside the transaction, so that a refusal does not undo it.
    """
    if how == HowConfirmed.CODE and not take_turn("helped-code", str(step_id), limit=10, seconds=3600):
        raise WrongCode(step_id=step_id)
    return _confirm(step_id=step_id, how=how, actor=actor, now=now, code=code)


@transaction.atomic
def _confirm(*, step_id: int, how: str, actor: User, now: datetime, code: str) -> HelpedStep:
    step = HelpedStep.objects.select_for_update().get(pk=step_id)
    if step.state != HelpedState.WAITING:
        raise StepSettled(step_id=step_id)
    check_move(HELPED_MOVES, step.state, HelpedState.CONFIRMED)
    if how == HowConfirmed.CODE:
        typed = "".join(letter for letter in code.upper() if letter.isalnum())
        if not hmac.compare_digest(keyed_hash("helped", typed), step.code_hash):
            raise WrongCode(step_id=step_id)
    elif actor.pk == step.helper.user_id:
        raise NeedsAnother(step_id=step_id)
    elif how == HowConfirmed.MEMBER and not _is_own_member(actor, step.group):
        raise NotAccredited(user_id=actor.pk)
    _settle(step, HelpedState.CONFIRMED, actor=actor, now=now, how=how)
    if step.effect:
        EFFECTS[step.effect](step, now)
    return step


@transaction.atomic
def refuse_helped_step(*, step_id: int, actor: User, now: datetime) -> None:
    """The group says that a step is not what it wanted; a step that waited for its word never takes effect."""
    step = HelpedStep.objects.select_for_update().get(pk=step_id)
    if step.state != HelpedState.WAITING:
        raise StepSettled(step_id=step_id)
    check_move(HELPED_MOVES, step.state, HelpedState.REFUSED)
    _settle(step, HelpedState.REFUSED, actor=actor, now=now)


def _settle(step: HelpedStep, new: str, *, actor: User, now: datetime, how: str = "") -> None:
    step.state, step.confirmed_by, step.confirmed_at, step.confirmed_how = new, actor, now, how
    step.save(update_fields=["state", "confirmed_by", "confirmed_at", "confirmed_how"])
    record(actor=actor, action=f"helped.{new}", subject=step, how=how)


def _is_own_member(user: User, group: Group) -> bool:
    return group.memberships.filter(user=user, left_at=None).exclude(role=MembershipRole.HELPER).exists()
