"""The seam to the ledger: how much of a group's money lies with a fund-holder.

This package knows no ledger. The one above says how to ask, in its ``AppConfig.ready``; until it does, no money can
have moved, and nothing is held.
"""

from collections.abc import Callable
from dataclasses import dataclass

from renewal.kernel.money import Pence


@dataclass(frozen=True)
class HeldMoney:
    """What lies with a holder under one agreement, and how many claims wait."""

    balance_pence: Pence
    open_claims: int

    @property
    def is_nothing(self) -> bool:
        return self.balance_pence == 0 and self.open_claims == 0


_query: list[Callable[[int], HeldMoney]] = []


def set_held_money(query: Callable[[int], HeldMoney]) -> None:
    """Say how to find what is held under an agreement, by its id; the newest way replaces the one before."""
    _query[:] = [query]


def held_money(agreement_id: int) -> HeldMoney:
    """Return what is held under an agreement."""
    return _query[0](agreement_id) if _query else HeldMoney(Pence(0), 0)
