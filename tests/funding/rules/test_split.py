"""The split of the whole tree: R1-R6, invariants S1 to S9 and S15, and R§4.2's worked figures."""

import json
import os
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.geography import read_areas
from funding.rules.need import Need
from funding.rules.parameter_reader import default_parameters, read_parameters
from funding.rules.parameters import default_document
from funding.rules.problems import ParameterError
from funding.rules.split import split_tree
from funding.rules.tree import TreeArea, grow_tree
from tests.funding.rules import second_way
from tests.funding.strategies import often, parameter_sets, totals, trees

BILLION = 100_000_000_000


def kept(split):
    return {code: area.kept_pence for code, area in split.areas.items()}


def a_small_country(**changes):
    """Two authorities under one county, and one standing alone, with five neighbourhoods."""
    areas = [
        TreeArea("UK", "uk", "", 10),
        TreeArea("E92000001", "nation", "UK", 10),
        TreeArea("C", "county", "E92000001", 10),
        TreeArea("C1", "authority", "C", 10),
        TreeArea("C2", "authority", "C", 10),
        TreeArea("U", "authority", "E92000001", 10),
        TreeArea("C1-a", "neighbourhood", "C1", 4_000, Need(deprivation=8_000)),
        TreeArea("C1-b", "neighbourhood", "C1", 6_000, Need(deprivation=2_000)),
        TreeArea("C2-a", "neighbourhood", "C2", 5_000, Need(deprivation=5_000)),
        TreeArea("U-a", "neighbourhood", "U", 9_000, Need(deprivation=5_000)),
        TreeArea("U-b", "neighbourhood", "U", 1_000, Need(deprivation=10_000)),
    ]
    return grow_tree([replace(area, **changes.get(area.code, {})) for area in areas])


@often
@given(totals(), trees(), parameter_sets())
def test_s1_not_a_penny_is_lost_at_any_area(total, tree, parameters):
    split = split_tree(total, tree, parameters)

    assert split.reserve_pence + sum(kept(split).values()) + split.unallocated_pence == total
    for code, area in split.areas.items():
        below = sum(split.areas[kid].received_pence for kid in tree.children[code] if kid in split.areas)
        assert area.kept_pence + area.unallocated_pence + below == area.received_pence
        assert min(area.kept_pence, area.unallocated_pence) >= 0
        assert type(area.kept_pence) is int


@often
@given(totals(), trees(), parameter_sets())
def test_s2_every_leaf_stays_inside_its_bounds_where_they_can_be_met(total, tree, parameters):
    split = split_tree(total, tree, parameters)

    feasible = split.areas[tree.root].floor_pence <= total - split.reserve_pence
    for code in tree.leaves():
        if leaf := split.areas.get(code):
            assert leaf.cap_pence is None or leaf.kept_pence <= leaf.cap_pence
            assert leaf.kept_pence >= leaf.floor_pence or not feasible


@often
@given(totals(), trees(), parameter_sets())
def test_s3_one_more_penny_in_the_fund_lowers_no_pot(total, tree, parameters):
    before, after = kept(split_tree(total, tree, parameters)), kept(split_tree(total + 1, tree, parameters))

    assert all(after[code] >= before[code] for code in before)


def one_place_grows(data, tree):
    """Return the tree again with more people or more need in one leaf, and that leaf."""
    leaf = data.draw(st.sampled_from(tree.leaves()))
    area, more = tree.areas[leaf], data.draw(st.integers(1, 10_000))
    if area.need.deprivation is None or data.draw(st.booleans()):
        grown = replace(area, people=area.people + more)
    else:
        grown = replace(area, need=Need(deprivation=min(10_000, area.need.deprivation + more)))
    return leaf, grow_tree([grown if code == leaf else known for code, known in tree.areas.items()])


@often
@given(totals(), trees(), parameter_sets(caps=False), st.data())
def test_s4_more_people_or_need_in_one_place_never_lower_its_pot_or_those_above_it(total, tree, parameters, data):
    leaf, grown = one_place_grows(data, tree)

    before, after = kept(split_tree(total, tree, parameters)), kept(split_tree(total, grown, parameters))

    assert all(after[code] >= before[code] for code in tree.chain(leaf))


