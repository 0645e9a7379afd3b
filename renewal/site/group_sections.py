"""The parts of a group's hub that its projects fill."""

from datetime import datetime
from typing import Any

from communities.models import Group
from funding.models import Project, PurseState, Round, Step
from renewal.kernel.parts import Crumb, Task
from renewal.kernel.templatetags.page import route

KINDS = {"draft": "calm", "declaring": "wait", "changes": "bad", "sent": "", "passed": "good", "funded": "good"}
FINISHED = ("withdrawn", "combined", "late", "refused", "unfunded", "funded")


def projects_of_group(group: Group, now: datetime) -> dict[str, Any]:
    """List a group's projects, newest first, and the rounds of its area that take ideas now, small awards too."""
    found = Project.objects.filter(group=group).select_related("round").order_by("-created_at", "-id")[:20]
    here = Round.objects.filter(area__code__in=group.area.chain_codes)
    rounds = here.in_step(Step.IDEAS, at=now) | here.filter(purse__state=PurseState.OPEN)
    return {
        "tasks": [
            Task(
                f"project-{project.pk}",
                project.label,
                str(project.get_state_display()),
                route("funding:application_tasks", group.slug, project.reference),
                f"{project.reference}, {project.round.title}",
                KINDS.get(project.state, ""),
                project.state in FINISHED,
            )
            for project in found
        ],
        "rounds": [
            Crumb(round_.label, url)
            for round_ in rounds.order_by("title", "id").distinct()
            if (url := route("funding:project_start", round_.slug))
        ],
    }
