"""Accredited helpers: who they are, and how they begin to act for a group that does not use the internet."""

from datetime import date, datetime

from django.db import transaction

from communities.models import Body, Group, Helper, Membership, MembershipRole, User
from communities.services.groups import locked_active
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError


class NotAccredited(DomainError):
    """The person is not accredited to help today, or does not help this group."""


class NoSuchGroup(DomainError):
    """No active group has this name."""


@transaction.atomic
def accredit_helper(*, user_id: int, body_id: int, on: date, actor: User) -> Helper:
    """A body accredits somebody to help groups from a day on."""
    helper = Helper.objects.create(user_id=user_id, body=Body.objects.get(pk=body_id), accredited_on=on)
    record(actor=actor, action="helper.accredited", subject=helper)
    return helper


def helper_of(user: User, *, now: datetime) -> Helper:
    """Return the person's accreditation today; raises NotAccredited."""
    helper = Helper.objects.accredited(on=london_day(now)).filter(user=user).order_by("pk").first()
    if helper is None:
        raise NotAccredited(user_id=user.pk)
    return helper


def is_helper_of(user: User, group: Group) -> bool:
    """Tell whether the person acts for a group as its helper, not as a member."""
    return group.memberships.filter(user=user, left_at=None, role=MembershipRole.HELPER).exists()


@transaction.atomic
def start_helping(*, group_id: int, actor: User, now: datetime) -> Membership:
    """Begin to act for a group that asked for help. Raises NotAccredited."""
    helper_of(actor, now=now)
    group = locked_active(group_id)
    membership, _is_new = Membership.objects.get_or_create(
        group=group, user=actor, left_at=None, defaults={"role": MembershipRole.HELPER, "joined_at": now}
    )
    record(actor=actor, action="helper.began", subject=group)
    return membership
