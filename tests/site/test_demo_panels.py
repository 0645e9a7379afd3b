"""The demo's panel, offer to combine, talk, dispute, reports and second look: each page has something true to show."""

import pytest
from django.utils import timezone

from communities.models import User
from funding.models import CombineOffer, Panel, PanelMeeting, ProjectComment, TextReport
from funding.services.moderation import reports_for
from renewal.site.demo import areas, groups, money, panels, priorities, projects, rounds, words
from renewal.site.demo.world import World

pytestmark = pytest.mark.django_db


def test_the_demo_shows_minutes_an_offer_and_words_to_look_at(client, monkeypatch):
    world = World(now=timezone.now())
    monkeypatch.setattr(priorities, "NEEDS", {})  # what is voted on has its own test
    for part in (areas, groups, money, rounds, priorities, projects, panels, words):
        part.seed(world)

    assert sorted(PanelMeeting.objects.values_list("state", flat=True)) == ["called", "signed"]
    assert Panel.objects.get().seats.count() == 3
    assert CombineOffer.objects.waiting().count() == 1
    assert ProjectComment.objects.filter(reports__isnull=False).count() == 1
    priya, ruth = (User.objects.get(email=f"{name}@example.org") for name in ("priya", "ruth"))
    assert {report.asks for report in reports_for(priya, now=world.now)} == {"hide"}
    assert {report.asks for report in reports_for(ruth, now=world.now)} == {"hide", "show"}
    assert TextReport.objects.filter(challenge__isnull=False).count() == 1
    minutes = PanelMeeting.objects.get(state="signed")
    assert client.get(f"/en/panels/minutes/{minutes.pk}/").status_code == 200
