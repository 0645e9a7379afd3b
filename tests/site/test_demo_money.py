"""The demo shows who holds each pot: first willing, one that said no, a later choice, one that waits for a second."""

from datetime import UTC, datetime
from random import Random

import pytest

from funding.models import HolderCandidate, HolderProposal, PotHolder
from renewal.site.demo import areas, groups, money
from renewal.site.demo.world import World

pytestmark = pytest.mark.django_db


def test_pots_are_held_by_the_list_with_one_of_each_exception():
    world = World(now=datetime(2026, 11, 20, 12, tzinfo=UTC), random=Random(1))
    for part in (areas, groups, money):
        part.seed(world)

    held = {holder.area.code: holder for holder in PotHolder.objects.standing().select_related("area", "candidate")}
    assert held["Z05000001"].candidate.label == "Ashcombe Community Trust"
    assert held["Z05000001"].candidate.kind == "local_civil_society"
    assert held[money.LATER].candidate.kind == "council"
    assert (held[money.LATER].first_willing, bool(held[money.LATER].second)) == (False, True)
    assert HolderProposal.objects.get(state="waiting").area.code == money.WAITING
    assert HolderCandidate.objects.get(declined_at__isnull=False).area.code == money.SAID_NO
    assert money.SAID_NO not in held
