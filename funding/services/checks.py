"""Checks: share out the work, find, estimate, note, help."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from communities.models import User
from funding.models import Audience, Criterion, Finding, HelpGiven, InterestDeclaration, Project, Review, ReviewNote
from funding.services.declarations import NotAnOfficer, acts_for_checker, officer_of
from funding.services.notices import tell
from funding.services.projects import ProjectMoved, lock_project
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day


@transaction.atomic
def assign_reviews(*, project_ids: Sequence[int], officer_id: int, actor: User, now: datetime) -> list[int]:
    """Give projects to an officer; returns the ids that were given. One whose officer is barred is left out."""
    officer = User.objects.get(pk=officer_id)
    given = []
    for project_id in sorted(project_ids):
        project = lock_project(project_id)
        if not all(acts_for_checker(project, person, now) for person in (officer, actor)):
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
    project = lock_project(project_id)
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
    project = lock_project(project_id)
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
    project = lock_project(project_id)
    officer_of(project=project, actor=actor, now=now)
    Review.objects.filter(pk=open_review(project).pk).update(
        cost_low_pence=low_pence, cost_pence=pence, cost_high_pence=high_pence, running_cost_pence=running_pence,
        costed_by=actor, costed_at=now,
    )  # fmt: skip
    record(actor=actor, action="review.costed", subject=project, pence=pence)


@transaction.atomic
def write_note(*, project_id: int, actor: User, audience: str, words: str, now: datetime) -> ReviewNote:
    """Write a note that the group can see, or that only officers see."""
    project = lock_project(project_id)
    officer_of(project=project, actor=actor, now=now)
    note = ReviewNote.objects.create(
        project=project, audience=Audience(audience), words=words, written_by=actor, written_at=now
    )
    record(actor=actor, action="review.noted", subject=project, audience=audience)
    return note


@transaction.atomic
def give_help(*, project_id: int, actor: User, kind: str, minutes: int, now: datetime) -> HelpGiven:
    """Record time spent on helping, convening or suggesting; it is published beside refusals."""
    project = lock_project(project_id)
    officer_of(project=project, actor=actor, now=now)
    given = HelpGiven.objects.create(project=project, kind=kind, minutes=minutes, officer=actor, on=london_day(now))
    record(actor=actor, action="review.helped", subject=project, kind=kind, minutes=minutes)
    return given
