"""Answers to a frozen selection, and the one list that the money of a rejection may go to (R14-R15, S12)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """A project of the frozen list: what it takes from each limit, and the group of which only one may be funded."""

    ref: str
    demands: Mapping[str, int]
    at_most_one_of: str = ""


@dataclass(frozen=True, slots=True)
class FrozenList:
    """The outcome of a count as it was frozen: the selection in order, then the reserve list in order.

    ``limits``: name to cap; a project's demand on a limit that is not named there does not count.
    """

    limits: Mapping[str, int]
    selected: tuple[Listed, ...]
    reserve: tuple[Listed, ...]

    def order(self) -> list[str]:
        """Return every reference in the frozen order."""
        return [listed.ref for listed in (*self.selected, *self.reserve)]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A reserve project passed over, and the limit it did not fit ("one_of" for its group)."""

    ref: str
    limit: str
    needed: int
    left: int


@dataclass(frozen=True, slots=True)
class Promotion:
    """The reserve projects that the freed money reaches, in the frozen order, and why others were passed over."""

    promoted: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    left: Mapping[str, int]


def left_of_limits(frozen: FrozenList, holding: Collection[str]) -> dict[str, int]:
    """Return what each limit has left while the projects of ``holding`` have or hold their money."""
    return {
        name: cap
        - sum(listed.demands.get(name, 0) for listed in (*frozen.selected, *frozen.reserve) if listed.ref in holding)
        for name, cap in frozen.limits.items()
    }


def promote(
    frozen: FrozenList, *, rejected: Collection[str], holding: Collection[str], gone: Collection[str] = ()
) -> Promotion:
    """Give the money of final rejections to the next on the reserve list that fit the same limits.

    ``rejected``: references whose rejection is final (no cure, no appeal open). ``holding``: references that keep or
    hold their money: selected or promoted and not finally rejected; money in a cure or an appeal is held. ``gone``:
    reserve projects that were withdrawn. Nothing that stands is ever moved, and without a rejection nothing is given.
    """
    left = left_of_limits(frozen, holding)
    promoted: list[str] = []
    skipped: list[Skipped] = []
    if not rejected:
        return Promotion((), (), left)
    groups = {
        listed.at_most_one_of
        for listed in (*frozen.selected, *frozen.reserve)
        if listed.ref in holding and listed.at_most_one_of
    }
    for listed in frozen.reserve:
        if listed.ref in holding or listed.ref in rejected or listed.ref in gone:
            continue
        if listed.at_most_one_of in groups:
            skipped.append(Skipped(listed.ref, "one_of", 1, 0))
            continue
        short = next((name for name in sorted(left) if listed.demands.get(name, 0) > left[name]), "")
        if short:
            skipped.append(Skipped(listed.ref, short, listed.demands.get(short, 0), left[short]))
            continue
        promoted.append(listed.ref)
        left = {name: amount - listed.demands.get(name, 0) for name, amount in left.items()}
        if listed.at_most_one_of:
            groups.add(listed.at_most_one_of)
    return Promotion(tuple(promoted), tuple(skipped), left)
