"""Steps an accredited helper takes for a group: noted, told to the group in a letter, confirmed or refused by it.

Two kinds. A step without an effect was done at once and can be put right. A step with an effect (a signature, an
appeal, the end of a group) waits: nothing happens until the group has given its word.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Group, HelpedStep, HowConfirmed, MembershipRole, User
from communities.services.groups import check_move, locked_active
from communities.services.helping import NotAccredited, helper_of, is_helper_of
from communities.states import HELPED_MOVES, HelpedState
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from renewal.kernel.keyed import keyed_hash
from renewal.kernel.limits import take_turn
from renewal.kernel.models import Notice
from renewal.kernel.notices import give_notice
from renewal.kernel.templatetags.page import day as page_day

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, 1, I and L
Effect = Callable[[HelpedStep, datetime], None]


class WrongCode(DomainError):
    """The code is not that of the group's letter."""


class NeedsAnother(DomainError):
    """Who did the step cannot be the one who saw it confirmed."""


class StepSettled(DomainError):
    """The step was confirmed or refused already."""


_journeys: dict[str, str | Promise] = {
    "begin": gettext_lazy("offered to help the group"),
    "register": gettext_lazy("registered the group"),
    "details": gettext_lazy("changed what the group says about itself"),
    "contacts": gettext_lazy("changed the group’s contacts"),
    "invite": gettext_lazy("invited somebody to the group"),
    "profile": gettext_lazy("wrote down how the group works"),
    "ask_holder": gettext_lazy("asked a fund-holder"),
    "sign_holder": gettext_lazy("signed with a fund-holder"),
    "end_holder": gettext_lazy("ended with a fund-holder"),
    "listing": gettext_lazy("listed what the group offers or needs"),
    "join": gettext_lazy("joined two groups"),
    "close": gettext_lazy("closed the group"),
}
_effects: dict[str, Effect] = {}


def add_journey(key: str, words: str | Promise) -> None:
    """Add something a helper may do for a group, in words that follow the helper's name; the same key replaces it."""
    _journeys[key] = words


def add_effect(key: str, effect: Effect) -> None:
    """Say what happens when the group confirms a step that waited; the same key replaces it."""
    _effects[key] = effect


def journey_words(journey: str) -> str:
    """Name a journey as its group reads it."""
    return str(_journeys[journey])


def journeys() -> list[str]:
    """List what a helper may do for a group, by key."""
    return list(_journeys)


@transaction.atomic
def record_helped_step(
    *,
    group_id: int,
    journey: str,
    route: str,
    actor: User,
    now: datetime,
    effect: str = "",
    facts: Mapping[str, Any] | None = None,
) -> tuple[HelpedStep, str]:
    """Note what a helper did for a group and write to the group with a code; returns the step and the code.

    With an ``effect`` nothing happens until the group confirms. Raises NotAccredited.
    """
    if journey not in _journeys or (effect and effect not in _effects):
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
        facts=dict(facts or {}),
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
            }
            + _by_when(step),
            about=step,
            key=f"helped:{step.pk}",
            now=now,
            channel=Notice.Channel.LETTER if by_post else Notice.Channel.EMAIL,
            office_id=step.helper.body_id,
        )


def answer_due(step: HelpedStep) -> date | None:
    """Return the last day on which the group's word still does what the step waits for, where there is one."""
    said = step.facts.get("answer_by")
    return date.fromisoformat(said) if said else None


def _by_when(step: HelpedStep) -> str:
    due = answer_due(step)
    if due is None:
        return ""
    return "\n\n" + _("Tell us by %(day)s: until then it counts as sent in time.") % {"day": page_day(due)}


def confirm_helped_step(*, step_id: int, how: str, actor: User, now: datetime, code: str = "") -> HelpedStep:
    """The group confirms: by the code of its letter, by a member who looked, or by what somebody else saw or heard.

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
    elif how == HowConfirmed.MEMBER and not Group.objects.is_own_member(actor, step.group_id):
        raise NotAccredited(user_id=actor.pk)
    _settle(step, HelpedState.CONFIRMED, actor=actor, now=now, how=how)
    if step.effect:
        _effects[step.effect](step, now)
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


def has_word_of_group(step: HelpedStep | None, *, effect: str, group_id: int | None) -> bool:
    """Tell whether a step is the group's own confirmed word for this deed; what a helper does alone is not."""
    return (
        step is not None
        and step.state == HelpedState.CONFIRMED
        and step.effect == effect
        and step.group_id == group_id
        and step.group.memberships.filter(user_id=step.helper.user_id, role=MembershipRole.HELPER).exists()
    )
