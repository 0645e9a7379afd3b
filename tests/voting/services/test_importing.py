"""A real election through the whole machine: import, the worker's count, the result page, the bundle, verify.py."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from renewal.kernel.models import OutboxMessage
from renewal.kernel.outbox import perform
from tests.factories.communities import AreaFactory
from voting.models import Outcome, Poll
from voting.rules.pabulib import read

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.shared]


def work_until_done() -> None:
    """Do what the outbox promises, as a worker would."""
    while message := OutboxMessage.objects.filter(state="waiting").order_by("id").first():
        assert perform(message_id=message.pk, now=timezone.now())


def test_wieliczka_gives_the_official_winners_and_verifies(client, shared_data, tmp_path):
    path = shared_data / "pabulib" / "Poland_Wieliczka_2023_Green_Budget.pb"
    AreaFactory(level="uk", name="Somewhere")
    said = io.StringIO()

    call_command("import_poll", str(path), stdout=said)
    work_until_done()

    poll = Poll.objects.get()
    official = read(path).official_winners
    assert "64 options, 6586 ballots" in said.getvalue()
    assert set(Outcome.objects.get(poll=poll).selected) == official
    assert (len(official), Outcome.objects.get().cost_pence) == (30, 99_507_900)
    page = client.get(reverse("voting:result", args=[poll.slug])).content.decode()
    assert "30 projects funded" in page
    assert page.count(">Funded</span>") == 30
    assert "Two separate counts gave the same result." in page
    bundle = tmp_path / "round.zip"
    bundle.write_bytes(default_storage.open(f"polls/{poll.slug}/round.zip").read())
    done = subprocess.run([sys.executable, ROOT / "verify.py", bundle], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6586 published + 0 rejected + 0 withheld = 6586 who voted" in done.stdout
