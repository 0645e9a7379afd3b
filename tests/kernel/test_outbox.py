"""J1, J2: what must happen after a commit happens once, whatever dies."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from renewal.kernel.models import Heartbeat, OutboxMessage, OutboxState
from renewal.kernel.outbox import MAX_ATTEMPTS, note_failure, perform, relay, send_later

pytestmark = pytest.mark.django_db


def leave_a_mark(*, name: str) -> None:
    Heartbeat.objects.create(name=name, seen_at=timezone.now())


def fail(*, name: str) -> None:
    Heartbeat.objects.create(name=name, seen_at=timezone.now())
    raise RuntimeError(name)


def promise(name="once", work=leave_a_mark):
    with transaction.atomic():
        return send_later(work, name=name)


def test_a_promise_is_kept_once_however_often_it_is_delivered():
    message = promise()

    kept = [perform(message_id=message.pk, now=timezone.now()) for _ in range(3)]

    assert kept == [True, False, False]
    assert Heartbeat.objects.filter(name="once").count() == 1


def test_the_same_promise_twice_is_one_row():
    assert promise().pk == promise().pk
    assert promise("other").pk != promise().pk


def test_an_effect_that_fails_is_rolled_back_and_stays_promised():
    message = promise("half", work=fail)

    with pytest.raises(RuntimeError):
        perform(message_id=message.pk, now=timezone.now())
    note_failure(message_id=message.pk, error=RuntimeError("secret words"))

    message.refresh_from_db()
    assert (message.state, message.last_error) == (OutboxState.WAITING, "RuntimeError")
    assert not Heartbeat.objects.filter(name="half").exists()


def test_a_message_whose_work_never_ends_is_set_aside_after_three_attempts():
    message = promise("poison", work=fail)

    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(RuntimeError):
            perform(message_id=message.pk, now=timezone.now())
    assert perform(message_id=message.pk, now=timezone.now()) is False

    message.refresh_from_db()
    assert (message.state, message.attempts) == (OutboxState.QUARANTINED, MAX_ATTEMPTS)


def test_deliveries_lost_in_a_flushed_broker_are_repeated_and_never_set_aside():
    message, now, sent = promise("flushed"), timezone.now(), []

    for _ in range(MAX_ATTEMPTS + 2):
        relay(now=now, publish=sent.append)
        now += timedelta(minutes=10)

    assert sent == [message.pk] * (MAX_ATTEMPTS + 2)
    assert perform(message_id=message.pk, now=now) is True


def test_a_broker_that_is_down_costs_a_retry_and_nothing_else():
    message = promise("later")

    def down(_message_id):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        relay(now=timezone.now(), publish=down)
    sent = []
    relay(now=timezone.now() + timedelta(minutes=2), publish=sent.append)

    assert sent == [message.pk]


def test_a_message_is_not_relayed_before_its_time():
    with transaction.atomic():
        send_later(leave_a_mark, name="tomorrow", due_at=timezone.now() + timedelta(days=1))

    assert relay(now=timezone.now(), publish=lambda _: None) == 0
    assert OutboxMessage.objects.get().attempts == 0


@pytest.mark.django_db(transaction=True)
def test_a_promise_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="outside a transaction"):
        send_later(leave_a_mark, name="loose")
