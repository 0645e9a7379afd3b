"""The presumption toward local civil society (G§4.4): a public body that leads where a local group applied says why."""

from django.db.models import Q, QuerySet

from communities.models import CIVIL_SOCIETY, AreaLevel, LegalForm
from funding.models import Project


def is_public_lead(project: Project) -> bool:
    """Tell whether an authority, or a body or group of the whole nation or above, leads a project."""
    if project.body_id is not None:
        return True
    group = project.group
    return group is not None and (
        group.legal_form == LegalForm.PUBLIC_BODY or group.area.level in (AreaLevel.UK, AreaLevel.NATION)
    )


def local_rivals(project: Project) -> QuerySet[Project]:
    """Projects of local civil-society groups in the same round for the same priority, or else the same theme."""
    same = Q(priority=project.priority_id) if project.priority_id else Q(theme=project.theme_id)
    return (
        Project.objects.public()
        .filter(
            same,
            round=project.round_id,
            state__in=["sent", "changes", "passed"],
            group__legal_form__in=CIVIL_SOCIETY,
            group__area__path__startswith=project.round.area.path,
        )
        .exclude(pk=project.pk)
        .order_by("reference")
    )


def needs_rebuttal(project: Project) -> bool:
    """Tell whether letting the project pass takes a published reason against the presumption (G-4.4-A2)."""
    return is_public_lead(project) and local_rivals(project).exists()
