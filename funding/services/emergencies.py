"""Record why a project that cites no adopted priority cannot wait: two officers of the convening body (G-4.2-A1)."""

from datetime import datetime

from django.db import transaction

from communities.models import Body, User
from funding.models import EmergencyReason, EmergencyRoute, EmergencyState, InterestDeclaration, Project
from funding.services.officers import role_at
from funding.services.priorities import plain_sentence
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError


class CitesAPriority(DomainError):
    """The project answers an adopted priority, so it needs no emergency route."""


class RecordedBefore(DomainError):
    """The project has an emergency route, or one waits for a second officer, or its award was made."""


class LinkedToIt(DomainError):
    """The officer has a link to the project, or acts for the body that leads it."""


class SecondNeeded(DomainError):
    """Who proposed it cannot be its second officer."""


class DecidedBefore(DomainError):
    """Another officer was first."""


class EmergencyUnclear(DomainError):
    """Words and evidence are needed; both are public."""


def _officer(project: Project, actor: User, now: datetime) -> Body:
    """Return the convening body for which somebody acts who has no link to the project (P2)."""
    role_at(body=project.round.convenor, actor=actor, now=now)
    barred = InterestDeclaration.objects.barring(actor).filter(project=project).exists()
    if barred or (project.body_id and project.body_id == project.round.convenor_id):
        raise LinkedToIt(project_id=project.pk)
    return project.round.convenor


@transaction.atomic
def propose_emergency(
    *, project_id: int, reason: EmergencyReason, words: str, words_cy: str, evidence: str, actor: User, now: datetime
) -> EmergencyRoute:
    """Say in public why a project cannot wait for its area's priorities; it counts once a second officer agrees."""
    project = Project.objects.select_for_update(of=("self",)).select_related("round__convenor").get(pk=project_id)
    body = _officer(project, actor, now)
    if project.priority_id is not None:
        raise CitesAPriority(project_id=project_id)
    stands = project.emergencies.exclude(state=EmergencyState.TURNED_DOWN).exists()
    if stands or project.awards.exists():
        raise RecordedBefore(project_id=project_id)
    if not plain_sentence(words) or not plain_sentence(evidence):
        raise EmergencyUnclear(project_id=project_id)
    route = EmergencyRoute.objects.create(
        project=project,
        reason=EmergencyReason(reason),
        words=plain_sentence(words)[:500],
        words_cy=plain_sentence(words_cy)[:500],
        evidence=plain_sentence(evidence)[:300],
        body=body,
        proposed_by=actor,
        proposed_at=now,
    )
    record(actor=actor, action="emergency.proposed", subject=route, project_id=project_id, reason=reason)
    return route


@transaction.atomic
def decide_emergency(*, route_id: int, agree: bool, actor: User, now: datetime) -> EmergencyRoute:
    """A second officer of the body agrees, or turns it down; from then on it never changes."""
    route = EmergencyRoute.objects.select_related("project__round__convenor").get(pk=route_id)
    _officer(route.project, actor, now)
    if route.proposed_by_id == actor.pk:
        raise SecondNeeded(route_id=route_id)
    state = EmergencyState.STANDS if agree else EmergencyState.TURNED_DOWN
    moved = EmergencyRoute.objects.filter(pk=route_id, state=EmergencyState.PROPOSED).update(
        state=state, second=actor, decided_at=now
    )
    if not moved:
        raise DecidedBefore(route_id=route_id)
    record(actor=actor, action=f"emergency.{state}", subject=route, project_id=route.project_id)
    route.refresh_from_db()
    return route
