"""S13: room for themes is used as far as supported projects fit it, and never by one with too little support (R11)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.funding.strategies import often
from voting.rules import dispatch
from voting.rules.vocabulary import Election, Floor, Options, Project

TAGS = ("connecting", "online", "mental-health")
RULES = [("greedy", Options()), ("equal-shares", Options(completion="add1u"))]


@st.composite
def votes(draw):
    """A vote on projects with and without themes, with room for two or three of them and a least support."""
    budget = draw(st.integers(30, 200))
    projects = [
        Project(f"P{at}", draw(st.integers(1, 60)), tags=tuple(draw(st.sets(st.sampled_from(TAGS), max_size=2))))
        for at in range(draw(st.integers(1, 8)))
    ]
    ids = [project.id for project in projects]
    ballots = [tuple(draw(st.sets(st.sampled_from(ids)))) for _ in range(draw(st.integers(1, 12)))]
    floors = tuple(
        Floor(tag, budget * draw(st.sampled_from([5, 10, 30])) // 100, draw(st.sampled_from([0, 30, 250, 500])))
        for tag in draw(st.lists(st.sampled_from(TAGS), min_size=1, unique=True))
    )
    return Election.of_ballots(projects, budget, ballots, floors=floors, unit=1)


def broken(election, selection):
    """Name every part of S13 that does not hold; a project counts for the first floor that runs and names it."""
    support = {
        project.id: sum(people for ballot, people in election.ballots.items() if project.id in ballot)
        for project in election.projects
    }
    cost = {project.id: project.cost for project in election.projects}
    taken: set[str] = set()
    found = []
    for floor in sorted(election.floors, key=lambda floor: (-floor.amount, floor.tag)):
        own = [project.id for project in election.projects if floor.tag in project.tags and project.id not in taken]
        taken.update(own)
        able = [ref for ref in own if support[ref] and support[ref] * 1_000 >= floor.support_permille * election.voters]
        phase = f"floor:{floor.tag}"
        by_floor = [ref for ref in selection.winners if selection.fate(ref).phase == phase]
        if set(by_floor) - set(able):
            found.append("funded below the support")
        spent = sum(cost[ref] for ref in own if ref in selection.winners)
        if any(spent + cost[ref] <= floor.amount for ref in able if ref not in selection.winners):
            found.append("room left beside a project that fits it")
        if sum(cost[ref] for ref in able) <= floor.amount and not set(able) <= set(selection.winners):
            found.append("spent less than the supported supply")
    return found


@often
@given(votes(), st.sampled_from(RULES))
def test_s13_each_theme_gets_its_room_or_all_that_supported_projects_can_use(election, rule):
    name, options = rule

    assert broken(election, dispatch.count(election, rule=name, options=options, seed="s")) == []


def a_vote():
    """Three of ten chose the one project on getting online, two the other; the rest of the money goes elsewhere."""
    projects = [
        Project("A", 50),
        Project("B", 50),
        Project("C", 20, tags=("online",)),
        Project("D", 5, tags=("online",)),
    ]
    ballots = [("A", "B")] * 5 + [("C",)] * 3 + [("D",)] * 2
    return Election.of_ballots(projects, 100, ballots, floors=(Floor("online", 20, 250),), unit=1)


@pytest.mark.parametrize(
    ("variant", "part"),
    [
        (lambda floors: (), "room left beside a project that fits it"),
        (lambda floors: (), "spent less than the supported supply"),
        (lambda floors: (replace(floors[0], amount=25, support_permille=0),), "funded below the support"),
    ],
    ids=["no floor", "no floor, all supply", "no least support"],
)
def test_s13_fails_on_a_broken_variant(variant, part):
    election = a_vote()

    careless = dispatch.count(replace(election, floors=variant(election.floors)), rule="greedy", seed="s")

    assert broken(election, dispatch.count(election, rule="greedy", seed="s")) == []
    assert part in broken(election, careless)
