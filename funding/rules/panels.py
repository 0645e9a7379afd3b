"""How a panel decides (G§3F): quorum is counted without those who left for a link; most votes win, even votes wait."""

from collections.abc import Mapping

PRESENT = ("for", "against", "abstained")


def has_quorum(parts: Mapping[str, int], *, quorum: int) -> bool:
    """Tell whether enough people without a link were present.

    ``parts`` counts the people by what they did (for, against, abstained, left …). Raises ValueError on a quorum under
    1 or a negative count.
    """
    if quorum < 1 or min(parts.values(), default=0) < 0:
        raise ValueError(f"no quorum of {quorum} among {dict(parts)}")
    return sum(parts.get(name, 0) for name in PRESENT) >= quorum


def outcome_of(parts: Mapping[str, int], *, quorum: int) -> str:
    """Return no_quorum, go_on, not_go_on or later (even votes, or no vote at all)."""
    if not has_quorum(parts, quorum=quorum):
        return "no_quorum"
    yes, no = parts.get("for", 0), parts.get("against", 0)
    if yes == no:
        return "later"
    return "go_on" if yes > no else "not_go_on"
