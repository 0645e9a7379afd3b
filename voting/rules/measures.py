"""Measure how a result treats the voters: who got something, how evenly, and who was passed over (C§6.4)."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from fractions import Fraction

import numpy as np

from voting.rules.checks import passed_over
from voting.rules.engine.kernels import Ints
from voting.rules.engine.layout import Layout
from voting.rules.reference import Election
from voting.rules.vocabulary import Selection


@dataclass(frozen=True)
class Measures:
    """Exact ratios; ``None`` where there is nothing to divide by."""

    voters: int
    voters_with_a_winner: int
    winners_per_voter: Fraction | None  # approved winners, as a mean over all who voted
    budget_used: Fraction | None
    gini: Fraction | None  # of what the winners each voter chose cost: 0 all alike, towards 1 all for one
    final_share_ratio: Fraction | None  # equal shares: the final share over budget / ballots
    ejr_plus_violations: int  # projects that a group could claim by EJR+ up to one project; 0 is proportional

    def as_numbers(self) -> dict[str, int | float | None]:
        """Return the measures rounded for people and charts."""
        return {
            name: round(float(value), 6) if isinstance(value, Fraction) else value
            for name, value in asdict(self).items()
        }


def measure(election: Election, selection: Selection) -> Measures:
    """Measure a selection; every voter counts, also those whose ballot is empty."""
    facts = Layout(election, selection.options, selection.seed, unit_costs=selection.rule == "priorities")
    won, spent = satisfaction(facts, selection.winners)
    people, voters = facts.ballot_people, facts.voters
    main = selection.shares.get("main")
    floors = [step for step in selection.steps if step.phase != "main" and step.project in selection.winners]
    return Measures(
        voters,
        int(people[won > 0].sum()),
        Fraction(int((won * people).sum()), voters) if voters else None,
        Fraction(selection.cost, election.budget) if election.budget and selection.rule != "priorities" else None,
        _gini(spent, people.tolist()),
        main * voters / election.budget if main and election.budget and not floors else None,
        len(passed_over(election, selection.winners)) if selection.rule != "priorities" else 0,
    )


def satisfaction(facts: Layout, winners: Collection[str]) -> tuple[Ints, list[int]]:
    """Return by ballot how many of its choices won, and what those cost."""
    won = np.zeros(len(facts.ballot_people), np.int64)
    small = sum(facts.projects[c].cost for c in winners) < 2**62
    cost = np.zeros(len(won), np.int64 if small else object)
    for c in winners:
        ballots = facts.all.order[facts.all.of(facts.index[c])]
        won[ballots] += 1
        cost[ballots] += facts.projects[c].cost
    return won, cost.tolist()


def _gini(values: list[int], people: list[int]) -> Fraction | None:
    """Return the Gini coefficient of whole numbers, each held by so many people; None when all are 0."""
    ordered = sorted(zip(values, people, strict=True))
    total, count = sum(value * n for value, n in ordered), sum(people)
    if not total:
        return None
    below = weighted = 0
    for value, n in ordered:  # sum of value x (2 x rank - count - 1), ranks in a run of equal values being consecutive
        weighted += value * n * (2 * below + n - count)
        below += n
    return Fraction(weighted, total * count)
