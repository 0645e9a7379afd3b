"""Reads that join nouns of this app, or shape a page."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from communities.models import Area, AreaLevel, Body, BodyKind, PostcodeRange
from communities.rules.postcodes import read_postcode

PUBLIC_KINDS: list[str] = [BodyKind.COUNCIL, BodyKind.COMBINED_AUTHORITY, BodyKind.DEPARTMENT]


class LookUpState(StrEnum):
    """What a postcode led to."""

    FOUND = "found"
    SPLIT = "split"  # it may lie in two neighbourhoods
    OUTSIDE = "outside"  # of every area
    UNKNOWN = "unknown"  # the place is ours, the postcode is new
    NOT_A_POSTCODE = "not_a_postcode"


@dataclass(frozen=True)
class AreaLookup:
    """What a typed postcode led to: the state, and the areas it may lie in (one when found, none otherwise)."""

    state: LookUpState
    areas: list[Area] = field(default_factory=list)
    nearby: list[Area] = field(default_factory=list)


def area_of_postcode(typed: str, *, on: date) -> AreaLookup:
    """Find the neighbourhoods a postcode may lie in; an unknown one comes with the neighbourhoods of its first half."""
    postcode = read_postcode(typed)
    if postcode is None:
        return AreaLookup(LookUpState.NOT_A_POSTCODE)
    ranges = list(
        PostcodeRange.objects.filter(
            outward=postcode.outward, first_inward__lte=postcode.inward, last_inward__gte=postcode.inward
        ).values_list("area_id", flat=True)
    )
    ids = {pk for pk in ranges if pk is not None}
    areas = _as_they_are(ids, on=on) if ids else []
    if len(areas) > 1:
        return AreaLookup(LookUpState.SPLIT, areas)
    if areas:
        return AreaLookup(LookUpState.FOUND, areas)
    nearby = (
        []
        if None in ranges
        else list(
            Area.objects.filter(postcode_ranges__outward=postcode.outward)
            .current(on=on)
            .select_related("parent")
            .distinct()
        )
    )
    return AreaLookup(LookUpState.UNKNOWN if nearby else LookUpState.OUTSIDE, nearby=nearby)


def _as_they_are(ids: set[int], *, on: date) -> list[Area]:
    """Return the areas of these ids, an ended one replaced by those that follow it, as they stand on a day."""
    areas = Area.objects.filter(pk__in=ids).select_related("parent")
    here = list(areas.current(on=on))
    if len(here) < len(ids):
        ended = ids - {area.pk for area in here}
        following = Area.objects.filter(predecessors__in=ended).current(on=on).exclude(pk__in=ids)
        here = sorted({*here, *following.select_related("parent")}, key=lambda area: (area.name, area.code))
    return here


def area_chain(area: Area) -> list[Area]:
    """Return the areas from the root down to this one."""
    return sorted(Area.objects.filter(code__in=area.chain_codes), key=lambda above: len(above.path))


def authority_of(area: Area) -> Area | None:
    """Return the authority an area lies in, or is."""
    return Area.objects.filter(code__in=area.chain_codes, level=AreaLevel.AUTHORITY).first()


def areas_in(area: Area, *, on: date) -> list[Area]:
    """List the areas directly in an area, by name, with their outlines."""
    return list(area.children.current(on=on).select_related("outline").order_by("name", "code"))


def body_for(area: Area) -> Body | None:
    """Return the public body people of an area turn to: the council of the area or of the nearest area above it."""
    bodies = Body.objects.filter(area__code__in=area.chain_codes).select_related("area")
    public = [body for body in bodies if body.kind in PUBLIC_KINDS]
    return max(public, key=lambda body: (len(body.area.path), -PUBLIC_KINDS.index(body.kind)), default=None)
