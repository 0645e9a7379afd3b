"""Explanations add up exactly, and what they say would have happened does happen (C§6.1, 6.2)."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules.elections import real, small_election
from voting.rules import explain as explaining
from voting.rules import reference
from voting.rules.dispatch import count
from voting.rules.engine.equal_shares import Purses
from voting.rules.engine.layout import Layout
from voting.rules.explain import explain, receipt
from voting.rules.vocabulary import Election, Options, Project
from voting.rules.words import Language, in_words, ordinal

seeds = st.integers(0, 10**9)
few = settings(max_examples=100, deadline=None, derandomize=True)


def run_at(election, share, options):
    """Run equal shares once at a share, whatever it costs; returns the winners."""
    facts = reference.Facts(election, options, "s", unit_costs=False)
    race = reference.Race(facts, 10**9, {})
    reference.equal_shares_once(race, list(facts.projects), share)
    return race.winners


@few
@given(
    seed=seeds, utility=st.sampled_from(["cost", "cardinality", "score"]), completion=st.sampled_from(["none", "add1u"])
)
def test_loss_bars_and_the_rest_add_up_to_the_supporters_shares(seed, utility, completion):
    election = small_election(seed, "cumulative" if utility == "score" else "approval", groups=seed % 2 == 0)
    selection = count(election, options=Options(utility=utility, completion=completion), seed="s")

    for known in explain(election, selection).values():
        if known.left is not None:
            assert sum(known.bars.values()) + known.left == known.share * known.votes
        if known.held is not None:
            assert known.shortfall > 0


@few
@given(seed=seeds, utility=st.sampled_from(["cost", "cardinality"]))
def test_counterfactuals_come_true(seed, utility):
    election, options = small_election(seed), Options(utility=utility)
    selection = count(election, options=options, seed="s")

    for c, known in explain(election, selection).items():
        if known.support_permyriad is None:
            continue
        if not known.is_funded:
            assert known.support_permyriad < 10_000
        for cost in {known.largest_cost, known.largest_cost and known.largest_cost + 1} - {None}:
            projects = tuple(replace(p, cost=cost) if p.id == c else p for p in election.projects)
            wins = c in run_at(replace(election, projects=projects), known.share, options)
            assert wins == (cost == known.largest_cost)
        if known.extra_supporters:
            for more in (known.extra_supporters - 1, known.extra_supporters):
                ballots = dict(election.ballots)
                if more:
                    ballots[(c,)] = ballots.get((c,), 0) + more
                wins = c in run_at(replace(election, ballots=ballots), known.share, options)
                assert wins == (more == known.extra_supporters)


@few
@given(seed=seeds)
def test_rounded_purses_say_what_exact_ones_say(seed):
    election = small_election(seed)
    selection = count(election, options=Options(completion="add1u"), seed="s")
    exact = explain(election, selection)

    try:
        explaining.SMALL = -1
        rounded = explain(election, selection)
    finally:
        explaining.SMALL = 1_000_000

    for c, known in exact.items():
        near = rounded[c]
        assert (near.bars, near.left, near.held, near.most_paid) == (
            known.bars,
            known.left,
            known.held,
            known.most_paid,
        )
        assert float(near.runner_up_effective or 0) == pytest.approx(float(known.runner_up_effective or 0), rel=1e-9)
        if known.support_permyriad is not None:
            assert known.support_permyriad - near.support_permyriad in (0, 1)
            assert (near.largest_cost or 0) <= (known.largest_cost or 0)  # less only where claims are exactly equal


@pytest.mark.shared
def test_wieliczka_s_near_misses_are_those_the_city_published():
    file = real("Poland_Wieliczka_2023_Green_Budget.pb")
    selection = count(file.election, options=Options(completion="add1"))

    known = explain(file.election, selection)

    near = {c: known[c].support_permyriad for c in ("16", "21", "8", "87")}
    assert near == {"16": 9999, "21": 9710, "8": 9295, "87": 9114}  # 99.997 % is never rounded up
    assert known["16"].largest_cost == 49_998
    assert known["16"].extra_supporters == 1


def test_a_receipt_shows_share_payments_and_remainder():
    projects = [Project("A", 60), Project("B", 30), Project("C", 90)]
    election = Election.of_ballots(projects, 120, [("A", "B")] * 2 + [("A",)] * 2 + [("C",)] * 2, unit=1)
    selection = count(election, options=Options())

    mine = receipt(election, selection, ("A", "B"))["main"]

    assert (mine.share, dict(mine.payments), mine.remainder) == (Fraction(20), {"A": 15}, 5)


@few
@given(seed=seeds, utility=st.sampled_from(["cost", "cardinality"]))
def test_what_is_left_is_what_the_purses_hold(seed, utility):
    election = small_election(seed)
    selection = count(election, options=Options(utility=utility), seed="s")
    facts = Layout(election, selection.options, "s", unit_costs=False)
    purses = Purses(facts, selection.shares["main"])
    for c in selection.winners:
        if facts.projects[c].cost:
            purses.buy(c)

    for c, known in explain(election, selection).items():
        if known.left is not None:
            held = sum(purses.money[i] * n for i, n, _ in facts.supporters[c])
            assert known.left == Fraction(held, purses.scale)


def sentences(rule, costs, ballots, budget, c, **options):
    projects = [Project(name, cost, at_most_one_of="hall" if name in "XY" else "") for name, cost in costs.items()]
    election = Election.of_ballots(projects, budget, [tuple(ballot) for ballot in ballots], unit=1)
    selection = count(election, rule=rule, options=Options(**options))
    language = Language(money=lambda amount: f"£{amount:,}")
    return in_words(explain(election, selection)[c], budget=budget, language=language, rule=rule)


def test_the_words_are_those_of_the_blueprint():
    costs = {"A": 38_500, "B": 6_000}

    lost = sentences("greedy", costs, ["AB"] * 212 + ["A"], 40_000, "B")
    won = sentences("equal-shares", {"A": 6_000}, ["A"] * 340, 40_000, "A", completion="add1u")

    assert lost == [
        "This project was not funded.",
        "It came 2nd, with 212 votes.",
        "The projects before it used £38,500 of the £40,000. This one costs £6,000, so there was not enough left.",
    ]
    assert won == [
        "This project was funded.",
        "340 people chose it.",
        "Each gave up to £18 of their share, which covered the £6,000 cost.",
    ]


def test_a_loser_is_told_what_was_short_and_what_would_have_changed_it():
    said = sentences("equal-shares", {"A": 60, "B": 60}, ["A"] * 6 + ["B"] * 4, 100, "B")

    assert said == [
        "This project was not funded.",
        "4 people chose it.",
        "They had £40 of their shares left. It costs £60, so it was £20 short.",
        "It would have been funded at a cost of £40 or less.",
        "It would have been funded if 2 more people had chosen it and nothing else.",
    ]


@pytest.mark.parametrize(
    ("rule", "costs", "ballots", "c", "options", "words"),
    [
        ("greedy", {"A": 10, "Z": 10}, ["A"], "Z", {}, "Nobody chose it."),
        (
            "greedy",
            {"X": 10, "Y": 10},
            ["XY", "X"],
            "Y",
            {},
            "Only one project of its group could be funded, and X was.",
        ),
        ("greedy", {"A": 999}, ["A"], "A", {}, "It costs £999, which is more than the £100 there was."),
        ("greedy-threshold", {"A": 10}, ["A"], "A", {"threshold": 2}, "Each project needed more votes than this"),
        (
            "greedy-no-skip",
            {"A": 60, "B": 60, "C": 1},
            ["A", "A", "A", "B", "B", "C"],
            "C",
            {},
            "The count had stopped",
        ),
        ("priorities", {"A": 1, "B": 1}, ["A", "A", "B"], "A", {"seats": 1}, "It has place 1."),
        ("priorities", {"A": 1, "B": 1}, ["A", "A", "B"], "B", {"seats": 1}, "All places had been filled"),
        ("equal-shares", {"A": 60, "B": 30}, ["A"] * 6 + ["B"] * 2, "B", {"completion": "u"}, "It came 2nd by votes"),
        ("greedy", {"A": 0}, ["A"], "A", {}, "It costs nothing."),
    ],
)
def test_every_fate_has_its_sentence(rule, costs, ballots, c, options, words):
    assert words in " ".join(sentences(rule, costs, ballots, 100, c, **options))


def test_sentences_can_be_said_in_another_language():
    project = Project("A", 60)
    election = Election.of_ballots([project], 100, [("A",)], unit=1)
    known = explain(election, count(election, options=Options()))["A"]
    language = Language(
        money=str,
        gettext=lambda text: f"cy:{text}",
        ngettext=lambda one, many, count: f"cy{count}:{one if count == 1 else many}",
    )

    said = in_words(known, budget=100, language=language)

    assert said[:2] == ["cy:This project was funded.", "cy1:1 person chose it."]


def test_places_have_an_ending_in_english_and_none_where_the_catalogue_leaves_it_out():
    english = Language(money=str)
    bare = Language(money=str, gettext=lambda text: text.removesuffix("st").removesuffix("th"))

    places = (1, 2, 3, 4, 11, 12, 13, 21, 31, 101, 111)
    assert (
        " ".join(ordinal(place, english) for place in places) == "1st 2nd 3rd 4th 11th 12th 13th 21st 31st 101st 111th"
    )
    assert [ordinal(place, bare) for place in (1, 4, 31)] == ["1", "4", "31"]
