"""Odd text, formulas and hostile files about projects: refused politely or stored exactly.

Every form is in test_bad_applications.py and test_bad_projects.py.
"""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from funding.models import Attachment, Project, ProjectComment, Review
from funding.services import comments
from renewal.kernel.downloads import safe_cell
from tests.funding.catalogue import panels as panel_pages
from tests.funding.catalogue import projects as pages
from tests.support.catalogue import client_of
from tests.support.world import build_world

pytestmark = pytest.mark.django_db


def build(part):
    world = build_world()
    pages.build(world)
    panel_pages.build(world)
    return world, client_of(world, part, raise_request_exception=False)


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
