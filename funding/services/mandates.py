"""Make duties of what residents decided, let silence count at the deadline, and send needs up to who can meet them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Sum

from communities.models import Body, BodyKind, User
from funding.answer_states import AnswerKind, MandateKind, MandateState
from funding.models import (
    Answer,
    Charter,
    Instrument,
    Mandate,
    MandateEvent,
    Priority,
    PriorityList,
    Project,
    RaisedFrom,
    RaisedPriority,
    Round,
)
from funding.queries.powers import area_with_power, powers_of
from funding.rules.answering import PRIORITY_WORKING_DAYS, PROJECT_WORKING_DAYS, due_moment
from funding.services.officers import role_at
from funding.services.reminders import tell_body, tell_of_silence
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from renewal.kernel.outbox import send_later

# Which kinds of body hold the powers that a theme usually needs, nearest first; the round's convenor otherwise.
KINDS_FOR_THEME: dict[str, tuple[BodyKind, ...]] = {
    "homes": (BodyKind.HOUSING, BodyKind.COUNCIL),
    "health": (BodyKind.HEALTH,),
    "mental-health": (BodyKind.HEALTH,),
    "social-care": (BodyKind.COUNCIL, BodyKind.HEALTH),
}
PRIORITY_MANDATES = 10  # the first needs of a list bind; the rest is published and may be taken up later


class NoResult(DomainError):
    """The round's poll has no published result yet."""


class AlreadyNamed(DomainError):
    """The body already owes an answer to this need."""


class HasPower(DomainError):
    """The area has the power itself, so the need does not go up."""


class WrongLevel(DomainError):
    """The body is not a body of the level that has the power."""


@transaction.atomic
def make_mandates(*, round_id: int, now: datetime, actor: User | None = None) -> list[Mandate]:
    """Make every selected project of a published result a duty of a body, in the frozen order; repeats change nothing.

    Title, cost and place are copied from the poll's frozen options. The round's convenor answers; a project that the
    convenor itself leads is answered by the body that checked it.
    """
    round_ = Round.objects.select_for_update(of=("self",)).select_related("area", "convenor", "poll").get(pk=round_id)
    outcome = getattr(round_.poll, "outcome", None)
    if outcome is None or outcome.published_at is None:
        raise NoResult(round_id=round_id)
    return mandates_for_refs(
        round_=round_, refs=outcome.selected, first=1, made_at=outcome.published_at, actor=actor, now=now
    )


@transaction.atomic
def mandates_for_refs(
    *,
    round_: Round,
    refs: Sequence[str],
    first: int,
    made_at: datetime,
    now: datetime,
    actor: User | None = None,
) -> list[Mandate]:
    """Make duties of listed projects, from place ``first`` on; used for a selection and for what moves up to it."""
    options = {option.ref: option for option in round_.poll.options.all()} if round_.poll else {}
    projects = {
        project.reference: project
        for project in Project.objects.filter(round=round_, reference__in=refs).select_related("checked_by")
    }
    due_at = due_moment(made_at, PROJECT_WORKING_DAYS, nation=round_.area.nation)
    known = {mandate.ref: mandate for mandate in Mandate.objects.filter(round=round_, kind=MandateKind.PROJECT)}
    made = []
    for place, ref in enumerate(refs, start=first):
        if ref in known:
            continue
        project = projects.get(ref)
        led_by_convenor = project is not None and project.body_id == round_.convenor_id
        body = project.checked_by if project is not None and led_by_convenor else round_.convenor
        made.append(
            Mandate.objects.create(
                kind=MandateKind.PROJECT,
                body=body,
                area=round_.area,
                round=round_,
                ref=ref,
                position=place,
                title=options[ref].title,
                title_cy=options[ref].title_cy,
                cost_pence=options[ref].cost_pence,
                charter=charter_of(body, now=now),
                made_at=made_at,
                due_at=due_at,
            )
        )
    for mandate in made:
        _made(mandate, actor=actor, now=now)
    return list(Mandate.objects.filter(round=round_, kind=MandateKind.PROJECT, ref__in=refs).order_by("position"))


