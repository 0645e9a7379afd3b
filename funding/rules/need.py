"""Turn need figures into whole weights inside a nation (R3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

COMPONENTS = ("deprivation", "social", "digital")
WHOLE = 10_000  # a percentile is kept in ten-thousandths, as the published tables have it


@dataclass(frozen=True, slots=True)
class Need:
    """Percentiles of an area inside its nation, 0 least to 10,000 most need; None where no figure is published."""

    deprivation: int | None = None
    social: int | None = None
    digital: int | None = None


@dataclass(frozen=True, slots=True)
class NeedRule:
    """How much need may move a nation's weights: between ``lo`` and ``hi`` thousandths, by weighted components."""

    lo_permille: int = 500
    hi_permille: int = 2_000
    deprivation: int = 7
    social: int = 2
    digital: int = 1


def multiplier_permille(need: Need, rule: NeedRule) -> int:
    """Return the need multiplier in thousandths: lo + (hi - lo) x the weighted percentile, half to the even number.

    The weight of a missing component passes to those present, in proportion. An area without any figure stands in
    the middle of its nation.
    """
    top = bottom = 0
    if need.deprivation is not None:
        top, bottom = rule.deprivation * need.deprivation, rule.deprivation
    if need.social is not None:
        top, bottom = top + rule.social * need.social, bottom + rule.social
    if need.digital is not None:
        top, bottom = top + rule.digital * need.digital, bottom + rule.digital
    if not bottom:
        top, bottom = WHOLE // 2, 1
    return rule.lo_permille + half_even((rule.hi_permille - rule.lo_permille) * top, bottom * WHOLE)


def half_even(top: int, bottom: int) -> int:
    """Divide and round to the nearest whole number, a half to the even one (as R§4.2's figures were rounded)."""
    whole, rest = divmod(top, bottom)
    return whole + (2 * rest > bottom or (2 * rest == bottom and whole % 2 == 1))


def leaf_weight(people: int, need: Need, rule: NeedRule, *, cost_factor_permille: int = 1_000) -> int:
    """Return people x multiplier (x a published area cost factor): need scales with people, so a band never cuts."""
    weight = people * multiplier_permille(need, rule)
    return weight if cost_factor_permille == 1_000 else weight * cost_factor_permille // 1_000


def mid_ranks(scores: Mapping[str, Fraction], people: Mapping[str, int]) -> dict[str, int]:
    """Rank the areas of one nation by score into population-weighted percentiles, in ten-thousandths.

    The percentile of an area is the share of people in areas with a lower score, plus half of those in areas with the
    same score: two areas with one score get one percentile, and the order of the rows does not matter. Raises
    ValueError where nobody lives in any of them.
    """
    whole = sum(people[code] for code in scores)
    if whole <= 0:
        raise ValueError("nobody lives in these areas")
    by_score: dict[Fraction, list[str]] = {}
    for code in sorted(scores):
        by_score.setdefault(scores[code], []).append(code)
    ranks: dict[str, int] = {}
    below = 0
    for score in sorted(by_score):
        level = sum(people[code] for code in by_score[score])
        rank = (WHOLE * (2 * below + level) + whole) // (2 * whole)
        ranks.update(dict.fromkeys(by_score[score], rank))
        below += level
    return ranks
