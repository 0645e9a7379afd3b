"""How the money is shared, in public: the formula, every pot, one area line by line, and a way to try other figures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from communities.models import Area
from funding.forms.money import PotFilters, SimulatorForm, percent_text
from funding.models import AllocationRun, Pot, PotHolder
from funding.queries.money_map import map_of_money
from funding.queries.pot_lines import pot_line, working_of
from funding.queries.pots import parameters_of, theme_floors
from funding.queries.shares import (
    AreaMoney,
    LevelLine,
    chain_of,
    headline,
    level_lines,
    level_name,
    money_by_holder,
    money_by_lead,
    moneys_below,
    path_of,
    pots_table,
    standing_run,
    theme_name,
)
from funding.queries.simulator import rates_now, try_figures
from funding.queries.strands import money_by_strand
from funding.rules.problems import ParameterError
from renewal.kernel.downloads import csv_response
from renewal.kernel.money import Pence, decimal_pounds, exact_pounds, pounds
from renewal.kernel.parts import AreaMap, Bar, Cell, Column, Crumb, Row, bars
from renewal.kernel.templatetags.page import big_money
from renewal.kernel.web import render_page

PAGE_SIZE = 50


@require_safe
def shares(request: HttpRequest) -> HttpResponse:
    """The formula in plain words, what is decided at which level, and a searchable table of every pot."""
    run = standing_run()
    if run is None:
        return render_page(request, "funding/shares_none.html", {"nav": "money"})
    parameters = parameters_of(run)
    form = PotFilters(request.GET)
    picked = form.picked()
    page = Paginator(pots_table(run, words=picked.get("q", ""), level=picked.get("level", "")), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    lines = level_lines(run.totals)
    here = reverse("funding:shares")
    context = {
        "nav": "money",
        "run": run,
        "sums": headline(run.totals),
        "parameters": parameters,
        "adopted": [
            (nation.label, parameters.nations[nation.code])
            for nation in Area.objects.filter(code__in=parameters.nations).order_by("code")
        ],
        "near": next((line for line in lines if line.level == "neighbourhood"), lines[0]),
        "levels": _level_rows(lines),
        "level_columns": _columns(_("Where it is decided"), _("Money"), _("Share")),
        "level_bars": bars([(line.name.capitalize(), line.pence, f"{line.percent}%", 1) for line in lines[:8]]),
        "rates": {name: percent_text(value) for name, value in rates_of(run).items()},
        "filters": form,
        "chosen": form.chosen(request),
        "clear_url": here,
        "page": page,
        "count_text": ngettext("%(count)s area.", "%(count)s areas.", page.paginator.count)
        % {"count": f"{page.paginator.count:,}"},
        "pot_columns": [Column(_("Area")), Column(_("Kind of area")), Column(_("Money kept"), numeric=True)],
        "pot_rows": _pot_rows(list(page.object_list)),
        "map": _map_of_all(run),
        "themes": [
            (theme_name(theme), percent_text(share)) for theme, share in parameters.theme_floors_bp.items() if share
        ],
        "theme_support": percent_text(parameters.theme_support_bp),
        "root": run.cycle.fund.area,
        "holders": money_by_holder(run),
        "leads": money_by_lead(run),
        "strands": money_by_strand(run),
    }  # fmt: skip
    return render_page(request, "funding/shares.html", context)


def _map_of_all(run: AllocationRun) -> AreaMap | None:
    """The map of the whole fund: the areas just below its root."""
    root = run.cycle.fund.area
    drawn = map_of_money(root, moneys_below(run, root)) if root else None
    return replace(drawn, pins=()) if drawn else None  # the rows that pins lead to stand on the root's own page


def rates_of(run: AllocationRun) -> dict[str, int]:
    """The keep rates of the first nation in a set, with the country's own, in basis points."""
    document = run.parameter_set.document
    first = next(iter(sorted(document["nations"].items())))[1]
    return {
        "uk": document["uk_keep_bp"],
        "reserve": document["reserve_bp"],
        "participation": document["participation_bp"],
        **first["keep_bp"],
    }


def _columns(name: str, *figures: str) -> list[Column]:
    return [Column(name), *(Column(figure, numeric=True) for figure in figures)]


def _row(name: str, *figures: str) -> Row:
    return Row([Cell(name), *(Cell(figure, numeric=True) for figure in figures)])


def _level_rows(lines: Sequence[LevelLine]) -> list[Row]:
    return [
        Row(
            [
                Cell(f"{line.name.capitalize()} ({line.count:,})"),
                Cell(big_money(line.pence), numeric=True),
                Cell(f"{line.percent}%", numeric=True),
            ]
        )
        for line in lines
    ]


def _pot_rows(areas: Sequence[Area]) -> list[Row]:
    return [
        Row(
            [
                Cell(
                    f"{area.label}, {area.parent.label}" if area.parent else area.label,
                    url=reverse("funding:share_detail", args=[area.slug]),
                ),
                Cell(level_name(area.level)),
                Cell(pounds(area.money), numeric=True),  # type: ignore[attr-defined]  # a sum of the query
            ]
        )
        for area in areas
    ]


