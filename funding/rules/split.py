"""Divide a sum over the whole tree: reserve, nations, keep rates, and bounded Webster at every step down (R1-R6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from funding.rules.apportion import share_in_order
from funding.rules.levels import LEVELS
from funding.rules.need import NeedRule, leaf_weight
from funding.rules.parameters import WHOLE_BP, NationBlock, ParameterError, Parameters, Problem
from funding.rules.tree import Tree

STANDARD_NEED = NeedRule()


@dataclass(frozen=True, slots=True)
class AreaSplit:
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
        return self.received_pence - self.kept_pence - self.unallocated_pence


@dataclass(frozen=True, slots=True)
class TreeSplit:
    """A whole split of one colour: the reserve and one line an area; all of it comes to ``total_pence``."""

    total_pence: int
    reserve_pence: int
    areas: Mapping[str, AreaSplit]
    absent: tuple[str, ...]  # nations that take no part, whose weight was left out

    @property
    def unallocated_pence(self) -> int:
        return sum(area.unallocated_pence for area in self.areas.values())

    def by_level(self) -> dict[str, dict[str, int]]:
        """Return how many pots each level has and what they hold together, top level first."""
        levels: dict[str, dict[str, int]] = {}
        for level in LEVELS:
            kept = [area.kept_pence for area in self.areas.values() if area.level == level]
            if kept:
                levels[level] = {"count": len(kept), "pence": sum(kept)}
        return levels

    def document(self) -> dict[str, Any]:
        """Return the outcome as plain data for hashing: what each area keeps, by code, and what is held back."""
        return {
            "rule": "R1-R6 v1",
            "total": self.total_pence,
            "reserve": self.reserve_pence,
            "absent": sorted(self.absent),
            "pots": {code: area.kept_pence for code, area in sorted(self.areas.items())},
            "unallocated": {
                code: area.unallocated_pence for code, area in sorted(self.areas.items()) if area.unallocated_pence
            },
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
    absent, order = _taking_part(tree, parameters)
    blocks = _blocks(tree, parameters, order)
    kids = _below(tree, order, complete=not absent)
    weights, floors, caps = _weigh(tree, parameters, order, kids, blocks)
    reserve = total_pence * parameters.reserve_bp // WHOLE_BP
    shared = total_pence - reserve
    if floors[tree.root] > shared and parameters.floors_above_total == "refuse":
        raise ParameterError([Problem("floors_above_total", pounds(shared), pounds(floors[tree.root]))])
    received = {tree.root: shared}
    areas: dict[str, AreaSplit] = {}
    for code in order:
        area, money, unallocated = tree.areas[code], received.pop(code), 0
        below = kids[code]
        if not below:
            keep = money
        else:
            rate = _keep_bp(area.level, area.has_body, parameters, blocks[code])
            keep = min(money * rate // WHOLE_BP, max(0, money - floors[code]))
            weight = (
                _nation_weights(tree, parameters, order, kids, weights)
                if code == tree.root
                else [weights[kid] for kid in below]
            )
            shares, unallocated = share_in_order(
                money - keep, weight, [floors[kid] for kid in below], [caps[kid] for kid in below]
            )
            received.update(zip(below, shares, strict=True))
        areas[code] = AreaSplit(code, area.level, weights[code], floors[code], caps[code], money, keep, unallocated)
    return TreeSplit(total_pence, reserve, areas, absent)


def _below(tree: Tree, order: list[str], *, complete: bool) -> Mapping[str, tuple[str, ...]]:
    """Return each area's children in code order, without those that take no part."""
    if complete:
        return tree.children
    taking = set(order)
    return {code: tuple(kid for kid in tree.children[code] if kid in taking) for code in order}


def pounds(pence: int) -> str:
    """Write pence as pounds for a message."""
    sign, pence = ("-", -pence) if pence < 0 else ("", pence)
    return f"{sign}£{pence // 100:,}" + (f".{pence % 100:02}" if pence % 100 else "")


