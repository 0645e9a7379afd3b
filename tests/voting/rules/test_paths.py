"""The compiled path, the NumPy path and the reference agree on every election, in every detail (V6)."""

import random

import numpy as np
import pytest

from tests.voting.rules.elections import FILES, real, small_election, some_options, with_floors
from voting.rules.dispatch import count
from voting.rules.engine import kernels, numpy_path
from voting.rules.vocabulary import RULES, Options

KINDS = ["approval", "choose-one", "knapsack", "ordinal", "cumulative"]
PATHS = ["compiled", "numpy"]


def case(seed, rule):
    """Draw an election and options for a rule."""
    draw = random.Random(f"{rule} {seed}")
    kind = draw.choice(KINDS)
    election = small_election(f"{rule} {seed}", kind, limits=draw.random() < 0.3, groups=draw.random() < 0.3)
    if rule != "priorities" and draw.random() < 0.3:
        election = with_floors(seed, election)
    utilities = ["cost", "cardinality", "score"] + (["borda"] if kind == "ordinal" else [])
    match rule:
        case "equal-shares":
            return election, some_options(seed, utility=draw.choice(utilities))
        case "greedy-threshold":
            return election, Options(threshold=draw.choice([0, 1, 2, 3, 5]))
        case "phragmen":
            return election, Options(skip=draw.random() < 0.5)
        case "priorities":
            return election, Options(seats=draw.choice([None, 1, 2, 3]))
    return election, Options()


def results(election, rule, options, seed, path):
    found = count(election, rule=rule, options=options, seed=seed, path=path)
    assert found.path == path
    return found.winners, found.cost, found.ties, found.steps, dict(found.shares), found.compared


def compare(seeds, rule):
    wrong = []
    for seed in seeds:
        election, options = case(seed, rule)
        truth = results(election, rule, options, str(seed), "reference")
        wrong += [(seed, path) for path in PATHS if results(election, rule, options, str(seed), path) != truth]
    return wrong


@pytest.mark.parametrize("rule", RULES)
def test_small_elections_full_of_ties_come_out_the_same_on_every_path(rule):
    assert compare(range(120 if rule == "equal-shares" else 40), rule) == []


@pytest.mark.long
@pytest.mark.parametrize("rule", RULES)
def test_five_thousand_elections_full_of_ties_come_out_the_same_on_every_path(rule, campaign):
    wrong = compare(range(1_000, 6_000), rule)

    campaign.record(f"{rule}: 5,000 elections, compiled and NumPy against the reference: {len(wrong)} differences")
    assert wrong == []


def test_the_elections_drawn_have_every_fate_tie_and_option():
    met, kinds, ties = set(), set(), set()
    for rule in RULES:
        for seed in range(300):
            election, options = case(seed, rule)
            found = count(election, rule=rule, options=options, seed=str(seed), path="reference")
            met |= {step.reason for step in found.steps} | {found.compared}
            met |= {step.phase.partition(":")[0] for step in found.steps}
            kinds.add(election.kind)
            ties |= {tie.decided_by for tie in found.ties}

    assert kinds == set(KINDS)
    assert ties == {"cost", "votes", "lot"}
    assert met == {
        "bought", "ranked", "completed", "no-support", "below-threshold", "short", "no-room", "over-limit", "one-of",
        "stopped", "kept", "replaced", "", "floor", "main",
    }  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("name", [name for name in FILES if len(real(name).election.ballots) < 5_000])
@pytest.mark.parametrize("completion", ["none", "u"])
def test_real_elections_come_out_the_same_on_every_path(name, completion):
    election = real(name).election
    for rule, options in (("equal-shares", Options(completion=completion)), ("phragmen", Options())):
        truth = results(election, rule, options, "seed", "reference")
        assert [results(election, rule, options, "seed", path) for path in PATHS] == [truth, truth]


@pytest.mark.parametrize("path", PATHS)
def test_only_a_purse_that_surely_holds_no_more_than_its_part_is_emptied(path):
    """Who might still have a penny stays in (docs/algorithms/exactness.md, Paying): the true purse is up to 3 more."""
    purse, low, middle = np.array([0, 10, 11, 13, 20]), 13, 14
    everybody, nobody = np.arange(len(purse)), np.array([], dtype=np.int64)

    if path == "compiled":
        kernels.pay(everybody, np.ones_like(purse), nobody, purse, 0, len(purse), low, middle, 3)
    else:
        now = np.zeros(9, dtype=np.int64)
        now[kernels.ERROR] = 3
        numpy_path.Round(np.array([0, len(purse)]), everybody, np.ones_like(purse), nobody, purse, now).pay(
            0, low, middle
        )

    assert purse.tolist() == [0, 0, 1, 1, 6]
