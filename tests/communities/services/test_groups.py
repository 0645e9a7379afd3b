from dataclasses import replace
from datetime import timedelta

import pytest

from communities.group_queries import may_lead, social_purpose
from communities.models import Group, Membership
from communities.services.groups import (
    ContactDraft,
    ContactsAlike,
    GroupDraft,
    GroupNotActive,
    MergeAnswered,
    NameAlike,
    NameNotPlain,
    NotForParties,
    NumberNotOfScheme,
    NumberTaken,
    StillHolds,
    add_identifier,
    answer_merge,
    change_contacts,
    change_group,
    close_group,
    propose_merge,
    register_group,
    remove_identifier,
    withdraw_merge,
)
from renewal.kernel.models import AuditEvent
from tests.factories.communities import (
    NOON,
    AreaFactory,
    GroupFactory,
    HolderFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def draft():
    return GroupDraft(
        name="Mill Lane Allotments",
        legal_form="informal",
        area_id=AreaFactory().pk,
        aims="We grow food and share it.",
        contacts=(ContactDraft("Kelly", "kelly@example.org"), ContactDraft("Hassan", phone="01632 960111")),
        not_a_party=True,
    )


def register(draft, **changes):
    return register_group(draft=replace(draft, **changes), actor=UserFactory(), now=NOON)


def test_an_informal_group_is_registered_with_its_aims_as_dated_evidence(draft):
    group = register(draft)

    assert (group.slug, group.state) == ("mill-lane-allotments", "active")
    assert group.contacts.count() == 2
    assert social_purpose(group, on=TODAY).basis == "written_aims"
    assert may_lead(group, on=TODAY)


def test_a_private_company_may_not_lead_before_it_shows_its_purpose(draft):
    assert not may_lead(register(draft, legal_form="private"), on=TODAY)


@pytest.mark.parametrize("changes", [{"not_a_party": False}, {"name": "Ashcombe Labour Party"}])
def test_a_party_political_body_cannot_register(draft, changes):
    with pytest.raises(NotForParties):
        register(draft, **changes)

    assert not Group.objects.exists()


@pytest.mark.parametrize("aims", ["We criticise the council.", "We campaign against the bypass.", "Save the library!"])
def test_a_group_that_campaigns_registers_like_any_other(draft, aims):
    assert register(draft, aims=aims).aims == aims


@pytest.mark.parametrize("name", ["Mill\u202eLane", "Мill Lane", "   ", "123", "\x00"])
def test_a_name_that_hides_something_is_refused(draft, name):
    with pytest.raises(NameNotPlain):
        register(draft, name=name)


def test_a_look_alike_name_is_refused_until_it_is_told_apart(draft):
    register(draft)

    with pytest.raises(NameAlike) as refusal:
        register(draft, name="The MILL LANE Allotments")
    assert refusal.value.names == ["Mill Lane Allotments"]
    other = register(draft, name="Mill Lane Allotments", different="We are the other Mill Lane, in Thornmere.")
    assert other.slug == "mill-lane-allotments-2"


@pytest.mark.parametrize(
    "contacts",
    [
        (ContactDraft("Kelly", "kelly@example.org"),),
        (ContactDraft("Kelly", "kelly@example.org"), ContactDraft("KELLY", "other@example.org")),
        (ContactDraft("Kelly", "kelly@example.org"), ContactDraft("Hassan", "Kelly@example.org")),
        (ContactDraft("Kelly", phone="01632 960111"), ContactDraft("Hassan", phone="01632 960111")),
    ],
)
def test_two_contacts_are_two_people(draft, contacts):
    with pytest.raises(ContactsAlike):
        register(draft, contacts=contacts)


def test_changed_contacts_stay_in_the_past(draft):
    group = register(draft)
    later = NOON + timedelta(days=30)

    change_contacts(
        group_id=group.pk,
        contacts=(ContactDraft("Amina", "amina@example.org"), ContactDraft("Dev", "dev@example.org")),
        actor=UserFactory(),
        now=later,
    )

    assert list(group.contacts.values_list("name", "until")) == [
        ("Kelly", later), ("Hassan", later), ("Amina", None), ("Dev", None),
    ]  # fmt: skip


def test_a_change_is_audited_with_the_name_before(draft):
    group = register(draft)

    change_group(
        group_id=group.pk, changes={"name": "Mill Lane Growers", "aims": group.aims}, actor=UserFactory(), now=NOON
    )

    event = AuditEvent.objects.get(action="group.changed")
    assert event.facts == {"parts": ["name"], "name_before": "Mill Lane Allotments"}


def test_the_first_number_is_preferred_and_the_next_takes_over(draft):
    group, person = register(draft), UserFactory()
    charity = add_identifier(group_id=group.pk, scheme="GB-CHC", typed="1164883", actor=person, now=NOON)
    company = add_identifier(group_id=group.pk, scheme="GB-COH", typed="9506232", actor=person, now=NOON)

    remove_identifier(group_id=group.pk, identifier_id=charity.pk, actor=person, now=NOON)

    company.refresh_from_db()
    assert (charity.org_id, charity.preferred, company.preferred) == ("GB-CHC-1164883", True, True)
    with pytest.raises(NumberTaken):
        add_identifier(group_id=group.pk, scheme="GB-COH", typed="09506232", actor=person, now=NOON)
    with pytest.raises(NumberNotOfScheme):
        add_identifier(group_id=group.pk, scheme="GB-CHC", typed="12", actor=person, now=NOON)


def test_a_closed_group_keeps_its_past_and_takes_no_changes(draft):
    group, person = register(draft), UserFactory()

    close_group(group_id=group.pk, actor=person, now=NOON)

    group.refresh_from_db()
    assert (group.state, group.ended_at, group.contacts.count(), group.evidence.count()) == ("closed", NOON, 2, 1)
    with pytest.raises(GroupNotActive):
        change_group(group_id=group.pk, changes={"aims": "x"}, actor=person, now=NOON)
    with pytest.raises(GroupNotActive):
        close_group(group_id=group.pk, actor=person, now=NOON)


def test_a_group_with_an_open_agreement_cannot_close(draft):
    group = register(draft)
    group.holdings.create(
        holder=HolderFactory(), purpose="x", amount_pence=1, asked_by=UserFactory(), asked_at=NOON, due_on=TODAY
    )

    with pytest.raises(StillHolds):
        close_group(group_id=group.pk, actor=UserFactory(), now=NOON)


def test_two_groups_become_one_when_the_other_agrees_and_nothing_is_lost():
    small, big = MembershipFactory().group, MembershipFactory().group
    both = MembershipFactory(group=small, role="editor").user
    MembershipFactory(group=big, user=both, role="editor")
    merge = propose_merge(group_id=small.pk, into_id=big.pk, actor=both, now=NOON)

    answer_merge(merge_id=merge.pk, agree=True, actor=both, now=NOON)

    small.refresh_from_db()
    assert (small.state, small.merged_into, small.memberships.count()) == ("merged", big, 2)
    assert Membership.objects.filter(group=big, left_at=None).count() == 3
    with pytest.raises(GroupNotActive):
        answer_merge(merge_id=merge.pk, agree=True, actor=both, now=NOON)


def test_a_declined_merge_changes_nothing():
    small, big = GroupFactory(), GroupFactory()
    merge = propose_merge(group_id=small.pk, into_id=big.pk, actor=UserFactory(), now=NOON)
    with pytest.raises(MergeAnswered):
        propose_merge(group_id=small.pk, into_id=big.pk, actor=UserFactory(), now=NOON)

    answer_merge(merge_id=merge.pk, agree=False, actor=UserFactory(), now=NOON)

    small.refresh_from_db()
    assert small.state == "active"
    with pytest.raises(MergeAnswered):
        withdraw_merge(merge_id=merge.pk, actor=UserFactory(), now=NOON)
