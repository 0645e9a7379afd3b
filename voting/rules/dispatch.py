"""Count an election by whichever way is fastest here; every way gives the same result.

    from voting.rules.dispatch import count
    from voting.rules.vocabulary import Election, Floor, Options, Project

    election = Election.of_ballots(
        [Project("P1", 600_000, tags=("digital",), demands={"revenue": 600_000}, at_most_one_of="hall"), ...],
        budget=4_000_000,                            # pence
        ballots=[("P1", "P3"), (), ...],             # one tuple of ids for each person; ranked ballots in order
        kind="approval",                             # approval, choose-one, knapsack, ordinal, cumulative
        limits={"revenue": 2_500_000},               # cap on the sum of the winners' demands
        floors=(Floor("digital", 200_000, support_permille=30),),
    )
    selection = count(election, rule="equal-shares", options=Options(completion="add1u"), seed="9f86d0...")
    selection.winners, selection.cost, selection.ties, selection.steps, selection.fate("P1")

`options=None` gives the fund's default: equal shares with cost utility, completed by add1u, without stopping at the
first exhaustive outcome, step as in `Options`. Those hold only numbers, texts and yes or no: ``dataclasses.asdict``
freezes them, ``Options(**frozen)`` brings them back. ``seed`` is text; `reference` says how it makes the lot.
"""

import importlib.util
from collections.abc import Callable

from voting.rules import reference
from voting.rules.vocabulary import Options, Selection, check_options

PATHS = ("auto", "compiled", "numpy", "reference")


SMALL = 50_000  # choices times projects: below it the reference is done before machine code would be ready


def best_path(election: reference.Election | None = None) -> str:
    """Return the fastest way of counting that is installed; the reference for an election that is small."""
    if election is not None and sum(map(len, election.ballots)) * len(election.projects) < SMALL:
        return "reference"
    for name, needs in (("compiled", "numba"), ("numpy", "numpy")):
        if importlib.util.find_spec(needs) is not None:
            return name
    return "reference"


def count(
    election: reference.Election,
    *,
    rule: str = "equal-shares",
    options: Options | None = None,
    seed: str = "",
    path: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> Selection:
    """Count an election by a rule. Raises ValueError when rule, options and ballots do not go together.

    ``progress`` is told after each run of equal shares how often the share has been raised and what the winners cost.
    """
    options = options or Options(completion="add1u" if rule == "equal-shares" else "none")
    check_options(election, rule, options)
    if path not in PATHS:
        raise ValueError(f"no way of counting is called {path!r}; expected one of {', '.join(PATHS)}")
    outcome, path = _count(election, rule, options, seed, best_path(election) if path == "auto" else path, progress)
    return Selection(
        rule,
        options,
        seed,
        outcome.winners,
        outcome.cost,
        outcome.ties,
        outcome.steps,
        outcome.shares,
        outcome.compared,
        path,
    )


def _count(
    election: reference.Election,
    rule: str,
    options: Options,
    seed: str,
    path: str,
    progress: Callable[[int, int], None] | None,
) -> tuple[reference.Outcome, str]:
    if path != "reference":
        # the one inline import: a citizen's copy of the rules may have neither NumPy nor numba
        from voting.rules.engine import equal_shares, fast, kernels, numpy_path

        try:
            arrays = kernels if path == "compiled" and kernels.COMPILED else numpy_path
            outcome = fast.count(election, rule, options, seed, arrays, progress)
            return outcome, "compiled" if arrays is kernels else "numpy"
        except (equal_shares.TooBig, OverflowError):
            pass  # amounts beyond 64 bits: the reference has no limit
    return reference.count(election, rule, options, seed), "reference"
