"""Crashes: kill -9 of PostgreSQL, web and worker mid-cast; Valkey killed, flushed and cut off (V2).

On an installation of its own, over HTTP. Whoever got a receipt is counted, once; nobody else is. The control, with
synchronous_commit=off, shows that the same look sees loss.
"""

import os
import signal
import time
from datetime import timedelta
from itertools import cycle
from random import Random

import pytest
from django.utils import timezone

from renewal.kernel.models import Notice, OutboxMessage, OutboxState
from tests.factories.voting import cast, poll_open_now
from tests.support.installation import Installation
from tests.support.voters import Crowd, people_on_roll, send_over_http, tickets
from tests.support.worker import eventually, on_test_database
from voting.models import Count, LogEntry, Poll, PublishedBallot, RollEntry, SealedBallot
from voting.services.casting import tracker_of
from voting.services.opening import open_box
from voting.services.polls import close_poll

pytestmark = pytest.mark.campaign
REFS = ["ASH-001", "ASH-002", "ASH-003", "ASH-004", "ASH-005"]


@pytest.fixture(scope="module")
def installation(django_db_setup, django_db_blocker, tmp_path_factory):
    """An installation that syncs its writes and mails into files."""
    schema = on_test_database(os.environ["OWNER_DATABASE_URL"])
    with django_db_blocker.unblock():
        one = Installation(
            tmp_path_factory.mktemp("installation"), schema_from=schema, settings="renewal.settings.demo"
        )
        try:
            one.start_valkey()
            one.start_web()
            with one.pointed_at():
                yield one
        finally:
            one.stop()


def supply(crowd: Crowd, poll: Poll, count: int, *, email: str = "") -> None:
    """Let the crowd have so many more people with their choices made."""
    chance = Random(count)
    entries = people_on_roll(poll, count, email=email)
    for ticket in tickets(poll, entries, [chance.sample(REFS, 2) for _ in entries]):
        crowd.give(ticket)


def lost_of(poll: Poll, acknowledged: list[tuple[int, str]]) -> list[int]:
    """Name the entries whose receipt is not that of the ballot on the roll."""
    rows = RollEntry.objects.filter(poll=poll, current_ballot__status="live")
    stored = dict(rows.values_list("pk", "current_ballot__content_hash"))
    return [pk for pk, tracker in acknowledged if pk not in stored or tracker_of(stored[pk]) != tracker]


def nothing_lost_or_doubled(poll: Poll, acknowledged: list[tuple[int, str]]) -> None:
    assert acknowledged
    assert lost_of(poll, acknowledged) == []
    assert len({pk for pk, _ in acknowledged}) == len(acknowledged)
    assert SealedBallot.objects.filter(poll=poll).count() == len(acknowledged)


def counted_by_the_worker(installation: Installation, poll: Poll, count: int) -> None:
    """Close, open the box, let the worker count; asked for several times, it counts once, and everybody."""
    after = poll.closes_at + timedelta(minutes=30)
    close_poll(poll_id=poll.pk, now=after)
    assert LogEntry.objects.filter(poll=poll, kind="ballot").count() == count
    open_box(poll_id=poll.pk, now=after)
    for _ in range(3):
        installation.ask("voting.tasks.count_opened_polls")

    assert eventually(lambda: rung(installation) and Count.objects.filter(poll=poll).exists(), seconds=90)
    assert PublishedBallot.objects.filter(poll=poll).count() == count
    assert Count.objects.filter(poll=poll).count() == 1


def rung(installation: Installation) -> bool:
    """Ring for the relay, as beat does, with less patience for what may have been lost with the broker."""
    now = timezone.now()
    late = OutboxMessage.objects.filter(state=OutboxState.WAITING, sent_at__lt=now - timedelta(seconds=15))
    late.update(due_at=now)
    installation.ask("renewal.kernel.tasks.relay_outbox")
    time.sleep(0.3)
    return True


