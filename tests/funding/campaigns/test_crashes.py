"""S8, J1: a run survives kill -9 between any two statements, two schedulers at once, and a flushed broker."""

import signal
import subprocess
import sys
import time
from itertools import count
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


def start(work, pk, at=0):
    """Start one piece of work in a process that dies at the given statement."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.funding.campaigns.die_at", work, str(pk), str(at)],
        env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def promised(name):
    """Find the message by which a step of the run was promised to the workers."""
    return OutboxMessage.objects.get(task=f"funding.tasks.{name}_allocation").pk


def dies(work, pk, at):
    """Tell whether a process that is to be killed at a statement got as far as that statement."""
    process = start(work, pk, at)
    _out, error = process.communicate(timeout=120)
    assert process.returncode in (0, -signal.SIGKILL), error[-2000:]
    return process.returncode != 0


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


def test_a_worker_killed_between_any_two_statements_leaves_one_run_one_posting_one_hash(campaign, monkeypatch):
    """At drawn statements; in full also at every statement in turn, until nothing is left to interrupt."""
    kills, chance = campaign.size(small=4, long=50), Random(campaign.seed)
    monkeypatch.setenv("OUTBOX_ATTEMPTS", "1000")  # a kill counts as an attempt; people's patience is shorter
    run = a_run()
    died, ways = 0, {}
    for name in ("compute", "post"):
        drawn = kills // 5 if campaign.is_long else kills // 2
        died += sum(dies("message", promised(name), chance.randint(1, 8)) for _ in range(drawn))
        if campaign.is_long:
            ways[name] = next(at for at in count(1) if not dies("message", promised(name), at)) - 1
            died += ways[name]
        finish(start("message", promised(name)))
        if name == "compute":
            sign(run)
    finish(start("message", promised("post")))

    one_run_one_posting_one_hash(run)
    assert died >= kills
    campaign.record(
        f"{died} workers killed by SIGKILL, at every statement in turn {ways}: one run, one posting, one hash"
    )


@pytest.mark.long
def test_the_control_without_a_transaction_is_left_half_done_by_a_kill(campaign):
    """The broken twin commits each statement by itself: lines without a hash, and no second try gets past them."""
    run = a_run()
    half_done = []
    for at in range(4, 9):
        if dies("careless", run.pk, at) and AreaShare.objects.filter(run=run).exists():
            run.refresh_from_db()
            half_done.append((at, run.state, run.outcome_hash))
            break

    assert half_done
    assert half_done[0][1:] == ("draft", "")
    again = start("compute", run.pk)
    assert "IntegrityError" in again.communicate(timeout=120)[1]
    campaign.record(f"without a transaction a kill at statement {half_done[0][0]} left lines that stop the next try")


def test_two_schedulers_at_once_have_one_effect(campaign):
    run, each = a_run(), campaign.size(small=1, long=2)
    for name in ("compute", "post"):
        at_once = [start("message", promised(name)) for _ in range(each)] + [start(name, run.pk) for _ in range(each)]
        for process in at_once:
            finish(process)
        if name == "compute":
            sign(run)

    one_run_one_posting_one_hash(run)
    campaign.record(f"at each step {each} workers and {each} callers past the outbox at once: one effect")


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
