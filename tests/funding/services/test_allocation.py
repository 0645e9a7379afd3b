"""A run from asking to the ledger: S1, S8, M1, M3, J1 with the real database."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from communities.models import Area
from funding.models import (
    Account,
    AllocationRun,
    AreaShare,
    Balance,
    Entry,
    ParameterSet,
    Posting,
    Pot,
    RunApproval,
)
from funding.rules.problems import ParameterError
from funding.services.allocation import (
    CannotSign,
    RunNotReady,
    approve_run,
    compute_run,
    post_run,
    request_run,
)
from funding.services.ledger import check_ledger
from funding.services.parameter_sets import SetInUse, edit_parameter_set
from renewal.kernel.models import OutboxMessage
from tests.factories.money import (
    NOW,
    make_country,
    make_cycle,
    make_person,
    make_posted_run,
    make_run,
    make_set,
    sign_run,
)

pytestmark = pytest.mark.django_db


def held(kind):
    rows = Balance.objects.filter(account__kind=kind).values_list("account__colour").annotate(sum=Sum("pence"))
    return dict(rows)


def test_m3_fund_in_is_reserve_and_pots_to_the_penny_in_each_colour():
    make_country()
    make_posted_run()

    assert held("source") == {"capital": -30_000_000, "revenue": -10_000_000}
    reserve, pots, aside = held("reserve"), held("pot"), held("participation")
    assert reserve["capital"] + pots["capital"] == 30_000_000
    assert reserve["revenue"] + pots["revenue"] + aside["revenue"] == 10_000_000
    assert check_ledger(now=NOW).differences == []


def test_each_pot_is_what_its_area_keeps_and_its_account_holds_it_less_participation():
    make_country()
    run = make_posted_run()

    assert Pot.objects.count() == 18
    for pot in Pot.objects.select_related("account__balance"):
        kept = AreaShare.objects.get(run=run, area=pot.area, colour=pot.colour).kept_pence
        assert pot.amount_pence == kept
        assert pot.account.balance.pence == pot.for_projects_pence
        assert pot.participation_pence == (kept * 300 // 10_000 if pot.colour == "revenue" else 0)


def test_the_same_inputs_are_one_run():
    make_country()
    cycle, parameters = make_cycle(), make_set()

    first, again = make_run(cycle, parameters), make_run(cycle, parameters)

    assert first == again
    assert OutboxMessage.objects.filter(task="funding.tasks.compute_allocation").count() == 1


def test_other_people_in_one_area_are_another_run():
    make_country()
    cycle, parameters = make_cycle(), make_set()
    first = make_run(cycle, parameters)
    Area.objects.filter(code="ASH-N").update(population=8_101)

    assert make_run(cycle, parameters) != first


def test_s8_every_step_done_twice_leaves_one_result():
    make_country()
    run = make_run()
    once = compute_run(run_id=run.pk, now=NOW)
    twice = compute_run(run_id=run.pk, now=NOW)
    sign_run(run := twice)
    post_run(run_id=run.pk, now=NOW)
    entries = Entry.objects.count()
    post_run(run_id=run.pk, now=NOW)

    assert once.outcome_hash == twice.outcome_hash
    assert (Entry.objects.count(), AllocationRun.objects.posted().count()) == (entries, 1)


def test_two_people_sign_and_neither_is_the_one_who_asked():
    make_country()
    asker, first = make_person("Asker"), make_person("First")
    run = compute_run(run_id=make_run(actor=asker).pk, now=NOW)

    with pytest.raises(CannotSign):
        approve_run(run_id=run.pk, user=asker, outcome_hash=run.outcome_hash, now=NOW)
    with pytest.raises(CannotSign):
        approve_run(run_id=run.pk, user=first, outcome_hash="0" * 64, now=NOW)
    assert approve_run(run_id=run.pk, user=first, outcome_hash=run.outcome_hash, now=NOW).state == "computed"
    with pytest.raises(CannotSign):
        approve_run(run_id=run.pk, user=first, outcome_hash=run.outcome_hash, now=NOW)
    second = approve_run(run_id=run.pk, user=make_person("Second"), outcome_hash=run.outcome_hash, now=NOW)
    assert second.state == "approved"


def test_the_database_refuses_a_run_that_skips_its_signatures():
    make_country()
    run = compute_run(run_id=make_run().pk, now=NOW)

    for state in ("approved", "posted"):
        with pytest.raises(IntegrityError), transaction.atomic():
            AllocationRun.objects.filter(pk=run.pk).update(state=state, posted_at=NOW if state == "posted" else None)
    with pytest.raises(IntegrityError), transaction.atomic():
        RunApproval.objects.create(run=run, user=make_person("Liar"), outcome_hash="f" * 64, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        AllocationRun.objects.filter(pk=run.pk).update(outcome_hash="f" * 64)
    with pytest.raises(RunNotReady):
        post_run(run_id=run.pk, now=NOW)


def test_a_parameter_set_in_use_never_changes():
    make_country()
    parameters = make_set()
    make_run(parameter_set=parameters)

    with pytest.raises(SetInUse):
        edit_parameter_set(parameter_set_id=parameters.pk, document={}, actor=None, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ParameterSet.objects.filter(pk=parameters.pk).update(name="Sly")
    with pytest.raises(IntegrityError), transaction.atomic():
        ParameterSet.objects.filter(pk=parameters.pk).delete()


def test_a_correction_takes_the_old_postings_back_and_keeps_every_line():
    make_country()
    cycle = make_cycle()
    first = make_posted_run(cycle)
    before = Entry.objects.count()

    second = make_posted_run(cycle, make_set({"reserve_bp": 1_000}, name="More reserve"), corrects_id=first.pk)

    first.refresh_from_db()
    assert (first.state, second.state) == ("reversed", "posted")
    assert Entry.objects.filter(run=second, kind="reversal").count() == before
    assert held("reserve") == {"capital": 3_000_000, "revenue": 1_000_000}
    assert sum(Posting.objects.values_list("pence", flat=True)) == 0
    assert set(Pot.objects.values_list("run_id", flat=True)) == {second.pk}
    assert check_ledger(now=NOW).differences == []


def test_only_one_run_of_a_cycle_can_stand_posted():
    make_country()
    cycle = make_cycle()
    make_posted_run(cycle)
    other = make_run(cycle, make_set({"reserve_bp": 1_000}, name="Rival"))
    sign_run(compute_run(run_id=other.pk, now=NOW))

    with pytest.raises(IntegrityError), transaction.atomic():
        post_run(run_id=other.pk, now=NOW)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"population": 0}, "no_people"),
        ({"has_body": False}, "leaf_without_body"),
        ({"valid_to": "2026-01-01"}, None),
    ],
)
def test_a_tree_that_cannot_share_is_refused_and_nothing_is_written(change, code):
    areas = make_country()
    Area.objects.filter(pk=areas["ASH-N"].pk).update(**change)
    cycle, parameters = make_cycle(), make_set()

    if code is None:
        assert len(make_run(cycle, parameters).inputs["areas"]) == len(areas) - 1
        return
    with pytest.raises(ParameterError) as refusal:
        request_run(cycle_id=cycle.pk, parameter_set_id=parameters.pk, now=NOW)
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert (AllocationRun.objects.count(), Account.objects.count()) == (0, 0)


def test_an_ended_middle_area_leaves_orphans_and_is_refused():
    areas = make_country()
    Area.objects.filter(pk=areas["ASH"].pk).update(valid_to="2026-01-01")

    with pytest.raises(ParameterError) as refusal:
        make_run()

    assert {problem.code for problem in refusal.value.problems} == {"orphan"}


def test_floors_above_the_sum_are_refused_with_both_figures():
    make_country()

    with pytest.raises(ParameterError, match="The floors come to £15,000, more than the £9,500 there is to share"):
        make_run(make_cycle(capital_pence=1_000_000, revenue_pence=0))
