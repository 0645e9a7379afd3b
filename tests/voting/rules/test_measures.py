"""Measures are what they say, worked out voter by voter (C§6.4); the checks find results that break a promise."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.voting.conftest import broken_promises
from tests.voting.rules.elections import small_election
from voting.rules.checks import affordable_losers, overspent, passed_over, unfair_payments
from voting.rules.dispatch import count
from voting.rules.measures import measure
from voting.rules.vocabulary import Election, Options, Outcome, Project

FEW = Election.of_ballots(
    [Project("A", 60), Project("B", 30), Project("C", 10)], 100, [("A",), ("A", "B"), ("B",), ("C",), ()], unit=1
)


def by_hand(election, winners):
    """Return (people with a winner, winners per person, Gini) from a list with every single voter in it."""
    costs = {p.id: p.cost for p in election.projects}
    won, spent = [], []
    for ballot, people in election.ballots.items():
        named = [c[0] if election.kind == "cumulative" else c for c in ballot if not isinstance(c, tuple) or c[1]]
        mine = [c for c in named if c in winners]
        won += [len(mine)] * people
        spent += [sum(costs[c] for c in mine)] * people
    total = sum(spent)
    apart = sum(abs(a - b) for a in spent for b in spent)
    gini = Fraction(apart, 2 * len(spent) * total) if total else None
    return sum(n > 0 for n in won), Fraction(sum(won), len(won)), gini


@pytest.mark.parametrize("kind", ["approval", "choose-one", "ordinal", "cumulative"])
@pytest.mark.parametrize("rule", ["greedy", "equal-shares", "phragmen"])
def test_measures_are_those_of_a_list_of_all_voters(rule, kind):
    for seed in range(40):
        election = small_election(seed, kind)
        selection = count(election, rule=rule, seed=str(seed))

        found = measure(election, selection)

        assert (found.voters_with_a_winner, found.winners_per_voter, found.gini) == by_hand(election, selection.winners)
        assert found.budget_used == Fraction(selection.cost, election.budget)
        assert found.ejr_plus_violations == len(passed_over(election, selection.winners))


def test_the_final_share_is_told_in_equal_parts_of_the_budget():
    selection = count(FEW, options=Options(completion="add1", step=1))

    assert measure(FEW, selection).final_share_ratio == selection.shares["main"] / 20
    assert measure(FEW, count(FEW, rule="greedy")).final_share_ratio is None


def test_nothing_to_measure_is_said_with_nothing():
    nobody = Election((Project("A", 60),), 0, {}, unit=1)

    found = measure(nobody, count(nobody))

    assert (found.winners_per_voter, found.budget_used, found.gini, found.final_share_ratio) == (None, None, None, None)


def outcome(*winners, cost=0):
    return Outcome(winners, cost, (), (), {})


@pytest.mark.parametrize(
    ("winners", "others", "wrong"),
    [
        (("A", "B", "C"), {}, []),
        (("A", "B", "C"), {"budget": 99}, ["the winners cost more than the budget"]),
        (("A", "A"), {"budget": 200}, ["a project won twice"]),
        (
            ("B", "C"),
            {"limits": {"x": 1}, "projects": tuple(Project(c, 1, demands={"x": 1}) for c in "ABC")},
            ["the winners ask for more than the limit x"],
        ),
        (
            ("B", "C"),
            {"projects": tuple(Project(c, 1, at_most_one_of="g") for c in "ABC")},
            ["two winners of one group"],
        ),
        (("C",), {"ballots": {("A",): 1, (): 1}}, ["C won without support"]),
    ],
)
def test_c_a1_and_c_a12_a_result_that_breaks_them_is_found(winners, others, wrong):
    assert overspent(replace(FEW, **others), outcome(*winners)) == wrong


@pytest.mark.parametrize(
    ("paid", "wrong"),
    [
        ({0: 20, 2: 40}, "somebody who does not support A paid for it"),
        ({0: 20, 1: 20}, "the payments for A are not its cost"),
        ({0: 20, 1: 40}, "a payment for A is neither the full part nor all that was left"),
    ],
)
def test_c_a2_and_c_a3_payments_that_break_them_are_found(paid, wrong):
    ballots = {name: number for number, name in enumerate(FEW.ballots)}
    who = {0: ballots[("A",)], 1: ballots[("A", "B")], 2: ballots[("C",)]}
    payments = {"A": {who[i]: Fraction(amount) for i, amount in paid.items()}}

    assert wrong in unfair_payments(FEW, payments, Fraction(50))
    assert unfair_payments(FEW, {"A": {who[0]: Fraction(30), who[1]: Fraction(30)}}, Fraction(50)) == []


def test_c_a4_a_loser_that_could_be_paid_for_is_found():
    assert affordable_losers(FEW, {}, Fraction(20)) == ["B", "C"]
    assert affordable_losers(FEW, {}, Fraction(9)) == []


def test_a_broken_count_is_found_after_any_count_in_these_tests():
    options = Options()
    good = count(FEW, options=options)
    whole = Outcome(good.winners, good.cost, good.ties, good.steps, good.shares)
    without = replace(whole, winners=(), steps=())

    assert broken_promises(FEW, "equal-shares", options, "", whole) == []
    assert broken_promises(FEW, "equal-shares", options, "", without)
    assert broken_promises(FEW, "greedy", options, "", replace(whole, winners=("A", "A")))
