"""How much of a vote may be shown, by how many people voted (T§3.7). Pure.

100 ballots and more: everything. 30 to 99: totals, and none of the ballots; where everybody or nobody chose something,
totals are rounded to tens, because an exact one would say how each person voted. Under 30: winners, order, a
fingerprint and the names of two people who checked the count, with "fewer than 30" in place of every number.
"""

from collections.abc import Mapping
from enum import StrEnum

PUBLISHED_FROM, TOTALS_FROM = 100, 30


class Tier(StrEnum):
    """What is shown of a published vote."""

    FULL = "full"
    TOTALS = "totals"
    ROUNDED = "rounded"
    FEW = "few"


def tier_of(*, ballots: int, votes: Mapping[str, int]) -> Tier:
    """Say what may be shown of a vote with so many counted ballots and these votes by option."""
    if ballots >= PUBLISHED_FROM:
        return Tier.FULL
    if ballots < TOTALS_FROM:
        return Tier.FEW
    tells_all = any(count in (0, ballots) for count in votes.values())
    return Tier.ROUNDED if tells_all else Tier.TOTALS


def shown_votes(count: int, *, tier: Tier) -> int | None:
    """Return a number of votes as it may be shown: exact, to the nearest ten (halves up), or None."""
    if tier == Tier.FEW:
        return None
    return (count + 5) // 10 * 10 if tier == Tier.ROUNDED else count
