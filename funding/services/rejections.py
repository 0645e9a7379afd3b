"""What a group may do about a rejection: put it right once, or appeal; what silence then ends (R15)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from communities.models import OfficerRole, User
from funding.answer_states import PROJECT_MOVES, MandateKind, MandateState
from funding.models import AnswerAppeal, Cure, Mandate, MandateEvent, Project
from funding.rules.answering import APPEAL_WORKING_DAYS, PROJECT_WORKING_DAYS, due_moment
from funding.services.answers import AnswerIncomplete, TooLate
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.outbox import send_later


class NotRejected(DomainError):
    """There is no rejection that can be put right or appealed against now."""


class NotIndependent(DomainError):
    """The panel's clerk acts for the body whose rejection is appealed against, or the panel is too small."""


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
    due_at = due_moment(now, PROJECT_WORKING_DAYS, nation=mandate.area.nation)
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
        hear_by=due_moment(now, APPEAL_WORKING_DAYS, nation=mandate.area.nation),
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
