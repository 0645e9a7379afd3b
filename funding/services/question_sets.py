"""Question sets: a new version is a draft, edited and previewed by staff, published within the burden budget (G§3L)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from communities.models import OfficerRole, Role, User
from funding.models import BURDEN, FormQuestion, ProjectKind, QuestionSet, SetState
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError

# What the fixed pages of an application take: pages and minutes, for a small award and for all others.
FIXED_SMALL = (4, 20)
FIXED = (12, 52)
# Above the set amount for suppliers one more page names them: bands that reach it count it.
WITH_SUPPLIERS = ("up_to_25000", "above")
SUPPLIERS = (1, 5)


class OverBurden(DomainError):
    """The set asks too much for its band: ``questions`` of ``most_questions``, ``minutes`` of ``most_minutes``."""


class WelshMissing(DomainError):
    """A question has no Welsh; carries its ``key``."""


class NotADraft(DomainError):
    """The set is in use or replaced; a new version is a new draft."""


class NotASteward(DomainError):
    """Question sets are the fund's: a steward edits them."""


def _steward(actor: User, now: datetime) -> None:
    if not OfficerRole.objects.filter(user=actor, role=Role.STEWARD).held(on=london_day(now)).exists():
        raise NotASteward(user_id=actor.pk)


@transaction.atomic
def draft_set(*, band: str, actor: User, now: datetime) -> QuestionSet:
    """Return the band's draft, made from the version in use when there is none; applications keep the old version."""
    _steward(actor, now)
    draft = QuestionSet.objects.filter(band=band, state=SetState.DRAFT).first()
    if draft is not None:
        return draft
    last = QuestionSet.objects.filter(band=band).aggregate(last=Max("version"))["last"] or 0
    draft = QuestionSet.objects.create(band=band, version=last + 1, made_by=actor, made_at=now)
    used = QuestionSet.objects.in_use().filter(band=band).first()
    for question in used.questions.all() if used else []:
        question.pk, question.set = None, draft
        question.save(force_insert=True)
    record(actor=actor, action="questions.drafted", subject=draft, band=band)
    return draft


@transaction.atomic
def write_questions(*, set_id: int, actor: User, questions: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Replace the questions of a draft."""
    _steward(actor, now)
    draft = QuestionSet.objects.select_for_update().get(pk=set_id)
    if draft.state != SetState.DRAFT:
        raise NotADraft(set_id=set_id)
    draft.questions.all().delete()
    FormQuestion.objects.bulk_create(
        FormQuestion(set=draft, task="questions", position=position, **question)
        for position, question in enumerate(questions, start=1)
    )
    record(actor=actor, action="questions.written", subject=draft, count=len(questions))


def burden_of(set_: QuestionSet) -> dict[str, tuple[int, int]]:
    """Count questions and minutes that an applicant of each kind meets, the fixed pages included."""
    small = set_.band == "up_to_1000"
    pages, minutes = FIXED_SMALL if small else FIXED
    if set_.band in WITH_SUPPLIERS:
        pages, minutes = pages + SUPPLIERS[0], minutes + SUPPLIERS[1]
    rows = list(set_.questions.all())
    kinds = ["small"] if small else [kind for kind in ProjectKind.values if kind not in ("small", "joint_start")]
    return {
        kind: (
            pages + sum(row.for_kind in ("", kind) for row in rows),
            minutes + sum(row.minutes for row in rows if row.for_kind in ("", kind)),
        )
        for kind in kinds
    }


@transaction.atomic
def publish_set(*, set_id: int, actor: User, now: datetime) -> QuestionSet:
    """Put a draft in use; the version before is replaced, and applications that began with it keep it."""
    _steward(actor, now)
    draft = QuestionSet.objects.select_for_update().get(pk=set_id)
    if draft.state != SetState.DRAFT:
        raise NotADraft(set_id=set_id)
    _, most_questions, most_minutes = BURDEN[draft.band]
    for kind, (questions, minutes) in burden_of(draft).items():
        if questions > most_questions or minutes > most_minutes:
            raise OverBurden(
                kind=kind, questions=questions, most_questions=most_questions, minutes=minutes,
                most_minutes=most_minutes,
            )  # fmt: skip
    for question in draft.questions.all():
        if not question.label_cy.strip() or (question.hint and not question.hint_cy.strip()):
            raise WelshMissing(key=question.key)
    QuestionSet.objects.in_use().filter(band=draft.band).update(state=SetState.RETIRED)
    QuestionSet.objects.filter(pk=set_id, state=SetState.DRAFT).update(state=SetState.PUBLISHED, published_at=now)
    record(actor=actor, action="questions.published", subject=draft, band=draft.band, version=draft.version)
    draft.refresh_from_db()
    return draft
