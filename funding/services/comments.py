"""Comments under a project: say, reply, and tell the author what officers decided about the words.

Reports and hiding are those of every text of residents: ``funding.services.moderation``.
"""

import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import Group, User
from funding.models import Project, ProjectComment, TextReport
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from renewal.kernel.notices import give_notice

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


def tell_author(*, report: TextReport, now: datetime) -> None:
    """Tell the author of a hidden comment why, and how to ask for a second look; later, what that decided."""
    comment, body = report.project_comment, report.answered_body
    if comment is None or body is None or report.outcome == TextReport.Outcome.LEFT:
        return
    person, project = comment.author, comment.project
    with translation.override(person.language):
        subject, told, way = {
            TextReport.Outcome.HIDDEN: (
                _("%(body)s: your comment on %(ref)s is hidden"),
                _("Your comment on “%(title)s” is hidden. %(reason)s. %(words)s"),
                _("If this is wrong, ask for a second look. Somebody of another body decides:"),
            ),
            TextReport.Outcome.SHOWN: (
                _("%(body)s: your comment on %(ref)s is shown again"),
                _("Somebody looked a second time at your comment on “%(title)s”. It is shown again. %(words)s"),
                _("Read it:"),
            ),
            TextReport.Outcome.KEPT: (
                _("%(body)s: your comment on %(ref)s stays hidden"),
                _("Somebody looked a second time at your comment on “%(title)s”. It stays hidden. %(words)s"),
                _("What was decided:"),
            ),
        }[TextReport.Outcome(report.outcome)]
        facts = {
            "body": body.label, "ref": project.reference, "title": project.label,
            "reason": comment.get_hidden_reason_display(), "words": report.answer_words,
        }  # fmt: skip
        link = (
            reverse("funding:project_detail", args=[project.round.slug, project.reference])
            if report.outcome == TextReport.Outcome.SHOWN
            else reverse("funding:text_report", args=["project_comment", comment.pk])
        )
        give_notice(
            kind=f"comment_{report.outcome}", person_id=person.pk, address=person.email, language=person.language,
            subject=subject % facts, body=f"{told % facts}\n\n{way}\n{settings.SITE_ADDRESS}{link}\n", about=comment,
            key=f"comment_{report.outcome}:{report.pk}", now=now,
        )  # fmt: skip
