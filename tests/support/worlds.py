"""One app's world, built once and used by many rows of the permission table, each of which finds it as it was built."""

import copy

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.support.catalogue import Row, client_of, world_of
from tests.support.world import PARTS, World


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

    def client(self, part: str, kind: type[Client] = Client) -> Client:
        """A new browser, holding nothing but the session of that part, if it has signed in."""
        client = kind(raise_request_exception=False)
        if part in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[part]
        return client

    def undone(self, client: Client, address: str, sent: dict[str, str]) -> HttpResponse:
        """Post something and undo what it did."""
        with transaction.atomic():
            response = client.post(address, sent)
            transaction.set_rollback(True)
        return response


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker):
    if default_storage.exists("polls"):  # the memory that stands for a disk keeps files of tests that ran before
        default_storage.delete("polls")
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
