"""Why each option was or was not selected, as facts to store with a count; `wording` puts them into sentences."""

from collections import Counter
from typing import Any

from voting.rules.explanation import as_facts
from voting.rules.vocabulary import Election, Selection

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
    """Return for each project the facts of its steps in order, and of the ties it was in; the last one is its fate.

    Keys as in `explanation.as_facts`; a tie has reason, round, tied and decided_by.
    """
    from voting.rules.explain import explain_steps  # needs NumPy, which web processes go without

    facts: dict[str, list[Facts]] = {project.id: [] for project in election.projects}
    for known in explain_steps(election, selection):
        facts[known.project].append(as_facts(known))
    for tie in selection.ties:
        for ref in tie.tied:
            met = {"reason": "tie", "round": tie.round, "tied": list(tie.tied), "decided_by": tie.decided_by}
            facts[ref].insert(max(0, len(facts[ref]) - 1), met)
    return facts
