"""Why each option was or was not selected, as facts for a sentence: votes, shares paid, money missing. Exact."""

from collections import Counter
from fractions import Fraction
from typing import Any

from voting.rules.vocabulary import FUNDED, Election, Selection

Facts = dict[str, Any]


def votes_of(election: Election) -> Counter[str]:
    """Count how many people chose each project (in any place, with any points above 0)."""
    votes: Counter[str] = Counter()
    for ballot, people in election.ballots.items():
        for choice in ballot:
            if isinstance(choice, tuple):
                votes[choice[0]] += people * (choice[1] > 0)
            else:
                votes[choice] += people
    return votes


def explain(election: Election, selection: Selection) -> dict[str, list[Facts]]:
    """Return for each project the facts of its steps in order; the last one is its fate.

    Keys: reason, phase, round, detail, votes, cost; for shares also most_paid (pence, rounded up), others_paid_all
    (people who gave all they had), held (pence its supporters had left) and short_by.
    """
    votes = votes_of(election)
    costs = {project.id: project.cost for project in election.projects}
    shares = (
        _replay(election, selection) if selection.rule == "equal-shares" and selection.compared != "replaced" else {}
    )
    ranking = sorted(costs, key=lambda ref: -votes[ref])
    facts: dict[str, list[Facts]] = {ref: [] for ref in costs}
    for step in selection.steps:
        one: Facts = {
            "reason": step.reason,
            "phase": step.phase,
            "round": step.round,
            "detail": step.detail,
            "votes": votes[step.project],
            "cost": costs[step.project],
            "place": ranking.index(step.project) + 1,
        }
        one |= shares.get((step.phase, step.project), {})
        facts[step.project].append(one)
    for tie in selection.ties:
        for ref in tie.tied:
            facts[ref].append(
                {"reason": "tie", "round": tie.round, "tied": list(tie.tied), "decided_by": tie.decided_by}
            )
            if len(facts[ref]) > 1:  # keep the fate last
                facts[ref][-1], facts[ref][-2] = facts[ref][-2], facts[ref][-1]
    return facts


def _replay(election: Election, selection: Selection) -> dict[tuple[str, str], Facts]:
    """Follow the purses of equal shares through each phase: what supporters paid at most, and what they had left."""
    supporters: dict[str, list[tuple[int, int, int]]] = {project.id: [] for project in election.projects}
    people = list(election.ballots.values())
    for number, ballot in enumerate(election.ballots):
        for place, choice in enumerate(ballot):
            ref, points = choice if isinstance(choice, tuple) else (choice, 1)
            if election.kind == "ordinal" and selection.options.utility == "borda":
                points = len(ballot) - place - 1
            elif selection.options.utility in ("cost", "cardinality"):
                points = 1 if points else 0
            if points:
                supporters[ref].append((number, people[number], points))
    costs = {project.id: project.cost for project in election.projects}
    found: dict[tuple[str, str], Facts] = {}
    for phase, share in selection.shares.items():
        purse = [Fraction(share)] * len(people)
        for step in (step for step in selection.steps if step.phase == phase and step.reason == "bought"):
            paid = _pay(purse, supporters[step.project], costs[step.project])
            found[phase, step.project] = paid
        for step in (step for step in selection.steps if step.phase == phase and step.reason not in FUNDED):
            held = sum((purse[number] * count for number, count, _ in supporters[step.project]), Fraction(0))
            missing = costs[step.project] - held
            found[phase, step.project] = {"held": int(held), "short_by": max(0, -int(-missing // 1))}
    return found


def _pay(purse: list[Fraction], supporters: list[tuple[int, int, int]], cost: int) -> Facts:
    """Let supporters pay a cost in proportion to their points, nobody more than they have; returns the facts of it."""
    rich, money = [entry for entry in supporters if purse[entry[0]]], Fraction(cost)
    gave_all = 0
    while rich:
        weight = sum(count * points for _, count, points in rich)
        price = money / weight
        poor = [entry for entry in rich if purse[entry[0]] < price * entry[2]]
        if not poor:
            most = max((price * points for _, _, points in rich), default=Fraction(0))
            for number, _, points in rich:
                purse[number] -= price * points
            return {"most_paid": -int(-most // 1), "others_paid_all": gave_all}
        for number, count, _ in poor:
            money -= purse[number] * count
            gave_all += count
            purse[number] = Fraction(0)
        rich = [entry for entry in rich if purse[entry[0]]]
    return {"most_paid": 0, "others_paid_all": gave_all}
