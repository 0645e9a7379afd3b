"""Projects: begin one, move it, withdraw it, combine two, carry one on to the next round."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import IntegerField, Max, Q, Sum
from django.db.models.functions import Cast, Substr

from communities.models import Group, Membership, MembershipRole, User
from funding.models import (
    PROJECT_MOVES,
    BeneficiaryShare,
    BudgetLine,
    Colour,
    Partner,
    Project,
    ProjectKind,
    ProjectState,
    ProjectVersion,
    QuestionSet,
    Round,
    SmallPurse,
    Source,
    Step,
)
from funding.services.paper_in_time import is_paper_in_time
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.errors import DomainError


class StepNotOpen(DomainError):
    """The round's step does not take this now; carries ``step``."""


class NotAMember(DomainError):
    """The person does not belong to the group."""


class ProjectMoved(DomainError):
    """Somebody moved the project first; carries the ``state`` it was expected in."""


class CannotCombine(DomainError):
    """Two projects of different rounds, or of a state that cannot be combined."""


class NotAgreed(DomainError):
    """The other group has not agreed to combine."""


def lock_project(project_id: int) -> Project:
    """Lock a project until the transaction ends, and read with it what a check needs."""
    return Project.objects.select_for_update(of=("self",)).select_related(
        "round__area", "round__purse", "checked_by", "group", "body"
    ).get(pk=project_id)  # fmt: skip


def move(*, project_id: int, old: str, new: str, **changes: Any) -> None:
    """Move a project along the table of moves; raises ProjectMoved when somebody was first."""
    if new not in PROJECT_MOVES[old]:
        raise ValueError(f"no move from {old} to {new}")
    if not Project.objects.filter(pk=project_id, state=old).update(state=new, **changes):
        raise ProjectMoved(state=old)


