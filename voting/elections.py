"""A poll and its ballots as the rules understand them: the same mapping for the count, the bundle and the check."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from voting.rules.vocabulary import Election, Floor, Options, Project

KIND_OF_BALLOT = {"approve": "approval", "budget": "knapsack", "rank": "ordinal", "priorities": "approval"}


def lot_seed(*, tie_secret: str, final_root: str) -> str:
    """Return the seed of the lot: SHA-256 of the secret followed by the final log root, in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(tie_secret) + bytes.fromhex(final_root)).hexdigest()


def election_of(
    opening: Mapping[str, Any], ballots: Iterable[Sequence[Any]], *, withdrawn: frozenset[str] = frozenset()
) -> Election:
    """Build the election from a poll's opening document and the choices of each ballot.

    Withdrawn options take part in nothing: they leave the projects and every ballot. ``opening["ballot_kind"]`` and
    ``opening["unit"]`` exist for imported polls only.
    """
    kind = opening.get("ballot_kind") or KIND_OF_BALLOT[opening["kind"]]
    projects = [
        Project(
            option["ref"],
            option["cost"],
            tags=tuple(option["tags"]),
            demands=dict(option["demands"]),
            at_most_one_of=option["at_most_one_of"],
        )
        for option in opening["options"]
        if option["ref"] not in withdrawn
    ]
    return Election.of_ballots(
        projects,
        budget=opening["budget"],
        ballots=[_without(ballot, withdrawn) for ballot in ballots],
        kind=kind,
        limits=dict(opening["limits"]),
        floors=tuple(
            Floor(floor["tag"], floor["amount"], floor.get("support_permille", 0)) for floor in opening["floors"]
        ),
        unit=opening.get("unit", 100),
    )


def options_of(opening: Mapping[str, Any]) -> Options:
    """Read the frozen parameters of the rule."""
    return Options(**opening["parameters"])


def _without(ballot: Sequence[Any], withdrawn: frozenset[str]) -> tuple[Any, ...]:
    choices = (tuple(choice) if isinstance(choice, list) else choice for choice in ballot)
    return tuple(choice for choice in choices if (choice[0] if isinstance(choice, tuple) else choice) not in withdrawn)