def mandates_for_list(*, list_: PriorityList, now: datetime, actor: User | None = None) -> list[Mandate]:
    """Make the adopted needs duties of the bodies that have the powers; a corrected list adds what it adds.

    A need that an earlier version already made somebody's duty keeps that mandate, so its answers stay with it.
    """
    round_ = Round.objects.select_related("area", "convenor").get(pk=list_.round_id)
    owed = set(Mandate.objects.filter(round=round_, kind=MandateKind.PRIORITY).values_list("ref", flat=True))
    due_at = due_moment(list_.adopted_at, PRIORITY_WORKING_DAYS, nation=round_.area.nation)
    bodies = bodies_above(round_)
    made = []
    for priority in list_.priorities.select_related("theme").order_by("rank")[:PRIORITY_MANDATES]:
        if priority.ref in owed:
            continue
        made.append(
            _owe(priority, body=body_for(priority, round_=round_, bodies=bodies), round_=round_, due_at=due_at, now=now)
        )
    for mandate in made:
        _made(mandate, actor=actor, now=now)
    return made


def bodies_above(round_: Round) -> list[Body]:
    """Bodies of the round's area and of every area above it, nearest first."""
    chain = round_.area.chain_codes
    found = Body.objects.filter(area__code__in=chain).select_related("area")
    return sorted(found, key=lambda body: (-chain.index(body.area.code), body.pk))


def body_for(priority: Priority, *, round_: Round, bodies: Sequence[Body]) -> Body:
    """Choose who answers a need: the nearest body of the kind its theme usually needs, or the convenor."""
    kinds = KINDS_FOR_THEME.get(priority.theme.code, ()) if priority.theme else ()
    for kind in kinds:
        for body in bodies:
            if body.kind == kind:
                return body
    return round_.convenor


def charter_of(body: Body, *, now: datetime) -> Charter | None:
    """Return what binds a body to answer today; None means that nothing is recorded: promised, not bound."""
    return Charter.objects.of_body(body, on=london_day(now))


def _owe(priority: Priority, *, body: Body, round_: Round, due_at: datetime, now: datetime) -> Mandate:
    return Mandate.objects.create(
        kind=MandateKind.PRIORITY,
        body=body,
        area=round_.area,
        round=round_,
        priority=priority,
        ref=priority.ref,
        position=priority.rank,
        title=priority.title,
        title_cy=priority.title_cy,
        charter=charter_of(body, now=now),
        made_at=now,
        due_at=due_at,
    )


def _made(mandate: Mandate, *, actor: User | None, now: datetime) -> None:
    bound = mandate.charter.instrument if mandate.charter else Instrument.NONE
    MandateEvent.objects.create(mandate=mandate, kind="made", facts={"bound_by": bound}, at=now)
    record(actor=actor, action="mandate.made", subject=mandate, body_id=mandate.body_id, kind=mandate.kind)
    send_later(tell_body, mandate_id=mandate.pk, key=f"mandate-made:{mandate.pk}")


@transaction.atomic
def name_body(*, priority_id: int, body_id: int, actor: User, now: datetime) -> Mandate:
    """Name one more body that must answer a need, so that several answer it, each for its own powers."""
    priority = Priority.objects.select_related("list__round__convenor", "list__round__area").get(pk=priority_id)
    round_ = priority.list.round
    role_at(body=round_.convenor, actor=actor, now=now)
    body = next((body for body in bodies_above(round_) if body.pk == body_id), None)
    if body is None:
        raise WrongLevel(body_id=body_id)
    if Mandate.objects.filter(round=round_, kind=MandateKind.PRIORITY, ref=priority.ref, body=body).exists():
        raise AlreadyNamed(body_id=body_id)
    due_at = due_moment(now, PRIORITY_WORKING_DAYS, nation=round_.area.nation)
    mandate = _owe(priority, body=body, round_=round_, due_at=due_at, now=now)
    _made(mandate, actor=actor, now=now)
    return mandate


