"""J1, J2 with real parts: workers are killed and the broker is flushed, and every effect happens exactly once."""

import time
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone

from renewal.kernel import outbox
from renewal.kernel.models import Heartbeat, OutboxMessage, OutboxState
from renewal.kernel.outbox import relay, send_later
from renewal.kernel.tasks import perform_message
from tests.support.worker import broker, celery, eventually, kill_all

pytestmark = [pytest.mark.campaign, pytest.mark.django_db(transaction=True)]


def mark_slowly(*, name: str) -> None:
    """Leave one mark; a second one would break the unique name. Slow enough to be killed half way."""
    Heartbeat.objects.create(name=name, seen_at=timezone.now())
    time.sleep(0.15)


def ring(now) -> None:
    """Do what beat does: relay what is due, as if the patience of every sent message had run out."""
    OutboxMessage.objects.filter(state=OutboxState.WAITING).update(due_at=now)
    relay(now=now, publish=lambda pk: perform_message.apply_async(kwargs={"message_id": pk}, retry=False))


def test_every_promise_is_kept_once_through_kills_and_flushes(is_long, monkeypatch):
    promises, disasters = (200, 50) if is_long else (24, 4)
    # A kill counts as an attempt; the campaign kills more often than people's patience would allow.
    monkeypatch.setenv("OUTBOX_ATTEMPTS", "1000")
    random = Random(7)
    names = [f"promise-{number}" for number in range(promises)]
    with transaction.atomic():
        for name in names:
            send_later(mark_slowly, name=name)

    for disaster in range(disasters):
        with celery("worker", "-c", "2", "--loglevel=error") as worker:
            ring(timezone.now())
            time.sleep(2.5 + random.random())
            if disaster % 2:
                broker().flushall()
            kill_all(worker)
    with celery("worker", "-c", "2", "--loglevel=error"):

        def done() -> bool:
            ring(timezone.now())
            time.sleep(1)
            return not OutboxMessage.objects.exclude(state=OutboxState.DONE).exists()

        assert eventually(done, seconds=120 if is_long else 60)

    assert sorted(Heartbeat.objects.values_list("name", flat=True)) == sorted(names)


def test_two_schedulers_at_once_have_one_effect(tmp_path):
    with transaction.atomic():
        for number in range(10):
            send_later(mark_slowly, name=f"once-{number}")
    with (
        celery("worker", "-c", "2", "--loglevel=error"),
        celery("beat", "-s", str(tmp_path / "one")),
        celery("beat", "-s", str(tmp_path / "two")),
    ):
        assert eventually(lambda: OutboxMessage.objects.filter(state=OutboxState.DONE).count() == 10, seconds=40)

    assert Heartbeat.objects.filter(name__startswith="once").count() == 10


def test_the_control_without_a_lock_does_the_work_twice(monkeypatch):
    """Negative control: the effect outside the message's lock is repeated by a second delivery."""
    with transaction.atomic():
        message = send_later(mark_slowly, name="control")

    def careless_perform(*, message_id, now):
        waiting = OutboxMessage.objects.get(pk=message_id)
        outbox.resolve(waiting.task)(**{**waiting.arguments, "name": f"{waiting.arguments['name']}-{now:%f}"})

    for moment in (timezone.now(), timezone.now() + timedelta(microseconds=7)):
        careless_perform(message_id=message.pk, now=moment)

    assert Heartbeat.objects.filter(name__startswith="control").count() == 2
