"""What people of an area asked for, and what the bodies answered: the part that the area page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from communities.models import Area
from funding.answer_states import MandateKind, MandateState
from funding.models import Action, Answer, Mandate, PriorityList, Project
from funding.rules.answering import last_day
from renewal.kernel.languages import local

SHOWN_IN_AREA = 10  # needs that the page of an area names; the list itself names all


@dataclass(frozen=True)
class BodyAnswer:
    """One body's answer to a need, or that it owes one. ``status``: answered, due or overdue."""

    mandate_id: int
    body: str
    status: str
    state: str
    words: str
    due_on: date


@dataclass(frozen=True)
class LedTo:
    """One project that cites a need, and how far it has come."""

    ref: str
    title: str
    state: str


@dataclass(frozen=True)
class AskedFor:
    """One adopted need, every body's answer to it, and the projects that it led to."""

    ref: str
    rank: int
    title: str
    answers: Sequence[BodyAnswer]
    projects: Sequence[LedTo]


@dataclass(frozen=True)
class AreaAsked:
    """The newest adopted list of an area: when, by how many, and the needs in their order."""

    list: PriorityList
    voters: int
    adopted_at: datetime
    needs: Sequence[AskedFor]


def area_asked(area: Area, *, now: datetime) -> AreaAsked | None:
    """Return the newest adopted list of an area with answers and projects, in a few queries; None before the first."""
    list_ = (
        PriorityList.objects.filter(round__area=area, adopted_at__lte=now)
        .select_related("round")
        .order_by("-adopted_at", "-version")
        .first()
    )
    return None if list_ is None else list_asked(list_, now=now, most=SHOWN_IN_AREA)


def list_asked(list_: PriorityList, *, now: datetime, most: int | None = None) -> AreaAsked:
    """Return one version of an adopted list, or its first needs, with the answers to each need."""
    mandates: dict[str, list[Mandate]] = {}
    rows = (
        Mandate.objects.filter(round=list_.round_id, kind=MandateKind.PRIORITY)
        .select_related("body", "joint_answer__answer")
        .prefetch_related(
            Prefetch("answers", Answer.objects.order_by("-number")),
            Prefetch("answers__actions", Action.objects.order_by("number")),
        )
        .order_by("position", "id")
    )
    for mandate in rows:
        mandates.setdefault(mandate.ref, []).append(mandate)
    projects = led_to(list_)
    needs = [
        AskedFor(
            ref=priority.ref,
            rank=priority.rank,
            title=priority.label,
            answers=[body_answer(mandate, now=now) for mandate in mandates.get(priority.ref, [])],
            projects=projects.get(priority.ref, []),
        )
        for priority in list_.priorities.order_by("rank")[:most]
    ]
    return AreaAsked(list=list_, voters=list_.voters, adopted_at=list_.adopted_at, needs=needs)


def as_sentence(words: str) -> str:
    """End somebody's words with a full stop where they end with a letter, so that the next sentence can follow."""
    words = words.rstrip()
    return f"{words}." if words[-1:].isalnum() else words


def led_to(list_: PriorityList) -> dict[str, list[LedTo]]:
    """Return the public projects that cite the needs of a list, by the need's reference, in any of its versions."""
    found: dict[str, list[LedTo]] = {}
    cited = Project.objects.public().filter(priority__list__round=list_.round_id).select_related("priority")
    for project in cited.order_by("reference"):
        if project.priority is not None:
            line = LedTo(project.reference, project.label, project.get_state_display())
            found.setdefault(project.priority.ref, []).append(line)
    return found


def body_answer(mandate: Mandate, *, now: datetime) -> BodyAnswer:
    """Shape one mandate for a list; its answers must be prefetched newest first."""
    answers = list(mandate.answers.all())
    joint = getattr(mandate, "joint_answer", None)
    words = ""
    if answers:
        first = next(iter(answers[0].actions.all()), None)
        words = local(first.words, first.words_cy) if first else local(answers[0].words, answers[0].words_cy)
    elif joint is not None:
        words = local(joint.answer.words, joint.answer.words_cy)
    is_waiting = mandate.state in (MandateState.WAITING, MandateState.CURED)
    status = "answered" if not is_waiting else "overdue" if mandate.due_at <= now else "due"
    return BodyAnswer(
        mandate_id=mandate.pk,
        body=local(mandate.body.name, mandate.body.name_cy),
        status=status,
        state=mandate.state,
        words=as_sentence(words),
        due_on=last_day(mandate.due_at),
    )
