"""Every counting rule of the fund, exact and with the standard library alone, short enough to read aloud.

This file travels unchanged inside every published round, so that anybody can repeat the count. Sources and proofs:
docs/algorithms. Money is a whole number of the smallest unit (pence), ratios are fractions, and no float decides.

The lot that decides what cost and votes leave tied is a project's place when all ids are sorted by the 32 bytes of
SHA-256(UTF-8 of ``seed``, then UTF-8 of the id), lowest first. In a poll ``seed`` is the 64 lower-case hexadecimal
digits of SHA-256(secret followed by the final log root). The empty text is allowed.
"""

import hashlib
import heapq
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

Rounds = list[tuple[str, Fraction]]  # winner and price per point
RULES = ("greedy", "greedy-no-skip", "greedy-threshold", "equal-shares", "phragmen", "priorities")


@dataclass(frozen=True)
class Project:
    """Something to fund: its cost, tags for floors, demands on limits, and a group of which one may win."""

    id: str
    cost: int
    tags: tuple[str, ...] = ()
    demands: Mapping[str, int] = field(default_factory=dict)
    at_most_one_of: str = ""


@dataclass(frozen=True)
class Floor:
    """Money set aside for a tag, open to its projects that at least ``support_permille`` of all ballots name."""

    tag: str
    amount: int
    support_permille: int = 0


@dataclass(frozen=True)
class Election:
    """Projects, money, and how many people cast each ballot; people who chose nothing cast the empty ballot ``()``.

    A ballot is a tuple of ids without repeats (ordinal: first choice first), in a cumulative election of (id, points).
    ``limits`` cap the winners' demands by name. ``unit``: smallest units in one of the currency (pence: 100).
    """

    projects: tuple[Project, ...]
    budget: int
    ballots: Mapping[tuple[Any, ...], int]
    kind: str = "approval"  # or choose-one, knapsack, ordinal, cumulative
    limits: Mapping[str, int] = field(default_factory=dict)
    floors: tuple[Floor, ...] = ()
    unit: int = 100


@dataclass(frozen=True)
class Options:
    """How a rule is run; frozen with the poll, because each of these can change winners."""

    completion: str = "none"  # equal-shares: none, u, add1, add1u
    utility: str = "cost"  # equal-shares: cost, cardinality, score, borda
    step: int = (
        0  # add1: what each share grows by; 0 = the larger of one unit and 0.1 % of budget / ballots, rounded down
    )
    stop_when_exhaustive: bool = False  # add1: also stop as soon as no other project fits
    whole_start: bool = False  # equal-shares: start from whole currency units in place of the exact share
    comparison: bool = False  # equal-shares: greedy's winners if strictly more voters have more winners there
    threshold: int = 0  # greedy-threshold: votes (or points) a project needs
    skip: bool = False  # phragmen: pass over a project that does not fit, in place of stopping
    seats: int | None = None  # priorities: how many places; None = as many as find support


@dataclass(frozen=True)
class Tie:
    """Projects with equal claims in a round, in the order cost, votes and lot put them; the first was chosen."""

    round: int
    tied: tuple[str, ...]
    decided_by: str  # cost, votes or lot


@dataclass(frozen=True)
class Step:
    """What became of one project in one round, and why; the last step of a project is its fate.

    Funded: bought (by its supporters), ranked (by votes), completed (by votes, from what was left). Out: no-support,
    below-threshold, short (its supporters' money), no-room (``detail``: the money that was left), over-limit
    (``detail``: the limit), one-of (``detail``: the winner of its group), stopped.
    """

    phase: str  # "floor:<tag>" or "main"
    round: int
    project: str
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Outcome:
    """Winners in the order in which they were chosen, and how it came about."""

    winners: tuple[str, ...]
    cost: int
    ties: tuple[Tie, ...]
    steps: tuple[Step, ...]
    shares: Mapping[str, Fraction]  # equal-shares: each voter's final share, by phase
    compared: str = ""  # comparison step: "kept" or "replaced"


