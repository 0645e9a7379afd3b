"""Every state of the page catalogue, drawn once for a whole run in both languages; every test looks at that drawing.

A state's world is built once, in a transaction that is undone, and asked for in both languages. Where the two halves of
the whole suite run side by side, RENEWAL_DRAWINGS names a folder in which each leaves its drawings for the other.
"""

import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpResponse

from tests.support.catalogue import Page, address_of, all_pages, client_of
from tests.support.lists import Loop, watch_loops
from tests.support.world import World, build_world

LANGUAGES = ("en", "cy")
_drawn: dict[int, tuple[Page, dict[str, "Drawing"]]] = {}
_number = {id(page): number for number, page in enumerate(all_pages())}


@dataclass(frozen=True)
class Drawing:
    """What somebody was shown: the answer, where it was asked for, and the loops over rows it was made with."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    address: str
    loops: tuple[Loop, ...]


def open_page(page: Page, *, language: str = "en") -> Drawing:
    """Give the drawing of a state in a language, whether the caller has a transaction or not."""
    if id(page) not in _drawn:
        _drawn[id(page)] = (page, _kept_by_either_half(page))
    return _drawn[id(page)][1][language]


def _kept_by_either_half(page: Page) -> dict[str, Drawing]:
    folder = os.environ.get("RENEWAL_DRAWINGS")
    if not folder or id(page) not in _number:
        return draw(page)
    path = Path(folder) / str(_number[id(page)])
    if path.exists():
        return pickle.loads(path.read_bytes())
    drawings = draw(page)
    half = path.with_suffix(f".{os.getpid()}")
    half.write_bytes(pickle.dumps(drawings))
    half.rename(path)
    return drawings


def draw(page: Page) -> dict[str, Drawing]:
    """Build the page's world, ask for it in each language as the person who sees it, and undo everything."""
    drawings = {}
    with transaction.atomic():
        world = build_world()
        arguments = page.build(world)
        for language in LANGUAGES:
            with transaction.atomic():
                drawings[language] = _draw_in(language, page, world, arguments)
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    return drawings


def _draw_in(language: str, page: Page, world: World, arguments: Mapping[str, Any]) -> Drawing:
    with watch_loops() as loops:
        response = ask_for(page, world, arguments, language=language)
    return Drawing(
        status_code=response.status_code,
        headers=dict(response.headers),
        content=response.content,
        address=response.wsgi_request.get_full_path(),
        loops=tuple(loops),
    )


def ask_for(page: Page, world: World, arguments: Mapping[str, Any], *, language: str) -> HttpResponse:
    client = client_of(world, page.as_)
    if page.prepare is not None:
        page.prepare(client, world)
    data = page.data(world) if callable(page.data) else page.data
    address = address_of(page.name, arguments, query=page.query, language=language)
    sent = dict(data)
    if page.method == "post":
        sent.setdefault("csrfmiddlewaretoken", "as a browser sends")  # so that a form left empty is still a form sent
    return getattr(client, page.method)(address, data=sent)
