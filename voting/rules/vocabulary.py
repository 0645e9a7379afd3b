"""Name the parts of an election and of its result; check an election before anything is counted.

`Project`, `Floor`, `Options`, `Tie` and `Step` are those of `voting.rules.reference`, so that one file is enough to
repeat a count. `Election` here is the same with its contents checked: build it with `Election.of_ballots(...)`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from voting.rules import reference
from voting.rules.reference import RULES, Floor, Options, Outcome, Project, Step, Tie

KINDS = ("approval", "choose-one", "knapsack", "ordinal", "cumulative")
COMPLETIONS = ("none", "u", "add1", "add1u")
UTILITIES = ("cost", "cardinality", "score", "borda")
FUNDED = ("bought", "ranked", "completed")  # the reasons of steps that fund; all others put a project out

__all__ = [
    "COMPLETIONS", "FUNDED", "KINDS", "RULES", "UTILITIES",
    "Election", "Floor", "Options", "Outcome", "Project", "Selection", "Step", "Tie", "check_options",
]  # fmt: skip


@dataclass(frozen=True)
class Election(reference.Election):
    """Projects, money and ballots that fit together; ValueError names the first thing that does not."""

    def __post_init__(self) -> None:
        ids = {project.id for project in self.projects}
        if len(ids) < len(self.projects):
            twice = next(c for c, times in Counter(project.id for project in self.projects).items() if times > 1)
            raise ValueError(f"two projects have the id {twice!r}")
        if self.kind not in KINDS:
            raise ValueError(f"ballots of kind {self.kind!r}; expected one of {', '.join(KINDS)}")
        _whole("the budget", self.budget)
        _whole("the unit", self.unit, least=1)
        for project in self.projects:
            _whole(f"the cost of project {project.id!r}", project.cost)
            for name, demand in project.demands.items():
                _whole(f"the demand of project {project.id!r} on {name!r}", demand)
                if name not in self.limits:
                    raise ValueError(f"project {project.id!r} makes a demand on {name!r}, which is not a limit here")
        for name, cap in self.limits.items():
            _whole(f"the limit {name!r}", cap)
        for floor in self.floors:
            _whole(f"the floor {floor.tag!r}", floor.amount)
            _whole(f"the support of the floor {floor.tag!r}", floor.support_permille)
        if len({floor.tag for floor in self.floors}) < len(self.floors):
            raise ValueError("two floors have the same tag")
        if sum(floor.amount for floor in self.floors) > self.budget:
            raise ValueError("the floors together come to more than the budget")
        for ballot, people in self.ballots.items():
            if type(people) is not int or people < 1:
                raise ValueError(f"{people!r} people cast {ballot!r}; expected a whole number, 1 or more")
            _check_ballot(ballot, self.kind, ids)

    @classmethod
    def of_ballots(
        cls, projects: Iterable[Project], budget: int, ballots: Iterable[tuple[Any, ...]], **others: Any
    ) -> "Election":
        """Build an election from single ballots; equal ones are merged, and the order within one counts if it ranks."""
        if others.get("kind", "approval") != "ordinal":
            ballots = (tuple(sorted(ballot)) for ballot in ballots)
        return cls(tuple(projects), budget, Counter(ballots), **others)

    @property
    def voters(self) -> int:
        """How many people cast a ballot; those who left it empty count."""
        return sum(self.ballots.values())


def _whole(what: str, number: object, least: int = 0) -> None:
    if type(number) is not int or number < least:
        raise ValueError(f"{what} is {number!r}; expected a whole number, {least} or more")


def _check_ballot(ballot: tuple[Any, ...], kind: str, ids: set[str]) -> None:
    named = [choice[0] for choice in ballot] if kind == "cumulative" else ballot
    if not ids.issuperset(named):
        unknown = next(c for c in named if c not in ids)
        raise ValueError(f"a ballot names {unknown!r}, which is not a project of this election")
    if len(set(named)) < len(named):
        raise ValueError(f"a ballot names a project twice: {ballot!r}")
    if kind == "choose-one" and len(named) > 1:
        raise ValueError(f"a ballot names {len(named)} projects where people choose one: {ballot!r}")
    if kind == "cumulative" and not all(type(points) is int and points >= 0 for _, points in ballot):
        raise ValueError(f"the points of a ballot are not whole numbers, 0 or more: {ballot!r}")


def check_options(election: reference.Election, rule: str, options: Options) -> None:
    """Raise ValueError where the options make no sense for this rule or these ballots."""
    if rule not in RULES:
        raise ValueError(f"no rule is called {rule!r}; expected one of {', '.join(RULES)}")
    if options.completion not in COMPLETIONS:
        raise ValueError(f"no completion is called {options.completion!r}; expected one of {', '.join(COMPLETIONS)}")
    if options.utility not in UTILITIES:
        raise ValueError(f"no utility is called {options.utility!r}; expected one of {', '.join(UTILITIES)}")
    if options.utility == "borda" and election.kind != "ordinal":
        raise ValueError(f"Borda points need ballots that rank; these are of kind {election.kind}")
    if rule == "priorities" and election.floors:
        raise ValueError("a vote on priorities has no money, so it has no floors")
    _whole("the step", options.step)
    _whole("the threshold", options.threshold)
    if options.seats is not None:
        _whole("the number of seats", options.seats, least=1)


@dataclass(frozen=True)
class Selection:
    """The result of a count: winners in the order in which they were chosen, and everything that explains them."""

    rule: str
    options: Options
    seed: str
    winners: tuple[str, ...]
    cost: int
    ties: tuple[Tie, ...]
    steps: tuple[Step, ...]
    shares: Mapping[str, Fraction] = field(default_factory=dict)  # equal-shares: each voter's final share, by phase
    compared: str = ""  # comparison step: "kept" or "replaced"
    path: str = "reference"  # which code counted: reference, numpy or compiled; the result is the same

    def fate(self, project: str) -> Step | None:
        """Return the step that settled a project: funded or out, in which round, and why."""
        return next((step for step in reversed(self.steps) if step.project == project), None)
