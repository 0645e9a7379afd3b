"""What is happening in all rounds, for the first page and the list of rounds, in few queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from funding.models import Cycle, Phase, Pot, Round, Step
from funding.queries.rounds import rounds_for_pages
from renewal.kernel.clock import london_day
from renewal.kernel.templatetags.page import big_money, day, money, when

# On the first page the steps in which residents and groups can act come first.
ORDER = [Step.VOTE, Step.IDEAS, Step.PRIORITIES, Step.CHECKS, Step.RESULT, Step.CHANGED, Step.DELIVERY]


@dataclass(frozen=True)
class Happening:
    """One round and what can be done in it now."""

    place: str
    title: str
    text: str
    url: str
    step: str
    step_title: str


def happenings(now: datetime, *, steps: Sequence[Step] | None = None) -> list[Happening]:
    """List the rounds that are in one of the steps (all by default), those that end soonest first within a step."""
    rounds = rounds_for_pages().filter(phases__starts_at__lte=now, phases__ends_at__gt=now).distinct()
    rounds = rounds.annotate(option_count=Count("poll__options", distinct=True))
    found = []
    for round_ in rounds:
        phase = next(phase for phase in round_.phases.all() if phase.starts_at <= now < phase.ends_at)
        if steps is None or Step(phase.step) in steps:
            found.append((ORDER.index(Step(phase.step)), phase.ends_at, round_, phase))
    found.sort(key=lambda item: (item[0], item[1], item[2].pk))
    money_of = _money_of([round_ for _order, _ends, round_, _phase in found])
    return [_in_words(round_, phase, money_of[round_.area_id, round_.cycle_id]) for _o, _e, round_, phase in found]


def _money_of(rounds: Sequence[Round]) -> dict[tuple[int, int], int]:
    """Add up the pots of many rounds in one query; a round whose money is not divided yet has none."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    areas, cycles = {round_.area_id for round_ in rounds}, {round_.cycle_id for round_ in rounds}
    for pot in Pot.objects.filter(area__in=areas, cycle__in=cycles):
        sums[pot.area_id, pot.cycle_id] += pot.for_projects_pence
    return sums


def _in_words(round_: Round, phase: Phase, pence: int) -> Happening:
    language = get_language() or "en"
    area = round_.area
    place = area.name_in(language)
    if area.parent is not None and area.parent.name_in(language) not in place:
        place = f"{place}, {area.parent.name_in(language)}"
    title, text = _step_words(round_, phase)
    spend = _("%(money)s to spend.") % {"money": money(pence)} if pence else ""
    return Happening(
        place=place,
        title=title,
        text=f"{spend} {text}".strip(),
        url=reverse("funding:round_detail", args=[round_.slug]),
        step=phase.step,
        step_title=str(Step(phase.step).label),
    )


def _step_words(round_: Round, phase: Phase) -> tuple[str, str]:
    ends, moment = {"day": day(phase.ends_at)}, {"moment": when(phase.ends_at)}
    count = int(getattr(round_, "option_count", 0))
    vote = ngettext("Vote on %(count)d project", "Vote on %(count)d projects", count) % {"count": count}
    return {
        Step.PRIORITIES: (_("Say what matters most"), _("Priorities close on %(day)s.") % ends),
        Step.IDEAS: (_("Send in an idea"), _("Ideas close on %(day)s.") % ends),
        Step.CHECKS: (_("See the projects being checked"), _("Checks end on %(day)s.") % ends),
        Step.VOTE: (vote if count else _("Vote now"), _("Voting closes at %(moment)s.") % moment),
        Step.RESULT: (_("See the result"), _("The council answers by %(day)s.") % ends),
        Step.DELIVERY: (_("Follow the projects"), _("The work goes on until %(day)s.") % ends),
        Step.CHANGED: (_("See what changed"), _("Say if you agree by %(day)s.") % ends),
    }[Step(phase.step)]


@dataclass(frozen=True)
class SharedMoney:
    """The headline of the money: this year's sum, and where it is explained."""

    figure: str
    text: str
    url: str


def shared_money(now: datetime) -> SharedMoney | None:
    """Write the sum of the cycle that runs now; None before there is one or where its page does not exist."""
    running = Cycle.objects.filter(starts_on__lte=london_day(now), ends_on__gt=london_day(now))
    cycle = running.order_by("-year", "pk").first()
    if cycle is None:
        return None
    try:
        url = reverse("funding:shares")
    except NoReverseMatch:
        return None
    text = _("is shared between all areas in %(year)d. You can follow every pound.") % {"year": cycle.year}
    return SharedMoney(big_money(cycle.capital_pence + cycle.revenue_pence), text, url)
