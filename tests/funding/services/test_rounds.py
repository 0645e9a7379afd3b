"""The boundaries of a round's steps do their work once (J1)."""

from datetime import timedelta

import pytest

from funding.models import Round, RoundWork, Step
from funding.queries.rounds import money_of, round_step, rounds_for_pages, timeline
from funding.services.projects import ProjectMoved, move
from funding.services.rounds import StepsOutOfOrder, advance_rounds, open_round, shift_round
from tests.factories.money import make_council, make_country, make_posted_run
from tests.factories.money import make_cycle as make_money_cycle
from tests.factories.projects import LENGTH, NOW, make_cycle, make_project, make_round, windows_in
from voting.models import Poll

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    areas = make_country()
    return areas["ASH-N"], make_council(areas["ASH"])


@pytest.fixture
def funded_round(place):
    area, council = place
    cycle = make_money_cycle()
    make_posted_run(cycle)
    return make_round(area, council, step=Step.VOTE, cycle=cycle.pk)


def test_a_round_stands_in_the_step_whose_window_holds_the_moment(place):
    round_ = make_round(*place, step=Step.CHECKS)

    assert round_step(round_, NOW) == Step.CHECKS
    assert round_step(round_, NOW + LENGTH) == Step.VOTE
    assert round_step(round_, NOW - 10 * LENGTH) is None


def test_the_timeline_names_every_dated_step_once(place):
    steps = timeline(make_round(*place, step=Step.IDEAS), NOW)

    assert [step.state for step in steps] == ["done", "here", "later", "later", "later", "later", "later"]


def test_steps_out_of_order_are_refused(place):
    area, council = place
    windows = windows_in(Step.IDEAS)
    windows["checks"], windows["vote"] = windows["vote"], windows["checks"]

    with pytest.raises(StepsOutOfOrder):
        open_round(
            area_id=area.pk, cycle_id=make_cycle().pk, convenor_id=council.pk, slug="x", prefix="X", title="X",
            title_cy="", windows=windows, actor=None, now=NOW,
        )  # fmt: skip


def test_a_round_freezes_the_criteria_of_its_check(place):
    assert [criterion.code for criterion in make_round(*place).criteria.all()] == [
        "legal-safe", "cost", "here", "paid-work",
    ]  # fmt: skip


def test_when_ideas_close_drafts_are_marked_late_and_sent_projects_stay(place):
    round_ = make_round(*place, step=Step.CHECKS)
    draft, sent = make_project(round_, number=1, state="draft"), make_project(round_, number=2)

    advance_rounds(now=NOW)

    draft.refresh_from_db(), sent.refresh_from_db()
    assert (draft.state, sent.state) == ("late", "sent")


def test_the_vote_opens_once_with_the_projects_that_passed(funded_round):
    passed = make_project(funded_round, number=1, state="passed")
    make_project(funded_round, number=2)

    advance_rounds(now=NOW)
    advance_rounds(now=NOW)

    funded_round.refresh_from_db()
    money = money_of(funded_round)
    options = [(o.ref, o.cost_pence, o.demands) for o in funded_round.poll.options.all()]
    assert options == [(passed.reference, 600_000, {"capital": 500_000, "revenue": 100_000, "not_civil_society": 0})]
    assert (funded_round.poll.budget_pence, funded_round.poll.limits) == (
        money.total,
        {"capital": money.capital_pence, "revenue": money.revenue_pence, "not_civil_society": money.total // 2},
    )
    assert (funded_round.poll.state, Poll.objects.count()) == ("open", 1)


def test_a_vote_without_projects_waits_and_stops_no_other_round(funded_round):
    other = make_round(funded_round.area, funded_round.convenor, step=Step.CHECKS, prefix="OTH")
    make_project(other, state="draft")

    advance_rounds(now=NOW)

    assert list(RoundWork.objects.values_list("round__prefix", "work").order_by("round__prefix")) == [
        ("ASH", "close_ideas"),
        ("OTH", "close_ideas"),
    ]


def test_welsh_rounds_do_not_open_with_a_title_in_one_language(funded_round):
    funded_round.area.nation = "wales"
    funded_round.area.save()
    make_project(funded_round, number=1, state="passed", title_cy="")

    advance_rounds(now=NOW)

    funded_round.refresh_from_db()
    assert funded_round.poll is None


def test_shifting_a_demo_round_moves_every_window_by_one_amount(place):
    round_ = make_round(*place)
    before = list(round_.phases.values_list("step", "starts_at"))

    shift_round(round_id=round_.pk, by=timedelta(days=-5))

    after = list(round_.phases.values_list("step", "starts_at"))
    assert after == [(step, start - timedelta(days=5)) for step, start in before]


def test_a_move_that_the_table_forbids_is_a_defect_and_a_lost_race_is_a_refusal(place):
    project = make_project(make_round(*place))

    with pytest.raises(ValueError, match="no move"):
        move(project_id=project.pk, old="sent", new="funded")
    with pytest.raises(ProjectMoved):
        move(project_id=project.pk, old="passed", new="unfunded", ended_at=NOW)


def test_pages_fetch_rounds_in_a_constant_number_of_queries(place, django_assert_num_queries):
    for prefix in ("AAA", "BBB", "CCC"):
        make_round(*place, prefix=prefix)

    with django_assert_num_queries(2):
        rounds = list(rounds_for_pages())
        assert len(rounds) == 3
        for round_ in rounds:
            assert timeline(round_, NOW)
            assert round_.area.label
            assert round_.convenor.label


def test_rounds_know_whose_they_are(place):
    assert Round.objects.in_step(Step.IDEAS, at=NOW).count() == 0

    make_round(*place)

    assert Round.objects.in_step(Step.IDEAS, at=NOW).count() == 1
