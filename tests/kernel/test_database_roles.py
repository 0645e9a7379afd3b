"""The test database is used as `app`, which may change rows but not the schema."""

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from communities.models import User


def test_tests_run_as_app(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_user")
        assert cursor.fetchone() == ("app", "app")


def test_app_may_not_change_the_schema(db):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (id int)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_committed_rows_are_gone_after_each_test(time):
    assert User.objects.count() == 0

    User.objects.create(email=f"a{time}@example.org")

    assert User.objects.count() == 1


def test_the_live_server_answers_as_app(live_server):
    assert live_server.url.startswith("http://localhost:")
    connections.close_all()


@pytest.mark.parametrize("change", ["UPDATE kernel_auditevent SET action = 'x'", "DELETE FROM kernel_auditevent"])
def test_app_may_not_change_what_was_audited(db, change):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
