"""J1 over several hosts: 8,405 counts on two worker hosts, of which one is cut off mid-way, and each is counted once.

Web, PostgreSQL and Valkey stand on one host, a worker on each of two others; the hosts are network namespaces, so that
a cable can be pulled: nobody is told, nothing is closed, and a transaction stays open with its locks.
"""

import os
import time
import urllib.request
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from funding.models import PartState
from funding.queries.fund import progress_of
from funding.services.fanout import count_all
from renewal.kernel.models import AuditEvent, OutboxMessage
from tests.conftest import not_run
from tests.factories.voting import DRAFTS, cast, poll_open_now
from tests.support.hosts import Hosts, why_not
from tests.support.installation import Installation
from tests.support.voters import people_on_roll
from tests.support.whole_country import load_country
from tests.support.worker import eventually, on_test_database
from voting.models import BoxOpening, Count, LogEntry, LogHead, Option, Outcome, Poll, PublishedBallot, RollEntry
from voting.services.counts import arithmetic_closes
from voting.services.opening import open_box
from voting.services.polls import close_poll

pytestmark = [pytest.mark.campaign, pytest.mark.long, pytest.mark.shared]
REFS = ["ASH-001", "ASH-002", "ASH-003"]
KINDS = 5  # real votes, cast and opened through the services; each stands in a fifth of the neighbourhoods
VOTERS = 6
NEIGHBOURHOODS = 8_405


@pytest.fixture
def hosts():
    if reason := why_not():
        not_run(reason)
    with Hosts("middle", "one", "two") as made:
        yield made


@pytest.fixture
def installation(django_db_setup, django_db_blocker, tmp_path_factory, hosts):
    """Web, PostgreSQL and Valkey on the middle host; this test looks on through PostgreSQL's socket."""
    schema = on_test_database(os.environ["OWNER_DATABASE_URL"])
    with django_db_blocker.unblock():
        with hosts.inside("middle"):
            one = Installation(
                tmp_path_factory.mktemp("hosts"), schema_from=schema, settings="renewal.settings.demo", listen="0.0.0.0"
            )
        try:
            with (one.home / "pg" / "pg_hba.conf").open("a") as rules:
                rules.write("host all app 10.201.0.0/16 trust\n")
            with psycopg.connect(one.servers.url("postgres", "postgres"), autocommit=True) as admin:
                admin.execute("SELECT pg_reload_conf()")
            with hosts.inside("middle"):
                one.start_valkey()
                one.start_web()
            with one.pointed_at():
                yield one
        finally:
            one.stop()


def start_worker(installation, hosts, host):
    """Start a worker on a host of its own, which knows the database and the broker by their network addresses alone."""
    there = hosts.address(host)
    only = {
        "DATABASE_URL": f"postgresql://app@{there}/fund",
        "OWNER_DATABASE_URL": "",
        "COUNTER_DATABASE_URL": "",
        "REDIS_URL": f"redis://{there}:6379/0",
        "RENEWAL_VAR": str(installation.home / host),
    }
    with hosts.inside(host):
        installation.start_worker(host, only)


def opened_polls(kinds):
    """Hold so many real votes up to the opened box."""
    polls = []
    for kind in range(kinds):
        poll = poll_open_now(
            title=f"Vote {kind}", options=DRAFTS[:3], budget_pence=2_000_000, parameters={"completion": "u"}
        )
        for number, entry in enumerate(people_on_roll(poll, VOTERS)):
            chosen = {REFS[(kind + number) % 3], REFS[kind * number % 3]}
            cast(poll, entry, choices=sorted(chosen), now=timezone.now())
        after = poll.closes_at + timedelta(minutes=30)
        close_poll(poll_id=poll.pk, now=after)
        open_box(poll_id=poll.pk, now=after)
        polls.append(poll)
    return polls


def spread(installation, polls, *, root):
    """Copy the votes in SQL, so that every neighbourhood of the country has one to count; return the copies."""
    with psycopg.connect(installation.servers.url("postgres", "fund")) as admin:
        admin.execute("SET session_replication_role = replica")  # the guards of a running vote do not expect copies
        admin.execute(
            "CREATE TEMP TABLE copied AS SELECT row_number() OVER (ORDER BY code) + 1000 AS poll_id, id AS area_id, "
            "lower(code) AS slug, (%s::bigint[])[1 + (row_number() OVER (ORDER BY code)) %% %s] AS original "
            "FROM communities_area WHERE level = 'neighbourhood' AND path LIKE %s || '/%%' LIMIT %s",
            [[poll.pk for poll in polls], len(polls), root, NEIGHBOURHOODS],
        )
        changes = {"id": "copied.poll_id", "slug": "'count-' || copied.slug", "area_id": "copied.area_id"}
        copy(admin, Poll, changes, on="id")
        for model in (Option, PublishedBallot, BoxOpening, LogEntry, LogHead, RollEntry):
            own = {"id": "gen_random_uuid()"} if model is PublishedBallot else {"id": None}
            copy(admin, model, {"poll_id": "copied.poll_id", **own}, on="poll_id")
        admin.execute("ANALYZE")
        return [poll_id for (poll_id,) in admin.execute("SELECT poll_id FROM copied ORDER BY poll_id").fetchall()]


