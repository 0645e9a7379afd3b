"""Officers' pages: declare, share out, check, decide, hear appeals, and question sets."""

from datetime import date

from django.utils import timezone

from communities.models import OfficerRole, User
from funding.models import Partner, Project, QuestionSet
from funding.services import appeals, checks, decisions, question_sets
from funding.services.partner_checks import check_partner
from funding.services.saved_views import keep_view
from tests.factories.communities import show_purpose
from tests.factories.projects import find_all_met, make_group, make_officer, make_project
from tests.funding.catalogue.projects import build as build_projects
from tests.funding.catalogue.projects import built, changes_asked, declared, refused_project, round_in
from tests.support.catalogue import ListPage, Page, Row


def used_set(world):
    return {"pk": QuestionSet.objects.in_use().get(band="up_to_5000").pk}


def checkers(status):
    """Who checks the project's own round sees it; everybody else finds nothing."""
    return {"stranger": "sign-in", "reviewer": status, "lead": status, "others": 404}


def any_checkers(status, elsewhere=None):
    """Who checks anywhere sees it; those of other bodies another way where ``elsewhere`` says so."""
    return checkers(status) | dict.fromkeys(("other_reviewer", "other_lead"), elsewhere or status)


def steward(status):
    return {"stranger": "sign-in", "steward": status, "others": 404}


NOBODY = {"stranger": "sign-in", "others": 404}  # of the roles in the table


def sent(world):
    return {"ref": world.sent.reference}


def barred(world):
    return {"ref": world.barred.reference}


def checking(world):
    build_projects(world)
    return {"ref": world.sent.reference}


def begun(world):
    build_projects(world)
    find_all_met(world.sent, world.users["reviewer"])
    return {"ref": world.sent.reference}


def proposed(world):
    build_projects(world)
    checks.give_help(
        project_id=world.sent.pk, actor=world.users["reviewer"], kind="help", minutes=30, now=timezone.now()
    )
    decisions.propose_refusal(
        project_id=world.sent.pk, actor=world.users["reviewer"], reason="unsafe", words="The roof cannot bear it.",
        words_cy="Ni all y to ei ddal.", next_step="Ask for a survey.", next_step_cy="", now=timezone.now(),
    )  # fmt: skip
    return {"ref": world.sent.reference}


def appealed(world):
    refused_project(world)
    project = Project.objects.get(reference="TST-001")
    appeals.send_appeal(
        decision_id=project.decisions.get(kind="refuse").pk, actor=world.users["member"], ground="fact",
        words="The roof is new.", now=timezone.now(),
    )  # fmt: skip
    third = make_officer(world.body, "third", declared=world.round_)
    world.users["steward"] = third
    return {"ref": "TST-001"}


def with_partners(world):
    """Three partners: one shows no purpose, one was held back by an officer, against one nothing stands."""
    build_projects(world)
    for number, found in enumerate(("", "hold", "clear"), start=1):
        group = make_group(world.area, f"partner-{number}", legal_form="charity")
        if number > 1:
            show_purpose(group, on=timezone.now().date())
        partner = Partner.objects.create(
            project=world.sent, group=group, role="Cooks", share_pence=100_00 * number, invited_at=timezone.now()
        )
        if found:
            check_partner(
                partner_id=partner.pk, finding=found, words="The accounts are overdue.", actor=world.users["lead"],
                now=timezone.now(),
            )  # fmt: skip
    world.sent_partner = partner
    return {"ref": world.sent.reference}


def many_to_check(world, count=3):
    round_in("checks")(world)
    declared(world)
    for number in range(1, count + 1):
        make_project(world.round_, group=world.group, number=number)
    return {}


def undeclared(world):
    round_in("checks")(world)
    make_project(world.round_, group=world.group, number=1)
    return {}


def assign_arguments(world):
    many_to_check(world)
    colleague = User.objects.create(pk=900_001, email="colleague@council.example.org", name="Colleague")
    OfficerRole.objects.create(user=colleague, body=world.body, role="reviewer", starts_on=date(2020, 1, 1))
    return {}


def changes_listed(world):
    changes_asked(world)
    return {}


def kept_view(world):
    many_to_check(world)
    keep_view(user=world.users["reviewer"], name="Gardens, all", query="q=garden&status=all", now=timezone.now())
    return {}


def of_round(world):
    build_projects(world)
    return {"slug": world.round_.slug}


def draft_questions_pk(world):
    return question_sets.draft_set(band="above", actor=world.users["steward"], now=timezone.now()).pk


def round_in_ideas_without_slug(world):
    round_in("ideas")(world)
    return {}


