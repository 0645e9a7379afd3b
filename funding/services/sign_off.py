"""Four eyes on a round's awards: two people compare the same frozen figures with the count."""

from datetime import datetime
from typing import Any

from django.db import transaction

from communities.models import User
from funding.models import AwardsSignOff, InterestDeclaration, Round, RoundDeclaration, SignOffState
from funding.services.officer_notices import tell_of_sign_off
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.errors import DomainError


class NothingToSign(DomainError):
    """The round has no awards, or its awards were signed before."""


class SameSigner(DomainError):
    """The one who proposed the figures cannot sign them."""


class HasInterest(DomainError):
    """The person declared an interest in a project of this round, so another must sign."""


class InterestNotDeclared(DomainError):
    """The person has not yet said whether they know a group of this round."""


class FiguresMoved(DomainError):
    """The awards are no longer those that were proposed; propose them again."""


def figures_of(round_: Round) -> dict[str, Any]:
    """Write the round's standing awards as plain data: what both people see and sign."""
    awards = round_.awards.standing().select_related("project").order_by("position")
    rows: list[dict[str, Any]] = [
        {
            "order": award.position,
            "reference": award.project.reference,
            "capital": award.capital_pence,
            "revenue": award.revenue_pence,
        }
        for award in awards
    ]
    return {"round": round_.slug, "awards": rows, "total": sum(row["capital"] + row["revenue"] for row in rows)}


@transaction.atomic
def propose_awards(*, round_id: int, user: User, now: datetime) -> AwardsSignOff:
    """Sign the figures first; a second person compares them."""
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    _may_sign(round_, user)
    figures = figures_of(round_)
    if not figures["awards"] or round_.sign_offs.filter(state__in=["waiting", "signed"]).exists():
        raise NothingToSign(round_id=round_id)
    sign_off = AwardsSignOff.objects.create(
        round=round_, figures=figures, digest=digest(figures), proposed_by=user, proposed_at=now
    )
    record(actor=user, action="awards.proposed", subject=sign_off, digest=sign_off.digest)
    tell_of_sign_off(sign_off=sign_off, now=now)
    return sign_off


@transaction.atomic
def sign_awards(*, round_id: int, user: User, seen_digest: str, now: datetime) -> AwardsSignOff:
    """Sign second: the same figures, another person, no declared interest. The checks still to pass may begin."""
    sign_off = _waiting(round_id)
    _may_sign(sign_off.round, user)
    if sign_off.proposed_by_id == user.pk:
        raise SameSigner(round_id=round_id)
    if sign_off.digest != seen_digest or digest(figures_of(sign_off.round)) != seen_digest:
        raise FiguresMoved(round_id=round_id)
    return _end(sign_off, SignOffState.SIGNED, user, now)


@transaction.atomic
def send_awards_back(*, round_id: int, user: User, reason: str, now: datetime) -> AwardsSignOff:
    """Send the figures back to the first person with a reason."""
    sign_off = _waiting(round_id)
    if sign_off.proposed_by_id == user.pk:
        raise SameSigner(round_id=round_id)
    return _end(sign_off, SignOffState.SENT_BACK, user, now, reason=reason)


def _waiting(round_id: int) -> AwardsSignOff:
    sign_off = (
        AwardsSignOff.objects.select_for_update(of=("self",))
        .select_related("round")
        .filter(round_id=round_id, state=SignOffState.WAITING)
        .first()
    )
    if sign_off is None:
        raise NothingToSign(round_id=round_id)
    return sign_off


def _end(sign_off: AwardsSignOff, state: SignOffState, user: User, now: datetime, *, reason: str = "") -> AwardsSignOff:
    moved = AwardsSignOff.objects.filter(pk=sign_off.pk, state=SignOffState.WAITING).update(
        state=state, second=user, second_at=now, reason=reason
    )
    if not moved:
        raise NothingToSign(round_id=sign_off.round_id)
    record(actor=user, action=f"awards.{state}", subject=sign_off, digest=sign_off.digest)
    sign_off.refresh_from_db()
    return sign_off


def _may_sign(round_: Round, user: User) -> None:
    """Refuse a person who has not declared interests in this round, or who declared one that bars (P2, M6)."""
    if InterestDeclaration.objects.filter(project__round=round_, officer=user, bars=True).exists():
        raise HasInterest(round_id=round_.pk, user_id=user.pk)
    if not RoundDeclaration.objects.filter(round=round_, officer=user).exists():
        raise InterestNotDeclared(round_id=round_.pk, user_id=user.pk)
