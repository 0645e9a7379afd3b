from datetime import timedelta

import pytest

from communities.models import Group, Invitation
from communities.services.members import (
    AlreadyMember,
    InvitationOver,
    LastOwner,
    NotYourInvitation,
    accept_invitation,
    change_role,
    decline_invitation,
    end_membership,
    expire_invitations,
    invite_member,
    withdraw_invitation,
)
from renewal.kernel.models import Notice
from tests.factories.communities import NOON, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return MembershipFactory()


def invite(owner, email="dev@example.org"):
    return invite_member(group_id=owner.group_id, email=email, role="editor", actor=owner.user, now=NOON)


def test_whoever_signs_in_with_the_invited_address_joins(owner):
    person = UserFactory(email="Dev@example.org")
    invitation = invite(owner)

    membership = accept_invitation(invitation_id=invitation.pk, actor=person, now=NOON)

    assert (membership.group, membership.role) == (owner.group, "editor")
    assert list(Group.objects.of_member(person)) == [owner.group]
    assert Notice.objects.get(kind="invited").address == "dev@example.org"


def test_nobody_else_can_answer_an_invitation(owner):
    invitation = invite(owner)

    for answer in (accept_invitation, decline_invitation):
        with pytest.raises(NotYourInvitation):
            answer(invitation_id=invitation.pk, actor=UserFactory(), now=NOON)


def test_nobody_is_invited_twice(owner):
    invite(owner)

    for email in ("DEV@example.org", owner.user.email.upper()):
        with pytest.raises(AlreadyMember):
            invite(owner, email)


@pytest.mark.parametrize("after", [timedelta(days=21), timedelta(days=90)])
def test_an_invitation_runs_out_after_three_weeks(owner, after):
    person = UserFactory(email="dev@example.org")
    invitation = invite(owner)

    with pytest.raises(InvitationOver):
        accept_invitation(invitation_id=invitation.pk, actor=person, now=NOON + after)
    assert expire_invitations(now=NOON + after) == 1
    assert expire_invitations(now=NOON + after) == 0
    assert invite_member(group_id=owner.group_id, email=person.email, role="editor", actor=owner.user, now=NOON + after)


def test_an_invitation_taken_back_cannot_be_accepted(owner):
    person = UserFactory(email="dev@example.org")
    invitation = invite(owner)
    withdraw_invitation(group_id=owner.group_id, invitation_id=invitation.pk, actor=owner.user, now=NOON)

    with pytest.raises(InvitationOver):
        accept_invitation(invitation_id=invitation.pk, actor=person, now=NOON)


def test_an_invitation_of_another_group_cannot_be_taken_back(owner):
    invitation = invite(owner)

    with pytest.raises(Invitation.DoesNotExist):
        withdraw_invitation(
            group_id=MembershipFactory().group_id, invitation_id=invitation.pk, actor=owner.user, now=NOON
        )


def test_the_last_who_runs_the_pages_can_neither_leave_nor_step_down(owner):
    with pytest.raises(LastOwner):
        end_membership(group_id=owner.group_id, membership_id=owner.pk, actor=owner.user, now=NOON)
    with pytest.raises(LastOwner):
        change_role(group_id=owner.group_id, membership_id=owner.pk, role="editor", actor=owner.user, now=NOON)


def test_leaving_and_changing_role_keep_what_was(owner):
    other = MembershipFactory(group=owner.group, role="editor")
    later = NOON + timedelta(days=1)

    change_role(group_id=owner.group_id, membership_id=other.pk, role="owner", actor=owner.user, now=later)
    end_membership(group_id=owner.group_id, membership_id=owner.pk, actor=owner.user, now=later)

    rows = owner.group.memberships.order_by("pk").values_list("user_id", "role", "left_at")
    assert list(rows) == [
        (owner.user_id, "owner", later),
        (other.user_id, "editor", later),
        (other.user_id, "owner", None),
    ]
