"""Rounds, projects and applications."""

from datetime import date

from django.core.files.base import ContentFile
from django.utils import timezone

from communities.models import Membership, OfficerRole, User
from funding.models import Attachment, Partner, Project, QuestionSet
from funding.services import appeals, checks, comments, question_sets
from tests.factories.projects import (
    find_all_met,
    make_member,
    make_officer,
    make_project,
    make_refusal,
    make_round,
)
from tests.support.catalogue import ListPage, Page, Row


def build(world):
    now = timezone.now()
    world.round_ = make_round(world.area, world.body, now=now, prefix="TST", slug="upper-test-2027")
    world.draft = make_project(
        world.round_, group=world.group, number=1, state="draft", created_by=world.users["member"]
    )
    world.sent = make_project(world.round_, group=world.group, number=2)
    declared(world)
    undeclared_round = make_round(world.area, world.body, step="checks", now=now, prefix="UND")
    make_project(undeclared_round, group=world.group, number=1)
    world.barred = make_project(world.round_, group=world.group, number=3)
    checks.declare_interest(project_id=world.barred.pk, actor=world.users["reviewer"], kind="family", words="", now=now)
    world.comment = comments.say(
        project_id=world.sent.pk, actor=world.users["person"], text="When would it open?", language="en", now=now
    )
    world.file = Attachment.objects.create(
        project=world.sent,
        purpose="quote",
        name="quote.pdf",
        file=ContentFile(b"%PDF-1.4", name="quote.pdf"),
        kind="application/pdf",
        size=8,
        sha256="0" * 64,
        added_by=world.users["member"],
        added_at=now,
    )
    world.partner = Partner.objects.create(
        project=world.draft, group=world.other_group, role="Cooks", share_pence=100_00, invited_at=now
    )


def application(world, **more):
    return {"group": world.group.slug, "ref": world.draft.reference, **more}


def used_set(world):
    return {"pk": QuestionSet.objects.in_use().get(band="up_to_5000").pk}