@often
@given(totals(), trees(), parameter_sets(caps=False, floors=False, own_need=False), st.data())
def test_s4_nobody_else_gains_by_it_beyond_a_penny_a_level(total, tree, parameters, data):
    """Floors off: a place on its floor passes what it brings to its neighbours until it rises above the floor.

    One need rule for all: where nations differ in theirs, what a person brings to the nation is not what the nation
    gives to the person's place, and the difference goes to the others of that nation.
    """
    leaf, grown = one_place_grows(data, tree)

    before, after = kept(split_tree(total, tree, parameters)), kept(split_tree(total, grown, parameters))

    assert all(after[other] <= before[other] + len(tree.chain(other)) for other in tree.leaves() if other != leaf)


@often
@given(totals(), trees(), parameter_sets(caps=False, floors=False))
def test_s5_brothers_and_sisters_keep_the_order_of_their_weights(total, tree, parameters):
    split = split_tree(total, tree, parameters)

    for code, kids in tree.children.items():
        if code == tree.root:
            continue
        for a in kids:
            for b in kids:
                if a in split.areas and b in split.areas and split.areas[a].weight > split.areas[b].weight:
                    assert split.areas[a].received_pence >= split.areas[b].received_pence


@often
@given(totals(), trees(), st.integers(2, 50))
def test_s6_multiplying_all_people_changes_nothing(total, tree, factor):
    parameters = read_parameters({"floors_above_total": "scale"})
    more = grow_tree([replace(area, people=area.people * factor) for area in tree.areas.values()])

    assert kept(split_tree(total, tree, parameters)) == kept(split_tree(total, more, parameters))


@often
@given(totals(), trees(), parameter_sets(), st.randoms())
def test_s7_the_order_of_the_rows_changes_nothing(total, tree, parameters, random):
    areas = list(tree.areas.values())
    random.shuffle(areas)

    shuffled = split_tree(total, grow_tree(areas), parameters)

    assert shuffled.document() == split_tree(total, tree, parameters).document()


@often
@given(totals(), trees(max_kids=3), parameter_sets())
def test_s8_two_independently_written_ways_agree_to_the_penny(total, tree, parameters):
    split = split_tree(total, tree, parameters)

    other = second_way.split(total, list(tree.areas.values()), parameters.document)

    assert (kept(split), split.reserve_pence, split.unallocated_pence) == other


@often
@given(totals(), trees(), parameter_sets(caps=False), st.data())
def test_s9_an_area_without_a_body_sends_its_share_down(total, tree, parameters, data):
    middles = [
        code
        for code in tree.order
        if tree.areas[code].level in ("strategic", "county", "authority") and tree.children[code]
    ]
    if not middles:
        return
    gone = data.draw(st.sampled_from(middles))
    with_body = grow_tree([replace(a, has_body=True) if c == gone else a for c, a in tree.areas.items()])
    without = grow_tree([replace(a, has_body=False) if c == gone else a for c, a in tree.areas.items()])

    before, after = kept(split_tree(total, with_body, parameters)), kept(split_tree(total, without, parameters))

    assert after[gone] == 0 or not tree.children[gone]
    assert all(after[leaf] >= before[leaf] for leaf in tree.leaves_below(gone))
    # Below it nobody loses; elsewhere nothing changes.
    below = {code for code in tree.order if gone in tree.chain(code)}
    assert all(after[code] == before[code] for code in tree.order if code not in below)


def test_s9_a_variant_that_sends_a_missing_levels_share_up_is_caught():
    with_body = a_small_country()
    without = a_small_country(C={"has_body": False})
    split = split_tree(10_000_000, without, read_parameters({"floors_above_total": "scale"}))
    sent_up = kept(split_tree(10_000_000, with_body, read_parameters({"floors_above_total": "scale"})))
    sent_up["E92000001"] += sent_up.pop("C")  # the broken variant: the county's keep goes to the nation

    assert any(split.areas[leaf].kept_pence > sent_up[leaf] for leaf in ("C1-a", "C1-b", "C2-a"))


def test_s15_a_merged_area_weighs_what_its_parts_weighed():
    parts = a_small_country()
    parameters = read_parameters(
        {"floors_above_total": "scale", "nations": {"E92000001": {**_block(), "floor_pence": 0}}}
    )
    split = split_tree(10_000_000, parts, parameters)
    together = split.areas["C1-a"].weight + split.areas["C1-b"].weight

    assert split.areas["C1"].weight == together
    assert split.areas["C1-a"].kept_pence + split.areas["C1-b"].kept_pence + split.areas["C1"].kept_pence == (
        split.areas["C1"].received_pence
    )


