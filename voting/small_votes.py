"""How much of a vote may be shown, by how many people voted (T§3.7). Pure.

100 ballots and more: everything. 30 to 99: totals, and none of the ballots; where everybody or nobody chose something,
totals are rounded to tens, because an exact one would say how each person voted. Under 30: winners, order, a
fingerprint and the names of two people who checked the count, with "fewer than 30" in place of every number.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

PUBLISHED_FROM, TOTALS_FROM, HIDDEN_BELOW = 100, 30, 10


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


def tells_voters(count: int) -> bool:
    """Say whether it may be told how many people voted; of fewer than 30 only that they were few."""
    return count >= TOTALS_FROM


def shown_votes(count: int, *, tier: Tier) -> int | None:
    """Return a number of votes as it may be shown: exact, to the nearest ten (halves up), or None."""
    if tier == Tier.FEW:
        return None
    return (count + 5) // 10 * 10 if tier == Tier.ROUNDED else count


def shown_channels(counts: Mapping[str, int]) -> list[tuple[Sequence[str], int]]:
    """Put channels with few votes together until their sum may be shown, so that nothing can be found by subtraction.

    Takes votes by channel and keeps their order; the ones put together come last, as one line with all their names.
    """
    used = {name: count for name, count in counts.items() if count}
    together = [name for name, count in used.items() if count < HIDDEN_BELOW]
    others = sorted((name for name in used if name not in together), key=lambda name: used[name])
    while together and others and (len(together) < 2 or sum(used[name] for name in together) < HIDDEN_BELOW):
        together.append(others.pop(0))
    lines: list[tuple[Sequence[str], int]] = [((name,), count) for name, count in used.items() if name not in together]
    if together:
        lines.append(([name for name in used if name in together], sum(used[name] for name in together)))
    return lines
