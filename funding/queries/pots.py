"""What an area's pots hold now, and the money, limits and floors that a vote on them runs under (R11, R12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, Sum

from communities.models import Area, AreaLevel, LegalForm
from funding.models import AllocationRun, Award, Pot, Project, Round
from funding.rules.parameter_reader import read_parameters
from funding.rules.parameters import WHOLE_BP, Parameters
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
    for project in Project.objects.filter(round=round_).in_vote().prefetch_related("tags", "theme__strand"):
        tags |= {tag.code for tag in project.tags.all()}
        if project.theme:
            tags |= {project.theme.code, project.theme.strand.code if project.theme.strand else ""}
    amounts = theme_floors(round_.area, cycle_id=round_.cycle_id, budget=budget, rules=rules)
    floors = [
        {"tag": THEME_TAGS[theme], "amount": pence, "support_permille": rules.theme_support_bp // 10}
        for theme, pence in amounts.items()
        if THEME_TAGS[theme] in tags and pence
    ]
    return PollTerms(budget, {**left, NOT_CIVIL_SOCIETY: outside}, floors)


def theme_floors(area: Area, *, cycle_id: int, budget: int, rules: Parameters) -> dict[str, int]:
    """Return each theme's floor in a vote on ``budget`` in an area (R11), in the order of the parameter set.

    An area with less than the least pot has none of its own: its money counts in the vote of its borough, where the
    floors are reckoned over the borough's money and its small neighbourhoods' together, less what those have promised
    to the theme already. All floors together never come to more than the vote's own money.
    """
    base, promised = budget, dict.fromkeys(rules.theme_floors_bp, 0)
    if area.level == AreaLevel.AUTHORITY:
        small = small_pots_below(area, cycle_id=cycle_id, rules=rules)
        base += sum(small.values())
        awards = Award.objects.standing().filter(round__cycle_id=cycle_id, round__area__in=small)
        for theme in promised:
            tag = THEME_TAGS[theme]
            of_theme = Q(project__tags__code=tag) | Q(project__theme__code=tag) | Q(project__theme__strand__code=tag)
            sums = awards.filter(pk__in=awards.filter(of_theme).values("pk")).aggregate(
                pence=Sum(F("capital_pence") + F("revenue_pence"))
            )
            promised[theme] = sums["pence"] or 0
    if base < rules.theme_least_pot_pence:
        return {}
    floors, left = {}, budget
    for theme, share in rules.theme_floors_bp.items():
        floors[theme] = min(left, max(0, base * share // WHOLE_BP - promised[theme]))
        left -= floors[theme]
    return floors


def small_pots_below(area: Area, *, cycle_id: int, rules: Parameters) -> dict[int, int]:
    """Return what the neighbourhoods of an area have for projects where that is less than the least pot, by area id."""
    pots: dict[int, int] = {}
    below = Pot.objects.filter(cycle_id=cycle_id, area__parent_id=area.pk)
    for area_id, amount, aside in below.values_list("area_id", "amount_pence", "participation_pence"):
        pots[area_id] = pots.get(area_id, 0) + amount - aside
    return {area_id: pence for area_id, pence in pots.items() if pence < rules.theme_least_pot_pence}


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
