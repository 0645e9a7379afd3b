"""Room for themes in a vote: its own in a large pot, the borough for small ones, within the money there is (R11)."""

import pytest

from funding.models import Pot, Theme
from funding.queries.pots import poll_terms, theme_floors
from funding.rules.parameter_reader import read_parameters
from funding.services.awards import post_awards
from tests.factories.money import (
    NOW,
    make_country,
    make_cycle,
    make_posted_run,
    make_project,
    make_round,
    make_set,
    publish_outcome,
)

pytestmark = pytest.mark.django_db


def projects_money(cycle, area):
    return sum(pot.for_projects_pence for pot in Pot.objects.filter(cycle=cycle, area=area))


@pytest.fixture
def country():
    areas, cycle = make_country(), make_cycle()
    make_posted_run(cycle, make_set({"theme_least_pot_pence": 6_500_000}))
    return areas, cycle, read_parameters(cycle.runs.get().parameter_set.document)


def test_a_large_pot_has_room_for_each_theme_and_a_small_one_has_none(country):
    areas, cycle, rules = country
    large, small = projects_money(cycle, areas["MILL"]), projects_money(cycle, areas["FERN"])

    assert theme_floors(areas["MILL"], cycle_id=cycle.pk, budget=large, rules=rules) == {
        "connecting": large // 10,
        "getting_online": large // 20,
        "mental_health": large // 20,
    }
    assert theme_floors(areas["FERN"], cycle_id=cycle.pk, budget=small, rules=rules) == {}


def test_the_borough_reckons_small_neighbourhoods_together_less_what_they_promised(country):
    areas, cycle, rules = country
    own = projects_money(cycle, areas["ASH"])
    small = [area for area in areas.values() if area.level == "neighbourhood"]
    small = sum(pence for area in small if (pence := projects_money(cycle, area)) < rules.theme_least_pot_pence)
    whole = (own + small) // 10
    assert small > 0
    assert theme_floors(areas["ASH"], cycle_id=cycle.pk, budget=own, rules=rules)["connecting"] == whole

    round_ = make_round(areas["FERN"], cycle)
    theme = Theme.objects.filter(code="connecting").first()
    project = make_project(round_, "FER-001", capital=200_000, theme=theme)
    publish_outcome(round_, [project], selected=["FER-001"])
    post_awards(round_id=round_.pk, now=NOW)

    assert theme_floors(areas["ASH"], cycle_id=cycle.pk, budget=own, rules=rules)["connecting"] == whole - 200_000
    assert sum(theme_floors(areas["ASH"], cycle_id=cycle.pk, budget=100, rules=rules).values()) <= 100


def test_a_vote_names_only_floors_of_themes_that_a_project_carries(country):
    areas, cycle, _ = country
    round_ = make_round(areas["MILL"], cycle)
    make_project(round_, "MIL-001", capital=200_000, theme=Theme.objects.filter(code="connecting").first())

    assert [floor["tag"] for floor in poll_terms(round_).floors] == ["connecting"]
