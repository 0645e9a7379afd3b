"""What the printed sheets say: one A4 per area and step, and the notice of a gathering, in two languages."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import Area
from funding.models import Gathering, Phase, PriorityList, Round, Step
from renewal.kernel.languages import local
from renewal.kernel.pdf import make_pdf, qr_svg
from renewal.kernel.templatetags.page import clock, day, when

PHONE = "01632 960100"
TEMPLATE = "sheets/noticeboard.typ"


def _both(write: Any, *, nation: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write one side in each language, Welsh first where the area is in Wales."""
    sides = {}
    for code in ("en", "cy"):
        with translation.override(code):
            sides[code] = {"lang": code, **write()}
    return (sides["cy"], sides["en"]) if nation == "wales" else (sides["en"], sides["cy"])


def _sheet(*, title: str, place: str, nation: str, write: Any, path: str, made_at: datetime) -> bytes:
    first, second = _both(write, nation=nation)
    address = f"{settings.SITE_ADDRESS}{path}"
    data = {
        "title": title,
        "place": place,
        "first": first,
        "second": second,
        "qr": qr_svg(address),
        "qr_alt": address,
        "address": address.partition("//")[2],
        "phone": PHONE,
        "foot": ["Monday to Friday, 9am to 6pm · Dydd Llun i ddydd Gwener, 9am i 6pm", "Relay UK 18001"],
    }
    return make_pdf(TEMPLATE, data, made_at=made_at)


def round_sheet(round_: Round, *, now: datetime) -> bytes:
    """The sheet of the step of a round that is open now, or of the next one."""
    phases = sorted(round_.phases.all(), key=lambda phase: phase.starts_at)
    here = next((phase for phase in phases if now < phase.ends_at), phases[-1] if phases else None)
    list_ = PriorityList.objects.filter(round=round_).order_by("-version").first()
    top = list(list_.priorities.order_by("rank")[:5]) if list_ else []

    def write() -> dict[str, Any]:
        heading, lead, lines = _step_words(here, round_.area)
        items = [priority.label for priority in top] if here is None or here.step != Step.PRIORITIES else []
        if items:
            lines = [*lines, _("People here put these needs first:")]
        return {"heading": heading, "lead": lead, "lines": lines, "items": items}

    return _sheet(
        title=f"{round_.title}",
        place=_places(round_),
        nation=round_.area.nation,
        write=write,
        path=reverse("funding:suggestion_list", args=[round_.slug])
        if here is not None and here.step == Step.PRIORITIES
        else reverse("funding:round_story", args=[round_.slug]),
        made_at=now,
    )


def _places(round_: Round) -> str:
    names = [round_.area.name, round_.area.name_cy]
    return " · ".join(dict.fromkeys(filter(None, names)))


def _step_words(phase: Phase | None, place: Area) -> tuple[str, str, list[str]]:
    """Heading, lead and lines of a step's sheet, in the language now active."""
    area, within = place.spoken, place.within
    if phase is None:
        return _("Money for %(area)s") % {"area": area}, _("The next round has no dates yet."), []
    dates = _("From %(start)s to %(end)s, %(time)s.") % {
        "start": day(phase.starts_at),
        "end": day(phase.ends_at),
        "time": clock(phase.ends_at),
    }
    free = _("You do not need an account. Call us, or ask at the library, and we do it with you.")
    match phase.step:
        case Step.PRIORITIES:
            return (
                _("What does %(area)s need most?") % {"area": area},
                _("Say it, support what others ask for, then vote on what comes first."),
                [dates, free],
            )
        case Step.IDEAS:
            return (
                _("Have you an idea for %(area)s?") % {"area": area},
                _("Any group may propose a project, also one without a bank account."),
                [dates, _("Call us and we help you to write it.")],
            )
        case Step.CHECKS:
            return (
                _("The ideas for %(area)s are being checked") % {"area": area},
                _("Every reason is public."),
                [dates],
            )
        case Step.VOTE:
            return (
                _("Vote on the money for %(area)s") % {"area": area},
                _("People who live here decide: online, on paper, by phone or with help."),
                [dates, free],
            )
        case Step.RESULT:
            return (
                _("The result for %(area)s") % {"area": area},
                _("Anyone can see why each project was or was not funded, and count again."),
                [dates],
            )
        case Step.DELIVERY:
            return (
                _("What you chose %(within)s is being built") % {"within": within},
                _("See what is done, and tell us if something is not there."),
                [dates],
            )
    return (
        _("What changed %(within)s") % {"within": within},
        _("See what became of what people asked for, also what has not started."),
        [dates],
    )


def gathering_notice(gathering: Gathering) -> bytes:
    """The notice of a gathering to print and pin up."""

    def write() -> dict[str, Any]:
        lines = [
            gathering.where,
            gathering.access_words,
            _("Languages: %(list)s") % {"list": gathering.languages},
            _("Called by %(body)s.") % {"body": local(gathering.convenor.name, gathering.convenor.name_cy)},
        ]
        if gathering.has_childcare:
            lines.append(_("There is childcare."))
        if gathering.cancelled_at:
            lines.insert(0, _("Cancelled: %(why)s") % {"why": gathering.cancelled_words})
        lines.append(_("Come as you are. You do not need an account or a place."))
        return {"heading": gathering.label, "lead": when(gathering.starts_at), "lines": lines, "items": []}

    return _sheet(
        title=gathering.title,
        place=" · ".join(dict.fromkeys(filter(None, [gathering.area.name, gathering.area.name_cy]))),
        nation=gathering.area.nation,
        write=write,
        path=reverse("funding:gathering_detail", args=[gathering.pk]),
        made_at=gathering.created_at,
    )
