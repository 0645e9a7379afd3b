"""How the money is shared: figures by level, an area's pot worked out line by line, the table of all pots."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from communities.models import Area, LegalForm
from funding.models import (
    AllocationRun,
    AreaShare,
    Award,
    HolderKind,
    Pot,
    PotHolder,
)
from funding.rules.levels import LEVELS
from funding.rules.parameters import NATIONS


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
