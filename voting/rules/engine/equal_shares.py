"""Equal shares, level by level, on the compiled kernel or on NumPy, with exact decisions where those are unsure.

Purses have 2^-scale parts of the smallest unit of money, as many as 64 bits allow for everybody's money together. The
kernel stops where its intervals do not settle a round; then the rounds so far are replayed with fractions, the round is
decided exactly, and the purses are written anew from the exact ones.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voting.rules.engine import kernels
from voting.rules.engine.kernels import Ints
from voting.rules.engine.layout import Layout
from voting.rules.reference import Options, Race, Rounds, greedy, next_change, price_per_point

BITS = 61  # everybody's money together stays below 2^61 parts
LEAST_SCALE = 8  # fewer binary places than this are not worth the trouble; the reference counts then


class TooBig(Exception):
    """The amounts do not leave enough binary places in 64 bits."""


@dataclass
class Run:
    """What one run of equal shares bought, and the ties it met."""

    winners: list[str]
    ties: list[tuple[int, list[str]]]
    spent: int
    over: bool
    fullness: list[int]  # per round: 1 all surely paid in full, 0 surely not, 2 not known
    prices: list[Fraction]  # per round, to within a few parts; exact only from `Purses`


class Purses:
    """Exact purses after some purchases, as whole numbers over one common scale."""

    def __init__(self, facts: Layout, share: Fraction) -> None:
        self.facts, self.scale = facts, share.denominator
        self.money = [share.numerator] * len(facts.ballot_people)
        self.in_full = True
        self.prices: list[Fraction] = []

    def price(self, c: str) -> Fraction | None:
        return price_per_point(self.facts, c, self.money, self.scale)

    def buy(self, c: str) -> None:
        price = self.price(c)
        if price is None:
            raise AssertionError(f"the supporters of {c} cannot pay for it")
        factor = price.denominator // math.gcd(price.denominator, self.scale)
        if factor > 1:
            self.scale, self.money = self.scale * factor, [money and money * factor for money in self.money]
        part, money = price.numerator * (self.scale // price.denominator), self.money
        for i, _, points in self.facts.supporters[c]:
            self.in_full = self.in_full and money[i] >= part * points
            money[i] -= min(money[i], part * points)
        self.prices.append(price)


class Engine:
    """One phase of one count: the arrays of its candidates, and runs at any share."""

    def __init__(self, facts: Layout, race: Race, candidates: list[str], path: ModuleType) -> None:
        self.facts, self.race, self.candidates, self.path = facts, race, candidates, path
        self.ceiling = race.money
        size, entries = len(facts.ids), facts.paying
        self.most_points = int(entries.points.max(initial=1))
        self.cost = np.array([p.cost if p.cost < 2**62 else 2**62 for p in facts.projects.values()], np.int64)
        self.per = np.maximum(self.cost, 1) if facts.by_cost else np.ones(size, np.int64)
        self.limits = list(race.limits)
        self.demand, self.group = facts.demands(race.limits), facts.groups()
        self.guess: NDArray[np.floating[Any]] = np.zeros(size)  # prices of the run before, in parts
        self.hint = np.full(size + 2, -1, np.int64)  # winners of the run before, round by round
        self.free = [c for c in candidates if not facts.projects[c].cost and entries.total[facts.index[c]]]
        self.free.sort(key=facts.order.__getitem__)
        self.paid = [
            c for c in candidates if 0 < facts.projects[c].cost <= self.ceiling and entries.total[facts.index[c]]
        ]
        self.paid.sort(key=facts.order.__getitem__)
        self.visits = self.exact_decisions = 0
        self.prepare()

    def prepare(self) -> None:
        """Lay out what is the same at the beginning of every run."""
        facts, size = self.facts, len(self.facts.ids)
        opening = self.race.copy()
        self.opening = [c for c in self.free if opening.allowed([c]) and opening.choose([c], "bought")]
        self.alive = np.zeros(size, np.int8)
        self.alive[[facts.index[c] for c in opening.allowed(self.paid)]] = 1
        self.taken = np.zeros(self.group.max(initial=-1) + 1, np.int8)
        for name in opening.groups:
            member = next(i for i, p in enumerate(facts.projects.values()) if p.at_most_one_of == name)
            self.taken[self.group[member]] = 1
        self.left = np.array([opening.limits[name] for name in self.limits], np.int64)
        self.purse = np.empty(len(facts.ballot_people), np.int64)
        self.even = np.zeros(size, np.int64)
        self.rounds, self.contest = np.zeros((size + 1, 3), np.int64), np.zeros(size + 1, np.int64)
        self.scale = -1

    def run(self, share: Fraction) -> Run:
        """Buy by equal shares with this share; stops as soon as the winners cost more than the ceiling."""
        facts, entries, winners = self.facts, self.facts.paying, self.opening
        scale = BITS - (facts.voters * math.ceil(share) * self.most_points).bit_length()
        if scale < LEAST_SCALE:
            raise TooBig
        if scale != self.scale:
            at = self.alive.astype(bool)
            self.need, self.low = np.zeros_like(self.cost), np.zeros_like(self.cost)
            self.need[at] = self.cost[at] << scale
            self.low[at] = self.need[at] // entries.total[at]
            self.guess = self.guess * 2.0 ** (scale - self.scale)
            self.scale = scale
        alive, taken, left = self.alive.copy(), self.taken.copy(), self.left.copy()
        low, purse, need, even = self.low.copy(), self.purse, self.need, self.even
        guess = np.minimum(self.guess, 4e18).astype(np.int64)
        rounds, contest = self.rounds, self.contest
        top = (share.numerator << scale) // share.denominator
        purse.fill(top)
        now = np.array([0, 1, 0, self.ceiling, 0, top, self.most_points, facts.by_cost, 0], np.int64)
        ties: list[tuple[int, list[str]]] = []
        while True:
            answer = self.path.run_rounds(
                entries.start, entries.order, entries.people, entries.points, purse, self.cost, need, self.per,
                entries.total, self.demand, left, self.group, taken, alive, low, guess, rounds, contest, even,
                self.hint, now,
            )  # fmt: skip
            bought = [facts.ids[c] for c in rounds[: now[kernels.ROUND], 0]]
            if answer in (kernels.DONE, kernels.OVER):
                break
            tied = [facts.ids[c] for c in contest[: now[kernels.CONTEST]]]
            exact = None
            if answer == kernels.UNSURE:
                exact = Purses(facts, share)
                for c in bought:
                    exact.buy(c)
                tied = self.decide(exact, tied, alive)
            if tied:
                if len(tied) > 1:
                    ties.append((len(winners) + len(bought), tied))
                c = facts.index[min(tied, key=facts.order.__getitem__)]
                if exact is None:
                    price = Fraction(self.cost[c].item() << scale, even[c].item())
                else:
                    exact.in_full = True
                    exact.buy(facts.ids[c])
                    price = exact.prices[-1] * 2**scale
                full = int(exact.in_full) if exact else int(even[c] == entries.total[c])
                self.path.buy(
                    c, math.floor(price), math.ceil(price), full, entries.start, entries.order, entries.people,
                    entries.points, purse, self.cost, self.demand, left, self.group, taken, alive, rounds, now,
                )  # fmt: skip
                if now[kernels.SPENT] > self.ceiling:
                    answer = kernels.OVER
                    break
            if exact is not None:
                purse[:] = [(money << scale) // exact.scale for money in exact.money]
                # an exact zero stays zero; every other purse is kept at least at 1, one part from the truth at most
                purse[:] = np.where((purse == 0) & np.array([money > 0 for money in exact.money]), 1, purse)
                now[kernels.ERROR] = 1
        bought = [facts.ids[c] for c in rounds[: now[kernels.ROUND], 0]]
        self.visits += int(now[kernels.VISITS])
        self.guess = guess.astype(float)
        count = int(now[kernels.ROUND])
        self.hint[:] = -1
        self.hint[:count] = rounds[:count, 0]
        prices = [Fraction(price, 2**scale) for price in rounds[:count, 2].tolist()]
        over = answer == kernels.OVER
        return Run(winners + bought, ties, int(now[kernels.SPENT]), over, rounds[:count, 1].tolist(), prices)

    def decide(self, exact: Purses, contest: list[str], alive: Ints) -> list[str]:
        """Return the projects of the contest with the least claim, exactly; put out those nobody can pay for."""
        self.exact_decisions += 1
        best, tied = None, []
        for c in contest:
            price = exact.price(c)
            if price is None:
                alive[self.facts.index[c]] = 0
                continue
            claim = self.facts.claim(c, price)
            if best is None or claim < best:
                best, tied = claim, [c]
            elif claim == best:
                tied.append(c)
        return tied

    def retell(self, run: Run, share: Fraction) -> Race:
        """Go through a finished run once more as the reference would, so that ties and steps are recorded."""
        facts, race = self.facts, self.race.copy()
        left, ties = [], dict(run.ties)
        for c in sorted(self.candidates, key=facts.order.__getitem__):
            if not self.facts.paying.total[facts.index[c]]:
                race.put_out(c, "no-support")
            elif facts.projects[c].cost > self.ceiling:
                race.put_out(c, "no-room", str(self.ceiling))
            elif facts.projects[c].cost:
                left.append(c)
            elif race.allowed([c]):
                race.choose([c], "bought")
        for place, c in enumerate(run.winners):
            if facts.projects[c].cost:
                left = race.allowed(left)
                race.choose(ties.get(place, [c]), "bought")
                left.remove(c)
        for c in race.allowed(left):
            race.put_out(c, "short")
        return race

    def change(self, run: Run, race: Race, share: Fraction) -> Fraction | None:
        """Return from which share on a run can go another way; 0 where that is not known (`reference.next_change`)."""
        if 0 in run.fullness:
            return Fraction(0)
        exact = Purses(self.facts, share)
        rounds: Rounds = []
        for c in run.winners:
            if self.facts.projects[c].cost:
                exact.buy(c)
                rounds.append((c, exact.prices[-1]))
            else:
                rounds.append((c, Fraction(0)))
        return next_change(race, rounds, len(self.race.winners)) if exact.in_full else Fraction(0)


def equal_shares(
    race: Race,
    candidates: list[str],
    options: Options,
    unit: int,
    path: ModuleType,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Race, Fraction]:
    """Do what `reference.equal_shares` does, on the arrays of a path."""
    facts, money = race.facts, race.money
    if not isinstance(facts, Layout):
        raise TypeError("the fast path needs a layout")
    engine = Engine(facts, race, candidates, path)
    step = options.step or max(unit, money // (1000 * facts.voters))
    share = Fraction(money // (facts.voters * unit) * unit) if options.whole_start else Fraction(money, facts.voters)
    supported, together, all_fit = engine.free + engine.paid, race.copy(), True
    for c in supported:
        all_fit = all_fit and not together.barred(c) and together.money >= facts.projects[c].cost
        together.take(c)
    kept, level = None, 0
    while True:
        final = share + level * step
        run = engine.run(final)
        if progress is not None:
            progress(level, run.spent)
        if run.over:
            final -= step
            break
        kept, told = run, None
        if options.completion in ("none", "u") or all_fit:
            break
        if options.stop_when_exhaustive:
            told = engine.retell(run, final)
            fitting = [c for c in supported if facts.projects[c].cost <= told.money and c not in run.winners]
            if all(told.barred(c) for c in fitting):
                break
        change: Fraction | None = Fraction(0)
        if 0 not in run.fullness:
            change = engine.change(run, told or engine.retell(run, final), final)
        if change is None:
            break
        level += max(1, math.ceil((change - final) / step))
    if kept is None:
        raise AssertionError("the first run always stays within the money")
    before = len(race.steps)
    race = engine.retell(kept, final)
    if options.completion in ("u", "add1u") or (all_fit and options.completion == "add1"):
        known = {s.project: s.reason for s in race.steps[before:]}
        greedy(race, [c for c in candidates if known[c] == "short"], reason="completed")
    return race, final
