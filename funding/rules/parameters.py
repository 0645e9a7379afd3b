"""Parameter sets: the document that says how a cycle's money is shared, read and checked.

A document is plain JSON: whole numbers, words, lists and tables. Shares are in basis points (``_bp``, 10,000 is the
whole), multipliers in thousandths (``_permille``), beneficiary shares in millionths (``_ppm``), money in pence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from funding.rules.levels import LEVELS, POWERS, default_powers
from funding.rules.need import COMPONENTS, NeedRule

WHOLE_BP = 10_000
NATIONS = {
    "E92000001": "England",
    "S92000003": "Scotland",
    "W92000004": "Wales",
    "N92000002": "Northern Ireland",
}
THEMES = ("connecting", "getting_online", "mental_health")
# Announced allocations of the UK Shared Prosperity Fund 2022 to 2025, GBP million (R§3).
UKSPF_2022_25 = {"E92000001": 1_580, "S92000003": 212, "W92000004": 585, "N92000002": 127}
PRESETS = ("people", "ukspf-2022-25", "custom")
KEEPING = ("nation", "strategic", "county", "authority")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document or a tree: a code, where it stands, and the figure found there."""

    code: str
    where: str
    found: str = ""

    def __str__(self) -> str:
        return MESSAGES[self.code].format(where=self.where, found=self.found)


MESSAGES = {
    "missing": "{where} is missing.",
    "unknown": "{where} is not a setting we know.",
    "not_whole": "{where} must be a whole number, not {found}.",
    "not_table": "{where} must be a table of names and values.",
    "not_text": "{where} must be words.",
    "not_switch": "{where} must be true or false.",
    "not_date": "{where} must be a date like 2027-03-05, not {found}.",
    "rate_above_one": "{where} is {found} basis points. A share cannot be more than 10,000, the whole.",
    "negative": "{where} is {found}. It must not be negative.",
    "negative_floor": "{where} is {found}. A floor must not be negative.",
    "cap_below_floor": "{where} is {found}, which is less than the floor.",
    "hi_below_lo": "{where}: hi is less than lo ({found}).",
    "below_one": "{where} is {found}. It must be at least 1.",
    "unknown_power": "{where}: nobody knows the power “{found}”.",
    "unknown_level": "{where}: there is no level called “{found}”.",
    "unknown_preset": "{where}: there is no preset called “{found}”.",
    "unknown_theme": "{where}: there is no theme called “{found}”.",
    "no_nation": "{where} is empty. At least one nation must take part.",
    "weights_missing": "{where}: the table of weights has no entry for {found}.",
    "themes_above_whole": "{where} come to {found} basis points, more than the whole.",
    "no_need_weight": "{where} are all zero. At least one must count.",
    "spill_each_above_total": "{where} is {found}, more than the total that may be left out.",
    # The tree and the sum to share: found when the document meets an area tree (funding.rules.tree and split).
    "empty_tree": "The area tree is empty.",
    "two_roots": "The tree must have one top; we found {found}.",
    "orphan": "{where} has no place in the tree: its parent {found} is not there.",
    "cycle": "{where} is its own ancestor: the parents run in a circle.",
    "level_order": "{where} ({found}) does not stand below a higher level.",
    "twice": "{where} stands in the tree twice.",
    "no_people": "{where} has {found} people. An area that shares money needs at least one.",
    "bad_need": "{where}: the need figure {found} is not between 0 and 1.",
    "leaf_without_body": "{where} has no body and no area below it, so nobody could hold its money.",
    "floors_above_total": "The floors come to {found}, more than the {where} there is to share.",
    "no_money": "The sum to share is {found}. It must be more than nothing.",
    "nobody_left": "No area of the tree belongs to a nation that takes part.",
    "shares_not_whole": "{where}: the shares come to {found} millionths. They must come to 1,000,000.",
    "unknown_area": "{where}: there is no area {found} in the tree.",
}


class ParameterError(ValueError):
    """A document or a tree that cannot be used; carries every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True)
class NationBlock:
    """What one nation decided for itself, and who decided it when."""

    adopted_by: str
    adopted_on: date
    keep_bp: Mapping[str, int]
    need: NeedRule
    floor_pence: int
    cap_pence_per_head: int | None
    powers: Mapping[str, tuple[str, ...]]
    cost_factors_permille: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """How far a pot may move from the last cycle's, in basis points of it (R6)."""

    floor_bp: int
    cap_bp: int


@dataclass(frozen=True, slots=True)
class Parameters:
    """A checked parameter set; ``document`` is what was checked, for hashing and showing."""

    name: str
    reserve_bp: int
    participation_bp: int
    uk_keep_bp: int
    nation_preset: str
    nation_weights: Mapping[str, int]  # empty for the preset "people"
    nations: Mapping[str, NationBlock]
    change_limits: ChangeLimits | None
    floors_above_total: str  # "refuse" or "scale"
    carry_forward: bool
    rollover_rounds: int
    rollover_cap_bp: int
    theme_floors_bp: Mapping[str, int]
    theme_least_pot_pence: int
    theme_support_bp: int
    civil_society_bp: int
    spill_total_ppm: int
    spill_each_ppm: int
    scale_permille: int
    least_residents: int
    joint_carried_bp: int
    joint_own_bp: int
    fast_track_bp: int
    fast_track_most_pence: int
    document: Mapping[str, Any]


def default_nation() -> dict[str, Any]:
    """Return the block that a nation starts from."""
    return {
        "adopted_by": "National Renewal Fund board (default)",
        "adopted_on": "2026-11-01",
        "keep_bp": {"nation": 500, "strategic": 1_500, "county": 1_000, "authority": 2_500},
        "need": {"lo_permille": 500, "hi_permille": 2_000, "deprivation": 7, "social": 2, "digital": 1},
        "floor_pence": 300_000,
        "cap_pence_per_head": None,
        "powers": {level: list(powers) for level, powers in default_powers().items()},
        "cost_factors_permille": {},
    }


def default_document() -> dict[str, Any]:
    """Return the standard parameter set: R§4's defaults, all four nations, shared by people."""
    return {
        "version": 1,
        "name": "Standard",
        "reserve_bp": 500,
        "participation_bp": 300,
        "uk_keep_bp": 300,
        "nation_weights": {"preset": "people"},
        "nations": {code: default_nation() for code in NATIONS},
        "change_limits": None,
        "floors_above_total": "refuse",
        "carry_forward": True,
        "rollover_rounds": 2,
        "rollover_cap_bp": 5_000,
        "theme_floors_bp": {"connecting": 1_000, "getting_online": 500, "mental_health": 500},
        "theme_least_pot_pence": 10_000_000,
        "theme_support_bp": 300,
        "civil_society_bp": 5_000,
        "spill_total_ppm": 100_000,
        "spill_each_ppm": 50_000,
        "scale_permille": 1_000,
        "least_residents": 500,
        "joint_carried_bp": 9_000,
        "joint_own_bp": 5_000,
        "fast_track_bp": 2_000,
        "fast_track_most_pence": 25_000_000,
    }


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
