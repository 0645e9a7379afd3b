"""Appeals: different people look again at a refusal, on procedure, conflict or fact, never on merit (G§3F)."""

from datetime import datetime

from django.db import transaction

from communities.models import HelpedStep, User
from funding.models import Appeal, AppealGround, AppealState, Decision, DecisionState, Review
from funding.services.applications import check_speaks
from funding.services.decisions import WordsMissing
from funding.services.declarations import acts_for_checker
from funding.services.notices import tell_group
from funding.services.projects import ProjectMoved, lock_project, move
from renewal.kernel.audit import record
from renewal.kernel.clock import add_working_days, end_of, london_day
from renewal.kernel.errors import DomainError

WINDOW_DAYS = 20
ANSWER_DAYS = 20


class TooLate(DomainError):
    """The 20 working days after the decision are over; carries the last ``day``."""


class SamePeople(DomainError):
    """Somebody who took part in the decision cannot hear the appeal."""


class AppealMoved(DomainError):
    """The appeal was answered already."""


@transaction.atomic
def send_appeal(
    *, decision_id: int, actor: User, ground: str, words: str, now: datetime, helped: HelpedStep | None = None
) -> Appeal:
    """A member of the group asks that different people look again, within 20 working days; once for a decision.

    A helper sends it with the group's confirmed word (``helped``); the day the group spoke to the helper counts.
    """
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    project = lock_project(decision.project_id)
    check_speaks(actor, project.group_id, helped, effect="appeal")
    if decision.kind != "refuse" or decision.state != DecisionState.MADE or hasattr(decision, "appeal"):
        raise ProjectMoved(state=decision.state)
    if not words.strip():
        raise WordsMissing(missing=["words"])
    nation = project.round.area.nation or "england"
    last = add_working_days(london_day(decision.seconded_at or decision.proposed_at), WINDOW_DAYS, nation=nation)
    if (helped.done_at if helped else now) >= end_of(last):
        raise TooLate(day=last.isoformat())
    appeal = Appeal.objects.create(
        decision=decision,
        ground=AppealGround(ground),
        words=words,
        sent_by=actor,
        sent_at=now,
        due_on=add_working_days(london_day(now), ANSWER_DAYS, nation=nation),
    )
    record(actor=actor, action="appeal.sent", subject=appeal, decision_id=decision_id, ground=ground)
    return appeal


@transaction.atomic
def hear_appeal(*, appeal_id: int, actor: User, outcome: str, answer: str, answer_cy: str, now: datetime) -> Appeal:
    """Answer an appeal: uphold (the refusal falls), remit (officers decide again) or dismiss, with words in both cases.

    The hearer held no part in the check or the decision, and has no interest; the database refuses it too. Only the
    disputed project moves (G-4.15-A4): upheld or remitted, it is checked again by somebody else.
    """
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("decision").get(pk=appeal_id)
    decision = appeal.decision
    project = lock_project(decision.project_id)
    if not may_hear(appeal=appeal, actor=actor, now=now):
        raise SamePeople(appeal_id=appeal_id)
    if not answer.strip():
        raise WordsMissing(missing=["answer"])
    state = AppealState(outcome)
    if state == AppealState.SENT:
        raise ValueError("an outcome is upheld, remitted or dismissed")
    moved = Appeal.objects.filter(pk=appeal_id, state=AppealState.SENT).update(
        state=state, heard_by=actor, heard_at=now, answer=answer, answer_cy=answer_cy
    )
    if not moved:
        raise AppealMoved(appeal_id=appeal_id)
    if state in (AppealState.UPHELD, AppealState.REMITTED):
        Decision.objects.filter(pk=decision.pk, state="made").update(state="reversed")
        move(project_id=project.pk, old="refused", new="sent")
        nation = project.round.area.nation or "england"
        Review.objects.create(project=project, due_on=add_working_days(london_day(now), 10, nation=nation))
    record(actor=actor, action="appeal.heard", subject=appeal, outcome=outcome)
    tell_group(project=project, kind="appeal_answered", now=now, decision=decision)
    appeal.refresh_from_db()
    return appeal


def may_hear(*, appeal: Appeal, actor: User, now: datetime) -> bool:
    """Tell whether an officer may hear an appeal: of the same body, declared, unbarred, and part of nothing before."""
    decision = appeal.decision
    project = decision.project
    return (
        acts_for_checker(project, actor, now)
        and actor.pk not in (decision.proposed_by_id, decision.seconded_by_id)
        and not project.reviews.filter(officer=actor).exists()
        and not project.interests.filter(officer=actor, bars=True).exists()
        and project.round.declarations.filter(officer=actor).exists()
    )
