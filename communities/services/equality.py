"""Equality answers: counted the moment they are given, never kept as a person's, and cut down when records end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from communities.models import EqualityAnswer, EqualityQuestionSet
from communities.rules.small_numbers import HIDDEN_BELOW, safe_totals
from renewal.kernel.errors import DomainError

NOT_SAID = "not-said"


class NotAnAnswer(DomainError):
    """The question set holds no such question or answer."""


@transaction.atomic
def add_answer(*, question_set: EqualityQuestionSet, occasion: str, question: str, answer: str) -> None:
    """Count one answer. No row, time or order of rows says who gave it, or what else the same person answered."""
    known = next((one for one in question_set.questions if one["code"] == question), None)
    if known is None or answer not in {NOT_SAID, *(one["code"] for one in known["answers"])}:
        raise NotAnAnswer(question=question)
    key = {"occasion": occasion, "question": question, "answer": answer}
    if not EqualityAnswer.objects.filter(**key).update(people=F("people") + 1):
        _make_counters(question_set, occasion)
        EqualityAnswer.objects.filter(**key).update(people=F("people") + 1)


def _make_counters(question_set: EqualityQuestionSet, occasion: str) -> None:
    """Make every counter of an occasion at once, at nought, so that their order tells nothing."""
    EqualityAnswer.objects.bulk_create(
        (
            EqualityAnswer(question_set=question_set, occasion=occasion, question=one["code"], answer=answer)
            for one in question_set.questions
            for answer in (*(known["code"] for known in one["answers"]), NOT_SAID)
        ),
        ignore_conflicts=True,
    )


@dataclass(frozen=True)
class QuestionTotals:
    """One question with the totals that may be published; a hidden total is None."""

    question: Mapping[str, Any]
    totals: Mapping[str, int | None]


def published_totals(*, occasion: str) -> list[QuestionTotals]:
    """List what may be published of an occasion: totals by question, small ones hidden; empty when nobody answered."""
    rows = list(EqualityAnswer.objects.filter(occasion=occasion).select_related("question_set"))
    if not rows:
        return []
    people = {(row.question, row.answer): row.people for row in rows}
    found = []
    for question in rows[0].question_set.questions:
        names = [*(answer["code"] for answer in question["answers"]), NOT_SAID]
        counts = {name: people.get((question["code"], name), 0) for name in names}
        if sum(counts.values()) >= HIDDEN_BELOW:
            found.append(QuestionTotals(question, safe_totals(counts)))
    return found


def end_answers(*, occasion: str) -> None:
    """Forget every total that may not be published, when the records of an occasion end; the rest names nobody."""
    keep = {
        (one.question["code"], name)
        for one in published_totals(occasion=occasion)
        for name, people in one.totals.items()
        if people is not None
    }
    for row in EqualityAnswer.objects.filter(occasion=occasion):
        if (row.question, row.answer) not in keep:
            row.delete()
