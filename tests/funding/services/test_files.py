"""Files: few kinds, judged by their bytes, pictures drawn anew."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from funding.models import Attachment
from funding.services import files
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, make_project, make_round

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"


def upload(content: bytes, name: str = "file.bin", kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def picture(form: str = "JPEG", **how) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, form, **how)
    return out.getvalue()


def test_a_photo_loses_where_it_was_taken():
    exif = Image.Exif()
    exif[0x010E] = "Kelly’s kitchen"
    exif.get_ifd(0x8825)[1] = "N"

    content, kind, ending = files.clean_file(upload(picture(exif=exif)))

    assert (kind, ending) == ("image/jpeg", "jpg")
    assert dict(Image.open(io.BytesIO(content)).getexif()) == {}
    assert b"kitchen" not in content


def test_a_picture_that_is_also_a_web_page_or_an_archive_keeps_only_the_picture():
    content, _, _ = files.clean_file(upload(picture("PNG") + b"<script>alert(1)</script>PK\x05\x06"))

    assert b"<script" not in content
    assert b"PK\x05\x06" not in content


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>",
        b"MZ\x90\x00",
        b"",
        b"GIF89a" + b"\0" * 20,
        picture()[:60],
        b"%PDF-1.4 no end",
        PDF.replace(b"<<>>", b"<</OpenAction 2 0 R>>"),
        PDF.replace(b"<<>>", b"<</S /JavaScript /JS (app.alert(1))>>"),
        PDF + b"PK\x05\x06" + b"\0" * 18,
        PDF + b"<script>alert(1)</script>",
    ],
)
def test_what_is_not_a_plain_picture_or_document_is_refused_politely(content):
    with pytest.raises(files.FileNotAllowed):
        files.clean_file(upload(content))


def test_a_plain_pdf_is_kept_as_it_is():
    assert files.clean_file(upload(PDF, kind="text/html")) == (PDF, "application/pdf", "pdf")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(bomb, "PNG")

    with pytest.raises(files.FileTooBig):
        files.clean_file(upload(bomb.getvalue()))


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 100)

    with pytest.raises(files.FileTooBig):
        files.clean_file(upload(b"%PDF-" + b"x" * 200))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd"),
        ("C:\\docs\\Quote 1.pdf", "Quote 1"),
        ("photo\u202egpj.exe", "photogpj"),
        ("", "file"),
        ("x" * 300 + ".jpg", "x" * 80),
    ],
)
def test_names_are_harmless(typed, kept):
    assert files.safe_name(typed) == kept


@pytest.fixture
def project(db):
    for name in default_storage.listdir("projects")[1] if default_storage.exists("projects") else []:
        default_storage.delete(f"projects/{name}")  # the memory that stands for a disk keeps files of tests before
    areas = make_country()
    return make_project(make_round(areas["ASH-N"], make_council(areas["ASH"])), state="draft")


def add(project, content=PDF):
    return files.add_file(
        project_id=project.pk, actor=project.created_by, purpose="quote", upload=upload(content), now=timezone.now()
    )


def remove(attachment):
    files.remove_file(attachment_id=attachment.pk, actor=attachment.added_by, now=timezone.now())


def lying_there():
    return {f"projects/{name}" for name in default_storage.listdir("projects")[1]}


def test_the_bytes_of_a_removed_file_go_after_a_day_and_its_row_stays(project):
    gone, kept = add(project), add(project, PDF.replace(b"<<>>", b"<</A 1>>"))
    remove(gone)

    assert files.delete_unreferenced_bytes(now=timezone.now() + timedelta(hours=23)) == 0
    assert files.delete_unreferenced_bytes(now=timezone.now() + timedelta(hours=25)) == 1

    assert lying_there() == {kept.file.name}
    assert set(Attachment.objects.values_list("pk", flat=True)) == {gone.pk, kept.pk}


def test_bytes_that_an_undone_request_left_go_after_a_day(project):
    kept = add(project)
    default_storage.save("projects/undone.pdf", ContentFile(PDF))

    assert files.delete_unreferenced_bytes(now=timezone.now()) == 0
    assert files.delete_unreferenced_bytes(now=timezone.now() + timedelta(hours=25)) == 1

    assert lying_there() == {kept.file.name}


def test_bytes_that_another_row_refers_to_stay(project):
    first = add(project)
    Attachment.objects.create(
        project=project, purpose="plan", name="again.pdf", file=first.file.name, kind=first.kind, size=first.size,
        sha256=first.sha256, added_by=first.added_by, added_at=first.added_at,
    )  # fmt: skip
    remove(first)

    assert files.delete_unreferenced_bytes(now=timezone.now() + timedelta(hours=25)) == 0
    assert lying_there() == {first.file.name}


def test_a_job_killed_half_way_leaves_the_rest_to_the_next_night(project, monkeypatch):
    for number in range(3):
        remove(add(project, PDF.replace(b"<<>>", b"<</A %d>>" % number)))
    deleted, delete, later = [], default_storage.delete, timezone.now() + timedelta(hours=25)

    def delete_one(name):
        if deleted:
            raise KeyboardInterrupt
        deleted.append(name)
        delete(name)

    monkeypatch.setattr(default_storage, "delete", delete_one)
    with pytest.raises(KeyboardInterrupt):
        files.delete_unreferenced_bytes(now=later)
    monkeypatch.undo()

    assert files.delete_unreferenced_bytes(now=later) == 2
    assert lying_there() == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "days", "is_kept"), [("late", 366, False), ("late", 364, True), ("draft", 366, True)]
)
def test_files_of_what_was_never_sent_go_after_a_year(state, days, is_kept):
    areas = make_country()
    project = make_project(make_round(areas["ASH-N"], make_council(areas["ASH"])), state=state)
    attachment = Attachment.objects.create(
        project=project, purpose="photo", name="Beds", file=SimpleUploadedFile("beds.jpg", picture()),
        kind="image/jpeg", size=1, sha256="0" * 64, added_by=project.created_by, added_at=NOW - timedelta(days=days),
    )  # fmt: skip

    assert files.forget_files_of_unsent(now=NOW) == (not is_kept)

    assert Attachment.objects.exists() == is_kept
    assert attachment.file.storage.exists(attachment.file.name) == is_kept
    attachment.file.delete(save=False)
