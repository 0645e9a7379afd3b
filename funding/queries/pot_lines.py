"""One area's pot, line by line: what it is made of, and every step of its working."""

from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _

from communities.models import Area, AreaLevel
from funding.models import (
    AllocationRun,
    AreaShare,
    Award,
    AwardOrigin,
    AwardPart,
    Pot,
    PotHolder,
    RolloverLot,
)
from funding.queries.shares import percent_of
from funding.rules.need import Need, NeedRule, multiplier_permille
from funding.rules.parameters import Parameters
from renewal.kernel.money import pounds


@dataclass(frozen=True)
class Line:
    """One line of how a pot was worked out: what it is, how, and the figure as written."""

    what: str
    how: str
    figure: str


def working_of(run: AllocationRun, area: Area, parameters: Parameters) -> dict[str, list[Line]]:
    """Work an area's pot out line by line, for each colour: weight, share, bounds, what is kept and set aside."""
    shares = {share.colour: share for share in AreaShare.objects.filter(run=run, area=area)}
    above = {share.colour: share for share in AreaShare.objects.filter(run=run, area__children=area)}
    block = next((parameters.nations[code] for code in area.chain_codes if code in parameters.nations), None)
    is_leaf = area.level == AreaLevel.NEIGHBOURHOOD
    lines: dict[str, list[Line]] = {}
    for colour, share in sorted(shares.items()):
        mine = []
        if is_leaf:
            mine += _weight_lines(area, block.need if block else NeedRule())
        if colour in above:
            together = sum(
                AreaShare.objects.filter(run=run, colour=colour, area__parent_id=area.parent_id).values_list(
                    "weight", flat=True
                )
            )
            mine.append(
                Line(
                    _("Its share of what was sent down"),
                    _("Weight %(own)s of %(all)s, from %(sum)s")
                    % {
                        "own": f"{share.weight:,}",
                        "all": f"{together:,}",
                        "sum": pounds(above[colour].passed_pence),
                    },
                    pounds(share.received_pence),
                )
            )
        if is_leaf and share.received_pence <= share.floor_pence:
            mine.append(Line(_("The least an area gets"), _("The floor lifts it to"), pounds(share.floor_pence)))
        if share.cap_pence is not None and share.received_pence >= share.cap_pence:
            mine.append(Line(_("The most an area gets"), _("The cap holds it at"), pounds(share.cap_pence)))
        if share.passed_pence:
            mine.append(
                Line(_("Sent down to the areas in it"), _("All but its own rate"), f"−{pounds(share.passed_pence)}")
            )
        if share.unallocated_pence:
            mine.append(
                Line(
                    _("Not shared out"), _("Every area below has the most it can get"), pounds(share.unallocated_pence)
                )
            )
        mine.append(Line(_("Kept here"), _("The money for this area"), pounds(share.kept_pence)))
        lines[colour] = mine
    return lines


def _weight_lines(area: Area, rule: NeedRule) -> list[Line]:
    multiplier = multiplier_permille(Need(deprivation=area.need_ten_thousandths), rule)
    need = area.need_ten_thousandths
    rank = (
        _("No figure is published, so it stands in the middle")
        if need is None
        else _("More need than %(percent)s%% of its nation’s people live with") % {"percent": percent_of(need, 10_000)}
    )
    return [
        Line(_("People who live here"), _("From the census"), f"{area.population:,}"),
        Line(_("Need"), rank, f"× {multiplier / 1000:.3f}"),
        Line(_("Weight"), _("People times need"), f"{area.population * multiplier:,}"),
    ]


@dataclass(frozen=True)
class PotLine:
    """An area's pots as its page shows them."""

    year: int
    amount: int
    capital: int
    revenue: int
    participation: int
    for_projects: int
    each: int
    rolled_in: int
    rolled_out: int
    holder: str
    left: int
    promised: int


def pot_line(area: Area, run: AllocationRun) -> PotLine | None:
    """Return an area's pots of a cycle in figures; None where it has none."""
    pots = list(Pot.objects.of_area(area.pk, cycle_id=run.cycle_id).select_related("account__balance"))
    if not pots:
        return None
    amounts = {pot.colour: pot.amount_pence for pot in pots}
    aside = sum(pot.participation_pence for pot in pots)
    lots = RolloverLot.objects.filter(cycle_id=run.cycle_id)
    rolled_in = lots.filter(area=area).aggregate(sum=Sum("pence"))["sum"] or 0
    rolled_out = lots.filter(origin=area).exclude(area=area).aggregate(sum=Sum("pence"))["sum"] or 0
    to_neighbours = AwardPart.objects.filter(
        pot__area=area,
        pot__cycle__fund=run.cycle.fund_id,
        pot__cycle__year=run.cycle.year - 1,
        award__origin=AwardOrigin.OVERFLOW,
    )
    rolled_out += to_neighbours.aggregate(sum=Sum("pence"))["sum"] or 0
    promised = Award.objects.standing().filter(parts__pot__in=pots).aggregate(sum=Sum("parts__pence"))["sum"] or 0
    holder = (
        PotHolder.objects.standing()
        .filter(area=area, cycle_id=run.cycle_id)
        .select_related("candidate__body", "candidate__group")
        .first()
    )
    amount = sum(amounts.values())
    return PotLine(
        year=run.cycle.year,
        amount=amount,
        capital=amounts.get("capital", 0),
        revenue=amounts.get("revenue", 0),
        participation=aside,
        for_projects=amount - aside,
        each=amount // area.population if area.population else 0,
        rolled_in=rolled_in,
        rolled_out=rolled_out,
        holder=holder.candidate.label if holder else "",
        left=sum(pot.account.balance.pence for pot in pots),
        promised=promised,
    )
