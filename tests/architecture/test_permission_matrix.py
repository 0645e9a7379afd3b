"""P1: every URL has a row that says who may open it, and a stranger's request for somebody else's thing is a 404."""

import fnmatch

import pytest
from django.db import transaction
from django.test import Client

from tests.support.catalogue import Row, address_of, all_rows, all_url_names
from tests.support.world import PARTS, World

ROWS = all_rows()


def test_every_url_has_a_row():
    missing = sorted({name for name in all_url_names() if not is_covered(name, [row.name for row in ROWS])})

    assert missing == [], "add rows to tests/<app>/permissions.py; the format is in tests/support/catalogue.py"


def test_no_row_is_for_a_url_that_is_gone():
    known = list(all_url_names())

    gone = sorted({row.name for row in ROWS if not fnmatch.filter(known, row.name)})

    assert gone == []


def test_a_url_without_a_row_is_noticed():
    assert is_covered("funding:award_pay", ["funding:award", "admin:*"]) is False
    assert is_covered("admin:login", ["funding:award", "admin:*"]) is True


@pytest.mark.parametrize("row", [row for row in ROWS if not row.name.endswith("*")], ids=repr)
def test_each_part_gets_the_answer_of_its_row(row, world, worlds):
    address = address_of(row.name, row.arguments(world))

    answers = {part: ask(row, world, worlds.client(part), address) for part in PARTS if part in world.users}

    assert answers == {part: row.answers[part] for part in answers}


def is_ours(name: str) -> bool:
    """Views of installed packages take the methods their authors chose."""
    return not name.startswith(("account_", "mfa_", "admin:")) and "*" not in name


GET_ONLY = {row.name for row in ROWS} - {row.name for row in ROWS if row.method == "post"}


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in GET_ONLY and is_ours(row.name)], ids=repr)
def test_a_page_without_a_row_for_post_refuses_it(row, world, worlds):
    """A view that would take a POST for a GET says 405 (or hides itself) to everybody who could open it."""
    address = address_of(row.name, row.arguments(world))
    openers = [part for part in PARTS if part in world.users and row.answers[part] == 200]

    post = Row(row.name, method="post", others=405)
    answers = {part: ask(post, world, worlds.client(part), address) for part in openers}

    assert set(answers.values()) <= {405, 404}


def ask(row: Row, world: World, client: Client, address: str):
    """Ask as one part, in a transaction of its own, and give the status, or that it was sent to sign in."""
    with transaction.atomic():
        response = getattr(client, row.method)(address, data=dict(row.data(world)))
        transaction.set_rollback(True)
    if response.status_code in (301, 302, 303) and "/sign-in/" in response.headers["Location"]:
        return "sign-in"
    return response.status_code


def is_covered(name: str, rows: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, row) for row in rows)


def test_what_one_row_does_is_gone_for_the_next(worlds):
    row = next(row for row in ROWS if row.module == "tests.site.permissions")
    first = worlds.of(row)
    with transaction.atomic():
        type(first.area).objects.filter(pk=first.area.pk).update(name="Changed")
        first.area.name = "Changed"
        transaction.set_rollback(True)

    again = worlds.of(row)

    again_stored = type(again.area).objects.get(pk=again.area.pk)
    assert (again.area.name, again_stored.name) == ("Upper Test", "Upper Test")
