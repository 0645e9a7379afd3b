"""Reports of residents' words, and the officers' pages that answer: who may open them, and their states."""

from django.utils import timezone

from funding.models import ProjectComment
from funding.services.moderation import answer_report, ask_to_show, report_text, text_of
from funding.services.priorities import comment_on_need
from tests.funding.catalogue.levels import gathering
from tests.funding.catalogue.projects import build as build_projects
from tests.funding.need_worlds import pk_of, suggested
from tests.funding.voice_worlds import hidden_question, question
from tests.funding.who import ANY_BODY, OFFICERS, OPEN, POST_OFFICERS
from tests.support.catalogue import ListPage, Page, Row


def comment(world):
    need = suggested(world)
    return comment_on_need(
        suggestion_id=need.pk, text="Ask Mr Reed about the key.", name="Dev", language="en", now=timezone.now()
    )


def project_comment(world):
    if "comment" not in vars(world):
        build_projects(world)
    return world.comment


def reported(world, *, text=None, browser="b1"):
    text = text or comment(world)
    return report_text(text=text, reason="personal", words="He is a neighbour.", browser=browser, now=timezone.now())


def hidden(world, text=None):
    report = reported(world, text=text)
    words = {"reason": "personal", "words": "It names a neighbour."}
    answer_report(report_id=report.pk, yes=True, actor=world.users["reviewer"], now=timezone.now(), **words)
    found = text_of(report)
    found.refresh_from_db()
    return found


def appealed(world, text=None):
    return ask_to_show(text=hidden(world, text), words="He is the caretaker.", browser="b2", now=timezone.now())


def settled(world):
    appeal = appealed(world)
    answer_report(
        report_id=appeal.pk, yes=False, reason="", words="He is not.", actor=world.users["other_lead"],
        now=timezone.now(),
    )  # fmt: skip
    return appeal.comment


def of(kind, make):
    def arguments(world):
        made = make(world)
        return {"kind": kind, "pk": made["pk"] if isinstance(made, dict) else made.pk}

    return arguments


def of_a_project(make):
    return lambda world: make(world, text=project_comment(world))


def many(world, count):
    for _ in range(count):
        reported(world)
        text = ProjectComment.objects.create(
            project=project_comment(world).project, author=world.users["person"], text="Buy now", at=timezone.now()
        )
        reported(world, text=text)
    return {}


def project_comment_hidden(world):
    text = hidden(world, project_comment(world))
    return {"slug": text.project.round.slug, "ref": text.project.reference}


def hidden_challenge(world):
    gathering(world)
    type(world.challenge).objects.filter(pk=world.challenge.pk).update(
        hidden_at=timezone.now(), hidden_reason="personal", hidden_words="It names a neighbour.",
        hidden_by=world.users["other_lead"], hidden_body=world.other_body,
    )  # fmt: skip
    return {"pk": world.challenge.pk}


ROWS = [
    Row("funding:text_report", of("comment", comment), **OPEN),
    Row("funding:text_report", of("challenge", gathering), **OPEN),
    Row("funding:text_report", of("project_comment", project_comment), **OPEN),
    Row("funding:text_report", lambda w: {"kind": "letter", "pk": 1}, others=404),
    Row("funding:text_report", of("comment", comment), method="post", others=422),
    Row("funding:text_queue", **ANY_BODY),
    Row("funding:text_answer", pk_of(reported), **OFFICERS),
    Row("funding:text_answer", pk_of(reported), method="post", **POST_OFFICERS),
    Row("funding:text_answer", pk_of(of_a_project(reported)), **OFFICERS),
    Row("funding:text_answer", pk_of(of_a_project(reported)), method="post", **POST_OFFICERS),
    Row(
        "funding:text_answer", pk_of(of_a_project(appealed)), stranger="sign-in", other_reviewer=200, other_lead=200,
        others=404,
    ),
    Row("funding:text_answer", pk_of(appealed), stranger="sign-in", other_reviewer=200, other_lead=200, others=404),
]  # fmt: skip
PAGES = [
    Page("funding:text_report", "words that are shown", of("comment", comment)),
    Page("funding:text_report", "a question", of("question", question)),
    Page("funding:text_report", "a hidden question", of("question", hidden_question)),
    Page("funding:text_report", "nothing chosen", of("comment", comment), method="post", status=422),
    Page("funding:text_report", "a comment on a project", of("project_comment", project_comment)),
    Page(
        "funding:text_report", "a hidden comment on a project",
        of("project_comment", lambda w: hidden(w, project_comment(w))),
    ),
    Page("funding:text_report", "looked at twice", of("comment", settled)),
    Page("funding:text_queue", "empty", as_="reviewer"),
    Page("funding:text_queue", "reports", lambda w: reported(w) and {}, as_="reviewer"),
    Page("funding:text_answer", "first look", pk_of(reported), as_="reviewer"),
    Page("funding:text_answer", "a comment on a project", pk_of(of_a_project(reported)), as_="reviewer"),
    Page("funding:text_answer", "nothing chosen", pk_of(reported), as_="reviewer", method="post", status=422),
    Page("funding:text_answer", "second look", pk_of(appealed), as_="other_reviewer"),
    Page(
        "funding:suggestion_detail", "a comment is hidden",
        lambda w: {"round": (text := hidden(w)).suggestion.round.slug, "ref": text.suggestion.ref},
    ),
    Page("funding:project_detail", "a comment is hidden", project_comment_hidden),
    Page("funding:challenge_detail", "words hidden", hidden_challenge),
]  # fmt: skip
LISTS = [ListPage("funding:text_queue", many, as_="reviewer")]
