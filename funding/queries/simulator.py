"""Try other figures: what one area and every level would get, without writing anything."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from communities.models import Area
from funding.models import AllocationRun
from funding.queries.shares import LevelLine, level_lines
from funding.rules.levels import LEVELS
from funding.services.allocation import split_inputs

RATES = ("nation", "strategic", "county", "authority")


@dataclass(frozen=True)
class Tried:
    """What one place and each level have now and would have."""

    before: int
    after: int
    levels_before: list[LevelLine]
    levels_after: list[LevelLine]

    @property
    def change(self) -> int:
        return self.after - self.before


def try_figures(run: AllocationRun, area: Area, changes: Mapping[str, Any]) -> Tried:
    """Split the run's own inputs twice, as they were and with the changes; raises ParameterError where they do not fit.

    ``changes``: people, need (ten-thousandths), uk and each level's rate (basis points); what is None stays.
    """
    inputs = AllocationRun.objects.get(pk=run.pk).inputs
    tried = deepcopy(inputs)
    for row in tried["areas"]:
        if row["code"] == area.code:
            if changes.get("people") is not None:
                row["people"] = changes["people"]
            if changes.get("need") is not None:
                row["need"] = changes["need"]
    if changes.get("uk") is not None:
        tried["parameters"]["uk_keep_bp"] = changes["uk"]
    for level in RATES:
        if changes.get(level) is not None:
            for block in tried["parameters"]["nations"].values():
                block["keep_bp"][level] = changes[level]
    before, after = _split(inputs), _split(tried)
    return Tried(
        before=_kept(before, area.code),
        after=_kept(after, area.code),
        levels_before=level_lines(_totals(before)),
        levels_after=level_lines(_totals(after)),
    )


def _split(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return split_inputs(inputs)[2]


def _kept(splits: Mapping[str, Any], code: str) -> int:
    return sum(split.areas[code].kept_pence for split in splits.values() if code in split.areas)


def _totals(splits: Mapping[str, Any]) -> dict[str, Any]:
    return {colour: {"levels": split.by_level()} for colour, split in splits.items()}


def rates_now(run: AllocationRun, area: Area) -> dict[str, int]:
    """Return the keep rates that hold for an area now, in basis points, by level."""
    document = run.parameter_set.document
    block = next((document["nations"][code] for code in area.chain_codes if code in document["nations"]), None)
    rates = dict(block["keep_bp"]) if block else {}
    return {"uk": document["uk_keep_bp"], **{level: rates.get(level, 0) for level in LEVELS if level in RATES}}
