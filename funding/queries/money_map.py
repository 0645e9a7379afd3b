"""The map of money: the areas below one, drawn by how much each gets for a person."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.maps import centre_of, frame_of
from communities.models import Area, AreaLevel
from funding.queries.shares import AreaMoney
from renewal.kernel import parts
from renewal.kernel.money import pounds

MOST_PINS = 40  # more would hide the map
MOST_ON_MAP = 500
COARSE = 2.5  # steps shorter than this many units of the drawing are joined where many shapes are drawn


def map_of_money(area: Area, rows: Sequence[AreaMoney]) -> parts.AreaMap | None:
    """Draw the areas in an area, filled by money for each person in three steps; None when no shapes are known.

    An area whose own shape is not known (a nation, a remainder) is drawn by the boroughs and districts in it, all in
    its fill. Above ``MOST_PINS`` areas the numbers are left out, and the shapes are drawn coarser: the table says all.
    """
    shapes = _shapes_of(rows)
    drawn = [row for row in rows if shapes.get(row.area.pk)]
    count = sum(len(shapes[row.area.pk]) for row in drawn)
    if not drawn or count > MOST_ON_MAP:
        return None
    frame = frame_of([shape for row in drawn for shape in shapes[row.area.pk]])
    ordered = sorted(row.each for row in drawn)
    low, high = ordered[len(ordered) // 3], ordered[2 * len(ordered) // 3]
    pins = []
    if len(rows) <= MOST_PINS:
        for number, row in enumerate(rows, 1):
            if shapes.get(row.area.pk):
                x, y = frame.placed(*_middle_of(row.area, shapes[row.area.pk]))
                pins.append(parts.Pin(number, row.area.label, x, y, f"#place-{number}"))
    least = 0 if count <= MOST_PINS else COARSE
    words = {"low": pounds(low), "high": pounds(high)}
    outlines = [
        parts.Outline(path, 0 if row.each < low else 1 if row.each < high else 2)
        for row in drawn
        for shape in shapes[row.area.pk]
        if (path := frame.drawn(shape.outline.path, least=least))
    ]
    return parts.AreaMap(
        key="shares",
        label=(
            ngettext(
                "Outline map of %(place)s with %(count)s numbered area",
                "Outline map of %(place)s with %(count)s numbered areas",
                len(drawn),
            )
            if pins
            else ngettext(
                "Outline map of %(place)s with %(count)s area",
                "Outline map of %(place)s with %(count)s areas",
                len(drawn),
            )
        )
        % {"place": area.spoken, "count": len(drawn)},
        width=frame.width,
        height=frame.height,
        outlines=outlines,
        pins=pins,
        legend=[
            (0, _("Under %(low)s each") % words),
            (1, _("%(low)s to %(high)s each") % words),
            (2, _("%(high)s each or more") % words),
        ]
        if low < high
        else [(2, _("%(high)s each or more") % words)],
    )


def _shapes_of(rows: Sequence[AreaMoney]) -> dict[int, list[Area]]:
    """Return the areas whose outlines draw each row: itself, or else the boroughs and districts in it."""
    shapes = {row.area.pk: [row.area] for row in rows if hasattr(row.area, "outline")}
    for row in rows:
        if row.area.pk not in shapes and row.area.level != AreaLevel.NEIGHBOURHOOD:
            below = Area.objects.under(row.area).filter(level=AreaLevel.AUTHORITY, outline__isnull=False)
            shapes[row.area.pk] = list(below.select_related("outline").order_by("code"))
    return shapes


def _middle_of(area: Area, shapes: Sequence[Area]) -> tuple[float, float]:
    """Return where an area's pin stands: its own centre, else in the middle of what draws it."""
    if (area.longitude is not None and area.latitude is not None) or hasattr(area, "outline"):
        return centre_of(area)
    centres = [centre_of(shape) for shape in shapes]
    return sum(x for x, _y in centres) / len(centres), sum(y for _x, y in centres) / len(centres)
