"""Turn a count's selection into conditional awards, take one back, pass its gates. A selection changes nothing here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from communities.models import LegalForm, User
from funding.models import (
    Account,
    AccountKind,
    Award,
    AwardGate,
    AwardHolding,
    AwardOrigin,
    AwardPart,
    AwardsSignOff,
    AwardState,
    Colour,
    EmergencyRoute,
    EntryKind,
    FrozenSelection,
    GateKind,
    LevelDecision,
    Pot,
    PriorityList,
    Project,
    PursePart,
    PurseState,
    Round,
    SignOffState,
)
from funding.rules.reserve import FrozenList, Listed
from funding.services.joint import on_ballot_of
from funding.services.ledger import EntryDraft, account_code, open_accounts, post_entries
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.errors import DomainError
from voting.models import Outcome

COLOURS = (Colour.CAPITAL.value, Colour.REVENUE.value)


class NothingToAward(DomainError):
    """The round's vote has no published result yet."""


class NoPot(DomainError):
    """An area that must pay has no pot of this colour in the cycle."""


class NoPriority(DomainError):
    """Projects cite no need although their area has adopted a list, and no emergency is on record (G-4.2-A1)."""


class AwardNotStanding(DomainError):
    """The award was taken back before."""


class SameOfficer(DomainError):
    """The officer who checked a small idea cannot pass the gates of its award (M6)."""


class NotSignedOff(DomainError):
    """Two people have not yet compared the awards with the count."""


def frozen_list(document: Mapping[str, Any]) -> FrozenList:
    """Read a frozen selection's document as the rules know it."""

    def read(rows: Sequence[Mapping[str, Any]]) -> tuple[Listed, ...]:
        return tuple(Listed(row["ref"], row["demands"], row["one_of"]) for row in rows)

    return FrozenList(document["limits"], read(document["selected"]), read(document["reserve"]))


def freeze_selection(*, round_: Round, outcome: Outcome, now: datetime) -> FrozenSelection:
    """Keep a published outcome as the one list that money may follow; a second call returns the first.

    The reserve list holds the options that were not chosen, by number of votes; equal votes are put in order by the
    count's own lot (SHA-256 of its published seed and the reference), so that anybody can repeat it.
    """
    known = FrozenSelection.objects.filter(round=round_).first()
    if known:
        return known
    poll = outcome.poll
    options = {option.ref: option for option in poll.options.all()}
    votes = outcome.count.result.get("votes", {})
    seed = outcome.count.seed
    others = [ref for ref, option in options.items() if ref not in outcome.selected and option.withdrawn_at is None]
    others.sort(key=lambda ref: (-votes.get(ref, 0), sha256(f"{seed}{ref}".encode()).hexdigest()))

    def row(ref: str) -> dict[str, Any]:
        option = options[ref]
        demands = {**option.demands, "all": option.cost_pence}
        return {
            "ref": ref,
            "title": option.title,
            "title_cy": option.title_cy,
            "cost": option.cost_pence,
            "votes": votes.get(ref, 0),
            "demands": demands,
            "one_of": option.at_most_one_of,
        }

    document = {
        "limits": {**poll.limits, "all": poll.budget_pence},
        "selected": [row(ref) for ref in outcome.selected],
        "reserve": [row(ref) for ref in others],
    }
    selection, _ = FrozenSelection.objects.get_or_create(
        round=round_,
        defaults={
            "poll": poll,
            "document": document,
            "digest": digest(document),
            "count_hash": outcome.count.result_hash,
            "frozen_at": now,
        },
    )
    return selection


@transaction.atomic
def post_awards(*, round_id: int, now: datetime, actor: User | None = None) -> list[Award]:
    """Post a published selection as conditional awards against the area's pots, all under one lock, or none.

    Awards stand in the order of the count and for the frozen costs; doing it again returns the same awards. A joint
    project draws its share from the pots of the areas that carry it. Raises Overspent where a pot is short.
    """
    round_ = (
        Round.objects.select_for_update(of=("self",)).select_related("area", "cycle__fund", "poll").get(pk=round_id)
    )
    outcome = Outcome.objects.select_related("poll", "count").filter(poll=round_.poll).first() if round_.poll else None
    if outcome is None or outcome.published_at is None:
        raise NothingToAward(round_id=round_id)
    if standing := list(round_.awards.order_by("position")):
        return standing
    selection = freeze_selection(round_=round_, outcome=outcome, now=now)
    refs = [row["ref"] for row in selection.document["selected"]]
    shared = _settle_shared(round_, refs, now=now)
    own = [ref for ref in refs if ref not in shared]
    award_refs(round_=round_, refs=own, origin=AwardOrigin.SELECTED, now=now, actor=actor)
    return list(round_.awards.order_by("position"))