CHECKER = {"stranger": "sign-in", "reviewer": 200, "lead": 200, "others": 404}
ANY_CHECKER = {
    "stranger": "sign-in", "reviewer": 200, "lead": 200, "other_reviewer": 200, "other_lead": 200, "others": 404
}  # fmt: skip
OWN = {"stranger": "sign-in", "member": 200, "others": 404}
ROWS = [
    Row("funding:round_detail", lambda w: {"slug": w.round_.slug}, others=200),
    Row("funding:vote", lambda w: {"slug": w.round_.slug}, others=200),
    Row("funding:project_start", lambda w: {"slug": w.round_.slug}, stranger="sign-in", others=200),
    Row("funding:project_list", lambda w: {"slug": w.round_.slug}, others=200),
    Row("funding:project_detail", lambda w: {"slug": w.round_.slug, "ref": w.sent.reference}, others=200),
    Row("funding:project_detail", lambda w: {"slug": w.round_.slug, "ref": w.draft.reference}, others=404),
    Row("funding:application_tasks", application, **OWN),
    Row("funding:application_check", application, **OWN),
    Row("funding:application_check", application, method="post", stranger="sign-in", member=422, others=404),
    Row("funding:application_sent", application, **OWN),
    Row("funding:application_declare", application, stranger="sign-in", member=303, others=404),
    Row("funding:application_feedback", application, **OWN),
    Row("funding:application_paper_download", application, **OWN),
    Row("funding:application_withdraw", application, **OWN),
    Row("funding:application_withdraw", application, method="post", stranger="sign-in", member=303, others=404),
    Row("funding:application_carry", application, **OWN),
    Row("funding:application_size", application, **OWN),
    Row("funding:application_size", application, method="post", stranger="sign-in", member=303, others=404),
    Row("funding:application_task", lambda w: application(w, task="about", page=1), **OWN),
    Row(
        "funding:application_task",
        lambda w: application(w, task="about", page=1),
        method="post",
        data=lambda w: {"title": "Beds", "save": "later"},
        stranger="sign-in",
        member=303,
        others=404,
    ),
    Row(
        "funding:partner_sign",
        lambda w: {"partner": w.partner.pk},
        stranger="sign-in",
        other_member=200,
        others=404,
    ),
    Row(
        "funding:partner_sign",
        lambda w: {"partner": w.partner.pk},
        method="post",
        stranger="sign-in",
        other_member=303,
        others=404,
    ),
    Row("funding:application_appeal", application, stranger="sign-in", member=303, others=404),
    Row("funding:application_files", application, **OWN),
    Row("funding:application_files", application, method="post", stranger="sign-in", member=422, others=404),
    Row(
        "funding:project_file",
        lambda w: {"attachment": w.file.pk},
        stranger="sign-in",
        member=200,
        reviewer=200,
        lead=200,
        others=404,
    ),
    Row(
        "funding:project_comment",
        lambda w: {"slug": w.round_.slug, "ref": w.sent.reference},
        stranger="sign-in",
        others=200,
    ),
    Row(
        "funding:project_comment",
        lambda w: {"slug": w.round_.slug, "ref": w.sent.reference},
        method="post",
        stranger="sign-in",
        others=422,
    ),
    Row("funding:comment_report", lambda w: {"comment": w.comment.pk}, stranger="sign-in", others=200),
    Row("funding:comment_report", lambda w: {"comment": w.comment.pk}, method="post", stranger="sign-in", others=422),
    Row("funding:comment_queue", **ANY_CHECKER),
    Row(
        "funding:comment_answer",
        lambda w: {"comment": w.comment.pk},
        method="post",
        data=lambda w: {"what": "leave"},
        stranger="sign-in",
        reviewer=303,
        lead=303,
        others=404,
    ),
    Row("funding:question_sets", stranger="sign-in", steward=200, others=404),
    Row(
        "funding:question_set_draft",
        method="post",
        data=lambda w: {"band": "up_to_5000"},
        stranger="sign-in",
        steward=303,
        others=404,
    ),
    Row("funding:question_set", used_set, stranger="sign-in", steward=200, others=404),
    Row("funding:question_set", used_set, method="post", stranger="sign-in", steward=422, others=404),
    Row("funding:application_appeal", application, method="post", stranger="sign-in", member=303, others=404),
    Row("funding:project_start", lambda w: {"slug": w.round_.slug}, method="post", stranger="sign-in", others=422),
    Row("funding:application_declare", application, method="post", stranger="sign-in", member=303, others=404),
    Row("funding:application_carry", application, method="post", stranger="sign-in", member=303, others=404),
    Row(
        "funding:interest_declare",
        method="post",
        stranger="sign-in",
        reviewer=422,
        lead=422,
        other_reviewer=200,
        other_lead=200,
        others=404,
    ),
    Row(
        "funding:review_assign",
        method="post",
        stranger="sign-in",
        reviewer=303,
        lead=303,
        other_reviewer=303,
        other_lead=303,
        others=404,
    ),
    Row(
        "funding:review",
        lambda w: {"ref": w.sent.reference},
        method="post",
        data=lambda w: {"what": "note"},
        stranger="sign-in",
        reviewer=422,
        lead=422,
        others=404,
    ),
    Row(
        "funding:review_decide",
        lambda w: {"ref": w.sent.reference},
        method="post",
        data=lambda w: {"what": "refuse"},
        stranger="sign-in",
        reviewer=422,
        lead=422,
        others=404,
    ),
    Row("funding:review_appeal", lambda w: {"ref": w.sent.reference}, method="post", stranger="sign-in", others=404),
    Row("funding:interest_declare", **ANY_CHECKER),
    Row("funding:review_queue", **ANY_CHECKER),
    Row("funding:change_requests", **ANY_CHECKER),
    Row(
        "funding:review_assign",
        stranger="sign-in",
        reviewer=303,
        lead=303,
        other_reviewer=303,
        other_lead=303,
        others=404,
    ),
    Row("funding:review", lambda w: {"ref": w.sent.reference}, **CHECKER),
    Row("funding:review", lambda w: {"ref": w.barred.reference}, stranger="sign-in", lead=200, others=404),
    Row("funding:review", lambda w: {"ref": w.draft.reference}, stranger="sign-in", others=404),
    Row("funding:review_decide", lambda w: {"ref": w.sent.reference}, **CHECKER),
    Row("funding:review_decide", lambda w: {"ref": w.barred.reference}, stranger="sign-in", lead=200, others=404),
    Row("funding:review_appeal", lambda w: {"ref": w.sent.reference}, stranger="sign-in", others=404),
]


def round_in(step, **more):
    def made(world):
        now = timezone.now()
        world.round_ = make_round(
            world.area, world.body, step=step, now=now, prefix="TST", slug="upper-test-2027", **more
        )
        return {"slug": world.round_.slug}

    return made


