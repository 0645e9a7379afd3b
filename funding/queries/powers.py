"""Which area may do what (R7, test T2), read from the tree of areas."""

from communities.models import Area, AreaLevel
from funding.rules.levels import default_powers, powers_at


def powers_of(area: Area) -> frozenset[str]:
    """Return the powers that an area holds, with those of a missing county level."""
    levels = frozenset(Area.objects.filter(code__in=area.chain_codes).values_list("level", flat=True))
    return powers_at(area.level, default_powers(), levels_present=levels)


def area_with_power(area: Area, power: str) -> Area:
    """Return the lowest area above (or at) an area that holds a power; the United Kingdom holds every power."""
    chain = {found.code: found for found in Area.objects.filter(code__in=area.chain_codes)}
    levels = frozenset(found.level for found in chain.values())
    for code in reversed(area.chain_codes):
        above = chain[code]
        if power in powers_at(above.level, default_powers(), levels_present=levels):
            return above
    return next(found for found in chain.values() if found.level == AreaLevel.UK)
