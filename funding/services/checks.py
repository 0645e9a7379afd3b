"""Checks: declare interests, share out the work, find, help, decide. A "no" takes two officers (G§3F, P2)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from communities.models import OfficerRole, Role, User
from funding.models import (
    Audience,
    Criterion,
    Decision,
    DecisionKind,
    DecisionState,
    Finding,
    HelpGiven,
    Interest,
    InterestDeclaration,
    Project,
    ProjectKind,
    ProjectState,
    PurseState,
    Review,
    ReviewNote,
    Round,
    RoundDeclaration,
)
from funding.services.interests import note_declared_interest
from funding.services.joint_starts import award_joint_start
from funding.services.notices import tell, tell_group, tell_members
from funding.services.officer_notices import tell_of_interest
from funding.services.panels import check_panel
from funding.services.presumption import needs_rebuttal
from funding.services.projects import ProjectMoved, move
from funding.services.small_awards import open_for_support
from renewal.kernel.audit import record
from renewal.kernel.clock import add_working_days, london_day
from renewal.kernel.errors import DomainError

CHECKERS = (Role.REVIEWER, Role.LEAD)


class NotAnOfficer(DomainError):
    """The person does not check projects for this body today."""


class HasInterest(DomainError):
    """The officer declared an interest that bars them from this project."""


class InterestsFirst(DomainError):
    """The officer has not declared their interests for this round."""


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


def officer_of(*, project: Project, actor: User, now: datetime, roles: Sequence[Role] = CHECKERS) -> None:
    """Raise unless the person checks for this project’s body today, has declared, and has no barring interest."""
    held = OfficerRole.objects.filter(user=actor, body=project.checked_by_id, role__in=roles).held(on=london_day(now))
    if not held.exists():
        raise NotAnOfficer(body_id=project.checked_by_id)
    if InterestDeclaration.objects.barring(actor).filter(project=project).exists() or leads(project, actor, now):
        raise HasInterest(project_id=project.pk)
    if not RoundDeclaration.objects.filter(officer=actor, round=project.round_id).exists():
        raise InterestsFirst(round_id=project.round_id)


def leads(project: Project, actor: User, now: datetime) -> bool:
    """Tell whether the person acts in any role for the body that leads a project: nobody checks their own body's."""
    if project.body_id is None:
        return False
    return OfficerRole.objects.filter(user=actor, body=project.body_id).held(on=london_day(now)).exists()


def _locked(project_id: int) -> Project:
    return Project.objects.select_for_update(of=("self",)).select_related(
        "round__area", "round__purse", "checked_by", "group", "body"
    ).get(pk=project_id)  # fmt: skip


@transaction.atomic
def declare_for_round(
    *, round_id: int, actor: User, links: Mapping[int, tuple[str, str]], now: datetime
) -> RoundDeclaration:
    """An officer has read who applies in a round and names every link: project id → (kind, words). Empty: none."""
    round_ = Round.objects.get(pk=round_id)
    declaration, is_new = RoundDeclaration.objects.get_or_create(
        officer=actor, round=round_, defaults={"declared_at": now}
    )
    for project_id, (kind, words) in sorted(links.items()):
        declare_interest(project_id=project_id, actor=actor, kind=kind, words=words, now=now)
    if is_new:
        record(actor=actor, action="interest.round_declared", subject=round_, links=len(links))
    return declaration


@transaction.atomic
def declare_interest(*, project_id: int, actor: User, kind: str, words: str, now: datetime) -> None:
    """Name a link to one project, at any time. A barring one takes the project off the officer at once (P2)."""
    project = _locked(project_id)
    bars = Interest(kind) != Interest.KNOWN
    _declaration, is_new = InterestDeclaration.objects.get_or_create(
        officer=actor, project=project, kind=kind, defaults={"bars": bars, "words": words, "declared_at": now}
    )
    if bars:
        project.reviews.filter(ended_at__isnull=True, officer=actor).update(
            officer=None, assigned_at=None, began_at=None
        )
        project.decisions.filter(state=DecisionState.PROPOSED, proposed_by=actor).update(state="turned_back")
        note_declared_interest(project=project, user_id=actor.pk)
        if is_new:
            tell_of_interest(project=project, officer=actor, now=now)
    record(actor=actor, action="interest.declared", subject=project, kind=kind, bars=bars)


