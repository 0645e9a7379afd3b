"""Equal shares without a compiler: the same intervals as `kernels`, one project at a time in NumPy.

Only the arithmetic over many ballots is done by NumPy, in whole numbers of 64 bits; everything else is whole numbers of
Python, so comparisons need no tricks.
"""

from typing import Any

import numpy as np

from voting.rules.engine.kernels import (
    BY_COST,
    CEILING,
    CONTEST,
    DONE,
    ERROR,
    MOST_POINTS,
    OVER,
    ROUND,
    SPENT,
    TIE,
    TOP,
    UNSURE,
    VISITS,
    Ints,
)  # fmt: skip


class Round:
    """The arrays of one run, and what one project's supporters can give."""

    def __init__(self, start: Ints, order: Ints, people: Ints, points: Ints, purse: Ints, now: Ints) -> None:
        self.start, self.order, self.people, self.points, self.purse, self.now = (
            start,
            order,
            people,
            points,
            purse,
            now,
        )
        self.error = int(now[ERROR])

    def scan(self, c: int, price: int) -> tuple[int, int, int, int]:
        """Return (held, poor, rich, payers) as in `kernels.scan`."""
        at = slice(self.start[c], self.start[c + 1])
        money, people = self.purse[self.order[at]], self.people[at]
        self.now[VISITS] += len(money)
        points = self.points[at] if len(self.points) else None
        can = money >= price if points is None else money >= price * points
        short = ~can
        held, poor = int((money * people)[short].sum()), int(people[short & (money > 0)].sum())
        payers = int(people[can].sum())
        return held, poor, payers if points is None else int((people * points)[can].sum()), payers

    def pay(self, c: int, low: int, middle: int) -> None:
        """Take each supporter's part as `kernels.pay` does."""
        at = slice(self.start[c], self.start[c + 1])
        ballots = self.order[at]
        money = self.purse[ballots]
        points = self.points[at] if len(self.points) else 1
        rest = np.maximum(money - middle * points, 1)
        self.purse[ballots] = np.where((money == 0) | (money + self.error <= low * points), 0, rest)


def buy(
    c: int, low: int, high: int, full: int, start: Ints, order: Ints, people: Ints, points: Ints, purse: Ints,
    cost: Ints, demand: Ints, left: Ints, group: Ints, taken: Ints, alive: Ints, rounds: Ints, now: Ints,
) -> None:  # fmt: skip
    """Buy a project at a price between low and high, and put out whom a limit or its group now bars."""
    middle = low + (high - low) // 2
    Round(start, order, people, points, purse, now).pay(c, low, middle)
    now[ERROR] += max(middle - low, high - middle) * int(now[MOST_POINTS]) + 1
    rounds[now[ROUND]] = c, full, middle
    now[ROUND] += 1
    now[SPENT] += cost[c]
    alive[c] = 0
    if group[c] >= 0:
        taken[group[c]] = 1
        alive[(group >= 0) & (taken[group] == 1)] = 0
    if len(left):
        left -= demand[c]
        alive[(demand > left).any(axis=1)] = 0


