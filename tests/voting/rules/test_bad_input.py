"""What cannot be counted gets a clear error; what is merely odd has a defined result."""

import re

import pytest

from voting.rules.dispatch import count
from voting.rules.vocabulary import RULES, Election, Floor, Options, Project

A, B = Project("A", 50), Project("B", 50)


def build(**others):
    given = {"projects": (A, B), "budget": 100, "ballots": {("A",): 1}, "unit": 1} | others
    return Election(**given)


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"ballots": {("C",): 1}}, "a ballot names 'C', which is not a project of this election"),
        ({"ballots": {("A", "A"): 1}}, "a ballot names a project twice: ('A', 'A')"),
        ({"ballots": {("A",): 0}}, "0 people cast ('A',); expected a whole number, 1 or more"),
        ({"ballots": {("A", "B"): 1}, "kind": "choose-one"}, "a ballot names 2 projects where people choose one"),
        (
            {"ballots": {(("A", -1),): 1}, "kind": "cumulative"},
            "the points of a ballot are not whole numbers, 0 or more",
        ),
        (
            {"ballots": {(("A", 0.5),): 1}, "kind": "cumulative"},
            "the points of a ballot are not whole numbers, 0 or more",
        ),
        ({"projects": (Project("A", -1),)}, "the cost of project 'A' is -1; expected a whole number, 0 or more"),
        ({"projects": (Project("A", 1.5),)}, "the cost of project 'A' is 1.5; expected a whole number, 0 or more"),
        ({"projects": (A, A)}, "two projects have the id 'A'"),
        ({"budget": -1}, "the budget is -1; expected a whole number, 0 or more"),
        ({"kind": "chads"}, "ballots of kind 'chads'; expected one of"),
        ({"unit": 0}, "the unit is 0; expected a whole number, 1 or more"),
        ({"projects": (Project("A", 1, demands={"x": 1}),)}, "project 'A' makes a demand on 'x', which is not a limit"),
        ({"limits": {"x": -1}}, "the limit 'x' is -1"),
        ({"floors": (Floor("t", 60), Floor("u", 60))}, "the floors together come to more than the budget"),
        ({"floors": (Floor("t", 6), Floor("t", 6))}, "two floors have the same tag"),
    ],
)
def test_an_election_that_does_not_fit_together_is_refused(others, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        build(**others)


@pytest.mark.parametrize(
    ("rule", "options", "message"),
    [
        ("borda", Options(), "no rule is called 'borda'"),
        ("equal-shares", Options(completion="add2"), "no completion is called 'add2'"),
        ("equal-shares", Options(utility="joy"), "no utility is called 'joy'"),
        ("equal-shares", Options(utility="borda"), "Borda points need ballots that rank; these are of kind approval"),
        ("equal-shares", Options(step=-1), "the step is -1"),
        ("priorities", Options(seats=0), "the number of seats is 0; expected a whole number, 1 or more"),
    ],
)
def test_options_that_make_no_sense_are_refused(rule, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        count(build(), rule=rule, options=options)


@pytest.mark.parametrize("path", ["compiled", "numpy", "reference"])
@pytest.mark.parametrize("rule", RULES)
class TestOddButDefined:
    def test_no_money_funds_nothing_but_what_is_free(self, rule, path):
        election = build(budget=0, projects=(A, Project("F", 0)), ballots={("A", "F"): 3})

        winners = count(election, rule=rule, path=path).winners

        assert set(winners) == ({"A", "F"} if rule == "priorities" else {"F"})

    def test_no_projects_and_no_ballots_give_no_winners(self, rule, path):
        assert count(build(projects=(), ballots={}), rule=rule, path=path).winners == ()
        assert count(build(ballots={}), rule=rule, path=path).winners == ()
        assert count(build(ballots={(): 5}), rule=rule, path=path).winners == ()

    def test_one_voter_gets_what_fits(self, rule, path):
        election = build(ballots={("A", "B"): 1}, projects=(A, Project("B", 60)))

        assert count(election, rule=rule, path=path).winners[0] == "A"

    def test_all_tied_is_decided_by_the_lot_and_recorded(self, rule, path):
        projects = tuple(Project(str(n), 30) for n in range(8))
        election = build(projects=projects, ballots={tuple(p.id for p in projects): 5})

        selection = count(election, rule=rule, path=path, seed="seed")

        assert len(selection.winners) == (8 if rule == "priorities" else 3)
        assert (selection.ties[0].decided_by, set(selection.ties[0].tied)) == ("lot", {p.id for p in projects})

    def test_amounts_of_ten_to_the_thirty_are_counted_exactly(self, rule, path):
        big = 10**30
        election = build(projects=(Project("A", big), Project("B", big + 1)), budget=big, ballots={("A", "B"): 61})

        winners = count(election, rule=rule, path=path).winners

        assert winners == (("A", "B") if rule == "priorities" else ("A",))


def test_an_empty_ballot_counts_among_the_voters():
    projects = (Project("A", 60),)

    full = count(build(projects=projects, ballots={("A",): 3}), options=Options())
    half = count(build(projects=projects, ballots={("A",): 3, (): 3}), options=Options())

    assert (full.winners, half.winners) == (("A",), ())


@pytest.mark.parametrize("path", ["compiled", "numpy", "reference"])
def test_sixty_one_voters_and_one_project_that_costs_everything(path):
    for cost in (61, 100, 7, 10**12):
        election = build(projects=(Project("A", cost),), budget=cost, ballots={("A",): 61})

        assert count(election, options=Options(), path=path).winners == ("A",)
