"""What counting.md promises of every outcome (C§6.3), on small random elections full of ties and on real ones."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules.elections import FILES, SMALL, real, small_election, some_options
from voting.rules import reference
from voting.rules.checks import affordable_losers, overspent, passed_over, supporters_of, unfair_payments
from voting.rules.dispatch import count
from voting.rules.engine.equal_shares import Purses
from voting.rules.engine.layout import Layout
from voting.rules.vocabulary import FUNDED, RULES, Election, Options, Project

seeds = st.integers(0, 10**9)
few = settings(max_examples=120, deadline=None, derandomize=True)
PLAIN = Options()
QUICK = [*SMALL, "Poland_Lodz_2022.pb.gz", "Netherlands_Amsterdam_309.pb.gz"]


def chosen(election, rule="equal-shares", options=None, seed="s"):
    return count(election, rule=rule, options=options, seed=seed)


def payments(election, selection):
    """Return who paid what for which winner, replayed exactly: {winner: {ballot: each person's payment}}."""
    facts = Layout(election, selection.options, selection.seed, unit_costs=False)
    purses, found = Purses(facts, selection.shares["main"]), {}
    for step in selection.steps:
        if step.reason == "bought":
            before = [Fraction(money, purses.scale) for money in purses.money]
            if facts.projects[step.project].cost:
                purses.buy(step.project)
            after = [Fraction(money, purses.scale) for money in purses.money]
            paid = {i: b - a for i, (b, a) in enumerate(zip(before, after, strict=True))}
            found[step.project] = {i: amount for i, amount in paid.items() if amount}
    return found


def points(election, options):
    facts = Layout(election, options, "", unit_costs=False)
    return {c: {i: u for i, _, u in facts.supporters[c]} for c in facts.ids}


@few
@given(
    seed=seeds, rule=st.sampled_from(RULES), kind=st.sampled_from(["approval", "choose-one", "ordinal", "cumulative"])
)
def test_c_a1_and_c_a12_nothing_is_overspent_and_nothing_wins_without_support(seed, rule, kind):
    election = small_election(seed, kind, limits=seed % 2 == 0, groups=seed % 3 == 0)
    options = some_options(seed) if rule == "equal-shares" else PLAIN

    selection = chosen(election, rule, options)

    wrong = overspent(election, selection)
    assert [w for w in wrong if rule != "priorities" or "budget" not in w] == []


@few
@given(
    seed=seeds, completion=st.sampled_from(["none", "add1"]), utility=st.sampled_from(["cost", "cardinality", "score"])
)
def test_c_a2_c_a3_c_a4_payments_are_fair_and_losers_could_not_be_paid_for(seed, completion, utility):
    election = small_election(seed, "cumulative" if utility == "score" else "approval")
    options = Options(completion=completion, utility=utility)

    selection = chosen(election, options=options)
    paid = payments(election, selection)

    assert unfair_payments(election, paid, selection.shares["main"], points(election, options)) == []
    if "completed" not in {step.reason for step in selection.steps}:
        assert affordable_losers(election, paid, selection.shares["main"]) == []


@few
@given(seed=seeds, utility=st.sampled_from(["cost", "cardinality"]))
def test_c_a5_c_a6_each_round_has_the_least_claim_and_claims_never_fall(seed, utility):
    election = small_election(seed)
    selection = chosen(election, options=Options(utility=utility))
    facts = Layout(election, selection.options, "s", unit_costs=False)
    purses, last = Purses(facts, selection.shares["main"]), Fraction(0)

    bought = [step.project for step in selection.steps if step.reason == "bought" and facts.projects[step.project].cost]
    for place, winner in enumerate(bought):
        rivals = [c for c in facts.ids if c not in bought[:place] and 0 < facts.projects[c].cost <= election.budget]
        asked = {c: price for c in rivals if facts.supporters[c] and (price := purses.price(c)) is not None}
        claims = {c: (facts.claim(c, price), facts.order[c]) for c, price in asked.items()}

        assert min(claims, key=claims.__getitem__) == winner
        assert claims[winner][0] >= last
        last = claims[winner][0]
        purses.buy(winner)


@few
@given(seed=seeds, completion=st.sampled_from(["none", "u", "add1", "add1u"]))
def test_c_a7_equal_shares_never_passes_over_a_group(seed, completion):
    election = small_election(seed)

    selection = chosen(election, options=Options(completion=completion))

    assert passed_over(election, selection.winners) == []


def test_the_check_of_c_a7_finds_the_group_that_greedy_passes_over():
    projects = [Project(c, 50) for c in "ABCD"]
    election = Election.of_ballots(projects, 100, [("A", "B")] * 6 + [("C", "D")] * 5, unit=1)

    assert set(passed_over(election, chosen(election, "greedy").winners)) == set()
    election = replace(election, budget=110)
    assert set(passed_over(election, chosen(election, "greedy").winners)) == {"C", "D"}
    assert passed_over(election, chosen(election).winners) == []


def transformed(election, names):
    """Rename projects, and turn ballots and projects around."""
    projects = tuple(replace(p, id=names[p.id]) for p in reversed(election.projects))
    ballots = {tuple(names[c] for c in ballot): n for ballot, n in reversed(list(election.ballots.items()))}
    return Election(projects, election.budget, ballots, election.kind, election.limits, election.floors, election.unit)


@few
@given(seed=seeds, rule=st.sampled_from(RULES))
def test_c_a8_order_and_names_do_not_matter_when_the_lot_is_carried_along(seed, rule):
    election = small_election(seed, "ordinal" if seed % 2 else "approval")
    options = some_options(seed) if rule == "equal-shares" else PLAIN

    def by_lot(ids):
        return sorted(ids, key=lambda c: reference.hashlib.sha256(b"s" + c.encode()).digest())

    old = by_lot(p.id for p in election.projects)
    new = by_lot(f"name-{n}-{seed}" for n in range(len(old)))
    names = dict(zip(old, new, strict=True))

    plain, turned = chosen(election, rule, options), chosen(transformed(election, names), rule, options)

    assert tuple(names[c] for c in plain.winners) == turned.winners
    assert [(t.round, tuple(names[c] for c in t.tied), t.decided_by) for t in plain.ties] == [
        (t.round, t.tied, t.decided_by) for t in turned.ties
    ]


@few
@given(seed=seeds, factor=st.sampled_from([2, 7, 100, 10**12]), utility=st.sampled_from(["cost", "cardinality"]))
def test_c_a9_scaling_all_money_changes_nothing(seed, factor, utility):
    election, options = small_election(seed), Options(utility=utility)
    scaled = replace(
        election,
        projects=tuple(replace(p, cost=p.cost * factor) for p in election.projects),
        budget=election.budget * factor,
    )

    assert chosen(election, options=options).winners == chosen(scaled, options=options).winners


@few
@given(seed=seeds, stop=st.booleans())
def test_c_a10_add1_stops_at_the_last_share_that_stays_within_the_money(seed, stop):
    election = small_election(seed)
    options = Options(completion="add1", step=1, stop_when_exhaustive=stop)
    selection = chosen(election, options=options)
    facts = reference.Facts(election, options, "s", unit_costs=False)

    def run(share):
        race = reference.Race(facts, election.budget, {})
        return race if reference.equal_shares_once(race, list(facts.projects), share) else None

    if "completed" in {step.reason for step in selection.steps}:
        return  # everything fits together, so the increments were skipped
    share = selection.shares["main"]
    unfunded = [c for c in facts.projects if c not in selection.winners and facts.supporters[c]]
    rest = election.budget - selection.cost
    exhaustive = all(facts.projects[c].cost > rest for c in unfunded)
    assert tuple(run(share).winners) == selection.winners
    if not stop and unfunded and run(share + 1) is not None:
        # more money could never change this outcome
        assert run(share + 10_000).winners == run(share).winners
    if stop and run(share + 1) is not None and unfunded:
        assert exhaustive or run(share + 10_000).winners == run(share).winners


@few
@given(seed=seeds)
def test_c_a11_add1u_leaves_no_supported_project_that_fits(seed):
    election = small_election(seed)

    selection = chosen(election, options=Options(completion="add1u"))

    rest, support = election.budget - selection.cost, supporters_of(election)
    assert [p.id for p in election.projects if p.id not in selection.winners and support[p.id] and p.cost <= rest] == []


@few
@given(seed=seeds)
def test_c_a12_the_first_project_that_all_support_wins_and_everything_wins_when_it_fits(seed):
    election = small_election(seed)
    facts = reference.Facts(election, PLAIN, "s", unit_costs=False)
    all_support = [
        c for c in facts.projects if facts.votes[c] == facts.voters and facts.projects[c].cost <= election.budget
    ]
    supported = {c for c in facts.projects if facts.votes[c]}
    rich = replace(election, budget=sum(p.cost for p in election.projects))

    if all_support:
        assert min(all_support, key=facts.order.__getitem__) in chosen(election, options=PLAIN).winners
    for rule in ("greedy", "equal-shares"):
        assert set(chosen(rich, rule).winners) == supported


def committee(election, order):
    """Elect by equal shares as Peters and Skowron (2020) put it for committees, every seat costing 1."""
    seats = election.budget // election.projects[0].cost
    ballots = [(set(ballot), n) for ballot, n in election.ballots.items()]
    money = [Fraction(seats, election.voters)] * len(ballots)
    elected = []
    while True:
        offers = []
        for c in sorted(order, key=order.__getitem__):
            held = sorted((money[i], n) for i, (named, n) in enumerate(ballots) if c in named and c not in elected)
            paid, left = Fraction(0), sum(n for _, n in held)
            for amount, n in held:  # from the poorest on: does everybody else paying this much suffice?
                if paid + left * amount >= 1:
                    offers.append(((1 - paid) / left, order[c], c))
                    break
                paid, left = paid + n * amount, left - n
        if not offers:
            return elected
        price, _, winner = min(offers)
        elected.append(winner)
        money = [m - min(m, price) if winner in named else m for m, (named, _) in zip(money, ballots, strict=True)]


@few
@given(seed=seeds, cost=st.sampled_from([1, 7]))
def test_c_a13_with_equal_costs_it_is_the_method_of_equal_shares_for_committees(seed, cost):
    drawn = small_election(seed)
    seats = 1 + seed % 4
    equal = replace(drawn, projects=tuple(replace(p, cost=cost) for p in drawn.projects), budget=seats * cost)
    facts = reference.Facts(equal, PLAIN, "s", unit_costs=False)

    assert list(chosen(equal, options=PLAIN).winners) == committee(equal, facts.order)


@few
@given(seed=seeds, rule=st.sampled_from(RULES))
def test_limits_that_cannot_bind_change_nothing(seed, rule):
    election = small_election(seed)
    options = some_options(seed) if rule == "equal-shares" else PLAIN
    limited = replace(
        election,
        projects=tuple(replace(p, demands={"revenue": p.cost}) for p in election.projects),
        limits={"revenue": sum(p.cost for p in election.projects)},
    )

    assert chosen(limited, rule, options).winners == chosen(election, rule, options).winners
    assert chosen(limited, rule, options).steps == chosen(election, rule, options).steps


@few
@given(seed=seeds, rule=st.sampled_from(["greedy", "equal-shares", "phragmen"]))
def test_a_limit_puts_out_only_what_asks_for_more_than_is_left(seed, rule):
    election = small_election(seed, limits=True)

    selection = chosen(election, rule)

    left = dict(election.limits)
    demands = {p.id: p.demands for p in election.projects}
    for step in selection.steps:
        if step.reason in FUNDED:
            left = {name: cap - demands[step.project].get(name, 0) for name, cap in left.items()}
        elif step.reason == "over-limit":
            assert demands[step.project][step.detail] > left[step.detail]
    assert min(left.values(), default=0) >= 0


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.long) for name in FILES]
)
def test_every_real_outcome_keeps_its_promises(name):
    election = real(name).election
    for rule, options in (
        ("equal-shares", Options(completion="add1u", step=0)),
        ("phragmen", PLAIN),
        ("greedy", PLAIN),
        ("priorities", Options(seats=10)),
    ):
        selection = chosen(election, rule, options)

        assert [wrong for wrong in overspent(election, selection) if rule != "priorities"] == []
        if rule == "equal-shares":
            assert passed_over(election, selection.winners) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=seeds)
def test_money_raised_when_all_pay_in_full_skips_only_shares_that_change_nothing(seed):
    election = small_election(seed)
    options = Options(completion="add1", step=1)
    facts = reference.Facts(election, options, "s", unit_costs=False)
    share = Fraction(election.budget, facts.voters)
    for _ in range(40):
        race = reference.Race(facts, election.budget, {})
        result = reference.equal_shares_once(race, list(facts.projects), share)
        if result is None:
            break
        change = reference.next_change(race, result[0], 0) if result[1] else share
        until = min(change or share + 30, share + 30)
        between = share + 1
        while between < until:
            other = reference.Race(facts, election.budget, {})
            reference.equal_shares_once(other, list(facts.projects), between)
            assert other.winners == race.winners
            between += 1
        share = max(between, share + 1)
