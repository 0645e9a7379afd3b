from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities.group_queries import (
    group_standing,
    informal_minimums,
    may_lead,
    rule_amount,
    safeguarding_standing,
    standing_of,
)
from communities.models import GovernanceProfile, InformalRule, SafeguardingProfile
from communities.services.profiles import (
    NotYetDated,
    SafeguardingIncomplete,
    SeatsDoNotAddUp,
    SeenByItself,
    add_conflict,
    add_evidence,
    end_conflict,
    see_evidence,
    withdraw_evidence,
    write_governance,
    write_safeguarding,
)
from tests.factories.communities import NOON, GroupFactory, MembershipFactory, UserFactory, show_purpose

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def govern(group, **said):
    facts = {"seats": 8, "local_seats": 5, "how_decided": "We meet and vote.", "as_of": TODAY} | said
    return write_governance(group_id=group.pk, actor=UserFactory(), now=NOON, **facts)


def test_seats_and_the_share_of_local_people_are_stored_with_their_day():
    """G-4.4-A1."""
    group = GroupFactory()
    govern(group, seats=8, local_seats=3, as_of=TODAY - timedelta(days=300))
    govern(group, seats=9, local_seats=6)

    standing = group_standing(group, on=TODAY)

    assert (standing.local_share, standing.local_percent, standing.is_locally_governed) == (Fraction(2, 3), 66, True)
    assert (standing.as_of, group.governance_profiles.count()) == (TODAY, 2)


@pytest.mark.parametrize(("local", "is_local"), [(4, True), (3, False)])
def test_half_of_the_seats_makes_a_group_locally_governed(local, is_local):
    group = GroupFactory()
    govern(group, seats=8, local_seats=local)

    assert group_standing(group, on=TODAY).is_locally_governed is is_local


def test_g_4_4_a1_a_share_below_the_threshold_is_said_on_its_own_page_and_in_public(client):
    """G-4.4-A1."""
    member = MembershipFactory()
    govern(member.group, seats=8, local_seats=3, as_of=timezone.localdate())
    client.force_login(member.user)

    for name in ("group_home", "group_detail"):
        page = client.get(reverse(f"communities:{name}", args=[member.group.slug])).content.decode()
        assert "37% of its seats are held by people who live here. It is not locally governed." in page


def test_the_threshold_is_a_dated_setting():
    group = GroupFactory()
    govern(group, seats=8, local_seats=4)
    InformalRule.objects.create(code="local_percent", amount=51, starts_on=TODAY + timedelta(days=1), source="test")

    assert group_standing(group, on=TODAY).is_locally_governed
    assert not group_standing(group, on=TODAY + timedelta(days=1)).is_locally_governed


@pytest.mark.parametrize(
    ("civil", "public", "private", "is_cross"),
    [(4, 4, 0, True), (3, 3, 3, True), (2, 5, 1, False), (8, 0, 0, False), (6, 1, 1, True), (2, 3, 3, False)],
)
def test_two_sectors_of_which_civil_society_has_a_third_make_it_cross_sector(civil, public, private, is_cross):
    profile = GovernanceProfile(seats=civil + public + private, local_seats=0, civil_seats=civil,
                                public_seats=public, private_seats=private)  # fmt: skip

    assert standing_of(profile, threshold_percent=50).is_cross_sector is is_cross


@pytest.mark.parametrize(
    "said", [{"local_seats": 9}, {"civil_seats": 5, "public_seats": 4}, {"seats": 0, "local_seats": 0}]
)
def test_more_seats_than_there_are_is_refused(said):
    with pytest.raises(SeatsDoNotAddUp):
        govern(GroupFactory(), **said)


