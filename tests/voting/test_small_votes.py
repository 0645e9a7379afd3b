"""How much of a vote is shown depends on how many people voted (T§3.7)."""

import pytest

from voting.small_votes import Tier, shown_channels, shown_votes, tier_of


@pytest.mark.parametrize(
    ("ballots", "votes", "tier"),
    [
        (100, {"a": 100, "b": 0}, Tier.FULL),
        (99, {"a": 40, "b": 3}, Tier.TOTALS),
        (30, {"a": 30, "b": 3}, Tier.ROUNDED),
        (99, {"a": 40, "b": 0}, Tier.ROUNDED),
        (29, {"a": 12, "b": 3}, Tier.FEW),
    ],
)
def test_the_size_of_a_vote_says_what_is_shown(ballots, votes, tier):
    assert tier_of(ballots=ballots, votes=votes) == tier


def test_numbers_are_exact_rounded_or_missing():
    assert [shown_votes(44, tier=tier) for tier in Tier] == [44, 44, 40, None]
    assert shown_votes(45, tier=Tier.ROUNDED) == 50


@pytest.mark.parametrize(
    ("counts", "lines"),
    [
        ({"web": 100, "paper": 40}, [(["web"], 100), (["paper"], 40)]),
        ({"web": 100, "paper": 40, "phone": 9}, [(["web"], 100), (["paper", "phone"], 49)]),
        ({"web": 100, "paper": 40, "phone": 3, "assisted": 4}, [(["web"], 100), (["paper", "phone", "assisted"], 47)]),
        ({"web": 100, "phone": 6, "assisted": 4}, [(["web"], 100), (["phone", "assisted"], 10)]),
        ({"web": 100, "paper": 0, "phone": 1}, [(["web", "phone"], 101)]),
        ({"web": 4}, [(["web"], 4)]),
    ],
)
def test_few_votes_of_a_channel_stand_with_others_so_that_subtraction_tells_nothing(counts, lines):
    assert [(list(names), count) for names, count in shown_channels(counts)] == lines
