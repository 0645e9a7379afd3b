import math

import pytest

from communities.rules.outlines import outline, shapes, simplified, to_plane

SQUARE = [[0.0, 50.0], [0.2, 50.0], [0.2, 50.1], [0.0, 50.1], [0.0, 50.0]]


def test_topojson_and_geojson_of_one_square_are_the_same_shape():
    geojson = {
        "type": "FeatureCollection",
        "features": [{"id": "A", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}],
    }
    topojson = {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.1], "translate": [0, 50]},
        "arcs": [[[0, 0], [2, 0], [0, 1]], [[0, 0], [0, 1], [2, 0]]],
        "objects": {"wards": {"geometries": [{"type": "Polygon", "id": "A", "arcs": [[0, -2]]}]}},
    }

    assert list(shapes(topojson)) == list(shapes(geojson))


def test_north_is_up_and_the_scale_is_the_same_in_both_directions():
    west, north = to_plane((0, 60)), to_plane((0.0001, 60.0001))

    assert north[1] < west[1]
    assert math.isclose(
        (west[1] - to_plane((0, 61))[1]) / (to_plane((1, 60))[0]), 1 / math.cos(math.radians(60.5)), rel_tol=0.001
    )


def test_simplifying_keeps_the_ends_and_every_point_further_off_than_the_tolerance():
    line = [(0, 0), (5, 1), (10, 0), (15, 40), (20, 0)]

    assert simplified(line, 2) == [(0, 0), (10, 0), (15, 40), (20, 0)]


def test_small_islands_vanish_and_the_last_land_stays():
    land, islet = [(0, 0), (1000, 0), (1000, 900), (0, 900)], [(2000, 0), (2001, 0), (2001, 1)]

    assert len(outline([islet, land]).rings) == 1
    assert outline([islet]).path == "M2000,0l1,0 0,1z"
    assert outline([[(0, 0), (1, 1)]]) is None


@pytest.mark.parametrize(
    "document",
    [
        {"type": "Point"},
        {"type": "FeatureCollection", "features": [{"id": "A", "geometry": {"type": "Point", "coordinates": [0, 0]}}]},
        {"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon", "coordinates": [SQUARE]}}]},
        {
            "type": "FeatureCollection",
            "features": [{"id": "A", "geometry": {"type": "Polygon", "coordinates": [[[0, 99]]]}}],
        },
        {
            "type": "Topology",
            "arcs": [],
            "objects": {"w": {"geometries": [{"type": "Polygon", "id": "A", "arcs": [[4]]}]}},
        },
    ],
)
def test_a_shape_that_cannot_be_drawn_is_refused(document):
    with pytest.raises(ValueError):
        list(shapes(document))
