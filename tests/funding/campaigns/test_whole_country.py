"""The whole United Kingdom in the database: £1bn split by the job and posted, with times, memory and the same hash."""

import gc
import resource
import statistics
import time
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from communities.models import Area
from communities.services.area_pack import read_pack
from communities.services.areas import load_areas
from funding.geography import read_areas
from funding.models import AreaShare, Award, Pot, Project
from funding.queries.money_map import map_of_money
from funding.queries.shares import moneys_below
from funding.rules.parameter_reader import default_parameters
from funding.rules.split import split_tree
from funding.rules.tree import TreeArea, grow_tree
from funding.services.allocation import compute_run, post_run, request_run
from funding.services.awards import post_awards
from funding.services.ledger import check_ledger
from funding.services.rollover import roll_over
from renewal.kernel.canonical import digest
from tests.factories.money import (
    NOW,
    make_cycle,
    make_project,
    make_round,
    make_set,
    publish_outcome,
    sign_run,
)
from tests.support.whole_country import load_country

pytestmark = [pytest.mark.campaign, pytest.mark.shared, pytest.mark.long, pytest.mark.django_db]


def timed(work, *, clock=time.perf_counter):
    began = clock()
    result = work()
    return result, clock() - began


def test_a_billion_over_the_whole_country_by_the_job(shared_data, campaign):
    rows = load_country(shared_data / "geography")
    cycle = make_cycle(capital_pence=100_000_000_000, revenue_pence=0)

    run, asked = timed(lambda: request_run(cycle_id=cycle.pk, parameter_set_id=make_set().pk, now=NOW))
    run, computed = timed(lambda: compute_run(run_id=run.pk, now=NOW))
    sign_run(run)
    run, posted = timed(lambda: post_run(run_id=run.pk, now=NOW))
    _none, balanced = timed(connection.check_constraints)  # what a commit asks of every entry and posting
    checked, checking = timed(lambda: check_ledger(now=NOW))

    pure = split_tree(100_000_000_000, grow_tree(rows), default_parameters())
    assert run.outcome_hash == digest({"capital": pure.document()})
    wards = Pot.objects.filter(area__level="neighbourhood").values_list("amount_pence", flat=True)
    quartiles = [round(quartile) for quartile in statistics.quantiles([pence / 100 for pence in wards], n=4)]
    assert (round(sum(wards) / 1e8, 1), quartiles) == (585.5, [28_138, 50_072, 92_445])
    assert AreaShare.objects.count() == 8_818
    assert checked.differences == []
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    campaign.record(
        f"8,818 areas: asked {asked:.2f} s, computed and kept {computed:.2f} s, posted {posted:.2f} s, "
        f"every entry weighed {balanced:.2f} s, ledger rebuilt {checking:.2f} s, most memory of the process {most} MB"
    )
    pages = {
        "shares": reverse("funding:shares"),
        "borough": reverse("funding:share_detail", args=["e08000014"]),
        "ward": reverse("funding:share_detail", args=["e05000932"]),
        "simulator": reverse("funding:simulator", args=["e05000932"]) + "?people=20000",
    }
    client = Client()
    for name, address in pages.items():
        times = sorted(timed(lambda address=address: client.get(address))[1] for _ in range(5))
        campaign.record(f"page {name} {times[2] * 1000:.0f} ms median of 5")


def a_divided_year(year):
    """Divide a year of £1bn by the job's own steps: half for buildings, half for running costs."""
    cycle = make_cycle(capital_pence=50_000_000_000, revenue_pence=50_000_000_000, year=year)
    run = compute_run(
        run_id=request_run(cycle_id=cycle.pk, parameter_set_id=make_set(name=f"Of {year}").pk, now=NOW).pk, now=NOW
    )
    sign_run(run)
    return cycle, post_run(run_id=run.pk, now=NOW)


