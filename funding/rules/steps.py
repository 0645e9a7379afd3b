"""Where a round stands at a moment: the last of its steps that has begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """How one step of a round stands at a moment."""

    DONE = "done"
    HERE = "here"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True)
class Window:
    """The half-open window of one step."""

    step: str
    starts_at: datetime
    ends_at: datetime


def step_at(windows: Sequence[Window], at: datetime) -> str | None:
    """Name the last step that has begun at a moment, None before the first.

    Between two steps the earlier one is named: its work is still being finished. After the last step it stays the last.
    """
    begun = [window for window in windows if window.starts_at <= at]
    return max(begun, key=lambda window: window.starts_at).step if begun else None


def is_open(windows: Sequence[Window], step: str, at: datetime) -> bool:
    """Tell whether a step's window holds a moment: ``starts_at <= at < ends_at``."""
    return any(window.step == step and window.starts_at <= at < window.ends_at for window in windows)


def standings(windows: Sequence[Window], at: datetime) -> dict[str, Standing]:
    """Say of every step whether it is done, is where we are, comes next or comes later.

    At most one step is here and at most one is next; when nothing is open the step that begins soonest is next.
    """
    ordered = sorted(windows, key=lambda window: window.starts_at)
    found: dict[str, Standing] = {}
    for window in ordered:
        if window.ends_at <= at:
            found[window.step] = Standing.DONE
        elif window.starts_at <= at:
            found[window.step] = Standing.HERE
        elif Standing.NEXT not in found.values():
            found[window.step] = Standing.NEXT
        else:
            found[window.step] = Standing.LATER
    return found
