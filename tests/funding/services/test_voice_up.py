"""Voice up: a need that no power of its area can meet adds up at the level that has the power."""

import pytest

from communities.models import AreaLevel, BodyKind
from funding.models import Mandate, Priority
from funding.services.mandates import HasPower, WrongLevel, raise_priority
from funding.services.priorities import adopt_list
from tests.factories.answers import NOON, RoundFactory, SuggestionFactory, officer_of
from tests.factories.communities import AreaFactory, BodyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    uk = AreaFactory(level=AreaLevel.UK, nation="")
    nation = AreaFactory(level=AreaLevel.NATION, parent=uk)
    return AreaFactory(level=AreaLevel.STRATEGIC, parent=nation)


def adopted(county, *, voters):
    """A neighbourhood's adopted need for buses, with its council's officer."""
    authority = AreaFactory(level=AreaLevel.AUTHORITY, parent=county)
    round_ = RoundFactory(area=AreaFactory(parent=authority))
    need = SuggestionFactory(round=round_, text="A bus home after nine at night")
    adopt_list(round_id=round_.pk, refs=[need.ref], voters=voters, now=NOON)
    return Priority.objects.get(list__round=round_), officer_of(round_.convenor)


def up(priority, officer, body, **more):
    facts = {"power": "transport", "words": "Buses are run by the region.", "now": NOON} | more
    return raise_priority(priority_id=priority.pk, body_id=body.pk, actor=officer, **facts)


def test_the_same_need_of_two_areas_adds_up_and_becomes_one_duty_of_the_level_with_the_power(county):
    region = BodyFactory(kind=BodyKind.COMBINED_AUTHORITY, area=county)
    first, first_officer = adopted(county, voters=634)
    second, second_officer = adopted(county, voters=220)

    raised = up(first, first_officer, region)
    raised = up(second, second_officer, region, joins=raised.pk)

    mandate = Mandate.objects.get(kind="raised")
    assert (raised.area, raised.area_count, raised.voter_count) == (county, 2, 854)
    assert (mandate.body, mandate.area, mandate.raised) == (region, county, raised)


def test_a_need_that_the_area_itself_can_meet_stays_there(county):
    priority, officer = adopted(county, voters=10)

    with pytest.raises(HasPower):
        up(priority, officer, BodyFactory(area=county), power="events")


def test_only_a_body_of_the_level_with_the_power_can_be_named(county):
    priority, officer = adopted(county, voters=10)

    with pytest.raises(WrongLevel):
        up(priority, officer, priority.list.round.convenor)
