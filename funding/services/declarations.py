"""Officers declare what links them to projects, and who may act in a check (P2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from communities.models import OfficerRole, Role, User
from funding.models import DecisionState, Interest, InterestDeclaration, Project, Round, RoundDeclaration
from funding.queries.reviews import CHECKERS
from funding.services.interests import note_declared_interest
from funding.services.officer_notices import tell_of_interest
from funding.services.projects import lock_project
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError


class NotAnOfficer(DomainError):
    """The person does not check projects for this body today."""


class HasInterest(DomainError):
    """The officer declared an interest that bars them from this project."""


class InterestsFirst(DomainError):
    """The officer has not declared their interests for this round."""


def officer_of(*, project: Project, actor: User, now: datetime, roles: Sequence[Role] = CHECKERS) -> None:
    """Raise unless the person checks for this project’s body today, has declared, and has no barring interest."""
    if not acts_for_checker(project, actor, now, roles=roles):
        raise NotAnOfficer(body_id=project.checked_by_id)
    if InterestDeclaration.objects.barring(actor).filter(project=project).exists() or leads(project, actor, now):
        raise HasInterest(project_id=project.pk)
    if not RoundDeclaration.objects.filter(officer=actor, round=project.round_id).exists():
        raise InterestsFirst(round_id=project.round_id)


def acts_for_checker(project: Project, person: User, now: datetime, *, roles: Sequence[Role] = CHECKERS) -> bool:
    """Tell whether somebody holds one of the roles today at the body that checks a project."""
    held = OfficerRole.objects.filter(user=person, body=project.checked_by_id, role__in=roles)
    return held.held(on=london_day(now)).exists()


def leads(project: Project, actor: User, now: datetime) -> bool:
    """Tell whether the person acts in any role for the body that leads a project: nobody checks their own body's."""
    if project.body_id is None:
        return False
    return OfficerRole.objects.filter(user=actor, body=project.body_id).held(on=london_day(now)).exists()


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
    project = lock_project(project_id)
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
