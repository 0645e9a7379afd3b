"""A body answers; residents say whether it came true. Nothing published is ever edited."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from communities.models import Body, OfficerRole, User
from funding.answer_states import (
    ANSWERED,
    NEED_MOVES,
    PROJECT_MOVES,
    AnswerKind,
    MandateKind,
    MandateState,
)
from funding.models import (
    Action,
    ActionEvent,
    Answer,
    AnswerAppeal,
    AnswerDraft,
    Cure,
    DeliveryVoice,
    Ground,
    InterestDeclaration,
    JointAnswer,
    Mandate,
    MandateEvent,
    Pledge,
    Project,
)
from funding.models.answer import PRIORITY_GROUNDS, PROJECT_GROUNDS
from funding.rules.answering import APPEAL_WORKING_DAYS, CURE_WORKING_DAYS, PROJECT_WORKING_DAYS, due_moment, last_day
from funding.services.officers import role_at
from funding.services.priorities import plain_sentence
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.clock import london_day
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
DISPUTES_SHOWN = 1  # one resident who says "it is not there" is enough to show it as disputed
VOICES_A_DAY = 10


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


class NotRejected(DomainError):
    """There is no rejection that can be put right or appealed against now."""


class NotIndependent(DomainError):
    """The panel's clerk acts for the body whose rejection is appealed against, or the panel is too small."""


class CannotSpeak(DomainError):
    """This browser has spoken on this action already, or too often today."""


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
        due_moment(now, CURE_WORKING_DAYS, nation=_nation(mandate)) if wording.kind == AnswerKind.REJECT else None
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
    from funding.services.updates import tell_about_answer  # the one inline import: updates read answers

    send_later(tell_about_answer, answer_id=answer.pk, key=f"answer-told:{answer.pk}")
    mandate.refresh_from_db()
    return answer


def _nation(mandate: Mandate) -> str:
    return mandate.area.nation


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


# What came of it ---------------------------------------------------------------------------------


@transaction.atomic
def report_action(
    *,
    action_id: int,
    kind: ActionEvent.Kind,
    words: str,
    actor: User,
    now: datetime,
    evidence: str = "",
    evidence_url: str = "",
) -> ActionEvent:
    """Say what came of a promised action; "done" needs evidence, and only a dispute can be settled (G-4.3-A3)."""
    action = Action.objects.select_related("answer__mandate__body").get(pk=action_id)
    mandate = action.answer.mandate
    role = role_at(body=mandate.body, actor=actor, now=now)
    if not words.strip():
        raise AnswerIncomplete(missing=["words"])
    if kind == ActionEvent.Kind.DONE and not (evidence.strip() or evidence_url):
        raise AnswerIncomplete(missing=["evidence"])
    if kind == ActionEvent.Kind.SETTLED:
        marked = Action.objects.with_marks().get(pk=action_id)
        if marked.disputes < DISPUTES_SHOWN:  # type: ignore[attr-defined]
            raise AnswerIncomplete(missing=["dispute"])
    event = ActionEvent.objects.create(
        action=action,
        kind=kind,
        words=words.strip(),
        evidence=plain_sentence(evidence)[:300],
        evidence_url=evidence_url,
        officer_name=str(role.user),
        officer=actor,
        at=now,
    )
    MandateEvent.objects.create(
        mandate=mandate, kind=f"action_{kind}", words=action.words, facts={"action": action.number}, at=now
    )
    record(actor=actor, action=f"action.{kind}", subject=action, mandate_id=mandate.pk)
    return event


