"""The reference decides small elections as the definitions say (C§1); every claim is small enough to check by hand."""

import hashlib
from fractions import Fraction

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


def test_votes_decide_where_points_and_cost_are_equal():
    ballots = [(("A", 2),), (("A", 2),), (("B", 4),)]
    tied = Election.of_ballots([Project("A", 60), Project("B", 60)], 100, ballots, kind="cumulative")

    for seed in "abcdefgh":
        result = count(tied, rule="greedy", seed=seed)
        assert (result.winners, result.ties[0].decided_by) == (("A",), "votes")


def test_the_lot_is_the_rank_of_the_hash_of_seed_and_id():
    tied = election({"A": 60, "B": 60, "C": 60}, ["ABC"] * 3, 60)

    for seed in ("", "9f86d0", "z"):
        first = min("ABC", key=lambda c: hashlib.sha256(f"{seed}{c}".encode()).digest())
        assert count(tied, rule="greedy", seed=seed).winners == (first,)


def test_phragmen_stops_at_a_project_that_does_not_fit_or_passes_over_it():
    costs, ballots = {"A": 60, "B": 60, "C": 20}, ["A"] * 6 + ["B"] * 5 + ["C"]

    stopped = count(election(costs, ballots, 100), rule="phragmen")
    skipped = count(election(costs, ballots, 100), rule="phragmen", options=Options(skip=True))

    assert (stopped.winners, stopped.fate("C").reason) == (("A",), "stopped")
    assert (skipped.winners, skipped.fate("B").reason) == (("A", "C"), "no-room")


def test_floors_run_largest_first_and_a_project_belongs_to_the_first_that_names_it():
    details = {"A": {}, "X": {"tags": ("green", "digital")}}
    floors = (Floor("digital", 20), Floor("green", 50))
    ballots = ["A"] * 8 + ["X"] * 2

    result = count(election({"A": 60, "X": 50}, ballots, 110, details=details, floors=floors), rule="greedy")

    assert (result.winners, result.fate("X").phase) == (("X", "A"), "floor:green")


def test_a_floor_is_open_to_projects_with_exactly_its_support():
    for permille, phase in ((200, "floor:green"), (201, "main")):
        details = {"A": {}, "X": {"tags": ("green",)}}
        floor = (Floor("green", 50, support_permille=permille),)
        small = election({"A": 60, "X": 50}, ["A"] * 8 + ["X"] * 2, 110, details=details, floors=floor)

        assert count(small, rule="greedy").fate("X").phase == phase


@pytest.mark.parametrize("path", ["compiled", "numpy", "reference"])
def test_rests_far_below_a_part_of_the_smallest_unit_still_pay(path):
    voters, paying = 2**30 + 3, 2**29 + 2**28
    budget, others = next(  # the others hold between 0.6 and 0.9 more than a whole number; the rest makes it up to one
        (money, m)
        for money in range(2**30 + 2**28, 2**30 + 2**28 + 1_000)
        for m in range(1, 9)
        if 1 - Fraction(paying * money, voters) % 1 / 2 <= Fraction(m * money, voters) % 1 <= Fraction(9, 10)
    )
    cost = paying * budget // voters  # those who pay for it keep less than 1, all together
    needs_the_rest = others * budget // voters + 1
    ballots = {("A", "D"): paying // 2, ("A",): paying // 2, ("D",): others, (): voters - paying - others}
    close = Election((Project("A", cost), Project("D", needs_the_rest)), budget, ballots, unit=1)
    short = Election((Project("A", cost), Project("D", needs_the_rest + 1)), budget, ballots, unit=1)

    assert count(close, options=Options(), path=path).winners == ("A", "D")
    assert count(short, options=Options(), path=path).winners == ("A",)


def test_the_default_step_is_a_unit_or_a_thousandth_of_a_share_whichever_is_larger():
    def final_share(budget, step):
        some = election({"A": budget * 6 // 10, "B": budget * 6 // 10}, ["A"] * 50 + ["B"] * 30 + [""] * 20, budget)
        return count(some, options=Options(completion="add1", step=step)).shares["main"]

    assert final_share(1_000_000_000, 0) == final_share(1_000_000_000, 10_000) != final_share(1_000_000_000, 100_000)
    assert final_share(100_000, 0) == final_share(100_000, 100) != final_share(100_000, 1)


def test_a_whole_start_leaves_out_the_odd_part_of_the_share():
    thirds = election({"A": 90}, ["A"] * 3, 100, unit=1)
    pennies = election({"A": 90}, ["A"] * 3, 100_00, unit=100)

    assert count(thirds, options=Options()).shares["main"] == Fraction(100, 3)
    assert count(thirds, options=Options(whole_start=True)).shares["main"] == 33
    assert count(pennies, options=Options(whole_start=True)).shares["main"] == 33_00


def test_the_comparison_replaces_winners_only_when_strictly_more_voters_prefer_the_others():
    costs = {"A": 100, "C": 30, "E": 20}
    even = election(costs, ["A"] * 5 + ["C"] * 3 + ["E"] * 2, 100)
    more = election(costs, ["A"] * 6 + ["C"] * 3 + ["E"] * 2, 110)

    assert [count(even, options=Options(comparison=True)).compared, set(count(even, options=Options()).winners)] == [
        "kept",
        {"C", "E"},
    ]
    assert set(count(more, options=Options()).winners) == {"C", "E"}
    assert count(more, options=Options(comparison=True)).compared == "replaced"
    assert count(more, options=Options(comparison=True)).winners == ("A",)


@pytest.mark.parametrize("path", ["compiled", "numpy", "reference"])
def test_who_ranks_a_project_last_gives_it_no_borda_point_and_pays_nothing(path):
    ballots = [("A", "B"), ("A", "B"), ("B", "A")]
    ranked = Election.of_ballots([Project("A", 40), Project("B", 30)], 60, ballots, kind="ordinal", unit=1)

    result = count(ranked, options=Options(utility="borda"), path=path)

    assert result.winners == ("A",)  # two people hold 40; only one person, with 20, pays for B
    assert result.fate("B").reason == "short"