def _taking_part(tree: Tree, parameters: Parameters) -> tuple[tuple[str, ...], list[str]]:
    """Leave out the nations without a block, all they contain, and areas with no leaf left."""
    absent = tuple(code for code in tree.order if tree.areas[code].level == "nation" and code not in parameters.nations)
    left_out = set(absent)
    order = []
    for code in tree.order:
        if code in left_out or tree.areas[code].parent in left_out:
            left_out.add(code)
        else:
            order.append(code)
    if absent and not any(tree.areas[code].level == "nation" for code in order):
        raise ParameterError([Problem("nobody_left", "")])
    return absent, order


def _blocks(tree: Tree, parameters: Parameters, order: list[str]) -> dict[str, NationBlock | None]:
    """Return each area's nation block; None above the nations."""
    blocks: dict[str, NationBlock | None] = {}
    for code in order:
        parent = tree.areas[code].parent
        blocks[code] = (
            parameters.nations[code] if tree.areas[code].level == "nation" else blocks[parent] if parent else None
        )
    return blocks


def _keep_bp(level: str, has_body: bool, parameters: Parameters, block: NationBlock | None) -> int:
    if not has_body:
        return 0
    if level == "uk":
        return parameters.uk_keep_bp
    return block.keep_bp.get(level, 0) if block else 0


def _weigh(
    tree: Tree,
    parameters: Parameters,
    order: list[str],
    kids: Mapping[str, tuple[str, ...]],
    blocks: Mapping[str, NationBlock | None],
) -> tuple[dict[str, int], dict[str, int], dict[str, int | None]]:
    """Return weight, floor and cap of every area: a leaf's own, and the sum of the leaves for the others."""
    weights: dict[str, int] = {}
    floors: dict[str, int] = {}
    caps: dict[str, int | None] = {}
    limits = parameters.change_limits
    for code in reversed(order):
        below = kids[code]
        if below:
            weights[code] = sum(weights[kid] for kid in below)
            floors[code] = sum(floors[kid] for kid in below)
            known = [cap for kid in below if (cap := caps[kid]) is not None]
            caps[code] = sum(known) if len(known) == len(below) else None
            continue
        area, block = tree.areas[code], blocks[code]
        need = block.need if block else STANDARD_NEED
        factor = block.cost_factors_permille.get(code, 1_000) if block else 1_000
        weights[code] = leaf_weight(area.people, area.need, need, cost_factor_permille=factor)
        floor = block.floor_pence if block else 0
        per_head = block.cap_pence_per_head if block else None
        cap = None if per_head is None else per_head * area.people
        if limits and area.last_pence is not None:
            floor = max(floor, -(-area.last_pence * limits.floor_bp // WHOLE_BP))
            most = area.last_pence * limits.cap_bp // WHOLE_BP
            cap = most if cap is None else min(cap, most)
        floors[code] = floor
        caps[code] = None if cap is None else max(cap, floor)  # where floor and cap cross, the floor wins
    return weights, floors, caps


def _nation_weights(
    tree: Tree,
    parameters: Parameters,
    order: list[str],
    kids: Mapping[str, tuple[str, ...]],
    weights: Mapping[str, int],
) -> list[int]:
    """Return the weights of the root's children (R2).

    By a table, the table. "By people": people times the *standard* need multiplier, summed over the leaves. Need is a
    percentile inside each nation, so its mean is one half in every nation and the sum is people, give or take the
    rounding of the percentiles; and a nation that widens its own lo and hi takes nothing from another.
    """
    nations = kids[tree.root]
    if parameters.nation_weights:
        table = parameters.nation_weights
        return [table.get(code, 0) or weights[code] for code in nations]
    if all(block.need == STANDARD_NEED and not block.cost_factors_permille for block in parameters.nations.values()):
        return [weights[code] for code in nations]
    standard: dict[str, int] = {}
    for code in reversed(order):
        area = tree.areas[code]
        standard[code] = (
            sum(standard[kid] for kid in kids[code])
            if kids[code]
            else leaf_weight(area.people, area.need, STANDARD_NEED)
        )
    return [standard[code] for code in nations]