@transaction.atomic
def say_delivered(
    *,
    action_id: int,
    verdict: DeliveryVoice.Verdict,
    words: str,
    browser: str,
    now: datetime,
    route: str = "web",
    actor: User | None = None,
) -> DeliveryVoice:
    """Confirm or dispute an action as a resident: once per browser, and once more after the body settled a dispute."""
    action = Action.objects.with_marks().select_related("answer__mandate").get(pk=action_id)
    if verdict == DeliveryVoice.Verdict.DISPUTE and not words.strip():
        raise AnswerIncomplete(missing=["words"])
    earlier = DeliveryVoice.objects.filter(browser=browser)
    last = earlier.filter(action=action).order_by("-at").first()
    settled = action.settled_at  # type: ignore[attr-defined]
    if last is not None and (settled is None or last.at > settled):
        raise CannotSpeak(action_id=action_id)
    if earlier.filter(at__gte=now.replace(hour=0, minute=0, second=0, microsecond=0)).count() >= VOICES_A_DAY:
        raise CannotSpeak(action_id=action_id)
    voice = DeliveryVoice.objects.create(
        action=action,
        verdict=verdict,
        words=plain_sentence(words)[:500],
        browser=browser,
        route=route,
        at=now,
    )
    if verdict == DeliveryVoice.Verdict.DISPUTE:
        MandateEvent.objects.create(
            mandate=action.answer.mandate, kind="disputed", words=voice.words, facts={"action": action.number}, at=now
        )
    record(actor=actor, action=f"action.{verdict}", subject=action, route=route)
    return voice


# Cure and appeal (R15) ---------------------------------------------------------------------------


def proposer_of(mandate: Mandate, *, actor: User) -> Project:
    """Return the project of a mandate to a member of the group that leads it; anybody else finds nothing (P1)."""
    return Project.objects.of_member(actor).get(round=mandate.round, reference=mandate.ref)


@transaction.atomic
def cure_project(*, mandate_id: int, words: str, actor: User, now: datetime) -> Cure:
    """Put right what a rejection named, once, within 15 working days; the body then has 20 more to answer again."""
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("area", "round").get(pk=mandate_id)
    proposer_of(mandate, actor=actor)
    if not words.strip():
        raise AnswerIncomplete(missing=["words"])
    _inside_window(mandate, now=now)
    if Cure.objects.filter(mandate=mandate).exists():
        raise NotRejected(mandate_id=mandate_id, reason="cured_before")
    due_at = due_moment(now, PROJECT_WORKING_DAYS, nation=_nation(mandate))
    _move(mandate, MandateState.CURED, due_at=due_at, cure_until=None)
    cure = Cure.objects.create(mandate=mandate, words=words.strip(), by=actor, at=now)
    MandateEvent.objects.create(mandate=mandate, kind="cured", words=words.strip(), at=now)
    record(actor=actor, action="mandate.cured", subject=mandate)
    return cure


@transaction.atomic
def appeal_rejection(*, mandate_id: int, words: str, actor: User, now: datetime) -> AnswerAppeal:
    """Ask an independent panel to look at a rejection, within 15 working days; the money is held meanwhile."""
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("area", "round").get(pk=mandate_id)
    proposer_of(mandate, actor=actor)
    if not words.strip():
        raise AnswerIncomplete(missing=["words"])
    _inside_window(mandate, now=now)
    if AnswerAppeal.objects.filter(mandate=mandate).exists():
        raise NotRejected(mandate_id=mandate_id, reason="appealed_before")
    _move(mandate, MandateState.APPEALED, cure_until=None)
    appeal = AnswerAppeal.objects.create(
        mandate=mandate,
        words=words.strip(),
        by=actor,
        at=now,
        hear_by=due_moment(now, APPEAL_WORKING_DAYS, nation=_nation(mandate)),
    )
    MandateEvent.objects.create(mandate=mandate, kind="appealed", words=words.strip(), at=now)
    record(actor=actor, action="mandate.appealed", subject=mandate)
    return appeal


def _inside_window(mandate: Mandate, *, now: datetime) -> None:
    if mandate.state != MandateState.REJECTED or mandate.cure_until is None:
        raise NotRejected(mandate_id=mandate.pk, reason="not_rejected")
    if now >= mandate.cure_until:
        raise TooLate(mandate_id=mandate.pk, due_at=mandate.cure_until)


def _move(mandate: Mandate, state: MandateState, **changes: object) -> None:
    if state not in PROJECT_MOVES[MandateState(mandate.state)]:
        raise NotRejected(mandate_id=mandate.pk, reason=mandate.state)
    if not Mandate.objects.filter(pk=mandate.pk, state=mandate.state).update(state=state, **changes):
        raise NotRejected(mandate_id=mandate.pk, reason="moved")