def _block():
    return dict(default_document()["nations"]["E92000001"])


def test_r6_change_limits_hold_a_pot_near_its_last_one_and_leave_new_areas_alone():
    tree = a_small_country(**{"U-a": {"last_pence": 100_000}, "U-b": {"last_pence": 900_000}})
    parameters = read_parameters(
        {"change_limits": {"floor_bp": 8_500, "cap_bp": 12_500}, "floors_above_total": "scale"}
    )

    split = split_tree(100_000_000, tree, parameters)

    # U-a may not pass 125 % of last time, but the floor of £3,000 is above that: the floor wins.
    assert (split.areas["U-a"].cap_pence, split.areas["U-a"].kept_pence) == (300_000, 300_000)
    # U as a whole may not pass what its two may take, keeps its quarter of that, and U-b stays above 85 %.
    assert split.areas["U"].received_pence == 1_425_000
    assert (split.areas["U-b"].floor_pence, split.areas["U-b"].kept_pence) == (765_000, 768_750)
    assert split.areas["C1-a"].cap_pence is None


def test_a_nation_may_stay_out_and_its_weight_is_left_out():
    areas = [
        *a_small_country().areas.values(),
        TreeArea("S92000003", "nation", "UK", 10),
        TreeArea("S1", "neighbourhood", "S92000003", 50_000),
    ]
    document = {"nations": {"E92000001": _block()}}

    split = split_tree(10_000_000, grow_tree(areas), read_parameters(document))

    assert split.absent == ("S92000003",)
    assert kept(split) == kept(split_tree(10_000_000, a_small_country(), read_parameters(document)))


def test_the_shares_of_the_uk_shared_prosperity_fund_are_a_preset():
    areas = [TreeArea("UK", "uk", "", 4)]
    for code in ("E92000001", "N92000002", "S92000003", "W92000004"):
        areas += [TreeArea(code, "nation", "UK", 1), TreeArea(f"{code}-a", "neighbourhood", code, 1_000)]
    document = {"reserve_bp": 0, "uk_keep_bp": 0, "nation_weights": {"preset": "ukspf-2022-25"}}

    split = split_tree(250_400_00, grow_tree(areas), read_parameters(document | {"floors_above_total": "scale"}))

    shares = {code: split.areas[code].received_pence for code in ("E92000001", "S92000003", "W92000004", "N92000002")}
    assert shares == {"E92000001": 158_000_00, "S92000003": 21_200_00, "W92000004": 58_500_00, "N92000002": 12_700_00}


def test_a_nation_that_widens_its_need_range_takes_nothing_from_another():
    areas = [TreeArea("UK", "uk", "", 4)]
    for code in ("E92000001", "S92000003"):
        areas += [TreeArea(code, "nation", "UK", 1), TreeArea(f"{code}-a", "neighbourhood", code, 1_000)]
    nations = {"E92000001": _block(), "S92000003": _block()}
    wide = {**nations, "S92000003": {**_block(), "need": {"lo_permille": 500, "hi_permille": 9_000, "deprivation": 1}}}

    before = split_tree(10_000_000, grow_tree(areas), read_parameters({"nations": nations}))
    after = split_tree(10_000_000, grow_tree(areas), read_parameters({"nations": wide}))

    assert kept(after) == kept(before)


@pytest.mark.parametrize(
    ("areas", "code"),
    [
        ([], "empty_tree"),
        ([TreeArea("UK", "uk", "", 5), TreeArea("A", "nation", "nowhere", 5)], "orphan"),
        ([TreeArea("A", "nation", "B", 5), TreeArea("B", "strategic", "A", 5)], "cycle"),
        ([TreeArea("UK", "uk", "", 5), TreeArea("A", "authority", "UK", 0)], "no_people"),
        ([TreeArea("UK", "uk", "", 5), TreeArea("XX", "uk", "", 5)], "two_roots"),
        ([TreeArea("UK", "uk", "", 5), TreeArea("A", "nation", "UK", 5, has_body=False)], "leaf_without_body"),
        ([TreeArea("UK", "uk", "", 5), TreeArea("A", "nation", "UK", 5, Need(deprivation=10_001))], "bad_need"),
        ([TreeArea("UK", "uk", "", 5), TreeArea("UK", "uk", "", 5)], "twice"),
        ([TreeArea("UK", "nation", "", 5), TreeArea("A", "uk", "UK", 5)], "level_order"),
    ],
)
def test_a_broken_tree_is_refused_with_one_clear_message(areas, code):
    with pytest.raises(ParameterError) as refusal:
        grow_tree(areas)

    assert [problem.code for problem in refusal.value.problems] == [code]
    assert str(refusal.value)


