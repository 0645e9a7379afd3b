"""Reads of mandates and answers: one in full, the board of a body, what an officer must do."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from communities.models import Area, Body, User
from funding.answer_states import MandateKind, MandateState
from funding.models import Action, Answer, DeliveryVoice, JointAnswer, Mandate, MandateEvent, Pledge
from funding.rules.answering import last_day
from renewal.kernel.clock import london_day
from renewal.kernel.languages import local
from renewal.kernel.parts import Event
from renewal.kernel.staff import WorkItem
from renewal.kernel.templatetags.page import day


@dataclass(frozen=True)
class Status:
    """A mandate's public status in words, with the kind of its tag. Overdue is read from the clock, never stored."""

    code: str
    text: str
    kind: str


def status_of(mandate: Mandate, *, now: datetime) -> Status:
    """Say where a mandate stands; a wait whose last day has passed is "No answer" without any job."""
    waiting = mandate.state in (MandateState.WAITING, MandateState.CURED)
    if waiting and mandate.due_at <= now:
        if mandate.kind == MandateKind.PROJECT:
            return Status("by_default", str(MandateState.BY_DEFAULT.label), "good")
        return Status("overdue", _("No answer"), "bad")
    kinds = {
        MandateState.WAITING: "wait",
        MandateState.CURED: "wait",
        MandateState.APPEALED: "wait",
        MandateState.REJECTED: "wait",
        MandateState.ACCEPTED: "good",
        MandateState.BY_DEFAULT: "good",
        MandateState.IN_PART: "calm",
    }
    state = MandateState(mandate.state)
    return Status(state.value, str(state.label), kinds.get(state, ""))


def full_mandates() -> QuerySet[Mandate]:
    """Mandates with everything their page shows, in a constant number of queries."""
    return Mandate.objects.select_related(
        "body", "area", "round__area", "charter", "raised", "priority__suggestion", "cure", "appeal",
        "joint_answer__answer__mandate__body",
    ).prefetch_related(
        Prefetch("answers", Answer.objects.order_by("-number")),
        Prefetch(
            "answers__actions",
            Action.objects.with_marks()
            .prefetch_related("events", Prefetch("voices", DeliveryVoice.objects.order_by("-at", "-id")))
            .order_by("number"),
        ),
        Prefetch("answers__pledges", Pledge.objects.select_related("body").order_by("id")),
        Prefetch("answers__joined", JointAnswer.objects.select_related("mandate__body").order_by("at")),
        Prefetch("events", MandateEvent.objects.order_by("-at", "-id")),
    )  # fmt: skip


def action_status(action: Action, *, now: datetime) -> Status:
    """Say where a promised action stands: disputed beats done, late is read from the clock."""
    if action.disputes:
        return Status("disputed", _("Disputed by residents"), "bad")
    last = action.last_kind
    if action.done_at is not None:
        if last == "settled":
            return Status("settled", _("Put right"), "good")
        return (
            Status("confirmed", _("Confirmed by residents"), "good")
            if action.confirms
            else Status("done", _("Done, says the body"), "calm")
        )
    if last == "stopped":
        return Status("stopped", _("Stopped"), "")
    if action.due_on < london_day(now):
        return Status("late", _("Late"), "bad")
    return Status("started", _("Under way"), "calm") if last else Status("promised", _("Not started"), "")


@dataclass(frozen=True)
class ActionLine:
    """One promised action with its status and what residents say."""

    action: Action
    words: str
    status: Status


def action_lines(answer: Answer, *, now: datetime) -> list[ActionLine]:
    """Shape the actions of an answer whose marks are prefetched."""
    return [
        ActionLine(action, local(action.words, action.words_cy), action_status(action, now=now))
        for action in answer.actions.all()
    ]


EVENTS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "made": lambda facts: _("The duty began"),
    "answered": lambda facts: {
        "accept": _("The body accepted"),
        "in_part": _("The body accepted in part"),
        "cannot": _("The body said that it cannot"),
        "reject": _("The body rejected the project"),
    }[facts["kind"]],
    "by_default": lambda facts: _("No answer came: accepted by default"),
    "overdue": lambda facts: _("The last day passed without an answer"),
    "joined": lambda facts: _("The body joined another body’s answer"),
    "joined_by": lambda facts: _("%(body)s joined this answer") % {"body": facts["name"]},
    "cured": lambda facts: _("The group put it right and sent it again"),
    "appealed": lambda facts: _("The group asked an independent panel to look at it"),
    "appeal_overdue": lambda facts: _("The panel has not decided in time, the money stays held"),
    "appeal_upheld": lambda facts: _("The panel decided: the project goes ahead"),
    "appeal_turned_down": lambda facts: _("The panel decided: the rejection stands"),
    "final": lambda facts: _("The rejection became final, its money went to the reserve list"),
    "disputed": lambda facts: _("A resident disputed action %(number)s") % {"number": facts["action"]},
    "action_started": lambda facts: _("Action %(number)s started") % {"number": facts["action"]},
    "action_progress": lambda facts: _("News on action %(number)s") % {"number": facts["action"]},
    "action_done": lambda facts: _("Action %(number)s done, says the body") % {"number": facts["action"]},
    "action_stopped": lambda facts: _("Action %(number)s stopped") % {"number": facts["action"]},
    "action_settled": lambda facts: _("Action %(number)s put right") % {"number": facts["action"]},
}


