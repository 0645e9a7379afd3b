"""The order of who may hold a pot follows from seats alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.holding import BodyFacts, holder_kind

LOCAL = {"is_near": True, "is_locally_governed": True}


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (BodyFacts("civil", 9, 8, 9, **LOCAL), "local_civil_society"),
        (BodyFacts("civil", 9, 8, 6, is_cross_sector=True, **LOCAL), "local_civil_society"),
        (BodyFacts("civil", 9, 8, 4, is_cross_sector=True, **LOCAL), "cross_sector"),
        (BodyFacts("private", 10, 5, 4, is_cross_sector=True, is_near=True), "cross_sector"),
        (BodyFacts("civil", 10, 4, 4, is_cross_sector=True, is_near=True), "wider_civil_society"),
        (BodyFacts("private", 10, 4, 4, is_cross_sector=True, is_near=True), None),
        (BodyFacts("civil", 9, 9, 9, is_locally_governed=True), "wider_civil_society"),
        (BodyFacts("civil"), "wider_civil_society"),
        (BodyFacts("private", 3, 3, 0, **LOCAL), None),
        (BodyFacts("public", 9, 9, 0, **LOCAL), None),
    ],
)
def test_seats_and_place_decide_the_kind(facts, kind):
    assert holder_kind(facts) == kind


@given(st.integers(1, 30), st.data())
def test_a_cross_sector_body_always_has_half_its_seats_local(seats, data):
    facts = BodyFacts(
        data.draw(st.sampled_from(["civil", "private"])),
        seats,
        data.draw(st.integers(0, seats)),
        data.draw(st.integers(0, seats)),
        is_cross_sector=True,
        is_near=data.draw(st.booleans()),
    )

    if holder_kind(facts) == "cross_sector":
        assert facts.local_seats * 2 >= facts.seats
