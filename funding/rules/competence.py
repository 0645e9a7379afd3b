"""Find the lowest level competent to decide a project, and keep every failed test (R7-R9, R§4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from funding.rules.apportion import bounded_webster
from funding.rules.levels import powers_at
from funding.rules.parameters import WHOLE_BP, Parameters
from funding.rules.problems import ParameterError, Problem
from funding.rules.tree import Tree

WHOLE_PPM = 1_000_000
SINGLE, JOINT, MATCH, OUT_OF_SCOPE = "single", "joint", "match", "out_of_scope"


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What the decision depends on, and nothing else (R8): not who proposed it, nor when.

    ``shares_ppm``: leaf code to its part of the benefit, in millionths. ``cost``: colour to pence.
    """

    shares_ppm: Mapping[str, int]
    cost: Mapping[str, int]
    powers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What an area brings: its pot by colour with what rolled in, whether its body is accredited, its residents."""

    pots: Mapping[str, int]
    accredited: bool = True
    residents: int = 0


@dataclass(frozen=True, slots=True)
class LevelTest:
    """One test at one area: T1 containment, T2 power, T3 scale (also ``sideways``), T4 capacity."""

    area: str
    level: str
    test: str
    passed: bool
    value: str
    threshold: str


@dataclass(frozen=True, slots=True)
class LevelFinding:
    """Where a project is decided, in which form, who pays what, who hosts, and every test on the way."""

    form: str
    area: str
    level: str
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    payers: Mapping[str, Mapping[str, int]]  # area code -> colour -> pence
    host: str
    tests: tuple[LevelTest, ...]

    def failed(self) -> tuple[LevelTest, ...]:
        """The tests that were not passed, in the order they were made."""
        return tuple(test for test in self.tests if not test.passed)


def spread_shares(shares_ppm: Mapping[str, int], tree: Tree) -> dict[str, int]:
    """Share the benefit of larger areas over their leaves by people; raises ParameterError where shares are wrong."""
    problems = [Problem("unknown_area", "beneficiary shares", code) for code in shares_ppm if code not in tree.areas]
    problems += [Problem("negative", code, str(share)) for code, share in shares_ppm.items() if share < 0]
    if sum(shares_ppm.values()) != WHOLE_PPM:
        problems.append(Problem("shares_not_whole", "beneficiary shares", f"{sum(shares_ppm.values()):,}"))
    if problems:
        raise ParameterError(problems)
    spread: dict[str, int] = {}
    for code, share in shares_ppm.items():
        people = {leaf: tree.areas[leaf].people for leaf in tree.leaves_below(code)}
        for leaf, part in bounded_webster(share, people).pence.items():
            spread[leaf] = spread.get(leaf, 0) + part
    return {leaf: part for leaf, part in sorted(spread.items()) if part}


def trim_spill_over(shares_ppm: Mapping[str, int], *, total_ppm: int, each_ppm: int) -> tuple[list[str], list[str]]:
    """Drop the smallest shares while together they stay within ``total_ppm`` and each within ``each_ppm``.

    Returns the kept and the dropped codes, each in code order; the largest share is always kept.
    """
    order = sorted((share, code) for code, share in shares_ppm.items() if share > 0)
    gone: list[str] = []
    removed = 0
    for share, code in order[:-1]:
        if share > each_ppm or removed + share > total_ppm:
            break
        removed += share
        gone.append(code)
    return sorted(code for _, code in order if code not in gone), sorted(gone)


def lowest_common_area(codes: list[str], tree: Tree) -> str:
    """Return the lowest area that contains all of ``codes``."""
    chains = [tree.chain(code)[::-1] for code in codes]
    common = ""
    for step in zip(*chains, strict=False):
        if len(set(step)) > 1:
            break
        common = step[0]
    return common


def find_level(
    project: ProjectFacts, tree: Tree, facts: Mapping[str, AreaFacts], parameters: Parameters
) -> LevelFinding:
    """Decide the level of a project: start at the lowest common area and go up only through failed tests.

    At each area: a power it lacks sends the project up. A cost above its pot is first tried sideways: as a joint
    project of the areas below that benefit, or, with one area only, with the parent paying the part above half of the
    area's pot. An area with too few residents or no accredited body keeps the money and the vote and is hosted by the
    nearest one above. A project that fits nowhere is out of scope, with its reasons.
    """
    shares = spread_shares(project.shares_ppm, tree)
    kept, dropped = trim_spill_over(shares, total_ppm=parameters.spill_total_ppm, each_ppm=parameters.spill_each_ppm)
    start = lowest_common_area(kept, tree)
    tests: list[LevelTest] = []
    for code in tree.chain(start):
        tests.append(_test(tree, code, "T1", True, f"{len(kept)}", f"{len(kept)}"))
        if not _has_powers(project, tree, code, parameters, tests):
            continue
        payers: Mapping[str, Mapping[str, int]] = {code: dict(project.cost)}
        form = SINGLE
        if not tree.areas[code].has_body:
            tests.append(_test(tree, code, "T4", False, "no_body", "body"))
        if not tree.areas[code].has_body or not _fits(project, tree, code, facts, parameters, tests):
            form, payers = _sideways(project, tree, code, {leaf: shares[leaf] for leaf in kept}, facts, parameters)
            tests.append(_test(tree, code, "sideways", bool(payers), form, ",".join(sorted(payers))))
            if not payers:
                continue
        host = _host(tree, code, facts, parameters, tests)
        return LevelFinding(form, code, tree.areas[code].level, tuple(kept), tuple(dropped), payers, host, tuple(tests))
    return LevelFinding(OUT_OF_SCOPE, "", "", tuple(kept), tuple(dropped), {}, "", tuple(tests))


def _test(tree: Tree, code: str, test: str, passed: bool, value: str, threshold: str) -> LevelTest:
    return LevelTest(code, tree.areas[code].level, test, passed, value, threshold)


def _has_powers(project: ProjectFacts, tree: Tree, code: str, parameters: Parameters, tests: list[LevelTest]) -> bool:
    """T2: the powers needed are among those of the area's level in its nation; the top holds every power."""
    missing: frozenset[str] = frozenset()
    block = parameters.nations.get(tree.nation_of(code))
    if tree.areas[code].parent and block:
        present = frozenset(tree.areas[up].level for up in tree.chain(code))
        missing = project.powers - powers_at(tree.areas[code].level, dict(block.powers), levels_present=present)
    tests.append(_test(tree, code, "T2", not missing, ",".join(sorted(missing)), ",".join(sorted(project.powers))))
    return not missing


