"""A tenth set aside for small awards: by two people, in accounts of its own, and what is left goes back."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from communities.models import Role
from funding.models import Pot, RoundDeclaration, SmallPurse
from funding.services import purses, small_awards
from funding.services.ledger import balances, check_ledger
from funding.services.officers import NotYourBody
from tests.factories.money import make_officer, make_person
from tests.factories.projects import NOW
from tests.factories.small import give_support, make_idea, make_purse

pytestmark = pytest.mark.django_db
APRIL = datetime(2027, 4, 1, 0, 30, tzinfo=UTC)  # 1.30 am in London: March is over


def test_an_area_sets_aside_a_tenth_of_each_pot_in_an_account_of_its_own():
    purse = make_purse(percent=10)

    for part in purse.parts.select_related("pot__account__balance", "account__balance"):
        before = part.base_pence
        assert part.pence == before // 10
        assert part.account.balance.pence == part.pence
        assert part.pot.account.balance.pence == part.pot.for_projects_pence == before - part.pence
    assert check_ledger(now=NOW).differences == []


def test_more_than_a_tenth_is_refused_by_service_and_database():
    purse = make_purse()

    with pytest.raises(purses.TooMuchAside):
        purses.propose_purse(
            area_id=purse.area_id, cycle_id=purse.cycle_id, body_id=purse.body_id, percent=11, actor=purse.proposed_by,
            now=NOW,
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        SmallPurse.objects.filter(pk=purse.pk).update(percent=11)


def test_setting_money_aside_takes_two_people_and_the_right_role():
    purse = make_purse()
    purses.close_purse(purse_id=purse.pk, now=NOW)
    SmallPurse.objects.filter(pk=purse.pk).update(state="sent_back", closed_at=None)
    reviewer = make_officer(purse.body, "Priya", Role.REVIEWER)
    common = {"area_id": purse.area_id, "cycle_id": purse.cycle_id, "body_id": purse.body_id, "percent": 5, "now": NOW}

    with pytest.raises(NotYourBody):
        purses.propose_purse(actor=reviewer, **common)
    again = purses.propose_purse(actor=purse.proposed_by, **common)
    with pytest.raises(purses.PurseStands):
        purses.propose_purse(actor=purse.proposed_by, **common)
    with pytest.raises(purses.SecondPersonNeeded):
        purses.open_purse(purse_id=again.pk, actor=purse.proposed_by, now=NOW)


def test_money_that_a_vote_has_frozen_is_not_set_aside():
    from tests.factories.money import make_project, make_round, publish_outcome

    purse = make_purse()
    area = purse.area.parent.children.get(code="MILL")
    round_ = make_round(area, purse.cycle, slug="mill-2027", convenor=purse.body)
    publish_outcome(round_, [make_project(round_, "MIL-001", capital=100)], selected=[])
    proposal = purses.propose_purse(
        area_id=area.pk, cycle_id=purse.cycle_id, body_id=purse.body_id, percent=5, actor=purse.proposed_by, now=NOW
    )

    with pytest.raises(purses.VoteHasTheMoney):
        purses.open_purse(purse_id=proposal.pk, actor=purse.signed_by, now=NOW)


def test_what_is_left_goes_back_to_the_pots_and_open_ideas_end():
    purse = make_purse()
    pots = {part.colour: part.base_pence for part in purse.parts.all()}
    give_support(make_idea(purse, 1, revenue=10_000), 1)
    small_awards.advance_small_awards(now=APRIL)
    unfinished = make_idea(purse, 2, revenue=10_000, opened=APRIL)

    small_awards.end_purse(purse_id=purse.pk, now=APRIL)
    small_awards.end_purse(purse_id=purse.pk, now=APRIL)

    unfinished.project.refresh_from_db()
    assert unfinished.project.state == "unfunded"
    assert set(purses.money_in(purse).values()) == {0}
    for pot in Pot.objects.filter(area=purse.area):
        spent = 10_000 if pot.colour == "revenue" else 0
        assert balances([pot.account_id])[pot.account_id] == pots[pot.colour] - spent == pot.for_projects_pence
    assert check_ledger(now=APRIL).differences == []


def test_a_stranger_to_the_body_signs_nothing():
    purse = make_purse()
    stranger = make_person("Stranger")

    with pytest.raises(NotYourBody):
        purses.propose_purse(
            area_id=purse.area_id, cycle_id=purse.cycle_id, body_id=purse.body_id, percent=5, actor=stranger, now=NOW
        )
    assert RoundDeclaration.objects.count() == 0