@transaction.atomic
def decide_appeal(
    *,
    mandate_id: int,
    outcome: AnswerAppeal.Outcome,
    reasons: str,
    panel: Sequence[Mapping[str, str]],
    actor: User,
    now: datetime,
) -> AnswerAppeal:
    """Record what the independent panel decided; its clerk acts for another body, and it has three people or more."""
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("body", "area", "round").get(pk=mandate_id)
    roles = OfficerRole.objects.filter(user=actor).held(on=london_day(now))
    others = [role for role in roles.select_related("body") if role.body_id != mandate.body_id]
    if not others or roles.filter(body=mandate.body).exists() or len(panel) < 3:
        raise NotIndependent(mandate_id=mandate_id, members=len(panel))
    if not reasons.strip():
        raise AnswerIncomplete(missing=["reasons"])
    if mandate.state != MandateState.APPEALED:
        raise NotRejected(mandate_id=mandate_id, reason="not_appealed")
    upheld = outcome == AnswerAppeal.Outcome.UPHELD
    _move(mandate, MandateState.ACCEPTED if upheld else MandateState.REJECTED_FOR_GOOD, answered_at=now)
    AnswerAppeal.objects.filter(mandate=mandate).update(
        outcome=outcome, reasons=reasons.strip(), panel=[dict(member) for member in panel], decided_at=now
    )
    MandateEvent.objects.create(mandate=mandate, kind=f"appeal_{outcome}", words=reasons.strip(), at=now)
    record(actor=actor, action=f"mandate.appeal_{outcome}", subject=mandate, members=len(panel))
    if not upheld:
        _free_money(mandate, now=now)
    return AnswerAppeal.objects.get(mandate=mandate)


@transaction.atomic
def end_cures(*, now: datetime) -> list[int]:
    """Make every rejection final whose window has passed without a cure or an appeal, and free its money."""
    over = Mandate.objects.select_related("area", "round").filter(
        kind=MandateKind.PROJECT, state=MandateState.REJECTED, cure_until__lte=now
    )
    ended = []
    for mandate in over.order_by("round", "position"):
        moved = Mandate.objects.filter(pk=mandate.pk, state=MandateState.REJECTED).update(
            state=MandateState.REJECTED_FOR_GOOD
        )
        if not moved:
            continue
        MandateEvent.objects.create(mandate=mandate, kind="final", at=mandate.cure_until or now)
        record(actor=None, action="mandate.rejected_for_good", subject=mandate)
        _free_money(mandate, now=now)
        ended.append(mandate.pk)
    return ended


def _free_money(mandate: Mandate, *, now: datetime) -> None:
    """Promise that the money of a rejection for good goes to the reserve list, after this commit."""
    send_later(free_money, mandate_id=mandate.pk, key=f"mandate-freed:{mandate.pk}")


def free_money(*, mandate_id: int) -> None:
    """Give the freed money to the next reserve projects that fit (R15), and make duties of them."""
    from django.utils import timezone

    from funding.services.reserve import release_rejected

    mandate = Mandate.objects.get(pk=mandate_id)
    if mandate.round_id is not None:
        release_rejected(round_id=mandate.round_id, now=timezone.now())


def standing_refs(*, round_id: int) -> list[str]:
    """References of a round's projects that keep or hold their money, in the frozen order (S12)."""
    rows = Mandate.objects.filter(round_id=round_id, kind=MandateKind.PROJECT).order_by("position")
    return [mandate.ref for mandate in rows if mandate.state != MandateState.REJECTED_FOR_GOOD]


def is_answered(mandate: Mandate) -> bool:
    """Tell whether a published answer stands."""
    return mandate.state in ANSWERED


def last_day_of(refusal: TooLate) -> date:
    """Return the last day on which what was refused as too late would have been in time."""
    due_at: datetime = refusal.due_at  # type: ignore[assignment]
    return last_day(due_at)


def grounds_for(kind: AnswerKind) -> list[Ground]:
    """List the grounds that an answer of a kind may name."""
    return [Ground(ground) for ground in GROUNDS_FOR.get(kind, ())]