def history_of(mandate: Mandate) -> list[Event]:
    """Write a mandate's history in words, newest first."""
    return [
        Event(EVENTS[event.kind](event.facts), ". ".join(filter(None, [day(event.at), event.words])))
        for event in mandate.events.all()
    ]


# The board of a body -----------------------------------------------------------------------------

BOARD_STATES: dict[str, Callable[[datetime], Q]] = {
    "overdue": lambda now: Q(state="waiting", due_at__lte=now) & ~Q(kind="project"),
    "due": lambda now: Q(state__in=["waiting", "cured"], due_at__gt=now),
    "accepted": lambda now: (
        Q(state__in=["accepted", "in_part", "by_default"])
        | Q(kind="project", state__in=["waiting", "cured"], due_at__lte=now)
    ),
    "refused": lambda now: Q(state__in=["cannot", "rejected", "appealed", "rejected_for_good"]),
}


def board(body: Body, *, now: datetime, status: str = "") -> QuerySet[Mandate]:
    """A body's mandates for its public board, the latest deadline first."""
    rows = Mandate.objects.filter(body=body).select_related("area", "charter", "body")
    if status in BOARD_STATES:
        rows = rows.filter(BOARD_STATES[status](now))
    return rows.order_by("-due_at", "id")


@dataclass(frozen=True)
class BoardLine:
    """One row of a board, shaped for the page."""

    mandate: Mandate
    status: Status
    last_day: date


def board_lines(mandates: Iterable[Mandate], *, now: datetime) -> list[BoardLine]:
    """Give each duty its status and its last day, in the order given."""
    return [BoardLine(row, status_of(row, now=now), last_day(row.due_at)) for row in mandates]


def board_figures(body: Body, *, now: datetime) -> dict[str, int]:
    """How many of a body's duties there are in all, overdue, due, accepted and refused, in one query over an index."""
    return Mandate.objects.filter(body=body).aggregate(
        all=Count("body"), **{name: Count("body", filter=rule(now)) for name, rule in BOARD_STATES.items()}
    )


def board_rows(body: Body, *, now: datetime) -> Iterator[list[str]]:
    """A body's mandates as rows of the open-data file; ids are stable, moments are UTC."""
    yield [
        "mandate_id", "kind", "ref", "title", "area_code", "area_name", "made_on", "answer_due_by", "status",
        "answered_at", "ground", "legal_provision", "answer", "officer_name", "officer_role", "second_officer_name",
        "bound_by", "cost_pence",
    ]  # fmt: skip
    rows = (
        Mandate.objects.filter(body=body)
        .select_related("area", "charter")
        .prefetch_related(Prefetch("answers", Answer.objects.order_by("-number")))
        .order_by("id")
    )
    for row in rows.iterator(chunk_size=1000):
        answer = next(iter(row.answers.all()), None)
        yield [
            str(row.pk),
            row.kind,
            row.ref,
            row.title,
            row.area.code,
            row.area.name,
            london_day(row.made_at).isoformat(),
            last_day(row.due_at).isoformat(),
            status_of(row, now=now).code,
            row.answered_at.isoformat() if row.answered_at else "",
            answer.ground if answer else "",
            answer.provision if answer else "",
            answer.words if answer else "",
            answer.officer_name if answer else "",
            answer.officer_role if answer else "",
            answer.second_name if answer else "",
            row.charter.instrument if row.charter else "none",
            "" if row.cost_pence is None else str(row.cost_pence),
        ]


# Officers ----------------------------------------------------------------------------------------


def to_answer(user: User, *, now: datetime) -> QuerySet[Mandate]:
    """Mandates that wait for an answer of a body for which a person acts, soonest first."""
    return (
        Mandate.objects.of_officer(user, on=london_day(now))
        .filter(state__in=[MandateState.WAITING, MandateState.CURED])
        .exclude(kind=MandateKind.PROJECT, due_at__lte=now)
        .select_related("area", "body", "draft__written_by__user")
        .order_by("due_at", "id")
    )


def answer_work(user: User, now: datetime) -> list[WorkItem]:
    """What the staff home shows: answers to write, drafts to sign."""
    from django.urls import reverse

    items = []
    for mandate in to_answer(user, now=now)[:50]:
        draft = getattr(mandate, "draft", None)
        mine = draft is not None and draft.written_by.user_id == user.pk
        name = "funding:answer_sign" if draft is not None and not mine else "funding:answer_write"
        note = _("Waits for a second officer") if mine else _("Sign or change") if draft else _("Write the answer")
        items.append(
            WorkItem(f"{mandate.ref} {mandate.label}", reverse(name, args=[mandate.pk]), last_day(mandate.due_at), note)
        )
    return items


def bodies_answering(area: Area) -> QuerySet[Body]:
    """Bodies that residents of an area may ask: those of the area and of every area above it."""
    return Body.objects.filter(area__code__in=area.chain_codes).order_by("name", "id")
