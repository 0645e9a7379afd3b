"""P1: every URL has a row that says who may open it, and a stranger's request for somebody else's thing is a 404."""

import copy
import fnmatch

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from tests.support.catalogue import Row, address_of, all_rows, all_url_names, client_of, world_of
from tests.support.world import PARTS, World

ROWS = all_rows()


class Worlds:
    """The world of one app at a time, built once inside a transaction that is undone; each row gets it as it was built.

    A row's things and requests happen behind a savepoint, and the row is given a copy of the world's Python objects,
    so nothing that a row does, or changes in an object, is there for the next one.
    """

    def __init__(self) -> None:
        self.module = ""
        self.before = transaction.savepoint()

    def of(self, row: Row) -> World:
        if row.module != self.module:
            transaction.savepoint_rollback(self.before)
            self.before, self.module = transaction.savepoint(), row.module
            self.world = world_of(row)
            self.sessions = {
                part: client_of(self.world, part).cookies[settings.SESSION_COOKIE_NAME].value
                for part in PARTS
                if self.world.users.get(part) is not None
            }
            connection.check_constraints()  # what waits for the end of a transaction is asked now
        return copy.deepcopy(self.world)

    def client(self, part: str) -> Client:
        """A new browser, holding nothing but the session of that part, if it has signed in."""
        client = Client(raise_request_exception=False)
        if part in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[part]
        return client


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield Worlds()
        transaction.set_rollback(True)


@pytest.fixture
def world(row, worlds):
    """The world of a row's app; what the row does to it is undone."""
    built = worlds.of(row)
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)


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
