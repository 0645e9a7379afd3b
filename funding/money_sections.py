"""What funding's money adds to the page of an area."""

from datetime import datetime

from django.utils.translation import gettext as _

from communities.area_page import AreaSection, Found, add_area_section
from communities.models import Area


def money_of_area(area: Area, now: datetime) -> Found | None:
    """Return the area's pots of the newest divided cycle, or nothing."""
    from funding.queries.pot_lines import pot_line
    from funding.queries.shares import standing_run

    run = standing_run(area)
    own = pot_line(area, run) if run else None
    return {"own": own} if own else None


def holder_of_area(area: Area, now: datetime) -> Found | None:
    """Say in the table of who decides who looks after the money."""
    from funding.queries.pot_lines import pot_line
    from funding.queries.shares import standing_run

    run = standing_run(area)
    own = pot_line(area, run) if run else None
    return {"decision": _("Who looks after the money"), "who": own.holder} if own and own.holder else None


def register() -> None:
    """Called when the app is ready."""
    add_area_section(AreaSection("money", "money", 10, money_of_area, "funding/parts/area_money.html"))
    add_area_section(AreaSection("holder", "decides", 40, holder_of_area))