def with_projects(world, count=3):
    arguments = round_in("checks")(world)
    for number in range(1, count + 1):
        make_project(world.round_, group=world.group, number=number, state="passed")
    return arguments


def project_in(state, **more):
    def made(world):
        round_in("checks")(world)
        project = make_project(world.round_, group=world.group, number=1, state=state, **more)
        return {"slug": world.round_.slug, "ref": project.reference}

    return made


def declared(world):
    for part in ("reviewer", "lead"):
        checks.declare_for_round(round_id=world.round_.pk, actor=world.users[part], links={}, now=timezone.now())


def passed_project(world):
    round_in("checks")(world)
    declared(world)
    project = make_project(world.round_, group=world.group, number=1)
    find_all_met(project, world.users["reviewer"])
    checks.pass_project(project_id=project.pk, actor=world.users["reviewer"], words="", words_cy="", now=timezone.now())
    return {"slug": world.round_.slug, "ref": project.reference}


def refused_project(world):
    round_in("checks")(world)
    declared(world)
    project = make_project(world.round_, group=world.group, number=1)
    make_refusal(project, world.users["reviewer"], world.users["lead"])
    return {"slug": world.round_.slug, "ref": project.reference}


def drafted(world):
    build(world)
    return application(world)


def page_of(task, page=1):
    def made(world):
        build(world)
        return application(world, task=task, page=page)

    return made


def large(world):
    build(world)
    world.draft.lines.create(position=9, item="Roof", colour="capital", amount_pence=2_000_000)
    world.draft.__class__.objects.filter(pk=world.draft.pk).update(capital_pence=2_500_000)
    return application(world, task="suppliers", page=1)


def declaring(world):
    build(world)
    second = make_member(world.group, "second")
    Membership.objects.filter(user=second).update(role="editor")
    world.draft.__class__.objects.filter(pk=world.draft.pk).update(state="declaring", signed_by=second)
    return application(world)


def refused_application(world):
    refused_project(world)
    return {"group": world.group.slug, "ref": "TST-001"}


def changes_asked(world):
    build(world)
    now = timezone.now()
    checks.ask_for_changes(
        project_id=world.sent.pk, actor=world.users["reviewer"], words="Say who keeps the key.", words_cy="",
        tasks=["about", "costs"], group_replies_by=now.date().replace(year=now.year + 1), now=now,
    )  # fmt: skip
    return {"group": world.group.slug, "ref": world.sent.reference}


def late(world):
    build(world)
    world.draft.__class__.objects.filter(pk=world.draft.pk).update(state="late", ended_at=timezone.now())
    return application(world)


def partner(world):
    build(world)
    return {"partner": world.partner.pk}


def checking(world):
    build(world)
    return {"ref": world.sent.reference}


def begun(world):
    build(world)
    find_all_met(world.sent, world.users["reviewer"])
    return {"ref": world.sent.reference}


