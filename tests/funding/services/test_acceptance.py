"""The acceptance lines of the founding clauses that an application can meet before any money is paid (G§4).

Named by clause and line. What other modules show stands there: G-4.4-A1 with group profiles, G-4.14-A2 for listings
with listings, G-4.5-A1 in a browser with the journeys; G-4.5-A3, A4 and A5, G-4.6-A1 and G-4.10-A1 for awards in
test_gates.py.
"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.test import Client

from communities.models import Evidence, GovernanceProfile, SafeguardingProfile
from funding.application_pages import FIXED, as_data, find_page
from funding.models import (
    AllocationRun,
    Attachment,
    Balance,
    BudgetLine,
    Pot,
    Priority,
    PriorityList,
    Project,
    Theme,
    VolunteerRole,
)
from funding.queries.applications import fit_of
from funding.queries.projects import similar_projects
from funding.queries.shares import money_by_holder, money_by_lead
from funding.queries.strands import money_by_strand
from funding.rules import applications as rules
from funding.services import applications, body_projects, decisions
from funding.services.small_awards import advance_small_awards
from tests.factories.applications import LINE, line, problems, sign
from tests.factories.money import make_country, make_cycle, make_posted_run
from tests.factories.projects import NOW, find_all_met, make_group, make_project
from tests.factories.small import give_support, make_idea, make_purse

pytestmark = pytest.mark.django_db


def test_g_4_1_a3_a_cost_that_replaces_a_duty_needs_the_authoritys_statement(writing):
    """G-4.1-A3."""
    project, kelly, _ = writing
    applications.write_lines(
        project_id=project.pk, actor=kelly, lines=[line("Crossing patrol", 200_000, replaces_duty=True)]
    )

    assert problems(project, kelly) == ["duty_without_statement"]

    Attachment.objects.create(
        project=project, purpose="duty", name="s.pdf", file="s.pdf", kind="application/pdf", size=1, sha256="0" * 64,
        added_by=kelly, added_at=NOW,
    )  # fmt: skip
    sign(project, kelly)


def test_g_4_1_a2_awards_by_strand_come_to_the_ledgers_total_to_the_penny():
    """G-4.1-A2."""
    purse = make_purse()
    themes = list(Theme.objects.newest().filter(kind="theme").order_by("position"))
    for number, (theme, pence) in enumerate([(themes[0], 10_001), (themes[-1], 20_002), (None, 3)], start=1):
        idea = make_idea(purse, number, revenue=pence)
        Project.objects.filter(pk=idea.project_id).update(theme=theme)
        give_support(idea, 2)
    advance_small_awards(now=NOW + timedelta(days=40))
    run = AllocationRun.objects.get()

    lines = money_by_strand(run)

    on_accounts = Balance.objects.filter(account__kind="award").aggregate(sum=Sum("pence"))["sum"]
    assert sum(line.pence for line in lines) == on_accounts == 30_006
    assert {line.name for line in lines} == {themes[0].strand.name, themes[-1].strand.name, "No theme given"}


def test_g_4_2_a1_a_project_cites_an_adopted_priority_once_there_is_a_list(writing, round_):
    """G-4.2-A1."""
    project, kelly, _ = writing
    list_ = PriorityList.objects.create(round=round_, version=1, voters=120, digest="0" * 64, adopted_at=NOW)
    priority = Priority.objects.create(list=list_, ref="ASH-N01", rank=1, title="Somewhere warm to meet")

    assert problems(project, kelly) == ["no_priority"]

    applications.write_details(project_id=project.pk, actor=kelly, details={"priority_id": priority.pk})
    sign(project, kelly)


def test_g_4_4_a2_a_public_body_leads_where_a_local_group_applied_only_for_a_public_reason(own_project_scene, client):
    """G-4.4-A2."""
    round_, council, _, owen, ruth, hassan = own_project_scene
    project = body_projects.start_body_project(
        round_id=round_.pk, body_id=council.pk, title="Lights", language="en", actor=owen, now=NOW
    )
    theirs = make_project(round_, number=7)
    body_projects.write_body_project(
        project_id=project.pk, details={"theme": theirs.theme}, lines=[LINE], actor=owen, now=NOW
    )
    body_projects.sign_body_project(project_id=project.pk, actor=owen, now=NOW)
    project = body_projects.declare_body_project(project_id=project.pk, actor=ruth, now=NOW)
    find_all_met(project, hassan)
    common = {"project_id": project.pk, "actor": hassan, "words": "", "words_cy": "", "now": NOW}

    with pytest.raises(decisions.RebuttalMissing):
        decisions.pass_project(**common)
    decisions.pass_project(rebuttal="Only the highway authority may dig here.", **common)

    page = client.get(f"/en/rounds/{round_.slug}/projects/{project.reference}/").content.decode()
    assert "Only the highway authority may dig here." in page


def test_g_4_4_a2_a_local_group_and_a_body_alone_need_no_such_reason(own_project_scene):
    """G-4.4-A2."""
    round_, _, _, owen, _, _ = own_project_scene
    theirs = make_project(round_, number=7)
    find_all_met(theirs, owen)

    decision = decisions.pass_project(project_id=theirs.pk, actor=owen, words="", words_cy="", now=NOW)

    assert decision.rebuttal == ""


def test_g_4_4_a3_the_money_is_reported_by_who_holds_it_and_by_who_leads():
    """G-4.4-A3."""
    purse = make_purse()
    give_support(make_idea(purse, revenue=10_000), 1)
    advance_small_awards(now=NOW + timedelta(days=30))
    run = AllocationRun.objects.get()

    assert [(line.name, line.pence, line.percent) for line in money_by_lead(run)] == [
        ("Civil society", 10_000, "100.0")
    ]
    assert sum(line.pence for line in money_by_holder(run)) == sum(Pot.objects.values_list("amount_pence", flat=True))


def test_g_4_8_a1_the_applicant_is_shown_what_is_like_it_and_says_use_join_or_different(writing, round_):
    """G-4.8-A1."""
    project, kelly, _ = writing
    other = make_project(round_, group=make_group(round_.area, "others", "club"), number=9, title="Raised beds for all")
    _, page = find_page(project, "existing", 1)

    assert similar_projects(round_=round_, title=project.title, besides=project.pk) == [other]
    silent = page.form(as_data({}), project=project)
    assert set(silent.errors) == {"choice", "because"}
    said = page.form(as_data({"choice": ["join"], "because": ["We join the beds on Mill Lane."]}), project=project)
    assert said.is_valid()

    client = Client()
    client.force_login(kelly)
    body = client.get(f"/en/groups/{project.group.slug}/applications/{project.reference}/existing/1/").content.decode()
    assert other.title in body


def test_g_4_8_a2_checkers_see_how_it_fits(writing):
    """G-4.8-A2."""
    project, kelly, _ = writing
    applications.save_page(
        project_id=project.pk, task="existing", page=1, typed={"choice": ["different"], "because": ["Indoors."]},
        revision=0, actor=kelly, now=NOW, right=True,
    )  # fmt: skip

    assert fit_of(project) == "There is something like it, and ours is different"


def test_g_4_8_a3_no_question_of_an_application_asks_again_what_the_group_has_told(writing):
    """G-4.8-A3: the facts of a group, of how it is run and of how it keeps people safe are fields of no page."""
    project, _, _ = writing
    told = {"legal_form", "aims", "website", "roles", "contacts", "charity_number", "company_number"}
    for model in (GovernanceProfile, SafeguardingProfile, Evidence):
        told |= {field.name for field in model._meta.concrete_fields}
    asked = {
        name
        for task in FIXED
        for page in task.pages
        for name in page.form(project=project).fields
        if not name.startswith(("area_", "rows"))
    }

    assert asked & told == set()


def test_g_4_10_a1_one_project_holds_both_colours(writing):
    """G-4.10-A1."""
    project, kelly, _ = writing

    applications.write_lines(
        project_id=project.pk, actor=kelly,
        lines=[line("Timber", 300_000), line("Training", 50_000, colour="revenue"), line("Own", 9, source="match")],
    )  # fmt: skip

    project.refresh_from_db()
    assert (project.capital_pence, project.revenue_pence, project.cost_pence) == (300_000, 50_000, 350_000)


def test_g_4_10_a3_revenue_is_asked_for_three_years_and_more_year_by_year(writing):
    """G-4.10-A3."""
    project, kelly, _ = writing
    years = [line("A worker", 100_000, colour="revenue") | {"year": year} for year in (1, 2, 3, 4, 5)]

    applications.write_lines(project_id=project.pk, actor=kelly, lines=years)

    project.refresh_from_db()
    assert project.revenue_pence == 500_000
    assert list(BudgetLine.objects.filter(project=project).values_list("year", flat=True)) == [1, 2, 3, 4, 5]
    sign(project, kelly)


def test_g_4_10_a4_both_colours_of_every_area_are_in_the_open_data(client):
    """G-4.10-A4."""
    make_country()
    make_posted_run(make_cycle())

    rows = client.get("/en/money/shares/pots.csv").getvalue().decode().splitlines()

    header = rows[0].split(",")
    found = {(row.split(",")[header.index("code")], row.split(",")[header.index("colour")]) for row in rows[1:]}
    assert found == {(pot.area.code, pot.colour) for pot in Pot.objects.select_related("area")}


def test_g_4_14_a1_volunteer_hours_alone_never_fill_a_required_match():
    """G-4.14-A1."""
    lines = [rules.Line("asked", 800), rules.Line("volunteers", 10_000)]

    assert rules.has_enough_match(lines, rules.MatchRule(required_percent=20)) is False
    assert rules.has_enough_match([*lines, rules.Line("match", 200)], rules.MatchRule(required_percent=20)) is True
    assert rules.has_enough_match([*lines, rules.Line("match", 199)], rules.MatchRule(required_percent=20)) is False


def test_g_4_14_a2_a_volunteer_role_says_which_paid_role_it_stands_beside(writing):
    """G-4.14-A2."""
    project, kelly, _ = writing
    role = {"title": "Digging", "hours": 40, "complements": "", "expenses_pence": 1, "paid_hours_cut": False}

    with pytest.raises(IntegrityError), transaction.atomic():
        applications.write_volunteers(project_id=project.pk, actor=kelly, roles=[role])
    applications.write_volunteers(project_id=project.pk, actor=kelly, roles=[{**role, "complements": "Gardener"}])

    assert VolunteerRole.objects.get().complements == "Gardener"
    _, page = find_page(project, "volunteers", 1)
    typed = {"title_1": ["Digging"], "hours_1": ["40"], "complements_1": [""], "expenses_1": ["10"]}
    assert set(page.form(as_data(typed), project=project).errors) == {"complements_1"}


@pytest.mark.parametrize(("wage", "is_right"), [("yes", True), ("none", True), ("no", False), ("", False)])
def test_g_4_14_paid_roles_get_at_least_the_real_living_wage(writing, wage, is_right):
    project, _, _ = writing
    _, page = find_page(project, "costs", 2)
    typed = {"powers": ["none"], "wage": [wage], **{f"year_{year}": ["0"] for year in range(1, 6)}}

    assert page.form(as_data(typed), project=project).is_valid() is is_right


def test_g_4_14_a3_cut_hours_go_to_a_panel(writing):
    """G-4.14-A3."""
    project, kelly, hassan = writing
    applications.write_volunteers(
        project_id=project.pk, actor=kelly,
        roles=[{"title": "Digging", "hours": 40, "complements": "Gardener", "expenses_pence": 100,
                "paid_hours_cut": True}],
    )  # fmt: skip
    sign(project, kelly)
    applications.declare_and_send(project_id=project.pk, actor=hassan, now=NOW)

    assert project.reviews.get().needs_panel is True


def test_the_presumption_asks_nothing_of_a_body_when_no_local_group_applied(own_project_scene):
    round_, council, _, owen, ruth, hassan = own_project_scene
    project = body_projects.start_body_project(
        round_id=round_.pk, body_id=council.pk, title="Lights", language="en", actor=owen, now=NOW
    )
    body_projects.write_body_project(project_id=project.pk, details={}, lines=[LINE], actor=owen, now=NOW)
    body_projects.sign_body_project(project_id=project.pk, actor=owen, now=NOW)
    project = body_projects.declare_body_project(project_id=project.pk, actor=ruth, now=NOW)
    find_all_met(project, hassan)

    assert decisions.pass_project(project_id=project.pk, actor=hassan, words="", words_cy="", now=NOW).rebuttal == ""
