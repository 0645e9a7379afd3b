"""Applications: keep what is typed, write what is right, sign, declare and send in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from communities.models import Group, HelpedStep, User
from communities.services.helped_steps import has_word_of_group
from funding.models import (
    ApplicationPage,
    Band,
    BeneficiaryShare,
    BudgetLine,
    Partner,
    Project,
    ProjectState,
    PurseState,
    QuestionSet,
    Review,
    SetAside,
    Step,
    Supplier,
    Theme,
    VolunteerRole,
)
from funding.models.application import BURDEN
from funding.models.project import WRITING
from funding.rules import applications as rules
from funding.services.application_facts import facts_of
from funding.services.notices import tell_group, tell_members, tell_partner
from funding.services.paper_in_time import is_paper_in_time
from funding.services.partner_checks import tell_lead_of_waiting
from funding.services.projects import NotAMember, ProjectMoved, StepNotOpen, keep_version, move, recost
from funding.tasks import decide_project_level
from renewal.kernel.audit import record
from renewal.kernel.clock import add_working_days, london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.outbox import send_later

CHECK_DAYS = 10
LIGHT_CHECK_DAYS = 5
MOST_SECONDS = 1800  # a page left open over lunch is not half a day of work


class PageChanged(DomainError):
    """Another member changed the page meanwhile; carries ``theirs`` (typed), ``revision`` and ``by``."""


class NotWriting(DomainError):
    """The project is not being written now; carries its ``state``."""


class NotReady(DomainError):
    """Something is missing before it can be sent: ``problems`` (rule codes) and ``pages`` (task, page)."""


class SameMember(DomainError):
    """The declaration needs a second member of the group."""


class GroupsWordFirst(DomainError):
    """A helper wrote it down; it goes on only when the group has confirmed."""


class AlreadySigned(DomainError):
    """The partner has signed."""


def writable(*, project_id: int, actor: User) -> Project:
    """Lock a project that is being written and that the person may write; raises NotAMember or NotWriting."""
    project = Project.objects.select_for_update(of=("self",)).select_related("round", "group").get(pk=project_id)
    if project.group_id is None or not Group.objects.is_member(actor, project.group_id):
        raise NotAMember(group_id=project.group_id)
    if project.state not in WRITING:
        raise NotWriting(state=project.state)
    return project


@transaction.atomic
def save_page(
    *,
    project_id: int,
    task: str,
    page: int,
    typed: Mapping[str, Sequence[str]],
    revision: int,
    actor: User,
    now: datetime,
    seconds: int = 0,
    right: bool = False,
    finished: bool = False,
    pick: str = "",
) -> ApplicationPage:
    """Keep a page as it was typed, without judging it.

    ``revision`` is what the person began from. When another member saved since, nothing is overwritten: PageChanged
    carries both texts, and the person saves again with ``pick`` "mine" or "theirs"; what is not picked is set aside.
    """
    writable(project_id=project_id, actor=actor)
    kept = {name: list(values) for name, values in typed.items()}
    spent = max(0, min(seconds, MOST_SECONDS))
    row = ApplicationPage.objects.select_for_update().filter(project_id=project_id, task=task, page=page).first()
    if row is None:
        return ApplicationPage.objects.create(
            project_id=project_id, task=task, page=page, typed=kept, right=right, finished=finished,
            seconds=spent, edited_by=actor, edited_at=now,
        )  # fmt: skip
    if (pick or row.revision != revision) and row.typed != kept:
        if pick == "":
            raise PageChanged(theirs=row.typed, revision=row.revision, by=row.edited_by_id)
        aside = row.typed if pick == "mine" else kept
        SetAside.objects.create(
            page=row, typed=aside, typed_by_id=row.edited_by_id if pick == "mine" else actor.pk, at=now
        )
        if pick == "theirs":
            return row
    row.typed, row.right, row.finished = kept, right, finished
    row.revision, row.seconds = row.revision + 1, row.seconds + spent
    row.edited_by, row.edited_at = actor, now
    row.save()
    return row


@transaction.atomic
def write_details(*, project_id: int, actor: User, details: Mapping[str, Any]) -> None:
    """Write single facts of a project (title, summary, place …) from a page that passed its rules."""
    project = writable(project_id=project_id, actor=actor)
    tags: Sequence[Theme] | None = details.get("tags")
    if tags is not None:
        project.tags.set(tags)
    columns = {name: value for name, value in details.items() if name != "tags"}
    if columns:
        Project.objects.filter(pk=project_id).update(**columns)


@transaction.atomic
def write_lines(*, project_id: int, actor: User, lines: Sequence[Mapping[str, Any]]) -> None:
    """Replace a project's cost lines; the sums by colour follow, and with them the band of questions."""
    writable(project_id=project_id, actor=actor)
    BudgetLine.objects.filter(project_id=project_id).delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(project_id=project_id, position=position, **line) for position, line in enumerate(lines, start=1)
    )
    recost(project_id=project_id)


