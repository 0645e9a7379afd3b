"""Which level decides a project: T1-T4, joint projects, hosting and escalation (R7-R9, S10, S11)."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from funding.rules.competence import (
    JOINT,
    MATCH,
    OUT_OF_SCOPE,
    SINGLE,
    AreaFacts,
    ProjectFacts,
    commit_joint,
    find_level,
    spread_shares,
    trim_spill_over,
)
from funding.rules.levels import DEPTH
from funding.rules.parameter_reader import default_parameters, read_parameters
from funding.rules.problems import ParameterError
from funding.rules.tree import TreeArea, grow_tree
from tests.funding.strategies import often, trees

STANDARD = default_parameters()
TREE = grow_tree(
    [
        TreeArea("UK", "uk", "", 60_000),
        TreeArea("E92000001", "nation", "UK", 60_000),
        TreeArea("STRAT", "strategic", "E92000001", 60_000),
        TreeArea("ASH", "authority", "STRAT", 40_000),
        TreeArea("OTH", "authority", "STRAT", 20_000),
        *(TreeArea(code, "neighbourhood", "ASH", 8_000) for code in ("ASH-N", "ASH-S", "MILL", "OLD", "FERN")),
        TreeArea("OTH-1", "neighbourhood", "OTH", 20_000),
    ]
)
POUND = 100
POTS = {
    "UK": 2_000_000,
    "E92000001": 900_000,
    "STRAT": 400_000,
    "ASH": 60_000,
    "OTH": 30_000,
    "ASH-N": 40_000,
    "ASH-S": 52_000,
    "MILL": 61_000,
    "OLD": 34_000,
    "FERN": 29_000,
    "OTH-1": 50_000,
}


def facts(**changes):
    known = {code: AreaFacts({"capital": pot * POUND}, True, 5_000) for code, pot in POTS.items()}
    return {**known, **{code.replace("_", "-"): value for code, value in changes.items()}}


def project(pounds, shares, powers=()):
    return ProjectFacts(shares, {"capital": pounds * POUND}, frozenset(powers))


def found(*arguments, known=None, parameters=STANDARD):
    return find_level(project(*arguments), TREE, known or facts(), parameters)


def test_a_small_project_of_one_neighbourhood_is_decided_there():
    finding = found(6_000, {"ASH-N": 1_000_000}, ["community_buildings"])

    assert (finding.form, finding.area, finding.failed()) == (SINGLE, "ASH-N", ())


def test_a_project_for_four_neighbourhoods_is_decided_by_the_borough():
    finding = found(55_000, {"ASH-N": 250_000, "ASH-S": 250_000, "MILL": 250_000, "OLD": 250_000})

    assert (finding.form, finding.area, finding.level) == (SINGLE, "ASH", "authority")


def test_spill_over_does_not_lift_a_project():
    finding = found(6_000, {"ASH-N": 910_000, "ASH-S": 50_000, "OTH-1": 40_000})

    assert (finding.area, finding.kept, finding.dropped) == ("ASH-N", ("ASH-N",), ("ASH-S", "OTH-1"))


@pytest.mark.parametrize(
    ("shares", "kept"),
    [
        ({"A": 900_000, "B": 50_000, "C": 50_000}, ["A"]),
        ({"A": 900_000, "B": 50_001, "C": 49_999}, ["A", "B"]),
        ({"A": 850_000, "B": 50_000, "C": 50_000, "D": 50_000}, ["A", "D"]),
        ({"A": 1_000_000, "B": 0}, ["A"]),
        ({"A": 500_000, "B": 500_000}, ["A", "B"]),
    ],
)
def test_trimming_stops_at_a_tenth_in_all_and_a_twentieth_each(shares, kept):
    assert trim_spill_over(shares, total_ppm=100_000, each_ppm=50_000)[0] == kept


def test_a_new_ward_can_dilute_a_fringe_share_below_the_trimming_line():
    """The one edge where adding a beneficiary lowers the level; R§5 asks that it be tested as it is."""
    before = found(6_000, {"ASH-N": 945_000, "OTH-1": 55_000})
    after = found(6_000, {"ASH-N": 905_000, "ASH-S": 46_000, "OTH-1": 49_000})

    assert (before.area, after.area) == ("STRAT", "ASH-N")


def test_a_power_the_area_lacks_sends_the_project_up_with_its_reason():
    finding = found(6_000, {"ASH-N": 1_000_000}, ["parks"])

    assert finding.area == "ASH"
    assert [(test.area, test.test, test.value) for test in finding.failed()] == [("ASH-N", "T2", "parks")]


def test_where_no_county_stands_above_the_authority_has_the_countys_powers():
    assert found(6_000, {"ASH-N": 1_000_000}, ["libraries"]).area == "ASH"


def test_a_cost_above_the_boroughs_pot_is_first_tried_as_a_joint_project():
    finding = found(90_000, {"ASH-N": 400_000, "ASH-S": 300_000, "MILL": 300_000})

    assert (finding.form, finding.area) == (JOINT, "ASH")
    assert finding.payers == {
        "ASH-N": {"capital": 36_000 * POUND},
        "ASH-S": {"capital": 27_000 * POUND},
        "MILL": {"capital": 27_000 * POUND},
    }
    assert [test.test for test in finding.failed()] == ["T3:capital"]


def test_one_neighbourhood_alone_pays_half_its_pot_and_the_borough_matches():
    finding = found(70_000, {"ASH-N": 1_000_000})

    assert (finding.form, finding.area) == (MATCH, "ASH-N")
    assert finding.payers == {"ASH-N": {"capital": 20_000 * POUND}, "ASH": {"capital": 50_000 * POUND}}


def test_a_neighbourhood_without_an_accredited_body_keeps_money_and_vote_and_is_hosted():
    finding = found(6_000, {"ASH-N": 1_000_000}, known=facts(ASH_N=AreaFacts({"capital": 4_000_000}, False, 5_000)))

    assert (finding.form, finding.area, finding.host) == (SINGLE, "ASH-N", "ASH")
    assert [test.test for test in finding.failed()] == ["T4"]


def test_a_neighbourhood_of_fewer_than_500_residents_is_hosted_too():
    finding = found(6_000, {"ASH-N": 1_000_000}, known=facts(ASH_N=AreaFacts({"capital": 4_000_000}, True, 499)))

    assert (finding.area, finding.host) == ("ASH-N", "ASH")


def test_an_area_without_a_body_cannot_decide():
    tree = grow_tree([replace(area, has_body=area.code != "STRAT") for area in TREE.areas.values()])
    finding = find_level(project(60_000, {"ASH-N": 500_000, "OTH-1": 500_000}), tree, facts(), STANDARD)

    assert (finding.form, finding.area) == (JOINT, "STRAT")  # the two boroughs together: sideways before upward
    dearer = find_level(project(80_000, {"ASH-N": 500_000, "OTH-1": 500_000}), tree, facts(), STANDARD)
    assert (dearer.form, dearer.area) == (SINGLE, "E92000001")


def test_what_fits_nowhere_is_out_of_scope_with_every_reason():
    finding = found(9_000_000, {"ASH-N": 1_000_000})

    assert finding.form == OUT_OF_SCOPE
    assert {test.area for test in finding.failed()} == {"ASH-N", "ASH", "STRAT", "E92000001", "UK"}


def test_beneficiary_shares_must_come_to_one_million():
    with pytest.raises(ParameterError) as refusal:
        found(6_000, {"ASH-N": 999_999})

    assert (
        str(refusal.value) == "beneficiary shares: the shares come to 999,999 millionths. They must come to 1,000,000."
    )


def test_a_share_of_a_larger_area_spreads_over_its_neighbourhoods_by_people():
    assert spread_shares({"ASH": 1_000_000}, TREE) == dict.fromkeys(("ASH-N", "ASH-S", "FERN", "MILL", "OLD"), 200_000)


@st.composite
def cases(draw, shares=None):
    tree = draw(trees(max_kids=3))
    leaves = tree.leaves()
    chosen = draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=4, unique=True))
    cuts = sorted(
        draw(st.lists(st.integers(1, 999_999), min_size=len(chosen) - 1, max_size=len(chosen) - 1, unique=True))
    )
    shares = {c: b - a for c, a, b in zip(chosen, [0, *cuts], [*cuts, 1_000_000], strict=True)}
    known = {
        code: AreaFacts({"capital": draw(st.integers(0, 1_000))}, draw(st.booleans()), draw(st.integers(0, 1_000)))
        for code in tree.order
    }
    powers = draw(
        st.frozensets(st.sampled_from(["kit", "parks", "libraries", "transport", "devolved_matters"]), max_size=2)
    )
    return tree, known, ProjectFacts(shares, {"capital": draw(st.integers(1, 3_000))}, powers)


def depth(finding):
    return DEPTH[finding.level] if finding.level else -1


@often
@given(cases())
def test_s10_the_level_contains_every_kept_ward_and_each_step_up_has_its_failed_test(case):
    tree, known, plan = case
    finding = find_level(plan, tree, known, STANDARD)

    if finding.area:
        assert set(finding.kept) <= set(tree.leaves_below(finding.area))
    start = tree.chain(finding.kept[0])
    passed_by = [code for code in start if any(test.area == code and test.test == "T1" for test in finding.tests)]
    failed = {test.area for test in finding.failed()}
    assert all(code in failed for code in passed_by if code != finding.area)


@often
@given(cases(), st.data())
def test_s10_a_larger_pot_never_raises_the_level(case, data):
    tree, known, plan = case
    code = data.draw(st.sampled_from(list(tree.order)))
    richer = {
        **known,
        code: replace(known[code], pots={"capital": known[code].pots["capital"] + data.draw(st.integers(1, 500))}),
    }

    assert depth(find_level(plan, tree, richer, STANDARD)) >= depth(find_level(plan, tree, known, STANDARD))


@often
@given(cases(), st.integers(1, 500))
def test_s10_a_higher_cost_never_lowers_the_decider(case, more):
    tree, known, plan = case
    dearer = replace(plan, cost={"capital": plan.cost["capital"] + more})

    assert depth(find_level(dearer, tree, known, STANDARD)) <= depth(find_level(plan, tree, known, STANDARD))


@often
@given(cases(), st.data())
def test_s10_without_trimming_one_more_ward_never_lowers_a_single_decider(case, data):
    tree, known, plan = case
    plain = read_parameters({"spill_total_ppm": 0, "spill_each_ppm": 0})
    others = [leaf for leaf in tree.leaves() if leaf not in plan.shares_ppm]
    largest = max(plan.shares_ppm, key=lambda code: (plan.shares_ppm[code], code))
    assume(others and plan.shares_ppm[largest] > 1)
    wider = replace(
        plan,
        shares_ppm={**plan.shares_ppm, largest: plan.shares_ppm[largest] - 1, data.draw(st.sampled_from(others)): 1},
    )

    before, after = find_level(plan, tree, known, plain), find_level(wider, tree, known, plain)

    # It may become a joint decision of the areas that now share it, as a higher cost may (R§5, 10).
    assert after.form == JOINT or depth(after) <= depth(before)


@often
@given(cases(), st.randoms())
def test_s10_the_order_of_areas_and_shares_changes_nothing(case, random):
    tree, known, plan = case
    areas, shares = list(tree.areas.values()), list(plan.shares_ppm.items())
    random.shuffle(areas)
    random.shuffle(shares)

    again = find_level(replace(plan, shares_ppm=dict(shares)), grow_tree(areas), known, STANDARD)

    assert again == find_level(plan, tree, known, STANDARD)


@often
@given(cases())
def test_s11_what_the_payers_pay_comes_to_the_cost(case):
    tree, known, plan = case
    finding = find_level(plan, tree, known, STANDARD)

    if finding.area:
        assert sum(amounts["capital"] for amounts in finding.payers.values()) == plan.cost["capital"]
        assert (
            all(amounts["capital"] <= known[payer].pots["capital"] for payer, amounts in finding.payers.items())
            or not tree.areas[finding.area].parent
        )


JOINT_SPLIT = {"A": {"capital": 600}, "B": {"capital": 330}, "C": {"capital": 70}}


@pytest.mark.parametrize(
    ("selected", "left", "funded", "top_up"),
    [
        ("ABC", 0, True, {}),
        ("AB", 70, True, {"capital": 70}),
        ("AB", 69, False, {}),
        ("AC", 1_000, False, {}),
        ("", 1_000, False, {}),
    ],
)
def test_s11_a_joint_project_is_paid_whole_or_not_at_all(selected, left, funded, top_up):
    result = commit_joint(JOINT_SPLIT, frozenset(selected), parent_left={"capital": left}, parameters=STANDARD)

    paid = sum(amounts["capital"] for amounts in result.payments.values()) + result.top_up.get("capital", 0)
    assert (result.funded, dict(result.top_up), paid) == (funded, top_up, 1_000 if funded else 0)
