"""J1, J2: news to many followers keeps to its batches; a job that dies anywhere tells nobody twice and nobody never."""

import random
import time
import tracemalloc
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, reset_queries
from django.utils import timezone

from funding.models import UpdateRequest
from funding.services.gatherings import GatheringFacts, call_gathering
from funding.services.news import BATCH
from renewal.kernel.models import Notice, OutboxMessage
from renewal.kernel.outbox import perform
from tests.factories.answers import NOON, RoundFactory, officer_of

pytestmark = [pytest.mark.campaign, pytest.mark.django_db]
DAY = timedelta(days=1)
TASK = "funding.services.news.tell_about_gathering"


class Killed(BaseException):
    """Stands for a worker that is gone: nothing in the code may catch it."""


class DiesAt:
    """Run queries until the given one, which kills; what a lost connection undoes by itself is let through."""

    def __init__(self, at):
        self.left = at

    def __call__(self, execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.left -= 1
            if self.left == -1:
                raise Killed
        return execute(sql, params, many, context)


def follow_in_bulk(area, count):
    UpdateRequest.objects.bulk_create(
        (
            UpdateRequest(
                email=f"reader{number}@example.org", language="cy" if number % 5 == 0 else "en", area=area,
                code_hash="", stop_token=f"token-{number}", created_at=NOON, confirmed_at=NOON,
            )
            for number in range(count)
        ),
        batch_size=5_000,
    )  # fmt: skip


def batch_waiting():
    return OutboxMessage.objects.filter(task=TASK, state="waiting").order_by("pk").first()


def test_news_to_many_followers_keeps_to_its_memory_and_survives_its_death(campaign, monkeypatch):
    followers = campaign.size(small=12, long=100_000)
    batch = campaign.size(small=4, long=BATCH)
    monkeypatch.setattr("funding.services.news.BATCH", batch)
    dice = random.Random(campaign.seed)
    round_ = RoundFactory()
    follow_in_bulk(round_.area, followers)
    facts = GatheringFacts(
        title="What does this place need?", starts_at=NOON + DAY, ends_at=NOON + DAY * 1.1, place="The library",
        access="Step-free", languages="English",
    )  # fmt: skip
    call_gathering(
        area=round_.area, convenor=round_.convenor, facts=facts, bodies=[], actor=officer_of(round_.convenor), now=NOON
    )
    kills, peaks, began = 0, [], time.monotonic()
    tracemalloc.start()

    while (message := batch_waiting()) is not None:
        # Small: dies before its first query, before its second and so on until it comes through. Long: now and then.
        deaths = range(40) if batch < BATCH else [dice.randrange(14)] if dice.random() < 0.1 else []
        for at in deaths:
            try:
                with connection.execute_wrapper(DiesAt(at)):
                    perform(message_id=message.pk, now=timezone.now())
            except Killed:
                kills += 1
                OutboxMessage.objects.filter(pk=message.pk).update(attempts=0)  # a patient set-up, for the test alone
            else:
                break
        tracemalloc.reset_peak()
        perform(message_id=message.pk, now=timezone.now())
        peaks.append(tracemalloc.get_traced_memory()[1])
        reset_queries()
    tracemalloc.stop()

    told = Counter(Notice.objects.filter(kind="news_gathering").values_list("about_id", flat=True))
    sent = Counter(OutboxMessage.objects.filter(task__endswith="deliver_notice").values_list("key", flat=True))
    assert (len(told), set(told.values())) == (followers, {1})
    assert (len(sent), set(sent.values())) == (followers, {1})
    assert kills > 0
    half = len(peaks) // 2
    assert max(peaks[half:]) < 1.5 * max(peaks[:half]), "memory grows with the followers"
    seconds, most = time.monotonic() - began, max(peaks) // 1024
    campaign.record(
        f"{followers} followers in batches of {batch}, {kills} deaths at odd queries: each told once in {seconds:.0f} s"
        f"; memory of a batch at most {most} KB"
    )
