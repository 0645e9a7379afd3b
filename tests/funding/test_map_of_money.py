"""The outline map of money: any number of areas, drawn by their own shapes or by the boroughs in them."""

import pytest

from communities.models import AreaOutline
from funding.queries.money_map import map_of_money
from funding.queries.shares import AreaMoney
from tests.factories.money import make_country

pytestmark = pytest.mark.django_db


def outline(area, place: int) -> None:
    """Give an area a square of its own in one row of squares."""
    x = place * 1_000
    AreaOutline.objects.create(
        area=area, path=f"M{x},0l900,0 0,900 -900,0z", min_x=x, min_y=0, max_x=x + 900, max_y=900
    )


def a_borough(count: int):
    rows = [("UK", "uk", "", 1, None), ("NAT", "nation", "UK", 1, None), ("BOR", "authority", "NAT", 1, None)]
    rows += [(f"W{number:03d}", "neighbourhood", "BOR", 1_000, None) for number in range(count)]
    areas = make_country(rows)
    wards = [areas[f"W{number:03d}"] for number in range(count)]
    for place, ward in enumerate(wards):
        outline(ward, place)
    moneys = [AreaMoney(ward, 1_000 * (place + 1), 1_000 * (place + 1), 0, 0) for place, ward in enumerate(wards)]
    return areas, moneys


def test_few_areas_carry_numbers_and_many_are_drawn_without_them():
    areas, few = a_borough(3)
    drawn = map_of_money(areas["BOR"], few)
    assert ([pin.number for pin in drawn.pins], len(drawn.outlines)) == ([1, 2, 3], 3)
    assert sorted(shape.tone for shape in drawn.outlines) == [0, 1, 2]


def test_a_borough_of_ninety_wards_has_its_map():
    areas, many = a_borough(90)

    drawn = map_of_money(areas["BOR"], many)

    assert (len(drawn.pins), len(drawn.outlines)) == (0, 90)
    assert "90" in drawn.label
    assert [tone for tone, _words in drawn.legend] == [0, 1, 2]


def test_a_nation_without_a_shape_of_its_own_is_drawn_by_its_boroughs():
    rows = [("UK", "uk", "", 1, None)]
    rows += [(f"N{nation}", "nation", "UK", 1_000, None) for nation in range(2)]
    rows += [(f"B{nation}{at}", "authority", f"N{nation}", 500, None) for nation in range(2) for at in range(25)]
    areas = make_country(rows)
    for place, code in enumerate(code for code in areas if code.startswith("B")):
        outline(areas[code], place)
    moneys = [AreaMoney(areas[f"N{nation}"], 5_000 * (nation + 1), 0, 0, 0) for nation in range(2)]

    drawn = map_of_money(areas["UK"], moneys)

    assert (len(drawn.outlines), [pin.url for pin in drawn.pins]) == (50, ["#place-1", "#place-2"])
    assert {shape.tone for shape in drawn.outlines[:25]} != {shape.tone for shape in drawn.outlines[25:]}


def test_no_shapes_is_no_map():
    areas = make_country()

    assert map_of_money(areas["ASH"], [AreaMoney(areas["MILL"], 1, 1, 0, 0)]) is None
