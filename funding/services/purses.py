"""Set money aside for an area's small awards, by two people; give back what is left when the cycle ends."""

from datetime import datetime
from typing import Any

from django.db import transaction

from communities.models import Area, Body, OfficerRole, Role, User
from funding.models import (
    Account,
    AccountKind,
    EntryKind,
    Pot,
    PursePart,
    PurseState,
    Round,
    RoundWork,
    SmallPurse,
    Work,
)
from funding.models.small import MOST_PERCENT, PURSE_MOVES
from funding.services.ledger import EntryDraft, account_code, balances, open_accounts, post_entries
from funding.services.officers import role_at
from funding.services.rounds import CRITERIA, copy_criteria
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError

SETTERS = (Role.FINANCE, Role.LEAD)
LIGHT = ("legal-safe", "here", "paid-work")  # the criteria of the light check
PREFIX_LENGTH = 4


class NotConvenor(DomainError):
    """The body convenes no round in this area; it cannot set its money aside."""


class TooMuchAside(DomainError):
    """More than a tenth of a pot was asked for; carries ``most_percent``."""


class PurseStands(DomainError):
    """The area has a purse for this cycle, or one waits for a second person."""


class VoteHasTheMoney(DomainError):
    """A vote on this area's pots has opened and its result is not posted: the money stands in its frozen terms."""


class NothingToSetAside(DomainError):
    """The area has no pots in this cycle, or they are too small."""


class SecondPersonNeeded(DomainError):
    """The one who proposed it cannot sign it."""


class PurseMoved(DomainError):
    """Somebody was first; carries the ``state`` it was expected in."""


def bodies_setting_aside(user: User, *, at: datetime) -> list[Body]:
    """List the bodies for which the person may set money aside today."""
    held = OfficerRole.objects.filter(user=user, role__in=SETTERS, body__isnull=False).held(on=london_day(at))
    return [role.body for role in held.select_related("body").order_by("body__name", "pk") if role.body]


@transaction.atomic
def propose_purse(
    *,
    area_id: int,
    cycle_id: int,
    body_id: int,
    percent: int,
    actor: User,
    now: datetime,
    joint_start_pence: int = 50_000,
) -> SmallPurse:
    """Propose to set aside a share of an area's pots; nothing moves before a second person signs."""
    body = Body.objects.get(pk=body_id)
    role_at(body=body, actor=actor, now=now, roles=SETTERS)
    if not Round.objects.in_turn().filter(area_id=area_id, convenor=body).exists():
        raise NotConvenor(area_id=area_id, body_id=body_id)
    if not 1 <= percent <= MOST_PERCENT:
        raise TooMuchAside(asked=percent, most_percent=MOST_PERCENT)
    Area.objects.select_for_update().get(pk=area_id)
    if SmallPurse.objects.filter(area_id=area_id, cycle_id=cycle_id).exclude(state=PurseState.SENT_BACK).exists():
        raise PurseStands(area_id=area_id)
    if not Pot.objects.of_area(area_id, cycle_id=cycle_id).filter(amount_pence__gt=0).exists():
        raise NothingToSetAside(area_id=area_id)
    purse = SmallPurse.objects.create(
        area_id=area_id, cycle_id=cycle_id, body=body, percent=percent, joint_start_pence=joint_start_pence,
        proposed_by=actor, proposed_at=now,
    )  # fmt: skip
    record(actor=actor, action="purse.proposed", subject=purse, percent=percent)
    return purse


def _locked(purse_id: int) -> SmallPurse:
    return (
        SmallPurse.objects.select_for_update(of=("self",))
        .select_related("area", "cycle__fund", "body", "round")
        .get(pk=purse_id)
    )


def move_purse(*, purse: SmallPurse, new: str, **changes: Any) -> None:
    """Move a purse along its table; raises PurseMoved when somebody was first."""
    if new not in PURSE_MOVES[purse.state]:
        raise PurseMoved(state=purse.state)
    if not SmallPurse.objects.filter(pk=purse.pk, state=purse.state).update(state=new, **changes):
        raise PurseMoved(state=purse.state)
    purse.refresh_from_db()


def _second(purse: SmallPurse, actor: User, now: datetime) -> None:
    role_at(body=purse.body, actor=actor, now=now, roles=SETTERS)
    if purse.state != PurseState.PROPOSED:
        raise PurseMoved(state=purse.state)
    if purse.proposed_by_id == actor.pk:
        raise SecondPersonNeeded(purse_id=purse.pk)


@transaction.atomic
def send_purse_back(*, purse_id: int, actor: User, now: datetime) -> SmallPurse:
    """The second person does not agree; another purse can be proposed."""
    purse = _locked(purse_id)
    _second(purse, actor, now)
    move_purse(purse=purse, new=PurseState.SENT_BACK, signed_by=actor, signed_at=now)
    record(actor=actor, action="purse.sent_back", subject=purse)
    return purse


