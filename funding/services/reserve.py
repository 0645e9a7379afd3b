"""Give the money of final rejections to the next on the frozen reserve list, and to nobody else (R15, S12)."""

from datetime import datetime

from django.db import transaction

from communities.models import User
from funding.answer_states import MandateKind, MandateState
from funding.models import Award, AwardOrigin, FrozenSelection, LevelDecision, Mandate, Project, Round
from funding.rules.reserve import FrozenList, Promotion, promote
from funding.services.awards import award_refs, frozen_list, post_awards, reverse_award
from renewal.kernel.audit import record


@transaction.atomic
def release_rejected(*, round_id: int, now: datetime, actor: User | None = None) -> list[Award]:
    """Take back the awards whose rejection is final and award what the freed money reaches; repeats change nothing.

    Money in a cure or an appeal is held. What moves up becomes the duty of a body to answer, like the selection.
    """
    round_ = (
        Round.objects.select_for_update(of=("self",)).select_related("area", "convenor", "cycle__fund").get(pk=round_id)
    )
    if not FrozenSelection.objects.filter(round=round_).exists():
        post_awards(round_id=round_id, now=now, actor=actor)
    rejected = set(
        Mandate.objects.filter(
            round=round_, kind=MandateKind.PROJECT, state=MandateState.REJECTED_FOR_GOOD
        ).values_list("ref", flat=True)
    )
    for award in round_.awards.standing().select_related("project").order_by("position"):
        if award.project.reference in rejected:
            reverse_award(award_id=award.pk, because="rejected by the public body", now=now, actor=actor)
    return move_up(round_=round_, rejected=rejected, now=now, actor=actor)


def move_up(*, round_: Round, rejected: set[str], now: datetime, actor: User | None = None) -> list[Award]:
    """Award the reserve projects that free money reaches; called by services that hold the round's lock."""
    promotion = promotion_of(round_, rejected=rejected)
    if not promotion.promoted:
        return []
    awards = award_refs(round_=round_, refs=promotion.promoted, origin=AwardOrigin.RESERVE, now=now, actor=actor)
    record(
        actor=actor,
        action="reserve.moved_up",
        subject=round_,
        promoted=list(promotion.promoted),
        passed_over=[skip.ref for skip in promotion.skipped],
    )
    from funding.services.mandates import mandates_for_refs

    mandates_for_refs(
        round_=round_,
        refs=[award.project.reference for award in awards],
        first=awards[0].position,
        made_at=now,
        now=now,
        actor=actor,
    )
    return awards


def promotion_of(round_: Round, *, rejected: set[str]) -> Promotion:
    """Work out whom free money reaches, from the frozen list, the awards that stand and what was withdrawn."""
    frozen = frozen_list(FrozenSelection.objects.get(round=round_).document)
    holding = set(round_.awards.standing().values_list("project__reference", flat=True))
    holding |= shared_and_held(frozen, rejected=rejected)
    gone = set(
        Project.objects.filter(round=round_, state__in=["withdrawn", "combined"]).values_list("reference", flat=True)
    )
    taken_back = set(
        round_.awards.exclude(pk__in=round_.awards.standing()).values_list("project__reference", flat=True)
    )
    return promote(frozen, rejected=rejected | taken_back, holding=holding, gone=gone | taken_back)


def shared_and_held(frozen: FrozenList, *, rejected: set[str]) -> set[str]:
    """References of selected projects that several areas pay: awarded already, or waiting for other areas' votes."""
    held = set()
    for decision in (
        LevelDecision.objects.current()
        .filter(form__in=["joint", "match"], project__reference__in=[listed.ref for listed in frozen.selected])
        .select_related("project")
    ):
        waiting = decision.votes.count() < len(decision.payers)
        if waiting or decision.project.awards.standing().exists():
            held.add(decision.project.reference)
    return held - rejected


def move_up_everywhere(*, decision: LevelDecision, now: datetime) -> None:
    """Free the shares of a joint project that was not carried: in each area they go to its own reserve list."""
    rounds = (
        Round.objects.filter(joint_votes__decision=decision, joint_votes__selected=True)
        .select_related("area", "convenor", "cycle__fund")
        .order_by("pk")
    )
    for round_ in rounds:
        if FrozenSelection.objects.filter(round=round_).exists():
            record(actor=None, action="joint.freed", subject=round_, reference=decision.project.reference)
            move_up(round_=round_, rejected={decision.project.reference}, now=now)