def copy(admin, model, changes, *, on):
    table = model._meta.db_table
    columns = [field.column for field in model._meta.local_fields if changes.get(field.column, "kept") is not None]
    values = [changes.get(column, f"original.{column}") for column in columns]
    admin.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE SELECT {', '.join(values)} "
        f"FROM copied JOIN {table} original ON original.{on} = copied.original"
    )


class Watch:
    """Looks at how far the work has come, and rings as beat does."""

    def __init__(self, installation, work) -> None:
        self.installation, self.work = installation, work

    def done(self):
        return self.work.parts.filter(state=PartState.DONE).count()

    def rate(self, until, *, seconds):
        """Return the parts done in a second between now and so many done."""
        began, before = time.monotonic(), self.done()
        assert eventually(lambda: self.done() >= until, seconds=seconds), f"{self.done()} of {until} done in time"
        return (self.done() - before) / (time.monotonic() - began)

    def ring(self, *tasks):
        """Ring a few bells of beat's, less often than a worker hears them."""
        for task in tasks:
            self.installation.ask(task)
        time.sleep(5)

    def begun(self):
        if not OutboxMessage.objects.filter(task="funding.tasks.start_fan_out", attempts__gt=0).exists():
            self.ring("renewal.kernel.tasks.relay_outbox")
        return self.done() > 0

    def finished(self):
        self.ring("funding.tasks.resume_fan_outs")
        return progress_of(self.work).waiting == 0


def test_a_worker_host_cut_off_mid_way_costs_no_count_and_doubles_none(campaign, shared_data, installation, hosts):
    polls = opened_polls(KINDS)
    country = load_country(shared_data / "geography")
    mine = spread(installation, polls, root=country[0].code)
    assert (country[0].level, len(mine)) == ("uk", NEIGHBOURHOODS)

    work = count_all(now=timezone.now(), polls=mine)
    watch = Watch(installation, work)
    start_worker(installation, hosts, "one")
    assert eventually(watch.begun, seconds=150)
    alone = watch.rate(watch.done() + NEIGHBOURHOODS // 20, seconds=200)
    start_worker(installation, hosts, "two")
    assert eventually(lambda: work.parts.filter(worker="two").exists(), seconds=150)
    together = watch.rate(2 * NEIGHBOURHOODS // 3, seconds=600)

    hosts.cut_off("one")
    cut = time.monotonic()
    time.sleep(0.2)
    by_one = work.parts.filter(worker="one").count()
    held = held_by_nobody(installation)
    with (
        hosts.inside("middle"),
        urllib.request.urlopen(f"http://127.0.0.1:{installation.port}/en/", timeout=20) as page,
    ):
        assert page.status == 200
    assert eventually(lambda: not held_by_nobody(installation), seconds=90)
    let_go = time.monotonic() - cut
    assert eventually(lambda: progress_of(work).waiting <= 10, seconds=700)
    nearly = time.monotonic() - cut
    assert eventually(watch.finished, seconds=150)
    handed_over = time.monotonic() - cut

    assert work.parts.filter(worker="one").count() == by_one  # nothing came through a cable that was out
    hosts.plug_in("one")
    watch.ring("funding.tasks.resume_fan_outs")
    time.sleep(10)  # what one still held comes back and finds its work done
    done = progress_of(work)
    assert (done.done, done.failed, done.waiting) == (NEIGHBOURHOODS, 0, 0)
    assert (
        Count.objects.filter(poll__in=mine).count() == Outcome.objects.filter(poll__in=mine).count() == NEIGHBOURHOODS
    )
    assert AuditEvent.objects.filter(action="poll.counted").count() == NEIGHBOURHOODS
    assert set(Poll.objects.filter(pk__in=mine).values_list("state", flat=True)) == {"counted"}
    assert all(arithmetic_closes(outcome.turnout) for outcome in Outcome.objects.filter(poll__in=mine[:200]))
    same_votes_same_winners(mine)
    workers = dict(done.workers)
    assert set(workers) == {"one", "two"}
    campaign.record(
        f"{NEIGHBOURHOODS:,} counts on two worker hosts in network namespaces: {alone:.1f} a second by one, "
        f"{together:.1f} by two ({together / alone:.2f} times). One was cut off after {by_one} counts with {held} "
        f"transaction open; the other went on alone ({workers['two']} in all) and had all but 10 after {nearly:.0f} s. "
        f"PostgreSQL let go of what was open after {let_go:.0f} s; the last count came {handed_over - nearly:.0f} s "
        "after all others. Each was counted once"
    )


def held_by_nobody(installation):
    """Count the transactions of the host that was cut off which PostgreSQL still keeps open."""
    with psycopg.connect(installation.servers.url("postgres", "fund")) as admin:
        rows = admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE client_addr = '10.201.1.2' AND xact_start IS NOT NULL"
        )
        return rows.fetchone()[0]


def same_votes_same_winners(mine):
    """Every copy of one vote has the same winners: the host that counted decided nothing."""
    found = {}
    for poll_id, selected in Outcome.objects.filter(poll__in=mine).values_list("poll__opening_document", "selected"):
        found.setdefault(poll_id, set()).add(tuple(selected))
    assert len(found) == KINDS
    assert all(len(winners) == 1 for winners in found.values()), found
