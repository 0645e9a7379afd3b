"""Bounded Webster: S2, S3, S5, S6 and S7 at the level of one apportionment."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.apportion import bounded_webster
from tests.funding.rules import second_way
from tests.funding.strategies import often

CODES = "ABCDEFGH"


@st.composite
def claims(draw, bounds=True):
    codes = CODES[: draw(st.integers(1, 8))]
    weights = {code: draw(st.integers(1, 10**6)) for code in codes}
    floors = {code: draw(st.integers(0, 500)) if bounds else 0 for code in codes}
    caps = {code: draw(st.none() | st.integers(floors[code], 5_000)) if bounds else None for code in codes}
    return weights, floors, caps


def test_the_worked_example_of_the_documentation():
    shares = bounded_webster(100, {"North": 53, "South": 24, "Mill": 23}, floors={"Mill": 30})

    assert shares.pence == {"North": 48, "South": 22, "Mill": 30}


def test_three_equal_weights_give_the_odd_penny_to_the_lowest_code():
    assert bounded_webster(100, {"B": 1, "A": 1, "C": 1}).pence == {"A": 34, "B": 33, "C": 33}


def test_floors_above_the_total_are_shared_in_proportion_to_the_floors():
    assert bounded_webster(90, {"A": 1, "B": 9}, floors={"A": 100, "B": 200}).pence == {"A": 30, "B": 60}


def test_a_surplus_above_every_cap_is_returned_and_never_forced():
    shares = bounded_webster(100, {"A": 1, "B": 1}, caps={"A": 10, "B": 20})

    assert (shares.pence, shares.unallocated) == ({"A": 10, "B": 20}, 70)


@pytest.mark.parametrize(
    ("total", "weights", "floors", "caps"),
    [
        (-1, {"A": 1}, {}, {}),
        (10, {}, {}, {}),
        (10, {"A": 0}, {}, {}),
        (10, {"A": -3}, {}, {}),
        (10, {"A": 1}, {"A": -1}, {}),
        (10, {"A": 1}, {"A": 5}, {"A": 4}),
    ],
)
def test_sums_and_weights_that_make_no_sense_are_refused(total, weights, floors, caps):
    with pytest.raises(ValueError):
        bounded_webster(total, weights, floors, caps)


@often
@given(st.integers(0, 20_000), claims())
def test_s2_shares_add_up_and_stay_inside_their_bounds(total, given_claims):
    weights, floors, caps = given_claims

    shares = bounded_webster(total, weights, floors, caps)

    assert sum(shares.pence.values()) + shares.unallocated == total
    if sum(floors.values()) <= total:
        assert all(shares.pence[code] >= floors[code] for code in weights)
    assert all(caps[code] is None or shares.pence[code] <= caps[code] for code in weights)
    if shares.unallocated:
        assert shares.pence == caps


@often
@given(st.integers(0, 20_000), claims())
def test_a_second_way_to_share_agrees_to_the_penny(total, given_claims):
    weights, floors, caps = given_claims

    assert bounded_webster(total, weights, floors, caps).pence == second_way.webster(total, weights, floors, caps)


@often
@given(st.integers(0, 20_000), claims())
def test_s3_one_more_penny_takes_a_penny_from_nobody(total, given_claims):
    before = bounded_webster(total, *given_claims).pence
    after = bounded_webster(total + 1, *given_claims).pence

    assert all(after[code] >= before[code] for code in before)


def largest_remainder(total, weights):
    """Hamilton's rule, the broken variant: exact quotas rounded down, last pennies to the largest remainders."""
    whole = sum(weights.values())
    shares = {code: total * weight // whole for code, weight in weights.items()}
    rest = sorted(weights, key=lambda code: (-Fraction(total * weights[code], whole) % 1, code))
    rest.sort(key=lambda code: (-(Fraction(total * weights[code], whole) - shares[code]), code))
    for code in rest[: total - sum(shares.values())]:
        shares[code] += 1
    return shares


def test_s3_largest_remainder_would_take_a_penny_away_which_is_why_we_use_webster():
    weights = {"A": 6, "B": 6, "C": 2}  # the Alabama paradox
    hamilton = [largest_remainder(total, weights)["C"] for total in (10, 11)]
    webster = [bounded_webster(total, weights).pence["C"] for total in (10, 11)]

    assert hamilton == [2, 1]
    assert webster[1] >= webster[0]


@often
@given(st.integers(0, 20_000), claims(), st.data())
def test_s4_more_weight_never_means_less_money(total, given_claims, data):
    weights, floors, caps = given_claims
    code = data.draw(st.sampled_from(sorted(weights)))
    heavier = {**weights, code: weights[code] + data.draw(st.integers(1, 10**5))}

    before = bounded_webster(total, weights, floors, caps).pence
    after = bounded_webster(total, heavier, floors, caps).pence

    assert after[code] >= before[code]
    assert all(after[other] <= before[other] + 1 for other in weights if other != code)


@often
@given(st.integers(0, 20_000), claims(bounds=False))
def test_s5_order_is_preserved_and_equals_differ_by_one_penny_at_most(total, given_claims):
    weights, _, _ = given_claims
    shares = bounded_webster(total, weights).pence

    for a in weights:
        for b in weights:
            if weights[a] > weights[b]:
                assert shares[a] >= shares[b]
            if weights[a] == weights[b] and a < b:
                assert shares[a] - shares[b] in (0, 1)


@often
@given(st.integers(0, 20_000), claims(), st.integers(2, 1_000))
def test_s6_multiplying_all_weights_changes_nothing(total, given_claims, factor):
    weights, floors, caps = given_claims
    scaled = {code: weight * factor for code, weight in weights.items()}

    assert bounded_webster(total, scaled, floors, caps) == bounded_webster(total, weights, floors, caps)


@often
@given(st.integers(0, 20_000), claims(bounds=False), st.integers(1, 7))
def test_s6_sharing_again_among_some_gives_the_same_shares(total, given_claims, size):
    weights, _, _ = given_claims
    shares = bounded_webster(total, weights).pence
    some = {code: weights[code] for code in sorted(weights)[:size]}

    again = bounded_webster(sum(shares[code] for code in some), some).pence

    assert again == {code: shares[code] for code in some}


@often
@given(st.integers(0, 20_000), claims(), st.randoms())
def test_s7_the_order_of_the_rows_changes_nothing(total, given_claims, random):
    weights, floors, caps = given_claims
    codes = list(weights)
    random.shuffle(codes)
    shuffled = {code: weights[code] for code in codes}

    assert bounded_webster(total, shuffled, floors, caps).pence == bounded_webster(total, weights, floors, caps).pence
