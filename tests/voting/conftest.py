"""After every count in these tests the result is held to what its rule promises (C-A1 to C-A4, C-A7, C-A12)."""

from fractions import Fraction

import pytest

from voting.rules import checks, dispatch
from voting.rules.engine.equal_shares import Purses
from voting.rules.engine.layout import Layout
from voting.rules.vocabulary import FUNDED


def broken_promises(election, rule, options, seed, outcome):
    """Return what is wrong with an outcome; payments are followed only where there are few ballots."""
    if rule == "priorities":
        return []
    wrong = checks.overspent(election, outcome)
    is_plain = not election.limits and not election.floors and not any(p.at_most_one_of for p in election.projects)
    if rule != "equal-shares" or outcome.compared == "replaced" or not is_plain:
        return wrong
    if options.utility == "cost" and not options.whole_start:
        wrong += [f"a group could claim {c}" for c in checks.passed_over(election, outcome.winners)]
    if len(election.ballots) <= 20 and "main" in outcome.shares:
        facts, share = Layout(election, options, seed, unit_costs=False), outcome.shares["main"]
        purses, payments = Purses(facts, share), {}
        for step in outcome.steps:
            if step.reason == "bought":
                before, scale = purses.money, purses.scale
                if facts.projects[step.project].cost:
                    before = list(before)
                    purses.buy(step.project)
                payments[step.project] = {
                    i: Fraction(held, scale) - Fraction(purses.money[i], purses.scale)
                    for i, held in enumerate(before)
                    if held * purses.scale != purses.money[i] * scale
                }
        points = {c: {i: u for i, _, u in facts.supporters[c]} for c in facts.ids}
        wrong += checks.unfair_payments(election, payments, share, points)
        if options.utility == "cost" and not any(s.reason in FUNDED and s.reason != "bought" for s in outcome.steps):
            wrong += checks.affordable_losers(election, payments, share)
    return wrong


@pytest.fixture(autouse=True, scope="package")
def promises_kept():
    """Check the outcome of every count, whichever test asked for it."""
    counted = dispatch._count

    def checked(election, rule, options, seed, *more):
        outcome, path = counted(election, rule, options, seed, *more)
        assert broken_promises(election, rule, options, seed, outcome) == []
        return outcome, path

    dispatch._count = checked
    yield
    dispatch._count = counted
