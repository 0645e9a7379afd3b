"""Decisions on a checked project: pass it, ask for changes, refuse it. A "no" takes two officers (G§3F, P2)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from communities.models import User
from funding.models import (
    Audience,
    Criterion,
    Decision,
    DecisionKind,
    DecisionState,
    Project,
    ProjectKind,
    ProjectState,
    PurseState,
    Review,
    ReviewNote,
)
from funding.services.checks import open_review
from funding.services.declarations import officer_of
from funding.services.joint_starts import award_joint_start
from funding.services.notices import tell_group, tell_members
from funding.services.panels import check_panel
from funding.services.presumption import needs_rebuttal
from funding.services.projects import ProjectMoved, lock_project, move
from funding.services.small_awards import open_for_support
from renewal.kernel.audit import record
from renewal.kernel.clock import add_working_days, london_day
from renewal.kernel.errors import DomainError


class ChecksMissing(DomainError):
    """Criteria without a finding (``codes``), or findings that do not allow a pass (``failing``)."""


class SecondOfficerNeeded(DomainError):
    """The proposer of a "no" cannot be its second officer."""


class HelpFirst(DomainError):
    """A "no" comes last: help, a meeting or a suggestion must be on record first."""


class WordsMissing(DomainError):
    """A decision lacks words, a reason, a next step, Welsh, or dates: ``missing`` says which."""


class RebuttalMissing(DomainError):
    """A public body leads where a local group applied too: the decision must say why, in public (G-4.4-A2)."""


class PurseClosed(DomainError):
    """This year's small awards are over; the idea can be carried to the next year's."""


class DatesWrong(DomainError):
    """The group's date must come after today and ours after the group's."""


@transaction.atomic
def pass_project(
    *,
    project_id: int,
    actor: User,
    words: str,
    words_cy: str,
    now: datetime,
    rebuttal: str = "",
    rebuttal_cy: str = "",
) -> Decision:
    """Let a project go to the vote: every criterion was found met, with words.

    Where a public body leads and a local group applied for the same, ``rebuttal`` says why in public (G-4.4-A2).
    """
    project = lock_project(project_id)
    officer_of(project=project, actor=actor, now=now)
    review = open_review(project)
    codes = set(Criterion.objects.filter(round=project.round_id).values_list("code", flat=True))
    found = dict(review.findings.values_list("criterion__code", "met"))
    missing, failing = sorted(codes - set(found)), sorted(code for code, met in found.items() if met != "meets")
    if missing or failing:
        raise ChecksMissing(codes=missing, failing=failing)
    if not rebuttal.strip() and needs_rebuttal(project):
        raise RebuttalMissing(project_id=project_id)
    check_panel(review, passing=True)
    decision = Decision.objects.create(
        project=project, review=review, kind=DecisionKind.PASS, state=DecisionState.MADE, words=words,
        words_cy=words_cy, proposed_by=actor, proposed_at=now, rebuttal=rebuttal.strip(),
        rebuttal_cy=rebuttal_cy.strip(),
    )  # fmt: skip
    move(project_id=project.pk, old="sent", new="passed")
    Review.objects.filter(pk=review.pk).update(ended_at=now)
    record(actor=actor, action="project.passed", subject=project, decision_id=decision.pk)
    after_pass(project=project, decision=decision, actor=actor, now=now)
    return decision


def after_pass(*, project: Project, decision: Decision, actor: User, now: datetime) -> None:
    """What follows a passed check: the vote, days in public for a small award, the money for a joint start."""
    if not project.round.all_year:
        tell_group(project=project, kind="passed", now=now, decision=decision)
        return
    if project.round.purse.state != PurseState.OPEN:
        raise PurseClosed(project_id=project.pk)
    if project.kind == ProjectKind.JOINT_START:
        award_joint_start(project_id=project.pk, actor=actor, now=now)
        return
    open_for_support(project=project, now=now)
    tell_group(project=project, kind="small_open", now=now, decision=decision)


@transaction.atomic
def ask_for_changes(
    *,
    project_id: int,
    actor: User,
    words: str,
    words_cy: str,
    tasks: Sequence[str],
    group_replies_by: date,
    now: datetime,
) -> Decision:
    """Ask for changes by a day, opening some tasks again; our reply is due 5 working days after the group’s date."""
    project = lock_project(project_id)
    officer_of(project=project, actor=actor, now=now)
    if not words.strip() or not tasks:
        raise WordsMissing(missing=[name for name, given in (("words", words.strip()), ("tasks", tasks)) if not given])
    if group_replies_by <= london_day(now):
        raise DatesWrong(day=group_replies_by.isoformat())
    review = open_review(project)
    nation = project.round.area.nation or "england"
    decision = Decision.objects.create(
        project=project, review=review, kind=DecisionKind.CHANGES, state=DecisionState.MADE, words=words,
        words_cy=words_cy, proposed_by=actor, proposed_at=now, group_replies_by=group_replies_by,
        we_reply_by=add_working_days(group_replies_by, 5, nation=nation), reopened=sorted(tasks),
    )  # fmt: skip
    move(project_id=project.pk, old="sent", new="changes")
    project.pages.filter(task__in=tasks).update(finished=False)
    record(actor=actor, action="project.changes_asked", subject=project, decision_id=decision.pk)
    tell_group(project=project, kind="changes_needed", now=now, decision=decision)
    return decision


@transaction.atomic
def propose_refusal(
    *,
    project_id: int,
    actor: User,
    reason: str,
    words: str,
    words_cy: str,
    next_step: str,
    next_step_cy: str,
    now: datetime,
) -> Decision:
    """Propose that a project cannot go to the vote; a second officer decides too. Help comes before a "no"."""
    project = lock_project(project_id)
    officer_of(project=project, actor=actor, now=now)
    if project.state not in (ProjectState.SENT, ProjectState.CHANGES):
        raise ProjectMoved(state=project.state)
    given = {"reason": reason, "words": words, "words_cy": words_cy, "next_step": next_step}
    if missing := [name for name, value in given.items() if not value.strip()]:
        raise WordsMissing(missing=missing)
    if not project.help_given.exists():
        raise HelpFirst(project_id=project_id)
    if project.decisions.filter(state=DecisionState.PROPOSED).exists():
        raise ProjectMoved(state=DecisionState.PROPOSED)
    check_panel(open_review(project), passing=False)
    decision = Decision.objects.create(
        project=project, review=open_review(project), kind=DecisionKind.REFUSE, state=DecisionState.PROPOSED,
        reason=reason, words=words, words_cy=words_cy, next_step=next_step, next_step_cy=next_step_cy,
        proposed_by=actor, proposed_at=now,
    )  # fmt: skip
    record(actor=actor, action="project.refusal_proposed", subject=project, reason=reason)
    tell_members(project=project, kind="second_check", now=now)
    return decision


def _waiting(decision_id: int, actor: User, now: datetime) -> tuple[Decision, Project]:
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    project = lock_project(decision.project_id)
    officer_of(project=project, actor=actor, now=now)
    if decision.state != DecisionState.PROPOSED:
        raise ProjectMoved(state=decision.state)
    if decision.proposed_by_id == actor.pk:
        raise SecondOfficerNeeded(decision_id=decision_id)
    return decision, project


@transaction.atomic
def second_refusal(*, decision_id: int, actor: User, now: datetime) -> Decision:
    """A second officer agrees: the project cannot go to the vote, and the group is told why and what it can do."""
    decision, project = _waiting(decision_id, actor, now)
    Decision.objects.filter(pk=decision_id, state="proposed").update(state="made", seconded_by=actor, seconded_at=now)
    move(project_id=project.pk, old=project.state, new="refused")
    Review.objects.filter(pk=decision.review_id).update(ended_at=now)
    record(actor=actor, action="project.refused", subject=project, decision_id=decision_id, reason=decision.reason)
    decision.refresh_from_db()
    tell_group(project=project, kind="refused", now=now, decision=decision)
    return decision


@transaction.atomic
def turn_back(*, decision_id: int, actor: User, words: str, now: datetime) -> None:
    """The second officer does not agree: the check goes on, with a note for officers."""
    _, project = _waiting(decision_id, actor, now)
    Decision.objects.filter(pk=decision_id, state="proposed").update(state="turned_back")
    ReviewNote.objects.create(project=project, audience=Audience.COUNCIL, words=words, written_by=actor, written_at=now)
    record(actor=actor, action="project.refusal_turned_back", subject=project, decision_id=decision_id)


def chase_changes(*, now: datetime) -> int:
    """Tell groups whose changes are late, once; nothing is refused by a clock. Returns how many were told."""
    late = (
        Decision.objects.filter(
            kind="changes", state="made", project__state="changes", group_replies_by__lt=london_day(now)
        )
        .select_related("project__round", "project__checked_by", "project__group", "project__body")
        .order_by("pk")
    )
    told = 0
    for decision in late:
        with transaction.atomic():
            told += bool(tell_group(project=decision.project, kind="changes_overdue", now=now, decision=decision))
    return told
