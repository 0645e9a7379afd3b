"""Who belongs to a group: invitations, roles, leaving."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import Group, Invitation, Membership, MembershipRole, User
from communities.services.groups import check_move, locked_active
from communities.states import INVITATION_MOVES, InvitationState
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from renewal.kernel.notices import give_notice

INVITATION_LASTS = timedelta(days=21)


class AlreadyMember(DomainError):
    """The person belongs to the group, or is invited."""


class InvitationOver(DomainError):
    """The invitation was answered, taken back, or ran out; carries its ``state``."""


class NotYourInvitation(DomainError):
    """The invitation went to another address."""


class LastOwner(DomainError):
    """A group cannot be without somebody who runs its pages."""


@transaction.atomic
def invite_member(*, group_id: int, email: str, role: str, actor: User, now: datetime) -> Invitation:
    """Invite somebody by e-mail address, for three weeks. Raises AlreadyMember."""
    group = locked_active(group_id)
    if role not in (MembershipRole.OWNER, MembershipRole.EDITOR):
        raise ValueError(f"nobody is invited as {role}")
    expire_invitations(now=now)
    if (
        group.memberships.filter(left_at=None, user__email__iexact=email).exists()
        or group.invitations.waiting(at=now).filter(email__iexact=email).exists()
    ):
        raise AlreadyMember(group_id=group_id)
    invitation = Invitation.objects.create(
        group=group,
        email=email.lower(),
        role=role,
        invited_by=actor,
        invited_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    record(actor=actor, action="member.invited", subject=group, role=role, invitation_id=invitation.pk)
    person = User.objects.filter(email__iexact=email).first()
    language = person.language if person else group.language
    with translation.override(language):
        give_notice(
            kind="invited",
            person_id=person.pk if person else None,
            address=email,
            language=language,
            subject=_("%(group)s invites you") % {"group": group.name},
            body=_(
                "%(person)s invites you to join %(group)s.\n\nSign in with this e-mail address and open “Your groups”."
            )
            % {"person": str(actor), "group": group.name},
            about=invitation,
            key=f"invited:{invitation.pk}",
            now=now,
        )
    return invitation


def _answer(invitation_id: int, new: InvitationState, now: datetime) -> Invitation:
    check_move(INVITATION_MOVES, InvitationState.WAITING, new)
    invitation = Invitation.objects.select_related("group").get(pk=invitation_id)
    query = Invitation.objects.filter(pk=invitation_id, state=InvitationState.WAITING)
    if new != InvitationState.EXPIRED:
        query = query.filter(expires_at__gt=now)
    if not query.update(state=new, answered_at=now):
        raise InvitationOver(state=invitation.state)
    return invitation


@transaction.atomic
def accept_invitation(*, invitation_id: int, actor: User, now: datetime) -> Membership:
    """Join the group that invited the person's address. Raises NotYourInvitation or InvitationOver."""
    invitation = Invitation.objects.select_related("group").get(pk=invitation_id)
    if invitation.email.lower() != actor.email.lower():
        raise NotYourInvitation(invitation_id=invitation_id)
    group = locked_active(invitation.group_id)
    _answer(invitation_id, InvitationState.ACCEPTED, now)
    membership, is_new = Membership.objects.get_or_create(
        group=group, user=actor, left_at=None, defaults={"role": invitation.role, "joined_at": now}
    )
    if is_new:
        record(actor=actor, action="member.joined", subject=group, role=membership.role)
    return membership


@transaction.atomic
def decline_invitation(*, invitation_id: int, actor: User, now: datetime) -> None:
    """Say no, as the person invited. Raises NotYourInvitation."""
    invitation = Invitation.objects.get(pk=invitation_id)
    if invitation.email.lower() != actor.email.lower():
        raise NotYourInvitation(invitation_id=invitation_id)
    _answer(invitation_id, InvitationState.DECLINED, now)
    record(actor=actor, action="member.declined", subject=invitation.group, invitation_id=invitation_id)


@transaction.atomic
def withdraw_invitation(*, group_id: int, invitation_id: int, actor: User, now: datetime) -> None:
    """Take an invitation back that waits for its answer."""
    invitation = Invitation.objects.get(pk=invitation_id, group_id=group_id)
    _answer(invitation.pk, InvitationState.WITHDRAWN, now)
    record(actor=actor, action="member.invitation_withdrawn", subject=invitation.group, invitation_id=invitation_id)


def expire_invitations(*, now: datetime) -> int:
    """End the invitations whose time is over; returns how many. Safe to repeat."""
    return Invitation.objects.filter(state=InvitationState.WAITING, expires_at__lte=now).update(
        state=InvitationState.EXPIRED, answered_at=now
    )


def _owners(group: Group) -> int:
    return group.memberships.filter(left_at=None, role=MembershipRole.OWNER).count()


@transaction.atomic
def change_role(*, group_id: int, membership_id: int, role: str, actor: User, now: datetime) -> None:
    """Give a member another role, as a new row, so that who could do what when stays known. Raises LastOwner."""
    group = locked_active(group_id)
    membership = group.memberships.get(pk=membership_id, left_at=None)
    if membership.role == role:
        return
    if membership.role == MembershipRole.OWNER and _owners(group) == 1:
        raise LastOwner(group_id=group_id)
    membership.left_at = now
    membership.save(update_fields=["left_at"])
    Membership.objects.create(group=group, user_id=membership.user_id, role=role, joined_at=now)
    record(actor=actor, action="member.role", subject=group, user_id=membership.user_id, role=role)


@transaction.atomic
def end_membership(*, group_id: int, membership_id: int, actor: User, now: datetime) -> None:
    """A member leaves, or is taken off by who runs the pages. Raises LastOwner."""
    group = locked_active(group_id)
    membership = group.memberships.get(pk=membership_id, left_at=None)
    if membership.role == MembershipRole.OWNER and _owners(group) == 1:
        raise LastOwner(group_id=group_id)
    membership.left_at = now
    membership.save(update_fields=["left_at"])
    record(actor=actor, action="member.left", subject=group, user_id=membership.user_id)
