"""V6: a count is repeated by a separate implementation before it is stored, and the page says so only when it was."""

from dataclasses import replace

import pytest

from voting.rules import dispatch
from voting.rules.vocabulary import Election, Options, Project
from voting.services import counts

SMALL = Election.of_ballots(
    [Project("A", 300), Project("B", 200), Project("C", 400)],
    budget=500,
    ballots=[("A",), ("A", "B"), ("B",), ("C",)],
)
LARGE = Election.of_ballots([Project("A", 300), Project("B", 10**30)], budget=10**31, ballots=[("A",), ("B",)])


@pytest.mark.parametrize("rule", ["greedy", "equal-shares", "phragmen", "priorities"])
def test_a_small_count_is_repeated_by_another_implementation(rule):
    options = Options(completion="add1u" if rule == "equal-shares" else "none")

    selection, paths = counts._count_twice(SMALL, rule=rule, options=options, seed="x")

    assert selection.winners
    assert paths == ["numpy", "reference"]


def test_a_count_that_only_the_reference_can_make_does_not_say_it_was_repeated():
    _, paths = counts._count_twice(LARGE, rule="equal-shares", options=Options(), seed="x")

    assert paths == ["reference"]


def test_a_count_above_the_size_for_repeating_names_one_way(monkeypatch):
    monkeypatch.setattr(counts, "CROSS_CHECK_UP_TO", 3)

    _, paths = counts._count_twice(SMALL, rule="greedy", options=Options(), seed="x")

    assert paths == ["reference"]


def test_two_counts_that_differ_stop_the_count(monkeypatch):
    honest = dispatch.count

    def wrong_by_numpy(election, *, path="auto", **more):
        selection = honest(election, path=path, **more)
        return replace(selection, winners=selection.winners[::-1]) if path == "numpy" else selection

    monkeypatch.setattr(dispatch, "count", wrong_by_numpy)

    with pytest.raises(counts.CountsDiffer, match="reference and by numpy"):
        counts._count_twice(SMALL, rule="greedy", options=Options(), seed="x")
