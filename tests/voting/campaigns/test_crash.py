"""Crashes: PostgreSQL killed mid-cast on a server of its own (V2). The control without syncing shows loss is seen."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from renewal.roles import setup_roles
from renewal.servers import Servers, site_packages_of

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.campaign
CASTER = """
import sys, os, django
django.setup()
from tests.factories.voting import cast, voter
from voting.models import Poll
poll = Poll.objects.get()
print("ready", flush=True)
while True:
    entry = voter(poll)
    receipt = cast(poll, entry)
    os.write(1, f"{entry.pk} {receipt.tracker}\\n".encode())
"""


class Cluster:
    """A durable PostgreSQL of this test's own, with one open poll."""

    def __init__(self, home: Path) -> None:
        self.servers = Servers(home, site_packages=site_packages_of(Path(sys.prefix)), durable=True)
        self.servers.start_postgres()
        with psycopg.connect(self.servers.url("postgres", "postgres"), autocommit=True) as admin:
            setup_roles(admin, database="fund", passwords={})
        self.environment = os.environ | {
            "DATABASE_URL": self.servers.url("app", "fund"),
            "OWNER_DATABASE_URL": self.servers.url("owner", "fund"),
            "COUNTER_DATABASE_URL": self.servers.url("counter", "fund"),
            "DJANGO_SETTINGS_MODULE": "renewal.settings.test",
            "PYTHONPATH": str(ROOT),
        }
        self.run("-m", "django", "migrate", "--database", "owner", "--verbosity", "0")
        self.run("-c", "import django; django.setup(); from tests.factories.voting import opened_poll; opened_poll()")

    def run(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], env=self.environment, cwd=ROOT, check=True, timeout=900)

    def kill_while_casting(self, seconds: float, *, synchronous: str) -> list[tuple[str, str]]:
        """Cast until the server is killed; returns what was acknowledged, and brings the server back."""
        options = {"PGOPTIONS": f"-c synchronous_commit={synchronous}"}
        caster = subprocess.Popen(
            [sys.executable, "-c", CASTER], env=self.environment | options, cwd=ROOT, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert caster.stdout.readline().strip() == "ready"
        time.sleep(seconds)
        postmaster = self.servers.children[-1].process
        os.killpg(postmaster.pid, signal.SIGKILL)
        postmaster.wait(30)
        acknowledged = [tuple(line.split()) for line in caster.stdout.read().splitlines()]
        caster.wait(60)
        self.servers.children.clear()
        time.sleep(1)
        self.servers.start_postgres()
        return acknowledged

    def stored(self) -> dict[str, str]:
        """Return the content hash that each voter's entry points at."""
        query = (
            "SELECT r.id::text, b.content_hash FROM voting_rollentry r "
            "JOIN voting_sealedballot b ON b.id = r.current_ballot_id WHERE b.status = 'live'"
        )
        with psycopg.connect(self.servers.url("owner", "fund")) as owner:
            rows = owner.execute(query).fetchall()
            doubled = owner.execute("SELECT count(*) FROM voting_sealedballot WHERE status = 'live'").fetchone()[
                0
            ] - len(rows)
        assert doubled == 0, "a live ballot that nobody's entry points at"
        return dict(rows)


@pytest.mark.long
def test_no_acknowledged_vote_is_lost_or_doubled_when_the_database_is_killed(campaign, tmp_path):
    kills = campaign.size(small=1, long=100)
    cluster = Cluster(tmp_path / "crash")
    try:
        acknowledged = []
        for number in range(kills):
            acknowledged += cluster.kill_while_casting(0.5 + number % 7 * 0.2, synchronous="on")
        stored = cluster.stored()
    finally:
        cluster.servers.stop()

    from voting.services.casting import tracker_of

    lost = [entry for entry, tracker in acknowledged if entry not in stored or tracker_of(stored[entry]) != tracker]
    assert acknowledged
    assert lost == []
    campaign.record(f"{kills} kills of PostgreSQL, {len(acknowledged)} acknowledged votes, 0 lost, 0 doubled")


@pytest.mark.long
def test_the_control_without_synchronous_commit_loses_votes(campaign, tmp_path):
    """The broken twin: with synchronous_commit=off the same test sees loss."""
    cluster = Cluster(tmp_path / "control")
    try:
        acknowledged = []
        for _ in range(30):
            acknowledged += cluster.kill_while_casting(1.0, synchronous="off")
        stored = cluster.stored()
    finally:
        cluster.servers.stop()

    lost = [entry for entry, _ in acknowledged if entry not in stored]
    assert lost
    campaign.record(f"control with synchronous_commit=off: {len(lost)} of {len(acknowledged)} lost")