def ask(
    this: Round, c: int, need: int, total: int, low: Ints, guess: Ints, best: tuple[int, int] | None, per: int
) -> tuple[int, int, int, int]:
    """Find an interval for a project's price as `kernels.ask` does; ``best`` is the best high bound and its `per`."""
    error, top, most = this.error, int(this.now[TOP]) + 1, int(this.now[MOST_POINTS])
    if best is not None:
        held, poor, rich, _ = this.scan(c, min(best[0] * per // best[1] + 2, top))
        if rich == 0:
            if need > held + poor * error:
                return 2, 0, 0, 0
            if held - poor * error < need:
                return 3, 0, 0, 0
        else:
            low[c] = max(int(low[c]), (need - held - poor * error) // rich)
            if best[0] * per < int(low[c]) * best[1]:
                return 0, 0, 0, 0
    price, fallen = min(max(int(guess[c]), int(low[c]), 1), top), False
    for _ in range(200):
        held, poor, rich, payers = this.scan(c, price)
        if rich == 0:
            if need > held + poor * error:
                return 2, 0, 0, 0
            if fallen or held - poor * error < need:
                return 3, 0, 0, 0
            price, fallen = max(int(low[c]), 1), True
            continue
        low[c] = max(int(low[c]), (need - held - poor * error) // rich)
        aim = -((held - need - (poor + payers) * error) // rich)  # rounded up
        if aim == price or (price > aim and price - aim <= price >> 40):
            guess[c] = aim
            high = max(price - error // most, int(low[c]))
            if poor == 0:
                sharing, enough = rich, need // rich + 1 + error
                if enough > price:
                    _, poor, rich, _ = this.scan(c, enough)
                if poor == 0 and rich == sharing:
                    low[c] = need // sharing
                    return 1, -(-need // sharing), 1 if sharing == total else 0, sharing
            return 1, high, 0 if int(low[c]) > need // total else 2, 0
        if aim > top and fallen:
            return 3, 0, 0, 0
        price = min(max(aim, 1), top)
    return 3, 0, 0, 0


def run_rounds(
    start: Ints, order: Ints, people: Ints, points: Ints, purse: Ints, cost: Ints, need: Ints, per: Ints, total: Ints,
    demand: Ints, left: Ints, group: Ints, taken: Ints, alive: Ints, low: Ints, guess: Ints, rounds: Ints,
    contest: Ints, even: Ints, hint: Ints, now: Ints,
) -> int:  # fmt: skip
    """Run rounds until DONE, OVER, or a decision has to be made outside, as `kernels.run_rounds` does."""
    pers, needs, totals = per.tolist(), need.tolist(), total.tolist()
    while True:
        this = Round(start, order, people, points, purse, now)
        state: dict[int, Any] = {}
        high: dict[int, int] = {}
        full: dict[int, int] = {}
        best: int | None = None
        waiting = [int(c) for c in np.flatnonzero(alive)]
        waiting.sort(key=lambda c: int(low[c]) / pers[c])
        if (wanted := int(hint[now[ROUND]])) in waiting:
            waiting.remove(wanted)
            waiting.insert(0, wanted)
        for c in waiting:
            if best is not None and high[best] * pers[c] < int(low[c]) * pers[best]:
                continue
            limit = None if best is None else (high[best], pers[best])
            answer, high[c], full[c], even[c] = ask(this, c, needs[c], totals[c], low, guess, limit, pers[c])
            if answer == 2:
                alive[c] = 0
            elif answer:
                state[c] = answer
            if answer == 1 and (best is None or high[c] * pers[best] < high[best] * pers[c]):
                best = c
        able = [c for c in state if best is None or c == best or high[best] * pers[c] >= int(low[c]) * pers[best]]
        if not able:
            return DONE
        all_even = all(state[c] == 1 and even[c] > 0 for c in able)
        if len(able) > 1 and all_even:  # compare cost / (points * per) as whole numbers
            shares = even.tolist()
            first = able[0]
            for c in able:
                if _claim_is_less(c, first, cost, shares, bool(now[BY_COST])):
                    first = c
            able = [c for c in able if not _claim_is_less(first, c, cost, shares, bool(now[BY_COST]))]
        contest[: len(able)] = able
        now[CONTEST] = len(able)
        if len(able) > 1 or state[able[0]] == 3:
            return TIE if all_even else UNSURE
        c = able[0]
        buy(
            c, int(low[c]), high[c], full[c], start, order, people, points, purse, cost, demand, left, group, taken,
            alive, rounds, now,
        )  # fmt: skip
        if now[SPENT] > now[CEILING]:
            return OVER
        if now[ERROR] > now[TOP]:
            now[CONTEST] = 0
            return UNSURE


def _claim_is_less(c: int, d: int, cost: Ints, shares: list[int], by_cost: bool) -> bool:
    return shares[c] > shares[d] if by_cost else int(cost[c]) * shares[d] < int(cost[d]) * shares[c]


def add_up(index: Ints, weight: Ints, size: int) -> Ints:
    """Sum whole weights by index. `bincount` adds in doubles, which hold whole numbers below 2^53 exactly."""
    if int(weight.sum()) < 2**53:
        return np.bincount(index, weight, size).astype(np.int64)
    sums: Ints = np.zeros(size, np.int64)
    np.add.at(sums, index, weight)
    return sums


def choices_of(ballots: Ints, ends: Ints) -> Ints:
    """Return the places of all choices of these ballots, ballot by ballot."""
    first, many = ends[ballots].astype(np.int64), (ends[ballots + 1] - ends[ballots]).astype(np.int64)
    before = np.cumsum(many) - many
    return np.repeat(first - before, many) + np.arange(int(many.sum()))


def cross(
    ballots: Ints, ends: Ints, project: Ints, number: Ints, paid: Ints, weight: Ints, by_ballot: bool, table: Ints
) -> None:
    """Add to the table as `kernels.cross` does, some ballots at a time so that memory stays small."""
    for at in range(0, len(ballots), 50_000):
        some = ballots[at : at + 50_000]
        many = (ends[some + 1] - ends[some]).astype(np.int64)
        first, owner = choices_of(some, ends), np.repeat(some, many)
        chosen = paid[first]
        first, owner = first[chosen], owner[chosen]
        n = weight[owner if by_ballot else first]
        again = (ends[owner + 1] - ends[owner]).astype(np.int64)
        key = project[choices_of(owner, ends)].astype(np.int64) * table.shape[1]
        key += np.repeat(number[project[first]], again)
        table += add_up(key, np.repeat(n, again), table.size).reshape(table.shape)