@transaction.atomic
def write_shares(*, project_id: int, actor: User, shares: Mapping[int, int]) -> None:
    """Replace the areas that benefit, each with its whole percents."""
    writable(project_id=project_id, actor=actor)
    BeneficiaryShare.objects.filter(project_id=project_id).delete()
    BeneficiaryShare.objects.bulk_create(
        BeneficiaryShare(project_id=project_id, area_id=area_id, percent=percent) for area_id, percent in shares.items()
    )


@transaction.atomic
def write_volunteers(*, project_id: int, actor: User, roles: Sequence[Mapping[str, Any]]) -> None:
    """Replace the volunteer roles of a project."""
    writable(project_id=project_id, actor=actor)
    VolunteerRole.objects.filter(project_id=project_id).delete()
    VolunteerRole.objects.bulk_create(
        VolunteerRole(project_id=project_id, position=position, **role) for position, role in enumerate(roles, start=1)
    )


@transaction.atomic
def write_suppliers(*, project_id: int, actor: User, suppliers: Sequence[Mapping[str, Any]]) -> None:
    """Replace the suppliers that a project names, with what they show of their purpose."""
    writable(project_id=project_id, actor=actor)
    Supplier.objects.filter(project_id=project_id).delete()
    Supplier.objects.bulk_create(
        Supplier(project_id=project_id, position=position, **one) for position, one in enumerate(suppliers, start=1)
    )


@transaction.atomic
def write_partners(*, project_id: int, actor: User, partners: Mapping[int, tuple[str, int]], now: datetime) -> None:
    """Set the partners of a project: group id → role and share in pence.

    A partner whose role or share changes must sign again; one that is left out leaves, and its row stays.
    """
    project = writable(project_id=project_id, actor=actor)
    current = {partner.group_id: partner for partner in project.partners.filter(left_at__isnull=True)}
    for group_id, partner in current.items():
        if group_id not in partners:
            Partner.objects.filter(pk=partner.pk).update(left_at=now)
        elif (partner.role, partner.share_pence) != partners[group_id]:
            role, share = partners[group_id]
            Partner.objects.filter(pk=partner.pk).update(
                role=role, share_pence=share, signed_by=None, signed_at=None, invited_at=now
            )
    for group_id, (role, share) in partners.items():
        if group_id not in current and group_id != project.group_id:
            Partner.objects.create(project=project, group_id=group_id, role=role, share_pence=share, invited_at=now)
    asked = project.partners.filter(left_at__isnull=True, signed_at__isnull=True, invited_at=now)
    for partner in asked.select_related("group", "project__round"):
        tell_partner(partner=partner, now=now)
    record(actor=actor, action="project.partners_set", subject=project, groups=sorted(partners))


@transaction.atomic
def sign_as_partner(*, partner_id: int, actor: User, now: datetime, helped: HelpedStep | None = None) -> None:
    """A member of the partner group signs its role and share, in their own account (G-4.11-A2).

    A helper signs only with the group's confirmed word (``helped``).
    """
    partner = Partner.objects.select_for_update().select_related("project").get(pk=partner_id, left_at__isnull=True)
    check_speaks(actor, partner.group_id, helped, effect="partner")
    if not Partner.objects.filter(pk=partner.pk, signed_at__isnull=True).update(signed_by=actor, signed_at=now):
        raise AlreadySigned(partner_id=partner_id)
    record(actor=actor, action="project.partner_signed", subject=partner.project, group_id=partner.group_id)


def check_speaks(actor: User, group_id: int | None, helped: HelpedStep | None, *, effect: str) -> None:
    """Raise unless the person speaks for the group: a member does, a helper only with the group's confirmed word."""
    if Group.objects.is_own_member(actor, group_id) or has_word_of_group(helped, effect=effect, group_id=group_id):
        return
    if Group.objects.is_member(actor, group_id):
        raise GroupsWordFirst(group_id=group_id)
    raise NotAMember(group_id=group_id)


@transaction.atomic
def sign_off(
    *,
    project_id: int,
    actor: User,
    unfinished: Sequence[tuple[str, int]],
    now: datetime,
    helped: HelpedStep | None = None,
) -> None:
    """A member says the application is complete; a second member must declare it before it goes (a draft, first time).

    ``unfinished`` lists pages that did not pass their own rules when read again; with any, or any problem of the whole,
    NotReady is raised. After changes the same two steps are taken.
    """
    project = writable(project_id=project_id, actor=actor)
    problems = rules.problems_of(facts_of(project, on=london_day(now)))
    if unfinished or problems:
        raise NotReady(pages=list(unfinished), problems=[problem.value for problem in problems])
    if project.state == ProjectState.CHANGES:
        check_speaks(actor, project.group_id, helped, effect="change")
        send_in(project=project, actor=actor, now=now)
        return
    if not is_ideas_open(project, now):
        raise StepNotOpen(step=Step.IDEAS)
    move(project_id=project_id, old="draft", new="declaring", signed_by=actor, declared_by=None)
    record(actor=actor, action="project.signed_off", subject=project)
    project.refresh_from_db()
    tell_group(project=project, kind="declaration_needed", now=now, besides=actor)


