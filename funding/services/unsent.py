"""What becomes of applications that were not sent when Ideas closed; one that waits for a group's letter is in time.

An offline group is done when a helper has written its application down and has asked for its word. That letter may be
answered after Ideas has closed: for 10 working days after the helper asked, and not beyond the checks of the round.
"""

from datetime import datetime

from django.db import transaction

from communities.models import HelpedStep
from funding.models import Project, ProjectState, Round, Step, Work
from funding.services.paper_in_time import is_paper_in_time
from renewal.kernel.audit import record
from renewal.kernel.clock import add_working_days, end_of, london_day

ANSWER_DAYS = 10
UNSENT = (ProjectState.DRAFT, ProjectState.DECLARING)


def answered_until(*, project: Project, asked_at: datetime) -> datetime | None:
    """Return until when the group's word still sends an application that was written down for it at a moment.

    None where that was too late: Ideas had closed. ``project`` comes with its round, the round's area and phases.
    """
    windows = {phase.step: phase for phase in project.round.phases.all()}
    ideas = windows.get(Step.IDEAS)
    in_time = ideas is not None and asked_at < ideas.ends_at
    if ideas is None or not (in_time or is_paper_in_time(project.round, received_on=project.received_on, now=asked_at)):
        return None
    nation = project.round.area.nation or "england"
    last = end_of(add_working_days(london_day(asked_at), ANSWER_DAYS, nation=nation))
    if Step.CHECKS in windows:
        last = min(last, windows[Step.CHECKS].ends_at)
    return max(last, ideas.ends_at)


def waits_for_word(project: Project, *, now: datetime) -> bool:
    """Tell whether an unsent application waits in time: for its group's answer, or for its paper to be typed."""
    if is_paper_in_time(project.round, received_on=project.received_on, now=now):
        return True
    if project.group_id is None or project.state != ProjectState.DECLARING:
        return False
    steps = HelpedStep.objects.filter(
        group_id=project.group_id, effect="apply", state="waiting", facts__project_id=project.pk
    )
    limits = (answered_until(project=project, asked_at=step.done_at) for step in steps)
    return any(limit is not None and now < limit for limit in limits)


@transaction.atomic
def end_unsent(*, round_id: int, now: datetime) -> int:
    """Mark what was not sent in time; it can be carried to the next round. Safe to repeat; returns how many."""
    unsent = (
        Project.objects.select_for_update(of=("self",))
        .filter(round_id=round_id, state__in=UNSENT)
        .select_related("round__area")
        .prefetch_related("round__phases")
        .order_by("pk")
    )
    late = [project for project in unsent if not waits_for_word(project, now=now)]
    for project in late:
        Project.objects.filter(pk=project.pk, state__in=UNSENT).update(state=ProjectState.LATE, ended_at=now)
        record(actor=None, action="project.late", subject=project)
    return len(late)


def end_unanswered(*, now: datetime) -> int:
    """End applications of rounds that closed for ideas and whose letter was refused or not answered in time."""
    rounds = Round.objects.filter(work_done__work=Work.CLOSE_IDEAS, projects__state__in=UNSENT).distinct()
    return sum(end_unsent(round_id=pk, now=now) for pk in rounds.order_by("pk").values_list("pk", flat=True))
