"""Totals that can be published: none so small that it points at people. Pure."""

from collections.abc import Mapping

HIDDEN_BELOW = 10


def safe_totals(counts: Mapping[str, int], *, least: int = HIDDEN_BELOW) -> dict[str, int | None]:
    """Hide counts under ``least`` (None), and one more where a single hidden one could be found by subtraction.

    A zero is hidden like any small count: it would say something of everybody. Takes counts by name and keeps their
    order (T22 of domain/trust.md: no cell under 10, no differencing).
    """
    hidden = {name for name, count in counts.items() if count < least}
    if len(hidden) == 1 and len(counts) > 1:
        shown = [name for name in counts if name not in hidden]
        hidden.add(min(shown, key=lambda name: (counts[name], name)))
    return {name: None if name in hidden else count for name, count in counts.items()}