def proposed(world):
    build(world)
    checks.give_help(
        project_id=world.sent.pk, actor=world.users["reviewer"], kind="help", minutes=30, now=timezone.now()
    )
    checks.propose_refusal(
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


def round_in_ideas_without_slug(world):
    round_in("ideas")(world)
    return {}


def with_comments(world):
    build(world)
    comments.say(
        project_id=world.sent.pk,
        actor=world.users["member"],
        text="In spring.",
        language="en",
        now=timezone.now(),
        reply_to_id=world.comment.pk,
    )
    return {"slug": world.round_.slug, "ref": world.sent.reference}


def commenting(world):
    build(world)
    return {"slug": world.round_.slug, "ref": world.sent.reference}


def reported(world):
    build(world)
    comments.report(comment_id=world.comment.pk, actor=world.users["member"], reason="advert", now=timezone.now())
    return {}


def comment_page(world):
    build(world)
    return {"comment": world.comment.pk}


def draft_questions(world):
    build(world)
    return {"pk": question_sets.draft_set(band="above", actor=world.users["steward"], now=timezone.now()).pk}


def built(world):
    build(world)
    return {}


NAME = {"title": "", "summary": "Eight beds.", "save": "on"}
PAGES = [
    *(Page("funding:round_detail", f"step {step}", round_in(step)) for step in ("priorities", "ideas", "checks")),
    *(Page("funding:round_detail", f"step {step}", round_in(step)) for step in ("vote", "result", "delivery")),
    Page("funding:vote", "not open yet", round_in("ideas")),
    Page("funding:vote", "over", round_in("delivery")),
    Page("funding:project_list", "three projects", with_projects),
    Page("funding:project_list", "nothing matches", with_projects, query="q=submarine&cost=over-10000"),
    Page("funding:project_list", "none yet", round_in("ideas")),
    Page("funding:project_detail", "passed, with reasons", passed_project),
    Page("funding:project_detail", "refused, with reasons", refused_project),
    Page("funding:project_detail", "being checked", project_in("sent")),
    Page("funding:project_detail", "withdrawn", project_in("withdrawn")),
    Page("funding:project_detail", "long text", project_in("sent", title="Ll" * 60, summary="word " * 59)),
    Page("funding:project_start", "a member", round_in("ideas"), as_="member"),
    Page("funding:project_start", "without a group", round_in("ideas"), as_="person"),
    Page("funding:project_start", "not open", round_in("vote"), as_="member"),
    Page("funding:project_start", "errors", round_in("ideas"), as_="member", method="post", status=422),
    Page("funding:application_tasks", "a draft", drafted, as_="member"),
    Page("funding:application_tasks", "changes needed", changes_asked, as_="member"),
    Page("funding:application_tasks", "not sent in time", late, as_="member"),
    Page("funding:application_tasks", "refused", refused_application, as_="member"),
    *(
        Page("funding:application_task", f"{task} {page}", page_of(task, page), as_="member")
        for task, page in [
            ("start", 1),
            ("about", 1),
            ("about", 2),
            ("about", 3),
            ("about", 4),
            ("place", 1),
            ("place", 2),
            ("existing", 1),
            ("costs", 1),
            ("costs", 2),
            ("partners", 1),
            ("volunteers", 1),
        ]
    ),
    Page("funding:application_task", "suppliers", large, as_="member"),
    Page("funding:application_task", "errors", page_of("about"), as_="member", method="post", data=NAME, status=422),
    Page("funding:application_check", "unfinished", drafted, as_="member"),
    Page("funding:application_check", "errors", drafted, as_="member", method="post", status=422),
    Page("funding:application_declare", "second member", declaring, as_="member"),
    Page("funding:application_sent", "waiting for the second member", declaring, as_="member"),
    Page("funding:application_feedback", "empty", drafted, as_="member"),
    Page("funding:application_feedback", "refused", refused_application, as_="member"),
    Page("funding:application_feedback", "changes", changes_asked, as_="member"),
    Page("funding:application_withdraw", "draft", drafted, as_="member"),
    Page("funding:application_size", "one press", drafted, as_="member"),
    Page("funding:application_carry", "a round is open", late, as_="member"),
    Page("funding:partner_sign", "to sign", partner, as_="other_member"),
    Page("funding:project_detail", "with comments", with_comments),
    Page("funding:application_files", "empty", drafted, as_="member"),
    Page("funding:application_files", "errors", drafted, as_="member", method="post", status=422),
    Page("funding:project_comment", "the form", commenting, as_="person"),
    Page("funding:project_comment", "errors", commenting, as_="person", method="post", status=422),
    Page("funding:comment_report", "the form", comment_page, as_="person"),
    Page("funding:comment_report", "errors", comment_page, as_="person", method="post", status=422),
    Page("funding:comment_queue", "one reported", reported, as_="reviewer"),
    Page("funding:comment_queue", "empty", built, as_="reviewer"),
    Page("funding:question_sets", "first versions", built, as_="steward"),
    Page("funding:question_set", "in use", used_set, as_="steward"),
    Page("funding:question_set", "a draft", draft_questions, as_="steward"),
    Page("funding:application_appeal", "the form", refused_application, as_="member"),
    Page("funding:application_appeal", "errors", refused_application, as_="member", method="post", status=422),
    Page("funding:interest_declare", "a round to answer for", undeclared, as_="reviewer"),
    Page("funding:interest_declare", "errors", undeclared, as_="reviewer", method="post", status=422),
    Page("funding:interest_declare", "nothing waits", round_in_ideas_without_slug, as_="reviewer"),
    Page("funding:review_queue", "three to check", many_to_check, as_="reviewer"),
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
    Page("funding:change_requests", "none", built, as_="reviewer"),
    Page("funding:change_requests", "one", changes_listed, as_="reviewer"),
    Page("funding:review_appeal", "the form", appealed, as_="steward"),
]
LISTS = [
    ListPage("funding:project_list", with_projects),
    ListPage("funding:review_queue", many_to_check, as_="reviewer"),
]
