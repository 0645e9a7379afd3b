"""Write to bodies what they owe, and to scrutiny what is overdue: answers, petitions, appeals, silence.

That something is overdue is public by the clock alone; the job here adds the line in the history and the notices, once.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import Body
from funding.answer_states import MandateKind
from funding.models import AnswerAppeal, Charter, Mandate, MandateEvent, Question
from funding.rules.answering import last_day
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.notices import give_notice
from renewal.kernel.outbox import send_later
from renewal.kernel.templatetags.page import day

Words = Callable[[], tuple[str, str]]  # subject and body with blanks, in the language now active


@transaction.atomic
def tell_overdue(*, now: datetime) -> int:
    """Note every answer, petition and appeal whose last day has passed, once, and promise the notices to scrutiny."""
    return _overdue_answers(now) + _overdue_petitions(now) + _overdue_appeals(now)


def _overdue_answers(now: datetime) -> int:
    told = 0
    rows = Mandate.objects.exclude(kind=MandateKind.PROJECT).overdue(at=now).filter(overdue_told_at=None)
    for mandate in rows.order_by("id"):
        if Mandate.objects.filter(pk=mandate.pk, overdue_told_at=None).update(overdue_told_at=now):
            MandateEvent.objects.create(mandate=mandate, kind="overdue", at=mandate.due_at)
            record(actor=None, action="mandate.overdue", subject=mandate, body_id=mandate.body_id)
            send_later(tell_scrutiny, mandate_id=mandate.pk, key=f"mandate-overdue:{mandate.pk}")
            told += 1
    return told


def _overdue_petitions(now: datetime) -> int:
    told = 0
    rows = Question.objects.filter(obliged_at__isnull=False, overdue_told_at=None).overdue(at=now)
    for question in rows.order_by("id"):
        if Question.objects.filter(pk=question.pk, overdue_told_at=None).update(overdue_told_at=now):
            record(actor=None, action="petition.overdue", subject=question, body_id=question.body_id)
            send_later(tell_of_petition, question_id=question.pk, key=f"petition-overdue:{question.pk}")
            told += 1
    return told


def _overdue_appeals(now: datetime) -> int:
    told = 0
    for appeal in AnswerAppeal.objects.filter(outcome="", hear_by__lte=now, overdue_told_at=None).order_by("id"):
        if AnswerAppeal.objects.filter(pk=appeal.pk, overdue_told_at=None).update(overdue_told_at=now):
            MandateEvent.objects.create(mandate_id=appeal.mandate_id, kind="appeal_overdue", at=appeal.hear_by)
            record(actor=None, action="appeal.overdue", subject=appeal, mandate_id=appeal.mandate_id)
            send_later(tell_of_appeal, appeal_id=appeal.pk, key=f"appeal-overdue:{appeal.pk}")
            told += 1
    return told


# The notices -------------------------------------------------------------------------------------


def tell_body(*, mandate_id: int) -> None:
    """Write to the body that it owes an answer, and by when."""
    mandate = _mandate(mandate_id)

    def write() -> tuple[str, str]:
        return (
            _("%(body)s: an answer is due to people %(within)s"),
            _("People %(within)s decided: “%(title)s”. Publish your answer by %(day)s."),
        )

    _to_body(mandate.body, "mandate_made", mandate, write, _facts(mandate), f"answers/{mandate.pk}/", mandate.made_at)


def tell_scrutiny(*, mandate_id: int) -> None:
    """Write to the body's scrutiny contact, and to the body, that the answer is overdue (G-4.3-A1)."""
    mandate = _mandate(mandate_id)

    def write() -> tuple[str, str]:
        return (
            _("%(body)s: an answer to people %(within)s is overdue"),
            _(
                "People %(within)s decided: “%(title)s”. The answer was due by %(day)s. "
                "The public page now says “No answer”."
            ),
        )

    path = f"answers/{mandate.pk}/"
    _to_both(mandate.body, mandate.charter, "mandate_overdue", mandate, write, _facts(mandate), path, mandate.due_at)


