"""What helpers do for groups: begin, register, and the deeds that wait for the group's word.

Each deed here is what happens once the group has confirmed a step; higher packages add their own by ``add_journey``.
"""

from datetime import datetime

from django.db import transaction

from communities.models import AgreementVersion, Group, HelpedStep, MembershipRole, Side, User
from communities.services.groups import (
    ContactDraft,
    GroupDraft,
    answer_merge,
    change_contacts,
    close_group,
    propose_merge,
    register_group,
    withdraw_merge,
)
from communities.services.helped_steps import Effect, add_effect, record_helped_step
from communities.services.helping import helper_of, start_helping
from communities.services.holdings import end_agreement, freeze_agreement, sign_agreement
from communities.services.members import invite_member


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


def _begin(step: HelpedStep, now: datetime) -> None:
    start_helping(group_id=step.group_id, actor=step.helper.user, now=now)


def _sign(step: HelpedStep, now: datetime) -> None:
    """The helper's hand, the group's will."""
    version = AgreementVersion.objects.get(pk=step.facts["version_id"])
    sign_agreement(version_id=version.pk, side=Side.GROUP, actor=step.helper.user, now=now, helped=step)


def _end_holder(step: HelpedStep, now: datetime) -> None:
    """Begin to end an agreement, or end it for good when its money has moved."""
    agreement_id, actor = step.facts["agreement_id"], step.helper.user
    if step.facts.get("for_good"):
        end_agreement(agreement_id=agreement_id, actor=actor, now=now)
        return
    freeze_agreement(
        agreement_id=agreement_id,
        reason=step.facts["reason"],
        moves_to_id=step.facts.get("moves_to_id"),
        actor=actor,
        now=now,
    )


def _contacts(step: HelpedStep, now: datetime) -> None:
    drafts = [ContactDraft(**facts) for facts in step.facts["contacts"]]
    change_contacts(group_id=step.group_id, contacts=drafts, actor=step.helper.user, now=now)


def _invite(step: HelpedStep, now: datetime) -> None:
    facts = step.facts
    invite_member(group_id=step.group_id, email=facts["email"], role=facts["role"], actor=step.helper.user, now=now)


def _join(step: HelpedStep, now: datetime) -> None:
    """Ask another group to take this one in, or answer one that asked, or take the question back."""
    facts, actor = step.facts, step.helper.user
    if "into_id" in facts:
        propose_merge(group_id=step.group_id, into_id=facts["into_id"], actor=actor, now=now)
    elif facts["answer"] == "withdraw":
        withdraw_merge(merge_id=facts["merge_id"], actor=actor, now=now)
    else:
        answer_merge(merge_id=facts["merge_id"], agree=facts["answer"] == "yes", actor=actor, now=now)


def _close(step: HelpedStep, now: datetime) -> None:
    close_group(group_id=step.group_id, actor=step.helper.user, now=now)


DEEDS: dict[str, Effect] = {
    "begin": _begin,
    "sign_holder": _sign,
    "end_holder": _end_holder,
    "contacts": _contacts,
    "invite": _invite,
    "join": _join,
    "close": _close,
}


def register_deeds() -> None:
    """Say what happens when a group confirms; called once when Django is ready."""
    for key, deed in DEEDS.items():
        add_effect(key, deed)
