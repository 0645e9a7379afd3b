"""Races: one person over all channels at once (V1), and casts against the close (V2). Each with a broken twin."""

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection, connections, transaction

from renewal.kernel.errors import DomainError
from tests.factories.communities import UserFactory
from tests.factories.voting import AFTER, NOON, cast, opened_poll, voter
from tests.support.database import open_owner
from voting.models import LogEntry, PaperBatch, Poll, RollEntry, SealedBallot
from voting.sealing import DeviceSecret
from voting.services import casting
from voting.services.casting import mark_paper_declaration
from voting.services.paper import begin_batch
from voting.services.polls import close_poll

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.campaign]
THREADS = 16


def in_parallel(works) -> list:
    """Run callables at once, each on connections of its own; returns results, refusals as their class."""

    def one(work):
        try:
            return work()
        except DomainError as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, works))


def counted_votes(entry: RollEntry) -> int:
    """How often this person would be counted: live electronic ballots plus an accepted paper."""
    live = SealedBallot.objects.filter(poll=entry.poll, status="live", is_paper=False).count()
    return live + RollEntry.objects.filter(pk=entry.pk, channel="paper").count()


def mixed_casts(poll: Poll, entry: RollEntry, batch: PaperBatch, chance: Random, count: int) -> list:
    def paper():
        return mark_paper_declaration(poll_id=poll.pk, roll_entry_id=entry.pk, batch_id=batch.pk, now=NOON)

    def send(channel):
        return lambda: cast(poll, entry, channel=channel)

    kinds = chance.choices(["web", "phone", "assisted", "paper"], [60, 25, 10, 5], k=count)
    return [paper if kind == "paper" else send(kind) for kind in kinds]


def test_one_person_at_once_over_all_channels_is_counted_once(campaign):
    repetitions, casts = campaign.size(small=3, long=100), campaign.size(small=40, long=200)
    chance = Random(campaign.seed)
    poll = opened_poll()
    batch = begin_batch(poll_id=poll.pk, label="A1", actor=UserFactory(), now=NOON)

    for _ in range(repetitions):
        before = SealedBallot.objects.filter(status="live").count()
        entry = voter(poll)
        answers = in_parallel(mixed_casts(poll, entry, batch, chance, casts))
        assert all(not isinstance(answer, Exception) for answer in answers)
        paper = RollEntry.objects.filter(pk=entry.pk, channel="paper").count()
        assert SealedBallot.objects.filter(status="live").count() - before + paper == 1

    campaign.record(f"{repetitions} x {casts} casts at once over web, phone, in person and paper: one counted each")


def test_the_same_race_on_check_then_insert_counts_somebody_twice(campaign, monkeypatch):
    """The broken twin: looks whether there is a vote, then inserts, without the row's lock and the database's guard."""
    poll = opened_poll()
    entry = voter(poll)
    guards = ("voting_sealedballot", "voting_rollentry")
    with open_owner() as owner:
        for table in guards:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def naive():
        with transaction.atomic():
            if RollEntry.objects.get(pk=entry.pk).channel:
                return "refused"
            time.sleep(0.05)  # as slow as a busy server
            device = DeviceSecret.new(entry_id=entry.pk)
            ballot = casting._seal(poll, ["ASH-001"], device.check_code, device.idempotency_key)
            RollEntry.objects.filter(pk=entry.pk).update(channel="web", current_ballot_id=ballot.pk, marked_on=NOON)
        return "accepted"

    try:
        answers = in_parallel([naive] * 64)
    finally:
        with open_owner() as owner:
            for table in guards:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    assert SealedBallot.objects.filter(status="live").count() > 1
    campaign.record(f"check-then-insert: {answers.count('accepted')} of 64 accepted")


def test_every_vote_acknowledged_before_the_close_is_counted_and_none_after(campaign):
    closes, casts = campaign.size(small=2, long=50), campaign.size(small=60, long=1_000)
    acknowledged = 0

    for _ in range(closes):
        poll = opened_poll()
        entries = [voter(poll) for _ in range(casts)]
        works = [lambda poll=poll, entry=entry: cast(poll, entry) for entry in entries]
        works.insert(casts // 2, lambda poll=poll: close_poll(poll_id=poll.pk, now=AFTER))
        answers = in_parallel(works)
        sent = [answer for answer in answers if isinstance(answer, casting.Receipt)]
        acknowledged += len(sent)

        assert SealedBallot.objects.filter(poll=poll, status="live").count() == len(sent)
        assert LogEntry.objects.filter(poll=poll, kind="ballot").count() == len(sent)

    campaign.record(f"{closes} closes against {casts} casts: {acknowledged} acknowledged, all logged and counted")


def test_without_the_barrier_an_acknowledged_vote_misses_the_log(monkeypatch):
    """The broken twin: a cast that sees `open` without the shared lock commits after the close, unlogged."""
    poll = opened_poll()
    entry = voter(poll)
    monkeypatch.setattr(casting, "share_poll", lambda poll_id: None)
    with open_owner() as owner:
        owner.execute("ALTER TABLE voting_sealedballot DISABLE TRIGGER USER")
    seal = casting._seal

    def slow_seal(*arguments):
        with ThreadPoolExecutor(1) as pool:  # the close comes between the look at the state and the insert
            pool.submit(close_and_leave, poll.pk).result()
        return seal(*arguments)

    monkeypatch.setattr(casting, "_seal", slow_seal)
    try:
        cast(poll, entry)
    finally:
        with open_owner() as owner:
            owner.execute("ALTER TABLE voting_sealedballot ENABLE TRIGGER USER")

    assert SealedBallot.objects.filter(poll=poll, status="live").count() == 1
    assert LogEntry.objects.filter(poll=poll, kind="ballot").count() == 0


def close_and_leave(poll_id: int) -> None:
    try:
        close_poll(poll_id=poll_id, now=AFTER)
    finally:
        connections.close_all()


def test_one_key_sent_many_times_at_once_has_one_effect():
    poll = opened_poll()
    entry = voter(poll)
    device = DeviceSecret.new(entry_id=entry.pk)
    same = {"check_code": device.check_code, "idempotency_key": device.idempotency_key}

    answers = in_parallel([lambda: cast(poll, entry, **same)] * 50)

    assert len({answer.tracker for answer in answers}) == 1
    assert SealedBallot.objects.count() == 1
    assert connection.vendor == "postgresql"
