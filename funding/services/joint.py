"""Joint projects: each area votes on its share, and all of them pay or none (R§4.3, S11)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from funding.models import AwardOrigin, JointVote, LevelDecision, Project, Round, Step
from funding.queries.pots import money_left
from funding.rules.competence import JointResult, commit_joint
from funding.rules.parameter_reader import read_parameters
from funding.rules.parameters import Parameters
from renewal.kernel.audit import record
from voting.models import Option

MATCH_CARRIED_BP = 10_000


def is_shared(project: Project) -> bool:
    """Tell whether several areas pay for a project together."""
    return project.level_decisions.current().filter(form__in=["joint", "match"]).exists()


def joint_projects_in(round_: Round) -> list[Project]:
    """List the projects of other rounds of the cycle of which this round's area carries a share."""
    decisions = (
        LevelDecision.objects.current()
        .filter(form__in=["joint", "match"], project__round__cycle_id=round_.cycle_id, payers__has_key=round_.area.code)
        .exclude(project__round=round_)
        .select_related("project__round__area", "project__theme__strand", "project__group", "project__body")
        .order_by("project__reference")
    )
    return [decision.project for decision in decisions if decision.project.state == "passed"]


def _decided_alone() -> QuerySet[LevelDecision]:
    """Current decisions that name one area whose people decide."""
    return LevelDecision.objects.current().filter(form="single", area__isnull=False)


def projects_sent_here(round_: Round) -> list[Project]:
    """List the projects of other rounds of the cycle that this round's area decides alone (R7).

    Those that stood on a ballot already stay with that vote.
    """
    decisions = (
        _decided_alone()
        .filter(area_id=round_.area_id, project__round__cycle_id=round_.cycle_id, project__state="passed")
        .exclude(project__round=round_)
        .exclude(project__round__area_id=round_.area_id)
        .select_related("project__round__area", "project__theme__strand", "project__group", "project__body")
        .order_by("project__reference")
    )
    return [
        decision.project
        for decision in decisions
        if not Option.objects.filter(ref=decision.project.reference, poll__round__cycle=round_.cycle_id).exists()
    ]


def sent_away(round_: Round, *, now: datetime) -> set[int]:
    """Return the ids of this round's projects that another area's vote of the cycle still to open will decide.

    Where no such vote is to come, a project stays with the round it was sent to.
    """
    coming = Round.objects.filter(
        cycle_id=round_.cycle_id, poll__isnull=True, phases__step=Step.VOTE, phases__ends_at__gt=now
    ).values("area_id")
    decisions = _decided_alone().filter(project__round=round_, area_id__in=coming).exclude(area_id=round_.area_id)
    return set(decisions.values_list("project_id", flat=True))


def on_ballot_of(round_: Round, refs: Sequence[str]) -> QuerySet[Project]:
    """Return the projects of a frozen list that this round's area pays for alone: its own, and those sent to it."""
    here = _decided_alone().filter(area_id=round_.area_id, project__round__cycle_id=round_.cycle_id)
    return Project.objects.filter(Q(round=round_) | Q(pk__in=here.values("project")), reference__in=list(refs))


def share_of(project: Project, area_code: str) -> dict[str, int] | None:
    """Return an area's share of a project's cost by colour; None where the project is not shared."""
    decision = project.level_decisions.current().filter(form__in=["joint", "match"]).first()
    return (
        None
        if decision is None
        else {colour: int(pence) for colour, pence in decision.payers.get(area_code, {}).items()}
    )


@transaction.atomic
def record_votes(*, round_: Round, selected: Sequence[str], now: datetime) -> list[LevelDecision]:
    """Keep what this round's vote said about every shared project on its ballot; returns those now decided."""
    refs = set(round_.poll.options.values_list("ref", flat=True)) if round_.poll else set()
    decisions = LevelDecision.objects.current().filter(
        form__in=["joint", "match"], project__reference__in=refs, payers__has_key=round_.area.code
    )
    complete = []
    for decision in decisions.select_related("project__round"):
        JointVote.objects.get_or_create(
            decision=decision,
            area=round_.area,
            defaults={
                "selected": decision.project.reference in selected,
                "round": round_,
                "recorded_at": now,
            },
        )
        if decision.votes.count() == len(decision.payers):
            complete.append(decision)
    return complete


@transaction.atomic
def settle_joint(*, decision: LevelDecision, now: datetime) -> JointResult:
    """Commit all shares of a shared project, or none, once every area that carries one has voted."""
    from funding.models import AllocationRun
    from funding.services.awards import award_refs

    run = AllocationRun.objects.posted().get(cycle_id=decision.project.round.cycle_id)
    rules = read_parameters(run.parameter_set.document)
    chosen = frozenset(decision.votes.filter(selected=True).values_list("area__code", flat=True))
    parent = decision.area.parent if decision.area else None
    left = money_left(parent.pk, cycle_id=run.cycle_id) if parent and decision.form == "joint" else {}
    result = commit_joint(decision.payers, chosen, parent_left=left, parameters=_rules_for(decision, rules))
    round_ = Round.objects.select_related("area", "cycle__fund", "poll").get(pk=decision.project.round_id)
    if result.funded and not decision.project.awards.exists():
        award_refs(
            round_=round_,
            refs=[decision.project.reference],
            origin=AwardOrigin.SELECTED,
            now=now,
            payers={**result.payments, **({parent.code: result.top_up} if parent and result.top_up else {})},
        )
    record(actor=None, action="joint.settled", subject=decision, funded=result.funded, carried_bp=result.carried_bp)
    return result


def _rules_for(decision: LevelDecision, rules: Parameters) -> Parameters:
    """A project that an area and its parent pay together needs both."""
    from dataclasses import replace

    return replace(rules, joint_carried_bp=MATCH_CARRIED_BP) if decision.form == "match" else rules
