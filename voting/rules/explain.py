"""Explain a count: for every project how it won or lost, by how much, and what would have changed that.

Everything follows from the final run of each phase, replayed with exact prices. Small elections (up to `SMALL` looks at
a ballot) are worked out with fractions throughout. For larger ones runners-up and counterfactuals keep purses rounded
down to 2^-scale of the smallest unit (`engine.replay`): low by far less than a penny. Loss bars are always exact.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from voting.rules.engine import equal_shares, kernels, numpy_path
from voting.rules.engine.layout import Layout
from voting.rules.engine.replay import Parts, Replay, Rounded
from voting.rules.explanation import Explanation, Receipt
from voting.rules.reference import Election, Race, equal_shares_once, phases
from voting.rules.vocabulary import FUNDED, Selection

SMALL = 1_000_000


class _Exact:
    """Purses as fractions."""

    def __init__(self, facts: Layout, share: Fraction) -> None:
        self.facts, self.purses = facts, equal_shares.Purses(facts, share)

    def given(self, c: str, price: Fraction) -> tuple[Fraction, bool]:
        """Return what a project's supporters can give at a price per point, and whether one of them could in full."""
        purses = self.purses
        top, bottom = price.numerator * purses.scale, price.denominator
        parts = [(purses.money[i] * bottom, n, top * u) for i, n, u in self.facts.supporters[c]]
        total = sum(n * min(held, part) for held, n, part in parts)
        return Fraction(total, purses.scale * bottom), any(held >= part for held, _, part in parts)

    def price(self, c: str) -> Fraction | None:
        return self.purses.price(c)

    def buy(self, c: str, price: Fraction) -> None:
        self.purses.buy(c)


