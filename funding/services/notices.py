"""Notices about projects, each in the reader's language: to the group that leads, and to officers."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from communities.models import Body, Membership, OfficerRole, Role, User
from communities.services.by_post import address_of
from funding.models import Charter, Decision, Partner, Project, Review
from funding.queries.partners import lines_today
from funding.services.reminders import languages_of
from renewal.kernel.clock import london_day
from renewal.kernel.models import Notice
from renewal.kernel.notices import give_notice

KINDS = (
    "application_sent",
    "declaration_needed",
    "partner_asked",
    "partner_waits",
    "changes_needed",
    "changes_overdue",
    "changes_arrived",
    "passed",
    "refused",
    "appeal_answered",
    "funded",
    "unfunded",
    "check_given",
    "check_due",
    "check_overdue",
    "second_check",
    "small_open",
    "small_funded",
    "small_unfunded",
    "joint_funded",
    "award_confirmed",
    "interest_declared",
)


def tell_group(
    *,
    project: Project,
    kind: str,
    now: datetime,
    besides: User | None = None,
    decision: Decision | None = None,
    mark: str = "",
) -> list[Notice]:
    """Tell every member of the group that leads a project; a body that leads one is told at its own address.

    ``mark`` makes a later telling of the same kind a new one.
    """
    if project.group_id is None:
        return _tell_body(project.body, project=project, kind=kind, now=now, decision=decision, mark=mark)
    people = [
        membership.user
        for membership in Membership.objects.filter(group_id=project.group_id, left_at__isnull=True)
        .select_related("user")
        .order_by("pk")
    ]
    told = [
        notice
        for person in people
        if besides is None or person.pk != besides.pk
        if (notice := tell(person=person, project=project, kind=kind, now=now, decision=decision, mark=mark))
        is not None
    ]
    return told + _tell_contact(project=project, kind=kind, now=now, decision=decision, mark=mark)


def tell_partner(*, partner: Partner, now: datetime) -> list[Notice]:
    """Ask a partner's group to read its role and share and to sign; told again when either has changed."""
    project, group = partner.project, partner.group
    facts: dict[str, Any] = {
        "project": project,
        "kind": "partner_asked",
        "now": now,
        "decision": None,
        "mark": f"p{partner.pk}.{partner.invited_at.isoformat()}",
    }
    people = Membership.objects.filter(group=group, left_at__isnull=True).select_related("user").order_by("pk")
    told = [
        _give(
            address=row.user.email, person_id=row.user_id, language=row.user.language, to=f"user{row.user_id}",
            link=_sign_link(partner, row.user.language), **facts,
        )
        for row in people
    ]  # fmt: skip
    contact = address_of(group)
    if contact is not None:
        told.append(_give(
            address=contact.address, person_id=None, language=group.language, to="partner", channel=contact.channel,
            office_id=contact.office_id or project.checked_by_id, link=_sign_link(partner, group.language), **facts,
        ))  # fmt: skip
    return [notice for notice in told if notice is not None]


def _sign_link(partner: Partner, language: str) -> str:
    with translation.override(language):
        return reverse("funding:partner_sign", args=[partner.pk])


def _tell_contact(*, project: Project, kind: str, now: datetime, decision: Decision | None, mark: str) -> list[Notice]:
    """Write to the contact of a group in which nobody has an account, as a letter where there is a postal address."""
    contact = address_of(project.group) if project.group is not None else None
    if contact is None or project.group is None:
        return []
    notice = _give(
        address=contact.address, person_id=None, language=project.group.language, project=project, kind=kind, now=now,
        decision=decision, to="contact", mark=mark, channel=contact.channel, office_id=project.checked_by_id,
    )  # fmt: skip
    return [notice] if notice else []


def _tell_body(
    body: Body | None, *, project: Project, kind: str, now: datetime, decision: Decision | None, mark: str
) -> list[Notice]:
    if body is None or not body.email:
        return []
    charter = Charter.objects.of_body(body, on=london_day(now))
    language = languages_of(body, charter.language if charter else "")[0]
    notice = _give(
        address=body.email, person_id=None, language=language, project=project, kind=kind, now=now, decision=decision,
        to=f"body{body.pk}", mark=mark,
    )  # fmt: skip
    return [notice] if notice else []


