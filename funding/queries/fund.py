"""The steward's view: what waits, which years there are, where nothing is open; and the difference of two sets."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Area, OfficerRole, Role, User
from communities.offices import holds_office
from funding.models import (
    AllocationRun,
    Challenge,
    ChallengeState,
    Cycle,
    FanOut,
    FanOutPart,
    LedgerCheck,
    ParameterSet,
    PartState,
    Phase,
    Pot,
    RunState,
)
from funding.queries.shares import percent_of
from funding.rules.parameter_reader import read_parameters
from funding.services.allocation import gather_inputs, split_inputs, totals_of
from renewal.kernel.clock import london_day
from renewal.kernel.staff import WorkItem


def is_steward(user: Any) -> bool:
    """Tell whether a person is a steward of the fund today."""
    return holds_office(user, Role.STEWARD)


def waiting_runs() -> QuerySet[AllocationRun]:
    """Runs that wait for the worker or for signatures, newest first."""
    return (
        AllocationRun.objects.waiting()
        .defer("inputs")
        .select_related("cycle", "parameter_set", "asked_by")
        .annotate(signatures=Count("approvals"))
        .order_by("-id")
    )


def areas_with_nothing_open(*, now: datetime, limit: int = 50) -> QuerySet[Area]:
    """Neighbourhoods that have money this year and no step of a round open now, by name within each borough."""
    open_now = Phase.objects.filter(round__area=OuterRef("pk"), starts_at__lte=now, ends_at__gt=now)
    newest = Cycle.objects.filter(starts_on__lte=london_day(now)).order_by("-starts_on").first()
    pots = Pot.objects.filter(area=OuterRef("pk"), cycle=newest, amount_pence__gt=0)
    return (
        Area.objects.filter(Exists(pots), ~Exists(open_now), level="neighbourhood")
        .select_related("parent")
        .order_by("parent__name", "name")[:limit]
    )


@dataclass(frozen=True)
class Progress:
    """How far a fan-out has come."""

    total: int
    done: int
    failed: int
    waiting: int
    workers: list[tuple[str, int]]

    @property
    def percent(self) -> str:
        return percent_of(self.done, self.total)


def progress_of(work: FanOut) -> Progress:
    """Count a fan-out's parts by state and by the host that did them."""
    return progress_of_all([work])[work.pk]


def progress_of_all(works: Sequence[FanOut]) -> dict[int, Progress]:
    """Count the parts of some fan-outs by state and by the host that did them, in one query; by the fan-out's key."""
    counted = (
        FanOutPart.objects.filter(fan_out__in=works)
        .values_list("fan_out_id", "state", "worker")
        .annotate(n=Count("pk"))
        .order_by("fan_out_id", "state", "worker")
    )
    states: dict[int, Counter[str]] = {work.pk: Counter() for work in works}
    workers: dict[int, list[tuple[str, int]]] = {work.pk: [] for work in works}
    for key, state, worker, number in counted:
        states[key][state] += number
        if state == PartState.DONE:
            workers[key].append((worker, number))
    return {
        key: Progress(
            total=count.total(),
            done=count[PartState.DONE],
            failed=count[PartState.FAILED],
            waiting=count[PartState.WAITING],
            workers=workers[key],
        )
        for key, count in states.items()
    }


@dataclass(frozen=True)
class Difference:
    """What one area would keep under two sets, both colours."""

    area: Area
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


def difference_of(cycle: Cycle, one: ParameterSet, other: ParameterSet) -> list[Difference]:
    """Split a cycle by two sets and compare area by area, the largest change first. Writes nothing.

    Raises ParameterError where one of the sets does not fit the sums and the tree.
    """
    inputs = gather_inputs(cycle=cycle, parameter_set=one, corrects=None)
    before = _kept(inputs, one.document)
    after = _kept(inputs, other.document)
    codes = set(before) | set(after)
    areas = {area.code: area for area in Area.objects.filter(code__in=codes).select_related("parent")}
    found = [Difference(areas[code], before.get(code, 0), after.get(code, 0)) for code in codes if code in areas]
    return sorted(found, key=lambda row: (-abs(row.change), row.area.code))


def preview_of(cycle: Cycle, parameter_set: ParameterSet) -> dict[str, Any]:
    """Split a cycle by a set and return its totals, as a run would have them. Writes nothing.

    Raises ParameterError where the set does not fit the sums and the tree.
    """
    inputs = gather_inputs(cycle=cycle, parameter_set=parameter_set, corrects=None)
    _tree, parameters, splits = split_inputs(inputs)
    return totals_of(splits, parameters)


def _kept(inputs: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, int]:
    read_parameters(document)
    kept: dict[str, int] = {}
    for split in split_inputs({**inputs, "parameters": document})[2].values():
        for code, line in split.areas.items():
            kept[code] = kept.get(code, 0) + line.kept_pence
    return kept


def fund_work(user: User, now: datetime) -> Iterable[WorkItem]:
    """What waits for a steward: runs to sign, failed fan-outs, a ledger check that found something."""
    if not is_steward(user):
        return
    for run in waiting_runs().filter(state=RunState.COMPUTED):
        if run.asked_by_id != user.pk and not run.approvals.filter(user=user).exists():
            title = _("Sign the division of %(year)s") % {"year": run.cycle.year}
            yield WorkItem(title, reverse("funding:run_detail", args=[run.pk]))
    check = LedgerCheck.objects.order_by("-at").first()
    if check and check.differences:
        title = ngettext(
            "The ledger check found %(n)s difference",
            "The ledger check found %(n)s differences",
            len(check.differences),
        ) % {"n": len(check.differences)}
        yield WorkItem(title, reverse("funding:ledger"), due_on=london_day(check.at))


def challenge_work(user: User, now: datetime) -> Iterable[WorkItem]:
    """Challenges that wait for a reviewer of another authority."""
    role = (
        OfficerRole.objects.filter(user=user, role=Role.REVIEWER, body__isnull=False)
        .held(on=london_day(now))
        .select_related("body__area")
        .first()
    )
    if role is None or role.body is None:
        return
    waiting = Challenge.objects.filter(state=ChallengeState.WAITING).exclude(
        Q(decision__project__round__area__path__startswith=role.body.area.path)
        | Q(holder__area__path__startswith=role.body.area.path)
    )
    for challenge in waiting.order_by("made_at"):
        yield WorkItem(
            _("Rule on a challenge"),
            reverse("funding:challenge_rule", args=[challenge.pk]),
            due_on=london_day(challenge.made_at),
        )