def tell_of_silence(*, mandate_id: int) -> None:
    """Write to scrutiny, and to the body, that silence has accepted a chosen project (R14)."""
    mandate = _mandate(mandate_id)

    def write() -> tuple[str, str]:
        return (
            _("%(body)s: no answer came, so a project %(within)s is accepted"),
            _("People %(within)s chose “%(title)s”. No answer came by %(day)s, so it is accepted by default."),
        )

    path, key = f"answers/{mandate.pk}/", f"mandate_silence.{mandate.due_at.date()}"
    _to_both(mandate.body, mandate.charter, key, mandate, write, _facts(mandate), path, mandate.due_at)


def tell_of_petition(*, question_id: int) -> None:
    """Write to scrutiny, and to the body, that the reply to a petition is overdue."""
    question = Question.objects.select_related("body", "area").get(pk=question_id)
    charter = Charter.objects.of_body(question.body, on=london_day(question.due_at))

    def write() -> tuple[str, str]:
        return (
            _("%(body)s: a reply to people %(within)s is overdue"),
            _(
                "%(count)s residents of %(area)s signed: “%(title)s”. The reply was due by %(day)s. "
                "The public page now says “No answer”."
            ),
        )

    facts = {
        "body": question.body.name,
        "area": question.area.spoken_in("en"),
        "within": question.area.within_in("en"),
        "title": question.text,
        "count": question.verified_count,
        "due_at": question.due_at,
    }
    path = f"questions/{question.pk}/"
    _to_both(question.body, charter, "petition_overdue", question, write, facts, path, question.due_at)


def tell_of_appeal(*, appeal_id: int) -> None:
    """Write to scrutiny, and to the body, that the panel has not decided in time; the money stays held."""
    appeal = AnswerAppeal.objects.select_related("mandate__body", "mandate__area", "mandate__charter").get(pk=appeal_id)
    mandate = appeal.mandate

    def write() -> tuple[str, str]:
        return (
            _("%(body)s: an appeal %(within)s has not been heard"),
            _(
                "A group %(within)s appealed about “%(title)s”. The panel had until %(day)s. "
                "The money stays held until it decides."
            ),
        )

    facts = _facts(mandate) | {"due_at": appeal.hear_by}
    path = f"answers/{mandate.pk}/"
    _to_both(mandate.body, mandate.charter, "appeal_overdue", mandate, write, facts, path, appeal.hear_by)


def _mandate(mandate_id: int) -> Mandate:
    return Mandate.objects.select_related("body", "area", "charter").get(pk=mandate_id)


def _facts(mandate: Mandate) -> dict[str, Any]:
    return {
        "body": mandate.body.name,
        "within": mandate.area.within_in("en"),
        "title": mandate.title,
        "due_at": mandate.due_at,
    }


def _to_both(
    body: Body, charter: Charter | None, kind: str, about: models.Model, write: Words, facts: dict[str, Any],
    path: str, now: datetime,
) -> None:  # fmt: skip
    scrutiny = charter.scrutiny_email if charter else ""
    if scrutiny and scrutiny != body.email:
        _send(scrutiny, "scrutiny", kind, about, write, facts, path, now)
    _to_body(body, kind, about, write, facts, path, now)


def _to_body(
    body: Body, kind: str, about: models.Model, write: Words, facts: dict[str, Any], path: str, now: datetime
) -> None:
    if body.email:
        _send(body.email, "body", kind, about, write, facts, path, now)


def _send(
    address: str, to: str, kind: str, about: models.Model, write: Words, facts: dict[str, Any], path: str,
    now: datetime,
) -> None:  # fmt: skip
    """Give one notice, in English: that is what bodies work in today; the page it leads to has both languages."""
    due_at: datetime = facts["due_at"]
    with translation.override("en"):
        known = facts | {"day": day(last_day(due_at))}
        subject, body = (text % known for text in write())
    give_notice(
        kind=kind.partition(".")[0],
        person_id=None,
        address=address,
        language="en",
        subject=subject,
        body=f"{body}\n\n{settings.SITE_ADDRESS}/en/{path}",
        about=about,
        key=f"{kind}:{about.pk}:{to}",
        now=now,
    )