def test_floors_above_the_sum_are_refused_unless_the_set_says_to_scale_them():
    with pytest.raises(ParameterError) as refusal:
        split_tree(1_000_000, a_small_country(), default_parameters())

    assert str(refusal.value) == "The floors come to £15,000, more than the £9,500 there is to share."
    scaled = split_tree(1_000_000, a_small_country(), read_parameters({"floors_above_total": "scale"}))
    assert sum(kept(scaled).values()) == 950_000


@pytest.fixture
def areas(shared_data):
    return read_areas(shared_data / "geography")


@pytest.mark.shared
class TestTheRealTree:
    def test_a_billion_over_the_united_kingdom_gives_the_worked_figures(self, areas):
        tree = grow_tree(areas)
        split = split_tree(BILLION, tree, default_parameters())

        levels = {level: (f["count"], round(f["pence"] / 1e8, 1)) for level, f in split.by_level().items()}
        assert levels == {
            "uk": (1, 28.5),
            "nation": (4, 46.1),
            "strategic": (26, 74.4),
            "county": (21, 20.4),
            "authority": (361, 195.1),
            "neighbourhood": (8_405, 585.5),
        }
        wards = [area for area in split.areas.values() if area.level == "neighbourhood"]
        quartiles = statistics.quantiles([ward.kept_pence / 100 for ward in wards], n=4)
        assert [round(quartile) for quartile in quartiles] == [28_138, 50_072, 92_445]
        heads = sorted(ward.kept_pence / 100 / tree.areas[ward.code].people for ward in wards)
        assert [round(heads[len(heads) * at // 100], 2) for at in (5, 50, 95)] == [3.94, 7.99, 13.17]
        assert (split.reserve_pence, split.unallocated_pence) == (5_000_000_000, 0)

    def test_decided_in_neighbourhoods_616_and_at_authority_or_below_822(self, areas):
        levels = split_tree(BILLION, grow_tree(areas), default_parameters()).by_level()
        shared = sum(level["pence"] for level in levels.values())

        near = levels["neighbourhood"]["pence"] + levels["authority"]["pence"]
        assert round(1000 * levels["neighbourhood"]["pence"] / shared) == 616
        assert round(1000 * near / shared) == 822

    def test_nations_share_by_people_to_the_tenth_of_a_basis_point(self, areas):
        split = split_tree(BILLION, grow_tree(areas), default_parameters())
        people = {area.code: area.people for area in areas if area.level == "nation"}
        money = {code: split.areas[code].received_pence for code in people}

        for code in people:
            share = money[code] / sum(money.values()) - people[code] / sum(people.values())
            assert abs(share) < 0.000_01 * 2

    def test_three_processes_with_other_seeds_zones_and_locales_give_one_hash(self, shared_data):
        script = (
            "from pathlib import Path; import sys\n"
            "from funding.geography import read_areas\n"
            "from funding.rules.parameter_reader import default_parameters\n"
            "from funding.rules.split import split_tree\n"
            "from funding.rules.tree import grow_tree\n"
            "from renewal.kernel.canonical import digest\n"
            "tree = grow_tree(read_areas(Path(sys.argv[1])))\n"
            f"print(digest(split_tree({BILLION}, tree, default_parameters()).document()))"
        )
        hashes = {
            subprocess.run(
                [sys.executable, "-c", script, str(shared_data / "geography")],
                env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "PYTHONPATH": str(root)},
                cwd=root,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            for root in [Path(__file__).resolve().parents[3]]
            for seed, locale, zone in [
                ("0", "C", "UTC"),
                ("1", "cy_GB.UTF-8", "Asia/Tokyo"),
                ("77", "tr_TR", "America/Lima"),
            ]
        }

        assert len(hashes) == 1


def test_the_document_of_a_split_holds_no_float():
    split = split_tree(10_000_000, a_small_country(), default_parameters())

    assert "." not in json.dumps(split.document())
