"""What the components of ``templates/components/`` take: small frozen shapes that queries and views fill in.

Text is ready for people (already translated); money is whole pence. The sums that a bar or a total needs are done here,
so that neither views nor templates do arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from renewal.kernel.money import Pence


@dataclass(frozen=True)
class Crumb:
    """A page above this one."""

    text: str
    url: str


@dataclass(frozen=True)
class Fact:
    """A row of a summary list. Without a value the change link becomes the value: "Add your phone number"."""

    label: str
    value: object = ""
    change_url: str = ""
    change_text: str = ""  # default: Change
    missing_text: str = ""  # the link's words when there is no value


@dataclass(frozen=True)
class Task:
    """A row of a task list. ``status_kind`` is good, wait, bad, calm or "" (grey); without a url it cannot start."""

    key: str
    title: str
    status: str
    url: str = ""
    hint: str = ""
    status_kind: str = ""
    finished: bool = False


@dataclass(frozen=True)
class Step:
    """One step of a round's timeline; ``state`` is done, here or later."""

    title: str
    text: str
    state: str


@dataclass(frozen=True)
class Event:
    """Something that happened, or will."""

    title: str
    text: str = ""


@dataclass(frozen=True)
class Check:
    """Something that was checked, and what was found."""

    title: str
    text: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table. ``sort`` is the query value that sorts by it; ``sorted`` is "", ascending or descending."""

    title: str
    numeric: bool = False
    sort: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a table: text, perhaps a link, a tag or something late."""

    text: object
    url: str = ""
    numeric: bool = False
    tag: str = ""  # a kind of tag: plain, good, wait, bad, calm
    late: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table; its first cell is its heading. ``key`` becomes its id, so that pins can lead to it."""

    cells: Sequence[Cell]
    key: str = ""


@dataclass(frozen=True)
class Half:
    """One of two things that belong together: a receipt's reference and check code, two signatures."""

    key: str
    title: str
    code: str
    text: str
    tag: str = ""
    tag_kind: str = ""


@dataclass(frozen=True)
class MoneyTotal:
    """Choices against the money there is."""

    count: int
    cost: Pence
    budget: Pence

    @property
    def is_over(self) -> bool:
        return self.cost > self.budget

    @property
    def left(self) -> Pence:
        return Pence(max(0, self.budget - self.cost))

    @property
    def over(self) -> Pence:
        return Pence(max(0, self.cost - self.budget))

    @property
    def used(self) -> Pence:
        """The part of the bar to fill; a bar is never more than full."""
        return Pence(min(self.cost, self.budget))


@dataclass(frozen=True)
class Bar:
    """One bar: its words, the value written at its end, and its length in percent of the longest."""

    label: str
    value: str
    width: str
    series: int = 1


def bars(rows: Sequence[tuple[str, int, str, int]], *, longest: int | None = None) -> list[Bar]:
    """Make bars from ``(label, size, value as written, series 1 to 4)``; at most 8, from zero.

    Raises ValueError on more than 8 rows or a size below zero: a longer list belongs in the table alone.
    """
    if len(rows) > 8 or any(size < 0 for _, size, _, _ in rows):
        raise ValueError("a chart has at most 8 bars, none below zero")
    most = longest or max((size for _, size, _, _ in rows), default=0) or 1
    return [
        Bar(label, value, f"{min(1000, size * 1000 // most) / 10:g}", series) for label, size, value, series in rows
    ]


@dataclass(frozen=True)
class Outline:
    """One area on a map: its SVG path, and the pattern that fills it (0 plain, 1 dots, 2 hatching)."""

    path: str
    tone: int = 0


@dataclass(frozen=True)
class Pin:
    """A numbered pin that leads to the list item with the same number; x and y are in the map's own units."""

    number: int
    name: str
    x: float
    y: float
    url: str

    @property
    def text_y(self) -> float:
        return self.y + 8


@dataclass(frozen=True)
class AreaMap:
    """A drawn outline map with numbered pins; ``key`` keeps its pattern ids apart from another map's."""

    key: str
    label: str
    width: int
    height: int
    outlines: Sequence[Outline]
    pins: Sequence[Pin] = ()
    legend: Sequence[tuple[int, str]] = field(default_factory=tuple)


@dataclass(frozen=True)
class Chosen:
    """A filter that is on, in words, and the address of the list without it."""

    text: str
    remove_url: str


@dataclass(frozen=True)
class BallotRow:
    """One project on a ballot."""

    value: str
    title: str
    cost: Pence | None
    summary: str = ""
    read_url: str = ""
    ref: str = ""
    chosen: bool = False
    language: str = ""  # of the title and summary, when not the page's own
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"pick-{self.value}".lower()
