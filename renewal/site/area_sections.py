"""The parts of an area's page that the rounds fill."""

from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from communities.area_page import AreaSection, Found, add_area_section
from communities.models import Area
from funding.models import Round, Step
from funding.queries.rounds import rounds_for_pages
from renewal.kernel.templatetags.page import month, when


def rounds_here(area: Area) -> list[Round]:
    """List the rounds of an area and of the areas it lies in, nearest and newest first, with their steps."""
    found = rounds_for_pages().in_turn().filter(area__code__in=area.chain_codes)
    return sorted(found, key=lambda round_: (-len(round_.area.path), -round_.created_at.timestamp()))


def _words(step: Step) -> tuple[str, str]:
    """Return what is happening in a step, and what people can do until it ends."""
    return {
        Step.PRIORITIES: (_("Say what matters"), _("Suggest needs and put them in order before %(end)s.")),
        Step.IDEAS: (_("Groups can bring ideas"), _("Groups can send in projects before %(end)s.")),
        Step.CHECKS: (_("Ideas are being checked"), _("The council checks each project before %(end)s.")),
        Step.VOTE: (_("Voting is open"), _("Choose the projects you want before %(end)s.")),
        Step.RESULT: (
            _("The result is out"),
            _("See which projects were chosen, and why. Answers are due before %(end)s."),
        ),
        Step.DELIVERY: (_("Projects are under way"), _("Follow the projects until %(end)s.")),
        Step.CHANGED: (_("What changed"), _("See what the money did. Say if you agree before %(end)s.")),
    }[step]


def open_rounds(area: Area, now: datetime) -> Found | None:
    """Say what is open now; when nothing is, when the next round starts."""
    rounds = rounds_here(area)
    happening: list[dict[str, Any]] = []
    starts = []
    for round_ in rounds:
        phases = list(round_.phases.all())
        here = next((phase for phase in phases if phase.starts_at <= now < phase.ends_at), None)
        if here is not None:
            title, text = _words(Step(here.step))
            button, url = _button(round_, Step(here.step))
            happening.append(
                {
                    "key": f"round-{round_.pk}",
                    "round": round_,
                    "title": title,
                    "text": text % {"end": when(here.ends_at)},
                    "button": button,
                    "url": url,
                    "elsewhere": round_.area if round_.area_id != area.pk else None,
                }
            )
        elif phases and min(phase.starts_at for phase in phases) > now:
            starts.append(min(phase.starts_at for phase in phases))
    return {"happening": happening, "next_month": month(min(starts)) if starts else ""}


def past_rounds(area: Area, now: datetime) -> Found | None:
    """List the rounds of this area that have had their result."""
    past = []
    for round_ in rounds_here(area):
        result = next((phase for phase in round_.phases.all() if phase.step == Step.RESULT), None)
        if round_.area_id == area.pk and result is not None and result.starts_at <= now:
            past.append({"round": round_, "url": _address("funding:round_detail", round_), "year": round_.cycle.year})
    return {"rounds": past} if past else None


def _button(round_: Round, step: Step) -> tuple[str, str]:
    """Return the one button of an open round and where it leads; no address where there is no such page."""
    if step == Step.VOTE:
        return _("Go to the vote"), _address("funding:vote", round_) or _address("funding:round_detail", round_)
    return _("Go to this round"), _address("funding:round_detail", round_)


def _address(name: str, round_: Round) -> str:
    try:
        return reverse(name, args=[round_.slug])
    except NoReverseMatch:
        return ""


def add_sections() -> None:
    add_area_section(AreaSection("rounds", "now", 10, open_rounds, "site/area/open_rounds.html"))
    add_area_section(AreaSection("past", "main", 90, past_rounds, "site/area/past_rounds.html"))
