"""What became of a round: what was suggested, joined, left out, voted on, chosen, answered, delivered and changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet, Sum

from communities.models import Nation
from funding.answer_states import ANSWERED, MandateKind
from funding.models import Action, Answer, Decision, Mandate, PriorityList, Project, RefusalReason, Round, Suggestion
from funding.queries.answers import ActionLine, Status, action_lines, status_of
from renewal.kernel.languages import local
from renewal.kernel.money import Pence


@dataclass(frozen=True)
class LeftOut:
    """One need or project that did not reach the vote, why, and whose officers said so."""

    title: str
    reason: str
    words: str
    body: str


@dataclass(frozen=True)
class StoryLine:
    """One duty and what came of it."""

    mandate: Mandate
    title: str
    body: str
    status: Status
    words: str
    actions: Sequence[ActionLine]


@dataclass(frozen=True)
class Story:
    """A round told to those who took part, with what has not started shown too."""

    suggested: int
    joined: int
    left_out: Sequence[LeftOut]
    adopted: int
    voters: int
    tells_voters: bool
    proposed: int
    on_ballot: int
    combined: int
    withdrawn: int
    chosen: Sequence[StoryLine]
    needs: Sequence[StoryLine]
    promised: int
    done: int
    disputed: int
    not_started: int


def round_story(round_: Round, *, now: datetime) -> Story:
    """Collect the whole story of a round in a constant number of queries."""
    states = Counter(dict(round_.suggestions.values_list("state").annotate(found=Count("*")).order_by()))
    list_ = PriorityList.objects.filter(round=round_).annotate(length=Count("priorities")).order_by("-version").first()
    public = Project.objects.filter(round=round_).public()
    projects = Counter(dict(public.values_list("state").annotate(found=Count("*")).order_by()))
    lines = [_line(mandate, now=now) for mandate in _mandates(round_)]
    actions = Counter(line.status.code for story_line in lines for line in story_line.actions)
    return Story(
        suggested=sum(states.values()),
        joined=states["merged"],
        left_out=_left_out(round_),
        adopted=list_.length if list_ else 0,
        voters=list_.voters if list_ else 0,
        tells_voters=list_ is not None and list_.tells_voters,
        proposed=sum(projects.values()),
        on_ballot=round_.poll.options.count() if round_.poll else 0,
        combined=projects["combined"],
        withdrawn=projects["withdrawn"],
        chosen=[line for line in lines if line.mandate.kind == MandateKind.PROJECT],
        needs=[line for line in lines if line.mandate.kind == MandateKind.PRIORITY],
        promised=sum(actions.values()),
        done=actions["done"] + actions["confirmed"] + actions["settled"],
        disputed=actions["disputed"],
        not_started=actions["promised"] + actions["late"],
    )


def _mandates(round_: Round) -> QuerySet[Mandate]:
    return (
        Mandate.objects.filter(round=round_)
        .select_related("body", "round")
        .prefetch_related(
            Prefetch("answers", Answer.objects.order_by("-number")),
            Prefetch("answers__actions", Action.objects.with_marks().order_by("number")),
        )
        .order_by("kind", "position", "id")
    )


def _line(mandate: Mandate, *, now: datetime) -> StoryLine:
    answer = next(iter(mandate.answers.all()), None)
    return StoryLine(
        mandate=mandate,
        title=mandate.label,
        body=local(mandate.body.name, mandate.body.name_cy),
        status=status_of(mandate, now=now),
        words=local(answer.words, answer.words_cy) if answer else "",
        actions=action_lines(answer, now=now) if answer else [],
    )


def _left_out(round_: Round) -> list[LeftOut]:
    """Needs that officers left out and projects that were refused, each with its code, words and whose officer."""
    needs = Suggestion.objects.filter(round=round_, state="left_out").select_related("left_out_by").order_by("number")
    found = [
        LeftOut(
            need.label,
            need.get_left_out_reason_display(),
            need.left_out_words,
            local(need.left_out_by.name, need.left_out_by.name_cy) if need.left_out_by else "",
        )
        for need in needs
    ]
    refused = (
        Decision.objects.filter(project__round=round_, project__state="refused", kind="refuse", state="made")
        .select_related("project__checked_by", "project__body", "project__group")
        .order_by("project__reference", "-id")
        .distinct("project__reference")
    )
    found += [
        LeftOut(
            decision.project.label,
            str(RefusalReason(decision.reason).label) if decision.reason else "",
            local(decision.words, decision.words_cy),
            local(decision.project.checked_by.name, decision.project.checked_by.name_cy),
        )
        for decision in refused
    ]
    return found


# What communities chose --------------------------------------------------------------------------


@dataclass(frozen=True)
class ThemeLine:
    """How many areas put a theme first, how many projects were chosen, for how much, and how many answers came."""

    theme: str
    needs: int
    answered: int
    overdue: int


def chosen_by_theme(*, now: datetime, nation: str = "") -> list[ThemeLine]:
    """Adopted needs and their answers by theme, over all areas or one nation's."""
    rows = Mandate.objects.filter(kind=MandateKind.PRIORITY)
    if nation:
        rows = rows.filter(area__nation=nation)
    grouped = (
        rows.values("priority__theme__position", "priority__theme__name", "priority__theme__name_cy")
        .annotate(needs=Count("ref"))
        .order_by("priority__theme__position")
    )
    answered = _by_theme(rows.filter(state__in=ANSWERED))
    overdue = _by_theme(rows.overdue(at=now))
    return [
        ThemeLine(
            local(row["priority__theme__name"] or "", row["priority__theme__name_cy"] or ""),
            row["needs"],
            answered.get(row["priority__theme__position"], 0),
            overdue.get(row["priority__theme__position"], 0),
        )
        for row in grouped
    ]


def _by_theme(rows: QuerySet[Mandate]) -> dict[int | None, int]:
    counted = rows.values("priority__theme__position").annotate(found=Count("id")).order_by()
    return {row["priority__theme__position"]: row["found"] for row in counted}


@dataclass(frozen=True)
class NationLine:
    """What one nation's communities chose."""

    nation: str
    needs: int
    projects: int
    cost_pence: Pence
    accepted: int
    overdue: int


def chosen_by_nation(*, now: datetime) -> list[NationLine]:
    """Needs, chosen projects with their money, and answers, by nation."""
    needs = dict(
        Mandate.objects.filter(kind=MandateKind.PRIORITY)
        .values_list("area__nation")
        .annotate(found=Count("id"))
        .order_by()
    )
    overdue = dict(
        Mandate.objects.filter(kind=MandateKind.PRIORITY)
        .overdue(at=now)
        .values_list("area__nation")
        .annotate(found=Count("id"))
        .order_by()
    )
    projects = {
        row["area__nation"]: row
        for row in Mandate.objects.filter(kind=MandateKind.PROJECT)
        .exclude(state="rejected_for_good")
        .values("area__nation")
        .annotate(found=Count("id"), cost=Sum("cost_pence"))
        .order_by()
    }
    accepted = dict(
        Mandate.objects.filter(state__in=["accepted", "in_part", "by_default"])
        .values_list("area__nation")
        .annotate(found=Count("id"))
        .order_by()
    )
    return [
        NationLine(
            str(nation.label),
            needs.get(nation.value, 0),
            projects[nation.value]["found"] if nation.value in projects else 0,
            Pence(projects[nation.value]["cost"] or 0) if nation.value in projects else Pence(0),
            accepted.get(nation.value, 0),
            overdue.get(nation.value, 0),
        )
        for nation in Nation
    ]