@transaction.atomic
def assign_reviews(*, project_ids: Sequence[int], officer_id: int, actor: User, now: datetime) -> list[int]:
    """Give projects to an officer; returns the ids that were given. One whose officer is barred is left out."""
    officer = User.objects.get(pk=officer_id)
    given = []
    for project_id in sorted(project_ids):
        project = _locked(project_id)
        officer_may = OfficerRole.objects.filter(
            user=officer, body=project.checked_by_id, role__in=CHECKERS
        ).held(on=london_day(now))  # fmt: skip
        actor_may = OfficerRole.objects.filter(
            user=actor, body=project.checked_by_id, role__in=CHECKERS
        ).held(on=london_day(now))  # fmt: skip
        if not officer_may.exists() or not actor_may.exists():
            raise NotAnOfficer(body_id=project.checked_by_id)
        if InterestDeclaration.objects.barring(officer).filter(project=project).exists():
            continue
        if project.reviews.filter(ended_at__isnull=True).update(officer=officer, assigned_at=now, began_at=None):
            given.append(project_id)
            record(actor=actor, action="review.assigned", subject=project, officer_id=officer_id)
            tell(person=officer, project=project, kind="check_given", now=now, mark=f"{now:%Y%m%d}")
    return given


def open_review(project: Project) -> Review:
    """Return the check of a project that is under way; raises ProjectMoved when there is none."""
    review = project.reviews.select_for_update(of=("self",)).filter(ended_at__isnull=True).first()
    if review is None:
        raise ProjectMoved(state=project.state)
    return review


@transaction.atomic
def begin_review(*, project_id: int, actor: User, now: datetime) -> Review:
    """Begin to check: the project is the officer's from now on when nobody else has it."""
    project = _locked(project_id)
    officer_of(project=project, actor=actor, now=now)
    review = open_review(project)
    if review.officer_id is None:
        Review.objects.filter(pk=review.pk).update(officer=actor, assigned_at=now, began_at=now)
        record(actor=actor, action="review.begun", subject=project)
    elif review.officer_id == actor.pk and review.began_at is None:
        Review.objects.filter(pk=review.pk).update(began_at=now)
        record(actor=actor, action="review.begun", subject=project)
    review.refresh_from_db()
    return review


@transaction.atomic
def note_findings(*, project_id: int, actor: User, findings: Mapping[str, tuple[str, str, str]], now: datetime) -> None:
    """Write what was found: criterion code → (met, reason, reason in Welsh). Each needs words, met or not."""
    begin_review(project_id=project_id, actor=actor, now=now)
    project = _locked(project_id)
    review = open_review(project)
    known = {criterion.code: criterion for criterion in Criterion.objects.filter(round=project.round_id)}
    for code, (met, reason, reason_cy) in findings.items():
        Finding.objects.update_or_create(
            review=review,
            criterion=known[code],
            defaults={"met": met, "reason": reason, "reason_cy": reason_cy, "found_at": now},
        )
    record(actor=actor, action="review.found", subject=project, codes=sorted(findings))


@transaction.atomic
def estimate_cost(
    *, project_id: int, actor: User, low_pence: int, pence: int, high_pence: int, running_pence: int, now: datetime
) -> None:
    """Put the officer's own estimate beside the group's: a figure, a range, the running cost a year, who and when."""
    project = _locked(project_id)
    officer_of(project=project, actor=actor, now=now)
    Review.objects.filter(pk=open_review(project).pk).update(
        cost_low_pence=low_pence, cost_pence=pence, cost_high_pence=high_pence, running_cost_pence=running_pence,
        costed_by=actor, costed_at=now,
    )  # fmt: skip
    record(actor=actor, action="review.costed", subject=project, pence=pence)


@transaction.atomic
def write_note(*, project_id: int, actor: User, audience: str, words: str, now: datetime) -> ReviewNote:
    """Write a note that the group can see, or that only officers see."""
    project = _locked(project_id)
    officer_of(project=project, actor=actor, now=now)
    note = ReviewNote.objects.create(
        project=project, audience=Audience(audience), words=words, written_by=actor, written_at=now
    )
    record(actor=actor, action="review.noted", subject=project, audience=audience)
    return note


@transaction.atomic
def give_help(*, project_id: int, actor: User, kind: str, minutes: int, now: datetime) -> HelpGiven:
    """Record time spent on helping, convening or suggesting; it is published beside refusals."""
    project = _locked(project_id)
    officer_of(project=project, actor=actor, now=now)
    given = HelpGiven.objects.create(project=project, kind=kind, minutes=minutes, officer=actor, on=london_day(now))
    record(actor=actor, action="review.helped", subject=project, kind=kind, minutes=minutes)
    return given


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
    project = _locked(project_id)
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
    project = _locked(project_id)
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
    project = _locked(project_id)
    officer_of(project=project, actor=actor, now=now)
    if project.state not in (ProjectState.SENT, ProjectState.CHANGES):
        raise ProjectMoved(state=project.state)
    given = {"reason": reason, "words": words, "words_cy": words_cy, "next_step": next_step}
    if missing := [name for name, value in given.items() if not value.strip()]:
        raise WordsMissing(missing=missing)
    if not project.help_given.exists():
        raise HelpFirst(project_id=project_id)
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
    project = _locked(decision.project_id)
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
