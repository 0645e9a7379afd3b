"""Divide a sum over the whole tree: reserve, nations, keep rates, and bounded Webster at every step down (R1-R6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from funding.rules.apportion import share_in_order
from funding.rules.levels import LEVELS
from funding.rules.need import NeedRule, leaf_weight
from funding.rules.parameters import WHOLE_BP, NationBlock, Parameters
from funding.rules.problems import ParameterError, Problem
from funding.rules.tree import Tree, TreeArea

STANDARD_NEED = NeedRule()


class AreaSplit(NamedTuple):
    """What happened at one area: received = kept + passed down + unallocated (where every cap below is reached)."""

    code: str
    level: str
    weight: int
    floor_pence: int
    cap_pence: int | None
    received_pence: int
    kept_pence: int
    unallocated_pence: int

    @property
    def passed_pence(self) -> int:
        """What went on to the areas below."""
        return self.received_pence - self.kept_pence - self.unallocated_pence


class Lines(Mapping[str, AreaSplit]):
    """One line an area, by code, in the order of the tree; kept as columns and put together when it is read.

    A hundred thousand lines at once would take longer to lay down in memory than to work out.
    """

    def __init__(self, rows: Sequence[TreeArea], *columns: Sequence[Any]) -> None:
        self._rows, self._columns = rows, columns
        self._places: dict[str, int] = {}

    def __getitem__(self, code: str) -> AreaSplit:
        if not self._places:
            self._places.update((area.code, at) for at, area in enumerate(self._rows))
        return self._line(self._places[code])

    def __iter__(self) -> Iterator[str]:
        return (area.code for area in self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def _line(self, at: int) -> AreaSplit:
        area = self._rows[at]
        return AreaSplit(area.code, area.level, *[column[at] for column in self._columns])


@dataclass(frozen=True, slots=True)
class TreeSplit:
    """A whole split of one colour: the reserve and one line an area; all of it comes to ``total_pence``."""

    total_pence: int
    reserve_pence: int
    areas: Mapping[str, AreaSplit]
    absent: tuple[str, ...]  # nations that take no part, whose weight was left out

    @property
    def unallocated_pence(self) -> int:
        """What no area could take."""
        return sum(area.unallocated_pence for area in self.areas.values())

    def by_level(self) -> dict[str, dict[str, int]]:
        """Return how many pots each level has and what they hold together, top level first."""
        levels = {level: {"count": 0, "pence": 0} for level in LEVELS}
        for area in self.areas.values():
            levels[area.level]["count"] += 1
            levels[area.level]["pence"] += area.kept_pence
        return {level: found for level, found in levels.items() if found["count"]}

    def document(self) -> dict[str, Any]:
        """Return the outcome as plain data for hashing: what each area keeps, by code, and what is held back."""
        lines = sorted(self.areas.values())
        return {
            "rule": "R1-R6 v1",
            "total": self.total_pence,
            "reserve": self.reserve_pence,
            "absent": sorted(self.absent),
            "pots": {area.code: area.kept_pence for area in lines},
            "unallocated": {area.code: area.unallocated_pence for area in lines if area.unallocated_pence},
        }


def split_tree(total_pence: int, tree: Tree, parameters: Parameters) -> TreeSplit:
    """Divide ``total_pence`` of one colour over the tree, losing no penny.

    R1 the reserve stays at the top; R2 nations share by the table of the parameter set; R3 a leaf weighs its people
    times need, every other area the sum of its leaves; R4 each area keeps its level's rate, never so much that a floor
    below it fails, an area without a body keeps nothing, and an area with nothing below keeps all; R5 the rest goes to
    its children by bounded Webster; R6 the change limits narrow the bounds of areas that had a pot last time.
    Raises ParameterError where the sum, the floors and the tree do not fit each other.
    """
    if total_pence <= 0:
        raise ParameterError([Problem("no_money", "", pounds(total_pence))])
    absent, rows, above = _taking_part(tree, parameters)
    kids = _below(above)
    blocks = _blocks(rows, above, parameters)
    weights, floors, caps = _weigh(rows, kids, blocks, parameters)
    reserve = total_pence * parameters.reserve_bp // WHOLE_BP
    shared = total_pence - reserve
    if floors[0] > shared and parameters.floors_above_total == "refuse":
        raise ParameterError([Problem("floors_above_total", pounds(shared), pounds(floors[0]))])
    received = [0] * len(rows)
    received[0] = shared
    passed: dict[int, tuple[int, int]] = {}  # what areas with others below them keep, and cannot place below
    for at, below in kids.items():
        money, area = received[at], rows[at]
        rate = _keep_bp(area.level, area.has_body, parameters, blocks[at])
        keep = min(money * rate // WHOLE_BP, max(0, money - floors[at]))
        weight = [weights[kid] for kid in below] if at else _nation_weights(rows, kids, weights, parameters)
        shares, unallocated = share_in_order(
            money - keep, weight, [floors[kid] for kid in below], [caps[kid] for kid in below]
        )
        passed[at] = keep, unallocated
        for kid, share in zip(below, shares, strict=True):
            received[kid] = share
    kept, spare = list(received), [0] * len(rows)
    for at, (keep, unallocated) in passed.items():
        kept[at], spare[at] = keep, unallocated
    return TreeSplit(total_pence, reserve, Lines(rows, weights, floors, caps, received, kept, spare), absent)


def _below(above: Sequence[int]) -> dict[int, list[int]]:
    """Return the places of each area's children, in code order; nothing for an area that has none."""
    kids: dict[int, list[int]] = {}
    for at, parent in enumerate(above):
        if parent >= 0:
            kids.setdefault(parent, []).append(at)
    return kids


