"""Lay an election out in arrays: who supports which project, ballot by ballot, and project by project.

A `Layout` also answers everything that `reference.Facts` does, so that the reference's greedy, `Race` and exact prices
work on it unchanged.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain

import numpy as np

from voting.rules.engine.kernels import Ints
from voting.rules.reference import Election, Facts, Options, Project


class Entries:
    """Who supports what: for project number c the ballots ``order[start[c]:start[c + 1]]``, their people and points.

    The same ballot by ballot: ballot number i names ``project[ends[i]:ends[i + 1]]``; ``place`` leads from the one
    order to the other.
    """

    def __init__(self, project: Ints, ballot: Ints, points: Ints | None, ballot_people: Ints, size: int) -> None:
        by_project = np.argsort(project, kind="stable")
        self.place: Ints = by_project
        self.start = np.searchsorted(project[by_project], np.arange(size + 1)).astype(np.int64)
        self.order: Ints = ballot[by_project].astype(np.int32)
        self.people: Ints = ballot_people[self.order].astype(
            np.int32 if ballot_people.max(initial=0) < 2**31 else np.int64
        )
        self.points = np.empty(0, np.int64) if points is None else points[by_project]
        weight = self.people.astype(np.int64) * (1 if points is None else self.points)
        sums = np.concatenate(([0], np.cumsum(weight)))
        self.total: Ints = sums[self.start[1:]] - sums[self.start[:-1]]  # points of all supporters together
        self.project, self.ballot, self.given, self.many = project, ballot, points, len(ballot_people)

    @cached_property
    def ends(self) -> Ints:
        return np.searchsorted(self.ballot, np.arange(self.many + 1)).astype(
            np.int32 if len(self.ballot) < 2**31 else np.int64
        )

    def of(self, c: int) -> slice:
        return slice(int(self.start[c]), int(self.start[c + 1]))


class _ById(Mapping[str, list[tuple[int, ...]]]):
    """Supporters of a project as lists, made when asked for."""

    def __init__(self, index: Mapping[str, int], entries: Entries, with_points: bool) -> None:
        self.index, self.entries, self.with_points = index, entries, with_points
        self.made: dict[str, list[tuple[int, ...]]] = {}

    def __getitem__(self, c: str) -> list[tuple[int, ...]]:
        if c not in self.made:
            at = self.entries.of(self.index[c])
            columns = [self.entries.order[at].tolist(), self.entries.people[at].tolist()]
            if self.with_points:
                columns.append(self.entries.points[at].tolist() if len(self.entries.points) else [1] * len(columns[0]))
            self.made[c] = list(zip(*columns, strict=True))
        return self.made[c]

    def __iter__(self) -> Iterator[str]:
        return iter(self.index)

    def __len__(self) -> int:
        return len(self.index)


class Layout(Facts):
    """The facts of an election, as arrays beside the reference's words."""

    def __init__(self, election: Election, options: Options, seed: str, unit_costs: bool) -> None:
        self.projects: dict[str, Project] = {p.id: replace(p, cost=1) if unit_costs else p for p in election.projects}
        self.ids = list(self.projects)
        self.index = {c: i for i, c in enumerate(self.ids)}
        size, many = len(self.ids), len(election.ballots)
        self.ballot_people = np.fromiter(election.ballots.values(), np.int64, many)
        self.voters = int(self.ballot_people.sum())
        lengths = np.fromiter(map(len, election.ballots), np.int64, many)
        named = int(lengths.sum())
        small: type[np.int16] | type[np.int64] = (
            np.int16 if size < 2**15 else np.int64
        )  # short integers sort in linear time
        points = None
        if election.kind == "cumulative":
            pairs = list(chain.from_iterable(election.ballots))
            project: Ints = np.fromiter((self.index[c] for c, _ in pairs), small, named)
            points = np.fromiter((given for _, given in pairs), np.int64, named)
        else:
            project = np.fromiter(map(self.index.__getitem__, chain.from_iterable(election.ballots)), small, named)
        ballot = np.repeat(np.arange(many, dtype=np.int64), lengths)
        if election.kind == "ordinal":
            ends = np.repeat(np.cumsum(lengths), lengths)
            points = ends - np.arange(named)  # the last of k choices has 1 point, the first k
        if points is not None and (points == 0).any():
            project, ballot, points = project[points > 0], ballot[points > 0], points[points > 0]
        self.all = Entries(project, ballot, points, self.ballot_people, size)
        people = np.concatenate(([0], np.cumsum(self.all.people.astype(np.int64))))
        votes = people[self.all.start[1:]] - people[self.all.start[:-1]]
        self.votes = dict(zip(self.ids, votes.tolist(), strict=True))
        self.scores = dict(zip(self.ids, self.all.total.tolist(), strict=True))
        self.paying = self.all
        if points is not None:
            given = {"score": points, "borda": points - 1}.get(options.utility)
            keep = slice(None) if given is None else given > 0
            self.paying = Entries(
                project[keep], ballot[keep], None if given is None else given[keep], self.ballot_people, size
            )
        self.naming = _ById(self.index, self.all, with_points=False)  # type: ignore[assignment]  # made when asked for
        self.supporters = _ById(self.index, self.paying, with_points=True)  # type: ignore[assignment]  # as above
        lots = sorted(self.projects, key=lambda c: hashlib.sha256(seed.encode() + c.encode()).digest())
        self.order = {c: (self.projects[c].cost, -self.votes[c], lot) for lot, c in enumerate(lots)}
        self.by_cost = options.utility == "cost"

    @cached_property
    def people(self) -> list[int]:  # type: ignore[override]  # the reference keeps a plain list
        return [int(n) for n in self.ballot_people.tolist()]

    def demands(self, limits: Mapping[str, int]) -> Ints:
        """Return the projects' demands as a table, one column for each limit in the order of ``limits``."""
        table = [[p.demands.get(name, 0) for name in limits] for p in self.projects.values()]
        return np.array(table, np.int64).reshape(len(self.ids), len(limits))

    def groups(self) -> Ints:
        """Return the number of each project's group, -1 where it has none."""
        names = sorted({p.at_most_one_of for p in self.projects.values()} - {""})
        number = dict(zip(names, range(len(names)), strict=True))
        return np.array([number.get(p.at_most_one_of, -1) for p in self.projects.values()], np.int64)
