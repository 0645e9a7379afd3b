"""An area's vote to move part of its running costs to buildings (R19)."""

from datetime import datetime

from django.db import transaction

from communities.models import User
from funding.models import (
    Colour,
    Entry,
    EntryKind,
    Phase,
    Pot,
)
from funding.services.ledger import EntryDraft, post_entries
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError


class TooMuchMoved(DomainError):
    """An area may move at most a fifth of its revenue to capital; carries ``most``."""


class RoundHasOpened(DomainError):
    """Money changes its colour before a round opens, once a cycle."""


MOVE_BP = 2_000


@transaction.atomic
def move_to_capital(
    *, area_id: int, cycle_id: int, pence: int, now: datetime, actor: User | None = None, vote: str = ""
) -> None:
    """Move revenue to capital by the area’s vote: at most 20 %, once a cycle, never back (DESIGN.md §4).

    ``vote`` says in public when people voted and how. Raises RoundHasOpened once a round of the area has begun.
    """
    pots = {
        pot.colour: pot
        for pot in Pot.objects.select_for_update(of=("self",)).filter(area_id=area_id, cycle_id=cycle_id).order_by("pk")
    }
    revenue, capital = pots.get(Colour.REVENUE), pots.get(Colour.CAPITAL)
    most = most_to_capital(area_id=area_id, cycle_id=cycle_id)
    if revenue is None or capital is None or not 0 < pence <= most:
        raise TooMuchMoved(asked=pence, most=most)
    key = f"colour/{cycle_id}/{area_id}"
    begun = Phase.objects.filter(round__area_id=area_id, round__cycle_id=cycle_id, starts_at__lte=now)
    if begun.exists() or Entry.objects.filter(key=key).exists():
        raise RoundHasOpened(area_id=area_id)
    draft = EntryDraft(
        key,
        EntryKind.COLOUR_MOVED,
        {revenue.account_id: -pence, capital.account_id: pence},
        reason=f"by the area's vote. {vote}".strip()[:300],
        rule="R19",
    )
    post_entries([draft], now=now, actor=actor)
    record(actor=actor, action="pot.moved_to_capital", subject=capital, pence=pence)


def most_to_capital(*, area_id: int, cycle_id: int) -> int:
    """Return the most that an area may move: a fifth of its revenue for projects."""
    revenue = Pot.objects.filter(area_id=area_id, cycle_id=cycle_id, colour=Colour.REVENUE).first()
    return revenue.for_projects_pence * MOVE_BP // 10_000 if revenue else 0
