"""Reads of rounds for pages: where a round stands, its timeline in words, its money."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from funding.models import Phase, Pot, Project, Round, Step
from funding.models.round import RoundQuerySet
from funding.rules.steps import Standing, Window, standings, step_at
from renewal.kernel import parts
from renewal.kernel.money import Pence
from renewal.kernel.templatetags.page import clock, day, day_and_month


def rounds_for_pages() -> RoundQuerySet:
    """Rounds with everything a page names, in a constant number of queries."""
    return Round.objects.select_related("area__parent", "cycle", "convenor", "poll", "priority_poll").prefetch_related(
        "phases"
    )


def round_to_carry_to(project: Project, *, at: datetime) -> Round | None:
    """Return the round of the area that takes a project like this one now: small ideas go to small awards."""
    here = Round.objects.filter(area=project.round.area)
    if project.is_small:
        return here.filter(all_year=True, purse__state="open").first()
    return here.in_step(Step.IDEAS, at=at).first()


def windows_of(round_: Round) -> list[Window]:
    """The round's windows for the pure rules; uses prefetched phases."""
    return [Window(phase.step, phase.starts_at, phase.ends_at) for phase in round_.phases.all()]


def round_step(round_: Round, at: datetime) -> Step | None:
    """Return the last step of a round that has begun at a moment, None before the first."""
    name = step_at(windows_of(round_), at)
    return None if name is None else Step(name)


def step_window(round_: Round, step: Step) -> Phase | None:
    """Return the dated phase of a step, None when the round has no such step."""
    return next((phase for phase in round_.phases.all() if phase.step == step), None)


def timeline(round_: Round, at: datetime) -> list[parts.Step]:
    """Write a round's steps for the timeline, with dates in words; exactly the steps that have dates."""
    standing = standings(windows_of(round_), at)
    return [
        parts.Step(str(Step(phase.step).label), _dates(phase, standing[phase.step]), _notch(standing[phase.step]))
        for phase in sorted(round_.phases.all(), key=lambda phase: phase.starts_at)
    ]


def _notch(standing: Standing) -> str:
    return {Standing.DONE: "done", Standing.HERE: "here"}.get(standing, "later")


def _dates(phase: Phase, standing: Standing) -> str:
    if standing is Standing.DONE:
        return _("Finished %(day)s") % {"day": day_and_month(phase.ends_at)}
    words = {"start": day_and_month(phase.starts_at), "end": day(phase.ends_at), "time": clock(phase.ends_at)}
    if phase.step == Step.VOTE:
        return _("%(start)s to %(end)s, %(time)s") % words
    if standing is Standing.HERE:
        return _("Until %(end)s") % words
    return _("From %(start)s") % {"start": day(phase.starts_at)}


@dataclass(frozen=True)
class Applying:
    """What applying took the groups of a round: how many sent something in, and minutes each (G§3L)."""

    projects: int
    minutes: int


def applying_in(round_: Round) -> Applying | None:
    """Measure what applying took on average, from how long pages were open; None before anything was sent in."""
    sent = Project.objects.filter(round=round_, sent_at__isnull=False, pages__isnull=False)
    sums = sent.aggregate(projects=Count("pk", distinct=True), seconds=Sum("pages__seconds"))
    if not sums["projects"]:
        return None
    return Applying(sums["projects"], max(1, round((sums["seconds"] or 0) / 60 / sums["projects"])))


@dataclass(frozen=True)
class RoundMoney:
    """The money of a round's area in its cycle, by colour."""

    capital_pence: Pence
    revenue_pence: Pence

    @property
    def total(self) -> Pence:
        return Pence(self.capital_pence + self.revenue_pence)


def money_of(round_: Round) -> RoundMoney:
    """Read the pots of a round's area for its cycle; nothing when the money has not been divided yet."""
    pots = {pot.colour: pot.for_projects_pence for pot in Pot.objects.of_area(round_.area_id, cycle_id=round_.cycle_id)}
    return RoundMoney(Pence(pots.get("capital", 0)), Pence(pots.get("revenue", 0)))
