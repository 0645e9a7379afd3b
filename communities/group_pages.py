"""What the pages of a group show, put together from its parts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities import group_queries as reads
from communities.models import (
    FundHolder,
    Group,
    GroupRole,
    HelpedStep,
    HoldingAgreement,
    MembershipRole,
    User,
)
from communities.rules.identifiers import SCHEMES
from communities.rules.names import skeleton_of
from communities.services.helped_steps import journey_words
from communities.states import AgreementState, MergeState
from communities.wording import minimum_words
from renewal.kernel.clock import london_day
from renewal.kernel.parts import Check, Crumb, Fact, Task
from renewal.kernel.templatetags.page import day, route

ProjectsQuery = Callable[[Group, datetime], Mapping[str, Any]]
_projects: list[ProjectsQuery] = []


def set_group_projects(query: ProjectsQuery) -> None:
    """Say how to find a group's projects: ``{"tasks": [Task], "rounds": [Crumb]}``; the newest way replaces the former.

    This package knows no projects; the one above calls this in its ``AppConfig.ready``.
    """
    _projects[:] = [query]


@dataclass(frozen=True)
class Way:
    """What somebody can do when the answer to a question was no."""

    title: str
    text: str


def routes_for(said: Mapping[str, bool]) -> list[Way]:
    """Turn each "no" of "Is this for us?" into something the person can do."""
    ways = {
        "together": Way(
            _("Find others first"),
            _("Two more people are enough. Look for a group near you, or list what you want to start."),
        ),
        "here": Way(
            _("Look for your own area"), _("Money is for people who live in an area. Find the area you work in.")
        ),
        "not_profit": Way(
            _("Work with a local group"),
            _("A private business can be a partner or a supplier of a group, and cannot lead."),
        ),
        "not_party": Way(
            _("Start a group of your own"),
            _("Party members can register a group that is not a body of their party. It may campaign."),
        ),
    }
    return [way for name, way in ways.items() if said.get(name) is False]


def entries(groups: Iterable[Group]) -> list[dict[str, Any]]:
    """Shape groups for a list; the groups come with their area."""
    language = get_language() or "en"
    return [
        {
            "name": group.name,
            "url": reverse("communities:group_detail", args=[group.slug]),
            "aims": group.aims,
            "language": group.language if group.language != language else "",
            "form": group.get_legal_form_display(),
            "place": group.area.name_in(language),
        }
        for group in groups
    ]


def group_called(name: str, *, besides: Group) -> Group | None:
    """Find an active group by its name, read as loosely as look-alikes are."""
    return Group.objects.active().filter(skeleton=skeleton_of(name)).exclude(pk=besides.pk).order_by("id").first()


def seats_sentence(standing: reads.Standing) -> str:
    """Say what share of seats people who live here hold, and what that makes the group."""
    if standing.local_percent is None:
        return ""
    share = _("%(percent)d%% of its seats are held by people who live here.") % {"percent": standing.local_percent}
    if standing.is_locally_governed:
        return share + " " + _("It is locally governed.")
    return share + " " + _("It is not locally governed.")


def public(group: Group, *, on: date) -> dict[str, Any]:
    """Gather a group's public page."""
    language = get_language() or "en"
    standing = reads.group_standing(group, on=on)
    safe = reads.safeguarding_standing(group, on=on)
    purpose = reads.social_purpose(group, on=on)
    in_force = group.holdings.in_force().select_related("holder__group").order_by("-active_from").first()
    numbers = [Fact(SCHEMES[row.scheme].name, row.org_id) for row in group.identifiers.filter(removed_at=None)]
    checks = []
    if standing.local_percent is not None:
        checks.append(Check(_("How it is run."), seats_sentence(standing)))
    if standing.is_cross_sector:
        checks.append(Check(_("Cross-sector."), _("Community groups, public bodies and others decide together.")))
    if purpose is not None:
        words = _("%(basis)s, since %(day)s.") % {"basis": purpose.get_basis_display(), "day": day(purpose.dated_on)}
        checks.append(Check(_("Social purpose."), words))
    if safe.in_date:
        checks.append(Check(_("Safeguarding."), _("It says how it keeps people safe, and has reviewed it this year.")))
    return {
        "group": group,
        "crumbs": [Crumb(_("Groups"), route("communities:group_list"))],
        "place": group.area.name_in(language),
        "roles": ", ".join(str(GroupRole(role).label) for role in group.roles),
        "text_language": group.language if group.language != language else "",
        "checks": checks,
        "has_purpose": purpose is not None,
        "numbers": numbers,
        "evidence": list(group.evidence.current(on=on).exclude(kind="social_purpose")),
        "interests": list(group.conflicts.all()),
        "holder": in_force.holder.group if in_force else None,
        "listings": list(group.listings.open(on=on)),
        "governance": reads.governance_of(group),
        "merged_from": list(group.merged_from.order_by("name")),
    }


