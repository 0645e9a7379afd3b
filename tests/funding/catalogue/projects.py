"""Rounds, projects and applications."""

from django.core.files.base import ContentFile
from django.utils import timezone

from communities.models import Membership
from funding.models import Attachment, Partner
from funding.services import comments, decisions, declarations
from tests.factories.projects import find_all_met, make_member, make_project, make_refusal, make_round
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
    declarations.declare_interest(
        project_id=world.barred.pk, actor=world.users["reviewer"], kind="family", words="", now=now
    )
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
    Row("funding:application_appeal", application, method="post", stranger="sign-in", member=303, others=404),
    Row("funding:project_start", lambda w: {"slug": w.round_.slug}, method="post", stranger="sign-in", others=422),
    Row("funding:application_declare", application, method="post", stranger="sign-in", member=303, others=404),
    Row("funding:application_carry", application, method="post", stranger="sign-in", member=303, others=404),
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
        declarations.declare_for_round(round_id=world.round_.pk, actor=world.users[part], links={}, now=timezone.now())


def passed_project(world):
    round_in("checks")(world)
    declared(world)
    project = make_project(world.round_, group=world.group, number=1)
    find_all_met(project, world.users["reviewer"])
    decisions.pass_project(
        project_id=project.pk, actor=world.users["reviewer"], words="", words_cy="", now=timezone.now()
    )
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
    decisions.ask_for_changes(
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
    Page("funding:project_list", "on a map", with_projects, query="view=map"),
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
    Page("funding:application_appeal", "the form", refused_application, as_="member"),
    Page("funding:application_appeal", "errors", refused_application, as_="member", method="post", status=422),
]
LISTS = [
    ListPage("funding:project_list", with_projects),
]