def tell_members(*, project: Project, kind: str, now: datetime) -> list[Notice]:
    """Tell the officer who checks a project, or the leads of the body while nobody does."""
    review = project.reviews.filter(ended_at__isnull=True).select_related("officer").first()
    if review is not None and review.officer is not None:
        people = [review.officer]
    else:
        roles = OfficerRole.objects.held(on=london_day(now)).filter(body=project.checked_by_id, role=Role.LEAD)
        people = [role.user for role in roles.select_related("user").order_by("pk")]
    return [
        notice for person in people if (notice := tell(person=person, project=project, kind=kind, now=now)) is not None
    ]


def tell(
    *, person: User, project: Project, kind: str, now: datetime, decision: Decision | None = None, mark: str = ""
) -> Notice | None:
    """Tell one person one thing about a project, once (``mark`` makes a later telling of the same kind a new one)."""
    return _give(
        address=person.email, person_id=person.pk, language=person.language, project=project, kind=kind, now=now,
        decision=decision, to=f"user{person.pk}", mark=mark,
    )  # fmt: skip


def _give(
    *,
    address: str,
    person_id: int | None,
    language: str,
    project: Project,
    kind: str,
    now: datetime,
    decision: Decision | None,
    to: str,
    mark: str = "",
    channel: str = Notice.Channel.EMAIL,
    office_id: int | None = None,
    link: str = "",
) -> Notice | None:
    subject, body = words_of(kind=kind, language=language, project=project, decision=decision, link=link)
    about = f"{project.versions.count()}.{decision.pk if decision else 0}.{mark}"
    return give_notice(
        kind=kind,
        person_id=person_id,
        address=address,
        language=language,
        subject=subject,
        body=body,
        about=project,
        key=f"{kind}:{project.pk}:{about}:{to}",
        now=now,
        channel=channel,
        office_id=office_id,
    )


def words_of(
    *, kind: str, language: str, project: Project, decision: Decision | None = None, link: str = ""
) -> tuple[str, str]:
    """Write subject and body of a notice in a language; the same text is the preview officers see.

    ``link``: a path to lead to instead of the one of its kind.
    """
    with translation.override(language if language in dict(settings.LANGUAGES) else "en"):
        office = project.checked_by
        context: dict[str, Any] = {
            "project": project,
            "round": project.round,
            "office": (office.name_cy if language == "cy" else office.name) or office.name,
            "decision": decision,
            "reason": decision.get_reason_display() if decision and decision.reason else "",
            "words": _in_language(decision, "words", language) if decision else "",
            "next_step": _in_language(decision, "next_step", language) if decision else "",
            "link": settings.SITE_ADDRESS + (link or _link(kind, project)),
            "partners": lines_today(project) if kind == "partner_waits" else [],
            "review": Review.objects.filter(project=project, ended_at__isnull=True).first(),
        }
        text = render_to_string(f"funding/emails/{kind}.txt", context)
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _in_language(decision: Decision, name: str, language: str) -> str:
    own = getattr(decision, f"{name}_cy") if language == "cy" else getattr(decision, name)
    return str(own or getattr(decision, name))


PUBLIC_KINDS = ("funded", "unfunded", "small_open", "small_funded", "small_unfunded", "joint_funded")
STAFF_KINDS = ("check_given", "check_due", "check_overdue", "second_check", "changes_arrived", "interest_declared")


def _link(kind: str, project: Project) -> str:
    if kind in STAFF_KINDS:
        return reverse("funding:review", args=[project.reference])
    if project.group is None or kind in PUBLIC_KINDS:
        return reverse("funding:project_detail", args=[project.round.slug, project.reference])
    return reverse("funding:application_tasks", args=[project.group.slug, project.reference])


def tell_of_due_checks(*, now: datetime, today: date | None = None) -> int:
    """Tell officers of checks due in 2 days and overdue, once each; returns how many notices were new."""
    from datetime import timedelta

    today = today or london_day(now)
    told = 0
    waiting = (
        Review.objects.filter(ended_at__isnull=True, officer__isnull=False, due_on__lte=today + timedelta(days=2))
        .select_related("project__round", "project__checked_by", "project__group", "officer")
        .order_by("pk")
    )
    for review in waiting:
        if review.officer is None:
            continue
        kind = "check_overdue" if review.due_on < today else "check_due"
        if review.officer is None:
            continue
        told += tell(person=review.officer, project=review.project, kind=kind, now=now, mark=str(review.pk)) is not None
    return told