def pounds(pence: int) -> str:
    """Write pence as pounds for a message."""
    sign, pence = ("-", -pence) if pence < 0 else ("", pence)
    return f"{sign}£{pence // 100:,}" + (f".{pence % 100:02}" if pence % 100 else "")


def _taking_part(tree: Tree, parameters: Parameters) -> tuple[tuple[str, ...], list[TreeArea], Sequence[int]]:
    """Leave out the nations without a block and all they contain; return these, the others, and who is above whom."""
    rows = [tree.areas[code] for code in tree.order]
    absent = tuple(area.code for area in rows if area.level == "nation" and area.code not in parameters.nations)
    if not absent:
        return (), rows, tree.above
    place: dict[int, int] = {-1: -1}  # of the whole tree: of those who take part
    taking: list[TreeArea] = []
    for at, area in enumerate(rows):
        if area.code not in absent and tree.above[at] in place:
            place[at] = len(taking)
            taking.append(area)
    if not any(area.level == "nation" for area in taking):
        raise ParameterError([Problem("nobody_left", "")])
    return absent, taking, [place[tree.above[at]] for at in place if at >= 0]


def _blocks(rows: Sequence[TreeArea], above: Sequence[int], parameters: Parameters) -> list[NationBlock | None]:
    """Return each area's nation block; None above the nations."""
    blocks: list[NationBlock | None] = []
    for area, parent in zip(rows, above, strict=True):
        blocks.append(
            parameters.nations[area.code] if area.level == "nation" else blocks[parent] if parent >= 0 else None
        )
    return blocks


def _keep_bp(level: str, has_body: bool, parameters: Parameters, block: NationBlock | None) -> int:
    if not has_body:
        return 0
    if level == "uk":
        return parameters.uk_keep_bp
    return block.keep_bp.get(level, 0) if block else 0


def _weigh(
    rows: Sequence[TreeArea],
    kids: Mapping[int, Sequence[int]],
    blocks: Sequence[NationBlock | None],
    parameters: Parameters,
) -> tuple[list[int], list[int], list[int | None]]:
    """Return weight, floor and cap of every area: a leaf's own, and the sum of the leaves for the others."""
    weights = [0] * len(rows)
    floors = [0] * len(rows)
    caps: list[int | None] = [None] * len(rows)
    limits = parameters.change_limits
    for at in range(len(rows) - 1, -1, -1):
        if below := kids.get(at):
            weights[at] = sum([weights[kid] for kid in below])
            floors[at] = sum([floors[kid] for kid in below])
            known = [cap for kid in below if (cap := caps[kid]) is not None]
            caps[at] = sum(known) if len(known) == len(below) else None
            continue
        area, block = rows[at], blocks[at]
        need = block.need if block else STANDARD_NEED
        factor = block.cost_factors_permille.get(area.code, 1_000) if block else 1_000
        weights[at] = leaf_weight(area.people, area.need, need, cost_factor_permille=factor)
        floor = block.floor_pence if block else 0
        per_head = block.cap_pence_per_head if block else None
        cap = None if per_head is None else per_head * area.people
        if limits and area.last_pence is not None:
            floor = max(floor, -(-area.last_pence * limits.floor_bp // WHOLE_BP))
            most = area.last_pence * limits.cap_bp // WHOLE_BP
            cap = most if cap is None else min(cap, most)
        floors[at] = floor
        caps[at] = None if cap is None else max(cap, floor)  # where floor and cap cross, the floor wins
    return weights, floors, caps


def _nation_weights(
    rows: Sequence[TreeArea],
    kids: Mapping[int, Sequence[int]],
    weights: Sequence[int],
    parameters: Parameters,
) -> list[int]:
    """Return the weights of the root's children (R2).

    By a table, the table. "By people": people times the *standard* need multiplier, summed over the leaves. Need is a
    percentile inside each nation, so its mean is one half in every nation and the sum is people, give or take the
    rounding of the percentiles; and a nation that widens its own lo and hi takes nothing from another.
    """
    nations = kids[0]
    if parameters.nation_weights:
        table = parameters.nation_weights
        return [table.get(rows[at].code, 0) or weights[at] for at in nations]
    if all(block.need == STANDARD_NEED and not block.cost_factors_permille for block in parameters.nations.values()):
        return [weights[at] for at in nations]
    standard = [0] * len(rows)
    for at in range(len(rows) - 1, -1, -1):
        area, below = rows[at], kids.get(at)
        standard[at] = (
            sum([standard[kid] for kid in below]) if below else leaf_weight(area.people, area.need, STANDARD_NEED)
        )
    return [standard[at] for at in nations]
