"""The reference decides small elections as the definitions say (C§1); every claim is small enough to check by hand."""

import pytest

from voting.rules.dispatch import count
from voting.rules.vocabulary import Election, Floor, Options, Project


def election(costs, ballots, budget, **others):
    """Build an election from {id: cost} and ["AB", "A", ...] where each letter names a project."""
    projects = [
        Project(c, cost, **others.get("details", {}).get(c, {})) if not isinstance(cost, Project) else cost
        for c, cost in costs.items()
    ]
    others = {key: value for key, value in others.items() if key != "details"}
    return Election.of_ballots(projects, budget, [tuple(ballot) for ballot in ballots], **others)


def winners(*args, rule="equal-shares", seed="", **others):
    options = {key: others.pop(key) for key in list(others) if key in Options.__dataclass_fields__}
    return count(election(*args, **others), rule=rule, options=Options(**options), seed=seed).winners


def test_sixty_one_voters_and_one_project_that_costs_the_whole_budget_win():
    result = count(election({"A": 100}, ["A"] * 61, 100), options=Options(completion="none"))

    assert result.winners == ("A",)


def test_greedy_takes_by_votes_and_skips_what_does_not_fit():
    costs, ballots = {"A": 60, "B": 50, "C": 40}, ["A", "A", "A", "B", "B", "C"]

    assert winners(costs, ballots, 100, rule="greedy") == ("A", "C")
    assert winners(costs, ballots, 100, rule="greedy-no-skip") == ("A",)
    assert winners(costs, ballots, 100, rule="greedy-threshold", threshold=2) == ("A",)


@pytest.mark.parametrize(
    "rule", ["greedy", "greedy-no-skip", "greedy-threshold", "equal-shares", "phragmen", "priorities"]
)
def test_no_rule_funds_a_project_without_support(rule):
    options = Options(completion="add1u" if rule == "equal-shares" else "none")
    result = count(election({"A": 10, "B": 10, "Z": 0}, ["A", ""], 100), rule=rule, options=options)

    assert result.winners == ("A",)
    assert {result.fate("B").reason, result.fate("Z").reason} == {"no-support"}


def test_equal_shares_gives_each_group_its_share():
    costs = {"A": 50, "B": 50, "C": 50, "D": 50}
    ballots = ["AB"] * 6 + ["CD"] * 4

    assert set(winners(costs, ballots, 120)) == {"A"}
    assert set(winners(costs, ballots, 120, completion="u")) == {"A", "B"}
    assert {"AB".find(winners(costs, ballots, 125)[0]) >= 0, "CD".find(winners(costs, ballots, 125)[1]) >= 0} == {True}


def test_cost_then_votes_then_the_lot_decide_a_tie():
    cheap = count(election({"A": 60, "B": 50}, ["A", "B"], 100), rule="greedy")
    voted = count(election({"A": 50, "B": 50, "C": 100}, ["AB", "B", "AC"], 100), rule="greedy")
    drawn = {
        count(election({"A": 60, "B": 60}, ["A", "B"], 100), rule="greedy", seed=str(n)).winners for n in range(20)
    }

    assert (cheap.winners, cheap.ties[0].decided_by, cheap.ties[0].tied) == (("B",), "cost", ("B", "A"))
    assert voted.ties[0].decided_by == "lot"
    assert drawn == {("A",), ("B",)}


def test_a_limit_that_is_spent_puts_out_the_project_and_says_so():
    details = {"A": {"demands": {"revenue": 60}}, "B": {"demands": {"revenue": 60}}}
    for rule in ("greedy", "phragmen", "equal-shares"):
        result = count(
            election({"A": 60, "B": 60, "C": 40}, ["ABC"] * 3 + ["A"], 200, details=details, limits={"revenue": 100}),
            rule=rule,
        )

        assert set(result.winners) == {"A", "C"}
        assert (result.fate("B").reason, result.fate("B").detail) == ("over-limit", "revenue")


def test_one_of_a_group_wins_also_when_the_group_has_one_member():
    details = {"A": {"at_most_one_of": "hall"}, "B": {"at_most_one_of": "hall"}, "C": {"at_most_one_of": "pond"}}
    for rule in ("greedy", "phragmen", "equal-shares"):
        result = count(election({"A": 10, "B": 10, "C": 10}, ["ABC"] * 3 + ["A"], 200, details=details), rule=rule)

        assert set(result.winners) == {"A", "C"}
        assert (result.fate("B").reason, result.fate("B").detail) == ("one-of", "A")


def test_a_floor_runs_first_on_its_own_money_and_the_rest_goes_on():
    details = {"A": {}, "B": {}, "D": {"tags": ("digital",)}, "E": {"tags": ("digital",)}}
    ballots = ["AB"] * 8 + ["D"] * 2 + ["E"]
    floor = (Floor("digital", 20, support_permille=150),)

    plain = count(election({"A": 50, "B": 50, "D": 20, "E": 20}, ballots, 100, details=details), rule="greedy")
    floored = count(
        election({"A": 50, "B": 50, "D": 20, "E": 20}, ballots, 100, details=details, floors=floor), rule="greedy"
    )

    assert plain.winners in (("A", "B"), ("B", "A"))
    assert floored.winners[0] == "D"
    assert set(floored.winners) == {"D", plain.winners[0], "E"}
    assert floored.steps[0].phase == "floor:digital"


def test_priorities_are_a_proportional_order():
    costs = {"A": 900, "B": 5, "C": 70, "D": 1}
    ballots = ["AB"] * 6 + ["C"] * 3

    order = winners(costs, ballots, 0, rule="priorities")
    assert order[0] in "AB"
    assert "C" in order[1:3]
    assert len(order) == 3
    assert len(winners(costs, ballots, 0, rule="priorities", seats=2)) == 2
