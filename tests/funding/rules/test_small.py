"""A month of small awards: by support, ties by the round's rule, never more than was set aside."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.small import FUNDED, NO_MONEY, NO_SUPPORT, Idea, decide_month

seeds = st.sampled_from(["", "a", "b7", "ffff"])
LEFT = {"capital": 1_000, "revenue": 500}
ideas = st.lists(
    st.builds(
        Idea,
        ref=st.integers(1, 999).map("ASHS-{:03d}".format),
        support=st.integers(0, 5),
        capital=st.integers(0, 900),
        revenue=st.integers(0, 400),
    ),
    max_size=12,
    unique_by=lambda idea: idea.ref,
)


def outcomes(places):
    return [(place.ref, place.outcome) for place in places]


def test_the_most_supported_idea_comes_first_and_one_that_does_not_fit_is_passed_over():
    places = decide_month(
        [Idea("A", 3, 800, 0), Idea("B", 9, 700, 0), Idea("C", 1, 200, 100), Idea("D", 0, 1, 0)], left=LEFT, seed="s"
    )

    assert outcomes(places) == [("B", FUNDED), ("A", NO_MONEY), ("C", FUNDED), ("D", NO_SUPPORT)]
    assert places[1].left == {"capital": 300, "revenue": 500}


def test_equal_support_is_ordered_by_cost_and_then_by_the_committed_lot():
    tied = [Idea("A", 2, 600, 0), Idea("B", 2, 500, 0), Idea("C", 2, 500, 0)]
    by_lot = sorted(["B", "C"], key=lambda ref: sha256(f"seed{ref}".encode()).hexdigest())

    assert [place.ref for place in decide_month(tied, left=LEFT, seed="seed")] == [*by_lot, "A"]


def test_a_reference_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        decide_month([Idea("A", 1, 1, 0), Idea("A", 2, 1, 0)], left=LEFT, seed="")


@given(ideas=ideas, seed=seeds, capital=st.integers(0, 2_000), revenue=st.integers(0, 2_000))
def test_no_month_promises_more_than_is_left_in_either_colour(ideas, seed, capital, revenue):
    places = decide_month(ideas, left={"capital": capital, "revenue": revenue}, seed=seed)

    by_ref = {idea.ref: idea for idea in ideas}
    funded = [by_ref[place.ref] for place in places if place.outcome == FUNDED]
    assert sum(idea.capital for idea in funded) <= capital
    assert sum(idea.revenue for idea in funded) <= revenue


@given(ideas=ideas, seed=seeds, shuffled=st.randoms())
def test_the_order_in_which_ideas_are_listed_decides_nothing(ideas, seed, shuffled):
    mixed = list(ideas)
    shuffled.shuffle(mixed)

    assert decide_month(mixed, left=LEFT, seed=seed) == decide_month(ideas, left=LEFT, seed=seed)


@given(ideas=ideas, seed=seeds)
def test_more_support_never_loses_a_place(ideas, seed):
    before = {place.ref: place.place for place in decide_month(ideas, left=LEFT, seed=seed)}
    for idea in ideas:
        more = [Idea(one.ref, one.support + (one.ref == idea.ref), one.capital, one.revenue) for one in ideas]
        after = {place.ref: place.place for place in decide_month(more, left=LEFT, seed=seed)}
        assert after[idea.ref] <= before[idea.ref]
