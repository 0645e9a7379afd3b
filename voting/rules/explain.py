"""Explain a count: for every project how it won or lost, by how much, and what would have changed that.

Everything follows from the final run of each phase, replayed with exact prices. Small elections (up to `SMALL` looks at
a ballot) are worked out with fractions throughout. For larger ones runners-up and counterfactuals keep purses rounded
down to 2^-scale of the smallest unit (`engine.replay`): low by far less than a penny. Loss bars are always exact.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from voting.rules.engine import equal_shares, kernels, numpy_path
from voting.rules.engine.layout import Layout
from voting.rules.engine.replay import Replay, Rounded
from voting.rules.reference import Election, Race, phases
from voting.rules.vocabulary import FUNDED, Selection, Step

SMALL = 1_000_000


@dataclass(frozen=True)
class Explanation:
    """One project's result. Money is in smallest units, as fractions where shares of people add up to it."""

    project: str
    cost: int
    votes: int
    voters: int
    is_funded: bool
    phase: str
    round: int
    reason: str
    detail: str = ""
    place: int = 0  # by votes (or points), first is 1; equal ones share a place
    used_before: int = 0  # what the winners chosen before this project's turn cost
    # equal shares only:
    share: Fraction | None = None  # each voter's share in this phase
    effective: Fraction | None = None  # votes this project was worth in its round: cost / price under cost utility
    runner_up: str = ""
    runner_up_effective: Fraction | None = None
    most_paid: Fraction | None = None  # the largest payment of one supporter
    paid_full: int = 0
    paid_part: int = 0
    paid_nothing: int = 0
    short_since: int = 0  # the first round at whose beginning its supporters' money was not enough
    held: Fraction | None = None  # what its supporters had left then
    bars: Mapping[str, Fraction] = field(default_factory=dict)  # winner: what this project's supporters paid for it
    left: Fraction | None = None  # what they had left at the end; bars and left add up to share x supporters
    support_permyriad: int | None = None  # effective support in hundredths of a percent, rounded down
    largest_cost: int | None = None  # the most it could have cost and still win at this share
    extra_supporters: int | None = None  # how many more people, choosing only this project, would have made it win

    @property
    def shortfall(self) -> Fraction | None:
        return None if self.held is None else self.cost - self.held

    @property
    def cost_per_supporter(self) -> Fraction | None:
        return Fraction(self.cost, self.votes) if self.votes else None


@dataclass(frozen=True)
class Receipt:
    """One voter's money in one phase: the share, what went to each funded project, and what was left."""

    share: Fraction
    payments: Mapping[str, Fraction]
    remainder: Fraction


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
        return _Exact(self.facts, self.share) if self.small else Rounded(self.facts, self.share)

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
        path = kernels if kernels.COMPILED else numpy_path
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
    """Explain every project of a count. ``counterfactuals`` adds effective support and what would have changed it."""
    facts = Layout(election, selection.options, selection.seed, unit_costs=selection.rule == "priorities")
    fates = {step.project: step for step in selection.steps}
    costs = {c: project.cost for c, project in facts.projects.items()}
    ranking = sorted(facts.scores.values(), reverse=True)
    used: dict[str, int] = {}
    spent = 0
    for step in selection.steps:
        used[step.project] = spent
        spent += costs[step.project] if step.reason in FUNDED else 0
    plain = {
        c: Explanation(
            c,
            costs[c],
            facts.votes[c],
            facts.voters,
            c in selection.winners,
            fates[c].phase if c in fates else "main",
            fates[c].round if c in fates else 0,
            fates[c].reason if c in fates else "no-support",
            fates[c].detail if c in fates else "",
            ranking.index(facts.scores[c]) + 1,
            used.get(c, 0),
        )
        for c in facts.ids
    }
    if selection.rule != "equal-shares" or selection.compared == "replaced" or not facts.voters:
        return plain
    race, total = Race(facts, election.budget, election.limits), election.budget
    for phase, amount, able in phases(election, facts):
        race.phase, race.money = phase, total if phase == "main" else min(amount, total)
        steps = [step for step in selection.steps if step.phase == phase]
        candidates = [c for c in able if c not in race.winners]
        bought = [step.project for step in steps if step.reason == "bought"]
        trace = Trace(facts, race.copy(), candidates, selection.shares[phase], bought)
        mine = [step for step in steps if fates[step.project] is step]
        plain |= _phase(plain, trace, mine, counterfactuals)
        before = race.money
        for step in steps:
            if step.reason in FUNDED:
                race.choose([step.project], step.reason)
        total -= before - race.money
    return plain


def _phase(
    plain: Mapping[str, Explanation], trace: Trace, steps: Iterable[Step], counterfactuals: bool
) -> dict[str, Explanation]:
    """Add what equal shares knows about the projects whose fate was settled in this phase."""
    facts, found = trace.facts, dict[str, Explanation]()
    bars, seconds = trace.exact.bars(), trace.runners_up()
    for step in steps:
        c = step.project
        if not trace.supporters(c) or not facts.projects[c].cost:
            continue
        cost_fits = facts.projects[c].cost <= trace.race.money
        scale, whole = trace.exact.scale, trace.all_shares(c)
        known = plain[c].__dict__ | {"share": trace.share, "left": Fraction(whole - sum(bars[c].parts.values()), scale)}
        known["bars"] = bars[c]
        if c in trace.prices:
            known |= _won(trace, c, *seconds[c])
        else:
            known |= _short(trace, c, bars[c].parts)
        if counterfactuals and step.reason in ("bought", "short", "completed", "no-room") and cost_fits:
            support, cost, extra = trace.chances(c, trace.without(c))
            lost = c not in trace.prices
            known |= {
                "support_permyriad": min(support, 9_999) if lost else support,
                "largest_cost": cost,
                "extra_supporters": extra if lost else 0,
            }
        found[c] = Explanation(**known)
    return found


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
