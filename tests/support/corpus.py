"""Odd input for forms: what people, programs and attackers type, thrown at a page some hundreds of times."""

import gc
import random
import re
from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.test import Client

from tests.support.catalogue import Row, address_of
from tests.support.world import PARTS, World
from tests.support.worlds import Worlds

ODD = [
    "", " ", "\t", "0", "-1", "1e9", "NaN", "99999999999999999999", "1/0", "'; DROP TABLE x; --", "{{ 7*7 }}",
    "<script>alert(1)</script>", "%(x)s %s", "../../etc/passwd", "=1+1", "@SUM(A1)", "\u202eevil", "a\u200bb", "\x00",
    "\x07", "\U0001f600", "ﷺ" * 50, "é" * 300, "a" * 5_000, "Zalgo̴̵̶̷̸" * 20, "мiхеd", "ＡＢＣ", "31", "2", "2026",
    "yes", "no", "on", "owner", "informal", "social_purpose", "GB-CHC", "1164883", "https://example.org",
    "javascript:alert(1)", "a@b", "a@example.org", "£1,000", "1.005",
]  # fmt: skip
MEGABYTE = "Ŵ" * 500_000  # a paste of 1 MB
INPUT = re.compile(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"')
VALUE = re.compile(r'<input[^>]*type="(?:radio|checkbox)"[^>]*value="([^"]*)"|<option value="([^"]*)"')
PRESSED = re.compile(
    r'<button(?=[^>]*\bname="([^"]+)")(?=[^>]*\bvalue="([^"]*)")'  # in either order
)
REFUSED = (200, 204, 303, 400, 404, 405, 409, 413, 422)


class PlainClient(Client):
    """A browser that keeps no copy of what each template was given: it asks for a page some thousands of times."""

    def request(self, **request):
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


class Target:
    """One form as somebody who may use it sees it: its address, its fields, the values it offers.

    Its world is built once for all forms of a module (tests/support/worlds.py), and each post is undone. ``also`` names
    what is sent to an address without a page of its own by a form of another page.
    """

    def __init__(self, row: Row, world: World, worlds: Worlds, *, also: Iterable[str] = ()) -> None:
        self.address = address_of(row.name, row.arguments(world))
        part = next((part for part in PARTS if row.answers[part] not in (404, "sign-in")), "person")
        self.client = worlds.client(part, PlainClient)
        with connection.cursor() as cursor:  # with no statistics the best order of joins is not worth looking for
            cursor.execute("SET LOCAL join_collapse_limit = 1; SET LOCAL from_collapse_limit = 1; SET LOCAL jit = off")
        page = self.client.get(self.address)
        html = page.content.decode() if page.status_code == 200 else ""
        pressed = PRESSED.findall(html)
        own = row.data(world)
        names = {*INPUT.findall(html), *own, *also, *(name for name, _value in pressed)}
        self.names = sorted(names - {"csrfmiddlewaretoken"}) or ["answer"]  # a lone button may still be sent something
        offered = {a or b for a, b in VALUE.findall(html)} | {value for _name, value in pressed}
        self.real = sorted(offered | {str(value) for value in own.values()})

    def post(self, data: Mapping[str, str]) -> int:
        """Post something and undo it, so that a form that ends something stays there for the next case."""
        with transaction.atomic():
            status: int = self.client.post(self.address, data).status_code
            transaction.set_rollback(True)
        return status


def forms_of(rows: Iterable[Row], module: str) -> dict[str, Row]:
    """Return a row for each address that takes a POST, with the module whose ``build`` makes its world."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.method == "post":
            row.module = module
            found.setdefault(row.name, row)
    return found


def throw(target: Target, *, cases: int, seed: str) -> int:
    """Post odd and offered values in any mixture; every answer is polite. Returns how many posts were different.

    Each post finds the form as it was, so the same post again would have the same answer: it is sent once. A form with
    one box has some fifty different posts, one with many boxes as many as there are cases.
    """
    dice = random.Random(f"2027 {seed}")
    sent: set[tuple[tuple[str, str], ...]] = set()
    gc.collect()
    gc.freeze()  # the world is large, and nothing of it will go: looking through it again and again takes a while
    try:
        for case in range(cases):
            values = {
                name: dice.choice(target.real if target.real and dice.random() < 0.5 else ODD) for name in target.names
            }
            data = {name: value for name, value in values.items() if dice.random() < 0.9}
            if (post := tuple(data.items())) not in sent:
                sent.add(post)
                assert (status := target.post(data)) in REFUSED, (status, data)
            if case % 50 == 0:
                assert target.client.get(target.address).status_code in REFUSED
    finally:
        gc.unfreeze()
    return len(sent)


def paste(target: Target) -> None:
    """Paste a megabyte into each field in turn; every answer is polite."""
    for field in target.names:
        status = target.post({field: MEGABYTE})
        assert status in REFUSED, (status, field)
