"""Where the people live who gain from a project, as its pages propose it from its place and its theme."""

import math
import re
from collections.abc import Sequence
from datetime import date

from communities.models import Area, AreaOutline
from communities.queries import area_of_postcode
from communities.rules.outlines import UNIT
from funding.models import Project
from funding.rules.catchment import Near, default_catchment

METRES_A_DEGREE = 111_320  # of longitude at the equator
POSTCODE = re.compile(r"\b[A-Za-z]{1,2}[0-9][0-9A-Za-z]? ?[0-9][A-Za-z]{2}\b")


def proposed_shares(project: Project, areas: Sequence[Area], *, on: date) -> dict[int, int]:
    """Propose percents by area, among the areas that the page offers; those of one parent lie in one plane."""
    if not areas:
        return {}
    here = _area_of_place(project.place, areas, on=on)
    boxes = {outline.area_id: outline for outline in AreaOutline.objects.filter(area__in=areas).defer("path")}
    others = [
        Near(str(area.pk), area.population, metres)
        for area in areas
        if area.pk != here.pk and (metres := _metres(boxes.get(here.pk), boxes.get(area.pk))) is not None
    ]
    theme = project.theme
    strand = (theme.strand or theme).code if theme else ""
    shares = default_catchment(strand, str(here.pk), here.population, others)
    return {int(code): percent for code, percent in shares.items()}


def _area_of_place(place: str, areas: Sequence[Area], *, on: date) -> Area:
    """The area in which the postcode of a place lies, where it names one; else the area of the round, the first."""
    by_pk = {area.pk: area for area in areas}
    for typed in POSTCODE.findall(place):
        for found in area_of_postcode(typed, on=on).areas:
            if found.pk in by_pk:
                return by_pk[found.pk]
    return areas[0]


def _metres(one: AreaOutline | None, other: AreaOutline | None) -> int | None:
    """From the middle of one box to that of another; None where a shape is not known."""
    if one is None or other is None:
        return None
    across = (one.min_x + one.max_x - other.min_x - other.max_x) / 2
    down = (one.min_y + one.max_y - other.min_y - other.max_y) / 2
    latitude = math.atan(math.sinh(math.radians(-(one.min_y + one.max_y) / 2 / UNIT)))
    return round(math.hypot(across, down) / UNIT * METRES_A_DEGREE * math.cos(latitude))
