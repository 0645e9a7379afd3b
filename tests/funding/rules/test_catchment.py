"""The shares that a page proposes: whole, first of all here, and never further than people come for such a thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.catchment import LEAST_HERE, REACH, Near, default_catchment

NEAR = st.builds(
    Near, st.sampled_from(["a", "b", "c", "d", "e"]), st.integers(0, 30_000), st.integers(0, 9_000)
)  # fmt: skip


@pytest.mark.parametrize(
    ("strand", "shares"),
    [
        ("homes", {"N": 100}),
        ("places", {"N": 80, "M": 20}),
        ("services", {"N": 57, "S": 29, "M": 14}),
        ("unknown", {"N": 100}),
    ],
)
def test_what_it_is_decides_how_far_people_come(strand, shares):
    others = [Near("M", 2_000, 1_500), Near("S", 4_000, 3_000), Near("far", 9_000, 3_001)]

    assert default_catchment(strand, "N", 8_000, others) == shares


def test_a_small_place_beside_large_ones_keeps_half():
    assert default_catchment("services", "N", 100, [Near("S", 20_000, 10)]) == {"N": 50, "S": 50}


@given(st.sampled_from([*REACH, ""]), st.integers(0, 30_000), st.lists(NEAR, unique_by=lambda near: near.code))
def test_shares_come_to_a_hundred_and_reach_no_further(strand, people, others):
    shares = default_catchment(strand, "here", people, others)

    assert sum(shares.values()) == 100
    assert shares["here"] >= LEAST_HERE
    assert min(shares.values()) > 0
    assert set(shares) - {"here"} <= {near.code for near in others if near.metres <= REACH.get(strand, 0)}
