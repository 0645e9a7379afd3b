"""Random but lawful trees, parameter sets and lists for properties about money."""

import sys

from hypothesis import settings
from hypothesis import strategies as st

from funding.rules.levels import LEVELS
from funding.rules.need import Need
from funding.rules.parameter_reader import read_parameters
from funding.rules.parameters import Parameters, default_document, default_nation
from funding.rules.tree import Tree, TreeArea, grow_tree

# 3,000 random trees with --long, 60 otherwise; a slow machine never fails a property.
often = settings(max_examples=3_000 if "--long" in sys.argv else 60, deadline=None)
NATIONS = ("E92000001", "S92000003", "W92000004")


@st.composite
def trees(draw, *, max_kids: int = 4, nations: int = 3) -> Tree:
    """A ragged tree: levels may be missing in a branch, middle areas may have no body, sizes range widely."""
    areas = [TreeArea("UK", "uk", "", 1)]

    def grow(parent: str, level: int) -> None:
        for at in range(draw(st.integers(1, max_kids))):
            code = f"{parent}-{at}"
            step = draw(st.integers(level, 5))
            people = draw(st.integers(1, 40_000))
            if step == 5:
                figure = draw(st.none() | st.integers(0, 10_000))
                areas.append(TreeArea(code, LEVELS[step], parent, people, Need(deprivation=figure)))
            else:
                areas.append(TreeArea(code, LEVELS[step], parent, people, has_body=draw(st.integers(0, 4)) > 0))
                grow(code, step + 1)

    for code in NATIONS[: draw(st.integers(1, nations))]:
        areas.append(TreeArea(code, "nation", "UK", 1))
        grow(code, draw(st.integers(2, 4)))
    return grow_tree(areas)


@st.composite
def parameter_sets(draw, *, caps: bool = True, floors: bool = True, own_need: bool = True) -> Parameters:
    """A lawful parameter set with rates, floors and caps of every size; floors too high are scaled, not refused."""
    document = default_document()
    document["floors_above_total"] = "scale"
    document["reserve_bp"] = draw(st.integers(0, 2_000))
    document["uk_keep_bp"] = draw(st.integers(0, 3_000))
    document["nations"] = {}
    for code in NATIONS:
        block = default_nation()
        block["keep_bp"] = {
            level: draw(st.integers(0, 6_000)) for level in ("nation", "strategic", "county", "authority")
        }
        block["floor_pence"] = draw(st.sampled_from([0, 1, 700, 300_000])) if floors else 0
        block["cap_pence_per_head"] = draw(st.none() | st.integers(1, 5_000)) if caps else None
        if own_need and draw(st.booleans()):
            block["need"] = {**block["need"], "lo_permille": 800, "hi_permille": draw(st.integers(800, 3_000))}
        document["nations"][code] = block
    return read_parameters(document)


def totals() -> st.SearchStrategy[int]:
    """Sums from one penny to a hundred million pounds."""
    return st.one_of(st.integers(1, 100), st.integers(1, 10**6), st.integers(10**6, 10**10))
