"""Share a sum between areas by bounded Webster on whole pennies (R5, R§3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace


@dataclass(frozen=True, slots=True)
class Shares:
    """What each code gets, in pence, and what no code may take because every cap is reached."""

    pence: dict[str, int]
    unallocated: int


def bounded_webster(
    total: int,
    weights: Mapping[str, int],
    floors: Mapping[str, int] | None = None,
    caps: Mapping[str, int | None] | None = None,
) -> Shares:
    """Split ``total`` pence in proportion to whole weights, inside a floor and a cap for each code.

    Webster's divisor method (Balinski and Young, Fair Representation, 1982) with bounds: each share is
    ``clip(floor(weight * t + 1/2), floor, cap)`` for one common ``t``; the last pennies go one by one to the highest
    ``weight / (2 * share + 1)``, ties to the lower code. More money never takes a penny from anyone.

    Where the floors come to more than the total, the total is shared in proportion to the floors. Where the caps come
    to less, each code gets its cap and the surplus is returned as ``unallocated``. A cap of None is no cap.
    Raises ValueError on a negative total or floor, a weight below one, a cap below its floor, or nobody to share with.
    """
    codes = sorted(weights)
    weight = [weights[code] for code in codes]
    low = [floors.get(code, 0) for code in codes] if floors else [0] * len(codes)
    high: list[int | None] = [caps.get(code) for code in codes] if caps else [None] * len(codes)
    _check(total, codes, weight, low, high)
    shares, unallocated = share_in_order(total, weight, low, high)
    return Shares(dict(zip(codes, shares, strict=True)), unallocated)


def share_in_order(total: int, weight: list[int], low: list[int], high: list[int | None]) -> tuple[list[int], int]:
    """Do the same over lists in code order, unchecked: what the split of a whole tree calls at every area."""
    if sum(low) > total:
        positive = [at for at, floor in enumerate(low) if floor]
        scaled, _ = share_in_order(total, [low[at] for at in positive], [0] * len(positive), [None] * len(positive))
        shares = [0] * len(low)
        for at, share in zip(positive, scaled, strict=True):
            shares[at] = share
        return shares, 0
    known_caps = [cap for cap in high if cap is not None]
    if len(known_caps) == len(high) and sum(known_caps) <= total:
        return known_caps, total - sum(known_caps)
    shares = _near(total, weight, low, high)
    _settle(total, shares, weight, low, high)
    return shares, 0


def _check(total: int, codes: list[str], weight: list[int], low: list[int], high: list[int | None]) -> None:
    if not codes:
        raise ValueError("there is nobody to share with")
    if total < 0:
        raise ValueError(f"cannot share {total} pence")
    for code, own, floor, cap in zip(codes, weight, low, high, strict=True):
        if own < 1:
            raise ValueError(f"the weight of {code} is {own}; it must be at least 1")
        if floor < 0:
            raise ValueError(f"the floor of {code} is {floor}; it must not be negative")
        if cap is not None and cap < floor:
            raise ValueError(f"the cap of {code} is {cap}, below its floor of {floor}")


def _near(total: int, weight: list[int], low: list[int], high: list[int | None]) -> list[int]:
    """Find a common scale whose rounded shares come within one penny a code of the total.

    The scale is ``step / sum(weights)``: one more step gives each code at most one more penny. Without a bound that
    binds the step is simply the total; otherwise it is found by halving.
    """
    whole = sum(weight)
    double = 2 * whole

    def at(step: int) -> list[int]:
        shares = [(2 * own * step + whole) // double for own in weight]
        return [
            floor if share < floor else cap if cap is not None and share > cap else share
            for share, floor, cap in zip(shares, low, high, strict=True)
        ]

    shares = at(total)
    if abs(sum(shares) - total) <= len(weight):
        return shares
    below, above = 0, max(1, total)
    while sum(at(above)) < total:
        below, above = above, above * 2
    while above - below > 1:
        middle = (below + above) // 2
        if sum(at(middle)) <= total:
            below = middle
        else:
            above = middle
    return at(below)


def _settle(total: int, shares: list[int], weight: list[int], low: list[int], high: list[int | None]) -> None:
    """Give or take the last pennies in Webster's order until the shares come to the total.

    ``weight / (2 * share ± 1)`` is compared as a whole number: two different quotients differ by at least one over the
    product of their divisors, so scaled by the square of the largest divisor their whole parts differ too.
    """
    missing = total - sum(shares)
    scale = (2 * (max(shares) + abs(missing)) + 1) ** 2
    if missing > 0:
        giving = [
            (-(own * scale // (2 * share + 1)), at)
            for at, (own, share, cap) in enumerate(zip(weight, shares, high, strict=True))
            if cap is None or share < cap
        ]
        heapify(giving)
        for _ in range(missing):
            at = giving[0][1]
            shares[at] += 1
            if (cap := high[at]) is None or shares[at] < cap:
                heapreplace(giving, (-(weight[at] * scale // (2 * shares[at] + 1)), at))
            else:
                heappop(giving)
    elif missing < 0:
        taking = [
            (own * scale // (2 * share - 1), -at)
            for at, (own, share, floor) in enumerate(zip(weight, shares, low, strict=True))
            if share > floor
        ]
        heapify(taking)
        for _ in range(-missing):
            at = -taking[0][1]
            shares[at] -= 1
            if shares[at] > low[at]:
                heapreplace(taking, (weight[at] * scale // (2 * shares[at] - 1), -at))
            else:
                heappop(taking)