class Trace:
    """The final run of one phase with exact prices, and questions about it."""

    def __init__(self, facts: Layout, race: Race, candidates: list[str], share: Fraction, bought: list[str]) -> None:
        self.facts, self.race, self.candidates, self.share = facts, race, candidates, share
        self.bought = [c for c in bought if facts.projects[c].cost]
        self.small = len(facts.paying.order) * (len(self.bought) + 1) <= SMALL
        self.exact = Replay(facts, share, self.bought)
        self.prices = dict(zip(self.bought, self.exact.prices, strict=True))
        self.engine: equal_shares.Engine | None = None

    def view(self) -> "_Exact | Rounded":
        exact = self.small or self.exact.is_too_big
        return _Exact(self.facts, self.share) if exact else Rounded(self.facts, self.share)

    def effective(self, c: str, price: Fraction) -> Fraction:
        """Return what a price means in votes under cost utility, and as its inverse share of the cost otherwise."""
        return Fraction(self.facts.projects[c].cost) / price

    def supporters(self, c: str) -> int:
        """How many people pay for a project (with Borda points, those who rank it last do not)."""
        at = self.facts.paying.of(self.facts.index[c])
        return int(self.facts.paying.people[at].sum())

    def all_shares(self, c: str) -> int:
        """Return the shares of a project's supporters together, in parts of 1 / exact.scale."""
        return self.supporters(c) * self.exact.share_parts

    def without(self, c: str) -> list[tuple[str, Fraction]]:
        """Return the rounds, as (winner, price), that this share gives without the project."""
        if c not in self.prices:
            return list(self.prices.items())
        others = [d for d in self.candidates if d != c]
        if self.exact.is_too_big:
            race = self.race.copy()
            race.money += sum(self.facts.projects[d].cost for d in others)
            rounds, _ = equal_shares_once(race, others, self.share) or ([], True)
            return [(d, price) for d, price in rounds if price]
        path = kernels if kernels.COMPILED and not self.small else numpy_path
        engine = equal_shares.Engine(self.facts, self.race, others, path)
        if self.engine is not None:
            engine.guess[:], engine.hint[:] = self.engine.guess, self.engine.hint
        self.engine = engine
        engine.ceiling = 2**62  # without the project the others may cost more than there is; go on all the same
        run = engine.run(self.share)
        bought = [d for d in run.winners if self.facts.projects[d].cost]
        if not self.small:
            return list(zip(bought, run.prices, strict=True))
        exact = equal_shares.Purses(self.facts, self.share)
        for d in bought:
            exact.buy(d)
        return list(zip(bought, exact.prices, strict=True))

    def chances(self, c: str, rounds: list[tuple[str, Fraction]]) -> tuple[int, int | None, int | None]:
        """Return (effective support in permyriad, largest winning cost, extra supporters needed) at this share.

        A project would win at cost x if in some round its supporters could give x at the price that round's winner
        asked, or at the end held x (C§6.1). One more supporter who chooses nothing else brings a whole share.
        """
        view, project = self.view(), self.facts.projects[c]
        best, cost, extra = Fraction(0), 0, None
        for w, price in [*rounds, ("", Fraction(0))]:
            per = price / self.facts.projects[w].cost if w and self.facts.by_cost else price
            asked = self.share if not w else per * project.cost if self.facts.by_cost else per
            (given, full), whole = view.given(c, asked), min(self.share, asked)
            best = max(best, given / project.cost)
            if whole:
                needed = max(0, math.ceil((project.cost - given) / whole))
                equal = w and given + needed * whole == project.cost and (full or (needed > 0 and self.share >= asked))
                if equal and not self._first(c, w, project.cost, needed):
                    needed += 1
                extra = needed if extra is None else min(extra, needed)
            cost = self._dearest(view, c, w, per, cost)
            if w:
                view.buy(w, price)
        return math.floor(best * 10_000), cost or None, extra

    def _dearest(self, view: "_Exact | Rounded", c: str, w: str, per: Fraction, known: int) -> int:
        """Return the largest whole cost, at least ``known``, at which a project comes before w; w empty: at the end."""

        def wins(x: int) -> bool:
            given, full = view.given(c, self.share if not w else per * x if self.facts.by_cost else per)
            # giving exactly x is an equal claim only if the price is not lower, that is if somebody pays it in full
            return given > x or (given == x and (not w or not full or self._first(c, w, x, 0)))

        if not wins(known + 1):
            return known
        low, high = known + 1, max(2 * known, known + 2)
        while wins(high):
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if wins(middle) else (low, middle)
        return low

    def _first(self, c: str, w: str, cost: int, more: int) -> bool:
        """Tell whether a project of this cost, with so many more votes, would win a tie against w."""
        _, votes, lot = self.facts.order[c]
        return (cost, votes - more, lot) < self.facts.order[w]

    def runners_up(self) -> dict[str, tuple[str, Fraction | None]]:
        """Return for each winner who came second in its round, and at what price."""
        facts, view, race = self.facts, self.view(), self.race.copy()
        found: dict[str, tuple[str, Fraction | None]] = {}
        total = facts.paying.total
        left = [c for c in self.candidates if 0 < facts.projects[c].cost <= race.money and total[facts.index[c]]]
        for c in (c for c in self.candidates if c in self.race.groups.values()):
            left.remove(c)
        claims = dict.fromkeys(left, Fraction(0))  # the last ones known: claims never fall
        for w in self.bought:
            left = [c for c in left if c != w and not race.barred(c)]
            second, best, price = "", None, None
            for c in sorted(left, key=claims.__getitem__):
                if best is not None and claims[c] > best[0]:
                    break
                asked = view.price(c)
                if asked is None:
                    left.remove(c)  # who cannot pay now never can
                    continue
                claims[c] = facts.claim(c, asked)
                if best is None or (claims[c], facts.order[c]) < best:
                    second, best, price = c, (claims[c], facts.order[c]), asked
            found[w] = (second, price)
            view.buy(w, self.prices[w])
            race.choose([w], "bought")
        return found


def explain(election: Election, selection: Selection, *, counterfactuals: bool = True) -> dict[str, Explanation]:
    """Explain every project's fate. ``counterfactuals`` adds effective support and what would have changed it."""
    return {known.project: known for known in explain_steps(election, selection, counterfactuals=counterfactuals)}


