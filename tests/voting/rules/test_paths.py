"""The compiled path, the NumPy path and the reference agree on every election, in every detail (V6)."""

import random

import pytest

from tests.voting.rules.elections import FILES, real, small_election, some_options
from voting.rules.dispatch import count
from voting.rules.vocabulary import Options

KINDS = ["approval", "choose-one", "knapsack", "ordinal", "cumulative"]
PATHS = ["compiled", "numpy"]


def case(seed):
    """Draw an election, a rule and its options; most are equal shares, the rule with the most to go wrong."""
    draw = random.Random(seed)
    kind = draw.choice(KINDS)
    election = small_election(seed, kind, limits=draw.random() < 0.3, groups=draw.random() < 0.3)
    rule = draw.choice(["equal-shares", "equal-shares", "phragmen", "priorities", "greedy", "greedy-no-skip"])
    utilities = ["cost", "cardinality", "score"] + (["borda"] if kind == "ordinal" else [])
    options = some_options(seed, utility=draw.choice(utilities)) if rule == "equal-shares" else Options()
    if rule == "phragmen":
        options = Options(skip=draw.random() < 0.5)
    if rule == "priorities":
        options = Options(seats=draw.choice([None, 1, 2, 3]))
    return election, rule, options


def results(election, rule, options, seed, path):
    found = count(election, rule=rule, options=options, seed=seed, path=path)
    assert found.path == path
    return found.winners, found.cost, found.ties, found.steps, dict(found.shares), found.compared


def compare(seeds):
    wrong = []
    for seed in seeds:
        election, rule, options = case(seed)
        truth = results(election, rule, options, str(seed), "reference")
        wrong += [(seed, path) for path in PATHS if results(election, rule, options, str(seed), path) != truth]
    return wrong


def test_small_elections_full_of_ties_come_out_the_same_on_every_path():
    assert compare(range(250)) == []


@pytest.mark.long
def test_five_thousand_elections_full_of_ties_come_out_the_same_on_every_path():
    assert compare(range(1_000, 31_000)) == []  # about 5,000 for each of the six rules


@pytest.mark.shared
@pytest.mark.parametrize("name", [name for name in FILES if len(real(name).election.ballots) < 5_000])
@pytest.mark.parametrize("completion", ["none", "u"])
def test_real_elections_come_out_the_same_on_every_path(name, completion):
    election = real(name).election
    for rule, options in (("equal-shares", Options(completion=completion)), ("phragmen", Options())):
        truth = results(election, rule, options, "seed", "reference")
        assert [results(election, rule, options, "seed", path) for path in PATHS] == [truth, truth]
