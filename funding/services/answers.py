"""A body answers, alone or with others; nothing published is ever edited."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from communities.models import Body, OfficerRole, User
from funding.answer_states import (
    NEED_MOVES,
    PROJECT_MOVES,
    AnswerKind,
    MandateKind,
    MandateState,
)
from funding.models import (
    Action,
    Answer,
    AnswerDraft,
    Ground,
    InterestDeclaration,
    JointAnswer,
    Mandate,
    MandateEvent,
    Pledge,
)
from funding.models.answer import PRIORITY_GROUNDS, PROJECT_GROUNDS
from funding.rules.answering import CURE_WORKING_DAYS, due_moment, last_day
from funding.services.news import tell_about_answer
from funding.services.officers import role_at
from funding.services.priorities import plain_sentence
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.errors import DomainError
from renewal.kernel.outbox import send_later

STATE_AFTER = {
    AnswerKind.ACCEPT: MandateState.ACCEPTED,
    AnswerKind.IN_PART: MandateState.IN_PART,
    AnswerKind.CANNOT: MandateState.CANNOT,
    AnswerKind.REJECT: MandateState.REJECTED,
}
KINDS_FOR = {
    MandateKind.PRIORITY: (AnswerKind.ACCEPT, AnswerKind.IN_PART, AnswerKind.CANNOT),
    MandateKind.RAISED: (AnswerKind.ACCEPT, AnswerKind.IN_PART, AnswerKind.CANNOT),
    MandateKind.PROJECT: (AnswerKind.ACCEPT, AnswerKind.REJECT),
}
GROUNDS_FOR = {
    AnswerKind.CANNOT: tuple(PRIORITY_GROUNDS),
    AnswerKind.REJECT: tuple(PROJECT_GROUNDS),
}


class NoSuchAnswer(DomainError):
    """A project can only be accepted or rejected, a need accepted, accepted in part or refused."""


class NoSuchGround(DomainError):
    """The ground is not one of those on which a body may refuse; there are no others."""


class AnswerIncomplete(DomainError):
    """The answer lacks its words, its law or evidence, or an action that says what happens by when."""


class TooLate(DomainError):
    """The deadline has passed; for a project, silence has accepted it."""


class AlreadyAnswered(DomainError):
    """The project has an answer; it is final for the body."""


class SecondOfficerNeeded(DomainError):
    """The person who wrote the answer cannot sign it as the second."""


class HasInterest(DomainError):
    """The officer has declared an interest in the project (P2)."""


class DraftChanged(DomainError):
    """The draft is not the one that the second officer read."""


@dataclass(frozen=True)
class PlannedAction:
    """What a body will do, and by which day."""

    words: str
    due_on: date
    words_cy: str = ""


@dataclass(frozen=True)
class PlannedPledge:
    """What the answering body itself brings: exactly one of pence, staff hours or words alone."""

    kind: str
    words: str
    amount_pence: int | None = None
    staff_hours: int | None = None


@dataclass(frozen=True)
class Wording:
    """The content of an answer, as an officer writes it."""

    kind: AnswerKind
    words: str
    words_cy: str = ""
    ground: str = ""
    provision: str = ""
    actions: Sequence[PlannedAction] = field(default_factory=tuple)
    pledges: Sequence[PlannedPledge] = field(default_factory=tuple)


def check_wording(mandate: Mandate, wording: Wording) -> None:
    """Refuse an answer that has no permitted kind, ground, words, law or action.

    R14: a selected project can be rejected on four grounds only, with the provision or evidence. A need can be refused
    on a legal or financial ground with words; accepting it, also in part, names at least one action with a day.
    """
    if wording.kind not in KINDS_FOR[MandateKind(mandate.kind)]:
        raise NoSuchAnswer(kind=wording.kind, subject=mandate.kind)
    allowed = GROUNDS_FOR.get(wording.kind, ())
    if (allowed and wording.ground not in allowed) or (not allowed and wording.ground):
        raise NoSuchGround(ground=wording.ground, allowed=[str(ground) for ground in allowed])
    missing = []
    if not wording.words.strip() and not (mandate.kind == MandateKind.PROJECT and wording.kind == AnswerKind.ACCEPT):
        missing.append("words")
    if allowed and not wording.provision.strip():
        missing.append("provision")
    if mandate.kind != MandateKind.PROJECT and wording.kind in (AnswerKind.ACCEPT, AnswerKind.IN_PART):
        if not wording.actions:
            missing.append("actions")
        if any(not action.words.strip() for action in wording.actions):
            missing.append("action words")
    if missing:
        raise AnswerIncomplete(missing=missing)


def needs_second(wording: Wording) -> bool:
    """A refusal, whole or in part, takes a second officer; a plain yes does not."""
    return wording.kind != AnswerKind.ACCEPT


def _role(mandate: Mandate, *, actor: User, now: datetime) -> OfficerRole:
    """Return the role in which the person answers, after the check for a declared interest."""
    role = role_at(body=mandate.body, actor=actor, now=now)
    if mandate.kind == MandateKind.PROJECT:
        barred = InterestDeclaration.objects.filter(
            officer=actor, project__round=mandate.round, project__reference=mandate.ref, bars=True
        )
        if barred.exists():
            raise HasInterest(mandate_id=mandate.pk)
    return role


def _may_answer(mandate: Mandate, *, now: datetime) -> None:
    if mandate.kind != MandateKind.PROJECT:
        return  # a need may be answered late, and answered again; each answer is a new row
    if mandate.state not in (MandateState.WAITING, MandateState.CURED):
        raise AlreadyAnswered(mandate_id=mandate.pk, state=mandate.state)
    if now >= mandate.due_at:
        raise TooLate(mandate_id=mandate.pk, due_at=mandate.due_at)


@transaction.atomic
def answer_mandate(*, mandate_id: int, wording: Wording, actor: User, now: datetime) -> Answer | AnswerDraft:
    """Publish a yes at once; keep anything else as a draft until a second officer has signed it."""
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("body", "round").get(pk=mandate_id)
    role = _role(mandate, actor=actor, now=now)
    _may_answer(mandate, now=now)
    check_wording(mandate, wording)
    if not needs_second(wording):
        AnswerDraft.objects.filter(mandate=mandate).delete()
        return _publish(mandate, wording, first=role, second=None, now=now)
    draft, _ = AnswerDraft.objects.update_or_create(
        mandate=mandate,
        defaults={
            "kind": wording.kind,
            "ground": wording.ground,
            "provision": wording.provision.strip(),
            "words": wording.words.strip(),
            "words_cy": wording.words_cy.strip(),
            "actions": [
                {"words": item.words, "words_cy": item.words_cy, "due_on": item.due_on.isoformat()}
                for item in wording.actions
            ],
            "pledges": [asdict(item) for item in wording.pledges],
            "written_by": role,
            "written_at": now,
        },
    )
    record(actor=actor, action="answer.drafted", subject=mandate, kind=wording.kind, ground=wording.ground)
    return draft


def wording_of(draft: AnswerDraft) -> Wording:
    """Read a draft back as the wording it holds."""
    return Wording(
        kind=AnswerKind(draft.kind),
        words=draft.words,
        words_cy=draft.words_cy,
        ground=draft.ground,
        provision=draft.provision,
        actions=tuple(
            PlannedAction(item["words"], date.fromisoformat(item["due_on"]), item["words_cy"]) for item in draft.actions
        ),
        pledges=tuple(PlannedPledge(**item) for item in draft.pledges),
    )


def draft_digest(draft: AnswerDraft) -> str:
    """Hash what the second officer reads, so that both sign the same words."""
    return digest(
        {
            "mandate": draft.mandate_id,
            "kind": draft.kind,
            "ground": draft.ground,
            "provision": draft.provision,
            "words": draft.words,
            "words_cy": draft.words_cy,
            "actions": draft.actions,
            "pledges": draft.pledges,
            "written_by": draft.written_by_id,
        }
    )


@transaction.atomic
def sign_answer(*, mandate_id: int, seen: str, actor: User, now: datetime) -> Answer:
    """Publish a drafted answer as the second officer; ``seen`` is the digest of the draft that was read."""
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("body", "round").get(pk=mandate_id)
    second = _role(mandate, actor=actor, now=now)
    _may_answer(mandate, now=now)
    draft = AnswerDraft.objects.select_related("written_by__user").filter(mandate=mandate).first()
    if draft is None or draft_digest(draft) != seen:
        raise DraftChanged(mandate_id=mandate_id)
    if draft.written_by.user_id == actor.pk:
        raise SecondOfficerNeeded(user_id=actor.pk)
    wording = wording_of(draft)
    first = draft.written_by
    draft.delete()
    return _publish(mandate, wording, first=first, second=second, now=now)


def _publish(
    mandate: Mandate, wording: Wording, *, first: OfficerRole, second: OfficerRole | None, now: datetime
) -> Answer:
    after = STATE_AFTER[wording.kind]
    moves = PROJECT_MOVES if mandate.kind == MandateKind.PROJECT else NEED_MOVES
    if after not in moves[MandateState(mandate.state)]:
        raise AlreadyAnswered(mandate_id=mandate.pk, state=mandate.state)
    # A second rejection after a cure leaves no cure, only the appeal; both end with the same window.
    cure_until = (
        due_moment(now, CURE_WORKING_DAYS, nation=mandate.area.nation) if wording.kind == AnswerKind.REJECT else None
    )
    moved = Mandate.objects.filter(pk=mandate.pk, state=mandate.state).update(
        state=after, answered_at=now, cure_until=cure_until
    )
    if not moved:
        raise AlreadyAnswered(mandate_id=mandate.pk, state=mandate.state)
    last = mandate.answers.aggregate(last=Max("number"))["last"] or 0
    answer = Answer.objects.create(
        mandate=mandate,
        number=last + 1,
        kind=wording.kind,
        ground=wording.ground,
        provision=wording.provision.strip(),
        words=wording.words.strip(),
        words_cy=wording.words_cy.strip(),
        officer=first.user,
        officer_name=str(first.user),
        officer_role=first.role,
        second=second.user if second else None,
        second_name=str(second.user) if second else "",
        second_role=second.role if second else "",
        published_at=now,
    )
    Action.objects.bulk_create(
        Action(
            answer=answer,
            number=number,
            words=plain_sentence(item.words),
            words_cy=plain_sentence(item.words_cy),
            due_on=item.due_on,
        )
        for number, item in enumerate(wording.actions, start=1)
    )
    for item in wording.pledges:
        _pledge(answer, item, body=mandate.body, officer=str(first.user), now=now)
    facts = {"kind": wording.kind, "ground": wording.ground, "number": answer.number}
    MandateEvent.objects.create(mandate=mandate, kind="answered", facts=facts, at=now)
    record(actor=first.user, action="answer.published", subject=answer, mandate_id=mandate.pk, **facts)
    if second:
        record(actor=second.user, action="answer.signed", subject=answer, mandate_id=mandate.pk)
    send_later(tell_about_answer, answer_id=answer.pk, key=f"answer-told:{answer.pk}")
    mandate.refresh_from_db()
    return answer


def _pledge(answer: Answer, item: PlannedPledge, *, body: Body, officer: str, now: datetime) -> Pledge:
    return Pledge.objects.create(
        answer=answer,
        body=body,
        kind=item.kind,
        amount_pence=item.amount_pence,
        staff_hours=item.staff_hours,
        words=plain_sentence(item.words),
        officer_name=officer,
        made_at=now,
    )


@transaction.atomic
def join_answer(
    *, mandate_id: int, answer_id: int, pledges: Sequence[PlannedPledge], actor: User, now: datetime
) -> JointAnswer:
    """Let a second body answer the same need with another body's answer, pledging what it brings itself."""
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("body", "area").get(pk=mandate_id)
    role = _role(mandate, actor=actor, now=now)
    answer = Answer.objects.select_related("mandate").get(pk=answer_id)
    same_need = (
        mandate.kind != MandateKind.PROJECT
        and (answer.mandate.kind, answer.mandate.round_id, answer.mandate.ref)
        == (mandate.kind, mandate.round_id, mandate.ref)
        and answer.mandate_id != mandate.pk
        and answer.kind in (AnswerKind.ACCEPT, AnswerKind.IN_PART)
    )
    if not same_need:
        raise NoSuchAnswer(kind="joint", subject=mandate.kind)
    if not pledges:
        raise AnswerIncomplete(missing=["pledges"])
    after = STATE_AFTER[AnswerKind(answer.kind)]
    if not Mandate.objects.filter(pk=mandate.pk, state=MandateState.WAITING).update(state=after, answered_at=now):
        raise AlreadyAnswered(mandate_id=mandate.pk, state=mandate.state)
    for item in pledges:
        _pledge(answer, item, body=mandate.body, officer=str(role.user), now=now)
    joint = JointAnswer.objects.create(
        answer=answer, mandate=mandate, officer_name=str(role.user), officer_role=role.role, at=now
    )
    MandateEvent.objects.create(mandate=mandate, kind="joined", facts={"answer": answer.pk}, at=now)
    MandateEvent.objects.create(
        mandate=answer.mandate, kind="joined_by", facts={"body": mandate.body_id, "name": mandate.body.name}, at=now
    )
    record(actor=actor, action="answer.joined", subject=answer, mandate_id=mandate.pk)
    return joint


def last_day_of(refusal: TooLate) -> date:
    """Return the last day on which what was refused as too late would have been in time."""
    due_at: datetime = refusal.due_at
    return last_day(due_at)


def grounds_for(kind: AnswerKind) -> list[Ground]:
    """List the grounds that an answer of a kind may name."""
    return [Ground(ground) for ground in GROUNDS_FOR.get(kind, ())]
