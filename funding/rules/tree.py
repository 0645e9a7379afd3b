"""The tree of areas as the rules see it, and the checks a tree must pass before money runs down it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from funding.rules.levels import DEPTH
from funding.rules.need import WHOLE, Need
from funding.rules.problems import ParameterError, Problem

NO_FIGURES = Need()


@dataclass(frozen=True, slots=True)
class TreeArea:
    """One area: where it hangs, who lives there, how much need is published, and whether a body can hold money.

    ``parent`` is "" at the top. ``last_pence`` is its pot in the last cycle, None for a new area (R6).
    """

    code: str
    level: str
    parent: str
    people: int
    need: Need = NO_FIGURES
    has_body: bool = True
    last_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """A checked tree: areas by code, children by code in code order, and all codes, each after the one above it.

    ``above`` says for each place in the order the place of the area above; -1 at the top.
    """

    areas: Mapping[str, TreeArea]
    children: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    root: str
    above: tuple[int, ...]

    def leaves(self) -> list[str]:
        """Return the areas with nothing below them, in order."""
        return [code for code in self.order if not self.children[code]]

    def chain(self, code: str) -> list[str]:
        """Return the area and everything above it, from below upwards."""
        chain = [code]
        while parent := self.areas[chain[-1]].parent:
            chain.append(parent)
        return chain

    def leaves_below(self, code: str) -> list[str]:
        """Return the leaves under an area (itself, where it is one), in code order."""
        open_, found = [code], []
        while open_:
            here = open_.pop()
            below = self.children[here]
            open_.extend(below)
            if not below:
                found.append(here)
        return sorted(found)

    def nation_of(self, code: str) -> str:
        """Return the code of the nation above an area, or "" for the top itself."""
        return next((up for up in self.chain(code) if self.areas[up].level == "nation"), "")


def grow_tree(areas: Iterable[TreeArea]) -> Tree:
    """Check areas and put them in order; raises ParameterError with every problem found."""
    by_code: dict[str, TreeArea] = {}
    problems: list[Problem] = []
    for area in areas:
        if area.code in by_code:
            problems.append(Problem("twice", area.code))
        by_code[area.code] = area
    if not by_code:
        raise ParameterError([Problem("empty_tree", "")])
    below: dict[str, list[str]] = {code: [] for code in by_code}
    roots = []
    for code in sorted(by_code):
        area = by_code[code]
        if not area.parent:
            roots.append(code)
        elif area.parent not in by_code:
            problems.append(Problem("orphan", code, area.parent))
        else:
            below[area.parent].append(code)
            if area.parent != code and DEPTH.get(area.level, -1) <= DEPTH.get(by_code[area.parent].level, -1):
                problems.append(Problem("level_order", code, area.level))
        if area.level not in DEPTH:
            problems.append(Problem("unknown_level", code, area.level))
        if area.people < 1:
            problems.append(Problem("no_people", code, str(area.people)))
        problems.extend(
            Problem("bad_need", code, str(figure))
            for figure in (area.need.deprivation, area.need.social, area.need.digital)
            if figure is not None and not 0 <= figure <= WHOLE
        )
    reached: list[str] = []
    open_ = roots[::-1]
    while open_:
        code = open_.pop()
        reached.append(code)
        open_.extend(reversed(below[code]))
    if circle := _a_circle(by_code, set(reached)):
        problems = [known for known in problems if known.code != "level_order"]
        problems.append(Problem("cycle", circle))
    elif len(roots) != 1:
        problems.append(Problem("two_roots", "", ", ".join(roots) or "none"))
    problems.extend(
        Problem("leaf_without_body", code) for code in reached if not below[code] and not by_code[code].has_body
    )
    if problems:
        raise ParameterError(problems)
    children = {code: tuple(kids) for code, kids in below.items()}
    place = {code: at for at, code in enumerate(reached)}
    above = tuple(place.get(by_code[code].parent, -1) for code in reached)
    return Tree(by_code, children, tuple(reached), roots[0], above)


def _a_circle(areas: Mapping[str, TreeArea], reached: set[str]) -> str:
    """Return the lowest code that is its own ancestor, or "" where there is none."""
    for code in sorted(set(areas) - reached):
        seen, here = {code}, areas[code].parent
        while here in areas and here not in seen:
            seen.add(here)
            here = areas[here].parent
        if here == code:
            return code
    return ""
