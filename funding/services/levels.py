"""Decide at which level a project is decided, keep the record, and hear challenges to it (R7-R9)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from communities.models import Area, Body, NearMatch, NearMatchState, OfficerRole, Resident, Role, User
from communities.services.residents import keep_residents
from funding.models import (
    AllocationRun,
    BeneficiaryShare,
    Challenge,
    ChallengeState,
    ChallengeSupport,
    LevelDecision,
    Pot,
    PotHolder,
    Project,
)
from funding.rules.competence import WHOLE_PPM, AreaFacts, LevelFinding, ProjectFacts, find_level
from funding.rules.levels import POWERS
from funding.rules.parameter_reader import read_parameters
from funding.rules.problems import ParameterError, Problem
from funding.rules.tree import Tree
from funding.services.allocation import tree_of
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.clock import end_of, london_day
from renewal.kernel.errors import DomainError

CHALLENGE_DAYS = 10
CHALLENGE_RESIDENTS = 25
WHOLE_PERCENT = 100
KEPT_AFTER = timedelta(days=90)  # how long supporters stay recognisable once the window has closed


class NotDivided(DomainError):
    """The cycle's money has not been divided yet, so no pot says what fits where."""


class ChallengeOver(DomainError):
    """The window for a challenge has closed, or one is open already."""


class NotTheirs(DomainError):
    """This body has no say here: it is not of the areas concerned."""


class SharesWrong(DomainError):
    """The corrected shares do not come to 100 per cent."""


class NotIndependent(DomainError):
    """A challenge is ruled by a reviewer of another authority."""


class RuledBefore(DomainError):
    """The challenge was ruled once, or is not waiting for a ruling."""


@transaction.atomic
def decide_level(
    *, project_id: int, now: datetime, powers: Iterable[str] | None = None, actor: User | None = None
) -> LevelDecision:
    """Find the lowest level competent to decide a project and keep every test; the same facts give the same record.

    ``powers``: the codes of the powers it needs; left out, those named in the project. A change of the project's
    places, costs or powers supersedes the earlier decision. Raises ParameterError on unknown powers or wrong shares.
    """
    project = Project.objects.select_for_update(of=("self",)).select_related("round__area").get(pk=project_id)
    run = AllocationRun.objects.posted().filter(cycle_id=project.round.cycle_id).first()
    if run is None:
        raise NotDivided(cycle_id=project.round.cycle_id)
    named = _powers_of(project) if powers is None else frozenset(powers)
    if unknown := sorted(named - POWERS):
        raise ParameterError([Problem("unknown_power", project.reference, power) for power in unknown])
    facts = ProjectFacts(
        shares_ppm=shares_of(project),
        cost={
            colour: pence
            for colour, pence in (("capital", project.capital_pence), ("revenue", project.revenue_pence))
            if pence
        },
        powers=named,
    )
    tree = tree_of(run.inputs, colour="")
    finding = find_level(facts, tree, _area_facts(run, tree), read_parameters(run.inputs["parameters"]))
    return _keep(project, facts, finding, run, actor=actor, now=now)


def decide_level_if_divided(*, project_id: int, now: datetime) -> LevelDecision | None:
    """Decide a project's level where its cycle has been divided; what the job calls when a project is sent."""
    try:
        return decide_level(project_id=project_id, now=now)
    except NotDivided:
        return None


