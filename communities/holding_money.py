"""The seam to the ledger: how much of a group's money lies with a fund-holder, and moving it to another.

This package knows no ledger. The one above says how to ask and how to move, in its ``AppConfig.ready``; until it does,
no money can have moved, and nothing is held.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from communities.models import User
from renewal.kernel.money import Pence


@dataclass(frozen=True)
class Movement:
    """One posting on money held under an agreement, as both its sides read it; plus is money that came."""

    on: date
    words: str
    pence: int


@dataclass(frozen=True)
class HeldMoney:
    """What lies with a holder under one agreement, of how many awards, and how it came and went, newest first."""

    balance_pence: Pence
    awards: int
    movements: tuple[Movement, ...] = ()

    @property
    def is_nothing(self) -> bool:
        return self.balance_pence == 0 and self.awards == 0


Query = Callable[[int], HeldMoney]
Mover = Callable[[int, int, User, datetime], None]
_query: list[Query] = []
_mover: list[Mover] = []


def set_held_money(query: Query, mover: Mover | None = None) -> None:
    """Say how to find what is held under an agreement, by its id, and how to move it; the newest way counts.

    ``mover`` takes the agreement that ends, the one that takes over, who does it and when, in the caller's transaction.
    """
    _query[:] = [query]
    _mover[:] = [mover] if mover else []


def held_money(agreement_id: int) -> HeldMoney:
    """Return what is held under an agreement."""
    return _query[0](agreement_id) if _query else HeldMoney(Pence(0), 0)


def move_held_money(*, agreement_id: int, to_id: int, actor: User, now: datetime) -> None:
    """Move everything that is held under one agreement to another of the same group."""
    for mover in _mover:
        mover(agreement_id, to_id, actor, now)
