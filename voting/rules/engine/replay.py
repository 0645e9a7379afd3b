"""Go through the final run of equal shares once more, with exact prices and whole numbers only.

A purse is the share less the prices of what its ballot has paid for in full, and nothing once it has given its rest. So
who paid in full, who in part, and the numbers of those people say everything: prices, rests and sums of payments are
whole multiples of the share and of earlier prices. Purses in parts of 2^-scale say who is who; where their error leaves
that open, it is worked out exactly (docs/algorithms/exactness.md).
"""

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voting.rules.engine import equal_shares, kernels, numpy_path
from voting.rules.engine.kernels import Ints
from voting.rules.engine.layout import Layout

Flags = NDArray[np.bool_]
LARGE = 50_000  # choices


class Parts(Mapping[str, Fraction]):
    """Exact amounts by project, kept as whole parts of one over a common scale; a fraction is made when asked for."""

    def __init__(self, parts: dict[str, int], scale: int) -> None:
        self.parts, self.scale = parts, scale

    def __getitem__(self, c: str) -> Fraction:
        return Fraction(self.parts[c], self.scale)

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)


class Replay:
    """Who paid what: for each purchase its exact price, and the ballots that paid in full and in part."""

    def __init__(self, facts: Layout, share: Fraction, bought: list[str]) -> None:
        self.facts, self.share, self.bought, entries = facts, share, bought, facts.paying
        self.scale, self.price_parts = share.denominator, list[int]()  # prices in parts of 1 / self.scale
        self.full, self.part = list[Ints](), list[Ints]()  # by purchase
        self.paid: Flags = np.zeros(len(entries.project), np.bool_)  # ballot by ballot: this choice was paid in full
        self.number = np.full(len(facts.ids), -1, np.int64)  # project: place among the purchases
        self.number[[facts.index[c] for c in bought]] = np.arange(len(bought))
        most = int(entries.points.max(initial=1))
        self.binary = equal_shares.BITS - (facts.voters * math.ceil(share) * most).bit_length()
        self.is_too_big = self.binary < equal_shares.LEAST_SCALE
        if self.is_too_big:
            self._with_fractions()
            return
        top = (share.numerator << self.binary) // share.denominator
        self.purse, self.error, self.most = np.full(len(facts.ballot_people), top, np.int64), 1, most
        for c in bought:
            self._buy(c)

    def _buy(self, c: str) -> None:
        facts, entries, i = self.facts, self.facts.paying, self.facts.index[c]
        at = entries.of(i)
        ballots, people = entries.order[at], entries.people[at].astype(np.int64)
        points = entries.points[at] if len(entries.points) else np.ones(len(ballots), np.int64)
        money, weight = self.purse[ballots], people * points
        live = money > 0
        rich, need = live, facts.projects[c].cost << self.binary
        while rich.any():  # nearly right, because purses are nearly right
            poor = live & ~rich
            price = (need - int((money * people)[poor].sum())) // int(weight[rich].sum())
            fewer = rich & (money >= price * points)
            if (fewer == rich).all():
                break
            rich = fewer
        rich = rich if rich.any() else live
        while True:  # and now exactly: the division into rich and poor that agrees with its own price
            poor = live & ~rich
            exact = self._price(c, ballots[poor], int(weight[rich].sum()))
            low = math.floor(exact * 2**self.binary)  # the price has low parts or less than one more
            unsure = np.flatnonzero(live & (np.abs(money - low * points) <= self.error + points))
            rest = [self._purse(int(ballots[j])) - exact * int(points[j]) for j in unsure]
            found = live & (money > low * points)
            found[unsure] = [left >= 0 for left in rest]
            if (found == rich).all():
                break
            rich = found
        self._keep(i, exact, at, rich, ballots[poor])
        self.purse[ballots[rich]] = np.maximum(money[rich] - low * points[rich], 1)
        self.purse[ballots[poor]] = 0
        self.purse[ballots[[j for j, left in zip(unsure, rest, strict=True) if not left]]] = 0
        self.error += self.most

    def _keep(self, i: int, exact: Fraction, at: slice, rich: Flags, poor: Ints) -> None:
        """Write down a purchase: multiply the scale where the price needs it, and mark who paid in full."""
        entries = self.facts.paying
        factor = exact.denominator // math.gcd(exact.denominator, self.scale)
        self.scale *= factor
        if factor > 1:
            self.price_parts = [parts * factor for parts in self.price_parts]
        self.price_parts.append(exact.numerator * (self.scale // exact.denominator))
        self.full.append(entries.order[at][rich])
        self.part.append(poor)
        self.paid[entries.place[at][rich]] = True

    def _price(self, c: str, poor: Ints, rich_weight: int) -> Fraction:
        """Return the price per point at which the rich pay what the poor leave, exactly."""
        table = self._paid_by(poor)
        people = int(self.facts.ballot_people[poor].sum())
        given = self.share_parts * people - sum(n * self.price_parts[v] for v, n in table.items())
        return Fraction(self.facts.projects[c].cost * self.scale - given, self.scale * rich_weight)

    def _paid_by(self, ballots: Ints) -> dict[int, int]:
        """Return how many points these ballots' people have paid in full for each earlier purchase."""
        entries = self.facts.paying
        at = numpy_path.choices_of(ballots, entries.ends)
        at = at[self.paid[at]]
        weight = self.facts.ballot_people[entries.ballot[at]]
        weight = weight if entries.given is None else weight * entries.given[at]
        sums = numpy_path.add_up(self.number[entries.project[at]], weight, len(self.bought))
        return {v: n for v, n in enumerate(sums.tolist()) if n}

    def _purse(self, ballot: int) -> Fraction:
        """Return what a ballot that is not empty holds, exactly."""
        entries, held = self.facts.paying, self.share_parts
        for at in range(entries.ends[ballot], entries.ends[ballot + 1]):
            if self.paid[at]:
                points = 1 if entries.given is None else int(entries.given[at])
                held -= points * self.price_parts[self.number[entries.project[at]]]
        return Fraction(held, self.scale)

    @property
    def share_parts(self) -> int:
        """The share in parts of 1 / self.scale."""
        return self.share.numerator * (self.scale // self.share.denominator)

    def _with_fractions(self) -> None:
        """Replay amounts that are too large for 64 bits."""
        facts, entries = self.facts, self.facts.paying
        purses = equal_shares.Purses(facts, self.share)
        for c in self.bought:
            price = purses.price(c)
            if price is None:
                raise AssertionError(f"the supporters of {c} cannot pay for it")
            at = entries.of(facts.index[c])
            ballots = entries.order[at].tolist()
            points = entries.points[at].tolist() if len(entries.points) else [1] * len(ballots)
            held = [Fraction(purses.money[i], purses.scale) for i in ballots]
            rich = np.array([money >= price * u for money, u in zip(held, points, strict=True)], np.bool_)
            poor = entries.order[at][~rich & np.array([money > 0 for money in held], np.bool_)]
            self._keep(facts.index[c], price, at, rich, poor)
            purses.buy(c)

    @property
    def prices(self) -> list[Fraction]:
        return [Fraction(parts, self.scale) for parts in self.price_parts]

    def people(self, ballots: Ints) -> int:
        return int(self.facts.ballot_people[ballots].sum())

    def bars(self, path: ModuleType | None = None) -> dict[str, Parts]:
        """Return for every project what its supporters paid for each winner, exactly."""
        facts, entries = self.facts, self.facts.paying
        if path is None:  # machine code takes a moment to load, which only large elections make up for
            path = kernels if kernels.COMPILED and len(entries.order) > LARGE else numpy_path
        ids, share, prices = facts.ids, self.share_parts, self.price_parts
        found: dict[str, dict[str, int]] = {c: {} for c in ids}
        weight = facts.ballot_people if entries.given is None else facts.ballot_people[entries.ballot] * entries.given
        every = np.zeros((len(ids), len(self.bought)), np.int64)
        args = entries.ends, entries.project, self.number, self.paid, weight, entries.given is None
        path.cross(np.arange(len(facts.ballot_people)), *args, every)
        totals = every.tolist()
        for w, name in enumerate(self.bought):
            rest = np.zeros_like(every)
            path.cross(self.part[w], *args, rest)
            at = numpy_path.choices_of(self.part[w], entries.ends)
            people = numpy_path.add_up(entries.project[at], facts.ballot_people[entries.ballot[at]], len(ids))
            sums = [prices[w] * row[w] + share * n for row, n in zip(totals, people.tolist(), strict=True)]
            rows, columns = np.nonzero(rest)
            for i, v, n in zip(rows.tolist(), columns.tolist(), rest[rows, columns].tolist(), strict=True):
                sums[i] -= n * prices[v]
            for c, paid in zip(ids, sums, strict=True):
                if paid:
                    found[c][name] = paid
        return {c: Parts(parts, self.scale) for c, parts in found.items()}


class Rounded:
    """Purses rounded down to 2^-scale; every purse is low by less than one part for each purchase."""

    def __init__(self, facts: Layout, share: Fraction) -> None:
        entries = facts.paying
        self.facts, most = facts, int(entries.points.max(initial=1))
        self.scale = equal_shares.BITS - (facts.voters * math.ceil(share) * most).bit_length()
        self.top = int(share * 2**self.scale)
        purse = np.full(len(facts.ballot_people), self.top, np.int64)
        now = np.zeros(9, np.int64)
        now[kernels.TOP], now[kernels.MOST_POINTS] = self.top, most
        round_ = CompiledRound if kernels.COMPILED else numpy_path.Round
        self.round = round_(entries.start, entries.order, entries.people, entries.points, purse, now)
        self.low, self.guess = np.zeros(len(facts.ids), np.int64), np.zeros(len(facts.ids), np.int64)

    def given(self, c: str, price: Fraction) -> tuple[Fraction, bool]:
        """Return what a project's supporters can give at a price per point, and whether one of them could in full."""
        parts = min((price.numerator << self.scale) // price.denominator, self.top + 1)
        held, _, rich, _ = self.round.scan(self.facts.index[c], parts)
        return Fraction(held + rich * parts, 2**self.scale), rich > 0

    def price(self, c: str) -> Fraction | None:
        i = self.facts.index[c]
        need, total = self.facts.projects[c].cost << self.scale, int(self.facts.paying.total[i])
        answer, high, _, _ = numpy_path.ask(self.round, i, need, total, self.low, self.guess, None, 1)
        return Fraction(high, 2**self.scale) if answer == 1 else None

    def buy(self, c: str, price: Fraction) -> None:
        parts = math.floor(price * 2**self.scale)
        self.round.error = 0
        self.round.pay(self.facts.index[c], parts, parts)


class CompiledRound(numpy_path.Round):
    """The same round, its sums over supporters made by the compiled kernel."""

    def scan(self, c: int, price: int) -> tuple[int, int, int, int]:
        first, last = self.start[c], self.start[c + 1]
        found: Any = kernels.scan(self.order, self.people, self.points, self.purse, first, last, np.int64(price))
        held, poor, rich, payers = found
        return int(held), int(poor), int(rich), int(payers)

    def pay(self, c: int, low: int, middle: int) -> None:
        first, last = self.start[c], self.start[c + 1]
        kernels.pay(
            self.order, self.people, self.points, self.purse, first, last, np.int64(low), np.int64(middle),
            np.int64(self.error),
        )  # fmt: skip
