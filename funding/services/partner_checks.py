"""An officer's finding about one partner: it stops that partner's share alone, and the lead hears of it (G-4.11-A3)."""

from datetime import datetime

from django.db import transaction

from communities.models import User
from funding.models import Partner, PartnerCheck, PartnerFinding, Project
from funding.queries.partners import partner_lines
from funding.services.decisions import WordsMissing
from funding.services.declarations import officer_of
from funding.services.notices import tell_group
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day


@transaction.atomic
def check_partner(
    *, partner_id: int, finding: str, words: str, actor: User, now: datetime, words_cy: str = ""
) -> PartnerCheck:
    """Let a partner's share wait, or let it go on; raises as every check does for an officer with a link (P2)."""
    partner = Partner.objects.select_related("project__round", "project__group").get(pk=partner_id)
    officer_of(project=partner.project, actor=actor, now=now)
    if not words.strip() or finding not in PartnerFinding.values:
        raise WordsMissing(missing="words")
    check = PartnerCheck.objects.create(
        partner=partner, finding=finding, words=words.strip(), words_cy=words_cy.strip(), officer=actor, at=now
    )
    record(actor=actor, action=f"partner.{finding}", subject=partner, project_id=partner.project_id)
    if finding == PartnerFinding.HOLD:
        tell_group(project=partner.project, kind="partner_waits", now=now, mark=str(check.pk))
    return check


def tell_lead_of_waiting(*, project: Project, now: datetime) -> None:
    """Tell the lead that a partner's share waits, when the application has come in; inside the caller's transaction."""
    if any(line.waits for line in partner_lines(project, on=london_day(now))):
        tell_group(project=project, kind="partner_waits", now=now)
