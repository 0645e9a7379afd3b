"""Need multiplies people, inside a nation (R3)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.need import Need, NeedRule, leaf_weight, mid_ranks, multiplier_permille
from tests.funding.strategies import often

STANDARD = NeedRule()


@pytest.mark.parametrize(
    ("need", "multiplier"),
    [
        (Need(deprivation=0), 500),
        (Need(deprivation=10_000), 2_000),
        (Need(deprivation=4_678), 1_202),  # 500 + 1,500 x 0.4678 = 1,201.7
        (Need(deprivation=10), 502),  # 501.5: a half goes to the even number
        (Need(deprivation=30), 504),  # 504.5 likewise
        (Need(), 1_250),  # no figure: the middle of the nation
        (Need(deprivation=8_000, social=6_000, digital=2_000), 1_550),  # 0.7, 0.2 and 0.1 of them
        (Need(deprivation=8_000, digital=2_000), 1_588),  # social is missing: 7 to 1
    ],
)
def test_the_multiplier_runs_from_a_half_to_two(need, multiplier):
    assert multiplier_permille(need, STANDARD) == multiplier


def test_twice_the_people_at_like_need_weigh_twice_as_much():
    """The lesson of UKSPF Wales: an index that does not scale with people gives like places unlike money."""
    need = Need(deprivation=7_777)

    assert leaf_weight(20_000, need, STANDARD) == 2 * leaf_weight(10_000, need, STANDARD)


def test_a_published_cost_factor_multiplies_the_weight():
    assert leaf_weight(1_000, Need(), STANDARD, cost_factor_permille=1_100) == 1_375_000


def test_mid_ranks_are_weighted_by_people_and_equal_for_equal_scores():
    scores = {"A": Fraction(10), "B": Fraction(20), "C": Fraction(20), "D": Fraction(40)}
    people = {"A": 1_000, "B": 500, "C": 500, "D": 2_000}

    assert mid_ranks(scores, people) == {"A": 1_250, "B": 3_750, "C": 3_750, "D": 7_500}


@often
@given(st.dictionaries(st.text("ABCDE", min_size=1), st.tuples(st.integers(0, 5), st.integers(1, 10**6)), min_size=1))
def test_the_mean_rank_of_a_person_is_one_half(table):
    scores = {code: Fraction(score) for code, (score, _) in table.items()}
    people = {code: count for code, (_, count) in table.items()}

    ranks = mid_ranks(scores, people)

    mean = Fraction(sum(ranks[code] * people[code] for code in ranks), sum(people.values()))
    assert abs(mean - 5_000) <= Fraction(1, 2)
