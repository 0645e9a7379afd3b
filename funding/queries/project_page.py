"""One project as its public page shows it."""

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from communities.models import FundHolder, HoldingAgreement
from funding.models import Decision, DecisionKind, DecisionState, Partner, Project, ProjectComment
from renewal.kernel.parts import Check, Event
from renewal.kernel.templatetags.page import day


def project_for_page(slug: str, ref: str) -> Project | None:
    """Fetch a public project of a round with all that its page names; None when there is none to show."""
    return (
        Project.objects.public()
        .filter(round__slug=slug, reference=ref)
        .select_related(
            "round__area__parent", "round__convenor", "round__poll", "theme", "group", "body", "checked_by",
            "priority__list", "combined_into__round", "small_idea__month", "carried_from__round", "size_of__round",
        )
        .prefetch_related(
            "lines", "suppliers", "tags", "help_given", "shares__area", "sizes__round", "round__phases",
            "combined_from__round", "combined_from__group",
            Prefetch("partners", Partner.objects.filter(left_at__isnull=True).select_related("group")),
            Prefetch(
                "decisions",
                Decision.objects.filter(state__in=[DecisionState.MADE, DecisionState.REVERSED])
                .select_related("proposed_by", "seconded_by", "appeal")
                .prefetch_related("review__findings__criterion"),
            ),
        )
        .first()
    )  # fmt: skip


def last_decision(project: Project) -> Decision | None:
    """The newest decision that stands, from prefetched rows."""
    return next((d for d in project.decisions.all() if d.state == DecisionState.MADE), None)


def checks_of(project: Project) -> list[Check]:
    """What officers found, with the reasons, once they have decided."""
    decision = last_decision(project)
    if decision is None or decision.kind == DecisionKind.CHANGES:
        return []
    return [
        Check(f"{finding.criterion.label} {finding.get_met_display()}.", finding.label)
        for finding in decision.review.findings.all()
    ]


def story_of(project: Project) -> list[Event]:
    """What has happened to a project, newest first, in words with days."""
    events = []
    if project.ended_at:
        events.append((project.ended_at, Event(project.get_state_display(), day(project.ended_at))))
    for decision in project.decisions.all():
        at = decision.seconded_at or decision.proposed_at
        events.append((at, Event(_decision_words(decision), day(at))))
        appeal = getattr(decision, "appeal", None)
        if appeal is not None:
            events.append(
                (appeal.sent_at, Event(_("The group asked different people to look again"), day(appeal.sent_at)))
            )
            if appeal.heard_at:
                events.append((appeal.heard_at, Event(appeal.get_state_display(), day(appeal.heard_at))))
    if project.sent_at:
        events.append((project.sent_at, Event(_("Sent in by the group"), day(project.sent_at))))
    return [event for _at, event in sorted(events, key=lambda pair: pair[0], reverse=True)]


def _decision_words(decision: Decision) -> str:
    if decision.project.is_small:
        return {
            "pass": _("Checked: everything is in order"),
            "changes": _("We asked for changes"),
            "refuse": _("Checked by two officers: cannot be funded"),
        }[decision.kind]
    return {
        "pass": _("Checked: goes to the vote"),
        "changes": _("We asked for changes"),
        "refuse": _("Checked by two officers: cannot go to the vote"),
    }[decision.kind]


def comments_of(project: Project, *, most: int = 50) -> list[ProjectComment]:
    """The newest comments with their replies, hidden ones among them, in a constant number of queries."""
    replies = ProjectComment.objects.select_related("author").order_by("at", "pk")
    found = (
        project.comments.filter(reply_to__isnull=True)
        .select_related("author")
        .prefetch_related(Prefetch("replies", replies))
        .order_by("-at", "-pk")
    )
    return list(found[:most])


def holder_of(project: Project) -> FundHolder | None:
    """The fund-holder that looks after the group's money now, None when the group holds its own."""
    agreement = (
        HoldingAgreement.objects.filter(group=project.group_id).in_force().select_related("holder__group").first()
        if project.group_id
        else None
    )
    return agreement.holder if agreement else None
