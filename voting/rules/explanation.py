"""What can be said about one project of a count, and about one voter's money: plain facts, to be stored and worded.

`explain` computes them with arrays; putting them into words (`words`) needs the standard library alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from voting.rules.vocabulary import FUNDED


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
        """What was missing when its turn came, in the election's smallest unit of money."""
        return None if self.held is None else self.cost - self.held

    @property
    def cost_per_supporter(self) -> Fraction | None:
        """Its cost by the people who chose it, in the smallest unit of money; None where nobody did."""
        return Fraction(self.cost, self.votes) if self.votes else None


@dataclass(frozen=True)
class Receipt:
    """One voter's money in one phase: the share, what went to each funded project, and what was left."""

    share: Fraction
    payments: Mapping[str, Fraction]
    remainder: Fraction


def as_facts(known: Explanation) -> dict[str, Any]:
    """Write an explanation as whole numbers and texts, to be stored: money in smallest units, votes in tenths.

    What people had or gave is rounded down and what was asked of them up, except ``bars`` and ``left``, which are
    rounded so that they add up to what the supporters' shares came to.
    """
    facts: dict[str, Any] = {
        "project": known.project,
        "cost": known.cost,
        "votes": known.votes,
        "voters": known.voters,
        "is_funded": known.is_funded,
        "phase": known.phase,
        "round": known.round,
        "reason": known.reason,
        "detail": known.detail,
        "place": known.place,
        "used_before": known.used_before,
    }
    if known.share is None or known.left is None:
        return facts
    *bars, left = whole_parts([*known.bars.values(), known.left])
    facts |= {
        "bars": dict(zip(known.bars, bars, strict=True)),
        "left": left,
        "support_permyriad": known.support_permyriad,
        "largest_cost": known.largest_cost,
        "extra_supporters": known.extra_supporters,
    }
    if known.most_paid is not None and known.effective is not None:
        second = known.runner_up_effective
        facts |= {
            "most_paid": math.ceil(known.most_paid),
            "effective_tenths": math.floor(10 * known.effective),
            "runner_up": known.runner_up,
            "runner_up_tenths": None if second is None else math.floor(10 * second),
            "paid_full": known.paid_full,
            "paid_part": known.paid_part,
            "paid_nothing": known.paid_nothing,
        }
    if known.held is not None:
        facts |= {"held": math.floor(known.held), "short_since": known.short_since}
    return facts


def of_facts(facts: Mapping[str, Any]) -> Explanation:
    """Bring back from storage what the words need."""
    named = (
        "project", "cost", "votes", "voters", "is_funded", "phase", "round", "reason", "detail", "place", "used_before",
        "runner_up", "paid_full", "paid_part", "paid_nothing", "short_since", "support_permyriad", "largest_cost",
        "extra_supporters",
    )  # fmt: skip
    older = {"project": "", "voters": 0, "is_funded": facts["reason"] in FUNDED, "phase": "main", "round": 0}
    known: dict[str, Any] = older | {name: facts[name] for name in named if name in facts}
    amounts = {name: Fraction(facts[name]) for name in ("most_paid", "held", "left") if facts.get(name) is not None}
    votes = {
        name: Fraction(facts[stored], 10)
        for name, stored in (("effective", "effective_tenths"), ("runner_up_effective", "runner_up_tenths"))
        if facts.get(stored) is not None
    }
    bars = {c: Fraction(paid) for c, paid in facts.get("bars", {}).items()}
    return Explanation(**known | amounts | votes, bars=bars)


def whole_parts(amounts: list[Fraction]) -> list[int]:
    """Round amounts to whole units that add up to their sum rounded down: the largest remainders get the odd units."""
    whole = [math.floor(amount) for amount in amounts]
    odd = math.floor(sum(amounts)) - sum(whole)
    for i in sorted(range(len(amounts)), key=lambda i: whole[i] - amounts[i])[:odd]:
        whole[i] += 1
    return whole