def test_the_database_refuses_seats_that_do_not_add_up():
    profile = govern(GroupFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        GovernanceProfile.objects.filter(pk=profile.pk).update(local_seats=99)


def protect(group, **said):
    facts = {"works_with": "children", "lead_name": "Amina", "reporting_route": "Call Amina.", "policy": "own",
             "reviewed_on": TODAY} | said  # fmt: skip
    return write_safeguarding(group_id=group.pk, actor=UserFactory(), now=NOON, **facts)


@pytest.mark.parametrize(("age", "in_date"), [(0, True), (365, True), (366, False)])
def test_a_policy_holds_for_a_year_after_its_review(age, in_date):
    group = GroupFactory()
    protect(group, reviewed_on=TODAY - timedelta(days=age))

    assert safeguarding_standing(group, on=TODAY).in_date is in_date


def test_a_group_without_a_policy_may_ask_for_help_and_is_not_in_date():
    """G-4.5-A5: what is missing stops money, not the group's page."""
    group = GroupFactory()
    protect(group, policy="help", reviewed_on=None)

    standing = safeguarding_standing(group, on=TODAY)

    assert (standing.said, standing.in_date, standing.wants_help) == (True, False, True)


@pytest.mark.parametrize("said", [{"lead_name": " "}, {"reporting_route": ""}, {"reviewed_on": None}])
def test_who_works_with_children_names_a_lead_a_way_to_report_and_a_day(said):
    with pytest.raises(SafeguardingIncomplete):
        protect(GroupFactory(), **said)


def test_a_group_that_works_with_nobody_at_risk_needs_no_policy():
    group = GroupFactory()
    protect(group, works_with="none", lead_name="", reporting_route="", policy="none", reviewed_on=None)

    assert safeguarding_standing(group, on=TODAY).in_date


def test_no_column_could_hold_the_contents_of_a_check():
    fields = {field.name for field in SafeguardingProfile._meta.fields}

    assert {name for name in fields if "check" in name} == {"checks_level", "checks_on"}


def test_evidence_ends_and_is_taken_back():
    group = GroupFactory()
    evidence = add_evidence(
        group_id=group.pk, kind="social_purpose", basis="charity", statement="Charity 1164883", dated_on=TODAY,
        expires_on=TODAY + timedelta(days=10), actor=UserFactory(), now=NOON,
    )  # fmt: skip

    assert may_lead(group, on=TODAY + timedelta(days=9))
    assert not may_lead(group, on=TODAY + timedelta(days=10))
    withdraw_evidence(group_id=group.pk, evidence_id=evidence.pk, actor=UserFactory(), now=NOON)
    assert not may_lead(group, on=TODAY)
    assert group.evidence.count() == 1


def test_evidence_is_seen_by_somebody_outside_the_group():
    member = MembershipFactory()
    evidence = show_purpose(member.group, actor=member.user)

    with pytest.raises(SeenByItself):
        see_evidence(evidence_id=evidence.pk, actor=member.user, now=NOON)
    see_evidence(evidence_id=evidence.pk, actor=UserFactory(), now=NOON)

    evidence.refresh_from_db()
    assert evidence.seen_on == TODAY


@pytest.mark.parametrize("days", [1, 400])
def test_nothing_is_dated_in_the_future(days):
    later = TODAY + timedelta(days=days)

    with pytest.raises(NotYetDated):
        govern(GroupFactory(), as_of=later)
    with pytest.raises(NotYetDated):
        protect(GroupFactory(), reviewed_on=later)


def test_an_interest_that_has_ended_stays_on_the_register():
    group = GroupFactory()
    entry = add_conflict(
        group_id=group.pk, person="Kelly", interest="Works for the builder", handled="Leaves the room",
        since=date(2026, 1, 1), actor=UserFactory(), now=NOON,
    )  # fmt: skip

    end_conflict(group_id=group.pk, conflict_id=entry.pk, actor=UserFactory(), now=NOON)

    assert group.conflicts.get().until == TODAY


def test_the_minimum_set_of_an_informal_group_names_what_is_missing():
    group = GroupFactory(aims="We grow food.")
    for name in ("Kelly", "Hassan", "Amina"):
        group.contacts.create(name=name, phone="01632 960111", since=NOON)
    govern(group)

    missing = {minimum.code for minimum in informal_minimums(group, on=TODAY) if not minimum.met}

    assert missing == {"safeguarding", "code_of_conduct"}
    assert rule_amount("award_pence", on=TODAY) == 500_000
