"""Hostile and odd input in every form of projects and checks: refused politely or stored exactly, never a 5xx."""

import csv
import io
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from funding.models import ApplicationPage, Attachment, Project, ProjectComment, Review
from funding.services import comments
from renewal.kernel.downloads import safe_cell
from tests.funding.catalogue import checks as check_pages
from tests.funding.catalogue import panels as panel_pages
from tests.funding.catalogue import projects as pages
from tests.support.catalogue import client_of
from tests.support.corpus import INPUT, MEGABYTE, ODD, REFUSED, VALUE
from tests.support.world import build_world

pytestmark = pytest.mark.django_db


def application(task, page=1):
    return lambda w: reverse("funding:application_task", kwargs=pages.application(w, task=task, page=page)), "member"


def review(name):
    return lambda w: reverse(f"funding:{name}", args=[w.sent.reference]), "reviewer"


def plain(name, part, **arguments):
    return lambda w: reverse(f"funding:{name}", kwargs={k: v(w) for k, v in arguments.items()}), part


FORMS = {
    **{
        f"{task} {number}": application(task, number)
        for task, count in (
            ("start", 1), ("about", 4), ("place", 2), ("existing", 1), ("costs", 2), ("partners", 1), ("volunteers", 1)
        )
        for number in range(1, count + 1)
    },
    "start a project": plain("project_start", "member", slug=lambda w: w.round_.slug),
    "comment": plain("project_comment", "person", slug=lambda w: w.round_.slug, ref=lambda w: w.sent.reference),
    "report": plain("comment_report", "person", comment=lambda w: w.comment.pk),
    "sort comments": plain("comment_answer", "reviewer", comment=lambda w: w.comment.pk),
    "review": review("review"), "decide": review("review_decide"),
    "declare": plain("interest_declare", "other_reviewer"), "give": plain("review_assign", "lead"),
    "keep a view": plain("review_views", "reviewer"), "panels": plain("panels", "lead"),
    "panel": plain("panel", "lead", pk=lambda w: w.panel.pk),
    "meeting": plain("panel_meeting", "lead", pk=lambda w: w.panel_meeting.pk),
    "question set": plain("question_set", "steward", pk=lambda w: check_pages.draft_questions_pk(w)),
    "carry": plain("application_carry", "member", group=lambda w: w.group.slug, ref=lambda w: w.draft.reference),
}  # fmt: skip


def build(part):
    world = build_world()
    pages.build(world)
    panel_pages.build(world)
    return world, client_of(world, part, raise_request_exception=False)


@pytest.mark.campaign
@pytest.mark.parametrize("name", FORMS)
def test_no_input_breaks_a_form(name, campaign):
    address, part = FORMS[name]
    world, client = build(part)
    url = address(world)
    page = client.get(url)
    html = page.content.decode() if page.status_code == 200 else ""
    names = sorted({*INPUT.findall(html), "what", "save", "revision", "rows"} - {"csrfmiddlewaretoken"})
    real = sorted({a or b for a, b in VALUE.findall(html)})
    dice = random.Random(f"2027 {name}")

    cases = campaign.size(small=12, long=500)
    for case in range(cases):
        values = {field: dice.choice(real if real and dice.random() < 0.5 else ODD) for field in names}
        data = {field: value for field, value in values.items() if dice.random() < 0.9}
        answer = client.post(url, data)
        assert answer.status_code in REFUSED, (answer.status_code, data)
        if case % 25 == 0:
            assert client.get(url).status_code in REFUSED
    campaign.record(f"{cases} posts to {name}: no 5xx")


@pytest.mark.parametrize("name", FORMS)
def test_a_paste_of_a_megabyte_is_refused_or_kept_whole(name):
    address, part = FORMS[name]
    world, client = build(part)
    url = address(world)
    names = set(INPUT.findall(client.get(url).content.decode())) - {"csrfmiddlewaretoken", "revision", "rows"}

    answer = client.post(url, dict.fromkeys(sorted(names)[:1] or ["x"], MEGABYTE) | {"save": "later", "what": "note"})

    assert answer.status_code in REFUSED
    for kept in ApplicationPage.objects.filter(typed__has_any_keys=list(names)):
        for values in kept.typed.values():
            assert all(len(value) in (len(MEGABYTE), *range(300)) for value in values), "cut short"


@pytest.mark.parametrize("text", ["\u202eevil", "zero\u200bwidth", "<b>x</b>", "=1+1", "Ό ΙΠΠΟΣ", "раypal", "‮⁦x⁩"])
def test_what_is_typed_in_an_application_is_kept_exactly_and_shown_escaped(text):
    world, client = build("member")
    url = reverse("funding:application_task", kwargs=pages.application(world, task="about", page=1))

    client.post(url, {"title": text, "summary": text, "save": "later"})

    assert world.draft.pages.get(task="about", page=1).typed["title"] == [text]
    assert "<b>x</b>" not in client.get(url).content.decode()


def test_a_comment_that_turns_the_text_round_does_not_reach_its_neighbours():
    world, client = build("person")
    comments.say(project_id=world.sent.pk, actor=world.users["person"], text="\u202eevil", language="en",
                 now=timezone.now())  # fmt: skip

    answer = client.get(reverse("funding:project_detail", args=[world.round_.slug, world.sent.reference]))

    assert answer.status_code == 200
    assert ProjectComment.objects.filter(text__contains="evil").exists()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "=HYPERLINK(", "@SUM("])
def test_a_spreadsheet_never_runs_what_was_typed(start):
    world, client = build("reviewer")
    Project.objects.filter(pk=world.sent.pk).update(title=f"{start}1+1")
    assert Review.objects.filter(project=world.sent).exists()

    rows = list(csv.reader(io.StringIO(client.get("/en/staff/projects/?format=csv").getvalue().decode())))

    cells = [cell for row in rows for cell in row if "1+1" in cell]
    assert cells
    assert all(cell[0] == "'" for cell in cells)
    assert safe_cell(f"{start}x") == f"'{start}x"


FILES = {
    "script in svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"),
    "html as jpeg": (b"<html><script>alert(1)</script></html>", "image/jpeg"),
    "archive": (b"PK\x03\x04" + b"\0" * 500, "application/zip"),
    "bomb": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\0\0\0\0\0\0\0", "image/png"),
    "pdf with script": (b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF",
                        "application/pdf"),
    "empty": (b"", "application/pdf"), "nul": (b"\0" * 100, "image/png"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_politely(name):
    world, client = build("member")
    content, kind = FILES[name]
    upload = SimpleUploadedFile("../../etc/passwd\u202egpj.exe", content, content_type=kind)
    url = reverse("funding:application_files", kwargs=pages.application(world))

    answer = client.post(url, {"purpose": "quote", "file": upload})

    assert answer.status_code == 422
    assert Attachment.objects.filter(project=world.draft).count() == 0
