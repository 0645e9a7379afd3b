"""How the money is shared: figures by level, an area's pot worked out line by line, the table of all pots."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.maps import centre_of, frame_of
from communities.models import Area, AreaLevel, LegalForm
from funding.models import (
    AllocationRun,
    AreaShare,
    Award,
    AwardOrigin,
    AwardPart,
    HolderKind,
    Pot,
    PotHolder,
    RolloverLot,
)
from funding.rules.levels import LEVELS
from funding.rules.need import Need, NeedRule, multiplier_permille
from funding.rules.parameters import NATIONS, Parameters
from renewal.kernel import parts
from renewal.kernel.money import pounds

MOST_PINS = 40  # more would hide the map
MOST_ON_MAP = 500
COARSE = 2.5  # steps shorter than this many units of the drawing are joined where many shapes are drawn


def level_name(level: str, *, many: bool = False) -> str:
    """Write a level as people say it."""
    names = {
        "uk": (_("the whole country"), _("the whole country")),
        "nation": (_("nation"), _("nations")),
        "strategic": (_("region or strategic area"), _("regions and strategic areas")),
        "county": (_("county"), _("counties")),
        "authority": (_("borough, district or city"), _("boroughs, districts and cities")),
        "neighbourhood": (_("neighbourhood"), _("neighbourhoods")),
    }
    return names[level][many]


def theme_name(theme: str) -> str:
    """Write a theme of R11 as people say it."""
    return {
        "connecting": _("connecting people and groups"),
        "getting_online": _("getting online"),
        "mental_health": _("mental health"),
    }[theme]


def standing_run(area: Area | None = None) -> AllocationRun | None:
    """Return the newest posted run (of those an area has a share in), with cycle and set but without its inputs."""
    runs = AllocationRun.objects.posted()
    if area is not None:
        runs = runs.filter(pk__in=AreaShare.objects.filter(area=area).values("run"))
    return (
        runs.defer("inputs").select_related("cycle__fund", "parameter_set").order_by("-cycle__year", "cycle_id").first()
    )


@dataclass(frozen=True)
class LevelLine:
    """What one level of the tree decides, both colours together."""

    level: str
    name: str
    count: int
    pence: int
    percent: str


def percent_of(part: int, whole: int) -> str:
    """Write a share with one decimal: ``61.6``."""
    tenths = (2_000 * part + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10}.{tenths % 10}"


def level_lines(totals: dict[str, Any]) -> list[LevelLine]:
    """Add up a run's totals by level, nearest to people first."""
    pence = dict.fromkeys(LEVELS, 0)
    count = dict(pence)
    for colour in totals.values():
        for level, found in colour["levels"].items():
            pence[level] += found["pence"]
            count[level] = max(count[level], found["count"])
    whole = sum(pence.values())
    return [
        LevelLine(level, level_name(level, many=True), count[level], pence[level], percent_of(pence[level], whole))
        for level in reversed(LEVELS)
        if count[level]
    ]


@dataclass(frozen=True)
class Headline:
    """The sums of a run in a few figures."""

    total: int
    reserve: int
    unallocated: int
    participation: int
    absent: list[str]


def headline(totals: dict[str, Any]) -> Headline:
    """Add up both colours; nations that take no part are named in words."""
    absent = sorted({code for colour in totals.values() for code in colour["absent"]})
    return Headline(
        total=sum(colour["total"] for colour in totals.values()),
        reserve=sum(colour["reserve"] for colour in totals.values()),
        unallocated=sum(colour["unallocated"] for colour in totals.values()),
        participation=sum(colour["participation"] for colour in totals.values()),
        absent=[NATIONS.get(code, code) for code in absent],
    )


def pots_table(run: AllocationRun, *, words: str = "", level: str = "") -> QuerySet[Area]:
    """Areas with a pot in a run, with ``money`` (both colours), by name; filtered by words and level."""
    areas = Area.objects.filter(shares__run=run)
    if words:
        areas = areas.filter(Q(name__icontains=words) | Q(name_cy__icontains=words) | Q(code__iexact=words))
    if level:
        areas = areas.filter(level=level)
    return areas.annotate(money=Sum("shares__kept_pence")).select_related("parent").order_by("name", "code")


@dataclass(frozen=True)
class AreaMoney:
    """One area's money in a run, both colours."""

    area: Area
    received: int
    kept: int
    passed: int
    unallocated: int

    @property
    def each(self) -> int:
        """Pence for each person, of all that came to the area."""
        return self.received // self.area.population if self.area.population else 0


def _moneys(run: AllocationRun, areas: Sequence[Area]) -> dict[int, AreaMoney]:
    rows = (
        AreaShare.objects.filter(run=run, area__in=areas)
        .values("area_id")
        .annotate(received=Sum("received_pence"), kept=Sum("kept_pence"), unallocated=Sum("unallocated_pence"))
    )
    by_id = {area.pk: area for area in areas}
    return {
        row["area_id"]: AreaMoney(
            by_id[row["area_id"]],
            row["received"],
            row["kept"],
            row["received"] - row["kept"] - row["unallocated"],
            row["unallocated"],
        )
        for row in rows
    }


def moneys_below(run: AllocationRun, area: Area) -> list[AreaMoney]:
    """Return what the areas just below an area received, by name."""
    children = list(area.children.select_related("outline").order_by("name", "code"))
    found = _moneys(run, children)
    return [found[child.pk] for child in children if child.pk in found]


def chain_of(area: Area) -> list[Area]:
    """Return the areas from the top down to this one."""
    found = {area.code: area for area in Area.objects.filter(code__in=area.chain_codes).select_related("parent")}
    return [found[code] for code in area.chain_codes if code in found]


