"""The levels of the tree, and the powers that an area of a level may use (R7, test T2)."""

LEVELS = ("uk", "nation", "strategic", "county", "authority", "neighbourhood")  # from the top down
DEPTH = {level: depth for depth, level in enumerate(LEVELS)}

# What each level may do by itself, as R§4.3 lists it; every level also has the powers of the levels below it.
OWN_POWERS: dict[str, tuple[str, ...]] = {
    "neighbourhood": ("small_works", "community_buildings", "events", "kit", "access_points"),
    "authority": ("parks", "leisure", "licensing", "local_planning"),
    "county": ("highways", "libraries", "social_care", "schools_estate"),
    "strategic": ("transport", "adult_skills", "regional_networks"),
    "nation": ("devolved_matters",),
    "uk": ("reserved_matters",),
}
POWERS = frozenset(power for own in OWN_POWERS.values() for power in own)


def default_powers() -> dict[str, tuple[str, ...]]:
    """Return the standard table: level to the powers that it adds to those below it."""
    return dict(OWN_POWERS)


def powers_at(level: str, table: dict[str, tuple[str, ...]], *, levels_present: frozenset[str]) -> frozenset[str]:
    """Return every power that an area of ``level`` holds: its own and those of all levels below it.

    Where a branch has no county (a unitary authority, Scotland, Northern Ireland), the county's powers are with the
    authority; likewise the strategic powers are with the nation, which holds them anyway.
    """
    held: set[str] = set()
    for name in LEVELS[DEPTH[level] :]:
        held.update(table.get(name, ()))
    if level == "authority" and "county" not in levels_present:
        held.update(table.get("county", ()))
    return frozenset(held)
