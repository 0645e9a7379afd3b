"""Unspent money: dated lots, first in first out, never more than one level up a round (R17-R19, S14, S15)."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.rollover import Lot, Neighbour, carry, hand_over, overflow_to, redistribute, spend
from tests.funding.strategies import often


def lot(pence, born, origin="A", tag=""):
    return Lot("A", "capital", pence, born, origin, tag)


def test_money_stays_for_two_rounds_and_then_overflows():
    lots = [lot(100, born=1), lot(200, born=2), lot(300, born=3)]

    carried = carry(lots, round_number=4, next_pot_pence=10_000)

    assert carried.kept == (lot(200, 2), lot(300, 3))
    assert carried.overflow == (lot(100, 1),)


def test_at_most_half_of_the_next_pot_stays_and_the_oldest_goes_first():
    carried = carry([lot(400, born=2), lot(500, born=3)], round_number=4, next_pot_pence=1_000)

    assert carried.kept == (lot(500, 3),)
    assert carried.overflow == (lot(400, 2),)


def test_the_oldest_money_is_spent_first():
    assert spend([lot(300, born=3), lot(100, born=1)], 250) == ([lot(150, 3)], 0)
    assert spend([lot(100, born=1)], 250) == ([], 150)


def near(area, needs, *, same=True, metres=0):
    return Neighbour(area, f"{area}-1", needs, same, metres)


def test_half_of_an_overflow_may_pay_the_nearest_siblings_project_once():
    overflow = [lot(600, born=1), lot(400, born=2)]
    siblings = [near("D", 300, metres=10), near("C", 500, same=False, metres=1), near("B", 501, metres=5)]

    gone = overflow_to(overflow, parent="P", round_number=4, neighbours=siblings)

    assert (gone.neighbour.area, gone.paid_pence) == ("D", 300)
    assert [(up.area, up.pence, up.born, up.origin) for up in gone.to_parent] == [
        ("P", 300, 4, "A"),
        ("P", 400, 4, "A"),
    ]


def test_at_equal_distance_the_lower_code_is_nearer():
    siblings = [near("C", 100), near("B", 100)]

    assert overflow_to([lot(1_000, 1)], parent="P", round_number=4, neighbours=siblings).neighbour.area == "B"


def test_expired_money_of_a_parent_goes_to_all_its_children_by_weight():
    assert redistribute(1_000, {"A": 1, "B": 3}) == {"A": 250, "B": 750}


def test_lots_of_two_colours_are_never_mixed():
    with pytest.raises(ValueError):
        carry([lot(1, 1), Lot("A", "revenue", 1, 1, "A")], round_number=2, next_pot_pence=10)


some_lots = st.lists(st.builds(lot, st.integers(1, 10_000), st.integers(0, 5), st.sampled_from("ABC")), max_size=6)


@often
@given(some_lots, st.integers(5, 8), st.integers(0, 20_000))
def test_s14_every_penny_stays_or_overflows_and_nothing_old_stays(lots, round_number, pot):
    carried = carry(lots, round_number=round_number, next_pot_pence=pot)

    everything = (*carried.kept, *carried.overflow)
    assert sum(part.pence for part in everything) == sum(part.pence for part in lots)
    assert all(part.age(round_number) <= 2 for part in carried.kept)
    assert sum(part.pence for part in carried.kept) <= pot // 2
    assert {part.colour for part in everything} <= {"capital"}
    assert all(part.pence > 0 for part in everything)


@often
@given(some_lots, st.lists(st.integers(1, 20_000), max_size=3))
def test_s14_overflow_is_paid_sideways_or_rises_one_level_and_loses_nothing(lots, needs):
    siblings = [near(f"S{at}", pence) for at, pence in enumerate(needs)]
    whole = sum(part.pence for part in lots)

    gone = overflow_to(lots, parent="P", round_number=9, neighbours=siblings)

    assert gone.paid_pence + sum(up.pence for up in gone.to_parent) == whole
    assert gone.paid_pence <= whole // 2
    assert all((up.area, up.born) == ("P", 9) for up in gone.to_parent)


heirs_by_weight = st.dictionaries(st.sampled_from("WXYZ"), st.integers(1, 50_000), min_size=1)


def by_kind(lots):
    """Add lots up by what must not change: when and where they were left, and what for."""
    sums = Counter()
    for part in lots:
        sums[part.colour, part.born, part.origin, part.tag] += part.pence
    return sums


def after_a_split_and_a_merge(lots, weights, hand_over=hand_over):
    """Split an area into several, then make one of those again; return the lots after each."""
    split = [part for mine in hand_over(lots, weights).values() for part in mine]
    parts = {code: [part for part in split if part.area == code] for code in weights}
    merged = [part for mine in parts.values() for part in hand_over(mine, {"M": 1}).get("M", ())]
    return split, merged


@often
@given(some_lots, heirs_by_weight)
def test_s15_what_areas_that_ended_leave_is_exactly_what_those_that_follow_them_get(lots, weights):
    split, merged = after_a_split_and_a_merge(lots, weights)

    assert by_kind(split) == by_kind(merged) == by_kind(lots)
    assert {part.area for part in merged} <= {"M"}
    for code, weight in weights.items():
        exact = sum(Fraction(part.pence * weight, sum(weights.values())) for part in lots)
        assert abs(sum(part.pence for part in split if part.area == code) - exact) <= len(lots) * len(weights)


def test_s15_fails_on_a_variant_that_rounds_each_share_down():
    def careless(lots, heirs):
        return {
            code: tuple(replace(part, area=code, pence=part.pence * own // sum(heirs.values())) for part in lots)
            for code, own in heirs.items()
        }

    lots = [lot(100, 3)]
    split, _merged = after_a_split_and_a_merge(lots, {"W": 1, "X": 1, "Y": 1}, hand_over=careless)

    assert by_kind(split) != by_kind(lots)
