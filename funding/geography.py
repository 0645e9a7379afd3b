"""Read a geography pack (areas.csv and wards.csv.gz) into the tree that the rules share money over."""

import csv
import gzip
from pathlib import Path

from funding.rules.need import Need
from funding.rules.problems import ParameterError, Problem
from funding.rules.tree import TreeArea

# The pack's own words for two levels, and the mark of an area that is a statistical remainder without a body.
LEVEL_NAMES = {"local_authority": "authority", "ward": "neighbourhood"}
NO_BODY = "X-REST-"


def read_areas(folder: Path) -> list[TreeArea]:
    """Read every area of a pack; raises ParameterError where a file or a figure is not there."""
    percentiles = _percentiles(folder)
    areas = []
    for row in _rows(folder / "areas.csv"):
        code, people = row["code"], row["population"]
        if not people.lstrip("-").isdigit():
            raise ParameterError([Problem("no_people", code, people or "no number of")])
        areas.append(
            TreeArea(
                code=code,
                level=LEVEL_NAMES.get(row["level"], row["level"]),
                parent=row["parent_code"],
                people=int(people),
                need=Need(deprivation=percentiles.get(code)),
                has_body=_has_body(row),
            )
        )
    return areas


def _has_body(row: dict[str, str]) -> bool:
    """An area has a body unless a ``has_body`` column says no; without the column, all but the remainders."""
    if "has_body" in row:
        return row["has_body"].strip().lower() not in ("0", "false", "no")
    return not row["code"].startswith(NO_BODY)


def _percentiles(folder: Path) -> dict[str, int]:
    """Return the wards' published percentiles in ten-thousandths, exactly as printed (no float in between)."""
    for name in ("wards.csv.gz", "wards.csv"):
        if (folder / name).exists():
            return {
                row["code"]: ten_thousandths(row["code"], row["need_percentile_in_nation"])
                for row in _rows(folder / name)
                if row.get("need_percentile_in_nation")
            }
    return {}


def ten_thousandths(code: str, text: str) -> int:
    """Turn "0.4678" into 4,678; a longer figure is rounded half up."""
    whole, _, decimals = text.partition(".")
    digits = whole + decimals
    if not digits.isdigit():
        raise ParameterError([Problem("bad_need", code, text)])
    scale = int("1" + "0" * len(decimals))
    return (2 * 10_000 * int(digits) + scale) // (2 * scale)


def _rows(path: Path) -> list[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError as missing:
        raise ParameterError([Problem("missing", str(path))]) from missing
