"""J1: work over many areas spreads over several workers; one is killed mid-way, and every part is done exactly once."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Area
from funding.models import PartState
from funding.queries.fund import progress_of
from funding.services.fanout import publish_group, resume_all, tell_all
from renewal.kernel.models import Notice
from tests.factories.money import make_country, make_cycle, make_posted_run, make_round
from tests.support.worker import celery, eventually, kill_all

pytestmark = [pytest.mark.campaign, pytest.mark.django_db(transaction=True)]


def test_a_worker_cut_off_mid_way_costs_no_part_and_doubles_none(campaign):
    parts = campaign.size(small=24, long=2_000)
    areas = make_country()
    for number in range(parts - 3):
        Area.objects.create(
            code=f"MORE-{number}", slug=f"more-{number}", name=f"More {number}", level="neighbourhood",
            nation="england", parent=areas["ASH"], path=f"{areas['ASH'].path}MORE-{number}/", population=1_000,
            valid_from=areas["ASH"].valid_from,
        )  # fmt: skip
    cycle = make_cycle(capital_pence=3_000_000_000, revenue_pence=1_000_000_000)
    make_posted_run(cycle)
    neighbourhoods = Area.objects.filter(level="neighbourhood").order_by("code")[:parts]
    for number, area in enumerate(neighbourhoods):
        round_ = make_round(area, cycle, slug=f"round-{number}")
        type(round_.convenor).objects.filter(pk=round_.convenor_id).update(email="council@example.org")
    work = tell_all(cycle=cycle, now=timezone.now())
    began = time.monotonic()

    with (
        celery("worker", "-c", "1", "-n", "one@%h", "--loglevel=error") as cut_off,
        celery("worker", "-c", "1", "-n", "two@%h", "--loglevel=error"),
    ):
        resume_all(now=timezone.now(), publish=publish_group, standstill=timedelta(0))
        assert eventually(lambda: progress_of(work).done > 0, seconds=60)
        kill_all(cut_off)

        def done():
            resume_all(now=timezone.now(), publish=publish_group, standstill=timedelta(0))
            time.sleep(1)
            return progress_of(work).waiting == 0

        assert eventually(done, seconds=120)

    assert work.parts.filter(state=PartState.DONE).count() == work.parts.count() == parts
    assert Notice.objects.filter(kind="area_money").count() == parts
    campaign.record(f"{parts} parts over 2 workers, one killed mid-way: each once in {time.monotonic() - began:.0f} s")
