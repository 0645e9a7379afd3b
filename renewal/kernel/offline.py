"""What people can do without the internet: each journey with its route by phone and its route on paper.

An app calls ``add_way`` in its ``AppConfig.ready``. The page ``help/offline/`` shows every way, and a test asks that
each form a group can send online belongs to one. ``add_sheet`` adds a paper form that people can print.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.forms import Form
from django.utils.functional import Promise

Words = str | Promise
Who = Literal["group", "resident"]


@dataclass(frozen=True)
class OfflineWay:
    """One journey, and how it is made without the internet.

    ``online`` names the URLs that take its posts online. ``phone`` and ``paper`` name the staff URLs where a helper or
    officer does the same with the person on the phone, or from a paper that came back; ``sheet`` is the key of a form
    to print. ``confirmed`` says in a sentence how the person has the last word.
    """

    key: str
    title: Words
    who: Who
    order: int
    online: tuple[str, ...]
    phone: str
    paper: str
    confirmed: Words
    sheet: str = ""


Part = tuple[Words, Form]


@dataclass(frozen=True)
class Sheet:
    """A paper form: its title, what to know first, and the forms whose questions it asks."""

    key: str
    title: Words
    lead: Words
    parts: Callable[[], Sequence[Part]]


_ways: dict[str, OfflineWay] = {}
_sheets: dict[str, Sheet] = {}


def add_way(way: OfflineWay) -> None:
    """Add a journey; the same key again replaces it."""
    _ways[way.key] = way


def add_sheet(sheet: Sheet) -> None:
    """Add a paper form; the same key again replaces it."""
    _sheets[sheet.key] = sheet


def offline_ways(who: Who | None = None) -> list[OfflineWay]:
    """List the journeys in order, of everybody or of one kind of people."""
    found = [way for way in _ways.values() if who is None or way.who == who]
    return sorted(found, key=lambda way: (way.who, way.order, way.key))


def sheet_of(key: str) -> Sheet | None:
    """Return a paper form by its key."""
    return _sheets.get(key)


def sheets() -> list[Sheet]:
    """All paper forms, by key."""
    return sorted(_sheets.values(), key=lambda sheet: sheet.key)
