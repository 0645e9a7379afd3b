"""Small awards, all year: open a checked idea for support, count verified residents, decide each month, award.

A month is decided after it has ended, with the ideas whose days in public ended in it. The order is support, then the
round's tie rule; the lot's secret was committed before the month's list could be known.
"""

import logging
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import F

from communities.models import User
from funding.models import (
    AwardOrigin,
    Project,
    ProjectState,
    PurseState,
    SmallIdea,
    SmallMonth,
    SmallOutcome,
    SmallPurse,
    SmallSupport,
)
from funding.rules.small import FUNDED, Idea, decide_month
from funding.services.notices import tell_group
from funding.services.projects import move
from funding.services.purse_awards import award_from_purse
from funding.services.purses import close_purse, money_in
from renewal.kernel.audit import record
from renewal.kernel.canonical import digest
from renewal.kernel.clock import end_of, london_day, start_of
from renewal.kernel.errors import DomainError
from renewal.kernel.keyed import keyed_hash
from voting.elections import lot_seed

logger = logging.getLogger(__name__)
MONTHS_AHEAD = 2


class NotCollecting(DomainError):
    """The idea is not open for support now."""


class NotHere(DomainError):
    """The resident does not live in the area of the idea."""


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def next_month(first: date) -> date:
    """Return the first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)


def open_for_support(*, project: Project, now: datetime) -> SmallIdea:
    """Make an idea that passed its light check public for support; inside the transaction of the decision."""
    days = project.round.purse.public_days
    return SmallIdea.objects.create(
        project=project, opened_at=now, closes_at=end_of(london_day(now) + timedelta(days=days))
    )


def supporter_of(idea_id: int, resident_id: int) -> str:
    """Return the keyed hash under which a resident supports one idea, and no other."""
    return keyed_hash("small-award", str(idea_id), str(resident_id))


@transaction.atomic
def support_idea(
    *,
    idea_id: int,
    resident_id: int,
    area_codes: list[str],
    now: datetime,
    route: str = "web",
    actor: User | None = None,
) -> bool:
    """Support an idea as a resident whose home has been checked; False when that person supported it already.

    ``area_codes``: the codes from the root down to the resident's area. The row keeps a keyed hash, so that ideas
    cannot be joined by person; ``actor`` is the helper who filled it in beside somebody, if anybody did.
    """
    idea = SmallIdea.objects.select_for_update(of=("self",)).select_related("project__round__area").get(pk=idea_id)
    if not SmallIdea.objects.collecting(at=now).filter(pk=idea_id).exists():
        raise NotCollecting(idea_id=idea_id)
    if idea.project.round.area.code not in area_codes:
        raise NotHere(idea_id=idea_id)
    person = supporter_of(idea_id, resident_id)
    _, is_new = SmallSupport.objects.get_or_create(idea=idea, person=person, defaults={"route": route, "at": now})
    if is_new:
        SmallIdea.objects.filter(pk=idea_id).update(supporters=F("supporters") + 1)
        if actor is not None:
            record(actor=actor, action="small.support_helped", subject=idea, route=route)
    return is_new


@transaction.atomic
def commit_months(*, purse_id: int, now: datetime) -> None:
    """Commit to a secret for this month and the two that follow, before anybody can know their lists."""
    first = month_of(london_day(now))
    for _ in range(MONTHS_AHEAD + 1):
        secret = secrets.token_hex(32)
        SmallMonth.objects.get_or_create(
            purse_id=purse_id,
            first_day=first,
            defaults={
                "secret": secret, "commitment": sha256(bytes.fromhex(secret)).hexdigest(), "committed_at": now,
            },
        )  # fmt: skip
        first = next_month(first)


def advance_small_awards(*, now: datetime) -> int:
    """Commit to months to come and decide each month that has ended, a transaction for each; returns how many."""
    decided = 0
    for purse in SmallPurse.objects.open().order_by("pk"):
        commit_months(purse_id=purse.pk, now=now)
        over = SmallMonth.objects.filter(purse=purse, decided_at__isnull=True, first_day__lt=month_of(london_day(now)))
        for month_id in over.order_by("first_day").values_list("pk", flat=True):
            try:
                decided += settle_month(month_id=month_id, now=now)
            except DomainError as refusal:
                logger.warning("small awards refused", extra={"purse_id": purse.pk, "status": str(refusal)[:200]})
                break  # the next month must not be decided before this one
    return decided


def month_ends(first: date) -> datetime:
    """Return the London midnight that ends a month."""
    return start_of(next_month(first))


@transaction.atomic
def settle_month(*, month_id: int, now: datetime) -> bool:
    """Decide a month: order its ideas, award them while money lasts, publish how; False when done before (J1)."""
    purse_id = SmallMonth.objects.values_list("purse_id", flat=True).get(pk=month_id)
    purse = SmallPurse.objects.select_for_update(of=("self",)).select_related("round__area").get(pk=purse_id)
    month = SmallMonth.objects.select_for_update().get(pk=month_id)
    if month.decided_at is not None or purse.state != PurseState.OPEN or now < month_ends(month.first_day):
        return False
    ideas = list(
        SmallIdea.objects.select_for_update(of=("self",))
        .waiting(before=month_ends(month.first_day))
        .filter(project__round=purse.round)
        .select_related("project__round__area", "project__checked_by", "project__group", "project__body")
        .order_by("project__reference")
    )
    left = money_in(purse)
    listed = [_listed(idea) for idea in ideas]
    rows = [{"ref": one.ref, "support": one.support, "capital": one.capital, "revenue": one.revenue} for one in listed]
    seed = lot_seed(tie_secret=month.secret, final_root=digest(rows))
    places = decide_month(listed, left=left, seed=seed)
    document = {
        "month": f"{month.first_day:%Y-%m}",
        "list": rows,
        "left": left,
        "commitment": month.commitment,
        "secret": month.secret,
        "list_digest": digest(rows),
        "seed": seed,
        "places": [
            {"ref": one.ref, "place": one.place, "outcome": one.outcome, "left": dict(one.left)} for one in places
        ],
    }
    month.document, month.digest, month.decided_at = document, digest(document), now
    month.save(update_fields=["document", "digest", "decided_at"])
    by_ref = {idea.project.reference: idea for idea in ideas}
    for one in places:
        idea = by_ref[one.ref]
        SmallIdea.objects.filter(pk=idea.pk).update(month=month, place=one.place, outcome=SmallOutcome(one.outcome))
        if one.outcome == FUNDED:
            award_from_purse(
                purse=purse, project=idea.project, origin=AwardOrigin.SMALL, decided_by=month.digest, now=now
            )
        end_idea(project=idea.project, funded=one.outcome == FUNDED, now=now)
    record(actor=None, action="small.month_decided", subject=month, digest=month.digest, ideas=len(ideas))
    return True


def _listed(idea: SmallIdea) -> Idea:
    project = idea.project
    return Idea(project.reference, idea.supporters, project.capital_pence, project.revenue_pence)


def end_idea(*, project: Project, funded: bool, now: datetime) -> None:
    """Say what became of an idea, on its page and to its group."""
    new = ProjectState.FUNDED if funded else ProjectState.UNFUNDED
    move(project_id=project.pk, old="passed", new=new, ended_at=now)
    project.refresh_from_db(fields=["state", "ended_at"])
    tell_group(project=project, kind="small_funded" if funded else "small_unfunded", now=now)


@transaction.atomic
def end_purse(*, purse_id: int, now: datetime, actor: User | None = None) -> SmallPurse:
    """End small awards with their cycle: decide months that are over, end open ideas, give the rest back."""
    for month_id in (
        SmallMonth.objects.filter(purse_id=purse_id, decided_at__isnull=True)
        .order_by("first_day")
        .values_list("pk", flat=True)
    ):
        settle_month(month_id=month_id, now=now)
    for project in _unfinished(purse_id):
        if project.state == ProjectState.PASSED:
            end_idea(project=project, funded=False, now=now)
        else:
            move(project_id=project.pk, old=project.state, new=ProjectState.LATE, ended_at=now)
    return close_purse(purse_id=purse_id, now=now, actor=actor)


def _unfinished(purse_id: int) -> Iterable[Project]:
    return (
        Project.objects.filter(round__purse=purse_id, state__in=["draft", "declaring", "passed"])
        .select_related("round__area", "checked_by", "group", "body")
        .order_by("pk")
    )


def end_purses_of(*, cycle_id: int, now: datetime, actor: User | None = None) -> int:
    """End every open purse of a cycle; called before its leftovers roll over."""
    purses = list(SmallPurse.objects.open().filter(cycle=cycle_id).order_by("pk").values_list("pk", flat=True))
    for purse_id in purses:
        end_purse(purse_id=purse_id, now=now, actor=actor)
    return len(purses)
