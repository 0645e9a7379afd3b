"""Outlines of areas as SVG paths: TopoJSON and GeoJSON decoded, projected, simplified and written.

All outlines share one plane, so that an area can be drawn beside its neighbours: Mercator of WGS84, y downwards, in
units of 1/10,000 degree of longitude (6 to 7 metres in the United Kingdom). Sources: RFC 7946 (GeoJSON); the TopoJSON
specification 1.0 (quantised arcs, ``~i`` for an arc run backwards); Douglas and Peucker 1973 for the simplification.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

UNIT = 10_000
Point = tuple[float, float]
Ring = list[Point]
PlanePoint = tuple[int, int]


@dataclass(frozen=True)
class Outline:
    """The shape of one area in the shared plane: closed rings, largest box first."""

    rings: tuple[tuple[PlanePoint, ...], ...]

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Smallest and largest x and y: (min_x, min_y, max_x, max_y)."""
        xs = [x for ring in self.rings for x, _ in ring]
        ys = [y for ring in self.rings for _, y in ring]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def path(self) -> str:
        """The ``d`` of an SVG path: absolute start, relative steps."""
        return "".join(_ring_path(ring) for ring in self.rings)


def _ring_path(ring: Sequence[PlanePoint]) -> str:
    x, y = ring[0]
    steps = []
    for next_x, next_y in ring[1:]:
        steps.append(f"{next_x - x},{next_y - y}")
        x, y = next_x, next_y
    return f"M{ring[0][0]},{ring[0][1]}l{' '.join(steps)}z"


def to_plane(point: Point) -> PlanePoint:
    """Project a longitude and latitude; raises ValueError outside the world (and for a number that is none)."""
    lon, lat = point
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise ValueError(f"{lon}, {lat} is not a longitude and latitude")
    y = math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))
    return round(lon * UNIT), -round(y * UNIT)


