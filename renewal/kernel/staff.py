"""What each app adds to the staff pages: entries of the menu, and work that waits for a person.

An app calls ``add_to_menu`` and ``add_work`` in its ``AppConfig.ready``. The staff home shows all work by date due; the
menu shows an entry when its route exists and its rule says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the staff menu; pages name it as ``staff_nav``. ``order`` is its place, ``shown`` who sees it."""

    key: str
    text: Words
    url_name: str
    order: int
    shown: Callable[[Any], bool] = lambda user: True


@dataclass(frozen=True)
class MenuLink:
    key: str
    text: Words
    url: str


@dataclass(frozen=True)
class WorkItem:
    """Something that waits for an officer. ``count`` above 1 stands for that many of a kind behind one link."""

    title: str
    url: str
    due_on: date | None = None
    note: str = ""
    count: int = 1


WorkQuery = Callable[[Any, datetime], Iterable[WorkItem]]

_menu: dict[str, MenuEntry] = {}
_work: dict[str, WorkQuery] = {}
_waiting: dict[str, WorkQuery] = {}


def add_to_menu(entry: MenuEntry) -> None:
    """Add an entry to the staff menu; the same key again replaces it."""
    _menu[entry.key] = entry


def add_work(name: str, query: WorkQuery) -> None:
    """Add a query of waiting work, called as ``query(user, now)``; the same name again replaces it."""
    _work[name] = query


def add_waiting(name: str, query: WorkQuery) -> None:
    """Add a query of what waits for a person outside their office: as member, holder, partner. Same name replaces."""
    _waiting[name] = query


def menu_of(user: Any) -> list[MenuLink]:
    """List the menu entries that this installation has and this person may use, in order."""
    links = []
    for entry in sorted(_menu.values(), key=lambda entry: (entry.order, entry.key)):
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        if entry.shown(user):
            links.append(MenuLink(entry.key, entry.text, url))
    return links


def work_of(user: Any, now: datetime) -> list[WorkItem]:
    """List all work that waits for an officer, soonest first; what has no date comes last."""
    return _in_order(item for query in _work.values() for item in query(user, now))


def waiting_for(user: Any, now: datetime) -> list[WorkItem]:
    """List all that waits for a person in every part they have, soonest first: their one inbox."""
    return _in_order(item for query in (*_waiting.values(), *_work.values()) for item in query(user, now))


def _in_order(items: Iterable[WorkItem]) -> list[WorkItem]:
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on or date.max, item.title))