class Facts:
    """What follows from the election alone: supporters, votes, scores, and the order that decides ties."""

    def __init__(self, election: Election, options: Options, seed: str, unit_costs: bool) -> None:
        self.projects = {p.id: replace(p, cost=1) if unit_costs else p for p in election.projects}
        self.people = list(election.ballots.values())
        self.voters = sum(self.people)
        self.votes, self.scores = dict.fromkeys(self.projects, 0), dict.fromkeys(self.projects, 0)
        self.naming: dict[str, list[tuple[int, int]]] = {c: [] for c in self.projects}  # (ballot, people)
        self.supporters: dict[str, list[tuple[int, int, int]]] = {c: [] for c in self.projects}  # ..., points) who pay
        for i, (ballot, people) in enumerate(election.ballots.items()):
            for place, choice in enumerate(ballot):
                c, points = choice if election.kind == "cumulative" else (choice, 1)
                if election.kind == "ordinal":
                    points = len(ballot) - place  # the last of k choices has 1 point, the first k
                if points:
                    self.votes[c] += people
                    self.scores[c] += people * points
                    self.naming[c].append((i, people))
                    utility = {"score": points, "borda": points - 1}.get(options.utility, 1)
                    if utility:  # the last of k choices has no Borda point, so it pays nothing
                        self.supporters[c].append((i, people, utility))
        lots = sorted(self.projects, key=lambda c: hashlib.sha256(seed.encode() + c.encode()).digest())
        self.order = {c: (self.projects[c].cost, -self.votes[c], lot) for lot, c in enumerate(lots)}
        self.by_cost = options.utility == "cost"

    def claim(self, c: str, price: Fraction) -> Fraction:
        """Return a price per point as the measure by which rounds compare: under cost utility, per pound of cost."""
        return price / self.projects[c].cost if self.by_cost and price else price


class Race:
    """A count under way: the money, limits and groups still open; winners, ties and steps so far."""

    def __init__(self, facts: Facts, money: int, limits: Mapping[str, int]) -> None:
        self.facts, self.money, self.limits, self.phase = facts, money, dict(limits), "main"
        self.groups: dict[str, str] = {}  # group: its winner
        self.winners: list[str] = []
        self.ties: list[Tie] = []
        self.steps: list[Step] = []

    def copy(self) -> "Race":
        twin = Race(self.facts, self.money, self.limits)
        twin.phase, twin.groups, twin.winners = self.phase, dict(self.groups), list(self.winners)
        twin.ties, twin.steps = list(self.ties), list(self.steps)
        return twin

    def put_out(self, c: str, reason: str, detail: str = "") -> bool:
        self.steps.append(Step(self.phase, len(self.winners) + 1, c, reason, detail))
        return False

    def barred(self, c: str) -> tuple[str, str] | None:
        """Return why a limit or a group bars the project now, as (reason, detail), or None."""
        project = self.facts.projects[c]
        if project.at_most_one_of in self.groups:
            return "one-of", self.groups[project.at_most_one_of]
        over = sorted(name for name, demand in project.demands.items() if demand > self.limits[name])
        return ("over-limit", over[0]) if over else None

    def allowed(self, projects: list[str]) -> list[str]:
        """Put out the projects that a limit or a group bars; return the others in the same order."""
        if not self.limits and not self.groups:
            return projects
        return [c for c in projects if not (bar := self.barred(c)) or self.put_out(c, *bar)]

    def take(self, c: str) -> None:
        project = self.facts.projects[c]
        self.money -= project.cost
        self.limits = {name: left - project.demands.get(name, 0) for name, left in self.limits.items()}
        self.groups |= {project.at_most_one_of: c} if project.at_most_one_of else {}

    def choose(self, tied: list[str], reason: str) -> str:
        """Take the first of the tied projects by cost, votes and lot, and note the tie."""
        first, *others = sorted(tied, key=self.facts.order.__getitem__)
        if others:
            key = next(k for k in range(3) if self.facts.order[first][k] != self.facts.order[others[0]][k])
            self.ties.append(Tie(len(self.winners) + 1, (first, *others), ("cost", "votes", "lot")[key]))
        self.steps.append(Step(self.phase, len(self.winners) + 1, first, reason))
        self.winners.append(first)
        self.take(first)
        return first


def greedy(race: Race, candidates: list[str], stop: bool = False, threshold: int = 0, reason: str = "ranked") -> None:
    """Take projects by votes (by points where ballots carry them) while the money lasts; none without a vote."""
    facts = race.facts
    ranking = sorted(candidates, key=lambda c: (-facts.scores[c], facts.order[c]))
    for place, c in enumerate(ranking):
        if not facts.votes[c]:
            race.put_out(c, "no-support")
        elif facts.scores[c] < threshold:
            race.put_out(c, "below-threshold")
        elif bar := race.barred(c):
            race.put_out(c, *bar)
        elif facts.projects[c].cost <= race.money:
            equal = [d for d in ranking[place:] if facts.scores[d] == facts.scores[c] and not race.barred(d)]
            race.choose([d for d in equal if facts.projects[d].cost <= race.money], reason)
        else:
            race.put_out(c, "no-room", str(race.money))
            for d in ranking[place + 1 :] if stop else ():
                race.put_out(d, "stopped" if facts.votes[d] else "no-support")
            if stop:
                break


