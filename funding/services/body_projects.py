"""A public body's own project: written by its officers, declared by a second one, checked by another body's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from communities.models import Body, BodyKind, OfficerRole, Role, User
from funding.models import BeneficiaryShare, BudgetLine, Project, ProjectState, Round, Step
from funding.models.project import WRITING
from funding.queries.reviews import CHECKERS
from funding.rules import applications as rules
from funding.services.application_facts import facts_of
from funding.services.applications import NotReady, NotWriting, is_ideas_open, send_in
from funding.services.officers import role_at
from funding.services.projects import ProjectMoved, StepNotOpen, move, next_reference, recost
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError

PROPOSERS = (Role.REVIEWER, Role.LEAD)
# Who checks a convenor's own project, first choice first: the nearer to people, the better.
ORDER = [BodyKind.COMMUNITY_ANCHOR, BodyKind.PARTNERSHIP, BodyKind.FOUNDATION, BodyKind.COMBINED_AUTHORITY]


class NoOtherBody(DomainError):
    """No other body of these areas has officers who could check the project; carries ``body_id``."""


class SameOfficer(DomainError):
    """The declaration needs a second officer of the body."""


def checker_for(*, round_: Round, body: Body, now: datetime) -> Body:
    """Return the body that checks a body's project: the round's convenor, or (for its own project) another one.

    Bodies of the round's area and of those above it that have officers who check today; anchors and partnerships
    first, the nearer area before the farther. Raises NoOtherBody.
    """
    if round_.convenor_id != body.pk:
        return round_.convenor
    held = OfficerRole.objects.filter(role__in=CHECKERS, body__isnull=False).held(on=london_day(now))
    found = (
        Body.objects.filter(pk__in=held.values("body"), area__code__in=round_.area.chain_codes)
        .exclude(pk=body.pk)
        .select_related("area")
        .annotate(officers=Count("officer_roles"))
    )
    nearest = sorted(found, key=lambda one: (_rank(one), -len(one.area.path), one.pk))
    if not nearest:
        raise NoOtherBody(body_id=body.pk)
    return nearest[0]


def _rank(body: Body) -> int:
    return ORDER.index(BodyKind(body.kind)) if body.kind in ORDER else len(ORDER)


@transaction.atomic
def start_body_project(
    *, round_id: int, body_id: int, title: str, language: str, actor: User, now: datetime
) -> Project:
    """Begin a body's own project in a round that takes ideas now; another body's officers will check it."""
    round_ = Round.objects.select_related("convenor", "area").get(pk=round_id)
    body = Body.objects.get(pk=body_id)
    role_at(body=body, actor=actor, now=now, roles=PROPOSERS)
    if not Round.objects.in_turn().filter(pk=round_id).in_step(Step.IDEAS, at=now).exists():
        raise StepNotOpen(step=Step.IDEAS)
    checker = checker_for(round_=round_, body=body, now=now)
    words = {"title_cy": title} if language == "cy" else {"title": title}
    project = Project.objects.create(
        round=round_,
        reference=next_reference(round_.prefix),
        body=body,
        checked_by=checker,
        language=language,
        created_by=actor,
        created_at=now,
        **words,
    )
    BeneficiaryShare.objects.create(project=project, area=round_.area, percent=100)
    record(actor=actor, action="project.started", subject=project, round_id=round_id, body_id=body_id)
    return project


def _writable(project_id: int, actor: User, now: datetime) -> Project:
    project = Project.objects.select_for_update(of=("self",)).select_related("round", "body").get(pk=project_id)
    if project.body is None:
        raise NotWriting(state=project.state)
    role_at(body=project.body, actor=actor, now=now, roles=PROPOSERS)
    return project


@transaction.atomic
def write_body_project(
    *, project_id: int, details: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], actor: User, now: datetime
) -> Project:
    """Write the facts and the cost lines of a body's project while it is being written."""
    project = _writable(project_id, actor, now)
    if project.state not in WRITING:
        raise NotWriting(state=project.state)
    Project.objects.filter(pk=project_id).update(**details)
    BudgetLine.objects.filter(project_id=project_id).delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(project_id=project_id, position=position, **line) for position, line in enumerate(lines, start=1)
    )
    recost(project_id=project_id)
    record(actor=actor, action="project.written", subject=project)
    project.refresh_from_db()
    return project


@transaction.atomic
def sign_body_project(*, project_id: int, actor: User, now: datetime) -> Project:
    """An officer says that it is complete; a second one declares it. After changes it goes back to its checkers."""
    project = _writable(project_id, actor, now)
    if project.state not in WRITING:
        raise NotWriting(state=project.state)
    problems = rules.problems_of(facts_of(project, on=london_day(now)))
    if problems:
        raise NotReady(pages=[], problems=[problem.value for problem in problems])
    if project.state == ProjectState.CHANGES:
        send_in(project=project, actor=actor, now=now)
    else:
        if not is_ideas_open(project, now):
            raise StepNotOpen(step=Step.IDEAS)
        move(project_id=project_id, old="draft", new="declaring", signed_by=actor, declared_by=None)
        record(actor=actor, action="project.signed_off", subject=project)
    project.refresh_from_db()
    return project


@transaction.atomic
def declare_body_project(*, project_id: int, actor: User, now: datetime) -> Project:
    """A second officer of the body declares that it is true, and it is sent to the other body's officers."""
    project = _writable(project_id, actor, now)
    if project.state != ProjectState.DECLARING:
        raise ProjectMoved(state=project.state)
    if project.signed_by_id == actor.pk:
        raise SameOfficer(project_id=project_id)
    if not is_ideas_open(project, now):
        raise StepNotOpen(step=Step.IDEAS)
    Project.objects.filter(pk=project_id).update(declared_by=actor)
    project.declared_by = actor
    send_in(project=project, actor=actor, now=now)
    project.refresh_from_db()
    return project


@transaction.atomic
def reopen_body_project(*, project_id: int, actor: User, now: datetime) -> Project:
    """Return to writing while the second officer has not declared."""
    project = _writable(project_id, actor, now)
    move(project_id=project_id, old="declaring", new="draft")
    record(actor=actor, action="project.taken_back", subject=project)
    project.refresh_from_db()
    return project
