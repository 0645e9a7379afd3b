import pytest

from communities.models import Conversation, Listing
from communities.services.listings import (
    HiddenText,
    ListingClosed,
    OwnListing,
    VolunteerNotTold,
    answer_listing,
    list_it,
    move_listing,
    reply_for_group,
    thank,
)
from renewal.kernel.models import Notice
from tests.factories.communities import NOON, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
ROLE = {
    "hours": "Thursdays", "place": "Station Road", "expenses": "Bus fares", "access": "Step-free",
    "complements": "The paid cook",
}  # fmt: skip


@pytest.fixture
def member():
    return MembershipFactory()


def put_up(member, kind="need", facts=None):
    return list_it(
        group_id=member.group_id, kind=kind, title="A shed", text="Ours blew down.", facts=facts or {},
        actor=member.user, now=NOON,
    )  # fmt: skip


@pytest.mark.parametrize("missing", ROLE)
def test_a_volunteer_role_says_what_paid_role_it_complements_and_the_rest(member, missing):
    """G-4.14-A2."""
    with pytest.raises(VolunteerNotTold) as refusal:
        put_up(member, "volunteer", ROLE | {missing: " "})

    assert refusal.value.part == missing
    assert not Listing.objects.exists()
    assert put_up(member, "volunteer", ROLE).complements == "The paid cook"


def test_messages_go_to_both_sides_and_no_notice_holds_an_address_or_the_text(member):
    person = UserFactory(email="dev@example.org")
    conversation = answer_listing(listing_id=put_up(member).pk, text="I have one.", actor=person, now=NOON)

    reply_for_group(conversation_id=conversation.pk, text="Lovely.", actor=member.user, now=NOON)

    notices = list(Notice.objects.order_by("pk"))
    assert [notice.person_id for notice in notices] == [member.user_id, person.pk]
    for notice in notices:
        assert "@" not in notice.body + notice.subject
        assert "I have one" not in notice.body
    assert [message.from_group for message in conversation.messages.all()] == [False, True]


def test_a_second_message_goes_on_the_same_conversation_even_when_the_listing_has_closed(member):
    listing, person = put_up(member), UserFactory()
    answer_listing(listing_id=listing.pk, text="One", actor=person, now=NOON)
    move_listing(listing_id=listing.pk, new="closed", actor=member.user, now=NOON)

    answer_listing(listing_id=listing.pk, text="Two", actor=person, now=NOON)

    assert Conversation.objects.get().messages.count() == 2
    with pytest.raises(ListingClosed):
        answer_listing(listing_id=listing.pk, text="Hello", actor=UserFactory(), now=NOON)


def test_members_do_not_write_to_themselves_and_strangers_do_not_answer_for_the_group(member):
    listing = put_up(member)
    with pytest.raises(OwnListing):
        answer_listing(listing_id=listing.pk, text="Hi", actor=member.user, now=NOON)
    conversation = answer_listing(listing_id=listing.pk, text="Hi", actor=UserFactory(), now=NOON)
    with pytest.raises(OwnListing):
        reply_for_group(conversation_id=conversation.pk, text="Hi", actor=MembershipFactory().user, now=NOON)


def test_a_message_with_hidden_characters_is_refused(member):
    with pytest.raises(HiddenText):
        answer_listing(listing_id=put_up(member).pk, text="a\u202eb", actor=UserFactory(), now=NOON)


def test_thanks_are_recorded(member):
    conversation = answer_listing(listing_id=put_up(member).pk, text="Hi", actor=UserFactory(), now=NOON)

    thank(conversation_id=conversation.pk, words="For the shed", actor=member.user, now=NOON)

    conversation.refresh_from_db()
    assert (conversation.thanks, conversation.thanked_at) == ("For the shed", NOON)
