"""What the rules of sending need to know about a project, gathered from where it is kept."""

from datetime import date

from django.utils import timezone

from communities.group_queries import may_not_lead, rule_amount, sector_of
from communities.models import Group, HoldingAgreement, LegalForm
from funding.models import Attachment, Award, Priority, Project, ProjectKind
from funding.rules import applications as rules
from renewal.kernel.clock import london_day


def facts_of(project: Project, *, on: date) -> rules.Application:
    """Gather the facts that decide whether an application can be sent on a day."""
    partners = list(project.partners.filter(left_at__isnull=True).select_related("group"))
    splits = [rules.Split(partner.share_pence, partner.signed_at is not None) for partner in partners]
    groups = [*([project.group] if project.group else []), *(partner.group for partner in partners)]
    informal = project.group is not None and project.group.legal_form == LegalForm.INFORMAL
    lead_pence = rules.lead_part(project.cost_pence, splits)
    return rules.Application(
        lines=[rules.Line(line.source, line.amount_pence, line.replaces_duty) for line in project.lines.all()],
        has_duty_statement=project.attachments.filter(
            purpose=Attachment.Purpose.DUTY, removed_at__isnull=True
        ).exists(),
        partners=splits,
        volunteers=[
            rules.Volunteering(role.hours, role.expenses_pence, role.paid_hours_cut)
            for role in project.volunteer_roles.all()
        ],
        shares={str(share.area_id): share.percent for share in project.shares.all()},
        has_priority=project.priority_id is not None
        or not Priority.objects.filter(list__round=project.round).exists()
        or project.emergencies.standing().exists(),
        needs_holder=informal,
        has_holder=has_holder(project),
        has_purpose=not project.group_id or not may_not_lead([project.group_id], on=on),
        match_rule=rules.MatchRule(project.round.required_match_percent),
        limits=limits_of(project, informal=informal, on=on),
        lead_pence=lead_pence,
        live_awards=live_awards(project.group) if informal and project.group else 0,
        suppliers=[rules.Supplied(one.amount_pence, bool(one.basis)) for one in project.suppliers.all()],
        sectors=len({sector_of(group) for group in groups}) if project.kind == ProjectKind.JOINT_START else None,
    )


def has_holder(project: Project) -> bool:
    """Tell whether an agreement with a fund-holder is in force for the group that leads."""
    return HoldingAgreement.objects.filter(group=project.group_id).in_force().exists()


def limits_of(project: Project, *, informal: bool, on: date) -> rules.Limits:
    """Return the limits that hold for a project on a day: its purse's, its holder's, and those of informal groups."""
    purse = getattr(project.round, "purse", None)
    most = None
    if purse is not None:
        most = purse.joint_start_pence if project.kind == ProjectKind.JOINT_START else purse.most_pence
    return rules.Limits(
        most_pence=most,
        holder_pence=holder_limit(project) if informal else None,
        informal_pence=rule_amount("award_pence", on=on) if informal else None,
        informal_awards=rule_amount("live_awards", on=on) if informal else None,
        supplier_pence=rule_amount("supplier_pence", on=on),
    )


def supplier_limit(*, on: date | None = None) -> int:
    """Return the sum above which a supplier shows its social purpose, as it stands on a day (today by default)."""
    return rule_amount("supplier_pence", on=on or london_day(timezone.now()))


def holder_limit(project: Project) -> int | None:
    """Return the most one award may be under the agreement in force, by its signed terms; None without one.

    Where a group has two agreements in force while it changes holders, the larger limit counts.
    """
    found = []
    agreements = HoldingAgreement.objects.filter(group=project.group_id).in_force().select_related("holder")
    for agreement in agreements:
        signed = agreement.versions.filter(signatures__side="group").filter(signatures__side="holder").first()
        terms = signed.terms if signed else {}
        found.append(int(terms.get("most_award_pence", agreement.holder.most_award_pence)))
    return max(found, default=None)


def live_awards(group: Group) -> int:
    """Count the awards a group holds at the moment."""
    return Award.objects.standing().filter(project__group=group).count()
