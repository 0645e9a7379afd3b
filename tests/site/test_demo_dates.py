"""The demo's dates hang on the day it is seeded: it never opens on a dead round."""

from datetime import UTC, datetime

import pytest

from funding.models import Phase, Round, Step
from renewal.kernel.clock import is_working_day, london_day
from renewal.site.demo import areas, groups, money, rounds
from renewal.site.demo.world import World


@pytest.mark.parametrize(
    "day", [datetime(2028, 2, 29, 10, tzinfo=UTC), datetime(2031, 12, 25, 23, 30, tzinfo=UTC)], ids=str
)
def test_on_any_day_the_demo_has_a_round_in_every_step_that_somebody_can_act_in(day, db):
    world = World(now=day)

    for part in (areas, groups, money, rounds):
        part.seed(world)

    open_now = Phase.objects.filter(starts_at__lte=day, ends_at__gt=day)
    assert set(open_now.values_list("step", flat=True)) == set(Step.values)
    assert Round.objects.count() == open_now.values("round").distinct().count(), "no round is over, or has not begun"
    closings = Phase.objects.filter(step=Step.VOTE).values_list("ends_at", flat=True)
    assert all(is_working_day(london_day(closes_at), nation="england") for closes_at in closings)
