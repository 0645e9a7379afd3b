"""Unspent money rolls in the ledger (R17-R19, S14); work over many areas is done once whoever does it (J1)."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from communities.models import Area
from funding.models import Award, Cycle, Entry, FanOut, FanOutPart, Mandate, Pot, Project, RolloverLot
from funding.services.awards import post_awards
from funding.services.fanout import do_part, note_failure, resume_all, start, tell_all
from funding.services.ledger import balances, check_ledger
from funding.services.rollover import roll_over
from funding.services.to_capital import RoundHasOpened, TooMuchMoved, move_to_capital
from funding.services.year_end import YearEntered, enter_year, return_reserve
from renewal.kernel.models import Notice, OutboxMessage
from renewal.kernel.outbox import perform
from tests.factories.communities import end_areas
from tests.factories.money import (
    NOW,
    make_country,
    make_cycle,
    make_posted_run,
    make_project,
    make_round,
    make_run,
    make_set,
    publish_outcome,
)

pytestmark = pytest.mark.django_db


def held(cycle, code, colour="capital"):
    pot = Pot.objects.get(cycle=cycle, area__code=code, colour=colour)
    return balances([pot.account_id])[pot.account_id]


def two_years(document=None):
    areas = make_country()
    first, second = make_cycle(year=2027), make_cycle(year=2028)
    make_posted_run(first, make_set(document, name="One"))
    make_posted_run(second, make_set(document, name="Two"))
    return areas, first, second


def test_s14_half_of_the_next_pot_stays_and_the_rest_becomes_the_parents_lot():
    areas, first, second = two_years()
    before = held(second, "MILL")

    roll_over(cycle_id=second.pk, now=NOW)

    own = RolloverLot.objects.get(area=areas["MILL"], cycle=second, colour="capital")
    pot = Pot.objects.get(cycle=second, area=areas["MILL"], colour="capital")
    assert (own.pence, own.born) == (pot.amount_pence // 2, 2027)
    assert held(second, "MILL") == before + own.pence
    assert held(first, "MILL") == 0
    up = RolloverLot.objects.get(area=areas["ASH"], cycle=second, colour="capital", origin=areas["MILL"])
    assert up.pence == pot.amount_pence - own.pence
    assert check_ledger(now=NOW).differences == []


def test_rolling_twice_is_rolling_once_and_loses_nothing():
    _, first, second = two_years()
    whole = sum(balances(Pot.objects.values_list("account_id", flat=True)).values())

    roll_over(cycle_id=second.pk, now=NOW)
    lots = RolloverLot.objects.count()

    assert roll_over(cycle_id=second.pk, now=NOW) == 0
    assert RolloverLot.objects.count() == lots
    assert sum(balances(Pot.objects.values_list("account_id", flat=True)).values()) == whole
    for colour in ("capital", "revenue"):
        rolled = RolloverLot.objects.filter(colour=colour).aggregate(sum=Sum("pence"))["sum"]
        pots = Pot.objects.filter(cycle=second, colour=colour)
        assert sum(balances(pots.values_list("account_id", flat=True)).values()) == rolled + sum(
            pot.for_projects_pence for pot in pots
        )


def test_spent_money_does_not_roll():
    areas, first, second = two_years()
    round_ = make_round(areas["MILL"], first)
    project = make_project(round_, "MIL-001", capital=held(first, "MILL"))
    publish_outcome(round_, [project], selected=["MIL-001"])
    post_awards(round_id=round_.pk, now=NOW)

    roll_over(cycle_id=second.pk, now=NOW)

    assert not RolloverLot.objects.filter(origin=areas["MILL"], colour="capital").exists()
    assert Award.objects.get().state == "conditional"


def test_without_carry_forward_everything_returns_to_the_source_at_year_end():
    _, first, second = two_years({"carry_forward": False})

    roll_over(cycle_id=second.pk, now=NOW)

    assert held(first, "MILL") == 0
    assert RolloverLot.objects.count() == 0
    source = Entry.objects.filter(reason="year-end return").count()
    assert source > 0
    assert check_ledger(now=NOW).differences == []


def test_r19_the_reserve_returns_by_colour():
    _, first, _ = two_years()

    assert return_reserve(cycle_id=first.pk, now=NOW) == {"capital": 1_500_000, "revenue": 500_000}
    assert return_reserve(cycle_id=first.pk, now=NOW) == {}


def test_an_area_may_move_a_fifth_of_its_revenue_to_capital_and_no_more():
    areas, first, _ = two_years()
    most = Pot.objects.get(cycle=first, area=areas["MILL"], colour="revenue").for_projects_pence // 5

    with pytest.raises(TooMuchMoved):
        move_to_capital(area_id=areas["MILL"].pk, cycle_id=first.pk, pence=most + 1, now=NOW)
    before = held(first, "MILL")
    move_to_capital(area_id=areas["MILL"].pk, cycle_id=first.pk, pence=most, now=NOW)
    assert held(first, "MILL") == before + most


def reserve_project(areas, cycle, code, reference, *, capital=0, revenue=0):
    """A round of an area whose count chose nothing, with one project on its reserve list."""
    round_ = make_round(areas[code], cycle)
    project = make_project(round_, reference, capital=capital, revenue=revenue)
    publish_outcome(round_, [project], selected=[])
    post_awards(round_id=round_.pk, now=NOW)
    Project.objects.filter(pk=project.pk).update(state="unfunded", ended_at=NOW)
    return project


def test_r18_overflow_pays_the_nearest_neighbours_project_that_fits_half_of_it_and_once():
    areas, first, second = two_years()
    half = Pot.objects.get(cycle=second, area=areas["MILL"], colour="capital").amount_pence // 2
    for code, latitude in [("MILL", "51.0"), ("OLD", "51.1"), ("FERN", "51.2")]:
        areas[code].latitude, areas[code].longitude = latitude, "0.0"
        areas[code].save()
    too_dear = reserve_project(areas, first, "ASH-N", "ASN-001", capital=half)
    near = reserve_project(areas, first, "OLD", "OLD-001", capital=half // 2 - 10_000)
    far = reserve_project(areas, first, "FERN", "FER-001", capital=100_000)
    mixed = reserve_project(areas, first, "ASH-S", "ASS-001", capital=1_000, revenue=1_000)

    roll_over(cycle_id=second.pk, now=NOW)

    paid = {award.project: award.parts.get().pot.area.code for award in Award.objects.all()}
    assert paid[near] == "MILL"
    assert Award.objects.get(project=near).origin == "overflow"
    assert Mandate.objects.filter(ref="OLD-001").count() == 1
    assert too_dear not in paid
    assert mixed not in paid
    assert len(paid) == len(set(paid.values()))
    assert paid.get(far) != "MILL"
    up = RolloverLot.objects.get(area=areas["ASH"], cycle=second, colour="capital", origin=areas["MILL"])
    assert up.pence == half + Pot.objects.get(cycle=second, area=areas["MILL"], colour="capital").amount_pence % 2 - (
        half // 2 - 10_000
    )
    assert check_ledger(now=NOW).differences == []


def test_r18_what_came_from_below_and_expires_is_shared_over_all_the_parents_children():
    areas, first, second = two_years()
    roll_over(cycle_id=second.pk, now=NOW)
    RolloverLot.objects.filter(area=areas["ASH"]).exclude(origin=areas["ASH"]).update(born=2026)
    third = make_cycle(year=2029)
    make_posted_run(third, make_set(name="Three"))
    old = RolloverLot.objects.filter(area=areas["ASH"], cycle=second, colour="capital").exclude(origin=areas["ASH"])
    expired = old.aggregate(sum=Sum("pence"))["sum"]

    roll_over(cycle_id=third.pk, now=NOW)

    below = RolloverLot.objects.filter(cycle=third, colour="capital", origin=areas["ASH"], area__parent=areas["ASH"])
    assert below.aggregate(sum=Sum("pence"))["sum"] == expired
    assert below.count() == 5
    assert not RolloverLot.objects.filter(cycle=third, area=areas["VALE"], born__lt=2027).exists()
    assert all(lot.cycle.year - lot.born <= 2 for lot in RolloverLot.objects.filter(cycle=third))
    assert check_ledger(now=NOW).differences == []


def reorganise(areas, endings, second):
    """End neighbourhoods of Ashcombe at the end of the first year, and begin those that follow them."""
    for code, people in {new for news in endings.values() for new in news}:
        areas[code] = Area.objects.create(
            code=code, slug=code.lower(), name=code.title(), level="neighbourhood", nation="england",
            parent=areas["ASH"], path=f"{areas['ASH'].path}{code}/", population=people, valid_from=second.starts_on,
        )  # fmt: skip
    for olds, news in endings.items():
        followed_by = [areas[code] for code, _people in news]
        end_areas([areas[code] for code in olds], followed_by=followed_by, on=second.starts_on)


def test_s15_money_of_areas_that_end_goes_to_those_that_follow_them_to_the_penny():
    areas, first, second = make_country(), make_cycle(year=2027), make_cycle(year=2028)
    make_posted_run(first, make_set(name="One"))
    reorganise(areas, {("MILL", "OLD"): [("BOTH", 15_900)], ("FERN",): [("FERN-A", 3_000), ("FERN-B", 3_700)]}, second)
    make_posted_run(second, make_set(name="Two"))
    left = {code: held(first, code) for code in ("MILL", "OLD", "FERN")}
    authority = held(second, "ASH")

    roll_over(cycle_id=second.pk, now=NOW)

    lots = RolloverLot.objects.filter(cycle=second, colour="capital")
    for code, heirs in {"MILL": {"BOTH"}, "OLD": {"BOTH"}, "FERN": {"FERN-A", "FERN-B"}}.items():
        here = lots.filter(origin=areas[code])
        assert sum(here.values_list("pence", flat=True)) == left[code]
        assert set(here.values_list("area__code", flat=True)) <= heirs | {"ASH"}
        assert held(first, code) == 0
    for code in ("BOTH", "FERN-A", "FERN-B"):
        pot = Pot.objects.get(cycle=second, area=areas[code], colour="capital")
        assert held(second, code) - pot.for_projects_pence == pot.amount_pence // 2  # what may stay, and no more
    rose = lots.filter(area=areas["ASH"]).exclude(origin=areas["ASH"])
    assert held(second, "ASH") - authority - sum(rose.values_list("pence", flat=True)) == sum(
        lots.filter(area=areas["ASH"], origin=areas["ASH"]).values_list("pence", flat=True)
    )
    assert roll_over(cycle_id=second.pk, now=NOW) == 0
    assert check_ledger(now=NOW).differences == []


def test_r6_an_area_that_took_another_in_is_measured_against_both_last_pots():
    areas, first, second = make_country(), make_cycle(year=2027), make_cycle(year=2028)
    make_posted_run(first, make_set(name="One"))
    last = {code: Pot.objects.get(area=areas[code], colour="capital").amount_pence for code in ("MILL", "OLD")}
    end_areas([areas["OLD"]], followed_by=[areas["MILL"]], on=second.starts_on)

    run = make_run(second, make_set({"change_limits": {"floor_bp": 8_500, "cap_bp": 12_500}}, name="Two"))

    known = {area["code"]: area["last"]["capital"] for area in run.inputs["areas"]}
    assert known["MILL"] == last["MILL"] + last["OLD"]
    assert "OLD" not in known


def test_s15_what_an_area_that_nothing_follows_left_goes_to_the_one_above_it():
    areas, first, second = make_country(), make_cycle(year=2027), make_cycle(year=2028)
    make_posted_run(first, make_set(name="One"))
    reorganise(areas, {("FERN",): []}, second)
    make_posted_run(second, make_set(name="Two"))
    left = held(first, "FERN")

    roll_over(cycle_id=second.pk, now=NOW)

    lots = RolloverLot.objects.filter(cycle=second, colour="capital", origin=areas["FERN"])
    assert sum(lots.values_list("pence", flat=True)) == left > 0
    assert set(lots.values_list("area__level", flat=True)) <= {"authority", "strategic"}
    assert held(first, "FERN") == 0


def test_an_area_whose_vote_has_no_result_yet_waits_and_rolls_the_next_time():
    areas, first, second = two_years()
    round_ = make_round(areas["MILL"], first)
    vote = round_.phases.create(step="vote", starts_at=NOW, ends_at=NOW + timedelta(days=21))
    roll_over(cycle_id=second.pk, now=NOW)
    assert held(first, "MILL") > 0
    assert held(first, "OLD") == 0

    vote.delete()
    assert roll_over(cycle_id=second.pk, now=NOW) > 0
    assert held(first, "MILL") == 0


def test_r19_the_next_year_takes_up_what_the_one_before_gave_back_once():
    _, first, second = two_years()
    entered = enter_year(
        fund_id=second.fund_id, year=2029, capital_pence=1_000, revenue_pence=2_000, starts_on=second.ends_on,
        ends_on=second.ends_on.replace(year=2030), actor=None, now=NOW,
    )  # fmt: skip

    assert (entered.capital_pence, entered.returned_capital_pence) == (1_501_000, 1_500_000)
    assert (entered.revenue_pence, entered.returned_revenue_pence) == (502_000, 500_000)
    with pytest.raises(YearEntered):
        enter_year(
            fund_id=second.fund_id, year=2029, capital_pence=1, revenue_pence=1, starts_on=second.ends_on,
            ends_on=second.ends_on.replace(year=2030), actor=None, now=NOW,
        )  # fmt: skip
    later = enter_year(
        fund_id=second.fund_id, year=2030, capital_pence=1_000, revenue_pence=2_000,
        starts_on=second.ends_on.replace(year=2030), ends_on=second.ends_on.replace(year=2031), actor=None, now=NOW,
    )  # fmt: skip
    assert (later.returned_capital_pence, Cycle.objects.count()) == (0, 4)


def test_money_changes_its_colour_only_before_a_round_begins_and_once():
    areas, first, _ = two_years()
    move = {"area_id": areas["MILL"].pk, "cycle_id": first.pk, "pence": 100, "now": NOW}
    round_ = make_round(areas["OLD"], first)
    round_.phases.create(step="ideas", starts_at=NOW, ends_at=NOW + timedelta(days=21))

    with pytest.raises(RoundHasOpened):
        move_to_capital(**{**move, "area_id": areas["OLD"].pk})
    move_to_capital(vote="40 for, 12 against, 1 March", **move)
    with pytest.raises(RoundHasOpened):
        move_to_capital(**move)
    assert Entry.objects.get(kind="colour_moved").reason == "by the area's vote. 40 for, 12 against, 1 March"


@pytest.fixture
def telling():
    areas = make_country()
    cycle = make_cycle()
    make_posted_run(cycle)
    rounds = [make_round(areas[code], cycle) for code in ("MILL", "OLD", "FERN")]
    rounds[0].convenor.email = "council@example.org"
    rounds[0].convenor.save()
    return tell_all(cycle=cycle, now=NOW)


def test_each_part_is_done_once_however_often_it_is_handed_over(telling):
    handed = []
    assert start(fan_out_id=telling.pk, publish=handed.extend) == 3
    assert resume_all(now=NOW, publish=handed.extend) == 3  # a broker that lost them costs nothing

    done = [do_part(part_id=part, now=NOW) for part in handed]

    assert done == [True] * 3 + [False] * 3
    assert Notice.objects.filter(kind="area_money").count() == 3
    assert resume_all(now=NOW, publish=handed.extend) == 0


def test_the_notice_of_an_areas_money_is_sent_and_leads_to_how_it_was_worked_out(telling, mailoutbox):
    part = telling.parts.get(subject_id=Area.objects.get(code="MILL").pk)
    do_part(part_id=part.pk, now=NOW)

    for promise in OutboxMessage.objects.filter(task__endswith="deliver_notice"):
        perform(message_id=promise.pk, now=NOW)

    (mail,) = mailoutbox
    assert mail.to == ["council@example.org"]
    assert mail.subject.endswith(": the money for Mill")
    assert "/en/money/shares/mill/" in mail.body


def test_work_that_moves_is_not_handed_over_again(telling):
    handed = []
    start(fan_out_id=telling.pk, publish=handed.extend)
    do_part(part_id=handed[0], now=NOW)

    assert resume_all(now=NOW + timedelta(seconds=29), publish=handed.extend) == 0
    assert resume_all(now=NOW + timedelta(seconds=31), publish=handed.extend) == 2


def test_asking_again_is_the_same_work(telling):
    assert tell_all(cycle=telling.cycle, now=NOW + timedelta(minutes=5)) == telling
    assert FanOut.objects.count() == 1


def test_a_part_that_fails_three_times_waits_for_a_person(telling):
    part = telling.parts.first()

    for _ in range(3):
        note_failure(part_id=part.pk, error=OSError("gone"))

    part.refresh_from_db()
    assert (part.state, part.error, FanOutPart.objects.waiting().count()) == ("failed", "OSError", 2)
