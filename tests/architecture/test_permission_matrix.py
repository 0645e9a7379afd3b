"""P1: every URL has a row that says who may open it, and a stranger's request for somebody else's thing is a 404."""

import fnmatch

import pytest
from django.db import transaction

from tests.support.catalogue import Row, address_of, all_rows, all_url_names, client_of, world_of
from tests.support.world import PARTS

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
def test_each_part_gets_the_answer_of_its_row(row, db):
    world = world_of(row)
    address = address_of(row.name, row.arguments(world))

    answers = {part: ask(row, world, part, address) for part in PARTS if part in world.users}

    assert answers == {part: row.answers[part] for part in answers}


def is_ours(name: str) -> bool:
    """Views of installed packages take the methods their authors chose."""
    return not name.startswith(("account_", "mfa_", "admin:")) and "*" not in name


GET_ONLY = {row.name for row in ROWS} - {row.name for row in ROWS if row.method == "post"}


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in GET_ONLY and is_ours(row.name)], ids=repr)
def test_a_page_without_a_row_for_post_refuses_it(row, db):
    """A view that would take a POST for a GET says 405 (or hides itself) to everybody who could open it."""
    world = world_of(row)
    address = address_of(row.name, row.arguments(world))
    openers = [part for part in PARTS if part in world.users and row.answers[part] == 200]

    answers = {part: ask(Row(row.name, method="post", others=405), world, part, address) for part in openers}

    assert set(answers.values()) <= {405, 404}


def ask(row: Row, world, part: str, address: str):
    """Ask as one part, in a transaction of its own, and give the status, or that it was sent to sign in."""
    client = client_of(world, part, raise_request_exception=False)
    with transaction.atomic():
        response = getattr(client, row.method)(address, data=dict(row.data(world)))
        transaction.set_rollback(True)
    if response.status_code in (301, 302, 303) and "/sign-in/" in response.headers["Location"]:
        return "sign-in"
    return response.status_code


def is_covered(name: str, rows: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, row) for row in rows)