def path_of(run: AllocationRun, area: Area) -> list[AreaMoney]:
    """Return what each area from the top to this one kept and sent down."""
    chain = chain_of(area)
    found = _moneys(run, chain)
    return [found[above.pk] for above in chain if above.pk in found]


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


@dataclass(frozen=True)
class KindLine:
    """How much money is held by one kind of body."""

    name: str
    pots: int
    pence: int
    percent: str


def money_by_holder(run: AllocationRun) -> list[KindLine]:
    """Report the money of a cycle by kind of holder; areas where nobody has been chosen are named too."""
    amounts: dict[int, int] = dict(
        Pot.objects.filter(cycle_id=run.cycle_id).values_list("area_id").annotate(sum=Sum("amount_pence"))
    )
    kinds = dict(PotHolder.objects.standing().filter(cycle_id=run.cycle_id).values_list("area_id", "candidate__kind"))
    whole = sum(amounts.values())
    lines = []
    for kind in [*HolderKind, None]:
        areas = [area for area in amounts if kinds.get(area) == (kind.value if kind else None)]
        pence = sum(amounts[area] for area in areas)
        if areas:
            name = str(kind.label) if kind else _("Nobody chosen yet")
            lines.append(KindLine(name, len(areas), pence, percent_of(pence, whole)))
    return lines


def money_by_lead(run: AllocationRun) -> list[KindLine]:
    """Report the awards that stand in a cycle by who leads the project: civil society, a public body, a private one."""
    kinds = {"civil": [0, 0], "public": [0, 0], "private": [0, 0]}
    rows = (
        Award.objects.standing()
        .filter(round__cycle_id=run.cycle_id)
        .values_list("project__group__legal_form")
        .annotate(n=Count("pk"), sum=Sum(F("capital_pence") + F("revenue_pence")))
        .order_by("project__group__legal_form")
    )
    for form, count, pence in rows:
        kind = (
            "public" if form in (None, LegalForm.PUBLIC_BODY) else "private" if form == LegalForm.PRIVATE else "civil"
        )
        kinds[kind][0] += count
        kinds[kind][1] += pence
    whole = sum(pence for _count, pence in kinds.values())
    names = {"civil": _("Civil society"), "public": _("A public body"), "private": _("A private body")}
    return [
        KindLine(names[kind], count, pence, percent_of(pence, whole)) for kind, (count, pence) in kinds.items() if count
    ]


def map_of_money(area: Area, rows: Sequence[AreaMoney]) -> parts.AreaMap | None:
    """Draw the areas in an area, filled by money for each person in three steps; None when no shapes are known.

    An area whose own shape is not known (a nation, a remainder) is drawn by the boroughs and districts in it, all in
    its fill. Above ``MOST_PINS`` areas the numbers are left out, and the shapes are drawn coarser: the table says all.
    """
    shapes = _shapes_of(rows)
    drawn = [row for row in rows if shapes.get(row.area.pk)]
    count = sum(len(shapes[row.area.pk]) for row in drawn)
    if not drawn or count > MOST_ON_MAP:
        return None
    frame = frame_of([shape for row in drawn for shape in shapes[row.area.pk]])
    ordered = sorted(row.each for row in drawn)
    low, high = ordered[len(ordered) // 3], ordered[2 * len(ordered) // 3]
    pins = []
    if len(rows) <= MOST_PINS:
        for number, row in enumerate(rows, 1):
            if shapes.get(row.area.pk):
                x, y = frame.placed(*_middle_of(row.area, shapes[row.area.pk]))
                pins.append(parts.Pin(number, row.area.label, x, y, f"#place-{number}"))
    least = 0 if count <= MOST_PINS else COARSE
    words = {"low": pounds(low), "high": pounds(high)}
    outlines = [
        parts.Outline(path, 0 if row.each < low else 1 if row.each < high else 2)
        for row in drawn
        for shape in shapes[row.area.pk]
        if (path := frame.drawn(shape.outline.path, least=least))
    ]
    return parts.AreaMap(
        key="shares",
        label=(
            ngettext(
                "Outline map of %(place)s with %(count)s numbered area",
                "Outline map of %(place)s with %(count)s numbered areas",
                len(drawn),
            )
            if pins
            else ngettext(
                "Outline map of %(place)s with %(count)s area",
                "Outline map of %(place)s with %(count)s areas",
                len(drawn),
            )
        )
        % {"place": area.spoken, "count": len(drawn)},
        width=frame.width,
        height=frame.height,
        outlines=outlines,
        pins=pins,
        legend=[
            (0, _("Under %(low)s each") % words),
            (1, _("%(low)s to %(high)s each") % words),
            (2, _("%(high)s each or more") % words),
        ]
        if low < high
        else [(2, _("%(high)s each or more") % words)],
    )


def _shapes_of(rows: Sequence[AreaMoney]) -> dict[int, list[Area]]:
    """Return the areas whose outlines draw each row: itself, or else the boroughs and districts in it."""
    shapes = {row.area.pk: [row.area] for row in rows if hasattr(row.area, "outline")}
    for row in rows:
        if row.area.pk not in shapes and row.area.level != AreaLevel.NEIGHBOURHOOD:
            below = Area.objects.under(row.area).filter(level=AreaLevel.AUTHORITY, outline__isnull=False)
            shapes[row.area.pk] = list(below.select_related("outline").order_by("code"))
    return shapes


def _middle_of(area: Area, shapes: Sequence[Area]) -> tuple[float, float]:
    """Return where an area's pin stands: its own centre, else in the middle of what draws it."""
    if (area.longitude is not None and area.latitude is not None) or hasattr(area, "outline"):
        return centre_of(area)
    centres = [centre_of(shape) for shape in shapes]
    return sum(x for x, _y in centres) / len(centres), sum(y for _x, y in centres) / len(centres)
