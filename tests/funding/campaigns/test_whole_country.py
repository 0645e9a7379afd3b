"""The whole United Kingdom in the database: £1bn split by the job and posted, with times, memory and the same hash."""

import resource
import statistics
import time

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from communities.models import Area
from funding.geography import read_areas
from funding.models import AreaShare, Pot
from funding.rules.parameters import default_parameters
from funding.rules.split import split_tree
from funding.rules.tree import TreeArea, grow_tree
from funding.services.allocation import compute_run, post_run, request_run
from funding.services.ledger import check_ledger
from renewal.kernel.canonical import digest
from tests.factories.money import NOW, STARTS, make_cycle, make_set, sign_run

pytestmark = [pytest.mark.campaign, pytest.mark.shared, pytest.mark.long, pytest.mark.django_db]


def load(folder):
    """Put the pack's areas into the database, level by level."""
    rows = read_areas(folder)
    known: dict[str, Area] = {}
    for level in ("uk", "nation", "strategic", "county", "authority", "neighbourhood"):
        made = [
            Area(
                code=row.code,
                slug=row.code.lower(),
                name=row.code,
                level=level,
                nation="" if level == "uk" else "england",
                parent=known.get(row.parent),
                path=(known[row.parent].path if row.parent else "") + row.code + "/",
                population=row.people,
                need_ten_thousandths=row.need.deprivation,
                has_body=row.has_body,
                valid_from=STARTS,
            )
            for row in rows
            if row.level == level
        ]
        Area.objects.bulk_create(made)
        known |= {area.code: area for area in made}
    return rows


def timed(work):
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def test_a_billion_over_the_whole_country_by_the_job(shared_data, campaign):
    rows = load(shared_data / "geography")
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


def test_ten_times_the_areas_cost_at_most_about_ten_times_the_time(shared_data, campaign):
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
    medians = {}
    for name, tree in trees.items():
        times = [timed(lambda tree=tree: split_tree(10**12, tree, default_parameters()))[1] for _ in range(7)]
        medians[name] = statistics.median(times)
    ratio = medians["ten"] / medians["one"]
    campaign.record(
        f"split of {len(rows):,} areas {medians['one'] * 1000:.0f} ms, of {len(many):,} areas "
        f"{medians['ten'] * 1000:.0f} ms, ratio {ratio:.1f}"
    )
    assert len(trees["ten"].areas) > 9 * len(rows)
