"""Run equal shares on whole numbers of 64 bits and decide only what is certain (docs/algorithms/exactness.md).

Money is counted in parts of 2^-scale. A purse here differs from the true purse by at most ``error``; 0 means exactly
empty. Every price is known as an interval [low, high] that contains the true one, by the project's own bound. A round
is decided when the intervals settle it, or when all claims are even (who is not empty surely pays in full) and compare
as whole numbers; otherwise `run_rounds` asks for an exact decision. Floats choose where to look, never what is true.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

try:
    import numba
except ImportError:  # the package works without a compiler, through `numpy_path`
    numba = None

Ints = NDArray[np.integer[Any]]
COMPILED = numba is not None
F = TypeVar("F", bound=Callable[..., Any])

if COMPILED and not numba.config.CACHE_DIR:
    numba.config.CACHE_DIR = str(Path(__file__).resolve().parents[3] / "var" / "numba")


def jit(function: F) -> F:
    """Compile a function when it is first called, and keep the machine code under var/numba."""
    return numba.njit(cache=True, nogil=True)(function) if COMPILED else function


# what run_rounds answers
DONE, OVER, TIE, UNSURE = 0, 1, 2, 3
# places in the array ``now``
ROUND, ERROR, SPENT, CEILING, CONTEST, TOP, MOST_POINTS, BY_COST, VISITS = range(9)


@jit
def less(a: Any, b: Any, c: Any, d: Any) -> bool:
    """Tell whether a * b < c * d for whole numbers from 0 to 2^63, in 128 bits."""
    m = np.uint64(0xFFFFFFFF)
    s = np.uint64(32)
    a, b, c, d = np.uint64(a), np.uint64(b), np.uint64(c), np.uint64(d)
    low1, low2 = a * b, c * d
    t = (a >> s) * (b & m) + (((a & m) * (b & m)) >> s)
    high1 = (a >> s) * (b >> s) + (t >> s) + (((a & m) * (b >> s) + (t & m)) >> s)
    t = (c >> s) * (d & m) + (((c & m) * (d & m)) >> s)
    high2 = (c >> s) * (d >> s) + (t >> s) + (((c & m) * (d >> s) + (t & m)) >> s)
    return bool(high1 < high2 or (high1 == high2 and low1 < low2))


@jit
def scan(order: Ints, people: Ints, points: Ints, purse: Ints, first: Any, last: Any, price: Any) -> Any:
    """Add up what supporters would give at a price per point.

    Returns (held, poor, rich, payers): money and number of those who have some, but less than their part; points and
    number of those who can pay their part. ``points`` is empty when everybody has one.
    """
    held, poor, rich, payers = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    if len(points) == 0:
        for p in range(first, last):
            money, n = purse[order[p]], np.int64(people[p])
            can = n if money >= price else np.int64(0)
            rich += can
            held += (n - can) * money
            poor += (n - can) if money > 0 else np.int64(0)
        payers = rich
    else:
        for p in range(first, last):
            money, n = purse[order[p]], np.int64(people[p])
            can = n if money >= price * points[p] else np.int64(0)
            payers += can
            rich += can * points[p]
            held += (n - can) * money
            poor += (n - can) if money > 0 else np.int64(0)
    return held, poor, rich, payers


@jit
def pay(
    order: Ints, people: Ints, points: Ints, purse: Ints, first: Any, last: Any, low: Any, middle: Any, error: Any
) -> None:
    """Take each supporter's part; who surely had no more than it is exactly empty, all others keep at least 1."""
    for p in range(first, last):
        g = order[p]
        part = np.int64(1) if len(points) == 0 else points[p]
        money = purse[g]
        if money > 0:
            purse[g] = 0 if money + error <= low * part else max(money - middle * part, np.int64(1))