@transaction.atomic
def settle_silence(*, now: datetime) -> list[int]:
    """Accept by default every project whose deadline has passed without an answer; returns their mandates' ids.

    It opens no gate: the award stays conditional until its gates are met one by one (DESIGN.md §5). A second run, or
    two at once, finds nothing left: the move is one conditional update per row.
    """
    due = Mandate.objects.filter(
        kind=MandateKind.PROJECT, state__in=[MandateState.WAITING, MandateState.CURED], due_at__lte=now
    ).order_by("id")
    settled = []
    for mandate in due:
        moved = Mandate.objects.filter(pk=mandate.pk, state=mandate.state, due_at=mandate.due_at).update(
            state=MandateState.BY_DEFAULT, answered_at=mandate.due_at
        )
        if not moved:
            continue
        Answer.objects.create(
            mandate=mandate,
            number=mandate.answers.count() + 1,
            kind=AnswerKind.BY_DEFAULT,
            words="",
            published_at=mandate.due_at,
        )
        MandateEvent.objects.create(mandate=mandate, kind="by_default", at=mandate.due_at)
        record(actor=None, action="mandate.by_default", subject=mandate)
        send_later(tell_of_silence, mandate_id=mandate.pk, key=f"mandate-silence:{mandate.pk}:{mandate.due_at.date()}")
        settled.append(mandate.pk)
    return settled


@transaction.atomic
def raise_priority(
    *,
    priority_id: int,
    power: str,
    body_id: int,
    words: str,
    actor: User,
    now: datetime,
    joins: int | None = None,
) -> RaisedPriority:
    """Send an adopted need to the level that has the power, adding it to the same need of other areas (voice up).

    ``power`` is a code of R7's table that the area lacks; ``body_id`` a body of the level that has it; ``joins`` an
    existing raised need. The body's duty is made once and gets its deadline with the first area's need.
    """
    priority = Priority.objects.select_related("list__round__area", "list__round__convenor", "theme").get(
        pk=priority_id
    )
    round_ = priority.list.round
    role_at(body=round_.convenor, actor=actor, now=now)
    if power in powers_of(round_.area):
        raise HasPower(power=power, area_id=round_.area_id)
    area = area_with_power(round_.area, power)
    body = Body.objects.filter(pk=body_id, area=area).first()
    if body is None:
        raise WrongLevel(body_id=body_id, area_id=area.pk)
    if joins is None:
        raised = RaisedPriority.objects.create(
            area=area,
            cycle=round_.cycle,
            title=priority.title,
            title_cy=priority.title_cy,
            theme=priority.theme,
            power=power,
            created_at=now,
        )
    else:
        raised = RaisedPriority.objects.select_for_update().get(pk=joins, area=area, power=power, cycle=round_.cycle)
    RaisedFrom.objects.create(
        raised=raised, priority=priority, voters=priority.list.voters, words=words, by=actor, at=now
    )
    sums = raised.sources.aggregate(areas=Count("priority__list__round__area", distinct=True), voters=Sum("voters"))
    RaisedPriority.objects.filter(pk=raised.pk).update(area_count=sums["areas"], voter_count=sums["voters"])
    mandate, is_new = Mandate.objects.get_or_create(
        raised=raised,
        body=body,
        kind=MandateKind.RAISED,
        defaults={
            "area": area,
            "ref": f"UP-{raised.pk}",
            "position": 1,
            "title": raised.title,
            "title_cy": raised.title_cy,
            "charter": charter_of(body, now=now),
            "made_at": now,
            "due_at": due_moment(now, PRIORITY_WORKING_DAYS, nation=area.nation or round_.area.nation),
        },
    )
    if is_new:
        _made(mandate, actor=actor, now=now)
    record(actor=actor, action="priority.raised", subject=raised, priority_id=priority.pk)
    raised.refresh_from_db()
    return raised