@transaction.atomic
def take_back(*, project_id: int, actor: User, now: datetime) -> None:
    """Return to writing while the second member has not declared."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project_id)
    if not Group.objects.is_member(actor, project.group_id):
        raise NotAMember(group_id=project.group_id)
    move(project_id=project_id, old="declaring", new="draft")
    record(actor=actor, action="project.taken_back", subject=project)


@transaction.atomic
def declare_and_send(*, project_id: int, actor: User, now: datetime, helped: HelpedStep | None = None) -> None:
    """A second member declares that the application is true and that the group agreed to it; it is then sent in.

    Where a helper wrote it down, the group's confirmed word (``helped``) is the declaration: nobody stands in
    ``declared_by``, and the day the helper took the step counts for the deadline.
    """
    project = Project.objects.select_for_update(of=("self",)).select_related("round", "group").get(pk=project_id)
    check_speaks(actor, project.group_id, helped, effect="apply")
    if project.state != ProjectState.DECLARING:
        raise ProjectMoved(state=project.state)
    if project.signed_by_id == actor.pk and helped is None:
        raise SameMember(project_id=project_id)
    if not is_ideas_open(project, helped.done_at if helped else now):
        raise StepNotOpen(step=Step.IDEAS)
    if helped is None:
        project.declared_by = actor
        Project.objects.filter(pk=project.pk).update(declared_by=actor)
    send_in(project=project, actor=actor, now=now)


def is_ideas_open(project: Project, now: datetime) -> bool:
    """Tell whether the project may be sent now: small awards while their purse is open, others while Ideas is open.

    What came on paper while Ideas was open may be typed for some days more.
    """
    if project.round.all_year:
        return bool(project.round.purse.state == PurseState.OPEN)
    if is_paper_in_time(project.round, received_on=project.received_on, now=now):
        return True
    return type(project.round).objects.filter(pk=project.round_id).in_step(Step.IDEAS, at=now).exists()


def send_in(*, project: Project, actor: User, now: datetime) -> None:
    """Keep a version, open a check with its due date, and tell the group; inside the caller's transaction."""
    old = project.state
    move(project_id=project.pk, old=old, new="sent", sent_at=F("sent_at") if old == "changes" else now)
    if not project.round.all_year:  # a small award is its neighbourhood's own
        send_later(decide_project_level, project_id=project.pk, key=f"level:{project.pk}:{now.isoformat()}")
    project.refresh_from_db()
    keep_version(project=project, actor=actor, now=now)
    nation = project.round.area.nation or "england"
    Review.objects.filter(project=project, ended_at__isnull=True).update(ended_at=now)
    last = project.reviews.order_by("-pk").first()
    Review.objects.create(
        project=project,
        officer=last.officer if last else None,
        assigned_at=now if last and last.officer_id else None,
        due_on=add_working_days(
            london_day(now), LIGHT_CHECK_DAYS if project.round.all_year else CHECK_DAYS, nation=nation
        ),
        needs_panel=rules.needs_panel(facts_of(project, on=london_day(now)).volunteers),
    )
    record(actor=actor, action="project.sent", subject=project, again=old == "changes")
    tell_group(project=project, kind="application_sent", now=now)
    tell_lead_of_waiting(project=project, now=now)
    if old == "changes":
        tell_members(project=project, kind="changes_arrived", now=now)


def band_of(pence: int) -> Band:
    """Return the band of money that a sum falls into."""
    for band, (most, _, _) in BURDEN.items():
        if most is None or pence <= most:
            return Band(band)
    raise ValueError(pence)


@transaction.atomic
def pin_questions(*, project_id: int, band: str, actor: User, now: datetime) -> QuestionSet | None:
    """Pin an application to the questions in use for its band; it keeps them when staff publish another version."""
    project = writable(project_id=project_id, actor=actor)
    if project.question_set is not None and project.question_set.band == band:
        return project.question_set
    chosen = QuestionSet.objects.in_use().filter(band=band).first()
    Project.objects.filter(pk=project_id).update(question_set=chosen)
    _carry_answers(project, project.question_set, chosen)
    return chosen


def _carry_answers(project: Project, old: QuestionSet | None, new: QuestionSet | None) -> None:
    """Move answers along when another sum brings another set: the same question keeps its text, to be read again."""

    def keys(set_: QuestionSet | None) -> list[str]:
        rows = set_.questions.all() if set_ else []
        return [row.key for row in rows if row.for_kind in ("", project.kind)]

    pages = {page.page: page for page in project.pages.filter(task="questions")}
    by_key = {key: pages[number] for number, key in enumerate(keys(old), start=1) if number in pages}
    project.pages.filter(task="questions").delete()
    for number, key in enumerate(keys(new), start=1):
        if key in by_key:
            kept = by_key[key]
            ApplicationPage.objects.create(
                project=project, task="questions", page=number, typed=kept.typed, right=kept.right,
                seconds=kept.seconds, edited_by_id=kept.edited_by_id, edited_at=kept.edited_at,
            )  # fmt: skip
