"""Comments under a project: say, reply, report, hide with a reason, or leave."""

import unicodedata
from datetime import datetime, timedelta

from django.db import transaction

from communities.models import Group, OfficerRole, User
from funding.models import CommentReport, HiddenReason, Project, ProjectComment
from funding.services.checks import CHECKERS, NotAnOfficer
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError

MOST_AN_HOUR = 10
DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


class TooManyComments(DomainError):
    """The person has written as many comments in this hour as one may."""


class EmptyComment(DomainError):
    """Nothing is left of the text."""


def plain_text(text: str) -> str:
    """Drop marks that turn the direction of text or control a machine; keep every letter of every language."""
    kept = "".join(
        letter
        for letter in text.replace("\r\n", "\n")
        if letter == "\n" or (ord(letter) not in DIRECTIONS and unicodedata.category(letter) != "Cc")
    )
    return kept.strip()


@transaction.atomic
def say(
    *, project_id: int, actor: User, text: str, language: str, now: datetime, reply_to_id: int | None = None
) -> ProjectComment:
    """Write a comment, or a reply to one (replies to replies join the first). Members speak for their group."""
    project = Project.objects.public().get(pk=project_id)
    said = plain_text(text)[:1500]
    if not said:
        raise EmptyComment(project_id=project_id)
    if actor.project_comments.filter(at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooManyComments(most=MOST_AN_HOUR)
    parent = None
    if reply_to_id is not None:
        found = project.comments.shown().filter(pk=reply_to_id).select_related("reply_to").first()
        parent = (found.reply_to or found) if found else None
    comment = ProjectComment.objects.create(
        project=project,
        reply_to=parent,
        author=actor,
        for_group=Group.objects.is_own_member(actor, project.group_id),
        text=said,
        language=language,
        at=now,
    )
    record(actor=actor, action="comment.said", subject=comment, project_id=project_id)
    return comment


@transaction.atomic
def report(*, comment_id: int, actor: User, reason: str, now: datetime) -> CommentReport:
    """Ask an officer to look at a comment; the same person asks once."""
    comment = ProjectComment.objects.shown().get(pk=comment_id)
    asked, is_new = CommentReport.objects.get_or_create(
        comment=comment, reporter=actor, defaults={"reason": HiddenReason(reason), "at": now}
    )
    if is_new:
        record(actor=actor, action="comment.reported", subject=comment, reason=reason)
    return asked


@transaction.atomic
def answer_reports(*, comment_id: int, actor: User, hide: bool, reason: str, now: datetime) -> None:
    """An officer of the body hides a comment, with a reason from the closed list, or leaves it as it is."""
    comment = ProjectComment.objects.select_for_update(of=("self",)).select_related("project").get(pk=comment_id)
    held = OfficerRole.objects.filter(user=actor, body=comment.project.checked_by_id, role__in=CHECKERS)
    if not held.held(on=london_day(now)).exists():
        raise NotAnOfficer(body_id=comment.project.checked_by_id)
    if hide:
        ProjectComment.objects.filter(pk=comment_id, hidden_at__isnull=True).update(
            hidden_at=now, hidden_reason=HiddenReason(reason), hidden_by=actor
        )
    comment.reports.filter(answered_at__isnull=True).update(answered_at=now, answered_by=actor)
    record(actor=actor, action="comment.hidden" if hide else "comment.left", subject=comment, reason=reason)
