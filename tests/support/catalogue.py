"""The two lists every app keeps about its pages, and how they are found.

**Who may open what**: ``tests/<app>/permissions.py``. Every URL has at least one row, or the tests fail::

    from tests.support.catalogue import Row
    from tests.support.world import World

    def build(world: World) -> None:              # optional: add what the rows refer to
        world.round_ = RoundFactory(area=world.area)

    ROWS = [
        Row("communities:area_detail", lambda w: {"area": w.area.slug}, others=200),
        Row("communities:group_home", lambda w: {"group": w.group.slug},
            stranger="sign-in", member=200, others=404),
        Row("funding:review", lambda w: {"pk": w.project.pk},
            method="post", data=lambda w: {"score": "3"}, stranger="sign-in", reviewer=303, others=404),
    ]

A row names who gets which answer: a status, or ``"sign-in"`` (sent to the sign-in page). The parts are those of
``tests/support/world.py``; ``others`` is everybody not named. Each is asked in a transaction that is undone.
A name that ends in ``*`` covers a family of third-party URLs (``admin:*``); such a row says what one of them answers.

**What each page can look like**: ``tests/<app>/pages.py``. Every page that answers GET has at least one state::

    PAGES = [
        Page("communities:area_detail", "a round is open", area_with_open_round),
        Page("communities:area_find", "not a postcode", method="post", data={"postcode": "x"}, status=422),
        Page("communities:group_home", "empty", group_alone, as_="member"),
    ]
    LISTS = [ListPage("funding:project_list", round_with_projects)]   # (world, count) -> URL arguments

``build`` takes a fresh world and returns the URL's arguments. All states are checked for the security policy, valid
structure and axe; they are what screenshots show. A list is run with 1 and 3 things under one count of queries
(tests/architecture/test_lists.py, which also finds pages that list things and are not in LISTS; ``more_of`` in
tests/support/lists.py makes a list of a state in one line).
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

import tests
from tests.support.world import PARTS, World, build_world

Arguments = Callable[[World], Mapping[str, Any]]
Answer = int | Literal["sign-in"]


def nothing(world: World) -> Mapping[str, Any]:
    return {}


class Row:
    """Who may open one URL with one method, and what the rest are told."""

    def __init__(
        self,
        name: str,
        arguments: Arguments = nothing,
        *,
        method: str = "get",
        data: Arguments = nothing,
        others: Answer | None = None,
        **parts: Answer,
    ) -> None:
        unknown = set(parts) - set(PARTS)
        assert not unknown, f"{name}: no such part: {', '.join(sorted(unknown))}"
        assert others is not None or set(parts) == set(PARTS), f"{name}: say what the others are told"
        self.name, self.arguments, self.method, self.data = name, arguments, method, data
        self.answers: dict[str, Answer] = {part: parts.get(part, others) for part in PARTS}
        self.module = ""

    def __repr__(self) -> str:
        return f"{self.method} {self.name}"


@dataclass(frozen=True)
class Page:
    """One state of one page. ``as_`` is a part of the world; ``query`` is what follows the question mark."""

    name: str
    state: str
    build: Arguments = nothing
    as_: str = "stranger"
    method: str = "get"
    data: Mapping[str, Any] | Arguments = field(default_factory=dict)
    query: str = ""
    status: int = 200
    prepare: Callable[[Any, World], None] | None = None  # given the client, for cookies and sessions of visitors
    module: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


@dataclass(frozen=True)
class ListPage:
    """A page that lists things; ``build`` makes that many of them and returns the URL's arguments."""

    name: str
    build: Callable[[World, int], Mapping[str, Any]]
    as_: str = "stranger"
    query: str = ""
    prepare: Callable[[Any, World], None] | None = None


def app_tests(kind: str) -> Iterator[Any]:
    """Import every ``tests/<app>/<kind>.py`` there is."""
    for package in pkgutil.iter_modules(tests.__path__):
        if package.ispkg:
            names = {module.name for module in pkgutil.iter_modules([f"{tests.__path__[0]}/{package.name}"])}
            if kind in names:
                yield importlib.import_module(f"tests.{package.name}.{kind}")


def all_rows() -> list[Row]:
    rows = []
    for module in app_tests("permissions"):
        for row in module.ROWS:
            row.module = module.__name__
            rows.append(row)
    return rows


def all_pages() -> list[Page]:
    return [page for module in app_tests("pages") for page in getattr(module, "PAGES", [])]


def all_lists() -> list[ListPage]:
    return [page for module in app_tests("pages") for page in getattr(module, "LISTS", [])]


def world_of(row: Row) -> World:
    """Make a fresh world with what the row's app adds to it."""
    world = build_world()
    build = getattr(importlib.import_module(row.module), "build", None)
    if build is not None:
        build(world)
    return world


def address_of(name: str, arguments: Mapping[str, Any], *, query: str = "", language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, kwargs=dict(arguments)) + (f"?{query}" if query else "")


def client_of(world: World, part: str, **options: Any) -> Client:
    """A browser in which that part of the world has signed in."""
    client = Client(**options)
    user = world.users[part]
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def all_url_names() -> Iterator[str]:
    """Walk every route and give its name with its namespace; a route without a name gives its pattern."""
    for name, _ in all_views():
        yield name


def all_views(
    patterns: list[URLPattern | URLResolver] | None = None, namespace: str = ""
) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Walk every route and give its name, as above, with the function below its decorators."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(part for part in (namespace, pattern.namespace) if part)
            yield from all_views(pattern.url_patterns, inner)
        elif pattern.name:
            yield ":".join(part for part in (namespace, pattern.name) if part), inspect.unwrap(pattern.callback)
        else:
            yield f"(unnamed) {namespace} {pattern.pattern}", inspect.unwrap(pattern.callback)
