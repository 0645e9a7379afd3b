"""How many people voted is told from 30 on, on every page that says who decided an order (T§3.7)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import AreaLevel, BodyKind
from funding.models import Priority
from funding.queries.news_lines import area_news
from funding.services.mandates import raise_priority
from funding.services.priorities import adopt_list
from tests.factories.answers import RoundFactory, SuggestionFactory, officer_of
from tests.factories.communities import AreaFactory, BodyFactory

pytestmark = pytest.mark.django_db


def adopted(county, *, voters):
    authority = AreaFactory(level=AreaLevel.AUTHORITY, parent=county)
    round_ = RoundFactory(area=AreaFactory(parent=authority))
    need = SuggestionFactory(round=round_, text="A bus home at night")
    adopt_list(round_id=round_.pk, refs=[need.ref], voters=voters, now=timezone.now())
    return round_


def raised(county, rounds):
    region, one = BodyFactory(kind=BodyKind.COMBINED_AUTHORITY, area=county), None
    for round_ in rounds:
        one = raise_priority(
            priority_id=Priority.objects.get(list__round=round_).pk, body_id=region.pk, power="transport",
            words="Buses are run by the region.", joins=one and one.pk, actor=officer_of(round_.convenor),
            now=timezone.now(),
        )  # fmt: skip
    return one


@pytest.fixture
def county():
    nation = AreaFactory(level=AreaLevel.NATION, parent=AreaFactory(level=AreaLevel.UK, nation=""))
    return AreaFactory(level=AreaLevel.STRATEGIC, parent=nation)


@pytest.mark.parametrize(("voters", "words"), [(29, "ewer than 30 people"), (30, "30 people")])
@pytest.mark.parametrize("name", ["funding:priority_list", "communities:area_detail"])
def test_an_order_by_fewer_than_30_people_does_not_say_how_many(client, county, name, voters, words):
    round_ = adopted(county, voters=voters)
    slug = round_.area.slug if "area" in name else round_.slug

    page = client.get(reverse(name, args=[slug])).content.decode()

    assert words in page
    assert "29 people" not in page


def test_the_story_of_a_round_and_the_news_of_its_area_say_few(client, county):
    round_ = adopted(county, voters=29)

    page = client.get(reverse("funding:round_story", args=[round_.slug])).content.decode()

    assert "Fewer than 30 people put 1 need in order." in page
    (line,) = [line.text for line in area_news(round_.area, now=timezone.now()) if "in order" in line.text]
    assert line == "Fewer than 30 people put the needs in order."


@pytest.mark.parametrize(("voters", "tells"), [([634, 29], False), ([634, 220], True)])
def test_a_sum_over_areas_is_not_told_where_one_of_them_had_few(client, county, voters, tells):
    one = raised(county, [adopted(county, voters=count) for count in voters])

    chosen = client.get(reverse("funding:chosen")).content.decode()
    duty = client.get(reverse("funding:mandate_detail", args=[one.mandates.get().pk])).content.decode()

    assert ("2 areas, 854 voters" in chosen, "2 areas, 854 voters" in duty) == (tells, tells)
    assert "663" not in chosen + duty
    assert "2 areas" in chosen
    assert "People of 2 areas" in duty
