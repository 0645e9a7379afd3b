"""Groups: register one, change what it says about itself, close it, join two. Nothing of a group's past is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from communities.models import (
    Area,
    Evidence,
    EvidenceKind,
    Group,
    GroupContact,
    GroupMerge,
    HoldingAgreement,
    Invitation,
    LegalForm,
    Listing,
    Membership,
    MembershipRole,
    OrganisationIdentifier,
    PurposeBasis,
    User,
)
from communities.rules.identifiers import read_number
from communities.rules.names import hidden_characters, looks_party_political, mixes_scripts, skeleton_of
from communities.rules.people import plain_words
from communities.states import GROUP_MOVES, MERGE_MOVES, GroupState, InvitationState, ListingState, MergeState, Moves
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError


class NotForParties(DomainError):
    """A party-political body cannot register; its members may, in other groups."""


class NameNotPlain(DomainError):
    """A name holds hidden characters, mixes scripts in a word or has no letters; carries ``characters``."""


class NameAlike(DomainError):
    """Other groups have a name that looks the same; carries their ``names`` and asks what tells them apart."""


class ContactsAlike(DomainError):
    """The two contacts are one person, or share an address or a phone."""


class NumberNotOfScheme(DomainError):
    """A register number does not have the form of its register; carries ``scheme`` and ``example``."""


class NumberTaken(DomainError):
    """The group has this number already."""


class GroupNotActive(DomainError):
    """The group has closed or become part of another."""


class StillHolds(DomainError):
    """Money or agreements stand in the way; carries ``what`` and the count."""


class MergeAnswered(DomainError):
    """Somebody has answered this merge already."""


class Moved(DomainError):
    """Somebody was first; carries the ``state`` that was expected."""


RESERVED = frozenset({"yours", "start", "new", "invitations", "joins"})  # path words under groups/


@dataclass(frozen=True)
class ContactDraft:
    name: str
    email: str = ""
    phone: str = ""
    postal: str = ""


@dataclass(frozen=True)
class GroupDraft:
    """What a new group says about itself. ``different`` tells it apart from groups whose name looks the same."""

    name: str
    legal_form: str
    area_id: int
    aims: str
    contacts: Sequence[ContactDraft]
    roles: Sequence[str] = field(default_factory=tuple)
    website: str = ""
    language: str = "en"
    different: str = ""
    not_a_party: bool = False


def check_move(moves: Moves, old: str, new: str) -> None:
    """Raise ValueError on a move that the table forbids: a defect of ours, never of a person."""
    if new not in moves[old]:
        raise ValueError(f"no move from {old} to {new}")


def similar_groups(name: str, *, besides: int | None = None) -> list[Group]:
    """List the active groups whose name can be mistaken for this one."""
    skeleton = skeleton_of(name)
    found = (
        Group.objects.active().filter(skeleton=skeleton).select_related("area") if skeleton else Group.objects.none()
    )
    return list(found.exclude(pk=besides or 0)[:5])


def check_name(name: str, *, different: str = "", besides: int | None = None) -> None:
    """Refuse a name that hides something, forges another or is a party's."""
    characters = hidden_characters(name)
    if characters or mixes_scripts(name) or not any(letter.isalpha() for letter in name):
        raise NameNotPlain(characters=characters)
    if looks_party_political(name):
        raise NotForParties(name=name)
    if not different.strip() and (alike := similar_groups(name, besides=besides)):
        raise NameAlike(names=[group.name for group in alike])


def check_contacts(contacts: Sequence[ContactDraft]) -> None:
    """Refuse fewer than two contacts, or two that are one person."""
    if len(contacts) < 2:
        raise ContactsAlike(count=len(contacts))
    for part in ("name", "email", "phone"):
        said = [" ".join(plain_words(getattr(contact, part))) for contact in contacts if getattr(contact, part)]
        if len(set(said)) < len(said):
            raise ContactsAlike(part=part)


