"""Health says whether this process can serve; readiness whether the whole service works."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from renewal.kernel.models import Heartbeat, OutboxMessage, OutboxState

pytestmark = pytest.mark.django_db


@pytest.fixture
def beating():
    return Heartbeat.objects.create(name="beat", seen_at=timezone.now())


def ready(client):
    response = client.get("/ready/")
    return response.status_code, response.json()


def test_all_is_well(client, beating):
    assert ready(client) == (200, {"status": "ok", "database": "ok", "broker": "ok", "outbox": "ok", "beat": "ok"})


def test_a_beat_never_seen_fails_readiness(client):
    status, body = ready(client)

    assert (status, body["beat"]) == (503, "never seen")


def test_an_old_beat_fails_readiness(client, beating):
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=5))

    status, body = ready(client)

    assert (status, body["beat"]) == (503, "last seen 300 s ago")


@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (6, 503)])
def test_an_outbox_row_long_overdue_fails_readiness(client, beating, minutes, status):
    at = timezone.now() - timedelta(minutes=minutes)
    OutboxMessage.objects.create(task="x", key="k", created_at=at, due_at=at, state=OutboxState.WAITING)

    assert ready(client)[0] == status


def test_a_lost_broker_fails_readiness_but_not_health(client, beating, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"

    status, body = ready(client)

    assert (status, body["broker"]) == (503, "cannot be reached")
    assert client.get("/health/").status_code == 200


def test_a_lost_database_fails_both(client, monkeypatch):
    def lost(*args, **kwargs):
        raise OperationalError("db.internal refused user app")

    monkeypatch.setattr(connection, "cursor", lost)

    for address in ("/health/", "/ready/"):
        response = client.get(address)
        assert response.status_code == 503
        assert response.json()["database"] == "cannot be reached"
        assert "internal" not in response.content.decode()


def test_answers_are_never_kept(client):
    assert "no-store" in client.get("/health/").headers["Cache-Control"]


def test_only_reading_is_allowed(client):
    assert client.post("/health/").status_code == 405
