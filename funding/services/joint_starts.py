"""Joint starts: a small sum that lets organisations of different sectors meet and write a project together."""

from datetime import datetime

from django.db import transaction

from communities.models import User
from funding.models import Award, AwardOrigin, Project, ProjectState, SmallPurse
from funding.services.notices import tell_group
from funding.services.projects import move
from funding.services.purse_awards import award_from_purse
from renewal.kernel.audit import record


@transaction.atomic
def award_joint_start(*, project_id: int, actor: User, now: datetime) -> Award:
    """Award a joint start that has passed its light check, first come, first served, while the purse has money.

    Nobody competes here, so no support is counted. Raises Overspent where the purse is short; the check then stands
    undecided. Called inside the transaction of the officer's decision.
    """
    project = Project.objects.select_related("round__purse", "group", "body", "checked_by").get(pk=project_id)
    purse = SmallPurse.objects.select_for_update(of=("self",)).select_related("area").get(pk=project.round.purse.pk)
    version = project.versions.order_by("-number").first()
    award = award_from_purse(
        purse=purse,
        project=project,
        origin=AwardOrigin.JOINT,
        decided_by=version.digest if version else "",
        now=now,
        actor=actor,
    )
    move(project_id=project.pk, old="passed", new=ProjectState.FUNDED, ended_at=now)
    project.refresh_from_db(fields=["state", "ended_at"])
    record(actor=actor, action="joint_start.awarded", subject=project, award_id=award.pk)
    tell_group(project=project, kind="joint_funded", now=now)
    return award
