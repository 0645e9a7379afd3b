"""Reads of bodies' own projects, for the officers who write them."""

from datetime import datetime

from django.db.models import Q, QuerySet

from communities.models import Body, OfficerRole, User
from funding.models import Project, Round, Step
from funding.services.body_projects import PROPOSERS
from renewal.kernel.clock import london_day


def bodies_proposing(user: User, *, at: datetime) -> list[Body]:
    """List the bodies for which the person may propose a project today."""
    held = OfficerRole.objects.filter(user=user, role__in=PROPOSERS, body__isnull=False).held(on=london_day(at))
    return list(Body.objects.filter(pk__in=held.values("body")).select_related("area").order_by("name", "pk"))


def body_projects(user: User, *, at: datetime) -> QuerySet[Project]:
    """Projects led by the person's bodies, newest first; drafts too."""
    held = OfficerRole.objects.filter(user=user, role__in=PROPOSERS, body__isnull=False).held(on=london_day(at))
    return (
        Project.objects.filter(body__in=held.values("body"))
        .select_related("round__area", "body", "checked_by", "theme", "signed_by")
        .prefetch_related("lines")
        .order_by("-created_at", "-pk")
    )


def rounds_for_bodies(user: User, *, at: datetime) -> list[Round]:
    """Rounds that take ideas now in the areas of the person's bodies, and below or above them."""
    here = Q()
    for body in bodies_proposing(user, at=at):
        here |= Q(area__path__startswith=body.area.path) | Q(area__code__in=body.area.chain_codes)
    if not here:
        return []
    found = Round.objects.in_turn().in_step(Step.IDEAS, at=at).filter(here)
    return list(found.select_related("area").distinct().order_by("title", "pk")[:100])
