"""Read and check the document of a parameter set; every problem is found, not only the first."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from funding.rules.levels import LEVELS, POWERS
from funding.rules.need import COMPONENTS, NeedRule
from funding.rules.parameters import (
    KEEPING,
    NATIONS,
    PRESETS,
    THEMES,
    UKSPF_2022_25,
    WHOLE_BP,
    ChangeLimits,
    NationBlock,
    Parameters,
    default_document,
    default_nation,
)
from funding.rules.problems import ParameterError, Problem


def read_parameters(document: Mapping[str, Any]) -> Parameters:
    """Check a document and return the parameters in it; anything left out takes its default.

    A nation that the document names nothing for keeps out of the cycle: ``nations`` lists who takes part. Inside a
    nation's block, too, what is left out takes its default. Raises ParameterError with every problem, not only the
    first.
    """
    reader = _Reader()
    if not isinstance(document, Mapping):
        raise ParameterError([Problem("not_table", "The parameter set")])
    full = {**default_document(), **document}
    for key in sorted(set(document) - set(default_document())):
        reader.problem("unknown", str(key))
    nations = _read_nations(reader, full["nations"])
    preset, weights = _read_nation_weights(reader, full["nation_weights"], nations)
    themes = _read_themes(reader, full["theme_floors_bp"])
    limits = _read_change_limits(reader, full["change_limits"])
    if full["floors_above_total"] not in ("refuse", "scale"):
        reader.problem("unknown_preset", "floors_above_total", str(full["floors_above_total"]))
    spill_total = reader.whole(full["spill_total_ppm"], "spill_total_ppm")
    spill_each = reader.whole(full["spill_each_ppm"], "spill_each_ppm")
    if spill_each > spill_total:
        reader.problem("spill_each_above_total", "spill_each_ppm", str(spill_each))
    parameters = Parameters(
        name=reader.text(full["name"], "name"),
        reserve_bp=reader.share(full["reserve_bp"], "reserve_bp"),
        participation_bp=reader.share(full["participation_bp"], "participation_bp"),
        uk_keep_bp=reader.share(full["uk_keep_bp"], "uk_keep_bp"),
        nation_preset=preset,
        nation_weights=weights,
        nations=nations,
        change_limits=limits,
        floors_above_total=str(full["floors_above_total"]),
        carry_forward=reader.switch(full["carry_forward"], "carry_forward"),
        rollover_rounds=reader.whole(full["rollover_rounds"], "rollover_rounds"),
        rollover_cap_bp=reader.share(full["rollover_cap_bp"], "rollover_cap_bp"),
        theme_floors_bp=themes,
        theme_least_pot_pence=reader.whole(full["theme_least_pot_pence"], "theme_least_pot_pence"),
        theme_support_bp=reader.share(full["theme_support_bp"], "theme_support_bp"),
        civil_society_bp=reader.share(full["civil_society_bp"], "civil_society_bp"),
        spill_total_ppm=spill_total,
        spill_each_ppm=spill_each,
        scale_permille=reader.whole(full["scale_permille"], "scale_permille", least=1),
        least_residents=reader.whole(full["least_residents"], "least_residents"),
        joint_carried_bp=reader.share(full["joint_carried_bp"], "joint_carried_bp"),
        joint_own_bp=reader.share(full["joint_own_bp"], "joint_own_bp"),
        fast_track_bp=reader.share(full["fast_track_bp"], "fast_track_bp"),
        fast_track_most_pence=reader.whole(full["fast_track_most_pence"], "fast_track_most_pence"),
        document=_filled(full),
    )
    if reader.problems:
        raise ParameterError(reader.problems)
    return parameters


def default_parameters() -> Parameters:
    """Return the standard parameter set, checked."""
    return read_parameters({})


def _filled(full: Mapping[str, Any]) -> dict[str, Any]:
    """Write every default out, so that two documents that mean the same have the same hash."""
    filled = dict(full)
    if isinstance(full["nations"], Mapping):
        filled["nations"] = {
            code: {**default_nation(), **block} if isinstance(block, Mapping) else block
            for code, block in full["nations"].items()
        }
    return filled


def _read_nations(reader: "_Reader", nations: Any) -> dict[str, NationBlock]:
    if not isinstance(nations, Mapping):
        reader.problem("not_table", "nations")
        return {}
    if not nations:
        reader.problem("no_nation", "nations")
    return {str(code): _read_nation(reader, f"nations.{code}", block) for code, block in nations.items()}


def _read_nation(reader: "_Reader", where: str, block: Any) -> NationBlock:
    if not isinstance(block, Mapping):
        reader.problem("not_table", where)
        block = {}
    full = {**default_nation(), **block}
    for key in sorted(set(block) - set(default_nation())):
        reader.problem("unknown", f"{where}.{key}")
    if block:
        for key in ("adopted_by", "adopted_on"):
            if not block.get(key):
                reader.problem("missing", f"{where}.{key}")
    keep = reader.table(full["keep_bp"], f"{where}.keep_bp")
    for level in sorted(set(keep) - set(KEEPING)):
        reader.problem("unknown_level", f"{where}.keep_bp", str(level))
    need = reader.table(full["need"], f"{where}.need")
    for key in sorted(set(need) - {"lo_permille", "hi_permille", *COMPONENTS}):
        reader.problem("unknown", f"{where}.need.{key}")
    lo = reader.whole(need.get("lo_permille", 500), f"{where}.need.lo_permille", least=1)
    hi = reader.whole(need.get("hi_permille", 2_000), f"{where}.need.hi_permille", least=1)
    if hi < lo:
        reader.problem("hi_below_lo", f"{where}.need", f"{hi} below {lo}")
    parts = {name: reader.whole(need.get(name, 0), f"{where}.need.{name}") for name in COMPONENTS}
    if not any(parts.values()):
        reader.problem("no_need_weight", f"{where}.need")
    floor = reader.whole(full["floor_pence"], f"{where}.floor_pence", negative="negative_floor")
    cap = full["cap_pence_per_head"]
    powers = reader.table(full["powers"], f"{where}.powers")
    for level, listed in powers.items():
        if level not in LEVELS:
            reader.problem("unknown_level", f"{where}.powers", str(level))
        for power in listed if isinstance(listed, list | tuple) else [listed]:
            if power not in POWERS:
                reader.problem("unknown_power", f"{where}.powers.{level}", str(power))
    factors = reader.table(full["cost_factors_permille"], f"{where}.cost_factors_permille")
    return NationBlock(
        adopted_by=reader.text(full["adopted_by"], f"{where}.adopted_by"),
        adopted_on=reader.day(full["adopted_on"], f"{where}.adopted_on"),
        keep_bp={level: reader.share(keep.get(level, 0), f"{where}.keep_bp.{level}") for level in KEEPING},
        need=NeedRule(lo, hi, **parts),
        floor_pence=floor,
        cap_pence_per_head=None if cap is None else reader.whole(cap, f"{where}.cap_pence_per_head", least=1),
        powers={level: tuple(listed) if isinstance(listed, list | tuple) else () for level, listed in powers.items()},
        cost_factors_permille={
            str(code): reader.whole(factor, f"{where}.cost_factors_permille.{code}", least=1)
            for code, factor in factors.items()
        },
    )


def _read_nation_weights(
    reader: "_Reader", table: Any, nations: Mapping[str, NationBlock]
) -> tuple[str, dict[str, int]]:
    given = reader.table(table, "nation_weights")
    preset = given.get("preset", "people")
    if preset not in PRESETS:
        reader.problem("unknown_preset", "nation_weights", str(preset))
        return "people", {}
    if preset == "people":
        return preset, {}
    chosen = (
        UKSPF_2022_25 if preset == "ukspf-2022-25" else reader.table(given.get("weights"), "nation_weights.weights")
    )
    weights = {}
    for code in nations:
        if code not in chosen:
            reader.problem("weights_missing", "nation_weights", NATIONS.get(code, code))
        else:
            weights[code] = reader.whole(chosen[code], f"nation_weights.{code}", least=1)
    return preset, weights


def _read_themes(reader: "_Reader", table: Any) -> dict[str, int]:
    given = reader.table(table, "theme_floors_bp")
    for theme in sorted(set(given) - set(THEMES)):
        reader.problem("unknown_theme", "theme_floors_bp", str(theme))
    floors = {
        theme: reader.share(given[theme], f"theme_floors_bp.{theme}", negative="negative_floor")
        for theme in THEMES
        if theme in given
    }
    if sum(floors.values()) > WHOLE_BP:
        reader.problem("themes_above_whole", "theme_floors_bp", str(sum(floors.values())))
    return floors


def _read_change_limits(reader: "_Reader", table: Any) -> ChangeLimits | None:
    if table is None:
        return None
    given = reader.table(table, "change_limits")
    floor = reader.share(given.get("floor_bp", 8_500), "change_limits.floor_bp", negative="negative_floor")
    cap = reader.whole(given.get("cap_bp", 12_500), "change_limits.cap_bp")
    if cap < WHOLE_BP:
        reader.problem("cap_below_floor", "change_limits.cap_bp", str(cap))
    return ChangeLimits(floor, cap)


class _Reader:
    """Reads values one by one and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, code: str, where: str, found: str = "") -> None:
        self.problems.append(Problem(code, where, found))

    def whole(self, value: Any, where: str, *, least: int = 0, negative: str = "negative") -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem("not_whole", where, repr(value))
            return max(least, 0)
        if value < 0:
            self.problem(negative, where, str(value))
            return max(least, 0)
        if value < least:
            self.problem("below_one", where, str(value))
            return least
        return value

    def share(self, value: Any, where: str, *, negative: str = "negative") -> int:
        whole = self.whole(value, where, negative=negative)
        if whole > WHOLE_BP:
            self.problem("rate_above_one", where, f"{whole:,}")
            return WHOLE_BP
        return whole

    def table(self, value: Any, where: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.problem("not_table", where)
        return {}

    def text(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not value.strip():
            self.problem("not_text", where)
            return ""
        return value

    def switch(self, value: Any, where: str) -> bool:
        if not isinstance(value, bool):
            self.problem("not_switch", where)
            return False
        return value

    def day(self, value: Any, where: str) -> date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.problem("not_date", where, repr(value))
            return date.min