def _settle_shared(round_: Round, refs: Sequence[str], *, now: datetime) -> set[str]:
    """Keep this area's word on each project that several areas share, settle those on which all have spoken."""
    from funding.services.joint import record_votes, settle_joint
    from funding.services.reserve import move_up_everywhere

    for decision in record_votes(round_=round_, selected=refs, now=now):
        result = settle_joint(decision=decision, now=now)
        if not result.funded:
            move_up_everywhere(decision=decision, now=now)
    listed = LevelDecision.objects.current().filter(
        form__in=["joint", "match"], project__reference__in=refs, payers__has_key=round_.area.code
    )
    return set(listed.values_list("project__reference", flat=True))


def award_refs(
    *,
    round_: Round,
    refs: Sequence[str],
    origin: AwardOrigin,
    now: datetime,
    actor: User | None = None,
    payers: Mapping[str, Mapping[str, int]] | None = None,
) -> list[Award]:
    """Award projects of a round's frozen list in the order given; called by services that hold the round's lock.

    ``payers``: area code to colour to pence, where several areas pay together; else the round's own area pays.
    """
    selection = FrozenSelection.objects.get(round=round_)
    rows = {row["ref"]: row for row in (*selection.document["selected"], *selection.document["reserve"])}
    projects = {project.reference: project for project in on_ballot_of(round_, refs).select_related("group", "body")}
    # A project sent up to this vote cites a need of the area it came from, so its own round's list is asked.
    standing = EmergencyRoute.objects.standing().filter(project__in=projects.values())
    urgent = set(standing.values_list("project_id", flat=True))
    uncited = {ref: one for ref, one in projects.items() if one.priority_id is None and one.pk not in urgent}
    asked = set(PriorityList.objects.filter(round__in=[one.round_id for one in uncited.values()]).values_list("round"))
    if missing := sorted(ref for ref, project in uncited.items() if (project.round_id,) in asked):
        raise NoPriority(round_id=round_.pk, refs=missing)
    first = 1 + (round_.awards.order_by("-position").values_list("position", flat=True).first() or 0)
    plans = [(projects[ref], payers or _own_area(round_, rows[ref])) for ref in refs if ref in projects]
    pots = _lock_pots(round_, {code for _, paying in plans for code in paying})
    awards, drafts = [], []
    for position, (project, paying) in enumerate(plans, start=first):
        colours = {colour: sum(by.get(colour, 0) for by in paying.values()) for colour in COLOURS}
        award = Award.objects.create(
            project=project,
            round=round_,
            position=position,
            origin=origin,
            capital_pence=colours["capital"],
            revenue_pence=colours["revenue"],
            count_hash=selection.count_hash,
            awarded_at=now,
        )
        drafts.append(_draft(award, open_parts(round_, award, paying, pots)))
        AwardGate.objects.bulk_create(AwardGate(award=award, kind=kind) for kind in gates_for(project))
        record(
            actor=actor,
            action="award.made",
            subject=award,
            reference=project.reference,
            capital_pence=award.capital_pence,
            revenue_pence=award.revenue_pence,
        )
        awards.append(award)
    post_entries(drafts, now=now, actor=actor)
    return awards


def _colours_of(row: Mapping[str, Any]) -> dict[str, int]:
    """Return a frozen project's cost by colour; what no demand names is capital."""
    revenue = row["demands"].get("revenue", 0)
    return {"capital": row["cost"] - revenue, "revenue": revenue}


