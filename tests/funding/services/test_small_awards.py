"""Small awards, all year: public days, verified support, a month decided once, every penny found."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, transaction

from funding.models import Award, Balance, FormQuestion, Project, SmallIdea, SmallMonth, SmallSupport
from funding.rules.small import Idea, decide_month
from funding.services import applications, awards, decisions, declarations, projects, purses, small_awards
from funding.services.ledger import check_ledger
from renewal.kernel.canonical import digest
from renewal.kernel.models import Notice
from tests.factories.projects import NOW, find_all_met, make_group, make_member
from tests.factories.projects import make_officer as make_checker
from tests.factories.small import give_support, make_idea, make_purse, make_resident, show_purpose

pytestmark = pytest.mark.django_db
APRIL = datetime(2027, 4, 1, 0, 30, tzinfo=UTC)  # 1.30 am in London: March is over


def settle(purse, *, now=APRIL):
    return small_awards.advance_small_awards(now=now)


def all_money():
    """What all accounts but the source hold: it never changes by setting aside, awarding or giving back."""
    return sum(Balance.objects.filter(restricted=True).values_list("pence", flat=True))


def test_a_small_idea_goes_from_eight_questions_to_fourteen_public_days():
    purse = make_purse()
    group = make_group(purse.area, "club", legal_form="club")
    kelly, dev = make_member(group, "Kelly"), make_member(group, "Dev")
    show_purpose(group, kelly)
    project = projects.start_project(
        round_id=purse.round_id, group_id=group.pk, title="Seeds", language="en", actor=kelly, now=NOW, kind="small"
    )
    line = {"item": "Seeds", "amount_pence": 40_000, "colour": "revenue", "source": "asked", "year": 1}
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line])
    applications.sign_off(project_id=project.pk, actor=kelly, unfinished=[], now=NOW)
    applications.declare_and_send(project_id=project.pk, actor=dev, now=NOW)
    priya = make_checker(purse.body, "Priya", declared=purse.round)
    project.refresh_from_db()
    find_all_met(project, priya)

    decisions.pass_project(project_id=project.pk, actor=priya, words="", words_cy="", now=NOW)

    idea = SmallIdea.objects.get(project=project)
    assert {criterion.code for criterion in purse.round.criteria.all()} == {"legal-safe", "here", "paid-work"}
    assert project.reviews.get().due_on.isoformat() == "2027-03-12"
    assert (idea.last_day - NOW.date()).days == 14
    assert "small_open" in set(Notice.objects.values_list("kind", flat=True))


def test_a_small_award_has_eight_questions_in_all():
    from funding.application_pages import fixed_tasks

    pages = sum(len(task.pages) for task in fixed_tasks("small"))

    assert pages + FormQuestion.objects.filter(set__band="up_to_1000", set__state="published").count() == 8


def test_more_than_a_thousand_pounds_is_not_sent_as_a_small_award():
    purse = make_purse()
    group = make_group(purse.area, "club", legal_form="club")
    kelly = make_member(group, "Kelly")
    show_purpose(group, kelly)
    project = projects.start_project(
        round_id=purse.round_id, group_id=group.pk, title="Shed", language="en", actor=kelly, now=NOW, kind="small"
    )
    line = {"item": "Shed", "amount_pence": 100_001, "colour": "capital", "source": "asked", "year": 1}
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line])

    with pytest.raises(applications.NotReady) as refusal:
        applications.sign_off(project_id=project.pk, actor=kelly, unfinished=[], now=NOW)
    assert refusal.value.facts["problems"] == ["over_limit"]

    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line | {"amount_pence": 100_000}])
    applications.sign_off(project_id=project.pk, actor=kelly, unfinished=[], now=NOW)


def test_a_small_idea_begins_only_where_money_is_set_aside_and_a_project_never_there():
    purse = make_purse()
    group = make_group(purse.area, "club", legal_form="club")
    kelly = make_member(group, "Kelly")
    start = {"group_id": group.pk, "title": "T", "language": "en", "actor": kelly, "now": NOW}

    with pytest.raises(projects.StepNotOpen):
        projects.start_project(round_id=purse.round_id, kind="project", **start)
    small_awards.end_purse(purse_id=purse.pk, now=NOW)
    with pytest.raises(projects.StepNotOpen):
        projects.start_project(round_id=purse.round_id, kind="small", **start)


def test_a_resident_supports_an_idea_once_and_only_at_home_and_in_its_days():
    purse = make_purse()
    idea = make_idea(purse, revenue=10_000)
    resident = make_resident(purse.area, 1)
    elsewhere = purse.area.parent.children.get(code="MILL")
    at_home = {"idea_id": idea.pk, "resident_id": resident.pk, "area_codes": purse.area.chain_codes}

    assert small_awards.support_idea(now=NOW, **at_home) is True
    assert small_awards.support_idea(now=NOW, **at_home) is False
    with pytest.raises(small_awards.NotHere):
        small_awards.support_idea(now=NOW, **at_home | {"area_codes": elsewhere.chain_codes})
    with pytest.raises(small_awards.NotCollecting):
        small_awards.support_idea(now=NOW + timedelta(days=14), **at_home)

    idea.refresh_from_db()
    assert (idea.supporters, SmallSupport.objects.count()) == (1, 1)


def test_support_rows_of_one_person_cannot_be_joined_across_ideas():
    purse = make_purse()
    resident = make_resident(purse.area, 1)
    for number in (1, 2):
        small_awards.support_idea(
            idea_id=make_idea(purse, number, revenue=1_000).pk, resident_id=resident.pk,
            area_codes=purse.area.chain_codes, now=NOW,
        )  # fmt: skip

    first, second = SmallSupport.objects.values_list("person", flat=True)
    assert first != second


def test_a_month_is_decided_by_support_and_each_award_stands_in_the_ledger():
    purse = make_purse()
    left = purses.money_in(purse)
    few, many = make_idea(purse, 1, revenue=30_000), make_idea(purse, 2, capital=20_000, revenue=10_000)
    give_support(few, 2)
    give_support(many, 3)
    money = all_money()

    assert settle(purse) == 1

    places = list(SmallIdea.objects.order_by("place").values_list("project__reference", "place", "outcome"))
    assert places == [(many.project.reference, 1, "funded"), (few.project.reference, 2, "funded")]
    assert purses.money_in(purse) == {"capital": left["capital"] - 20_000, "revenue": left["revenue"] - 40_000}
    award = Award.objects.get(project=many.project)
    assert (award.origin, award.capital_pence, award.revenue_pence) == ("small", 20_000, 10_000)
    assert {part.account.balance.pence for part in award.parts.all()} == {20_000, 10_000}
    assert {gate.kind for gate in award.gates.all()} == {"subsidy", "safeguarding"}
    assert all_money() == money
    assert check_ledger(now=APRIL).differences == []


def test_an_idea_that_does_not_fit_is_passed_over_and_one_without_support_gets_nothing():
    purse = make_purse()
    capital = purses.money_in(purse)["capital"]
    dear, cheap, alone = (
        make_idea(purse, 1, capital=capital),
        make_idea(purse, 2, capital=1_000),
        make_idea(purse, 3, revenue=1_000),
    )
    give_support(cheap, 3)
    give_support(dear, 2)

    settle(purse)

    outcomes = dict(SmallIdea.objects.values_list("project__reference", "outcome"))
    assert list(outcomes.values()).count("funded") == 1
    for idea, outcome in ((cheap, "funded"), (dear, "no_money"), (alone, "no_support")):
        idea.refresh_from_db()
        idea.project.refresh_from_db()
        assert idea.outcome == outcome
        assert idea.project.state == ("funded" if outcome == "funded" else "unfunded")


def test_deciding_a_month_twice_or_late_changes_nothing():
    purse = make_purse()
    give_support(make_idea(purse, revenue=10_000), 1)
    settle(purse)
    month = SmallMonth.objects.get(decided_at__isnull=False)

    assert settle(purse) == 0
    assert small_awards.settle_month(month_id=month.pk, now=APRIL + timedelta(days=9)) is False
    assert Award.objects.count() == 1


def test_an_idea_whose_days_end_in_the_next_month_waits_for_it():
    purse = make_purse()
    early = make_idea(purse, 1, revenue=1_000)
    late = make_idea(purse, 2, revenue=1_000, opened=datetime(2027, 3, 25, 9, tzinfo=UTC))
    give_support(early, 1)
    give_support(late, 1, now=datetime(2027, 3, 26, tzinfo=UTC))

    settle(purse)
    late.refresh_from_db()
    assert (late.outcome, late.month) == ("", None)
    settle(purse, now=datetime(2027, 5, 1, 1, tzinfo=UTC))
    late.refresh_from_db()
    assert (late.outcome, late.month.first_day.isoformat()) == ("funded", "2027-04-01")


def test_the_published_month_can_be_repeated_by_anybody():
    purse = make_purse()
    for number in (1, 2, 3):
        give_support(make_idea(purse, number, revenue=10_000), 2)
    committed = SmallMonth.objects.get(first_day="2027-03-01").commitment

    settle(purse)

    month = SmallMonth.objects.get(first_day="2027-03-01")
    document = json.loads(json.dumps(month.document))
    assert sha256(bytes.fromhex(document["secret"])).hexdigest() == document["commitment"] == committed
    assert digest(document["list"]) == document["list_digest"]
    seed = sha256(bytes.fromhex(document["secret"]) + bytes.fromhex(document["list_digest"])).hexdigest()
    assert seed == document["seed"]
    ideas = [Idea(row["ref"], row["support"], row["capital"], row["revenue"]) for row in document["list"]]
    again = decide_month(ideas, left=document["left"], seed=seed)
    assert [(one.ref, one.place, one.outcome) for one in again] == [
        (row["ref"], row["place"], row["outcome"]) for row in document["places"]
    ]


def test_a_decided_month_and_a_committed_secret_cannot_be_changed():
    purse = make_purse()
    settle(purse)
    month = SmallMonth.objects.get(decided_at__isnull=False)

    with pytest.raises(DatabaseError), transaction.atomic():
        SmallMonth.objects.filter(pk=month.pk).update(digest="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        SmallMonth.objects.filter(purse=purse, decided_at__isnull=True).update(secret="0" * 64)


def test_an_award_taken_back_returns_to_the_money_it_came_from():
    purse = make_purse()
    left = purses.money_in(purse)
    give_support(make_idea(purse, revenue=10_000), 1)
    settle(purse)

    awards.reverse_award(award_id=Award.objects.get().pk, because="The group closed.", now=APRIL)

    assert purses.money_in(purse) == left
    assert check_ledger(now=APRIL).differences == []


def test_m6_who_checked_an_idea_does_not_pass_the_gates_of_its_award():
    purse = make_purse()
    give_support(make_idea(purse, revenue=10_000), 1)
    settle(purse)
    award = Award.objects.get()

    with pytest.raises(awards.SameOfficer):
        awards.pass_gate(award_id=award.pk, kind="subsidy", evidence="Form", now=APRIL, actor=purse.proposed_by)
    for gate in award.gates.all():
        awards.pass_gate(award_id=award.pk, kind=gate.kind, evidence="Form", now=APRIL, actor=purse.signed_by)

    award.refresh_from_db()
    assert award.state == "confirmed"


def test_an_officer_with_an_interest_cannot_check_a_small_idea():
    purse = make_purse()
    idea = make_idea(purse, revenue=10_000)
    Project.objects.filter(pk=idea.project_id).update(state="sent")
    priya = make_checker(purse.body, "Priya", declared=purse.round)
    declarations.declare_interest(project_id=idea.project_id, actor=priya, kind="family", words="", now=NOW)

    with pytest.raises(declarations.HasInterest):
        decisions.pass_project(project_id=idea.project_id, actor=priya, words="", words_cy="", now=NOW)


def test_a_small_award_needs_the_same_fund_holder_as_any_other():
    purse = make_purse()
    group = make_group(purse.area, "allotments", legal_form="informal")
    kelly = make_member(group, "Kelly")
    show_purpose(group, kelly)
    project = projects.start_project(
        round_id=purse.round_id, group_id=group.pk, title="Seeds", language="en", actor=kelly, now=NOW, kind="small"
    )
    line = {"item": "Seeds", "amount_pence": 40_000, "colour": "revenue", "source": "asked", "year": 1}
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line])

    with pytest.raises(applications.NotReady) as refusal:
        applications.sign_off(project_id=project.pk, actor=kelly, unfinished=[], now=NOW)

    assert refusal.value.facts["problems"] == ["no_holder"]