def most_from(pot: int, parameters: Parameters) -> int:
    """Return the most that one project may take from a pot: sigma x the pot (T3)."""
    return pot * parameters.scale_permille // 1_000


def _fits(
    project: ProjectFacts,
    tree: Tree,
    code: str,
    facts: Mapping[str, AreaFacts],
    parameters: Parameters,
    tests: list[LevelTest],
) -> bool:
    """T3: the cost of each colour is within the area's pot of that colour."""
    passed = True
    for colour, cost in sorted(project.cost.items()):
        most = most_from(_pot(facts, code, colour), parameters)
        tests.append(_test(tree, code, f"T3:{colour}", cost <= most, str(cost), str(most)))
        passed = passed and cost <= most
    return passed


def _pot(facts: Mapping[str, AreaFacts], code: str, colour: str) -> int:
    return facts[code].pots.get(colour, 0) if code in facts else 0


def _sideways(
    project: ProjectFacts,
    tree: Tree,
    code: str,
    kept: Mapping[str, int],
    facts: Mapping[str, AreaFacts],
    parameters: Parameters,
) -> tuple[str, Mapping[str, Mapping[str, int]]]:
    """Try the areas below together, or the area with its parent; no payers where that does not fit either."""
    below = _benefit_by_child(tree, code, kept)
    if len(below) >= 2:
        split = split_joint_cost(project.cost, below)
        fits = all(
            amount <= most_from(_pot(facts, payer, colour), parameters)
            for payer, amounts in split.items()
            for colour, amount in amounts.items()
        ) and all(tree.areas[payer].has_body for payer in split)
        return JOINT, split if fits else {}
    if not tree.areas[code].has_body or not (
        parent := next((up for up in tree.chain(code)[1:] if tree.areas[up].has_body), "")
    ):
        return MATCH, {}
    own, match = {}, {}
    for colour, cost in project.cost.items():
        pot = most_from(_pot(facts, code, colour), parameters)
        above = most_from(_pot(facts, parent, colour), parameters)
        half = -(-pot * parameters.joint_own_bp // WHOLE_BP)
        own[colour] = min(cost, max(half, cost - above))
        match[colour] = cost - own[colour]
        if own[colour] > pot or match[colour] > above:
            return MATCH, {}
    return MATCH, {code: own, parent: match}


def _benefit_by_child(tree: Tree, code: str, kept: Mapping[str, int]) -> dict[str, int]:
    """Return the children of an area that benefit, each with the sum of its leaves' shares."""
    below: dict[str, int] = {}
    for leaf, share in kept.items():
        chain = tree.chain(leaf)
        at = chain.index(code)
        if at:
            below[chain[at - 1]] = below.get(chain[at - 1], 0) + share
    return below


def _host(tree: Tree, code: str, facts: Mapping[str, AreaFacts], parameters: Parameters, tests: list[LevelTest]) -> str:
    """T4: return the area itself where it can hold money, else the nearest accredited one above ("" if none)."""
    here = facts.get(code, AreaFacts({}))
    enough = here.residents >= parameters.least_residents
    if tree.areas[code].has_body:
        value = f"{'accredited' if here.accredited else 'not_accredited'},{here.residents}"
        threshold = f"accredited,{parameters.least_residents}"
        tests.append(_test(tree, code, "T4", here.accredited and enough, value, threshold))
        if here.accredited and enough:
            return code
    for up in tree.chain(code)[1:]:
        above = facts.get(up)
        if above and above.accredited and tree.areas[up].has_body:
            return up
    return ""


def split_joint_cost(cost: Mapping[str, int], shares: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Split each colour of a joint project's cost over its areas by their benefit, to the penny (Webster)."""
    split: dict[str, dict[str, int]] = {code: {} for code in sorted(shares)}
    for colour, amount in cost.items():
        for code, part in bounded_webster(amount, shares).pence.items():
            split[code][colour] = part
    return split


@dataclass(frozen=True, slots=True)
class JointResult:
    """Whether a joint project is paid for, who pays what, and what the parent tops up; all of it or nothing."""

    funded: bool
    carried_bp: int
    payments: Mapping[str, Mapping[str, int]]
    top_up: Mapping[str, int]


def commit_joint(
    split: Mapping[str, Mapping[str, int]],
    selected: frozenset[str],
    *,
    parent_left: Mapping[str, int],
    parameters: Parameters,
) -> JointResult:
    """Pay for a joint project where areas that carry nine tenths of its cost chose it (R§4.3).

    The parent tops up what the others would have carried, where its pot has that much left. Otherwise nobody pays and
    every area's share goes back to its reserve list.
    """
    whole = sum(sum(amounts.values()) for amounts in split.values())
    carried = sum(sum(amounts.values()) for code, amounts in split.items() if code in selected)
    carried_bp = carried * WHOLE_BP // whole if whole else 0
    top_up: dict[str, int] = {}
    for code, amounts in split.items():
        if code not in selected:
            for colour, amount in amounts.items():
                top_up[colour] = top_up.get(colour, 0) + amount
    enough = carried * WHOLE_BP >= whole * parameters.joint_carried_bp
    affordable = all(amount <= parent_left.get(colour, 0) for colour, amount in top_up.items())
    if not (whole and enough and affordable):
        return JointResult(False, carried_bp, {}, {})
    payments = {code: dict(amounts) for code, amounts in split.items() if code in selected}
    return JointResult(True, carried_bp, payments, {colour: amount for colour, amount in top_up.items() if amount})
