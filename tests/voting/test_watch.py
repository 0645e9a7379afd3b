"""Votes by helper and place are watched, and doors with many people; nobody is refused for it."""

import pytest

from tests.factories.communities import AreaFactory, UserFactory
from tests.factories.voting import NOON, cast, opened_poll, voter
from voting.models import HelpEvent, HelpPlace, ResidencyCheck
from voting.services.places import LeadMissing, NotAPerson, accredit_helper, add_place, end_helper
from voting.watch import watch_list

pytestmark = pytest.mark.django_db


def helped(poll, helper, times, place=None):
    for _ in range(times):
        HelpEvent.objects.create(
            roll_entry=voter(poll), channel="phone", helper_id=helper.pk, place=place, helped_on=NOON.date()
        )


def test_a_helper_with_twenty_votes_in_a_day_is_looked_at_and_one_with_nineteen_is_not():
    poll, busy, calm = opened_poll(), UserFactory(name="Busy"), UserFactory(name="Calm")
    helped(poll, busy, 20)
    helped(poll, calm, 19)

    assert [(one.name, one.votes, one.needs_a_look) for one in watch_list(poll).helpers] == [
        ("Busy", 20, True),
        ("Calm", 19, False),
    ]


def test_a_place_is_looked_at_when_a_quarter_of_all_votes_come_from_it():
    poll = opened_poll()
    place = HelpPlace.objects.create(area=poll.area, name="Library", kind="library")
    for _ in range(3):
        helped(poll, UserFactory(), 10, place)
    assert watch_list(poll).places[0].needs_a_look

    for _ in range(121):
        cast(poll)
    assert not watch_list(poll).places[0].needs_a_look


def test_a_door_with_nine_people_is_looked_at_and_one_with_eight_is_not():
    poll = opened_poll()
    for door, people in (("a", 9), ("b", 8)):
        for _ in range(people):
            ResidencyCheck.objects.create(
                poll=poll, roll_entry=voter(poll), method="code", checked_on=NOON.date(), place_hash=door
            )

    assert watch_list(poll).doors == [9]


def test_a_care_home_needs_a_named_lead_and_helpers_come_and_go():
    area, officer, helper = AreaFactory(), UserFactory(), UserFactory()
    facts = {"area_id": area.pk, "name": "Mill House", "kind": "care_home", "postcode": "ZZ1 1AC", "may_vouch": False}
    with pytest.raises(LeadMissing):
        add_place(**facts, lead_name=" ", actor=officer, now=NOON)
    place = add_place(**facts, lead_name="Ruth", actor=officer, now=NOON)
    with pytest.raises(NotAPerson):
        accredit_helper(place_id=place.pk, email="nobody@example.org", actor=officer, now=NOON)

    made = accredit_helper(place_id=place.pk, email=helper.email.upper(), actor=officer, now=NOON)
    assert place.helpers.active(on=NOON.date()).exists()
    end_helper(helper_id=made.pk, actor=officer, now=NOON)

    assert not place.helpers.active(on=NOON.date()).exists()
