"""The demo's small awards: two purses by two officers, ideas to support, a decided month, a joint start."""

import pytest
from django.utils import timezone

from funding.models import Award, SmallIdea, SmallMonth, SmallPurse
from funding.services.ledger import check_ledger
from renewal.site.demo import areas, groups, money, rounds, small
from renewal.site.demo.world import World

pytestmark = pytest.mark.django_db


def test_the_demo_shows_ideas_to_support_and_a_month_that_was_decided(client):
    world = World(now=timezone.now())
    for part in (areas, groups, money, rounds, small):
        part.seed(world)

    assert SmallPurse.objects.open().count() == 2
    assert SmallIdea.objects.collecting(at=world.now).count() == 3
    assert set(Award.objects.values_list("origin", flat=True)) == {"small", "joint"}
    assert SmallMonth.objects.filter(decided_at__isnull=False, ideas__isnull=False).exists()
    assert check_ledger(now=world.now).differences == []
    assert client.get("/en/area/ashcombe-riverside/small-awards/").status_code == 200
