"""What waits for a person in projects and panels, with the day it is due: parts of the one inbox."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from communities.models import User
from communities.waiting import own_groups
from funding.models import PanelMeeting, Phase, Project, Step
from funding.queries.applications import partnerships_to_sign
from funding.services.appeals import WINDOW_DAYS
from renewal.kernel.clock import add_working_days, london_day
from renewal.kernel.staff import WorkItem


def waiting_in_projects(user: User, now: datetime) -> Iterable[WorkItem]:
    """Drafts to send, declarations to make, changes to answer, refusals that may be appealed, partnerships to sign."""
    groups = own_groups(user)
    found = (
        Project.objects.filter(group__in=groups, state__in=["draft", "declaring", "changes", "refused"])
        .select_related("group", "round__area")
        .prefetch_related("decisions__appeal", "round__phases")
        .order_by("reference")
    )
    for project in found:
        item = _of_project(project, user, now)
        if item is not None:
            yield item
    for partner in partnerships_to_sign(user):
        title = _("Sign as a partner: %(title)s") % {"title": partner.project.label}
        url = reverse("funding:partner_sign", args=[partner.pk])
        yield WorkItem(title, url, _closes(partner.project, now), partner.group.name)
    meetings = PanelMeeting.objects.of_sitter(user).filter(state="held").exclude(minuted_by=user)
    for meeting in meetings.select_related("panel"):
        title = _("Sign the minutes of %(panel)s") % {"panel": meeting.panel.label}
        yield WorkItem(title, reverse("funding:panel_meeting", args=[meeting.pk]))


def _closes(project: Project, now: datetime) -> date | None:
    ideas: list[Phase] = [phase for phase in project.round.phases.all() if phase.step == Step.IDEAS]
    return london_day(ideas[0].ends_at) if ideas and ideas[0].ends_at > now else None


def _of_project(project: Project, user: User, now: datetime) -> WorkItem | None:
    facts, group = {"title": project.label or project.reference}, project.lead_group
    args = [group.slug, project.reference]
    tasks = reverse("funding:application_tasks", args=args)
    name = group.name
    made = sorted((row for row in project.decisions.all() if row.state == "made"), key=lambda row: row.proposed_at)
    if project.state == "draft":
        closes = _closes(project, now)
        return WorkItem(_("Finish and send: %(title)s") % facts, tasks, closes, name) if closes else None
    if project.state == "declaring":
        if project.signed_by_id == user.pk:
            return None
        url = reverse("funding:application_declare", args=args)
        return WorkItem(_("Read and declare: %(title)s") % facts, url, _closes(project, now), name)
    asked = next((row for row in reversed(made) if row.kind == "changes"), None)
    if project.state == "changes" and asked is not None:
        url = reverse("funding:application_feedback", args=args)
        return WorkItem(_("Answer what must change: %(title)s") % facts, url, asked.group_replies_by, name)
    refused = next((row for row in reversed(made) if row.kind == "refuse"), None)
    if project.state != "refused" or refused is None or hasattr(refused, "appeal"):
        return None
    nation = project.round.area.nation or "england"
    last = add_working_days(london_day(refused.seconded_at or refused.proposed_at), WINDOW_DAYS, nation=nation)
    if london_day(now) > last:
        return None
    url = reverse("funding:application_feedback", args=args)
    return WorkItem(_("You may ask different people to look again: %(title)s") % facts, url, last, name)