def next_reference(prefix: str) -> str:
    """Allot the next reference of a prefix, like ``ASH-014``; two people at once get two references.

    Numbers run on across cycles, so a reference names one project for ever. Must run inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('funding.reference'), hashtext(%s))", [prefix])
    last = (
        Project.objects.filter(reference__regex=rf"^{prefix}-[0-9]+$")
        .annotate(number=Cast(Substr("reference", len(prefix) + 2), IntegerField()))
        .aggregate(last=Max("number"))["last"]
    )
    return f"{prefix}-{(last or 0) + 1:03d}"


@transaction.atomic
def start_project(
    *,
    round_id: int,
    group_id: int,
    title: str,
    language: str,
    actor: User,
    now: datetime,
    kind: str = ProjectKind.PROJECT,
    size_of_id: int | None = None,
    received_on: date | None = None,
) -> Project:
    """Begin a draft in a round that takes ideas now; raises StepNotOpen or NotAMember.

    ``received_on``: the day on which the group's paper reached the helper who types it now, some days after Ideas.
    """
    round_ = Round.objects.select_related("convenor", "area").get(pk=round_id)
    all_year = kind in (ProjectKind.SMALL, ProjectKind.JOINT_START)
    helps = Membership.objects.filter(group_id=group_id, user=actor, role=MembershipRole.HELPER, left_at__isnull=True)
    came = received_on if received_on and helps.exists() else None
    takes = _takes_ideas(round_, now) or is_paper_in_time(round_, received_on=came, now=now)
    if all_year != round_.all_year or not takes:
        raise StepNotOpen(step=Step.IDEAS)
    if not Group.objects.of_member(actor).filter(pk=group_id, state="active").exists():
        raise NotAMember(group_id=group_id)
    words = {"title_cy": title} if language == "cy" else {"title": title}
    project = Project.objects.create(
        round=round_,
        reference=next_reference(round_.prefix),
        group_id=group_id,
        checked_by=round_.convenor,
        kind=kind,
        language=language,
        size_of_id=size_of_id,
        received_on=came,
        created_by=actor,
        created_at=now,
        **words,
    )
    if kind == ProjectKind.SMALL:
        project.question_set = QuestionSet.objects.in_use().filter(band="up_to_1000").first()
        project.save(update_fields=["question_set"])
    if all_year:  # a small award does not ask where people live: they live here
        BeneficiaryShare.objects.create(project=project, area=round_.area, percent=100)
    record(actor=actor, action="project.started", subject=project, round_id=round_id, group_id=group_id)
    return project


def _takes_ideas(round_: Round, now: datetime) -> bool:
    if round_.all_year:
        return SmallPurse.objects.open().filter(round=round_).exists()
    return Round.objects.filter(pk=round_.pk).in_step(Step.IDEAS, at=now).exists()


def recost(*, project_id: int) -> None:
    """Write the sums of what is asked, by colour, onto the project; the lines are the truth."""
    sums = BudgetLine.objects.filter(project_id=project_id, source=Source.ASKED).aggregate(
        capital=Sum("amount_pence", filter=Q(colour=Colour.CAPITAL)),
        revenue=Sum("amount_pence", filter=Q(colour=Colour.REVENUE)),
    )
    Project.objects.filter(pk=project_id).update(capital_pence=sums["capital"] or 0, revenue_pence=sums["revenue"] or 0)


def content_of(project: Project) -> dict[str, Any]:
    """Write out the whole of a project as a canonical document, for a version and for comparing two."""
    return {
        "title": {"en": project.title, "cy": project.title_cy},
        "summary": {"en": project.summary, "cy": project.summary_cy},
        "description": {"en": project.description, "cy": project.description_cy},
        "kind": project.kind,
        "theme": project.theme.code if project.theme else "",
        "tags": sorted(tag.code for tag in project.tags.all()),
        "place": project.place,
        "who_benefits": project.who_benefits,
        "builds_on": project.builds_on,
        "timing": project.timing,
        "powers": project.powers,
        "running_pence": project.running_pence,
        "priority": project.priority.ref if project.priority else "",
        "lines": [
            {
                "item": line.item,
                "colour": line.colour,
                "source": line.source,
                "year": line.year,
                "amount_pence": line.amount_pence,
                "replaces_duty": line.replaces_duty,
            }
            for line in project.lines.all()
        ],
        "partners": [
            {"group": partner.group.name, "role": partner.role, "share_pence": partner.share_pence}
            for partner in project.partners.filter(left_at__isnull=True).select_related("group")
        ],
        "suppliers": [
            {"name": one.name, "amount_pence": one.amount_pence, "basis": one.basis, "statement": one.statement}
            for one in project.suppliers.all()
        ],
        "shares": {share.area.code: share.percent for share in project.shares.select_related("area")},
        "volunteers": [
            {"title": role.title, "hours": role.hours, "complements": role.complements}
            for role in project.volunteer_roles.all()
        ],
        "answers": {f"{page.task}.{page.page}": page.typed for page in project.pages.filter(task="questions")},
    }


def keep_version(*, project: Project, actor: User, now: datetime) -> ProjectVersion:
    """Append the project as it stands; the number is the next one."""
    content = content_of(project)
    number = (project.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return ProjectVersion.objects.create(
        project=project, number=number, content=content, digest=digest(content), made_by=actor, made_at=now
    )


@transaction.atomic
def withdraw_project(*, project_id: int, actor: User, now: datetime) -> None:
    """Take a project out; what was sent stays public, and a project in the vote follows the published rule."""
    from voting.services import polls

    project = Project.objects.select_for_update().select_related("round").get(pk=project_id)
    if ProjectState.WITHDRAWN not in PROJECT_MOVES[project.state]:
        raise ProjectMoved(state=project.state)
    move(project_id=project_id, old=project.state, new=ProjectState.WITHDRAWN, ended_at=now)
    project.reviews.filter(ended_at__isnull=True).update(ended_at=now)
    project.decisions.filter(state="proposed").update(state="turned_back")
    if project.state == ProjectState.PASSED and project.round.poll_id:
        polls.withdraw_option(
            poll_id=project.round.poll_id, ref=project.reference, reason="The group withdrew it.", actor=actor, now=now
        )
    record(actor=actor, action="project.withdrawn", subject=project, state=project.state)


@transaction.atomic
def combine_projects(*, project_id: int, into_id: int, actor: User, other_actor: User, now: datetime) -> None:
    """Fold one project into another with the consent of both groups; the first keeps its page and says where it went.

    ``actor`` belongs to the group that gives its project up, ``other_actor`` to the group that takes it in.
    """
    first, second = (Project.objects.select_for_update().get(pk=pk) for pk in sorted((project_id, into_id)))
    project, into = (first, second) if first.pk == project_id else (second, first)
    if project.pk == into.pk or project.round_id != into.round_id or into.state not in ("draft", "sent", "changes"):
        raise CannotCombine(state=into.state)
    if ProjectState.COMBINED not in PROJECT_MOVES[project.state]:
        raise CannotCombine(state=project.state)
    for person, group_id in ((actor, project.group_id), (other_actor, into.group_id)):
        if group_id is None or not Group.objects.is_member(person, group_id):
            raise NotAgreed(group_id=group_id)
    move(project_id=project.pk, old=project.state, new=ProjectState.COMBINED, combined_into_id=into.pk, ended_at=now)
    project.reviews.filter(ended_at__isnull=True).update(ended_at=now)
    if project.group_id is not None and project.group_id != into.group_id:
        Partner.objects.get_or_create(
            project=into,
            group_id=project.group_id or 0,
            left_at=None,
            defaults={"role": "", "invited_at": now, "signed_by": actor, "signed_at": now},
        )
    record(actor=actor, action="project.combined", subject=project, into_id=into.pk, agreed_by=other_actor.pk)


SIZABLE = ("draft", "declaring", "sent", "changes")


@transaction.atomic
def carry_forward(*, project_id: int, round_id: int, actor: User, now: datetime) -> Project:
    """Copy a project that was not funded, not sent in time or withdrawn into a round that takes ideas now."""
    old = Project.objects.select_related("round").get(pk=project_id)
    if old.state not in ("late", "unfunded", "withdrawn", "refused"):
        raise ProjectMoved(state=old.state)
    if (carried := Project.objects.filter(carried_from=old).first()) is not None:
        return carried
    new = start_project(
        round_id=round_id,
        group_id=old.group_id or 0,
        title=old.title or old.title_cy,
        language=old.language,
        actor=actor,
        now=now,
        kind=old.kind,
    )
    _copy(old, new, actor=actor, now=now)
    Project.objects.filter(pk=new.pk).update(carried_from=old)
    record(actor=actor, action="project.carried", subject=new, from_id=old.pk)
    new.refresh_from_db()
    return new


def _copy(old: Project, new: Project, *, actor: User, now: datetime) -> None:
    """Copy what was written about one project into another of its group; each page is read again before sending."""
    kept: Mapping[str, Any] = {
        name: getattr(old, name)
        for name in (
            "title", "title_cy", "summary", "summary_cy", "description", "description_cy", "theme_id", "place",
            "who_benefits", "builds_on", "timing", "powers", "running_pence", "capital_pence", "revenue_pence",
            "question_set_id",
        )
    }  # fmt: skip
    Project.objects.filter(pk=new.pk).update(**kept)
    new.tags.set(old.tags.all())
    lines, shares = list(old.lines.all()), list(old.shares.all())
    for line in lines:
        line.pk, line.project = None, new
    for share in shares:
        share.pk, share.project = None, new
    new.shares.all().delete()
    BudgetLine.objects.bulk_create(lines)
    BeneficiaryShare.objects.bulk_create(shares)
    for page in old.pages.exclude(task__in=["start", "partners"]):
        new.pages.create(task=page.task, page=page.page, typed=page.typed, right=False, edited_by=actor, edited_at=now)


@transaction.atomic
def add_size(*, project_id: int, actor: User, now: datetime) -> Project:
    """Begin another size of a project as a copy to change: at most one of them can be funded.

    Sizes hang together by the first; its group alone adds them, while the round takes ideas.
    """
    old = Project.objects.select_for_update(of=("self",)).select_related("round").get(pk=project_id)
    if old.state not in SIZABLE or old.round.all_year:
        raise ProjectMoved(state=old.state)
    first_id = old.size_of_id or old.pk
    new = start_project(
        round_id=old.round_id,
        group_id=old.group_id or 0,
        title=old.title or old.title_cy,
        language=old.language,
        actor=actor,
        now=now,
        kind=old.kind,
        size_of_id=first_id,
    )
    _copy(old, new, actor=actor, now=now)
    record(actor=actor, action="project.size_added", subject=new, first_id=first_id)
    new.refresh_from_db()
    return new