def price_per_point(facts: Facts, c: str, purse: list[int], scale: int) -> Fraction | None:
    """Return the least price per point at which its supporters can pay for the project together, or None."""
    rich = [(purse[i], people, points) for i, people, points in facts.supporters[c] if purse[i]]
    money = facts.projects[c].cost * scale
    if sum(held * people for held, people, _ in rich) < money:
        return None
    while True:  # those who hold less than their part give all they have; the others share the rest
        weight = sum(people * points for _, people, points in rich)
        poor = [(held, people) for held, people, points in rich if held * weight < money * points]
        if not poor:
            return Fraction(money, weight * scale)
        rich = [entry for entry in rich if entry[0] * weight >= money * entry[2]]
        money -= sum(held * people for held, people in poor)


def equal_shares_once(race: Race, candidates: list[str], share: Fraction) -> tuple[Rounds, bool] | None:
    """Run the method of equal shares (Peters, Pierczynski, Skowron 2021) with one share for every voter.

    Returns the rounds and whether all always paid in full; None as soon as the winners cost more than the money.
    """
    facts, rounds, in_full, ceiling = race.facts, [], True, race.money
    scale, purse = share.denominator, [share.numerator] * len(facts.people)  # in whole parts of 1 / scale
    left: list[str] = []
    for c in sorted(candidates, key=facts.order.__getitem__):
        if not facts.supporters[c]:
            race.put_out(c, "no-support")
        elif facts.projects[c].cost > ceiling:
            race.put_out(c, "no-room", str(ceiling))
        elif facts.projects[c].cost:
            left.append(c)
        elif race.allowed([c]):  # costs nothing
            rounds.append((race.choose([c], "bought"), Fraction(0)))
    queue = [(Fraction(0), facts.order[c], c) for c in left]
    while True:
        left = race.allowed(left)
        queue = [entry for entry in queue if entry[2] in left]
        heapq.heapify(queue)
        best, asked = None, {}
        while queue and (best is None or queue[0][0] <= best):  # claims never fall, so old ones are bounds for new ones
            c = heapq.heappop(queue)[2]
            if (price := price_per_point(facts, c, purse, scale)) is not None:
                asked[c] = (facts.claim(c, price), price)
                best = asked[c][0] if best is None else min(best, asked[c][0])
        if not asked:
            left = [c for c in left if race.put_out(c, "short")]
            return rounds, in_full
        winner = race.choose([c for c in asked if asked[c][0] == best], "bought")
        left.remove(winner)
        price = asked.pop(winner)[1]
        rounds.append((winner, price))
        if race.money < 0:
            return None
        factor = price.denominator // math.gcd(price.denominator, scale)
        scale, purse = scale * factor, [held * factor for held in purse] if factor > 1 else purse
        pay = price.numerator * (scale // price.denominator)
        for i, _, points in facts.supporters[winner]:
            in_full = in_full and purse[i] >= pay * points
            purse[i] -= min(purse[i], pay * points)
        queue += [(claim, facts.order[c], c) for c, (claim, _) in asked.items()]


def next_change(race: Race, rounds: Rounds, before: int) -> Fraction | None:
    """Return the lowest share at which a run where everybody paid in full can go another way; None if it never can.

    While all pay in full, prices do not depend on the share. A loser matters only once its supporters could afford it
    in the first round in which it would then come before the winner (docs/algorithms/equal-shares.md).
    """
    facts, changes = race.facts, []
    for step in (s for s in race.steps if s.phase == race.phase and s.reason in ("short", "over-limit", "one-of")):
        c, people = step.project, {i: people for i, people, _ in facts.supporters[step.project]}
        best = Fraction(facts.projects[c].cost, sum(n * points for _, n, points in facts.supporters[c]))
        paid, matters = Fraction(), step.reason == "short"
        for winner, price in rounds if matters else rounds[: step.round - before - 1]:
            if (facts.claim(c, best), facts.order[c]) < (facts.claim(winner, price), facts.order[winner]):
                matters = True
                break
            paid += price * sum(points * people.get(i, 0) for i, _, points in facts.supporters[winner])
        if matters and best:
            changes.append((paid + facts.projects[c].cost) / sum(people.values()))
    return min(changes, default=None)


def equal_shares(race: Race, candidates: list[str], options: Options, unit: int) -> tuple[Race, Fraction]:
    """Run equal shares, raise the share step by step (add1), and use what is left by votes (u)."""
    facts, money, before = race.facts, race.money, len(race.winners)
    step = options.step or max(unit, money // (1000 * facts.voters))
    share = Fraction(money // (facts.voters * unit) * unit) if options.whole_start else Fraction(money, facts.voters)
    supported = [c for c in candidates if facts.supporters[c] and facts.projects[c].cost <= money]
    together, all_fit = race.copy(), True
    for c in supported:
        all_fit = all_fit and not together.barred(c) and together.money >= facts.projects[c].cost
        together.take(c)
    kept, level = race, 0
    while True:
        run, final = race.copy(), share + level * step
        if (result := equal_shares_once(run, candidates, final)) is None:
            final -= step  # the last share that stayed within the money
            break
        kept = run
        fitting = [c for c in supported if facts.projects[c].cost <= run.money and c not in run.winners]
        change = next_change(run, result[0], before) if result[1] else Fraction(0)
        done = options.stop_when_exhaustive and all(run.barred(c) for c in fitting)
        if done or change is None or all_fit or options.completion in ("none", "u"):
            break
        level += max(1, math.ceil((change - final) / step))
    if options.completion in ("u", "add1u") or (all_fit and options.completion == "add1"):
        known = {s.project: s.reason for s in kept.steps[len(race.steps) :]}
        greedy(kept, [c for c in candidates if known[c] == "short"], reason="completed")
    return kept, final


def phragmen(race: Race, candidates: list[str], skip: bool = False) -> None:
    """Buy each project the moment its supporters, who all earn at one speed, hold its cost (Phragmen, in sequence)."""
    facts, times, room = race.facts, [Fraction(0)], str(race.money)
    last = [0] * len(facts.people)  # the round a ballot last paid in; the time of that round is its load
    left = [c for c in candidates if facts.votes[c] or race.put_out(c, "no-support")]
    left = [c for c in left if facts.projects[c].cost <= race.money or race.put_out(c, "no-room", room)]
    while left := race.allowed(left):
        moments = {}
        for c in left:
            held: Counter[int] = Counter()
            for i, people in facts.naming[c]:
                held[last[i]] += people
            moments[c] = sum((n * times[k] for k, n in held.items()), Fraction(facts.projects[c].cost)) / facts.votes[c]
        first = min(moments.values())
        tied = [c for c in left if moments[c] == first]
        gone = [c for c in tied if facts.projects[c].cost > race.money]
        left = [c for c in left if c not in gone or race.put_out(c, "no-room", str(race.money))]
        if gone and not skip:
            left = [c for c in left if race.put_out(c, "stopped")]
        if fitting := [c for c in tied if c in left]:
            winner = race.choose(fitting, "bought")
            left.remove(winner)
            times.append(first)
            for i, _ in facts.naming[winner]:
                last[i] = len(times) - 1


def phases(election: Election, facts: Facts) -> list[tuple[str, int, list[str]]]:
    """Return (phase, money, candidates): floors, largest first, then by tag, a project in its first; then the rest."""
    plan, taken = [], set()
    for floor in sorted(election.floors, key=lambda floor: (-floor.amount, floor.tag)):
        own = [p.id for p in election.projects if floor.tag in p.tags and p.id not in taken]
        able = [c for c in own if facts.votes[c] * 1000 >= floor.support_permille * facts.voters]
        plan.append((f"floor:{floor.tag}", floor.amount, able))
        taken.update(own)
    return [*plan, ("main", election.budget, [p.id for p in election.projects])]


def count(election: Election, rule: str = "equal-shares", options: Options | None = None, seed: str = "") -> Outcome:
    """Count an election; floors first, on their own money, then everything else with all that is left."""
    options = options or Options(completion="add1u" if rule == "equal-shares" else "none")
    if rule not in RULES:
        raise ValueError(f"no rule is called {rule!r}; expected one of {', '.join(RULES)}")
    if rule == "priorities" and election.floors:
        raise ValueError("a vote on priorities has no money, so it has no floors")
    facts = Facts(election, options, seed, unit_costs=rule == "priorities")
    total = (options.seats or len(facts.projects)) if rule == "priorities" else election.budget
    race, shares = Race(facts, total, election.limits), {}
    for phase, amount, able in phases(election, facts):
        money = total if phase == "main" else min(amount, total)
        race.phase, race.money = phase, money
        candidates = [c for c in able if c not in race.winners]
        if rule == "equal-shares" and facts.voters:
            race, shares[phase] = equal_shares(race, candidates, options, election.unit)
        elif rule in ("phragmen", "priorities"):
            phragmen(race, candidates, skip=options.skip)
        else:
            need = options.threshold if rule == "greedy-threshold" else 0
            greedy(race, candidates, stop=rule == "greedy-no-skip", threshold=need)
        total -= money - race.money
    cost = sum(facts.projects[c].cost for c in race.winners)
    outcome = Outcome(tuple(race.winners), cost, tuple(race.ties), tuple(race.steps), shares)
    if rule == "equal-shares" and options.comparison:
        votes, balance = count(election, "greedy", options, seed), 0
        for ballot, people in election.ballots.items():
            named = [choice[0] for choice in ballot if choice[1]] if election.kind == "cumulative" else ballot
            gain = sum((c in votes.winners) - (c in outcome.winners) for c in named)
            balance += people * ((gain > 0) - (gain < 0))
        outcome = replace(votes, compared="replaced") if balance > 0 else replace(outcome, compared="kept")
    return outcome