@require_safe
def share_detail(request: HttpRequest, area: str) -> HttpResponse:
    """One area: what the areas in it get, how money came down to it, and its own pot line by line."""
    place = get_object_or_404(Area.objects.select_related("parent", "outline"), slug=area)
    run = standing_run(place)
    own = pot_line(place, run) if run else None
    if run is None or own is None:
        return render_page(request, "funding/shares_none.html", {"nav": "money", "area": place})
    parameters = parameters_of(run)
    below = moneys_below(run, place)
    path = path_of(run, place)
    most = max(below, key=lambda row: (row.each, row.area.code)) if below else None
    least = min(below, key=lambda row: (row.each, row.area.code)) if below else None
    context = {
        "nav": "money",
        "area": place,
        "run": run,
        "own": own,
        "crumbs": [
            Crumb(_("How the money is shared"), reverse("funding:shares")),
            *(
                Crumb(up.label, reverse("funding:share_detail", args=[up.slug]))
                for up in chain_of(place)[:-1]
            ),
        ],
        "below": below,
        "most": most,
        "least": least,
        "below_columns": _columns(_("Area"), _("Money"), _("Each person")),
        "below_rows": _below_rows(below),
        "below_foot": _below_foot(place, below),
        "below_bars": _below_bars(below),
        "map": map_of_money(place, below),
        "path_columns": _columns(_("Level"), _("Kept here"), _("Sent down")),
        "path_rows": [
            _row(row.area.label, big_money(row.kept), big_money(row.passed))
            for row in path
        ],
        "working": working_of(run, place, parameters),
        "floors": [
            (theme_name(theme), pounds(Pence(pence)))
            for theme, pence in theme_floors(
                place, cycle_id=run.cycle_id, budget=own.for_projects, rules=parameters
            ).items()
            if pence
        ],
        "has_floors": any(parameters.theme_floors_bp.values()),
        "theme_support": percent_text(parameters.theme_support_bp),
        "parameters": parameters,
        "level": level_name(place.level),
    }  # fmt: skip
    return render_page(request, "funding/share_detail.html", context)


def _below_rows(below: Sequence[AreaMoney]) -> list[Row]:
    return [
        Row(
            [
                Cell(f"{at}. {row.area.label}", url=reverse("funding:share_detail", args=[row.area.slug])),
                Cell(pounds(row.received), numeric=True),
                Cell(exact_pounds(row.each), numeric=True),
            ],
            key=f"place-{at}",
        )
        for at, row in enumerate(below, 1)
    ]


def _below_bars(below: Sequence[AreaMoney]) -> list[Bar]:
    """Bars for at most eight areas; a longer list stands in its table alone."""
    if not 0 < len(below) <= 8:
        return []
    return bars([(f"{at}. {row.area.label}", row.each, exact_pounds(row.each), 1) for at, row in enumerate(below, 1)])


def _below_foot(place: Area, below: Sequence[AreaMoney]) -> list[Cell]:
    whole = sum(row.received for row in below)
    people = sum(row.area.population for row in below)
    return [
        Cell(_("All of %(place)s") % {"place": place.spoken}),
        Cell(pounds(whole), numeric=True),
        Cell(exact_pounds(whole // people) if people else "", numeric=True),
    ]


@require_safe
def shares_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every pot of the newest divided cycle as CSV: one row for each area and colour."""
    run = standing_run()
    if run is None:
        raise Http404
    chosen = PotHolder.objects.standing().filter(cycle_id=run.cycle_id)
    holders = {row.area_id: row for row in chosen.select_related("candidate__body", "candidate__group")}
    pots = (
        Pot.objects.filter(cycle_id=run.cycle_id)
        .select_related("area__parent")
        .order_by("area__path", "colour")
        .iterator(chunk_size=2_000)
    )

    def rows() -> Iterator[Sequence[object]]:
        yield [
            "year", "code", "name", "level", "parent", "people", "colour", "amount", "participation", "small_awards",
            "for_projects", "holder", "holder_kind", "run",
        ]  # fmt: skip
        for pot in pots:
            holder = holders[pot.area_id].candidate if pot.area_id in holders else None
            yield [
                run.cycle.year,
                pot.area.code,
                pot.area.name,
                pot.area.level,
                pot.area.parent.code if pot.area.parent else "",
                pot.area.population,
                pot.colour,
                decimal_pounds(pot.amount_pence),
                decimal_pounds(pot.participation_pence),
                decimal_pounds(pot.small_pence),
                decimal_pounds(pot.for_projects_pence),
                holder.name if holder else "",
                holder.kind if holder else "",
                run.outcome_hash[:16],
            ]

    return csv_response(f"pots-{run.cycle.year}.csv", rows())


@require_safe
def simulator(request: HttpRequest, area: str) -> HttpResponse:
    """Try other people, need and rates for one area; nothing is written, and the address keeps the figures."""
    place = get_object_or_404(Area.objects.select_related("parent"), slug=area)
    run = standing_run(place)
    own = pot_line(place, run) if run else None
    if run is None or own is None:
        return render_page(request, "funding/shares_none.html", {"nav": "money", "area": place})
    now = rates_now(run, place)
    shown = {
        "people": place.population,
        "need": "" if place.need_ten_thousandths is None else percent_text(place.need_ten_thousandths),
        **{level: percent_text(rate) for level, rate in now.items()},
    }
    form = SimulatorForm(request.GET or None, initial=shown)
    tried = None
    if form.is_bound and form.is_valid():
        try:
            tried = try_figures(run, place, form.cleaned_data)
        except ParameterError as wrong:
            for problem in wrong.problems[:5]:
                form.add_error(None, str(problem))
    context = {
        "nav": "money",
        "area": place,
        "own": own,
        "form": form,
        "tried": tried,
        "crumbs": [
            Crumb(_("How the money is shared"), reverse("funding:shares")),
            Crumb(place.label, reverse("funding:share_detail", args=[place.slug])),
        ],
        "columns": _columns(_("Where it is decided"), _("Now"), _("Then")),
        "rows": [
            _row(old.name.capitalize(), big_money(old.pence), big_money(new.pence))
            for old, new in zip(tried.levels_before, tried.levels_after, strict=True)
        ]
        if tried
        else [],
    }  # fmt: skip
    return render_page(request, "funding/simulator.html", context, status=422 if form.is_bound and form.errors else 200)
