"""Check a result against what its rule promises, exactly (C§6.3): budget, payments, priceability, EJR+.

Each function returns the violations it finds, so an empty answer means the property holds. They look at the published
result alone and never at how it was computed.
"""

from collections.abc import Collection, Mapping
from fractions import Fraction

from voting.rules.reference import Election, Outcome
from voting.rules.vocabulary import Selection

Payments = Mapping[str, Mapping[int, Fraction]]  # winner: ballot number: what one person of that ballot paid


def supporters_of(election: Election) -> dict[str, list[tuple[int, int]]]:
    """Return (ballot number, people) for every project that somebody names with any points above 0."""
    found: dict[str, list[tuple[int, int]]] = {project.id: [] for project in election.projects}
    for number, (ballot, people) in enumerate(election.ballots.items()):
        for choice in ballot:
            c, points = choice if election.kind == "cumulative" else (choice, 1)
            if points:
                found[c].append((number, people))
    return found


def passed_over(election: Election, winners: Collection[str]) -> list[str]:
    """Return projects that violate EJR+ up to one project under cost utility (Brill, Peters 2023; C-A7).

    For an unfunded project within the budget, let u_1 <= u_2 <= ... be what the funded choices of its supporters cost.
    The property asks u_k + cost > k x budget / voters for every k. Equal shares and its completions always satisfy it
    when no limit, group or floor binds.
    """
    voters = sum(election.ballots.values())
    costs = {project.id: project.cost for project in election.projects}
    won = set(winners)
    spent = [
        sum(costs[c] for c in (choice[0] if election.kind == "cumulative" else choice for choice in ballot) if c in won)
        for ballot in election.ballots
    ]
    found = []
    for c, supporters in supporters_of(election).items():
        if c in won or not supporters or costs[c] > election.budget:
            continue
        k = 0
        for money, people in sorted((spent[number], people) for number, people in supporters):
            k += people
            if (money + costs[c]) * voters <= k * election.budget:
                found.append(c)
                break
    return found


def overspent(election: Election, outcome: Outcome | Selection) -> list[str]:
    """Return what is wrong with money, limits, groups and support of the winners (C-A1, C-A12)."""
    projects = {project.id: project for project in election.projects}
    support, wrong = supporters_of(election), []
    winners = [projects[c] for c in outcome.winners]
    if sum(project.cost for project in winners) > election.budget:
        wrong.append("the winners cost more than the budget")
    for name, cap in election.limits.items():
        if sum(project.demands.get(name, 0) for project in winners) > cap:
            wrong.append(f"the winners ask for more than the limit {name}")
    groups = [project.at_most_one_of for project in winners if project.at_most_one_of]
    if len(set(groups)) < len(groups):
        wrong.append("two winners of one group")
    if len(set(outcome.winners)) < len(outcome.winners):
        wrong.append("a project won twice")
    return wrong + [f"{project.id} won without support" for project in winners if not support[project.id]]


def unfair_payments(
    election: Election, payments: Payments, share: Fraction, points: Mapping[str, Mapping[int, int]] | None = None
) -> list[str]:
    """Return what is wrong with payments (C-A2, C-A3): by supporters only, adding up, within shares, split equally."""
    people, costs = list(election.ballots.values()), {project.id: project.cost for project in election.projects}
    support = {c: {number for number, _ in entries} for c, entries in supporters_of(election).items()}
    left = [share] * len(people)
    wrong = []
    for c, paid in payments.items():
        if any(amount < 0 for amount in paid.values()) or not support[c].issuperset(paid):
            wrong.append(f"somebody who does not support {c} paid for it")
        if sum(amount * people[number] for number, amount in paid.items()) != costs[c]:
            wrong.append(f"the payments for {c} are not its cost")
        per = {number: points[c].get(number, 0) if points else 1 for number in support[c]}  # the last of a rank: 0
        most = max((paid.get(number, Fraction(0)) / per[number] for number in per if per[number]), default=Fraction(0))
        for number in per:
            amount = paid.get(number, Fraction(0))
            if amount not in (most * per[number], left[number]) or amount > left[number]:
                wrong.append(f"a payment for {c} is neither the full part nor all that was left")
        for number, amount in paid.items():
            left[number] -= amount
    if any(amount < 0 for amount in left):
        wrong.append("somebody paid more than the share")
    return wrong


def affordable_losers(election: Election, payments: Payments, share: Fraction) -> list[str]:
    """Return losers whose supporters could still have paid for them (C-A4); with C-A2 their absence is priceability."""
    people = list(election.ballots.values())
    left = [share] * len(people)
    for paid in payments.values():
        for number, amount in paid.items():
            left[number] -= amount
    return [
        project.id
        for project in election.projects
        if project.id not in payments
        and (support := supporters_of(election)[project.id])
        and project.cost <= election.budget
        and sum(left[number] * n for number, n in support) >= project.cost
    ]
