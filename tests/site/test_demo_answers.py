"""The demo seeds needs and answers through the services: every page has something true to show."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Area, Body
from funding.models import Action, Gathering, Mandate, PriorityList, Question, Step, Suggestion
from funding.queries.areas_asked import area_asked
from renewal.site.demo import answers, areas, priorities
from renewal.site.demo.world import World
from tests.factories.projects import make_cycle, make_round

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ROUNDS = [
    ("Z05000001", "ashcombe-council", "ashcombe-north", "ASH", Step.VOTE),
    ("Z05000005", "ashcombe-council", "coldbrook", "COL", Step.PRIORITIES),
    ("Z05000022", "bro-hafren-council", "pontyfelin", "PON", Step.DELIVERY),
]


def test_the_demo_shows_needs_counted_answered_overdue_and_disputed(monkeypatch):
    from voting.services.opening import open_box

    def open_here(*poll_ids):
        for poll_id in poll_ids:
            open_box(poll_id=poll_id, now=timezone.now())

    monkeypatch.setattr(priorities, "open_box_in_child", open_here)
    world = World(now=timezone.now())
    areas.seed(world)
    cycle = make_cycle()
    for code, convenor, name, prefix, step in ROUNDS:
        make_round(
            Area.objects.get(code=code), Body.objects.get(slug=convenor), step=step, now=world.now, prefix=prefix,
            slug=f"{name}-2027", cycle=cycle.pk,
        )  # fmt: skip

    priorities.seed(world)
    answers.seed(world)

    north = area_asked(Area.objects.get(code="Z05000001"), now=world.now)
    assert north is not None
    assert north.voters == 214
    assert [need.title for need in north.needs][:4] == [
        "Somewhere warm to meet",
        "Getting to the clinic without a car",
        "Things for young people to do after dark",
        "A safer walk along the river",
    ]
    assert [[answer.status for answer in need.answers] for need in north.needs][:2] == [
        ["answered"],
        ["answered", "answered"],
    ]
    assert PriorityList.objects.count() == 2
    assert Suggestion.objects.filter(state="merged").count() == 1
    assert Action.objects.with_marks().filter(disputes__gt=0).count() == 1
    assert Mandate.objects.overdue(at=world.now + timedelta(days=400)).exists()
    assert (Gathering.objects.count(), Question.objects.count()) == (3, 3)