def draft_questions(world):
    build_projects(world)
    return {"pk": question_sets.draft_set(band="above", actor=world.users["steward"], now=timezone.now()).pk}


ROWS = [
    Row("funding:question_sets", **steward(200)),
    Row("funding:question_set_draft", method="post", data=lambda w: {"band": "up_to_5000"}, **steward(303)),
    Row("funding:question_set", used_set, **steward(200)),
    Row("funding:question_set", used_set, method="post", **steward(422)),
    Row("funding:interest_declare", **any_checkers(200)),
    Row("funding:interest_declare", method="post", **any_checkers(422, elsewhere=200)),
    Row("funding:review_queue", **any_checkers(200)),
    Row("funding:review_views", **any_checkers(200)),
    Row("funding:review_views", method="post", **any_checkers(422)),
    Row("funding:review_assign", **any_checkers(303)),
    Row("funding:review_assign", method="post", **any_checkers(303)),
    Row("funding:review", sent, **checkers(200)),
    Row("funding:review", sent, method="post", data=lambda w: {"what": "note"}, **checkers(422)),
    Row("funding:review", barred, **NOBODY, lead=200),
    Row("funding:review", lambda w: {"ref": w.draft.reference}, **NOBODY),
    Row("funding:review_decide", sent, **checkers(200)),
    Row("funding:review_decide", sent, method="post", data=lambda w: {"what": "refuse"}, **checkers(422)),
    Row("funding:review_decide", barred, **NOBODY, lead=200),
    Row("funding:review_appeal", sent, **NOBODY),
    Row("funding:review_appeal", sent, method="post", **NOBODY),
    Row("funding:review_partners", sent, **checkers(200)),
    Row("funding:review_partners", barred, **NOBODY, lead=200),
    Row("funding:review_partners", sent, method="post", **checkers(422)),
    Row("funding:change_requests", **any_checkers(200)),
    Row("funding:staff_rounds", **any_checkers(200)),
    Row("funding:staff_round", lambda w: {"slug": w.round_.slug}, **checkers(200)),
]  # fmt: skip
PAGES = [
    Page("funding:question_sets", "first versions", built, as_="steward"),
    Page("funding:question_set", "in use", used_set, as_="steward"),
    Page("funding:question_set", "a draft", draft_questions, as_="steward"),
    Page("funding:interest_declare", "a round to answer for", undeclared, as_="reviewer"),
    Page("funding:interest_declare", "errors", undeclared, as_="reviewer", method="post", status=422),
    Page("funding:interest_declare", "nothing waits", round_in_ideas_without_slug, as_="reviewer"),
    Page("funding:review_queue", "three to check", many_to_check, as_="reviewer"),
    Page("funding:review_queue", "with a kept view", kept_view, as_="reviewer", query="status=all"),
    Page("funding:review_views", "the form", built, as_="reviewer", query="query=q%3Dgarden"),
    Page("funding:review_views", "errors", built, as_="reviewer", method="post", status=422),
    Page("funding:staff_rounds", "two", built, as_="reviewer"),
    Page("funding:staff_rounds", "none", as_="reviewer"),
    Page("funding:staff_round", "in ideas", of_round, as_="lead"),
    Page("funding:review_queue", "not declared yet", undeclared, as_="reviewer"),
    Page("funding:review_queue", "nothing matches", many_to_check, as_="reviewer", query="q=submarine"),
    Page("funding:review_assign", "preview", assign_arguments, as_="lead", query="ref=TST-001&to=900001"),
    Page("funding:review", "not begun", checking, as_="reviewer"),
    Page("funding:review", "all rules met", begun, as_="reviewer"),
    Page("funding:review", "no words", begun, as_="reviewer", method="post", data={"what": "note"}, status=422),
    Page("funding:review_decide", "to decide", begun, as_="reviewer"),
    Page("funding:review_decide", "errors", begun, as_="reviewer", method="post", data={"what": "refuse"}, status=422),
    Page("funding:review_decide", "a second officer reads it", proposed, as_="lead"),
    Page("funding:review_decide", "the proposer waits", proposed, as_="reviewer"),
    Page("funding:review_partners", "one waits, one held, one clear", with_partners, as_="reviewer"),
    Page("funding:review_partners", "errors", with_partners, as_="reviewer", method="post", status=422),
    Page("funding:review_partners", "no partners", checking, as_="reviewer"),
    Page("funding:change_requests", "none", built, as_="reviewer"),
    Page("funding:change_requests", "one", changes_listed, as_="reviewer"),
    Page("funding:review_appeal", "the form", appealed, as_="steward"),
]
LISTS = [
    ListPage("funding:review_queue", many_to_check, as_="reviewer"),
]