def _own_area(round_: Round, row: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return the whole frozen cost as the round's own area pays it."""
    return {round_.area.code: {colour: pence for colour, pence in _colours_of(row).items() if pence}}


def _lock_pots(round_: Round, codes: set[str]) -> dict[tuple[str, str], Pot]:
    """Lock the pots of areas in primary-key order, so that awards queue and never deadlock."""
    pots = (
        Pot.objects.select_for_update(of=("self",))
        .filter(cycle=round_.cycle, area__code__in=codes)
        .select_related("area")
        .order_by("pk")
    )
    return {(pot.area.code, pot.colour): pot for pot in pots}


def open_parts(
    round_: Round, award: Award, payers: Mapping[str, Mapping[str, int]], pots: Mapping[tuple[str, str], Pot]
) -> list[AwardPart]:
    """Open an account for each pot that gives, and keep what it gives."""
    wanted = [(code, colour, pence) for code, by in sorted(payers.items()) for colour, pence in sorted(by.items())]
    for code, colour, _ in wanted:
        if (code, colour) not in pots:
            raise NoPot(area=code, colour=colour)
    codes = {
        (code, colour): account_code(
            fund=round_.cycle.fund.slug,
            year=round_.cycle.year,
            colour=colour,
            kind=AccountKind.AWARD,
            of=f"{award.project.reference}/{award.pk}/{code}",
        )
        for code, colour, _ in wanted
    }
    accounts = open_accounts(
        [
            Account(
                code=codes[code, colour],
                kind=AccountKind.AWARD,
                colour=colour,
                cycle=round_.cycle,
                area_id=pots[code, colour].area_id,
            )
            for code, colour, _ in wanted
        ]
    )
    return AwardPart.objects.bulk_create(
        AwardPart(award=award, pot=pots[code, colour], account=accounts[codes[code, colour]], pence=pence)
        for code, colour, pence in wanted
    )


def _draft(award: Award, parts: Sequence[AwardPart]) -> EntryDraft:
    legs: dict[int, int] = {}
    for part in parts:
        legs[part.pot.account_id] = legs.get(part.pot.account_id, 0) - part.pence
        legs[part.account_id] = part.pence
    return EntryDraft(f"award/{award.pk}", EntryKind.AWARDED, legs, rule="R14")


def gates_for(project: Project) -> list[GateKind]:
    """List the checks an award must still pass; a group that is not constituted also needs somebody to hold it."""
    gates = [
        GateKind.ANSWER,
        GateKind.SUBSIDY,
        GateKind.SAFEGUARDING,
        GateKind.CONSENT,
        GateKind.PROCUREMENT,
        GateKind.EQUALITY,
    ]
    if project.group and project.group.legal_form == LegalForm.INFORMAL:
        gates.append(GateKind.HOLDER)
    return gates


@transaction.atomic
def reverse_award(*, award_id: int, because: str, now: datetime, actor: User | None = None) -> Award:
    """Take an award back: its money returns to the pots it came from, and the promise stays on record."""
    award = Award.objects.select_for_update(of=("self",)).get(pk=award_id)
    if award.state == AwardState.REVERSED:
        raise AwardNotStanding(award_id=award_id)
    _lock_pots_of(award)
    legs: dict[int, int] = {}
    sources, lies_on = _purse_accounts(award), accounts_now(award)
    for part in award.parts.select_related("pot"):
        source = sources.get(part.pot.colour, part.pot.account_id)
        legs[source] = legs.get(source, 0) + part.pence
        legs[lies_on[part.pk]] = -part.pence
    draft = EntryDraft(f"award/{award.pk}/back", EntryKind.AWARD_REVERSED, legs, reason=because, rule="R15")
    post_entries([draft], now=now, actor=actor)
    Award.objects.filter(pk=award.pk).update(state=AwardState.REVERSED, reversed_at=now, reversed_because=because)
    record(actor=actor, action="award.reversed", subject=award, because=because)
    award.refresh_from_db(fields=["state", "reversed_at", "reversed_because"])
    return award


def accounts_now(award: Award) -> dict[int, int]:
    """Return the account on which each part of an award lies now: its own, or that of the newest fund-holder."""
    found = {part.pk: part.account_id for part in award.parts.all()}
    newer = AwardHolding.objects.filter(part__award=award).order_by("pk")
    return found | dict(newer.values_list("part_id", "account_id"))


def _purse_accounts(award: Award) -> dict[str, int]:
    """Return the accounts a small award drew on, by colour, while its purse is open; later its pots get it back."""
    if award.origin not in (AwardOrigin.SMALL, AwardOrigin.JOINT):
        return {}
    parts = PursePart.objects.filter(purse__round_id=award.round_id, purse__state=PurseState.OPEN)
    return dict(parts.values_list("colour", "account_id"))


def _lock_pots_of(award: Award) -> None:
    pots = award.parts.values_list("pot_id", flat=True)
    list(Pot.objects.select_for_update().filter(pk__in=list(pots)).order_by("pk"))


@transaction.atomic
def pass_gate(*, award_id: int, kind: GateKind, evidence: str, now: datetime, actor: User | None) -> Award:
    """Record what met one of an award's conditions; the last one confirms the award. No money moves.

    Gates other than the public body's answer open only once two people have signed the round's awards. A small award is
    signed by nobody: its gates are passed by another person than the one who checked the idea (M6).
    """
    award = Award.objects.select_for_update(of=("self",)).get(pk=award_id)
    if award.state == AwardState.REVERSED:
        raise AwardNotStanding(award_id=award_id)
    if award.origin in (AwardOrigin.SMALL, AwardOrigin.JOINT):
        if actor is None or award.project.decisions.filter(kind="pass", state="made", proposed_by=actor).exists():
            raise SameOfficer(award_id=award_id)
    elif kind != GateKind.ANSWER and not _is_signed(award):
        raise NotSignedOff(round_id=award.round_id)
    passed = AwardGate.objects.filter(award=award, kind=kind, passed_at__isnull=True).update(
        passed_at=now, passed_by=actor, evidence=evidence
    )
    if passed:
        record(actor=actor, action="award.gate_passed", subject=award, gate=kind)
    if not award.gates.filter(passed_at__isnull=True).exists():
        Award.objects.filter(pk=award.pk, state=AwardState.CONDITIONAL).update(
            state=AwardState.CONFIRMED, confirmed_at=now
        )
    award.refresh_from_db(fields=["state", "confirmed_at"])
    return award


def _is_signed(award: Award) -> bool:
    return AwardsSignOff.objects.filter(round_id=award.round_id, state=SignOffState.SIGNED).exists()
