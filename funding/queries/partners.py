"""Partners of a project with what stands against one of them: only its own share waits, never the project."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from communities.group_queries import may_not_lead
from funding.models import Partner, PartnerCheck, PartnerFinding, Project
from renewal.kernel.clock import london_day
from renewal.kernel.money import Pence


@dataclass(frozen=True)
class PartnerLine:
    """One partner, and why its share waits; no reasons when it does not."""

    partner: Partner
    reasons: tuple[str, ...]

    @property
    def waits(self) -> bool:
        return bool(self.reasons)


def partner_lines(project: Project, *, on: date) -> list[PartnerLine]:
    """List a project's partners of today, each with why its share waits, in words."""
    partners = list(project.partners.filter(left_at__isnull=True).select_related("group"))
    if not partners:
        return []
    reasons: dict[int, list[str]] = {partner.pk: [] for partner in partners}
    without_purpose = may_not_lead([partner.group_id for partner in partners], on=on)
    for partner in partners:
        if partner.group_id in without_purpose:
            reasons[partner.pk].append(_("It shows no social purpose yet."))
    for check in PartnerCheck.objects.filter(partner__in=partners).newest():
        if check.finding == PartnerFinding.HOLD:
            reasons[check.partner_id].append(check.label)
    return [PartnerLine(partner, tuple(reasons[partner.pk])) for partner in partners]


def lines_today(project: Project, *, now: datetime | None = None) -> list[PartnerLine]:
    return partner_lines(project, on=london_day(now or timezone.now()))


def waiting_pence(lines: Iterable[PartnerLine]) -> Pence:
    """Sum the shares that wait; what pays an award later leaves them out."""
    return Pence(sum(line.partner.share_pence for line in lines if line.waits))