def simplified(ring: Sequence[PlanePoint], tolerance: float) -> list[PlanePoint]:
    """Drop the points of an open line that lie within ``tolerance`` of it (Douglas–Peucker, without recursion)."""
    keep = {0, len(ring) - 1}
    spans = [(0, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = ring[first], ring[last]
        dx, dy = bx - ax, by - ay
        length = math.hypot(dx, dy)
        worst, at = tolerance, 0
        for index in range(first + 1, last):
            px, py = ring[index][0] - ax, ring[index][1] - ay
            away = abs(px * dy - py * dx) / length if length else math.hypot(px, py)
            if away > worst:
                worst, at = away, index
        if at:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [ring[index] for index in sorted(keep)]


def outline(rings: Sequence[Sequence[PlanePoint]], *, detail: int = 400) -> Outline | None:
    """Build an outline from closed rings in the plane; ``detail`` is how many steps its longer side is drawn in.

    Rings smaller than two steps vanish, unless none would be left; None when there is no ring with an inside.
    """
    rings = [list(ring) for ring in rings if len(set(ring)) >= 3]
    if not rings:
        return None
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    tolerance = max(max(xs) - min(xs), max(ys) - min(ys)) / detail
    size = {index: _size(ring) for index, ring in enumerate(rings)}
    largest = sorted(size, key=lambda index: (-size[index], index))
    kept: list[tuple[PlanePoint, ...]] = []
    for index in largest:
        if kept and size[index] < 2 * tolerance:
            break
        ring = rings[index]
        far = max(
            range(len(ring)), key=lambda place: (ring[place][0] - ring[0][0]) ** 2 + (ring[place][1] - ring[0][1]) ** 2
        )
        line = simplified(ring[: far + 1], tolerance)[:-1] + simplified([*ring[far:], ring[0]], tolerance)[:-1]
        if len(set(line)) >= 3:
            kept.append(tuple(line))
        elif not kept:
            kept.append(tuple(ring))
    return Outline(tuple(kept))


def _size(ring: Sequence[PlanePoint]) -> int:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def shapes(document: Mapping[str, Any]) -> Iterator[tuple[str, list[list[PlanePoint]]]]:
    """Yield the code and the rings (in the plane) of every feature of a GeoJSON or TopoJSON document.

    The code is a feature's ``id`` or its property ``code``. Raises ValueError, naming the feature by its number from 1.
    """
    kind = document.get("type")
    if kind == "Topology":
        arcs = _arcs(document)
        features = [shape for name in document["objects"].values() for shape in name.get("geometries", [])]
    elif kind == "FeatureCollection":
        features = document["features"]
    else:
        raise ValueError(f"type is {kind!r}, and must be FeatureCollection or Topology")
    for number, feature in enumerate(features, 1):
        try:
            code = feature.get("id") or (feature.get("properties") or {})["code"]
            if kind == "Topology":
                rings = [_joined(ring, arcs) for ring in _polygons(feature, "arcs")]
            else:
                rings = [[(p[0], p[1]) for p in ring] for ring in _polygons(feature["geometry"], "coordinates")]
            yield str(code), [[to_plane(point) for point in ring] for ring in rings]
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as fault:
            raise ValueError(f"feature {number}: {fault!r}") from fault


def _polygons(geometry: Mapping[str, Any], key: str) -> list[Any]:
    if geometry["type"] == "Polygon":
        return list(geometry[key])
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry[key] for ring in polygon]
    raise ValueError(f"geometry is a {geometry['type']}, and must be a Polygon or MultiPolygon")


def _arcs(topology: Mapping[str, Any]) -> list[Ring]:
    """Undo quantisation: every arc as longitudes and latitudes."""
    transform = topology.get("transform")
    if not transform:
        return [[(p[0], p[1]) for p in arc] for arc in topology["arcs"]]
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy, *_ in arc:
            x, y = x + dx, y + dy
            line.append((x * scale_x + move_x, y * scale_y + move_y))
        decoded.append(line)
    return decoded


def _joined(ring: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """Join the arcs of a ring; the point that two arcs share is kept once."""
    line: Ring = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        line += arc[1:] if line else arc
    return line


@dataclass(frozen=True)
class Frame:
    """A drawing of a part of the plane: a box of it, fitted into ``width`` units across, starting at 0, 0."""

    min_x: int
    min_y: int
    max_x: int
    max_y: int
    width: int = 640
    margin: int = 30

    @property
    def scale(self) -> float:
        """How many units of the drawing one unit of the plane takes; height is held to 5 quarters of the width."""
        across = (self.width - 2 * self.margin) / (self.max_x - self.min_x)
        down = (self.width * 1.25 - 2 * self.margin) / (self.max_y - self.min_y)
        return min(across, down)

    @property
    def height(self) -> int:
        """The height of the drawing, in the units of its width."""
        return round((self.max_y - self.min_y) * self.scale + 2 * self.margin)

    def placed(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the plane lies in the drawing."""
        inset = (self.width - (self.max_x - self.min_x) * self.scale) / 2
        return round((x - self.min_x) * self.scale + inset, 1), round((y - self.min_y) * self.scale + self.margin, 1)

    def drawn(self, path: str, *, least: float = 0) -> str:
        """Rewrite the path of an outline in the units of the drawing; steps shorter than ``least`` are joined."""
        rings = []
        for ring in filter(None, path.split("z")):
            start, steps = ring[1:].split("l")
            x, y = map(int, start.split(","))
            points = [self.placed(x, y)]
            for step in steps.split():
                dx, dy = map(int, step.split(","))
                x, y = x + dx, y + dy
                point = self.placed(x, y)
                if not least or math.dist(point, points[-1]) >= least:
                    points.append(point)
            if not least or len(points) > 2:
                rings.append("M" + "L".join(f"{px:g} {py:g}" for px, py in points) + "z")
        return "".join(rings)
