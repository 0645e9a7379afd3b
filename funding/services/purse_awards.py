"""Awards that draw on the money an area set aside for small awards."""

from datetime import datetime

from communities.models import LegalForm, User
from funding.models import Award, AwardGate, AwardOrigin, EntryKind, GateKind, Project, SmallPurse
from funding.services.awards import COLOURS, open_parts
from funding.services.ledger import EntryDraft, post_entries
from renewal.kernel.audit import record


def award_from_purse(
    *,
    purse: SmallPurse,
    project: Project,
    origin: AwardOrigin,
    decided_by: str,
    now: datetime,
    actor: User | None = None,
) -> Award:
    """Commit money of a purse to one of its projects; called by services that hold the purse's lock.

    ``decided_by`` is the digest of what decided it: a month's document, or the version of a joint start that was
    checked. Raises Overspent where a colour is short.
    """
    round_ = project.round
    sums = {"capital": project.capital_pence, "revenue": project.revenue_pence}
    parts_of_purse = {part.colour: part for part in purse.parts.select_related("pot__area")}
    award = Award.objects.create(
        project=project,
        round=round_,
        position=1 + (round_.awards.order_by("-position").values_list("position", flat=True).first() or 0),
        origin=origin,
        capital_pence=sums["capital"],
        revenue_pence=sums["revenue"],
        count_hash=decided_by,
        awarded_at=now,
    )
    code = purse.area.code
    payers = {code: {colour: sums[colour] for colour in COLOURS if sums[colour]}}
    parts = open_parts(round_, award, payers, {(code, colour): part.pot for colour, part in parts_of_purse.items()})
    legs: dict[int, int] = {}
    for part in parts:
        source = parts_of_purse[part.pot.colour].account_id
        legs[source] = legs.get(source, 0) - part.pence
        legs[part.account_id] = part.pence
    post_entries([EntryDraft(f"award/{award.pk}", EntryKind.AWARDED, legs, rule="G§5.18")], now=now, actor=actor)
    AwardGate.objects.bulk_create(AwardGate(award=award, kind=kind) for kind in light_gates(project))
    record(
        actor=actor,
        action="award.made",
        subject=award,
        reference=project.reference,
        capital_pence=award.capital_pence,
        revenue_pence=award.revenue_pence,
    )
    return award


def light_gates(project: Project) -> list[GateKind]:
    """List what a small award must still pass: subsidy, safeguarding, and somebody to hold the money of a group without
    a constitution. No public body has to answer for it."""
    gates = [GateKind.SUBSIDY, GateKind.SAFEGUARDING]
    if project.group and project.group.legal_form == LegalForm.INFORMAL:
        gates.append(GateKind.HOLDER)
    return gates