@pytest.mark.parametrize("roll_kind", ["open", "list"])
def test_no_acknowledged_vote_is_lost_or_doubled_by_kills(campaign, installation, roll_kind):
    if roll_kind == "list" and not campaign.is_long:
        pytest.skip("one kind of roll in the short profile")
    kills, chance = campaign.size(small=2, long=51), Random(campaign.seed)
    poll = poll_open_now(roll_kind=roll_kind)
    crowd = Crowd(lambda ticket: send_over_http(f"http://127.0.0.1:{installation.port}", ticket))
    if campaign.is_long:  # a worker takes seconds to start; the short profile has one in the test of Valkey
        installation.start_worker()
    stock = campaign.size(small=40, long=200)
    supply(crowd, poll, stock)

    with crowd.at_work():
        for _, part in zip(range(kills), cycle(["postgres", "web", "worker"]), strict=False):
            if crowd.waiting.qsize() < stock:
                supply(crowd, poll, 3 * stock)
            crowd.wait_for(5)
            installation.ask("voting.tasks.log_sealed_ballots")
            time.sleep(chance.random() * 0.4)
            if part == "postgres":
                installation.kill_postgres()
                installation.start_postgres()
            else:
                installation.kill(part)
                (installation.start_web if part == "web" else installation.start_worker)()
        crowd.wait_for(5)

    nothing_lost_or_doubled(poll, crowd.acknowledged)
    if not campaign.is_long:
        return
    counted_by_the_worker(installation, poll, len(crowd.acknowledged))
    installation.kill("worker")
    campaign.record(
        f"{roll_kind} roll: {kills} kills of PostgreSQL, web and worker in turn, {len(crowd.acknowledged)} votes "
        f"acknowledged over HTTP, {crowd.retries} sends repeated, 0 lost, 0 doubled, all counted once by the worker"
    )


def test_the_control_without_synchronous_commit_loses_votes(campaign, installation):
    """The broken twin: PostgreSQL says "done" before the vote is on disk, and a kill takes it away."""
    kills = campaign.size(small=1, long=20)
    poll = poll_open_now()

    def send(ticket):
        return cast(
            poll, RollEntry(pk=ticket.entry_id), choices=ticket.choices, check_code=ticket.device.check_code,
            idempotency_key=ticket.device.idempotency_key, now=timezone.now(),
        ).tracker  # fmt: skip

    crowd = Crowd(send)
    supply(crowd, poll, campaign.size(small=200, long=8_000))
    lost = 0
    with installation.pointed_at(options="-c synchronous_commit=off"), crowd.at_work():
        for _ in range(kills):
            crowd.wait_for(60)
            installation.kill_postgres()
            installation.start_postgres()
            lost = len(lost_of(poll, list(crowd.acknowledged)))

    assert lost
    campaign.record(f"control with synchronous_commit=off, {kills} kills: {lost} acknowledged votes lost")


def test_casting_goes_on_without_valkey_and_notices_and_counts_happen_once(campaign, installation):
    rounds, votes = campaign.size(small=1, long=10), campaign.size(small=60, long=120)
    few = votes // 6
    poll = poll_open_now()
    crowd = Crowd(lambda ticket: send_over_http(f"http://127.0.0.1:{installation.port}", ticket))
    installation.start_worker()

    with crowd.at_work():
        for number in range(1, rounds + 1):
            supply(crowd, poll, votes, email="voter@example.org")
            crowd.wait_for(few)
            installation.kill_valkey()
            crowd.wait_for(few)
            installation.start_valkey()
            installation.ask("voting.tasks.log_sealed_ballots")
            installation.flush_valkey()
            crowd.wait_for(few)
            os.kill(installation.parts["valkey"].process.pid, signal.SIGSTOP)  # cut off: it neither answers nor refuses
            crowd.wait_for(few)
            os.kill(installation.parts["valkey"].process.pid, signal.SIGCONT)
            crowd.wait_until(number * votes)
    RollEntry.objects.filter(poll=poll).update(marked_on=timezone.now() - timedelta(days=1))
    told = rounds * votes
    for _ in range(3):
        installation.ask("voting.tasks.tell_voters")

    notices = Notice.objects.filter(kind="vote_recorded", about_id=str(poll.pk))
    assert eventually(lambda: rung(installation) and notices.filter(sent_at__isnull=False).count() == told, seconds=240)
    nothing_lost_or_doubled(poll, crowd.acknowledged)
    mails = sum(path.read_text().count("\nTo: voter@") for path in installation.mails())
    assert (notices.count(), mails) == (told, told)
    counted_by_the_worker(installation, poll, told)
    installation.kill("worker")
    campaign.record(
        f"Valkey killed, flushed and cut off {rounds} times each: {told} votes went on over HTTP with {crowd.retries} "
        f"repeats, {mails} notices sent once each, one count"
    )