@transaction.atomic
def register_group(*, draft: GroupDraft, actor: User, now: datetime, role: str = MembershipRole.OWNER) -> Group:
    """Make a group with its first member and two contacts; its written aims are its first evidence of social purpose.

    Raises NotForParties, NameNotPlain, NameAlike or ContactsAlike and writes nothing.
    """
    if not draft.not_a_party:
        raise NotForParties(name=draft.name)
    check_name(draft.name, different=draft.different)
    check_contacts(draft.contacts)
    group = Group.objects.create(
        slug=free_slug(draft.name),
        name=" ".join(draft.name.split()),
        skeleton=skeleton_of(draft.name),
        legal_form=draft.legal_form,
        roles=list(draft.roles),
        area=Area.objects.get(pk=draft.area_id),
        aims=draft.aims.strip(),
        website=draft.website,
        language=draft.language,
    )
    for contact in draft.contacts:
        GroupContact.objects.create(group=group, since=now, **asdict(contact))
    Membership.objects.create(group=group, user=actor, role=role, joined_at=now)
    if draft.legal_form == LegalForm.INFORMAL and draft.aims.strip():
        Evidence.objects.create(
            group=group,
            kind=EvidenceKind.SOCIAL_PURPOSE,
            basis=PurposeBasis.WRITTEN_AIMS,
            statement=draft.aims.strip()[:500],
            dated_on=london_day(now),
            added_by=actor,
            added_at=now,
        )
    record(actor=actor, action="group.registered", subject=group, different=bool(draft.different.strip()))
    return group


