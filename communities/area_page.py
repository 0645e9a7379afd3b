"""What each app adds to the page of an area.

An app calls ``add_area_section`` in its ``AppConfig.ready``. A section whose query finds nothing is left out, so that
the page never shows an empty frame or a painted number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from communities.models import Area

Found = Mapping[str, Any]
Slots = ("money", "now", "decides", "main", "aside")


@dataclass(frozen=True)
class AreaSection:
    """A part of an area's page.

    ``slot`` is where it stands: money (the figure under the name), now (what people can do), decides (a row of the
    table of who decides: the query gives ``decision`` and ``who``, and no template), main (a section) or aside (a
    panel).
    ``query(area, now)`` returns what the template needs, or None when there is nothing. The template gets ``area``,
    ``now`` and what the query found.
    """

    key: str
    slot: str
    order: int
    query: Callable[[Area, datetime], Found | None]
    template: str = ""


@dataclass(frozen=True)
class FilledSection:
    key: str
    template: str
    found: Found


_sections: dict[str, AreaSection] = {}


def add_area_section(section: AreaSection) -> None:
    """Add a section to the page of every area; the same key again replaces it."""
    if section.slot not in Slots:
        raise ValueError(f"an area's page has no slot {section.slot!r}")
    _sections[section.key] = section


def sections_of(area: Area, *, now: datetime) -> dict[str, list[FilledSection]]:
    """Return by slot, in order, the sections that have something to say about an area."""
    filled: dict[str, list[FilledSection]] = {slot: [] for slot in Slots}
    for section in sorted(_sections.values(), key=lambda section: (section.order, section.key)):
        found = section.query(area, now)
        if found is not None:
            filled[section.slot].append(FilledSection(section.key, section.template, found))
    return filled
