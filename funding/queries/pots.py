"""What an area's pots hold now, and the money, limits and floors that a vote on them runs under (R11, R12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from communities.models import LegalForm
from funding.models import AllocationRun, Pot, Project, Round
from funding.rules.parameters import WHOLE_BP, Parameters, read_parameters
from funding.services.ledger import balances

# The parameter set's names of themes, and the codes that projects carry in the closed list of themes.
THEME_TAGS = {"connecting": "connecting", "getting_online": "online", "mental_health": "mental-health"}
NOT_CIVIL_SOCIETY = "not_civil_society"


@dataclass(frozen=True)
class PollTerms:
    """The budget of a vote, its limits by name and its floors, as the ballot box freezes them."""

    budget_pence: int
    limits: dict[str, int]
    floors: list[dict[str, Any]]


def posted_run(cycle_id: int) -> AllocationRun | None:
    """Return the run that divided a cycle, without its inputs; None before the money was divided."""
    return AllocationRun.objects.posted().filter(cycle_id=cycle_id).defer("inputs").first()


def parameters_of(run: AllocationRun) -> Parameters:
    """Read the parameter set of a run."""
    return read_parameters(run.parameter_set.document)


def money_left(area_id: int, *, cycle_id: int) -> dict[str, int]:
    """Return what an area's pots hold now, by colour: not promised to anybody, participation set aside."""
    pots = {pot.colour: pot.account_id for pot in Pot.objects.of_area(area_id, cycle_id=cycle_id)}
    held = balances(pots.values())
    return {colour: held.get(account_id, 0) for colour, account_id in pots.items()}


def poll_terms(round_: Round) -> PollTerms:
    """Return the money, limits and floors for a vote in a round's area (DESIGN.md §4, R11, R12).

    Capital, revenue, and the money that civil society does not lead are limits; theme floors run first, in pots of at
    least the size the parameter set names.
    """
    left = money_left(round_.area_id, cycle_id=round_.cycle_id)
    budget = sum(left.values())
    run = posted_run(round_.cycle_id)
    if run is None or not budget:
        return PollTerms(budget, dict(left), [])
    rules = parameters_of(run)
    outside = budget * (WHOLE_BP - rules.civil_society_bp) // WHOLE_BP
    tags = set()
    if budget >= rules.theme_least_pot_pence:
        for project in Project.objects.filter(round=round_).in_vote().prefetch_related("tags", "theme__strand"):
            tags |= {tag.code for tag in project.tags.all()}
            if project.theme:
                tags |= {project.theme.code, project.theme.strand.code if project.theme.strand else ""}
    floors = [
        {
            "tag": THEME_TAGS[theme],
            "amount": budget * share // WHOLE_BP,
            "support_permille": rules.theme_support_bp // 10,
        }
        for theme, share in rules.theme_floors_bp.items()
        if THEME_TAGS[theme] in tags and share
    ]
    return PollTerms(budget, {**left, NOT_CIVIL_SOCIETY: outside}, floors)


def is_civil_society_led(project: Project) -> bool:
    """Tell whether a project counts as led by civil society: its lead is, or at least a third of the money is (R12)."""
    if project.group and project.group.legal_form not in (LegalForm.PUBLIC_BODY, LegalForm.PRIVATE):
        return True
    partners = project.partners.filter(left_at__isnull=True).select_related("group")
    theirs = sum(
        partner.share_pence
        for partner in partners
        if partner.group.legal_form not in (LegalForm.PUBLIC_BODY, LegalForm.PRIVATE)
    )
    return theirs * 3 >= project.cost_pence > 0


def demands_of(project: Project, *, share: Mapping[str, int] | None = None) -> dict[str, int]:
    """Return what a project takes from each limit of a vote; ``share`` is the area's part of a shared one."""
    cost = {"capital": project.capital_pence, "revenue": project.revenue_pence} if share is None else share
    outside = 0 if is_civil_society_led(project) else sum(cost.values())
    return {"capital": cost.get("capital", 0), "revenue": cost.get("revenue", 0), NOT_CIVIL_SOCIETY: outside}
