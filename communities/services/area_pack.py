"""Read a folder of areas, as docs/area-pack.md describes it, and refuse it whole when anything is wrong.

Nothing here touches the database. Every refusal names the file, the line and the reason.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import IO

from django.utils.text import slugify

from communities.models import AreaLevel, Nation
from communities.rules.outlines import Outline, PlanePoint, outline, shapes
from communities.rules.postcodes import is_inward, is_outward
from communities.rules.welsh_names import WELSH_NAMES
from renewal.kernel.errors import DomainError

VINTAGE = date(2025, 5, 1)  # the start of areas in a folder that states no date of its own
LEVELS = {level.value: level for level in AreaLevel} | {
    "local_authority": AreaLevel.AUTHORITY,
    "ward": AreaLevel.NEIGHBOURHOOD,
}
DEPTH = {level: depth for depth, level in enumerate(AreaLevel)}
Told = Callable[[str, int, int], None]


class PackRefused(DomainError):
    """A folder cannot be imported; carries ``file``, ``line`` (0 for the file as a whole) and ``reason``."""

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else str(self.file)
        return f"{place}: {self.reason}"


@dataclass
class PackArea:
    """One area as a folder states it."""

    line: int
    code: str
    name: str
    name_cy: str
    level: AreaLevel
    parent_code: str
    population: int
    nation: str = ""
    path: str = ""
    has_body: bool = True
    need_ten_thousandths: int | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    whereabouts: str = ""
    whereabouts_cy: str = ""


@dataclass
class Pack:
    """A folder that has passed every check."""

    vintage: date
    areas: dict[str, PackArea]
    ranges: list[tuple[str, str, str, str]]
    outlines: dict[str, Outline]
    successions: list[tuple[str, str]] = field(default_factory=list)

    @property
    def root(self) -> PackArea:
        return next(area for area in self.areas.values() if not area.parent_code)


def read_pack(folder: Path, *, vintage: date | None = None, told: Told = lambda step, done, of: None) -> Pack:
    """Read and check a folder; ``told(step, done, of)`` hears how far it is. Raises PackRefused."""
    if not folder.is_dir():
        raise PackRefused(file=str(folder), line=0, reason="there is no such folder")
    areas = _read_areas(folder)
    told("areas", len(areas), len(areas))
    _read_neighbourhoods(folder, areas)
    stated = _stated_vintage(folder)
    ranges = _read_ranges(folder, areas, told)
    outlines = _read_outlines(folder, areas, told)
    successions = _read_successions(folder, areas)
    return Pack(vintage or stated or VINTAGE, areas, ranges, outlines, successions)


def _find(folder: Path, name: str) -> Path | None:
    """Return a file of the folder, plain or packed with gzip."""
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    """Open a file as text, and turn what is wrong with it as a whole into a refusal."""
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8-sig", newline="") as file
        ):
            yield file
    except UnicodeDecodeError as fault:
        raise PackRefused(file=path.name, line=0, reason="the file is not UTF-8 text") from fault
    except (OSError, EOFError) as fault:
        raise PackRefused(file=path.name, line=0, reason=f"the file cannot be read ({fault})") from fault


def _rows(path: Path, *needed: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV file that must have the needed columns."""
    with _opened(path) as file:
        reader = csv.DictReader(file, strict=True)
        try:
            missing = [name for name in needed if name not in (reader.fieldnames or [])]
            if missing:
                raise PackRefused(file=path.name, line=1, reason=f"the column {missing[0]} is missing")
            for row in reader:
                if None in row or None in row.values():
                    raise PackRefused(
                        file=path.name, line=reader.line_num, reason="the row has a wrong number of columns"
                    )
                yield reader.line_num, row
        except csv.Error as fault:
            raise PackRefused(file=path.name, line=reader.line_num, reason=f"not a CSV row ({fault})") from fault


def _whole(path: Path, line: int, name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 2_147_483_647):
        raise PackRefused(file=path.name, line=line, reason=f"{name} must be a whole number, not {text!r}")
    return int(text)


def _decimal(path: Path, line: int, name: str, text: str, *, low: int, high: int) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not low <= value <= high:
        raise PackRefused(
            file=path.name, line=line, reason=f"{name} must be a number from {low} to {high}, not {text!r}"
        )
    return value


def _place(path: Path, line: int, row: Mapping[str, str], area: PackArea) -> None:
    """Take over the centre of an area where the row has one."""
    fifth = Decimal("0.00001")
    lat = _decimal(path, line, "lat", row.get("lat", ""), low=-90, high=90)
    lon = _decimal(path, line, "lon", row.get("lon", ""), low=-180, high=180)
    if lat is not None and lon is not None:
        area.latitude, area.longitude = lat.quantize(fifth), lon.quantize(fifth)