def shares_of(project: Project) -> dict[str, int]:
    """Return who benefits, in millionths by area code; the round's own area where nothing else was said."""
    shares = {share.area.code: share.percent * (WHOLE_PPM // 100) for share in project.shares.select_related("area")}
    return shares or {project.round.area.code: WHOLE_PPM}


def _powers_of(project: Project) -> frozenset[str]:
    """Read the codes of powers out of what the project says; other words are for people."""
    return frozenset(word.strip().lower() for word in project.powers.replace(";", ",").split(",")) & POWERS


def _area_facts(run: AllocationRun, tree: Tree) -> dict[str, AreaFacts]:
    """Return what each area brings: its pots with what rolled in, whether a body of its own can hold money, people."""
    pots: dict[str, dict[str, int]] = {}
    for code, colour, amount, aside in Pot.objects.filter(cycle_id=run.cycle_id).values_list(
        "area__code", "colour", "amount_pence", "participation_pence"
    ):
        pots.setdefault(code, {})[colour] = amount - aside
    for code, colour, pence in Area.objects.filter(
        lots__cycle_id=run.cycle_id, lots__closed_at__isnull=True
    ).values_list("code", "lots__colour", "lots__pence"):
        pots.setdefault(code, {}).setdefault(colour, 0)
        pots[code][colour] += pence
    held = set(PotHolder.objects.standing().filter(cycle_id=run.cycle_id).values_list("area__code", flat=True))
    with_body = set(Body.objects.values_list("area__code", flat=True)) | held
    return {code: AreaFacts(pots.get(code, {}), code in with_body, tree.areas[code].people) for code in tree.order}


def _keep(
    project: Project,
    facts: ProjectFacts,
    finding: LevelFinding,
    run: AllocationRun,
    *,
    actor: User | None,
    now: datetime,
) -> LevelDecision:
    document: dict[str, Any] = {
        "facts": {"shares": dict(facts.shares_ppm), "cost": dict(facts.cost), "powers": sorted(facts.powers)},
        "finding": {
            "form": finding.form,
            "area": finding.area,
            "kept": list(finding.kept),
            "payers": {code: dict(by) for code, by in finding.payers.items()},
            "host": finding.host,
            "tests": [asdict(test) for test in finding.tests],
        },
        "parameters": run.parameter_set.digest,
    }
    hash_ = digest(document)
    current = project.level_decisions.current().first()
    if current and current.digest == hash_:
        return current
    if current:
        LevelDecision.objects.filter(pk=current.pk, superseded_at__isnull=True).update(superseded_at=now)
    areas = {area.code: area for area in Area.objects.filter(code__in=[finding.area, finding.host])}
    decision = LevelDecision.objects.create(
        project=project,
        number=project.level_decisions.count() + 1,
        form=finding.form,
        area=areas.get(finding.area),
        level=finding.level,
        host=areas.get(finding.host),
        kept=list(finding.kept),
        dropped=list(finding.dropped),
        payers=document["finding"]["payers"],
        tests=document["finding"]["tests"],
        facts=document["facts"],
        parameter_hash=run.parameter_set.digest,
        digest=hash_,
        decided_at=now,
        challenge_until=window_end(now),
    )
    record(actor=actor, action="level.decided", subject=decision, form=finding.form, area=finding.area)
    return decision


def window_end(now: datetime) -> datetime:
    """Return the London midnight that ends the tenth day after a decision."""
    return end_of(london_day(now) + timedelta(days=CHALLENGE_DAYS))


@transaction.atomic
def make_challenge(
    *,
    words: str,
    now: datetime,
    decision: LevelDecision | None = None,
    holder: PotHolder | None = None,
    body: Body | None = None,
) -> Challenge:
    """Dispute who benefits, or who holds a pot: a body of the area at once, residents by gathering support.

    Within ten days of the decision, one at a time. Who was first willing in the list holds by right: only a later
    choice can be challenged.
    """
    subject: LevelDecision | PotHolder | None = decision or holder
    if subject is None or now >= subject.challenge_until or (holder is not None and holder.first_willing):
        raise ChallengeOver()
    if Challenge.objects.filter(decision=decision, holder=holder, state__in=["gathering", "waiting"]).exists():
        raise ChallengeOver()
    if body is not None and not is_concerned(body, decision, holder):
        raise NotTheirs(body_id=body.pk)
    challenge = Challenge.objects.create(
        decision=decision,
        holder=holder,
        state=ChallengeState.WAITING if body else ChallengeState.GATHERING,
        words=words,
        by_body=body,
        made_at=now,
        closes_at=subject.challenge_until,
    )
    record(actor=None, action="challenge.made", subject=challenge, body_id=body.pk if body else None)
    return challenge


def is_concerned(body: Body, decision: LevelDecision | None, holder: PotHolder | None) -> bool:
    """Tell whether the areas that a challenge is about lie in a body's own: then it may challenge, and not rule."""
    if holder is not None:
        return holder.area.path.startswith(body.area.path)
    codes = [*decision.kept, *decision.dropped] if decision else []
    return Area.objects.filter(code__in=codes, path__startswith=body.area.path).exists()


@transaction.atomic
def challenge_as_resident(
    *,
    words: str,
    resident: Resident,
    now: datetime,
    decision: LevelDecision | None = None,
    holder: PotHolder | None = None,
) -> Challenge:
    """Dispute as somebody who lives there: the first of the 25 who are needed. Raises NotTheirs for anybody else."""
    if not _lives_there(resident, decision, holder):
        raise NotTheirs(resident_id=resident.pk)
    challenge = make_challenge(words=words, decision=decision, holder=holder, now=now)
    return support_challenge(challenge_id=challenge.pk, resident=resident, now=now)


def _lives_there(resident: Resident, decision: LevelDecision | None, holder: PotHolder | None) -> bool:
    """A resident may speak where the areas that gain, or the pot's area, hold the person's home."""
    codes = resident.area.chain_codes
    if holder is not None:
        return holder.area.code in codes
    return bool(decision and {*decision.kept, *decision.dropped, decision.project.round.area.code} & set(codes))


@transaction.atomic
def support_challenge(*, challenge_id: int, resident: Resident, now: datetime) -> Challenge:
    """Count one verified resident; the twenty-fifth within the window obliges a ruling. Twice counts once.

    Two supporters who may be one person count once until an officer has looked. Raises NotTheirs for people who live
    elsewhere.
    """
    challenge = (
        Challenge.objects.select_for_update(of=("self",))
        .select_related("decision__project__round__area", "holder__area")
        .get(pk=challenge_id)
    )
    if challenge.state != ChallengeState.GATHERING or now >= challenge.closes_at:
        raise ChallengeOver()
    if not _lives_there(resident, challenge.decision, challenge.holder):
        raise NotTheirs(resident_id=resident.pk)
    ChallengeSupport.objects.get_or_create(challenge=challenge, resident=resident, defaults={"at": now})
    keep_residents(resident_ids=[resident.pk], until=challenge.closes_at + KEPT_AFTER)
    _let_it_stand(challenge)
    challenge.refresh_from_db(fields=["state"])
    return challenge


def support_count(challenge: Challenge) -> int:
    """Count the residents behind a challenge; two who may be one person count once until an officer has looked."""
    people = challenge.supports.values("resident")
    alike = NearMatch.objects.filter(resident__in=people, other__in=people).exclude(state=NearMatchState.DIFFERENT)
    return challenge.supports.count() - alike.count()


def _let_it_stand(challenge: Challenge) -> None:
    if support_count(challenge) < CHALLENGE_RESIDENTS:
        return
    if Challenge.objects.filter(pk=challenge.pk, state=ChallengeState.GATHERING).update(state=ChallengeState.WAITING):
        record(actor=None, action="challenge.stands", subject=challenge)


def lapse_challenges(*, now: datetime) -> int:
    """Close the challenges that did not gather enough support in time; a job calls it, repeats change nothing.

    First those stand whose supporters an officer has found to be different people since.
    """
    for challenge in Challenge.objects.filter(state=ChallengeState.GATHERING).order_by("pk"):
        _let_it_stand(challenge)
    return Challenge.objects.filter(state=ChallengeState.GATHERING, closes_at__lte=now).update(
        state=ChallengeState.LAPSED
    )


@transaction.atomic
def rule_on_challenge(
    *,
    challenge_id: int,
    reviewer: User,
    upheld: bool,
    ruling: str,
    now: datetime,
    shares: Mapping[int, int] | None = None,
) -> Challenge:
    """Rule once, as a reviewer of an authority that no area concerned belongs to.

    An upheld challenge to a level corrects who benefits and the level: ``shares`` is whole percents by area id, and
    the level is worked out again from them; the earlier record keeps the shares as they were. An upheld challenge to
    a holder ends that holding. Raises SharesWrong, NotIndependent and RuledBefore.
    """
    challenge = (
        Challenge.objects.select_for_update(of=("self",))
        .select_related("decision", "holder__area")
        .get(pk=challenge_id)
    )
    role = (
        OfficerRole.objects.filter(user=reviewer, role=Role.REVIEWER, body__isnull=False)
        .held(on=london_day(now))
        .select_related("body__area")
        .first()
    )
    if role is None or role.body is None or is_concerned(role.body, challenge.decision, challenge.holder):
        raise NotIndependent(challenge_id=challenge_id, user_id=reviewer.pk)
    moved = Challenge.objects.filter(pk=challenge.pk, state=ChallengeState.WAITING).update(
        state=ChallengeState.UPHELD if upheld else ChallengeState.DISMISSED,
        reviewer=reviewer,
        reviewer_body=role.body,
        ruling=ruling,
        ruled_at=now,
    )
    if not moved:
        raise RuledBefore(challenge_id=challenge_id)
    if upheld and challenge.decision is not None:
        _correct(challenge.decision, shares, actor=reviewer, now=now)
    if upheld and challenge.holder_id:
        PotHolder.objects.filter(pk=challenge.holder_id, ended_at__isnull=True).update(ended_at=now)
    record(actor=reviewer, action="challenge.ruled", subject=challenge, upheld=upheld)
    challenge.refresh_from_db()
    return challenge


def _correct(decision: LevelDecision, shares: Mapping[int, int] | None, *, actor: User, now: datetime) -> None:
    """Replace who benefits as the ruling says, and work the level out again; without shares it is only set aside."""
    LevelDecision.objects.filter(pk=decision.pk, superseded_at__isnull=True).update(superseded_at=now)
    if shares is None:
        return
    given = {area_id: percent for area_id, percent in shares.items() if percent}
    if sum(given.values()) != WHOLE_PERCENT or min(given.values(), default=0) < 1:
        raise SharesWrong(found=sum(given.values()))
    BeneficiaryShare.objects.filter(project_id=decision.project_id).delete()
    BeneficiaryShare.objects.bulk_create(
        BeneficiaryShare(project_id=decision.project_id, area_id=area_id, percent=percent)
        for area_id, percent in sorted(given.items())
    )
    fresh = decide_level(project_id=decision.project_id, actor=actor, now=now)
    record(actor=actor, action="level.corrected", subject=fresh, shares={str(k): v for k, v in sorted(given.items())})
