"""S8, J1: a run survives kill -9 between any two statements, two schedulers at once, and a flushed broker."""

import subprocess
import sys
import time
from random import Random

import pytest
from django.utils import timezone

from funding.models import AllocationRun, AreaShare, Entry, Pot
from funding.services.allocation import approve_run, request_run, split_inputs
from funding.services.ledger import check_ledger
from renewal.kernel.canonical import digest
from renewal.kernel.models import OutboxMessage, OutboxState
from renewal.kernel.outbox import relay
from renewal.kernel.tasks import perform_message
from tests.factories.money import make_country, make_cycle, make_person, make_set
from tests.support.worker import ROOT, broker, celery, environment, eventually, kill_all

pytestmark = [pytest.mark.campaign, pytest.mark.django_db(transaction=True)]


def a_run():
    make_country()
    return request_run(cycle_id=make_cycle().pk, parameter_set_id=make_set().pk, now=timezone.now())


def step(name, run, at=0):
    """Start one step in a process that dies at the given statement."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.funding.campaigns.die_at", name, str(run.pk), str(at)],
        env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process):
    out, error = process.communicate(timeout=120)
    assert process.returncode == 0, error[-2000:]
    return int(out)


def sign(run):
    run.refresh_from_db()
    for name in ("One", "Two"):
        approve_run(run_id=run.pk, user=make_person(name), outcome_hash=run.outcome_hash, now=timezone.now())


def one_run_one_posting_one_hash(run):
    """Check the whole effect of one run, and that nothing of it happened twice."""
    run.refresh_from_db()
    expected = digest({colour: split.document() for colour, split in split_inputs(run.inputs)[2].items()})
    assert (AllocationRun.objects.count(), run.state, run.outcome_hash) == (1, "posted", expected)
    assert AreaShare.objects.filter(run=run).count() == Pot.objects.count() == 18
    assert Entry.objects.filter(kind="fund_in").count() == 2
    assert len(set(Entry.objects.values_list("key", flat=True))) == Entry.objects.count()
    assert check_ledger(now=timezone.now()).differences == []


def test_a_worker_killed_between_any_two_statements_leaves_one_run_one_posting_one_hash(campaign):
    kills, chance = campaign.size(small=4, long=50), Random(campaign.seed)
    run = a_run()
    died = 0
    for name in ("compute", "post"):
        for _ in range(kills // 2):
            process = step(name, run, at=chance.randint(1, 14 if name == "compute" else 24))
            process.communicate(timeout=120)
            died += process.returncode == -9
        finish(step(name, run))
        if name == "compute":
            sign(run)
    finish(step("post", run))

    one_run_one_posting_one_hash(run)
    campaign.record(f"{died} kills by SIGKILL inside a step, {kills} tries: one run, one posting, one hash")


def test_two_schedulers_at_once_have_one_effect(campaign):
    run = a_run()
    for name in ("compute", "post"):
        pair = [step(name, run) for _ in range(2)]
        for process in pair:
            finish(process)
        if name == "compute":
            sign(run)

    one_run_one_posting_one_hash(run)
    campaign.record("two processes at each step at once: one effect")


def ring(now):
    """Do what beat does, as if the patience of every sent message had run out."""
    OutboxMessage.objects.filter(state=OutboxState.WAITING).update(due_at=now)
    relay(now=now, publish=lambda pk: perform_message.apply_async(kwargs={"message_id": pk}, retry=False))


def test_a_flushed_broker_costs_nothing_because_the_outbox_finishes_the_work(campaign, monkeypatch):
    monkeypatch.setenv("OUTBOX_ATTEMPTS", "1000")
    run = a_run()

    def reaches(state):
        def there():
            ring(timezone.now())
            time.sleep(0.7)
            return AllocationRun.objects.filter(pk=run.pk, state=state).exists()

        return there

    with celery("worker", "-c", "1", "--loglevel=error") as first:
        ring(timezone.now())
        broker().flushall()
        kill_all(first)
    with celery("worker", "-c", "2", "--loglevel=error"):
        assert eventually(reaches("computed"), seconds=60)
        sign(run)
        ring(timezone.now())
        broker().flushall()
        assert eventually(reaches("posted"), seconds=60)

    one_run_one_posting_one_hash(run)
    campaign.record("broker flushed twice and a worker killed: posted once")
