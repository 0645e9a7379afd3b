"""Look at what residents wrote: report it, hide it for a coded reason, look at it a second time.

A comment on a need is looked at by the body that convenes its round, a comment on a project by those who may check
that project, a question by the body it asks. A challenge is looked at by no body that it concerns, and hiding its words
never stops it. A second look is always somebody else's: an officer of another body, for a challenge another officer.
What a second look decided stays. An author who has an account is told.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from communities.models import Body, OfficerRole, User
from funding.models import (
    Challenge,
    HiddenReason,
    InterestDeclaration,
    ProjectComment,
    Question,
    SuggestionComment,
    TextReport,
)
from funding.queries.reviews import projects_to_check
from funding.services.comments import tell_author
from funding.services.levels import is_concerned
from funding.services.officers import ANSWERING, NotYourBody
from funding.services.priorities import plain_sentence
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError

Text = SuggestionComment | ProjectComment | Question | Challenge
TEXTS: dict[str, type[Text]] = {
    "comment": SuggestionComment,
    "project_comment": ProjectComment,
    "question": Question,
    "challenge": Challenge,
}


class LookedAtTwice(DomainError):
    """Somebody of another body has looked at these words; that stays."""


class NotHidden(DomainError):
    """Only words that are hidden can be shown again."""


class AnsweredBefore(DomainError):
    """Another officer was first."""


class SayWhy(DomainError):
    """Hiding words, or deciding about them a second time, needs a reason in words."""


def kind_of(text: Text) -> str:
    return next(kind for kind, model in TEXTS.items() if isinstance(text, model))


def text_of(report: TextReport) -> Text:
    """Return what a report is about; the database holds that it is one text."""
    text = report.comment or report.project_comment or report.question or report.challenge
    if text is None:
        raise ValueError(f"report {report.pk} is about no text")
    return text


def body_of(text: Text) -> Body | None:
    """Return the body whose officers look first; None for a challenge, which any body may that it does not concern."""
    if isinstance(text, SuggestionComment):
        return text.suggestion.round.convenor
    if isinstance(text, ProjectComment):
        return text.project.checked_by
    return text.body if isinstance(text, Question) else None


def second_look(text: Text) -> TextReport | None:
    """Return what a second look decided about a text, if there was one."""
    return text.reports.filter(asks=TextReport.Asks.SHOW, answered_at__isnull=False).first()


@transaction.atomic
def report_text(*, text: Text, reason: HiddenReason, words: str, browser: str, now: datetime) -> TextReport:
    """Ask an officer to look at a text that is shown; the same browser asks once until it is answered."""
    if second_look(text) is not None:
        raise LookedAtTwice(kind=kind_of(text), pk=text.pk)
    asked, is_new = TextReport.objects.get_or_create(
        **{kind_of(text): text},
        asks=TextReport.Asks.HIDE,
        browser=browser,
        outcome="",
        defaults={"reason": reason, "words": plain_sentence(words)[:500], "at": now},
    )
    if is_new:
        record(actor=None, action="text.reported", subject=text, reason=reason)
    return asked


@transaction.atomic
def ask_to_show(*, text: Text, words: str, browser: str, now: datetime) -> TextReport:
    """Ask for a second look at hidden words; one decides, so while one waits others change nothing."""
    if text.hidden_at is None:
        raise NotHidden(kind=kind_of(text), pk=text.pk)
    if second_look(text) is not None:
        raise LookedAtTwice(kind=kind_of(text), pk=text.pk)
    if not plain_sentence(words):
        raise SayWhy(kind=kind_of(text), pk=text.pk)
    waiting = text.reports.filter(asks=TextReport.Asks.SHOW, answered_at=None).first()
    if waiting is not None:
        return waiting
    asked = TextReport.objects.create(
        **{kind_of(text): text}, asks=TextReport.Asks.SHOW, words=plain_sentence(words)[:500], browser=browser, at=now
    )
    record(actor=None, action="text.appealed", subject=text)
    return asked


def reports_for(user: User, *, now: datetime) -> QuerySet[TextReport]:
    """Reports that an officer may answer now, oldest first."""
    roles = OfficerRole.objects.filter(user=user, role__in=ANSWERING, body__isnull=False).held(on=london_day(now))
    areas = list(roles.values_list("body_id", "body__area__path"))
    if not areas:
        return TextReport.objects.none()
    own = [body_id for body_id, _path in areas]
    concerned = Q(pk__in=[])
    for _body_id, path in areas:
        concerned |= Q(challenge__decision__project__round__area__path__startswith=path)
        concerned |= Q(challenge__holder__area__path__startswith=path)
    hide = Q(asks="hide") & (Q(comment__suggestion__round__convenor__in=own) | Q(question__body__in=own))
    show = Q(asks="show") & (
        (Q(comment__isnull=False) & ~Q(comment__suggestion__round__convenor__in=own))
        | (Q(question__isnull=False) & ~Q(question__body__in=own))
    )
    challenges = Q(challenge__isnull=False) & ~concerned & ~Q(asks="show", challenge__hidden_by=user)
    waiting = TextReport.objects.waiting().filter(hide | show | challenges | _of_projects(user, own, now))
    return waiting.select_related(
        "comment__suggestion__round__convenor__area", "project_comment__project__round", "question__body",
        "question__area", "project_comment__project__checked_by",
        "challenge__decision__project__round__area", "challenge__holder__area",
    ).order_by("at", "id")  # fmt: skip


def _of_projects(user: User, own: list[int], now: datetime) -> Q:
    """Select the reports of comments on projects that an officer of some bodies may answer.

    None of a project that these bodies lead or that the officer named a barring link to, and none of own words.
    """
    barred = InterestDeclaration.objects.barring(user).values("project")
    first = Q(asks="hide", project_comment__project__in=projects_to_check(user, at=now))
    second = (
        Q(asks="show", project_comment__isnull=False)
        & ~Q(project_comment__project__checked_by__in=own)
        & ~Q(project_comment__project__body__in=own)
        & ~Q(project_comment__project__in=barred)
    )
    return (first | second) & ~Q(project_comment__author=user)


def _acting_body(report: TextReport, actor: User, now: datetime) -> Body:
    """Return the body for which somebody may answer a report. Raises NotYourBody."""
    text, roles = text_of(report), OfficerRole.objects.filter(user=actor, role__in=ANSWERING, body__isnull=False)
    held = roles.held(on=london_day(now)).select_related("body__area").order_by("pk")
    bodies = [role.body for role in held if role.body is not None]
    first, is_second = body_of(text), report.asks == TextReport.Asks.SHOW
    if isinstance(text, Challenge):
        may = [body for body in bodies if not is_concerned(body, text.decision, text.holder)]
        if len(may) < len(bodies) or (is_second and text.hidden_by_id == actor.pk):
            may = []
    elif is_second:
        may = [] if first in bodies else bodies
    else:
        may = [body for body in bodies if body == first]
    if isinstance(text, ProjectComment):
        theirs = TextReport.objects.filter(_of_projects(actor, [body.pk for body in bodies], now), pk=report.pk)
        may = may if theirs.exists() else []
    if not may:
        raise NotYourBody(report_id=report.pk, user_id=actor.pk)
    return may[0]


@transaction.atomic
def answer_report(
    *, report_id: int, yes: bool, reason: str, words: str, actor: User, now: datetime
) -> TextReport:  # fmt: skip
    """Do what a report asks, or leave the text as it is; hiding and every second look are explained in public.

    ``reason`` is one of HiddenReason where the text is hidden. All waiting reports of the text that ask the same are
    answered with it. The text itself is never changed.
    """
    report = TextReport.objects.select_for_update(of=("self",)).get(pk=report_id)
    text = text_of(report)
    body = _acting_body(report, actor, now)
    if report.answered_at is not None:
        raise AnsweredBefore(report_id=report_id)
    is_second = report.asks == TextReport.Asks.SHOW
    said = plain_sentence(words)[:300]
    if (yes or is_second) and not said:
        raise SayWhy(report_id=report_id)
    if is_second:
        outcome = TextReport.Outcome.SHOWN if yes else TextReport.Outcome.KEPT
        if yes:
            _set(text, hidden_at=None, hidden_reason="", hidden_words="", hidden_by=None, body=None)
    else:
        outcome = TextReport.Outcome.HIDDEN if yes else TextReport.Outcome.LEFT
        if yes:
            code = HiddenReason(reason)
            _set(text, hidden_at=now, hidden_reason=code, hidden_words=said, hidden_by=actor, body=body)
    waiting = TextReport.objects.waiting().filter(**{kind_of(text): text}, asks=report.asks)
    waiting.update(outcome=outcome, answer_words=said, answered_at=now, answered_by=actor, answered_body=body)
    record(actor=actor, action=f"text.{outcome}", subject=text, body_id=body.pk, reason=reason)
    report.refresh_from_db()
    tell_author(report=report, now=now)
    return report


def _set(text: Text, *, body: Body | None, **hidden: object) -> None:
    """Hide or show a text; a challenge keeps whose officer it was, the others have a body of their own."""
    if isinstance(text, Challenge):
        hidden["hidden_body"] = body
    type(text).objects.filter(pk=text.pk).update(**hidden)
