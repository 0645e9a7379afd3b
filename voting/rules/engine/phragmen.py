"""Phragmen in sequence by counting classes: a ballot's load is the time of the last project it paid for.

So a project's moment is (cost + sum over k of count[c, k] x time[k]) / votes, where count[c, k] is how many of its
supporters last paid in round k: whole numbers, whatever the number of voters. Times are exact fractions. To choose
quickly they are also kept rounded down to 2^-scale; a project's moment then lies in a known interval of 2 parts, and
only those that reach the least upper end are worked out exactly.
"""

import math
from fractions import Fraction
from types import ModuleType

import numpy as np

from voting.rules.engine import kernels
from voting.rules.engine.kernels import Ints
from voting.rules.engine.layout import Layout
from voting.rules.reference import Race

BITS = 61


class Classes:
    """The table of counts, kept up to date purchase by purchase."""

    def __init__(self, facts: Layout, path: ModuleType) -> None:
        self.facts, self.compiled = facts, path is kernels
        size = len(facts.ids)
        kind: type[np.int32] | type[np.int64] = np.int32 if facts.voters < 2**31 else np.int64
        self.people: Ints = facts.ballot_people.astype(kind)
        self.last = np.zeros(len(self.people), np.int32)
        self.count = np.zeros((size, 16), kind)
        self.count[:, 0] = [facts.votes[c] for c in facts.ids]

    def move(self, c: int, k: int) -> None:
        """Let the supporters of a project be those who last paid in round k."""
        entries = self.facts.all
        if k >= self.count.shape[1]:
            self.count = np.concatenate((self.count, np.zeros_like(self.count)), axis=1)
        ballots = entries.order[entries.of(c)]
        if self.compiled:
            kernels.move(ballots, entries.ends, entries.project, self.people, self.last, self.count, k)
            return
        self.last[ballots] = k
        width = self.count.shape[1]
        for d in range(len(self.facts.ids)):
            at = entries.of(d)
            self.count[d] = np.bincount(self.last[entries.order[at]], entries.people[at], width)


class Times:
    """The moments of the purchases, exactly: whole parts of 1 / scale, which grows as they need it."""

    def __init__(self) -> None:
        self.scale, self.parts = 1, [0]

    def add(self, moment: Fraction) -> None:
        factor = moment.denominator // math.gcd(moment.denominator, self.scale)
        self.scale *= factor
        if factor > 1:
            self.parts = [part * factor for part in self.parts]
        self.parts.append(moment.numerator * (self.scale // moment.denominator))

    def moment(self, cost: int, counts: list[int], votes: int) -> Fraction:
        """Return when supporters who last paid at these times will hold a cost."""
        held = sum(n * self.parts[k] for k, n in enumerate(counts) if n)
        return Fraction(cost * self.scale + held, self.scale * votes)


def phragmen(race: Race, candidates: list[str], skip: bool, path: ModuleType) -> None:
    """Do what `reference.phragmen` does, on the table of counts."""
    facts = race.facts
    if not isinstance(facts, Layout):
        raise TypeError("the fast path needs a layout")
    room = str(race.money)
    left = [c for c in candidates if facts.votes[c] or race.put_out(c, "no-support")]
    left = [c for c in left if facts.projects[c].cost <= race.money or race.put_out(c, "no-room", room)]
    classes, times = Classes(facts, path), Times()
    votes = np.array([max(facts.votes[c], 1) for c in facts.ids], np.int64)
    # all money ever held is at most what the winners cost and what the next one needs
    scale = BITS - (2 * facts.voters * (race.money + 1)).bit_length()
    needs = np.array([min(p.cost, race.money + 1) << max(scale, 0) for p in facts.projects.values()])
    rounded = np.zeros(1, np.int64)
    while left := race.allowed(left):
        able = np.array([facts.index[c] for c in left])
        if scale > 0:
            low = (needs[able] + classes.count[able, : len(rounded)] @ rounded) // votes[able]
            asked = [left[i] for i in np.flatnonzero(low <= low.min() + 2)]
        else:
            asked = left
        moments = {}
        for c in asked:
            counts = classes.count[facts.index[c], : len(times.parts)].tolist()
            moments[c] = times.moment(facts.projects[c].cost, counts, facts.votes[c])
        first = min(moments.values())
        tied = [c for c in asked if moments[c] == first]
        gone = [c for c in tied if facts.projects[c].cost > race.money]
        left = [c for c in left if c not in gone or race.put_out(c, "no-room", str(race.money))]
        if gone and not skip:
            left = [c for c in left if race.put_out(c, "stopped")]
        if fitting := [c for c in tied if c in left]:
            winner = race.choose(fitting, "bought")
            left.remove(winner)
            times.add(first)
            rounded = np.append(rounded, math.floor(first * 2 ** max(scale, 0)))
            classes.move(facts.index[winner], len(times.parts) - 1)