@jit
def buy(
    c: Any, low: Any, high: Any, full: Any, start: Ints, order: Ints, people: Ints, points: Ints, purse: Ints,
    cost: Ints, demand: Ints, left: Ints, group: Ints, taken: Ints, alive: Ints, rounds: Ints, now: Ints,
) -> None:  # fmt: skip
    """Buy a project at a price between low and high, and put out whom a limit or its group now bars."""
    k = now[ROUND]
    middle = low + (high - low) // 2
    pay(order, people, points, purse, start[c], start[c + 1], low, middle, now[ERROR])
    now[ERROR] += max(middle - low, high - middle) * now[MOST_POINTS] + 1
    rounds[k, 0] = c
    rounds[k, 1] = full
    rounds[k, 2] = middle
    now[ROUND] = k + 1
    now[SPENT] += cost[c]
    alive[c] = 0
    if group[c] >= 0:
        taken[group[c]] = 1
    for j in range(len(left)):
        left[j] -= demand[c, j]
    if group[c] >= 0 or len(left) > 0:
        for d in range(len(alive)):
            if alive[d] and group[d] >= 0 and taken[group[d]]:
                alive[d] = 0
            for j in range(len(left)):
                if demand[d, j] > left[j]:
                    alive[d] = 0


@jit
def ask(
    c: Any, start: Ints, order: Ints, people: Ints, points: Ints, purse: Ints, need: Ints, total: Ints, low: Ints,
    guess: Ints, best_high: Any, best_per: Any, per: Ints, now: Ints,
) -> Any:  # fmt: skip
    """Find an interval for a project's price, or learn that it cannot matter in this round.

    Returns (answer, high, full, even). Answers: 0 not now (its low bound has been raised above the best), 1 interval
    found, 2 its supporters surely cannot pay, 3 unsure whether they can. ``full``: 1 all pay in full, 0 not all, 2
    unsure. ``even``: the points of those who share the cost evenly while all others are empty, 0 where that is not
    sure. ``best_high`` below 0 means that there is no best yet.
    """
    first, last, error, c_need = start[c], start[c + 1], now[ERROR], need[c]
    top = now[TOP] + 1
    if best_high >= 0:
        price = min(np.int64(min(float(best_high) * float(per[c]) / float(best_per), 4e18)) + 2, top)
        held, poor, rich, payers = scan(order, people, points, purse, first, last, price)
        now[VISITS] += last - first
        if rich == 0:
            if c_need > held + poor * error:
                return 2, np.int64(0), 0, np.int64(0)
            if held - poor * error < c_need:
                return 3, np.int64(0), 0, np.int64(0)
        else:
            low[c] = max(low[c], (c_need - held - poor * error) // rich)
            if less(best_high, per[c], low[c], best_per):
                return 0, np.int64(0), 0, np.int64(0)
    price = min(max(guess[c], low[c], np.int64(1)), top)
    fallen = False
    for _ in range(200):
        held, poor, rich, payers = scan(order, people, points, purse, first, last, price)
        now[VISITS] += last - first
        if rich == 0:
            if c_need > held + poor * error:
                return 2, np.int64(0), 0, np.int64(0)
            if fallen or held - poor * error < c_need:
                return 3, np.int64(0), 0, np.int64(0)
            fallen = True
            price = max(low[c], np.int64(1))
            continue
        low[c] = max(low[c], (c_need - held - poor * error) // rich)
        aim = -((held - c_need - (poor + payers) * error) // rich)  # rounded up
        if aim == price or (price > aim and price - aim <= (price >> 40)):
            guess[c] = aim
            high = max(price - error // now[MOST_POINTS], low[c])
            if poor == 0:
                sharing, enough = rich, c_need // rich + 1 + error
                if enough > price:
                    held, poor, rich, payers = scan(order, people, points, purse, first, last, enough)
                    now[VISITS] += last - first
                if poor == 0 and rich == sharing:
                    low[c] = c_need // sharing
                    rest = 1 if low[c] * sharing < c_need else 0
                    return 1, low[c] + rest, 1 if sharing == total[c] else 0, sharing
            # a price above need / total is one that not everybody can pay
            return 1, high, 0 if low[c] > c_need // total[c] else 2, np.int64(0)
        price = max(aim, np.int64(1))
        if price > top:
            if fallen:
                return 3, np.int64(0), 0, np.int64(0)
            price = top
    return 3, np.int64(0), 0, np.int64(0)


@jit
def run_rounds(
    start: Ints, order: Ints, people: Ints, points: Ints, purse: Ints, cost: Ints, need: Ints, per: Ints, total: Ints,
    demand: Ints, left: Ints, group: Ints, taken: Ints, alive: Ints, low: Ints, guess: Ints, rounds: Ints,
    contest: Ints, even: Ints, hint: Ints, now: Ints,
) -> int:  # fmt: skip
    """Run rounds until nobody can pay (DONE), the ceiling is passed (OVER), or a decision has to be made outside.

    TIE: the projects contest[:now[CONTEST]] have equal claims, all even. UNSURE: the intervals leave open which of them
    comes first, or whether its supporters can pay at all.
    """
    size = len(alive)
    high = np.zeros(size, np.int64)
    full = np.zeros(size, np.int64)
    state = np.zeros(size, np.int8)  # in this round: 0 not asked, 1 interval known, 2 set aside, 3 unsure
    while True:
        state[:] = 0
        best = -1
        wanted = hint[now[ROUND]]
        while True:
            c, least = -1, np.inf
            if best < 0 and wanted >= 0 and alive[wanted] and state[wanted] == 0:
                c = wanted
            else:
                for d in range(size):
                    if alive[d] and state[d] == 0:
                        if best >= 0 and less(high[best], per[d], low[d], per[best]):
                            state[d] = 2
                            continue
                        claim = float(low[d]) / float(per[d])
                        if claim < least:
                            c, least = d, claim
            if c < 0:
                break
            best_high = high[best] if best >= 0 else np.int64(-1)
            best_per = per[best] if best >= 0 else np.int64(1)
            answer, high[c], full[c], even[c] = ask(
                c, start, order, people, points, purse, need, total, low, guess, best_high, best_per, per, now
            )
            state[c] = 2
            if answer == 2:
                alive[c] = 0
            elif answer == 3:
                state[c] = 3
            elif answer == 1:
                state[c] = 1
                if best < 0 or less(high[c], per[best], high[best], per[c]):
                    best = c
        n, all_even = 0, True
        for d in range(size):
            if alive[d] and (state[d] == 1 or state[d] == 3):
                if best >= 0 and d != best and less(high[best], per[d], low[d], per[best]):
                    continue
                contest[n] = d
                n += 1
                all_even = all_even and state[d] == 1 and even[d] > 0
        if n == 0:
            return DONE
        if n > 1 and all_even:  # compare cost / (points * per) as whole numbers
            first = contest[0]
            for i in range(1, n):
                d = contest[i]
                if (even[d] > even[first]) if now[BY_COST] else less(cost[d], even[first], cost[first], even[d]):
                    first = d
            kept = 0
            for i in range(n):
                d = contest[i]
                same = not less(cost[first], even[d], cost[d], even[first])
                if now[BY_COST]:
                    same = even[d] == even[first]
                if same:
                    contest[kept] = d
                    kept += 1
            n = kept
        now[CONTEST] = n
        if n > 1:
            return TIE if all_even else UNSURE
        c = contest[0]
        if state[c] == 3:
            return UNSURE
        fullness = full[c]
        buy(
            c, low[c], high[c], fullness, start, order, people, points, purse, cost, demand, left, group, taken, alive,
            rounds, now,
        )  # fmt: skip
        if now[SPENT] > now[CEILING]:
            return OVER
        if now[ERROR] > now[TOP]:
            now[CONTEST] = 0
            return UNSURE


@jit
def move(ballots: Ints, ends: Ints, choices: Ints, people: Ints, last: Ints, count: Ints, k: Any) -> None:
    """Say of these ballots that they last paid in round k, in the table count[project, round of last payment]."""
    for i in range(len(ballots)):
        g = ballots[i]
        old, n = last[g], people[g]
        last[g] = k
        for p in range(ends[g], ends[g + 1]):
            count[choices[p], old] -= n
            count[choices[p], k] += n


@jit
def cross(
    ballots: Ints, ends: Ints, project: Ints, number: Ints, paid: Ints, weight: Ints, by_ballot: bool, table: Ints
) -> None:
    """Add to table[c, w] the weight of these ballots that name c and have paid for purchase w in full.

    ``weight`` has one number for each ballot, or for each choice, where the one that was paid for counts.
    """
    for i in range(len(ballots)):
        g = ballots[i]
        for p in range(ends[g], ends[g + 1]):
            if paid[p]:
                n, w = weight[g if by_ballot else p], number[project[p]]
                for q in range(ends[g], ends[g + 1]):
                    table[project[q], w] += n
