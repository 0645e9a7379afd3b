"""A real election cast through the services, counted and verified: the winners are the official ones."""

import importlib.util
from pathlib import Path
from random import Random

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from communities.models import Resident
from tests.factories.voting import NOON, cast, finish, opened_poll
from voting.models import RollEntry
from voting.rules.pabulib import read
from voting.services.bundle import write_files
from voting.services.polls import OptionDraft

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.campaign, pytest.mark.shared]


@pytest.mark.long
def test_wieliczka_cast_through_the_services_gives_the_official_winners(campaign, shared_data, tmp_path):
    found = read(shared_data / "pabulib" / "Poland_Wieliczka_2023_Green_Budget.pb")
    options = [
        OptionDraft(project.id, found.names[project.id][:200], cost_pence=project.cost * 100)
        for project in found.election.projects
    ]
    poll = opened_poll(
        title="Wieliczka", options=options, budget_pence=found.election.budget * 100, forecast_ballots=6_586,
        parameters={"completion": "add1", "comparison": True},
    )  # fmt: skip
    ballots = [ballot for ballot, people in found.election.ballots.items() for _ in range(people)]
    Random(campaign.seed).shuffle(ballots)

    for start in range(0, len(ballots), 500):
        with transaction.atomic():
            for number, ballot in enumerate(ballots[start : start + 500], start=start):
                person = Resident.objects.create(
                    area=poll.area, match_token=f"w{number}", near_token="", how_known="officer", known_at=NOON
                )
                cast(poll, RollEntry.objects.create(poll=poll, resident=person), choices=ballot)
    poll = finish(poll)
    write_files(poll_id=poll.pk)

    assert set(poll.outcome.selected) == found.official_winners
    path = tmp_path / "round.zip"
    path.write_bytes(default_storage.open(f"polls/{poll.slug}/round.zip").read())
    spec = importlib.util.spec_from_file_location("verify", ROOT / "verify.py")
    verifier = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(verifier)
    verifier.verify(str(path))
    campaign.record(f"{len(ballots)} ballots cast through the services: 30 official winners, bundle verified")
