"""The replay of a final run pays exactly what purses of fractions pay, whichever way its sums are made (V6)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.voting.rules.elections import real, small_election, some_options
from voting.rules.dispatch import count
from voting.rules.engine import kernels, numpy_path
from voting.rules.engine.equal_shares import Purses
from voting.rules.engine.layout import Layout
from voting.rules.engine.replay import Replay
from voting.rules.explain import explain
from voting.rules.vocabulary import Election, Options, Project

KINDS = ["approval", "choose-one", "knapsack", "ordinal", "cumulative"]


def case(seed):
    kind = KINDS[seed % 5]
    utility = "borda" if kind == "ordinal" else ["cost", "cardinality", "score"][seed % 3]
    options = some_options(seed, utility=utility, comparison=False)
    return small_election(seed, kind, groups=seed % 2 == 0), options


def final_run(election, options, seed):
    selection = count(election, options=options, seed=str(seed))
    facts = Layout(election, options, str(seed), unit_costs=False)
    bought = [s.project for s in selection.steps if s.reason == "bought" and facts.projects[s.project].cost]
    return facts, selection.shares.get("main"), bought


def told(replay, path=None):
    paid = [(sorted(full.tolist()), sorted(part.tolist())) for full, part in zip(replay.full, replay.part, strict=True)]
    return replay.prices, paid, {c: dict(bars) for c, bars in replay.bars(path).items()}


def by_fractions(facts, share, bought):
    """Pay for every purchase from purses of fractions, one voter's purse at a time."""
    purse = [Fraction(share)] * len(facts.ballot_people)
    prices, paid, bars = [], [], {c: {} for c in facts.ids}
    exact = Purses(facts, share)
    for w in bought:
        price = exact.price(w)
        exact.buy(w)
        given = {i: min(purse[i], price * points) for i, _, points in facts.supporters[w] if purse[i]}
        full = sorted(i for i, _, points in facts.supporters[w] if purse[i] and purse[i] >= price * points)
        paid.append((full, sorted(set(given) - set(full))))
        prices.append(price)
        for i, amount in given.items():
            purse[i] -= amount
        for c in facts.ids:
            if total := sum(given.get(i, 0) * n for i, n, _ in facts.supporters[c]):
                bars[c][w] = total
    return prices, paid, bars


def differences(seeds, factor=1, path=None):
    wrong = []
    for seed in seeds:
        election, options = case(seed)
        if factor > 1:
            projects = tuple(replace(p, cost=p.cost * factor) for p in election.projects)
            election = replace(election, projects=projects, budget=election.budget * factor)
            options = replace(options, completion="u")  # no steps: they would be too many
        run = final_run(election, options, seed)
        if run[1] and told(Replay(*run), path) != by_fractions(*run):
            wrong.append(seed)
    return wrong


@pytest.mark.parametrize("path", [kernels, numpy_path])
def test_small_elections_are_paid_for_to_the_last_fraction(path):
    assert differences(range(200), path=path) == []


def test_amounts_beyond_64_bits_are_paid_for_to_the_last_fraction():
    assert differences(range(100), factor=10**25) == []


@pytest.mark.long
def test_five_thousand_elections_are_paid_for_to_the_last_fraction(campaign):
    wrong = differences(range(1_000, 6_000))

    campaign.record(f"5,000 final runs, payments and loss bars against fractions: {len(wrong)} differences")
    assert wrong == []


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "Poland_Wieliczka_2023_Green_Budget.pb",
        "Worldwide_Mechanical_Turk_Utilities_7.pb",
        pytest.param("Poland_Lodz_2022.pb.gz", marks=pytest.mark.long),
        pytest.param("Poland_Warszawa_2026.pb.gz", marks=pytest.mark.long),
    ],
)
def test_real_elections_are_paid_for_to_the_last_fraction(name):
    run = final_run(real(name).election, Options(completion="add1u"), 0)

    assert told(Replay(*run)) == by_fractions(*run)


def test_who_gave_the_last_penny_pays_nothing_later():
    projects = [Project("A", 60), Project("B", 30)]
    ballots = [("A",)] * 4 + [("A", "B")] * 2 + [("B",)] * 3 + [()]
    election = Election.of_ballots(projects, 100, ballots, unit=1)
    selection = count(election, options=Options())

    known = explain(election, selection)["B"]

    assert selection.winners == ("A", "B")
    assert (known.paid_full, known.paid_part, known.paid_nothing) == (3, 0, 2)
    assert (dict(known.bars), known.left) == ({"A": 20, "B": 30}, 0)
