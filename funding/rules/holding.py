"""Who may hold a pot, and in which order: a local civil-society body first, a council last (DESIGN.md §1)."""

from dataclasses import dataclass

LOCAL_CIVIL_SOCIETY, CROSS_SECTOR, WIDER_CIVIL_SOCIETY, COUNCIL = (
    "local_civil_society",
    "cross_sector",
    "wider_civil_society",
    "council",
)


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """What decides a body's place in the list: its sector, its seats, and whether it stands where the pot is.

    ``seats`` is 0 where the body has not said how it is run. ``is_near``: its own area and the pot's lie in each other.
    """

    sector: str  # civil, public or private
    seats: int = 0
    local_seats: int = 0
    civil_seats: int = 0
    is_cross_sector: bool = False
    is_locally_governed: bool = False
    is_near: bool = False


def holder_kind(facts: BodyFacts) -> str | None:
    """Return the kind under which a group stands in a pot's list; None where it may not hold one.

    Local: a civil-society body of this place, locally governed, in which civil society has most seats where several
    sectors sit. Cross-sector: several sectors sit, and people who live here hold at least half the seats. Any other
    civil-society body is a wider one; who has not said how it is run comes there too. A private body that is not
    cross-sector holds no pot, and a public one stands in the list as a council, not as a group.
    """
    if facts.sector == "public":
        return None
    civil_led = not facts.is_cross_sector or facts.civil_seats * 2 > facts.seats
    if facts.sector == "civil" and facts.is_near and facts.is_locally_governed and civil_led:
        return LOCAL_CIVIL_SOCIETY
    if facts.is_cross_sector and facts.is_near and 0 < facts.seats <= facts.local_seats * 2:
        return CROSS_SECTOR
    return WIDER_CIVIL_SOCIETY if facts.sector == "civil" else None
