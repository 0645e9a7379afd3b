"""What the money adds to the page of an area: what people asked for, where they meet and ask."""

from datetime import datetime

from django.urls import reverse

from communities.area_page import AreaSection, Found, add_area_section
from communities.models import Area


def asked_section(area: Area, now: datetime) -> Found | None:
    """What people of an area asked for, with the answers; nothing before the first adopted list."""
    from funding.queries.areas_asked import area_asked

    asked = area_asked(area, now=now)
    if asked is None:
        return None
    return {"asked": asked, "url": reverse("funding:priority_list", args=[asked.list.round.slug])}


def take_part_section(area: Area, now: datetime) -> Found | None:
    """Gatherings to come, questions and the story of the newest round."""
    from funding.models import Gathering

    gatherings = Gathering.objects.filter(area__code__in=area.chain_codes).to_come(at=now)[:2]
    round_ = area.rounds.in_turn().order_by("-created_at", "-id").first()
    return {"gatherings": list(gatherings), "round": round_}


def small_section(area: Area, now: datetime) -> Found | None:
    """The area's small awards while ideas can come."""
    from funding.models import PurseState
    from funding.queries.small_awards import ideas_open, money_of_purse, purse_of

    purse = purse_of(area)
    if purse is None or purse.state != PurseState.OPEN:
        return None
    return {"purse": purse, "left": money_of_purse(purse).left, "open_count": ideas_open(purse, at=now).count()}


def register() -> None:
    """Add this app's sections; called once when Django is ready."""
    add_area_section(AreaSection("asked", "main", 20, asked_section, "funding/parts/area_asked.html"))
    add_area_section(AreaSection("small", "aside", 10, small_section, "funding/small_on_area.html"))
    add_area_section(AreaSection("take_part", "aside", 20, take_part_section, "funding/parts/area_take_part.html"))
