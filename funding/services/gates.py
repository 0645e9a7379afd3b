"""An officer passes the checks that an award still has to pass, one by one, with what was seen (DESIGN.md §4)."""

from datetime import datetime

from django.db import transaction

from communities.group_queries import safeguarding_standing
from communities.models import User
from funding.answer_states import MandateKind, MandateState
from funding.models import Award, AwardGate, AwardState, GateKind, Mandate
from funding.services.awards import pass_gate
from funding.services.decisions import WordsMissing
from funding.services.declarations import officer_of
from funding.services.held_money import put_under_holder
from funding.services.notices import tell_group
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError

ACCEPTED = (MandateState.ACCEPTED, MandateState.BY_DEFAULT)


class GateNotOpen(DomainError):
    """The check was passed before, or this award does not need it."""


class SafeguardingDue(DomainError):
    """The group has not said how it keeps people safe, or its review is older than a year (G-4.5-A5)."""


class NotAnswered(DomainError):
    """The public body has not accepted the project, and its time to answer is not over."""


@transaction.atomic
def pass_award_gate(*, award_id: int, kind: str, evidence: str, actor: User, now: datetime) -> Award:
    """Pass one check of an award, as an officer without a link to it; the last one confirms it and tells the group.

    What the platform knows is looked at, not only told: safeguarding in date, an agreement with a fund-holder in force,
    the public body's answer. Passing the fund-holder's check puts the award's money under that agreement.
    """
    awards = Award.objects.select_for_update(of=("self",)).select_related("project__round", "project__group")
    award = awards.get(pk=award_id)
    project = award.project
    officer_of(project=project, actor=actor, now=now)
    if not evidence.strip():
        raise WordsMissing(missing="words")
    if not AwardGate.objects.filter(award=award, kind=kind, passed_at__isnull=True).exists():
        raise GateNotOpen(award_id=award_id, kind=kind)
    if kind == GateKind.SAFEGUARDING and not is_safe(award, now=now):
        raise SafeguardingDue(group_id=project.group_id)
    if kind == GateKind.ANSWER and not is_accepted(award):
        raise NotAnswered(award_id=award_id)
    if kind == GateKind.HOLDER and project.group is not None:
        put_under_holder(award=award, group=project.group, now=now)
    done = pass_gate(award_id=award_id, kind=GateKind(kind), evidence=evidence.strip(), now=now, actor=actor)
    if done.state == AwardState.CONFIRMED:
        tell_group(project=project, kind="award_confirmed", now=now)
    return done


def is_safe(award: Award, *, now: datetime) -> bool:
    """Tell whether the group that leads has said how it keeps people safe, within a year; bodies have their own law."""
    group = award.project.group
    return group is None or safeguarding_standing(group, on=london_day(now)).in_date


def is_accepted(award: Award) -> bool:
    """Tell whether the public body accepted the project, in words or by its silence."""
    mandates = Mandate.objects.filter(
        round_id=award.round_id, kind=MandateKind.PROJECT, ref=award.project.reference, state__in=ACCEPTED
    )
    return mandates.exists()
