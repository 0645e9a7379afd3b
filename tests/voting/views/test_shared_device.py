"""A device that others use shows the receipt once and keeps nothing."""

import pytest

from tests.factories.voting import opened_poll
from tests.voting.views.voter import pass_check, url
from voting.models import BallotDraft, SealedBallot

pytestmark = pytest.mark.django_db


def test_a_shared_device_shows_the_receipt_once_and_keeps_nothing(client, poll, code):
    client.post(url("residency_method", poll), {"method": "code", "is_shared": "on"})
    pass_check(client, poll, code)
    client.post(url("choose", poll), {"project": ["ASH-001"]})
    assert client.cookies[f"ballot_{poll.pk}"]["max-age"] == ""  # it ends with the browser

    page = client.post(url("send", poll))

    assert "We have your vote" in page.content.decode()
    assert SealedBallot.objects.count() == 1
    assert not BallotDraft.objects.exists()
    assert client.get(url("sent", poll)).url == url("start", poll)
    assert client.get(url("choose", poll)).url == url("residency_method", poll)
    assert not [name for name in client.cookies if name.startswith("ballot_") and client.cookies[name].value]


def test_a_shared_device_forgets_a_voter_who_walked_away_before_the_next_one(client, poll, code):
    client.post(url("residency_method", poll), {"method": "code", "is_shared": "on"})
    pass_check(client, poll, code)
    client.post(url("choose", poll), {"project": ["ASH-001"]})
    assert BallotDraft.objects.count() == 1

    client.get(url("residency_method", poll))

    assert not BallotDraft.objects.exists()
    assert client.get(url("choose", poll)).url == url("residency_method", poll)


def test_a_shared_device_keeps_the_other_ballots_of_the_same_person_open(client, poll, code):
    above = opened_poll(area_id=poll.area.parent_id, title="Borough")
    client.post(url("residency_method", poll), {"method": "code", "is_shared": "on"})
    pass_check(client, poll, code)
    client.post(url("choose", poll), {"project": ["ASH-001"]})

    page = client.post(url("send", poll)).content.decode()

    assert "Borough" in page
    assert client.get(url("choose", above)).status_code == 200
    assert client.get(url("choose", poll)).url == url("residency_method", poll)