def free_slug(name: str) -> str:
    """Return a readable address that no group has yet."""
    plain = slugify(name)[:100] or "group"
    plain = f"{plain}-group" if plain in RESERVED else plain
    taken = set(Group.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    return (
        plain if plain not in taken else next(f"{plain}-{n}" for n in range(2, 10_000) if f"{plain}-{n}" not in taken)
    )


def locked_active(group_id: int) -> Group:
    """Lock a group and return it; raises GroupNotActive."""
    group = Group.objects.select_for_update().get(pk=group_id)
    if group.state != GroupState.ACTIVE:
        raise GroupNotActive(group_id=group_id)
    return group


@transaction.atomic
def change_group(*, group_id: int, changes: Mapping[str, Any], actor: User, now: datetime) -> Group:
    """Change what a group says about itself; the audit keeps which parts changed and the name it had."""
    group = locked_active(group_id)
    if "name" in changes and skeleton_of(changes["name"]) != group.skeleton:
        check_name(changes["name"], different=changes.get("different", ""), besides=group.pk)
    facts = {name: value for name, value in changes.items() if name != "different" and getattr(group, name) != value}
    if not facts:
        return group
    old_name = group.name
    for name, value in facts.items():
        setattr(group, name, value)
    group.skeleton = skeleton_of(group.name)
    group.save(update_fields=[*facts, "skeleton"])
    record(actor=actor, action="group.changed", subject=group, parts=sorted(facts), name_before=old_name)
    return group


@transaction.atomic
def change_contacts(*, group_id: int, contacts: Sequence[ContactDraft], actor: User, now: datetime) -> None:
    """Replace a group's contacts; the former ones stay with the day they ended."""
    group = locked_active(group_id)
    check_contacts(contacts)
    group.contacts.filter(until=None).update(until=now)
    for contact in contacts:
        GroupContact.objects.create(group=group, since=now, **asdict(contact))
    record(actor=actor, action="group.contacts_changed", subject=group)


@transaction.atomic
def add_identifier(*, group_id: int, scheme: str, typed: str, actor: User, now: datetime) -> OrganisationIdentifier:
    """Add a number of a public register; the first becomes the preferred one. Raises NumberNotOfScheme, NumberTaken."""
    group = locked_active(group_id)
    number = read_number(scheme, typed)
    if number is None:
        raise NumberNotOfScheme(scheme=scheme)
    current = group.identifiers.filter(removed_at=None)
    if current.filter(scheme=scheme, number=number).exists():
        raise NumberTaken(scheme=scheme)
    first = not current.filter(preferred=True).exists()
    added = OrganisationIdentifier.objects.create(
        group=group, scheme=scheme, number=number, preferred=first, added_at=now
    )
    record(actor=actor, action="identifier.added", subject=group, org_id=added.org_id)
    return added


@transaction.atomic
def remove_identifier(*, group_id: int, identifier_id: int, actor: User, now: datetime) -> None:
    """Take a number off a group's page; the row stays with the day it ended."""
    group = locked_active(group_id)
    gone = group.identifiers.get(pk=identifier_id, removed_at=None)
    gone.removed_at, was_preferred, gone.preferred = now, gone.preferred, False
    gone.save(update_fields=["removed_at", "preferred"])
    following = group.identifiers.filter(removed_at=None).first()
    if was_preferred and following is not None:
        following.preferred = True
        following.save(update_fields=["preferred"])
    record(actor=actor, action="identifier.removed", subject=group, org_id=gone.org_id)


def what_stands_in_the_way(group: Group) -> tuple[str, int]:
    """Say what keeps a group from ending: agreements in which money may lie, on either side; or ("", 0)."""
    standing = HoldingAgreement.objects.open().filter(Q(group=group) | Q(holder__group=group)).count()
    return ("agreements", standing) if standing else ("", 0)


def _end_group(group: Group, new: str, *, now: datetime, **more: Any) -> None:
    check_move(GROUP_MOVES, group.state, new)
    what, count = what_stands_in_the_way(group)
    if what:
        raise StillHolds(what=what, count=count)
    moved = Group.objects.filter(pk=group.pk, state=GroupState.ACTIVE).update(state=new, ended_at=now, **more)
    if not moved:
        raise Moved(state=GroupState.ACTIVE)
    Invitation.objects.filter(group=group, state=InvitationState.WAITING).update(
        state=InvitationState.WITHDRAWN, answered_at=now
    )
    Listing.objects.filter(group=group, state=ListingState.OPEN).update(state=ListingState.CLOSED)
    GroupMerge.objects.filter(Q(group=group) | Q(into=group), state=MergeState.PROPOSED).update(
        state=MergeState.WITHDRAWN, answered_at=now
    )


@transaction.atomic
def close_group(*, group_id: int, actor: User, now: datetime) -> None:
    """Close a group. Its page, projects and past stay. Raises StillHolds while an agreement about money stands."""
    group = locked_active(group_id)
    _end_group(group, GroupState.CLOSED, now=now)
    record(actor=actor, action="group.closed", subject=group)


@transaction.atomic
def propose_merge(*, group_id: int, into_id: int, actor: User, now: datetime) -> GroupMerge:
    """Ask another group to take this one in."""
    group = locked_active(group_id)
    into = Group.objects.active().get(pk=into_id)
    if group.merges.filter(state=MergeState.PROPOSED).exists() or group.pk == into.pk:
        raise MergeAnswered(group_id=group_id)
    merge = GroupMerge.objects.create(group=group, into=into, proposed_by=actor, proposed_at=now)
    record(actor=actor, action="merge.proposed", subject=group, into_id=into.pk)
    return merge


@transaction.atomic
def answer_merge(*, merge_id: int, agree: bool, actor: User, now: datetime) -> GroupMerge:
    """The group that was asked answers. On agreeing, members move over with their roles."""
    merge = GroupMerge.objects.select_related("group", "into").get(pk=merge_id)
    for pk in sorted((merge.group_id, merge.into_id)):
        locked_active(pk)
    new = MergeState.AGREED if agree else MergeState.DECLINED
    check_move(MERGE_MOVES, MergeState.PROPOSED, new)
    moved = GroupMerge.objects.filter(pk=merge_id, state=MergeState.PROPOSED).update(
        state=new, answered_by=actor, answered_at=now
    )
    if not moved:
        raise MergeAnswered(merge_id=merge_id)
    record(actor=actor, action=f"merge.{new}", subject=merge, group_id=merge.group_id, into_id=merge.into_id)
    if agree:
        _end_group(merge.group, GroupState.MERGED, now=now, merged_into=merge.into)
        here = set(merge.into.memberships.filter(left_at=None).values_list("user_id", flat=True))
        for membership in merge.group.memberships.filter(left_at=None).order_by("pk"):
            if membership.user_id not in here:
                Membership.objects.create(
                    group=merge.into, user_id=membership.user_id, role=membership.role, joined_at=now
                )
        merge.group.memberships.filter(left_at=None).update(left_at=now)
    merge.refresh_from_db()
    return merge


@transaction.atomic
def withdraw_merge(*, merge_id: int, actor: User, now: datetime) -> None:
    """Take a proposal to join back. Raises MergeAnswered once the other group has answered."""
    moved = GroupMerge.objects.filter(pk=merge_id, state=MergeState.PROPOSED).update(
        state=MergeState.WITHDRAWN, answered_by=actor, answered_at=now
    )
    if not moved:
        raise MergeAnswered(merge_id=merge_id)
    record(actor=actor, action="merge.withdrawn", subject=GroupMerge.objects.get(pk=merge_id))