def reserve_lists(cycle, authority):
    """Give every ward of an authority a counted round that chose nothing, with one project on its reserve list."""
    wards = list(Area.objects.filter(parent__code=authority).order_by("code"))
    for number, ward in enumerate(wards):
        round_ = make_round(ward, cycle, slug=f"round-{ward.code.lower()}")
        project = make_project(round_, f"BIR-{number:03}", capital=100_000)
        publish_outcome(round_, [project], selected=[])
        post_awards(round_id=round_.pk, now=NOW)
        Project.objects.filter(pk=project.pk).update(state="unfunded", ended_at=NOW)
    return wards


def sums_of(*cycles):
    rows = Pot.objects.filter(cycle__in=cycles).values_list("colour").annotate(sum=Sum("account__balance__pence"))
    return dict(rows.order_by("colour"))


def test_every_real_area_has_its_map_and_its_unspent_money_rolls_over(shared_data, campaign):
    pack = read_pack(shared_data / "geography")
    loaded, took = timed(lambda: load_areas(pack=replace(pack, ranges=[])))
    campaign.record(f"{loaded.added:,} areas with {loaded.outlines:,} outlines loaded in {took:.1f} s")
    first, run = a_divided_year(2027)
    inner = list(Area.objects.filter(children__isnull=False).distinct().order_by("path"))
    drawn = [timed(lambda area=area: map_of_money(area, moneys_below(run, area))) for area in inner]
    times = sorted(took for _map, took in drawn)
    assert [area.name for area, (found, _took) in zip(inner, drawn, strict=True) if found is None] == []
    assert (len(inner), loaded.added) == (413, 8_818)
    campaign.record(
        f"{len(inner)} maps of all {sum(len(found.outlines) for found, _took in drawn):,} shapes: median "
        f"{statistics.median(times) * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms"
    )

    wards = reserve_lists(first, "E08000025")
    second, _run = a_divided_year(2028)
    before = sums_of(first, second)
    lots, took = timed(lambda: roll_over(cycle_id=second.pk, now=NOW))
    paid = Award.objects.filter(origin="overflow").aggregate(sum=Sum("capital_pence"))["sum"]
    _none, balanced = timed(connection.check_constraints)
    after = sums_of(first, second)
    assert (after["capital"] + paid, after["revenue"]) == (before["capital"], before["revenue"])
    assert sums_of(first) == {"capital": 0, "revenue": 0}
    assert roll_over(cycle_id=second.pk, now=NOW) == 0
    assert check_ledger(now=NOW).differences == []
    campaign.record(
        f"all unspent money of 8,818 areas and both colours rolled over in {took:.1f} s: {lots:,} lots, "
        f"{Award.objects.filter(origin='overflow').count()} projects of {len(wards)} wards paid by neighbours; every "
        f"entry weighed {balanced:.1f} s"
    )


def test_ten_times_the_areas_cost_at_most_about_ten_times_the_time(shared_data, campaign, request):
    rows = read_areas(shared_data / "geography")
    many = []
    for copy in range(10):
        many += [
            TreeArea(
                f"{row.code}/{copy}" if row.level not in ("uk", "nation") else row.code,
                row.level,
                f"{row.parent}/{copy}" if row.parent and row.level not in ("uk", "nation", "strategic") and
                not row.parent.endswith(("92000001", "92000002", "92000003", "92000004")) else row.parent,
                row.people,
                row.need,
                row.has_body,
            )
            for row in rows
            if copy == 0 or row.level not in ("uk", "nation")
        ]  # fmt: skip
    trees = {"one": grow_tree(rows), "ten": grow_tree(many)}
    means = {}
    gc.collect()
    request.addfinalizer(gc.unfreeze)
    gc.freeze()  # what other tests left behind is not walked through again and again
    for name, times in {"one": 40, "ten": 8}.items():  # the mean: a small split seldom pays for a whole collection
        _none, took = timed(
            lambda tree=trees[name], times=times: [split_tree(10**12, tree, default_parameters()) for _ in range(times)]
        )
        means[name] = took / times
    campaign.record(
        f"split of {len(rows):,} areas {means['one'] * 1000:.0f} ms, of {len(many):,} areas "
        f"{means['ten'] * 1000:.0f} ms of processor time, ratio {means['ten'] / means['one']:.1f}"
    )
    assert len(trees["ten"].areas) > 9 * len(rows)
