"""Write to bodies what they owe, and to scrutiny what is overdue: answers, petitions, appeals, silence.

That something is overdue is public by the clock alone; the job here adds the line in the history and the notices, once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import Body, Nation
from funding.answer_states import MandateKind
from funding.models import AnswerAppeal, Charter, Mandate, MandateEvent, Question
from funding.rules.answering import last_day
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.notices import give_notice
from renewal.kernel.outbox import send_later
from renewal.kernel.templatetags.page import day

Words = Callable[[], tuple[str, str]]  # subject and body in the language now active


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
            _("%(body)s: an answer is due to people %(within)s") % _facts(mandate),
            _("People %(within)s decided: “%(title)s”. Publish your answer by %(day)s.") % _facts(mandate),
        )

    letter = Letter("mandate_made", mandate, write, f"answers/{mandate.pk}/", mandate.made_at)
    write_to_body(mandate.body, mandate.charter, letter)


def tell_scrutiny(*, mandate_id: int) -> None:
    """Write to the body's scrutiny contact, and to the body, that the answer is overdue (G-4.3-A1)."""
    mandate = _mandate(mandate_id)

    def write() -> tuple[str, str]:
        return (
            _("%(body)s: an answer to people %(within)s is overdue") % _facts(mandate),
            _(
                "People %(within)s decided: “%(title)s”. The answer was due by %(day)s. "
                "The public page now says “No answer”."
            )
            % _facts(mandate),
        )

    letter = Letter("mandate_overdue", mandate, write, f"answers/{mandate.pk}/", mandate.due_at)
    _to_both(mandate.body, mandate.charter, letter)


def tell_of_silence(*, mandate_id: int) -> None:
    """Write to scrutiny, and to the body, that silence has accepted a chosen project (R14)."""
    mandate = _mandate(mandate_id)

    def write() -> tuple[str, str]:
        words = _("People %(within)s chose “%(title)s”. No answer came by %(day)s, so it is accepted by default.")
        return (
            _("%(body)s: no answer came, so a project %(within)s is accepted") % _facts(mandate),
            words % _facts(mandate),
        )

    kind = f"mandate_silence.{mandate.due_at.date()}"
    _to_both(mandate.body, mandate.charter, Letter(kind, mandate, write, f"answers/{mandate.pk}/", mandate.due_at))


def tell_of_petition(*, question_id: int) -> None:
    """Write to scrutiny, and to the body, that the reply to a petition is overdue."""
    question = Question.objects.select_related("body__area", "area").get(pk=question_id)
    charter = Charter.objects.of_body(question.body, on=london_day(question.due_at))

    def write() -> tuple[str, str]:
        facts = {
            "body": question.body.label,
            "within": question.area.within,
            "title": question.text,
            "count": question.verified_count,
            "day": day(last_day(question.due_at)),
        }
        return (
            _("%(body)s: a reply to people %(within)s is overdue") % facts,
            _(
                "%(count)s residents %(within)s signed: “%(title)s”. The reply was due by %(day)s. "
                "The public page now says “No answer”."
            )
            % facts,
        )

    path = f"questions/{question.pk}/"
    _to_both(question.body, charter, Letter("petition_overdue", question, write, path, question.due_at))


def tell_of_appeal(*, appeal_id: int) -> None:
    """Write to scrutiny, and to the body, that the panel has not decided in time; the money stays held."""
    appeal = AnswerAppeal.objects.select_related("mandate__body__area", "mandate__area", "mandate__charter").get(
        pk=appeal_id
    )
    mandate = appeal.mandate

    def write() -> tuple[str, str]:
        facts = _facts(mandate) | {"day": day(last_day(appeal.hear_by))}
        return (
            _("%(body)s: an appeal %(within)s has not been heard") % facts,
            _(
                "A group %(within)s appealed about “%(title)s”. The panel had until %(day)s. "
                "The money stays held until it decides."
            )
            % facts,
        )

    letter = Letter("appeal_overdue", mandate, write, f"answers/{mandate.pk}/", appeal.hear_by)
    _to_both(mandate.body, mandate.charter, letter)


@dataclass(frozen=True)
class Letter:
    """One thing to tell: its kind, what it is about, its words, the page it leads to, and its moment."""

    kind: str
    about: models.Model
    write: Words
    path: str
    now: datetime


def _mandate(mandate_id: int) -> Mandate:
    return Mandate.objects.select_related("body__area", "area", "charter").get(pk=mandate_id)


def _facts(mandate: Mandate) -> dict[str, object]:
    """Names and the last day in the language now active."""
    return {
        "body": mandate.body.label,
        "within": mandate.area.within,
        "title": mandate.label,
        "day": day(last_day(mandate.due_at)),
    }


def _to_both(body: Body, charter: Charter | None, letter: Letter) -> None:
    scrutiny = charter.scrutiny_email if charter else ""
    if charter is not None and scrutiny and scrutiny != body.email:
        _send(scrutiny, "scrutiny", languages_of(body, charter.scrutiny_language), letter)
    write_to_body(body, charter, letter)


def write_to_body(body: Body, charter: Charter | None, letter: Letter) -> None:
    """Give a body one notice at its address, where it has one, in the language of its promise."""
    if body.email:
        _send(body.email, "body", languages_of(body, charter.language if charter else ""), letter)


def languages_of(body: Body, said: str) -> tuple[str, ...]:
    """Give the languages of a letter: the one that its reader chose, else English, and in Wales Welsh before it."""
    if said:
        return (said,)
    return ("cy", "en") if body.area.nation == Nation.WALES else ("en",)


def _send(address: str, to: str, languages: Sequence[str], letter: Letter) -> None:
    """Give one notice in its reader's language; where it stands in two, one below the other."""
    subjects, bodies = [], []
    for language in languages:
        with translation.override(language):
            subject, body = letter.write()
        subjects.append(subject)
        bodies.append(f"{body}\n\n{settings.SITE_ADDRESS}/{language}/{letter.path}")
    give_notice(
        kind=letter.kind.partition(".")[0],
        person_id=None,
        address=address,
        language=languages[0],
        subject=" / ".join(subjects),
        body="\n\n\n".join(bodies),
        about=letter.about,
        key=f"{letter.kind}:{letter.about.pk}:{to}",
        now=letter.now,
    )