def hub(group: Group, user: User, *, now: datetime) -> dict[str, Any]:
    """Gather what a member sees: what to do next, and where everything is."""
    on = london_day(now)
    agreements = list(group.holdings.open().select_related("holder__group"))
    membership = group.memberships.filter(user=user, left_at=None).first()
    helped = list(HelpedStep.objects.filter(group=group, state="waiting").select_related("helper__user"))
    tasks = [
        _governance_task(group, on),
        _safeguarding_task(group, on),
        _purpose_task(group, on),
        *_holder_tasks(group, agreements),
    ]
    minimums = reads.informal_minimums(group, on=on) if group.is_informal else []
    return {
        "group": group,
        "crumbs": [Crumb(_("Your groups"), route("communities:my_groups"))],
        "membership": membership,
        "is_owner": membership is not None and membership.role == MembershipRole.OWNER,
        "is_helper": membership is not None and membership.role == MembershipRole.HELPER,
        "may_run": membership is not None and membership.role in (MembershipRole.OWNER, MembershipRole.HELPER),
        "tasks": tasks,
        "next_task": next((task for task in tasks if not task.finished), None),
        "minimums": [(minimum_words(m.code, m.amount), m.met) for m in minimums],
        "agreements": agreements,
        "members": list(group.memberships.filter(left_at=None).select_related("user").order_by("joined_at", "id")),
        "merges_to_answer": list(group.merges_offered.filter(state=MergeState.PROPOSED).select_related("group")),
        "merges_waiting": list(group.merges.filter(state=MergeState.PROPOSED).select_related("into")),
        "helped": [(step, journey_words(step.journey)) for step in helped],
        "own_holder": FundHolder.objects.filter(group=group).first(),
        "listings": list(group.listings.all()[:20]),
        "projects": _projects[0](group, now) if _projects else {},
        "is_active": group.state == "active",
    }


def _governance_task(group: Group, on: date) -> Task:
    standing = reads.group_standing(group, on=on)
    said = standing.as_of is not None
    return Task(
        "governance",
        _("How you work"),
        _("Completed") if said else _("Not yet started"),
        reverse("communities:governance", args=[group.slug]),
        seats_sentence(standing),
        "" if said else "calm",
        said,
    )


def _safeguarding_task(group: Group, on: date) -> Task:
    standing = reads.safeguarding_standing(group, on=on)
    if not standing.said:
        status, kind, hint = _("Not yet started"), "calm", ""
    elif standing.in_date:
        status, kind = _("Completed"), ""
        hint = _("Review it by %(day)s.") % {"day": day(standing.review_due)} if standing.review_due else ""
    elif standing.wants_help:
        status, kind, hint = _("In progress"), "wait", _("You asked us to help you write a policy.")
    else:
        status, kind, hint = _("Changes needed"), "bad", _("Review your policy. No money is paid until you have.")
    url = reverse("communities:safeguarding", args=[group.slug])
    return Task("safeguarding", _("Keeping people safe"), status, url, hint, kind, standing.in_date)


def _purpose_task(group: Group, on: date) -> Task:
    purpose = reads.social_purpose(group, on=on)
    url = reverse("communities:evidence", args=[group.slug])
    if purpose is None:
        return Task("purpose", _("Your social purpose"), _("Not yet started"), url, "", "calm")
    return Task("purpose", _("Your social purpose"), _("Completed"), url, str(purpose.get_basis_display()), "", True)


def _holder_tasks(group: Group, agreements: list[HoldingAgreement]) -> list[Task]:
    url = reverse("communities:choose_fund_holder", args=[group.slug])
    title = _("Who looks after your money")
    waiting = next((row for row in agreements if row.state == AgreementState.OFFERED), None)
    asked = next((row for row in agreements if row.state == AgreementState.ASKED), None)
    active = next((row for row in agreements if row.state == AgreementState.ACTIVE), None)
    if waiting is not None:
        where = reverse("communities:agreement", args=[group.slug, waiting.pk])
        return [Task("holder", title, _("Read and sign"), where, waiting.holder.group.name, "wait")]
    if active is not None:
        return [Task("holder", title, _("Completed"), url, active.holder.group.name, "", True)]
    if asked is not None:
        hint = _("%(holder)s answers by %(day)s.") % {"holder": asked.holder.group.name, "day": day(asked.due_on)}
        return [Task("holder", title, _("Waiting for an answer"), url, hint, "calm")]
    if group.is_informal:
        return [
            Task("holder", title, _("Not yet started"), url, _("You need a fund-holder before money comes."), "calm")
        ]
    return []
