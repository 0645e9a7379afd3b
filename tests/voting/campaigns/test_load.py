"""A real election cast through the services, some of it over HTTP, counted by the worker: the official winners win."""

import os
import queue
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.factories.voting import cast, poll_open_now
from tests.support.installation import Installation
from tests.support.voters import people_on_roll, send_over_http, tickets
from tests.support.worker import eventually, on_test_database
from tests.voting.campaigns.test_crash import rung
from voting.models import Outcome, RollEntry
from voting.rules.pabulib import read
from voting.services.bundle import bundle_of
from voting.services.counts import publish_result
from voting.services.opening import open_box
from voting.services.polls import OptionDraft, close_poll

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [pytest.mark.campaign, pytest.mark.shared]


@pytest.fixture
def installation(django_db_setup, django_db_blocker, tmp_path):
    schema = on_test_database(os.environ["OWNER_DATABASE_URL"])
    with django_db_blocker.unblock():
        one = Installation(tmp_path / "installation", schema_from=schema, settings="renewal.settings.demo")
        try:
            one.start_valkey()
            one.start_web()
            one.start_worker()
            with one.pointed_at():
                yield one
        finally:
            one.stop()


@pytest.mark.long
@pytest.mark.parametrize("roll_kind", ["open", "list"])
def test_wieliczka_cast_through_the_services_gives_the_official_winners(
    campaign, shared_data, installation, tmp_path, roll_kind
):
    over_http = 500
    found = read(shared_data / "pabulib" / "Poland_Wieliczka_2023_Green_Budget.pb")
    options = [
        OptionDraft(project.id, found.names[project.id][:200], cost_pence=project.cost * 100)
        for project in found.election.projects
    ]
    poll = poll_open_now(
        title="Wieliczka", options=options, budget_pence=found.election.budget * 100, forecast_ballots=6_586,
        parameters={"completion": "add1", "comparison": True}, roll_kind=roll_kind,
    )  # fmt: skip
    ballots = [ballot for ballot, people in found.election.ballots.items() for _ in range(people)]
    Random(campaign.seed).shuffle(ballots)
    entries = people_on_roll(poll, len(ballots))

    press_send(f"http://127.0.0.1:{installation.port}", tickets(poll, entries[:over_http], ballots[:over_http]))
    now = poll.opens_at + timedelta(days=1, hours=1)
    for entry, ballot in zip(entries[over_http:], ballots[over_http:], strict=True):
        cast(poll, entry, choices=ballot, now=now)
    after = poll.closes_at + timedelta(minutes=30)
    close_poll(poll_id=poll.pk, now=after)
    open_box(poll_id=poll.pk, now=after)
    installation.ask("voting.tasks.count_opened_polls")
    assert eventually(lambda: rung(installation) and Outcome.objects.filter(poll=poll).exists(), seconds=180)
    publish_result(poll_id=poll.pk, actor=None, now=after)
    poll.refresh_from_db()

    assert RollEntry.objects.filter(poll=poll).marked().count() == len(ballots) == 6_586
    assert set(poll.outcome.selected) == found.official_winners
    path = tmp_path / "round.zip"
    path.write_bytes(bundle_of(poll))
    done = subprocess.run([sys.executable, ROOT / "verify.py", path], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    campaign.record(
        f"{roll_kind} roll: {len(ballots)} ballots cast, {over_http} of them over HTTP, counted by the worker: the "
        f"{len(found.official_winners)} official winners; the published bundle verifies"
    )


def press_send(address: str, waiting: list, threads: int = 4) -> None:
    """Send prepared votes over HTTP from several browsers; raises what one of them met."""
    left: queue.SimpleQueue = queue.SimpleQueue()
    faults: list[BaseException] = []
    for ticket in waiting:
        left.put(ticket)

    def work() -> None:
        try:
            while not left.empty():
                send_over_http(address, left.get(timeout=1))
        except queue.Empty:
            pass
        except BaseException as fault:
            faults.append(fault)

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert not faults, faults
