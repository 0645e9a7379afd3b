"""pabutools, an independent implementation, finds the same winners (exact mode, our tie-break as its key function)."""

import hashlib
from functools import cache

import pytest

from tests.bench.environment import NoOracle, Oracle
from tests.conftest import not_run
from tests.voting.rules.elections import FILES, FOLDER, SMALL, real, small_election
from voting.rules import pabulib
from voting.rules.dispatch import count
from voting.rules.vocabulary import Options


@cache
def oracle():
    try:
        return Oracle()
    except NoOracle as fault:
        return not_run(f"pabutools could not be installed: {fault}")


def lots(election, seed):
    order = sorted((p.id for p in election.projects), key=lambda c: hashlib.sha256((seed + c).encode()).digest())
    return {c: place for place, c in enumerate(order)}


def ours(election, rule, sat, seed):
    if rule in ("greedy", "phragmen"):
        return set(count(election, rule=rule, seed=seed).winners)
    options = Options(utility=sat) if rule == "equal-shares" else Options("add1", sat, 1 * election.unit, True)
    return set(count(election, rule="equal-shares", options=options, seed=seed).winners)


def theirs(election, answer):
    """Return the oracle's winners without those nobody voted for, which it funds and we do not."""
    named = {(c[0] if election.kind == "cumulative" else c) for ballot in election.ballots for c in ballot}
    return set(answer["winners"]) & named


def questions(election):
    """Return the rules and utilities that pabutools has for ballots of this kind."""
    sat = {"cumulative": "score", "ordinal": "borda"}.get(election.kind, "cost")
    plain = [("equal-shares", "cardinality")] if sat == "cost" else []
    by = "cost" if sat == "cost" else "points"
    return [("equal-shares", sat), ("add1", sat), ("greedy", by), ("phragmen", "cost"), *plain]


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", [name if name in SMALL else pytest.param(name, marks=pytest.mark.long) for name in FILES]
)
def test_a_real_election_has_the_winners_pabutools_finds_within_a_minute(name, campaign):
    election, equal, late = real(name).election, [], []
    for rule, sat in questions(election):
        answer = oracle().ask(file=str(FOLDER / name), rule=rule, sat=sat, lot=lots(election, "seed"))
        if answer is None:
            late.append(f"{rule} ({sat})")  # not finished within a minute
            continue
        assert "error" not in answer, answer
        assert theirs(election, answer) == ours(election, rule, sat, "seed"), (rule, sat)
        equal.append(f"{rule} ({sat})")
    campaign.record(f"{name}: equal to pabutools in {', '.join(equal)}; not within a minute: {', '.join(late) or '-'}")
    if not equal:
        pytest.skip("pabutools finished none of its rules within a minute each")


def small_ones(seeds):
    wrong = []
    for seed in seeds:
        election = small_election(seed, ["approval", "choose-one"][seed % 2])
        if not election.projects or max(p.cost for p in election.projects) > election.budget:
            continue  # there pabutools lets what costs more than the budget end the increments; we leave it out
        for rule, sat in questions(election):
            text = pabulib.write(election)
            answer = oracle().ask(text=text, rule=rule, sat=sat, lot=lots(election, str(seed)))
            if answer is None or "error" in answer or theirs(election, answer) != ours(election, rule, sat, str(seed)):
                wrong.append((seed, rule, sat, answer))
    return wrong


def test_small_elections_full_of_ties_agree_with_pabutools():
    assert small_ones(range(60)) == []


@pytest.mark.long
def test_many_small_elections_full_of_ties_agree_with_pabutools(campaign):
    wrong = small_ones(range(1_000, 6_000))

    campaign.record(f"5,000 elections drawn, all rules of pabutools: {len(wrong)} differences")
    assert wrong == []


@pytest.mark.shared
@pytest.mark.parametrize("name", SMALL)
def test_what_we_write_reads_the_same_in_pabutools(name):
    election = real(name).election

    before = oracle().ask(file=str(FOLDER / name), rule="read")
    after = oracle().ask(text=pabulib.write(election), rule="read")

    assert after == before