def _read_areas(folder: Path) -> dict[str, PackArea]:
    path = _find(folder, "areas.csv")
    if path is None:
        raise PackRefused(file="areas.csv", line=0, reason="the file is missing")
    areas: dict[str, PackArea] = {}
    for line, row in _rows(path, "code", "name", "level", "parent_code", "population"):
        code, name = row["code"].strip(), row["name"].strip()
        if not code or len(code) > 32 or not code.isascii() or any(c in code for c in "/ \t%_"):
            raise PackRefused(file=path.name, line=line, reason=f"{code!r} cannot be a code")
        if code in areas:
            raise PackRefused(file=path.name, line=line, reason=f"{code} stands in line {areas[code].line} already")
        if not name or len(name) > 200 or not slugify(name):
            raise PackRefused(file=path.name, line=line, reason=f"{code} has no name of 1 to 200 letters")
        if row["level"] not in LEVELS:
            raise PackRefused(file=path.name, line=line, reason=f"{row['level']!r} is not a level")
        has_body = row.get("has_body", "") or ("no" if code.startswith("X-REST-") else "yes")
        if has_body not in {"yes", "no"}:
            raise PackRefused(file=path.name, line=line, reason=f"has_body must be yes or no, not {has_body!r}")
        areas[code] = PackArea(
            line,
            code,
            name,
            row.get("name_cy", "").strip()[:200] or _known_welsh(name, LEVELS[row["level"]]),
            LEVELS[row["level"]],
            row["parent_code"].strip(),
            _whole(path, line, "population", row["population"]),
            has_body=has_body == "yes",
            whereabouts=row.get("whereabouts", "").strip()[:200],
            whereabouts_cy=row.get("whereabouts_cy", "").strip()[:200],
        )
        _place(path, line, row, areas[code])
    _check_tree(path, areas)
    return areas


def _known_welsh(name: str, level: AreaLevel) -> str:
    return "" if level is AreaLevel.NEIGHBOURHOOD else WELSH_NAMES.get(name, "")


def _check_tree(path: Path, areas: dict[str, PackArea]) -> None:
    """Every area has a parent of a higher level, there is one root, and the people of the children are the parent's."""
    roots = [area for area in areas.values() if not area.parent_code]
    if len(roots) != 1 or roots[0].level is not AreaLevel.UK:
        line = roots[-1].line if roots else 1
        raise PackRefused(file=path.name, line=line, reason="there must be one area without a parent, of level uk")
    people: dict[str, int] = {}
    for area in areas.values():
        if area.parent_code:
            parent = areas.get(area.parent_code)
            if parent is None:
                raise PackRefused(
                    file=path.name, line=area.line, reason=f"the parent {area.parent_code} is not in the file"
                )
            if DEPTH[parent.level] >= DEPTH[area.level]:
                reason = f"a {area.level.value} cannot lie in {parent.code}, a {parent.level.value}"
                raise PackRefused(file=path.name, line=area.line, reason=reason)
            people[parent.code] = people.get(parent.code, 0) + area.population
        if area.level is AreaLevel.NATION:
            area.nation = slugify(area.name)
            if area.nation not in Nation.values:
                raise PackRefused(file=path.name, line=area.line, reason=f"{area.name} is not one of the four nations")
    for code, total in people.items():
        area = areas[code]
        if total != area.population:
            reason = f"{code} has {area.population} people, and the areas in it have {total}"
            raise PackRefused(file=path.name, line=area.line, reason=reason)
    for area in sorted(areas.values(), key=lambda area: DEPTH[area.level]):
        parent = areas.get(area.parent_code)
        area.path = f"{parent.path if parent else ''}{area.code}/"
        area.nation = area.nation or (parent.nation if parent else "")
        if len(area.path) > 200:
            raise PackRefused(file=path.name, line=area.line, reason=f"the codes above {area.code} are too long")


def _read_neighbourhoods(folder: Path, areas: dict[str, PackArea]) -> None:
    """Add centres and need from wards.csv and local_authorities.csv, where the folder has them."""
    for name, level in (("wards.csv", AreaLevel.NEIGHBOURHOOD), ("local_authorities.csv", AreaLevel.AUTHORITY)):
        path = _find(folder, name)
        if path is None:
            continue
        for line, row in _rows(path, "code"):
            area = areas.get(row["code"])
            if area is None or area.level is not level:
                reason = f"{row['code']} is not a {level.value} of areas.csv"
                raise PackRefused(file=path.name, line=line, reason=reason)
            _place(path, line, row, area)
            need = _decimal(path, line, "need", row.get("need_percentile_in_nation", ""), low=0, high=1)
            if need is not None:
                area.need_ten_thousandths = int((need * 10_000).quantize(Decimal(1), ROUND_HALF_UP))


