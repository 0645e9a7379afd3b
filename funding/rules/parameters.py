"""Parameter sets: the document that says how a cycle's money is shared, read and checked.

A document is plain JSON: whole numbers, words, lists and tables. Shares are in basis points (``_bp``, 10,000 is the
whole), multipliers in thousandths (``_permille``), beneficiary shares in millionths (``_ppm``), money in pence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from funding.rules.levels import default_powers
from funding.rules.need import NeedRule

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