def explain_steps(election: Election, selection: Selection, *, counterfactuals: bool = True) -> list[Explanation]:
    """Explain the steps of a count in their order; what would have changed it is said of each project's last step."""
    facts = Layout(election, selection.options, selection.seed, unit_costs=selection.rule == "priorities")
    costs = {c: project.cost for c, project in facts.projects.items()}
    ranking = sorted(facts.scores.values(), reverse=True)
    place = {score: ranking.index(score) + 1 for score in set(ranking)}
    plain, spent = [], 0
    for step in selection.steps:
        c, is_funded = step.project, step.reason in FUNDED
        plain.append(
            Explanation(
                c,
                costs[c],
                facts.votes[c],
                facts.voters,
                is_funded,
                step.phase,
                step.round,
                step.reason,
                step.detail,
                place[facts.scores[c]],
                spent,
            )
        )
        spent += costs[c] if is_funded else 0
    if selection.rule != "equal-shares" or selection.compared == "replaced" or not facts.voters:
        return plain
    race, total = Race(facts, election.budget, election.limits), election.budget
    fates = {known.project: number for number, known in enumerate(plain)} if counterfactuals else {}
    for phase, amount, able in phases(election, facts):
        race.phase, race.money = phase, total if phase == "main" else min(amount, total)
        mine = [number for number, step in enumerate(selection.steps) if step.phase == phase]
        candidates = [c for c in able if c not in race.winners]
        bought = [plain[number].project for number in mine if plain[number].reason == "bought"]
        trace = Trace(facts, race.copy(), candidates, selection.shares[phase], bought)
        bars, seconds = trace.exact.bars(), trace.runners_up()
        for number in mine:
            c = plain[number].project
            if trace.supporters(c) and costs[c]:
                plain[number] = _of_shares(plain[number], trace, bars[c], seconds.get(c), fates.get(c) == number)
        before = race.money
        for number in mine:
            if plain[number].is_funded:
                race.choose([plain[number].project], plain[number].reason)
        total -= before - race.money
    return plain


def _of_shares(
    plain: Explanation, trace: Trace, bars: Parts, second: tuple[str, Fraction | None] | None, is_fate: bool
) -> Explanation:
    """Add what equal shares knows about a project in this phase."""
    c, whole = plain.project, trace.all_shares(plain.project)
    known: dict[str, Any] = {
        "share": trace.share,
        "bars": bars,
        "left": Fraction(whole - sum(bars.parts.values()), trace.exact.scale),
    }
    known |= _short(trace, c, bars.parts) if second is None else _won(trace, c, *second)
    if is_fate and plain.reason in ("bought", "short", "completed", "no-room") and plain.cost <= trace.race.money:
        support, cost, extra = trace.chances(c, trace.without(c))
        lost = c not in trace.prices
        known |= {
            "support_permyriad": min(support, 9_999) if lost else support,
            "largest_cost": cost,
            "extra_supporters": extra if lost else 0,
        }
    return replace(plain, **known)


def _won(trace: Trace, c: str, second: str, second_price: Fraction | None) -> dict[str, object]:
    facts, price, round_ = trace.facts, trace.prices[c], trace.bought.index(c)
    most = int(facts.paying.points[facts.paying.of(facts.index[c])].max(initial=1))
    payers_full, payers_part = (trace.exact.people(payers[round_]) for payers in (trace.exact.full, trace.exact.part))
    return {
        "effective": trace.effective(c, price),
        "runner_up": second,
        "runner_up_effective": trace.effective(second, second_price) if second_price else None,
        "most_paid": price * most,
        "paid_full": payers_full,
        "paid_part": payers_part,
        "paid_nothing": trace.supporters(c) - payers_full - payers_part,
    }


def _short(trace: Trace, c: str, bars: Mapping[str, int]) -> dict[str, object]:
    """Find the first round at whose beginning a project's supporters no longer held its cost."""
    held, scale = trace.all_shares(c), trace.exact.scale
    cost, first = trace.facts.projects[c].cost * scale, len(trace.race.winners) + 1
    for number, w in enumerate([*trace.bought, ""]):
        if held < cost:
            return {"short_since": first + number, "held": Fraction(held, scale)}
        held -= bars.get(w, 0)
    return {}


def receipt(election: Election, selection: Selection, ballot: tuple[object, ...]) -> dict[str, Receipt]:
    """Return one voter's money by phase: share, payments and remainder. Only for that voter; publish sums of groups."""
    facts = Layout(election, selection.options, selection.seed, unit_costs=False)
    mine = list(election.ballots).index(ballot)
    found = {}
    for phase, share in selection.shares.items():
        purses = equal_shares.Purses(facts, share)
        payments: dict[str, Fraction] = {}
        for step in selection.steps:
            if step.phase == phase and step.reason == "bought" and facts.projects[step.project].cost:
                before = Fraction(purses.money[mine], purses.scale)
                purses.buy(step.project)
                if paid := before - Fraction(purses.money[mine], purses.scale):
                    payments[step.project] = paid
        found[phase] = Receipt(share, payments, share - sum(payments.values(), Fraction(0)))
    return found