def _read_ranges(folder: Path, areas: Mapping[str, PackArea], told: Told) -> list[tuple[str, str, str, str]]:
    path = _find(folder, "postcode_ward_ranges.csv")
    if path is None:
        raise PackRefused(file="postcode_ward_ranges.csv", line=0, reason="the file is missing")
    wards = {code for code, area in areas.items() if area.level is AreaLevel.NEIGHBOURHOOD} | {""}
    seen: set[tuple[str, str, str]] = set()
    ranges = []
    for line, row in _rows(path, "outward", "first_inward", "last_inward", "ward_code"):
        outward, first, last, code = row["outward"], row["first_inward"], row["last_inward"], row["ward_code"]
        reason = ""
        if not is_outward(outward):
            reason = f"{outward!r} is not the first half of a postcode"
        elif not is_inward(first) or not is_inward(last):
            reason = f"{first!r} to {last!r} are not second halves of postcodes"
        elif first > last:
            reason = f"{first} comes after {last}"
        elif code not in wards:
            reason = f"{code} is not a ward or neighbourhood of areas.csv"
        elif (outward, first, code) in seen:
            reason = f"the range of {code} from {outward} {first} stands there twice"
        if reason:
            raise PackRefused(file=path.name, line=line, reason=reason)
        seen.add((outward, first, code))
        ranges.append((outward, first, last, code))
        if line % 20_000 == 0:
            told("postcodes read", line, 0)
    told("postcodes read", len(ranges), len(ranges))
    return ranges


def _read_outlines(folder: Path, areas: Mapping[str, PackArea], told: Told) -> dict[str, Outline]:
    """Read every boundaries file; an area without a shape of its own is drawn as the areas in it."""
    regions = _find(folder, "regions.csv")
    known = set(areas) | ({row["code"] for _, row in _rows(regions, "code")} if regions else set())
    rings: dict[str, list[list[PlanePoint]]] = {}
    for path in sorted(folder.glob("boundaries_*json*")):
        if path.name.removesuffix(".gz").rsplit(".", 1)[-1] not in {"geojson", "topojson"}:
            continue
        with _opened(path) as file:
            try:
                for code, shape in shapes(json.load(file)):
                    if code not in known:
                        raise ValueError(f"the shape of {code} belongs to no area of areas.csv")
                    rings[code] = shape
            except json.JSONDecodeError as fault:
                raise PackRefused(file=path.name, line=fault.lineno, reason=f"not JSON ({fault.msg})") from fault
            except (ValueError, KeyError, IndexError, TypeError, AttributeError) as fault:
                raise PackRefused(file=path.name, line=0, reason=str(fault)) from fault
    outlines: dict[str, Outline] = {}
    below: dict[str, list[str]] = {}
    for number, area in enumerate(sorted(areas.values(), key=lambda area: -DEPTH[area.level]), 1):
        below.setdefault(area.parent_code, []).append(area.code)
        shape = rings.get(area.code) or [
            list(ring) for code in below.get(area.code, ()) if code in outlines for ring in outlines[code].rings
        ]
        drawn = outline(shape)
        if drawn is not None:
            outlines[area.code] = drawn
        if number % 500 == 0 or number == len(areas):
            told("outlines drawn", number, len(areas))
    return outlines


def _read_successions(folder: Path, areas: Mapping[str, PackArea]) -> list[tuple[str, str]]:
    """Read which area follows which: (former code, code)."""
    path = _find(folder, "successions.csv")
    if path is None:
        return []
    found = []
    for line, row in _rows(path, "former_code", "code"):
        if row["code"] not in areas:
            raise PackRefused(file=path.name, line=line, reason=f"{row['code']} is not in areas.csv")
        if row["former_code"] in areas:
            raise PackRefused(
                file=path.name, line=line, reason=f"{row['former_code']} stands in areas.csv, so it has not ended"
            )
        found.append((row["former_code"], row["code"]))
    return found


def _stated_vintage(folder: Path) -> date | None:
    path = folder / "vintage.txt"
    if not path.is_file():
        return None
    with _opened(path) as file:
        text = file.read(64).strip()
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise PackRefused(file=path.name, line=1, reason=f"{text!r} is not a date like 2025-05-01") from fault
