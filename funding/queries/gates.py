"""Awards that still have checks to pass, as the officers see them who may pass them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.group_queries import safeguarding_standing
from communities.models import User
from communities.services.holdings import agreement_in_force
from funding.models import Award, AwardGate, AwardOrigin, AwardsSignOff, AwardState, GateKind, SignOffState
from funding.queries.partners import PartnerLine, lines_today
from funding.queries.reviews import bodies_checked_by, projects_to_check
from funding.services.gates import is_accepted
from renewal.kernel.clock import london_day
from renewal.kernel.staff import WorkItem
from renewal.kernel.templatetags.page import day

OF_PURSES = (AwardOrigin.SMALL, AwardOrigin.JOINT)


def awards_to_confirm(user: User, *, at: datetime) -> QuerySet[Award]:
    """Awards with checks to pass that the officer may open (P1, P2); those of a vote once two people signed them."""
    signed = AwardsSignOff.objects.filter(round=OuterRef("round"), state=SignOffState.SIGNED)
    return (
        Award.objects.filter(state=AwardState.CONDITIONAL, project__in=projects_to_check(user, at=at))
        .filter(Q(origin__in=OF_PURSES) | Exists(signed))
        .select_related("project__group", "project__body", "project__round__area")
        .prefetch_related("gates")
        .order_by("awarded_at", "pk")
    )


def award_with_gates(user: User, pk: int, *, at: datetime) -> Award | None:
    """One award, confirmed or not, for an officer's page; None for strangers and officers with a link."""
    signed = AwardsSignOff.objects.filter(round=OuterRef("round"), state=SignOffState.SIGNED)
    found = Award.objects.standing().filter(pk=pk, project__in=projects_to_check(user, at=at))
    return (
        found.filter(Q(origin__in=OF_PURSES) | Exists(signed))
        .select_related("project__group", "project__body", "project__round__area", "round")
        .first()
    )


@dataclass(frozen=True)
class GateLine:
    """One check of an award: what the platform knows about it, and whether it can be passed now."""

    gate: AwardGate
    known: str
    can_pass: bool


def gate_lines(award: Award, *, now: datetime) -> list[GateLine]:
    """List an award's checks in order, each with what is known about it today."""
    return [
        GateLine(gate, *_known(award, gate, now))
        for gate in award.gates.select_related("passed_by").order_by("pk")
    ]  # fmt: skip


def _known(award: Award, gate: AwardGate, now: datetime) -> tuple[str, bool]:
    group = award.project.group
    if gate.passed_at is not None:
        return "", False
    if gate.kind == GateKind.HOLDER and group is not None:
        agreement = agreement_in_force(group)
        if agreement is None:
            return _("The group has no agreement with a fund-holder in force."), False
        facts = {"holder": agreement.holder.group.name, "day": day(agreement.active_from)}
        return _("%(holder)s holds its money, agreed on %(day)s.") % facts, True
    if gate.kind == GateKind.SAFEGUARDING and group is not None:
        standing = safeguarding_standing(group, on=london_day(now))
        if not standing.said:
            return _("The group has not said yet how it keeps people safe."), False
        if not standing.in_date:
            return _("The group’s review of how it keeps people safe is due. It must be less than a year old."), False
        if standing.review_due is None:
            return _("The group works with nobody who needs a policy."), True
        return _("Reviewed. The next review is due on %(day)s.") % {"day": day(standing.review_due)}, True
    if gate.kind == GateKind.ANSWER:
        accepted = is_accepted(award)
        return (
            _("The public body has accepted.") if accepted else _("The public body has not accepted yet.")
        ), accepted
    return "", True


def partners_waiting(award: Award) -> list[PartnerLine]:
    """Partners whose share of the award waits."""
    return [line for line in lines_today(award.project) if line.waits]


def gate_work(user: User, now: datetime) -> Iterable[WorkItem]:
    """Awards whose checks wait for an officer, behind one link."""
    if not bodies_checked_by(user, on=london_day(now)).exists():
        return
    count = awards_to_confirm(user, at=now).count()
    if count:
        words = ngettext("%(count)d award has checks to pass", "%(count)d awards have checks to pass", count)
        yield WorkItem(words % {"count": count}, reverse("funding:gates"), count=count)
