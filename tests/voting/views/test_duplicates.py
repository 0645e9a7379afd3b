"""An officer settles whether two entries of the roll are one person, once and with an answer."""

import pytest
from django.urls import reverse

from communities.models import NearMatch, NearMatchState
from tests.factories.voting import near_match, poll_open_now
from tests.support.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(client):
    world = build_world()
    client.force_login(world.users["counting"], backend="django.contrib.auth.backends.ModelBackend")
    return near_match(poll_open_now(area_id=world.area.pk))


@pytest.mark.parametrize(("answer", "state"), [("yes", NearMatchState.SAME), ("no", NearMatchState.DIFFERENT)])
def test_an_officer_says_whether_two_entries_are_one_person(client, match, answer, state):
    response = client.post(reverse("voting:duplicates"), {"case": match.pk, "same": answer})

    assert response.status_code == 303
    assert NearMatch.objects.get().state == state
    assert client.post(reverse("voting:duplicates"), {"case": match.pk, "same": answer}).status_code == 404


def test_without_an_answer_the_page_says_what_to_choose_and_leads_to_the_pair(client, match):
    response = client.post(reverse("voting:duplicates"), {"case": match.pk})

    assert response.status_code == 422
    assert f'<a href="#case-{match.pk}-same_0">Choose one person or two people</a>' in response.content.decode()
    assert NearMatch.objects.get().state == NearMatchState.WAITING
