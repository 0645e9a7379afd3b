"""Which pages list things, seen while they are drawn, and more of the same things to draw them with.

A page lists things when one of its loops runs over rows of the database, or over our own lines made of them. That is
noted for every drawing, so that a new page with a list cannot stay without a count of its queries.
"""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.paginator import Page as PageOfList
from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.template.defaulttags import ForNode

from tests.support.catalogue import ListPage, Page
from tests.support.world import World

FRAME = ("base.html", "staff_base.html", "components/")  # what stands around every page, and parts that hold no rows
OURS = ("communities.", "funding.", "voting.", "renewal.")
TABLES = ("components/table.html",)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_fresh = itertools.count(10 * 36 * 36)


@dataclasses.dataclass(frozen=True)
class Loop:
    """One loop of a drawn page: where it stands, what it ran over, how often."""

    template: str
    over: str
    kind: str
    count: int


class _Watched:
    """Stands before the sequence of a loop and notes what came out of it."""

    def __init__(self, inner: Any, template: str) -> None:
        self.inner, self.template = inner, template

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def resolve(self, context: Any, ignore_failures: bool = False) -> Any:
        found = self.inner.resolve(context, ignore_failures=ignore_failures)
        if found is not None and not hasattr(found, "__len__"):
            found = list(found)
        if _notes is not None and found is not None:
            _notes.append((self.template, str(getattr(self.inner, "token", self.inner)), found))
        return found


_notes: list[tuple[str, str, Any]] | None = None
_render = ForNode.render


def _render_watched(node: Any, context: Any) -> Any:
    if not isinstance(node.sequence, _Watched):
        node.sequence = _Watched(node.sequence, node.origin.template_name or "")
    return _render(node, context)


@contextmanager
def watch_loops() -> Iterator[list[Loop]]:
    """Note the loops over rows of every page drawn inside; the list is filled at the end."""
    global _notes
    loops: list[Loop] = []
    ForNode.render, before, _notes = _render_watched, _notes, []
    try:
        yield loops
        loops.extend(loop for note in _notes if (loop := _loop_of(*note)) is not None)
    finally:
        ForNode.render, _notes = _render, before


def _loop_of(template: str, over: str, found: Any) -> Loop | None:
    if template.startswith(FRAME) and not (template in TABLES and over == "rows"):
        return None
    if isinstance(found, QuerySet):
        items = list(found._result_cache or [])
    else:
        items = list(found.object_list if isinstance(found, PageOfList) else found)
    kinds = {kind for item in items if (kind := _kind(item))}
    return Loop(template, over, "/".join(sorted(kinds)), len(items)) if kinds else None


def _kind(item: Any, depth: int = 0) -> str:
    """Name what a row of a loop is made of: a model, or one of our own dataclasses; "" for plain words and fields."""
    if isinstance(item, models.Model):
        return type(item).__name__
    if dataclasses.is_dataclass(item):
        return f"lines of {type(item).__name__}"
    if depth < 2 and isinstance(item, dict | list | tuple):
        inner = item.values() if isinstance(item, dict) else item
        return next((kind for one in inner if (kind := _kind(one, depth + 1))), "")
    return ""


def more_of(pages: Sequence[Page], name: str, state: str, *rows: str) -> ListPage:
    """Take a state of the catalogue and make it a list: what its builder makes is there ``count`` times.

    ``rows`` are names of models (``"PanelItem"``); after dots the columns that tell the copies apart
    (``"PanelItem.review"``), where that is not the first text, number or link that must be unique.
    """
    page = next(page for page in pages if (page.name, page.state) == (name, state))

    def build(world: World, count: int) -> Mapping[str, Any]:
        arguments = page.build(world)
        for model, apart in (_model_named(row) for row in rows):
            for row in list(model._default_manager.all()):
                for _ in range(count - 1):
                    copy_of(row, apart=apart)
        return arguments

    return ListPage(name, build, as_=page.as_, query=page.query, prepare=page.prepare)


def _model_named(words: str) -> tuple[type[models.Model], list[str]]:
    name, *apart = words.split(".")
    (model,) = [model for model in apps.get_models() if model.__name__ == name and model.__module__.startswith(OURS)]
    return model, apart


def copy_of(row: models.Model, *, apart: Sequence[str] = ()) -> models.Model:
    """Store a row again, with another key, and with new values where the first has what only one may have."""
    new = type(row)._default_manager.get(pk=row.pk)
    new.pk = None
    new._state.adding = True
    for names in _unique_together(type(row)):
        _make_different(new, [name for name in names if name in apart] or names)
    with transaction.atomic(), connection.cursor() as cursor:
        type(row)._default_manager.bulk_create([new])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return new


def _unique_together(model: type[models.Model]) -> list[list[str]]:
    alone = [[f.name] for f in model._meta.concrete_fields if f.unique and not f.primary_key]
    named = [list(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields]
    folded = [  # Lower("email") and its like
        [expression.get_source_expressions()[0].name for expression in c.expressions]
        for c in model._meta.constraints
        if isinstance(c, models.UniqueConstraint) and c.expressions
    ]
    return alone + named + folded


def _make_different(row: models.Model, names: list[str]) -> None:
    """Change one of the columns that are unique together: a text or a number first, else copy what it points to."""
    fields = [row._meta.get_field(name) for name in names]
    for field in fields:
        value = getattr(row, field.attname)
        if field.is_relation or field.choices or value is None:
            continue
        if isinstance(value, str):
            return setattr(row, field.attname, value[: (field.max_length or 999) - 3] + _three_letters())
        if isinstance(value, int) and not isinstance(value, bool):
            return setattr(row, field.attname, value + next(_fresh) % 1000)
    for field in fields:
        if field.is_relation and getattr(row, field.attname) is not None:
            return setattr(row, field.name, copy_of(getattr(row, field.name)))
    return None


def _three_letters() -> str:
    number = next(_fresh)
    return "".join(_DIGITS[number // 36**place % 36] for place in (2, 1, 0))
