"""Finding each other: list what a group offers or needs, answer it, thank. Addresses are never shown."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import Conversation, Group, Listing, ListingKind, RelayedMessage, User
from communities.rules.names import hidden_characters
from communities.services.groups import Moved, check_move, locked_active
from communities.states import LISTING_MOVES, ListingState
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from renewal.kernel.limits import take_turn
from renewal.kernel.notices import give_notice

VOLUNTEER_FACTS = ("hours", "place", "expenses", "access", "complements")
MESSAGES_A_DAY = 20


class VolunteerNotTold(DomainError):
    """A volunteer role says its hours, place, expenses, access and which paid role it complements; carries ``part``."""


class ListingClosed(DomainError):
    """The listing is not open any more."""


class OwnListing(DomainError):
    """A member does not write to their own group."""


class TooManyMessages(DomainError):
    """The person has written a great deal today."""


class HiddenText(DomainError):
    """The text holds characters nobody can see; carries them."""


@transaction.atomic
def list_it(
    *, group_id: int, kind: str, title: str, text: str, facts: Mapping[str, str], actor: User, now: datetime
) -> Listing:
    """List something a group offers, needs or invites people to do. Raises VolunteerNotTold (G-4.14-A2)."""
    group = locked_active(group_id)
    if kind == ListingKind.VOLUNTEER:
        for part in VOLUNTEER_FACTS:
            if not facts.get(part, "").strip():
                raise VolunteerNotTold(part=part)
    listing = Listing.objects.create(
        group=group,
        kind=kind,
        area=group.area,
        title=title,
        text=text,
        language=group.language,
        listed_by=actor,
        listed_at=now,
        **{part: facts.get(part, "") for part in VOLUNTEER_FACTS if kind == ListingKind.VOLUNTEER},
    )
    record(actor=actor, action="listing.listed", subject=listing, kind=kind)
    return listing


@transaction.atomic
def move_listing(*, listing_id: int, new: str, actor: User, now: datetime) -> None:
    """Take a listing down, or put it up again."""
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    if new not in LISTING_MOVES[listing.state]:
        raise Moved(state=listing.state)
    check_move(LISTING_MOVES, listing.state, new)
    Listing.objects.filter(pk=listing_id, state=listing.state).update(state=new)
    record(actor=actor, action=f"listing.{new}", subject=listing)


@transaction.atomic
def answer_listing(*, listing_id: int, text: str, actor: User, now: datetime) -> Conversation:
    """Write to the group of a listing; a second message goes on the same conversation."""
    listing = Listing.objects.select_related("group").get(pk=listing_id)
    if listing.group.memberships.filter(user=actor, left_at=None).exists():
        raise OwnListing(listing_id=listing_id)
    conversation = Conversation.objects.filter(listing=listing, begun_by=actor).first()
    if conversation is None:
        if listing.state != ListingState.OPEN or listing.group.state != "active":
            raise ListingClosed(listing_id=listing_id)
        conversation = Conversation.objects.create(listing=listing, begun_by=actor, begun_at=now)
    _send(conversation, text, from_group=False, actor=actor, now=now)
    return conversation


@transaction.atomic
def reply_for_group(*, conversation_id: int, text: str, actor: User, now: datetime) -> RelayedMessage:
    """A member answers for the group."""
    conversation = Conversation.objects.select_related("listing__group").get(pk=conversation_id)
    if not Group.objects.is_member(actor, conversation.listing.group_id):
        raise OwnListing(conversation_id=conversation_id)
    return _send(conversation, text, from_group=True, actor=actor, now=now)


@transaction.atomic
def thank(*, conversation_id: int, words: str, actor: User, now: datetime) -> None:
    """Record the group's thanks to somebody who lent a hand; the newest words stand."""
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_id)
    conversation.thanks, conversation.thanked_at = words.strip(), now
    conversation.save(update_fields=["thanks", "thanked_at"])
    record(actor=actor, action="conversation.thanked", subject=conversation)


def _send(conversation: Conversation, text: str, *, from_group: bool, actor: User, now: datetime) -> RelayedMessage:
    if characters := hidden_characters(text.replace("\n", " ")):
        raise HiddenText(characters=characters)
    if not take_turn("relayed", str(actor.pk), limit=MESSAGES_A_DAY, seconds=86_400):
        raise TooManyMessages(limit=MESSAGES_A_DAY)
    message = RelayedMessage.objects.create(
        conversation=conversation, from_group=from_group, sent_by=actor, text=text, sent_at=now
    )
    record(actor=actor, action="message.relayed", subject=conversation, message_id=message.pk)
    group = conversation.listing.group
    if from_group:
        readers = [conversation.begun_by]
    else:
        members = group.memberships.filter(left_at=None).exclude(role="helper").select_related("user").order_by("pk")
        readers = [membership.user for membership in members]
    for person in readers:
        with translation.override(person.language):
            give_notice(
                kind="relayed",
                person_id=person.pk,
                address=person.email,
                language=person.language,
                subject=_("A message about “%(title)s”") % {"title": conversation.listing.title},
                body=_("Sign in to read it and to answer. The other side does not see your e-mail address."),
                about=conversation,
                key=f"relayed:{message.pk}:{person.pk}",
                now=now,
            )
    return message
