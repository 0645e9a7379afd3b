"""Decide a month of small awards: most supported first, while the money lasts. Pure; anybody can repeat it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

FUNDED, NO_MONEY, NO_SUPPORT = "funded", "no_money", "no_support"


@dataclass(frozen=True)
class Idea:
    """One idea of a month: its reference, how many verified residents support it, what it asks in each colour."""

    ref: str
    support: int
    capital: int
    revenue: int


@dataclass(frozen=True)
class Place:
    """Where an idea came, what became of it, and what was left by colour just before its turn."""

    ref: str
    place: int
    outcome: str
    left: Mapping[str, int]


def lot(seed: str, ref: str) -> str:
    """Return an idea's place in the lot, as docs/algorithms/ties.md has it: SHA-256 of seed and reference."""
    return sha256(f"{seed}{ref}".encode()).hexdigest()


def in_order(ideas: Sequence[Idea], *, seed: str) -> list[Idea]:
    """Order ideas by support; equal support by the round's tie rule: the cheaper first, then the committed lot."""
    return sorted(ideas, key=lambda idea: (-idea.support, idea.capital + idea.revenue, lot(seed, idea.ref)))


def decide_month(ideas: Sequence[Idea], *, left: Mapping[str, int], seed: str) -> list[Place]:
    """Fund ideas in order while both colours they ask for are left; one that does not fit is passed over.

    ``left``: pence by colour ("capital", "revenue"). An idea that nobody supports is never funded. Raises ValueError on
    a reference that stands twice or a negative sum.
    """
    if len({idea.ref for idea in ideas}) != len(ideas):
        raise ValueError("a reference stands twice")
    if any(min(idea.support, idea.capital, idea.revenue) < 0 for idea in ideas):
        raise ValueError("nothing here is below zero")
    now = {"capital": left.get("capital", 0), "revenue": left.get("revenue", 0)}
    places = []
    for number, idea in enumerate(in_order(ideas, seed=seed), start=1):
        before = dict(now)
        if idea.support == 0:
            outcome = NO_SUPPORT
        elif idea.capital > now["capital"] or idea.revenue > now["revenue"]:
            outcome = NO_MONEY
        else:
            outcome = FUNDED
            now["capital"] -= idea.capital
            now["revenue"] -= idea.revenue
        places.append(Place(idea.ref, number, outcome, before))
    return places
