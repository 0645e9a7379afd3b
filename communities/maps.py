"""Outline maps of areas, drawn by the server."""

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.models import Area
from communities.rules.outlines import Frame, to_plane
from renewal.kernel import parts

MOST_PARTS = 40  # more would be a pattern, not a map


def map_of_children(area: Area, children: Sequence[Area]) -> parts.AreaMap | None:
    """Draw the areas in an area, numbered in the order given; None when their shapes are not known.

    ``children`` come with their outlines (``select_related("outline")``). Each pin leads to ``#place-<number>``.
    """
    drawn = [child for child in children if hasattr(child, "outline")]
    if not drawn or len(drawn) > MOST_PARTS:
        return None
    frame = frame_of(drawn)
    language = get_language() or "en"
    pins = []
    for number, child in enumerate(children, 1):
        if hasattr(child, "outline"):
            x, y = frame.placed(*centre_of(child))
            pins.append(parts.Pin(number, child.name_in(language), x, y, f"#place-{number}"))
    return parts.AreaMap(
        key="parts",
        label=_("Outline map of %(place)s") % {"place": area.spoken},
        width=frame.width,
        height=frame.height,
        outlines=[parts.Outline(frame.drawn(child.outline.path)) for child in drawn],
        pins=pins,
    )


def map_among_neighbours(area: Area, neighbours: Sequence[Area]) -> parts.AreaMap | None:
    """Draw an area, hatched, among the other areas of its parent, which the one pin of each leads to by number."""
    drawn = [other for other in neighbours if hasattr(other, "outline")]
    if not hasattr(area, "outline") or not 1 < len(drawn) <= MOST_PARTS:
        return None
    frame = frame_of(drawn)
    language = get_language() or "en"
    return parts.AreaMap(
        key="here",
        label=_("Outline map of %(place)s") % {"place": area.parent.spoken if area.parent else ""},
        width=frame.width,
        height=frame.height,
        outlines=[parts.Outline(frame.drawn(other.outline.path), 2 if other.pk == area.pk else 0) for other in drawn],
        legend=[(2, area.name_in(language))],
    )


def frame_of(areas: Sequence[Area]) -> Frame:
    """Fit a drawing to the outlines of some areas."""
    outlines = [area.outline for area in areas]
    return Frame(
        min(shape.min_x for shape in outlines),
        min(shape.min_y for shape in outlines),
        max(shape.max_x for shape in outlines),
        max(shape.max_y for shape in outlines),
    )


def centre_of(area: Area) -> tuple[float, float]:
    """Return where an area's pin stands: at its known centre, else in the middle of its box."""
    if area.longitude is not None and area.latitude is not None:
        return to_plane((float(area.longitude), float(area.latitude)))
    shape = area.outline
    return (shape.min_x + shape.max_x) / 2, (shape.min_y + shape.max_y) / 2
