"""Bench: the send request against a view that inserts one row, and whole journeys a second, in the same run.

Medians and ratios for docs/performance.md, never assertions of speed (DESIGN.md §6).
"""

import time
from datetime import timedelta
from statistics import median

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.utils import timezone

from renewal.urls import urlpatterns as ours
from tests.factories.communities import AreaFactory, PostcodeRangeFactory
from tests.factories.voting import draft_poll
from voting.models import RollEntry, TryCount
from voting.services.codes import make_codes
from voting.services.polls import open_poll

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.campaign, pytest.mark.long]


def insert_one(request):
    TryCount.objects.create(key=f"{time.perf_counter_ns():064x}", hour=timezone.now())
    return HttpResponse("done")


urlpatterns = [*ours, path("floor/", insert_one)]  # last, so that finding it takes as long as finding a page


def test_the_send_request_and_the_journey(campaign, settings):
    settings.ROOT_URLCONF = __name__
    count = campaign.size(small=20, long=150)
    now = timezone.now()
    area = AreaFactory()
    PostcodeRangeFactory(area=area)
    made = draft_poll(area_id=area.pk, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9), now=now)
    poll = open_poll(poll_id=made.pk, actor=None, now=now)
    codes = make_codes(poll_id=poll.pk, count=count, label="x", actor=None, now=now)
    floors, sends, journeys, requests = [], [], [], 0

    for number, code in enumerate(codes):
        client = Client()
        began = time.perf_counter()
        client.get("/floor/")
        floors.append(time.perf_counter() - began)
        began, requests = time.perf_counter(), 0
        for step, data in steps(poll, code, number):
            at = time.perf_counter()
            answer = client.get(step) if data is None else client.post(step, data)
            requests += 1
            assert answer.status_code in (200, 303), step
            if step.endswith("/send/"):
                sends.append(time.perf_counter() - at)
        journeys.append(time.perf_counter() - began)

    assert RollEntry.objects.marked().count() == count
    ratio = median(floors) / median(sends)
    p99 = sorted(journeys)[int(len(journeys) * 0.99) - 1]
    campaign.record(
        f"floor {median(floors) * 1e3:.1f} ms, send {median(sends) * 1e3:.1f} ms: {ratio:.2f} of the floor's rate; "
        f"{requests} requests a journey, {1 / median(journeys):.1f} journeys a second on one thread, p99 {p99:.2f} s"
    )


def steps(poll, code: str, number: int):
    def url(name, *more):
        return reverse(f"voting:{name}", args=[poll.slug, *more])

    person = {"name": f"Voter {number}", "house": "1", "postcode": "ZZ1 2CD"}
    return [
        (url("start"), None),
        (url("residency_method"), None),
        (url("residency_method"), {"method": "code"}),
        (url("residency", "code"), None),
        (url("residency_question", "code", "age"), {"is_old_enough": "yes"}),
        (url("residency_question", "code", "code"), None),
        (url("residency_question", "code", "code"), {"code": code}),
        (url("residency_question", "code", "home"), None),
        (url("residency_question", "code", "home"), person),
        (url("contact"), None),
        (url("contact"), {"email": ""}),
        (url("choose"), None),
        (url("choose"), {"project": ["ASH-001", "ASH-003"]}),
        (url("review"), None),
        (url("send"), {}),
        (url("sent"), None),
    ]


def test_a_cast_asks_few_questions():
    """The queries of one cast, so that a new one is seen."""
    from tests.factories.voting import cast, opened_poll, voter

    poll = opened_poll()
    entry = voter(poll)

    with CaptureQueriesContext(connection) as asked:
        cast(poll, entry)

    assert len(asked) <= 4