@transaction.atomic
def open_purse(*, purse_id: int, actor: User, now: datetime) -> SmallPurse:
    """A second person signs: the share moves from the pots to accounts of its own, and ideas may come.

    Each colour gives whole pence, never more than the named percent of what its pot has for projects. Raises
    VoteHasTheMoney while a vote's frozen terms hold the money, Overspent where it was promised already.
    """
    purse = _locked(purse_id)
    _second(purse, actor, now)
    pots = list(
        Pot.objects.select_for_update(of=("self",)).of_area(purse.area_id, cycle_id=purse.cycle_id).order_by("pk")
    )
    rounds = Round.objects.in_turn().filter(area=purse.area_id, cycle=purse.cycle_id, poll__isnull=False)
    if rounds.exclude(pk__in=RoundWork.objects.filter(work=Work.POST_RESULT).values("round")).exists():
        raise VoteHasTheMoney(area_id=purse.area_id)
    shares = {pot: pot.for_projects_pence * purse.percent // 100 for pot in pots}
    if not any(shares.values()):
        raise NothingToSetAside(area_id=purse.area_id)
    accounts = open_accounts([_account(purse, pot) for pot in shares])
    parts = [
        PursePart(
            purse=purse,
            pot=pot,
            colour=pot.colour,
            account=accounts[_code(purse, pot)],
            base_pence=pot.for_projects_pence,
            pence=pence,
        )
        for pot, pence in shares.items()
    ]
    PursePart.objects.bulk_create(parts)
    legs = {part.pot.account_id: -part.pence for part in parts} | {part.account_id: part.pence for part in parts}
    _post_by_colour(purse, parts, legs, EntryKind.SMALL_ASIDE, "aside", now=now, actor=actor)
    for part in parts:
        Pot.objects.filter(pk=part.pot_id).update(small_pence=part.pence)
    round_ = _year_round(purse)
    move_purse(purse=purse, new=PurseState.OPEN, signed_by=actor, signed_at=now, round=round_)
    record(actor=actor, action="purse.opened", subject=purse, pence=sum(shares.values()))
    return purse


def _code(purse: SmallPurse, pot: Pot) -> str:
    return account_code(
        fund=purse.cycle.fund.slug, year=purse.cycle.year, colour=pot.colour, kind=AccountKind.SMALL, of=purse.area.code
    )


def _account(purse: SmallPurse, pot: Pot) -> Account:
    return Account(
        code=_code(purse, pot),
        kind=AccountKind.SMALL,
        colour=pot.colour,
        cycle_id=purse.cycle_id,
        area_id=purse.area_id,
    )


def _post_by_colour(
    purse: SmallPurse,
    parts: list[PursePart],
    legs: dict[int, int],
    kind: EntryKind,
    key: str,
    *,
    now: datetime,
    actor: User | None,
) -> None:
    """Post one entry for each colour: an entry never mixes capital and revenue."""
    drafts = [
        EntryDraft(
            f"purse/{purse.pk}/{key}/{part.colour}",
            kind,
            {account: legs[account] for account in (part.pot.account_id, part.account_id)},
            reason=f"{purse.percent} % for small awards",
            rule="G§5.18",
        )
        for part in parts
        if legs[part.account_id]
    ]
    post_entries(drafts, now=now, actor=actor, second=purse.proposed_by if actor else None)


def _year_round(purse: SmallPurse) -> Round:
    """Make the year-round row its ideas belong to, with the criteria of the light check."""
    turn = Round.objects.in_turn().filter(area=purse.area_id).order_by("-created_at", "-id").first()
    round_ = Round.objects.create(
        slug=f"{purse.area.slug}-small-awards-{purse.cycle.year}"[:120],
        area=purse.area,
        cycle=purse.cycle,
        convenor=purse.body,
        prefix=_free_prefix(purse, turn.prefix if turn else purse.area.slug),
        title=f"Small awards, {purse.area.name} {purse.cycle.year}",
        title_cy=f"Dyfarniadau bach, {purse.area.name_cy or purse.area.name} {purse.cycle.year}",
        all_year=True,
    )
    copy_criteria(round_, [row for row in CRITERIA if row[0] in LIGHT])
    return round_


def _free_prefix(purse: SmallPurse, like: str) -> str:
    """Choose the letters of the references: those of the area's rounds with an S, or a number where that is taken."""
    letters = "".join(letter for letter in like.upper() if letter.isalpha())[: PREFIX_LENGTH - 1] or "S"
    taken = set(Round.objects.filter(cycle=purse.cycle_id).values_list("prefix", flat=True))
    tries = [f"{letters}S", *(f"{letters[:2]}{number:02d}" for number in range(100))]
    return next(one for one in tries if one not in taken)


@transaction.atomic
def close_purse(*, purse_id: int, now: datetime, actor: User | None = None) -> SmallPurse:
    """Give what no idea was awarded back to the pots; done again, it changes nothing."""
    purse = _locked(purse_id)
    if purse.state == PurseState.CLOSED:
        return purse
    parts = list(purse.parts.select_related("pot").order_by("pk"))
    list(Pot.objects.select_for_update().filter(pk__in=[part.pot_id for part in parts]).order_by("pk"))
    held = balances(part.account_id for part in parts)
    legs = {part.account_id: -held.get(part.account_id, 0) for part in parts}
    legs |= {part.pot.account_id: held.get(part.account_id, 0) for part in parts}
    _post_by_colour(purse, parts, legs, EntryKind.SMALL_BACK, "back", now=now, actor=actor)
    for part in parts:
        Pot.objects.filter(pk=part.pot_id).update(small_pence=part.pence - held.get(part.account_id, 0))
    move_purse(purse=purse, new=PurseState.CLOSED, closed_at=now)
    record(actor=actor, action="purse.closed", subject=purse, pence=sum(held.values()))
    return purse


def money_in(purse: SmallPurse) -> dict[str, int]:
    """Return what a purse holds now, by colour."""
    parts = {part.colour: part.account_id for part in purse.parts.all()}
    held = balances(parts.values())
    return {colour: held.get(account, 0) for colour, account in parts.items()}
