"""Logs hold facts and ids; nothing that people typed, whoever writes the line."""

import contextlib
import io
import json
import logging

import pytest
from django.db import IntegrityError, transaction
from django.urls import path

from communities.models import User
from renewal.kernel.logs import FactsFormatter

PERSONAL = "carol@example.org"


@pytest.fixture
def lines():
    """What the root logger writes, as objects."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FactsFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_facts_are_kept_and_other_extras_dropped(lines):
    logging.getLogger("voting").info("counted", extra={"poll_id": 4, "count": 12, "email": PERSONAL})

    (line,) = lines()
    assert (line["message"], line["poll_id"], line["count"]) == ("counted", 4, 12)
    assert PERSONAL not in json.dumps(line)


def test_an_exception_is_logged_by_kind_and_place_without_its_words(db, lines):
    """A broken unique key says whose it was; the log must not."""
    User.objects.create(email=PERSONAL)
    with pytest.raises(IntegrityError, match=r"(?i)carol@example") as refusal, transaction.atomic():
        User.objects.create(email=PERSONAL.upper())

    logging.getLogger("funding").error("could not save", exc_info=refusal.value)

    (line,) = lines()
    assert line["error"] == "IntegrityError"
    assert any("test_logs.py" in frame for frame in line["rose_at"])
    assert "carol" not in json.dumps(line).lower()


def test_a_refused_request_is_logged_by_its_route(client, db, lines):
    client.get(f"/en/{PERSONAL}/SW1A-1AA/")

    said = json.dumps(lines())
    assert "request refused" in said
    assert "SW1A" not in said
    assert PERSONAL not in said


def explode(request):
    raise ValueError(PERSONAL)


urlpatterns = [path("explode/", explode, name="explode")]


@pytest.mark.urls("tests.kernel.test_logs")
def test_a_failed_request_is_logged_by_its_route_and_place(client, db, lines):
    client.raise_request_exception = False
    with contextlib.suppress(Exception):  # there is no page for 500 under these routes; the log is what matters
        client.get("/explode/")

    failed = [line for line in lines() if line["message"] == "request failed"]
    assert failed[0]["route"] == "explode"
    assert failed[0]["error"] == "ValueError"
    assert PERSONAL not in json.dumps(lines())


def test_a_failed_job_is_logged_by_its_task(lines):
    facts = {"name": "funding.tasks.pay", "id": "7f", "description": "raised", "exc": PERSONAL, "hostname": "w"}
    try:
        raise ValueError(PERSONAL)
    except ValueError:
        logging.getLogger("celery.app.trace").error("Task %(name)s %(description)s: %(exc)s", facts, exc_info=True)

    (line,) = lines()
    assert (line["message"], line["task_name"], line["error"]) == ("job failed", "funding.tasks.pay", "ValueError")
    assert PERSONAL not in json.dumps(line)


def test_the_passkey_that_somebody_used_is_not_logged(lines):
    logging.getLogger("fido2.server").info("Credential authenticated: %s", "9b8281a400c74f68")

    (line,) = lines()
    assert line["message"] == "a passkey was added or used"
    assert "9b8281a400c74f68" not in json.dumps(line)


def test_each_request_is_logged_with_its_time(client, db, lines, caplog):
    with caplog.at_level(logging.INFO, logger="renewal.kernel.middleware"):
        client.get("/health/")

    (line,) = [line for line in lines() if line["message"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "health", 200)
    assert line["seconds"] >= 0
