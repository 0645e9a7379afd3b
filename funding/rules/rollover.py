"""Money that was not spent: dated lots, kept close to home, first in first out (R17-R19, S14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from funding.rules.apportion import bounded_webster
from funding.rules.parameters import WHOLE_BP


@dataclass(frozen=True, slots=True)
class Lot:
    """Unspent money of one area and colour, with the round it was born in and the area it came from.

    ``born`` is the number of the round whose vote left it; its age at round n is n - born. ``tag`` says what the money
    is for where it is for something (a theme, or the civil-society share of R12). Older lots come first.
    """

    area: str
    colour: str
    pence: int
    born: int
    origin: str
    tag: str = ""

    def age(self, round_number: int) -> int:
        """How many rounds ago the money was new."""
        return round_number - self.born


@dataclass(frozen=True, slots=True)
class Carried:
    """What stays in the area for its next round, and what overflows from it."""

    kept: tuple[Lot, ...]
    overflow: tuple[Lot, ...]


def in_order(lots: Sequence[Lot]) -> list[Lot]:
    """Sort lots oldest first, then by origin and tag."""
    return sorted(lots, key=lambda lot: (lot.born, lot.origin, lot.tag))


def spend(lots: Sequence[Lot], pence: int) -> tuple[list[Lot], int]:
    """Take money from the oldest lots first; returns what is left of them and what the lots could not cover."""
    left = []
    for lot in in_order(lots):
        taken = min(lot.pence, pence)
        pence -= taken
        if lot.pence > taken:
            left.append(replace(lot, pence=lot.pence - taken))
    return left, pence


def carry(
    lots: Sequence[Lot],
    *,
    round_number: int,
    next_pot_pence: int,
    rounds: int = 2,
    cap_bp: int = 5_000,
    here_already_pence: int = 0,
) -> Carried:
    """Decide which lots of one area and colour stay for round ``round_number`` (R17).

    A lot stays for up to ``rounds`` rounds and all lots together up to ``cap_bp`` of the area's next pot, of which
    ``here_already_pence`` is taken up. What is too old goes first; then, where there is still too much, the oldest of
    the rest. Raises ValueError on lots of two areas or two colours.
    """
    if len({(lot.area, lot.colour) for lot in lots}) > 1:
        raise ValueError("lots of one area and one colour only")
    ordered = in_order(lots)
    overflow = [lot for lot in ordered if lot.age(round_number) > rounds]
    kept = [lot for lot in ordered if lot.age(round_number) <= rounds]
    surplus = sum(lot.pence for lot in kept) - max(0, next_pot_pence * cap_bp // WHOLE_BP - here_already_pence)
    stays = []
    for lot in kept:
        out = min(lot.pence, max(0, surplus))
        surplus -= out
        if out:
            overflow.append(replace(lot, pence=out))
        if lot.pence > out:
            stays.append(replace(lot, pence=lot.pence - out))
    return Carried(tuple(stays), tuple(overflow))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A sibling's highest unfunded reserve project of the same colour that a neighbour's overflow could pay for."""

    area: str
    project: str
    needs_pence: int
    same_authority: bool
    distance_metres: int


@dataclass(frozen=True, slots=True)
class Overflowed:
    """Where the overflow of one neighbourhood went: at most one sibling's project, and the parent's lots."""

    neighbour: Neighbour | None
    paid_pence: int
    to_parent: tuple[Lot, ...]


def overflow_to(
    overflow: Sequence[Lot], *, parent: str, round_number: int, neighbours: Sequence[Neighbour] = ()
) -> Overflowed:
    """Send overflow sideways once, then one level up (R18).

    ``neighbours``: for a neighbourhood only; each sibling's highest unfunded reserve project. The nearest that fits
    half of the overflow is paid: same authority first, then centroid distance, then code. The rest becomes the
    parent's lots, which keep their origin and begin a new age there: money never rises more than one level a round.
    """
    whole = sum(lot.pence for lot in overflow)
    nearest = sorted(neighbours, key=lambda near: (not near.same_authority, near.distance_metres, near.area))
    chosen = next((near for near in nearest if 0 < near.needs_pence <= whole // 2), None)
    paid = chosen.needs_pence if chosen else 0
    rest, _ = spend(overflow, paid)
    up = tuple(replace(lot, area=parent, born=round_number) for lot in rest)
    return Overflowed(chosen, paid, up)


def redistribute(pence: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share a parent's expired lots over all its children by their current weights (R18, step 3)."""
    return bounded_webster(pence, weights).pence


def hand_over(lots: Sequence[Lot], heirs: Mapping[str, int]) -> dict[str, tuple[Lot, ...]]:
    """Give the lots of an area that ended to the areas that follow it, to the penny (S15).

    Several that become one hand it everything; one that becomes several shares each lot by the weights of ``heirs``.
    Age, origin and tag stay: a new boundary makes no money younger.
    """
    shares: dict[str, list[Lot]] = {code: [] for code in sorted(heirs)}
    for lot in in_order(lots):
        for code, pence in bounded_webster(lot.pence, heirs).pence.items():
            if pence:
                shares[code].append(replace(lot, area=code, pence=pence))
    return {code: tuple(given) for code, given in shares.items()}
