"""Count with arrays: the whole of `reference.count`, with its two slow rules replaced by fast ones."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from types import ModuleType

from voting.rules.engine.equal_shares import equal_shares
from voting.rules.engine.layout import Layout
from voting.rules.engine.phragmen import phragmen
from voting.rules.reference import Election, Options, Outcome, Race, greedy, phases


def count(
    election: Election,
    rule: str,
    options: Options,
    seed: str,
    path: ModuleType,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Count an election on a path (`kernels` or `numpy_path`); TooBig or OverflowError where 64 bits are too few."""
    facts = Layout(election, options, seed, unit_costs=rule == "priorities")
    total = (options.seats or len(facts.projects)) if rule == "priorities" else election.budget
    race, shares = Race(facts, total, election.limits), dict[str, Fraction]()
    for phase, amount, able in phases(election, facts):
        money = total if phase == "main" else min(amount, total)
        race.phase, race.money = phase, money
        candidates = [c for c in able if c not in race.winners]
        if rule == "equal-shares" and facts.voters:
            race, shares[phase] = equal_shares(race, candidates, options, election.unit, path, progress)
        elif rule in ("phragmen", "priorities"):
            phragmen(race, candidates, options.skip, path)
        else:
            need = options.threshold if rule == "greedy-threshold" else 0
            greedy(race, candidates, stop=rule == "greedy-no-skip", threshold=need)
        total -= money - race.money
    cost = sum(facts.projects[c].cost for c in race.winners)
    outcome = Outcome(tuple(race.winners), cost, tuple(race.ties), tuple(race.steps), shares)
    if rule == "equal-shares" and options.comparison:
        votes = count(election, "greedy", options, seed, path)
        preferred = (
            _gain(facts, set(votes.winners) - set(outcome.winners), set(outcome.winners) - set(votes.winners)) > 0
        )
        outcome = replace(votes, compared="replaced") if preferred else replace(outcome, compared="kept")
    return outcome


def _gain(facts: Layout, only_there: set[str], only_here: set[str]) -> int:
    """Return how many more voters have more winners there than here."""
    balance: dict[int, int] = {}
    for projects, worth in ((only_there, 1), (only_here, -1)):
        for c in projects:
            for ballot, _ in facts.naming[c]:
                balance[ballot] = balance.get(ballot, 0) + worth
    people = facts.people
    return sum(people[ballot] * ((gain > 0) - (gain < 0)) for ballot, gain in balance.items())
