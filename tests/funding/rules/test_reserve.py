"""The frozen list and where the money of a rejection may go (R14-R15, S12)."""

from hypothesis import given
from hypothesis import strategies as st

from funding.rules.reserve import FrozenList, Listed, left_of_limits, promote
from tests.funding.strategies import often


def listed(ref, total, group="", **demands):
    return Listed(ref, {"total": total, **demands}, group)


LIST = FrozenList(
    limits={"total": 100, "revenue": 40},
    selected=(listed("A", 50, revenue=10), listed("B", 30, revenue=20), listed("C", 15)),
    reserve=(listed("D", 60), listed("E", 30, revenue=30), listed("F", 20), listed("G", 5)),
)


def test_without_a_rejection_nobody_on_the_reserve_list_gets_anything():
    assert promote(LIST, rejected=(), holding=("A", "B", "C")).promoted == ()


def test_the_money_of_a_rejection_goes_to_the_next_that_fits_the_same_limits():
    result = promote(LIST, rejected=("B",), holding=("A", "C"))

    # 35 are free. D needs 60; E fits 30 in all and 30 of the 30 left for revenue; then 5 are left for G, not 20 for F.
    assert result.promoted == ("E", "G")
    assert [(skip.ref, skip.limit) for skip in result.skipped] == [("D", "total"), ("F", "total")]


def test_money_in_a_cure_or_an_appeal_is_held():
    assert promote(LIST, rejected=("C",), holding=("A", "B")).promoted == ("F",)
    assert promote(LIST, rejected=("C",), holding=("A", "B", "C")).promoted == ("G",)


def test_of_a_group_only_one_is_funded():
    frozen = FrozenList(
        {"total": 100}, (listed("A", 50, "hall"), listed("B", 50)), (listed("C", 40, "hall"), listed("D", 40))
    )

    assert promote(frozen, rejected=("B",), holding=("A",)).promoted == ("D",)


@st.composite
def lists(draw):
    projects = [
        listed(ref, draw(st.integers(1, 50)), draw(st.sampled_from(["", "", "x"])), revenue=draw(st.integers(0, 20)))
        for ref in "ABCDEFGH"[: draw(st.integers(1, 8))]
    ]
    cut = draw(st.integers(0, len(projects)))
    selected, groups = [], set()
    for project in projects[:cut]:
        if project.at_most_one_of not in groups or not project.at_most_one_of:
            selected.append(project)
            groups.add(project.at_most_one_of)
    total = sum(p.demands["total"] for p in selected) + draw(st.integers(0, 20))
    revenue = sum(p.demands["revenue"] for p in selected) + draw(st.integers(0, 20))
    return FrozenList({"total": total, "revenue": revenue}, tuple(selected), tuple(projects[cut:]))


@often
@given(lists(), st.data())
def test_s12_any_run_of_answers_funds_only_the_list_in_its_order_and_within_its_limits(frozen, data):
    holding = [p.ref for p in frozen.selected]
    rejected = []
    for _ in range(data.draw(st.integers(0, 6))):
        if not holding:
            break
        gone = data.draw(st.sampled_from(holding))
        holding.remove(gone)
        rejected.append(gone)
        kept_before = list(holding)
        holding += promote(frozen, rejected=rejected, holding=holding).promoted
        assert holding[: len(kept_before)] == kept_before  # nothing that stands is moved

    assert set(holding) <= set(frozen.order()) - set(rejected)
    assert all(left >= 0 for left in left_of_limits(frozen, holding).values())
