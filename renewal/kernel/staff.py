"""What each app adds to the staff pages: entries of the menu, and work that waits for a person.

An app calls ``add_to_menu`` and ``add_work`` in its ``AppConfig.ready``. The staff home shows all work by date due; the
menu shows an entry when its route exists and its rule says so. Who has more than SHORT entries gets a menu in two rows:
the sections, and the entries of the section where they are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
SHORT = 6
SECTIONS: dict[str, Words] = {
    "projects": _("Projects and rounds"),
    "votes": _("Votes"),
    "people": _("People and answers"),
    "money": _("Money"),
    "records": _("Letters and records"),
}


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the staff menu; pages name it as ``staff_nav``. ``order`` is its place, ``shown`` who sees it.

    ``section`` is one of SECTIONS; an entry without one stands by itself.
    """

    key: str
    text: Words
    url_name: str
    order: int
    shown: Callable[[Any], bool] = lambda user: True
    section: str = ""


@dataclass(frozen=True)
class MenuLink:
    key: str
    text: Words
    url: str
    section: str = ""


@dataclass(frozen=True)
class MenuSection:
    """Entries of the menu that belong together; without a title it is one entry that stands by itself."""

    title: Words
    links: tuple[MenuLink, ...]


@dataclass(frozen=True)
class StaffMenu:
    """The menu as it stands on a page: the first row, which of it is here, and the second row under its title."""

    first: tuple[MenuLink, ...]
    here: str
    title: Words = ""
    second: tuple[MenuLink, ...] = ()


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
            links.append(MenuLink(entry.key, entry.text, url, entry.section))
    return links


def in_sections(links: Iterable[MenuLink]) -> list[MenuSection]:
    """Put the entries of a menu under their headings, in the order of SECTIONS, after those that stand alone."""
    links = list(links)
    alone = [MenuSection("", (link,)) for link in links if not link.section]
    found = {key: tuple(link for link in links if link.section == key) for key in SECTIONS}
    return alone + [MenuSection(SECTIONS[key], some) for key, some in found.items() if some]


def menu_on_page(links: Sequence[MenuLink], *, here: str) -> StaffMenu:
    """Lay out a menu for the page that belongs to the entry ``here``: one row, or sections and the one we are in."""
    if len(links) <= SHORT:
        return StaffMenu(tuple(links), here)
    first, second = [], MenuSection("", ())
    now = here
    for section in in_sections(links):
        top = section.links[0]
        if section.title and len(section.links) > 1:
            top = MenuLink(top.section, section.title, top.url)
            if any(link.key == here for link in section.links):
                second, now = section, top.key
        first.append(top)
    return StaffMenu(tuple(first), now, second.title, second.links)


def work_of(user: Any, now: datetime) -> list[WorkItem]:
    """List all work that waits for an officer, soonest first; what has no date comes last."""
    return _in_order(item for query in _work.values() for item in query(user, now))


def waiting_for(user: Any, now: datetime) -> list[WorkItem]:
    """List all that waits for a person in every part they have, soonest first: their one inbox."""
    return _in_order(item for query in (*_waiting.values(), *_work.values()) for item in query(user, now))


def _in_order(items: Iterable[WorkItem]) -> list[WorkItem]:
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on or date.max, item.title))
