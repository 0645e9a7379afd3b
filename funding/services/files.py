"""Files of a project: few kinds, one size limit, pictures drawn anew without what a camera hides in them."""

import hashlib
import io
import logging
import re
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from PIL import Image, UnidentifiedImageError

from communities.models import User
from funding.models import Attachment, ProjectState
from funding.services.applications import writable
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError

logger = logging.getLogger(__name__)
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_FILES = 12
LONGEST_SIDE = 2400
UNSENT_KEPT = timedelta(days=365)
UNREFERENCED_KEPT = timedelta(days=1)  # longer than any request that has written bytes and not yet its row
# Things in a PDF that can run, open or carry something else.
ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|OpenAction|AA)\b")


class FileTooBig(DomainError):
    """The file is larger than the limit; carries ``most`` in bytes."""


class FileNotAllowed(DomainError):
    """The file is not one of the kinds we take, or carries something that can run."""


class TooManyFiles(DomainError):
    """The project has as many files as it may have; carries ``most``."""


def clean_file(upload: "UploadedFile[bytes]") -> tuple[bytes, str, str]:
    """Return the bytes we keep, their media type and ending; raises FileTooBig or FileNotAllowed.

    The name and the type a browser claims are ignored: what the bytes are decides.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise FileTooBig(most=MOST_BYTES)
    raw = upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise FileTooBig(most=MOST_BYTES)
    if raw.startswith(b"%PDF-"):
        return _clean_pdf(raw), "application/pdf", "pdf"
    return _redraw(raw), "image/jpeg", "jpg"


def _clean_pdf(raw: bytes) -> bytes:
    """Take a PDF as it is, unless it can run something or is a second file at the same time."""
    tail = raw[-2048:]
    if b"%%EOF" not in tail or raw.rfind(b"PK\x05\x06") != -1 or ACTIVE_PDF.search(raw):
        raise FileNotAllowed(kind="pdf")
    if raw[raw.rfind(b"%%EOF") + 5 :].strip(b"\r\n\0 "):
        raise FileNotAllowed(kind="pdf")
    return raw


def _redraw(raw: bytes) -> bytes:
    """Draw a JPEG, PNG or WebP anew: what is not a picture goes, where and by whom it was taken too."""
    try:
        with Image.open(io.BytesIO(raw), formats=["JPEG", "PNG", "WEBP"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise FileTooBig(most=MOST_PIXELS)
            upright = _upright(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            clean = Image.new("RGB", upright.size, "white")
            if upright.mode in ("RGBA", "LA", "PA"):
                with_alpha = upright.convert("RGBA")
                clean.paste(with_alpha, mask=with_alpha.getchannel("A"))
            else:
                clean.paste(upright.convert("RGB"))
    except FileTooBig:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as wrong:
        raise FileNotAllowed(kind=type(wrong).__name__) from None
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    from PIL import ImageOps

    return ImageOps.exif_transpose(picture)


def safe_name(name: str) -> str:
    """Keep a file's name readable and harmless: no path, no control or direction marks, at most 80 characters."""
    plain = re.sub(
        r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", name.replace("\\", "/").rsplit("/", 1)[-1]
    )
    stem = plain.rsplit(".", 1)[0].strip(". ") or "file"
    return stem[:80]


@transaction.atomic
def add_file(*, project_id: int, actor: User, purpose: str, upload: "UploadedFile[bytes]", now: datetime) -> Attachment:
    """Keep a cleaned file with a project that is being written; the same bytes twice are one row."""
    project = writable(project_id=project_id, actor=actor)
    content, kind, ending = clean_file(upload)
    digest = hashlib.sha256(content).hexdigest()
    kept = Attachment.objects.filter(project=project, sha256=digest, purpose=purpose, removed_at__isnull=True).first()
    if kept is not None:
        return kept
    if project.attachments.filter(removed_at__isnull=True).count() >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    attachment = Attachment(
        project=project, purpose=Attachment.Purpose(purpose), name=f"{safe_name(upload.name or '')}.{ending}",
        kind=kind,
        size=len(content), sha256=digest, added_by=actor, added_at=now,
    )  # fmt: skip
    attachment.file.save(f"{project.reference}-{digest[:16]}.{ending}", ContentFile(content), save=True)
    record(actor=actor, action="project.file_added", subject=project, attachment_id=attachment.pk, size=len(content))
    return attachment


@transaction.atomic
def remove_file(*, attachment_id: int, actor: User, now: datetime) -> None:
    """Take a file off a project that is being written; its row stays with the day it went, its bytes go in a night.

    They go with ``delete_unreferenced_bytes``, long after this has committed or been undone.
    """
    attachment = Attachment.objects.select_related("project").get(pk=attachment_id)
    writable(project_id=attachment.project_id, actor=actor)
    if Attachment.objects.filter(pk=attachment_id, removed_at__isnull=True).update(removed_at=now):
        record(actor=actor, action="project.file_removed", subject=attachment.project, attachment_id=attachment_id)


def forget_files_of_unsent(*, now: datetime) -> int:
    """Delete the files of applications that were never sent, a year after they were added; returns how many."""
    old = Attachment.objects.filter(
        project__state__in=[ProjectState.LATE, ProjectState.WITHDRAWN],
        project__sent_at__isnull=True,
        added_at__lt=now - UNSENT_KEPT,
    )
    count = 0
    for attachment in old.order_by("pk"):
        attachment.file.delete(save=False)
        attachment.delete()
        count += 1
    return count


def delete_unreferenced_bytes(*, now: datetime) -> int:
    """Delete from the disk, after a day, what no file on a project refers to; returns how many.

    That is what was taken off a project, and what a request left that was undone or killed. It starts from what lies
    there, so a run that is killed half-way leaves to the next what it did not reach.
    """
    storage, folder = Attachment.file.field.storage, Attachment.FOLDER
    if not storage.exists(folder):
        return 0
    names = [f"{folder}{name}" for name in storage.listdir(folder)[1]]
    since = now - UNREFERENCED_KEPT
    deleted = 0
    for start in range(0, len(names), 500):
        some = names[start : start + 500]
        rows = Attachment.objects.filter(Q(removed_at=None) | Q(removed_at__gt=since), file__in=some)
        for name in set(some) - set(rows.values_list("file", flat=True)):
            if storage.get_modified_time(name) < since:
                storage.delete(name)
                deleted += 1
    logger.info("bytes without a file deleted", extra={"deleted": deleted, "looked_at": len(names)})
    return deleted
