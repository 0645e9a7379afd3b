"""What waits for a person in groups and fund-holders, with the day it is due: parts of the one inbox."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.group_queries import safeguarding_standing
from communities.models import (
    FundHolder,
    Group,
    GroupMerge,
    HelpedStep,
    HoldingAgreement,
    Invitation,
    MembershipRole,
    Side,
    User,
)
from communities.services.helped_steps import answer_due, journey_words
from renewal.kernel.clock import london_day
from renewal.kernel.staff import WorkItem

SOON = timedelta(days=30)


def own_groups(user: User) -> list[Group]:
    """Active groups to which the person belongs in their own right."""
    mine = user.memberships.filter(left_at=None).exclude(role=MembershipRole.HELPER).values("group")
    return list(Group.objects.active().filter(pk__in=mine).order_by("name", "id"))


def waiting_in_groups(user: User, now: datetime) -> Iterable[WorkItem]:
    """Invitations, steps a helper took, groups that want to join, terms to sign, safeguarding to review."""
    for invitation in Invitation.objects.waiting(at=now).to_person(user).select_related("group"):
        title = _("%(group)s invites you") % {"group": invitation.group.name}
        yield WorkItem(title, reverse("communities:my_groups"), london_day(invitation.expires_at))
    groups = own_groups(user)
    if not groups:
        return
    steps = HelpedStep.objects.filter(group__in=groups, state="waiting").select_related("helper__user", "group")
    for step in steps.order_by("done_at"):
        facts = {"helper": str(step.helper.user), "journey": journey_words(step.journey)}
        title = _("Confirm: %(helper)s %(journey)s") % facts
        yield WorkItem(
            title, reverse("communities:group_home", args=[step.group.slug]), answer_due(step), step.group.name
        )
    for merge in GroupMerge.objects.filter(into__in=groups, state="proposed").select_related("group", "into"):
        title = _("%(group)s wants to become part of your group") % {"group": merge.group.name}
        yield WorkItem(title, reverse("communities:group_home", args=[merge.into.slug]), note=merge.into.name)
    for agreement in _unsigned(HoldingAgreement.objects.filter(group__in=groups), Side.GROUP):
        title = _("Read and sign the terms of %(holder)s") % {"holder": agreement.holder.group.name}
        url = reverse("communities:agreement", args=[agreement.group.slug, agreement.pk])
        yield WorkItem(title, url, note=agreement.group.name)
    on = london_day(now)
    for group in groups:
        due = safeguarding_standing(group, on=on).review_due
        if due is not None and due - on <= SOON:
            url = reverse("communities:safeguarding", args=[group.slug])
            yield WorkItem(_("Review how you keep people safe"), url, due, group.name)


def _unsigned(agreements: QuerySet[HoldingAgreement], side: str) -> list[HoldingAgreement]:
    """Agreements, offered or in force, whose newest terms one side has not signed."""
    found = (
        agreements.filter(state__in=["offered", "active"])
        .select_related("group", "holder__group")
        .prefetch_related("versions__signatures")
        .order_by("asked_at")
    )
    rows = []
    for agreement in found:
        newest = max(agreement.versions.all(), key=lambda version: version.number, default=None)
        if newest is not None and side not in {signature.side for signature in newest.signatures.all()}:
            rows.append(agreement)
    return rows


def waiting_for_holders(user: User, now: datetime) -> Iterable[WorkItem]:
    """Requests to answer by their day, terms to sign, agreements whose money has not moved yet."""
    holders = list(FundHolder.objects.of_member(user))
    if not holders:
        return
    agreements = HoldingAgreement.objects.filter(holder__in=holders)
    asked = agreements.filter(state="asked").select_related("group", "holder__group")
    for agreement in asked.order_by("due_on"):
        title = _("%(group)s asks you to look after its money") % {"group": agreement.group.name}
        url = reverse("communities:holder_group", args=[agreement.pk])
        yield WorkItem(title, url, agreement.due_on, agreement.holder.group.name)
    for agreement in _unsigned(agreements, Side.HOLDER):
        title = _("Read and sign the terms of %(holder)s") % {"holder": agreement.group.name}
        yield WorkItem(title, reverse("communities:holder_group", args=[agreement.pk]))
    for agreement in agreements.filter(state="frozen").select_related("group"):
        title = _("Move the money of %(group)s, then end") % {"group": agreement.group.name}
        yield WorkItem(title, reverse("communities:holder_group", args=[agreement.pk]))
