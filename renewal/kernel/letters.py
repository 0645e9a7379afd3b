"""Notices of people without e-mail: set as letters, one tagged PDF a print run, in each reader's language.

A letter waits in its office's queue with its address. A run prints what waits, marks it sent and forgets the addresses;
the run's file is kept until the office's next run, so that a jam in the printer loses nothing.
"""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.context import HELP_PHONE
from renewal.kernel.errors import DomainError
from renewal.kernel.models import LetterRun, Notice
from renewal.kernel.pdf import make_pdf
from renewal.kernel.templatetags.page import day

TEMPLATE = "sheets/letter.typ"
MOST = 200  # letters of one run


class NothingToPrint(DomainError):
    """No letter waits."""


def waiting_letters(office_ids: list[int]) -> "QuerySet[Notice]":
    """Letters that wait to be printed by some offices, oldest first."""
    return Notice.objects.filter(channel="letter", sent_at=None, office_id__in=office_ids).order_by("created_at", "id")


@transaction.atomic
def print_letters(*, office_id: int, office: str, actor: Any, now: datetime) -> LetterRun:
    """Set an office's waiting letters in one PDF, mark them sent and forget the addresses. Raises NothingToPrint."""
    letters = list(waiting_letters([office_id]).select_for_update()[:MOST])
    if not letters:
        raise NothingToPrint(office_id=office_id)
    content = letters_pdf(letters, office=office, now=now)
    for old in LetterRun.objects.select_for_update().filter(office_id=office_id).exclude(file=""):
        default_storage.delete(old.file)
        LetterRun.objects.filter(pk=old.pk).update(file="")
    run = LetterRun.objects.create(office_id=office_id, made_by_id=actor.pk, made_at=now, count=len(letters))
    run.file = default_storage.save(f"letters/run-{run.pk}.pdf", ContentFile(content))
    run.save(update_fields=["file"])
    Notice.objects.filter(pk__in=[letter.pk for letter in letters]).update(sent_at=now, address="")
    record(actor=actor, action="letters.printed", subject=run, count=len(letters))
    return run


def letters_pdf(letters: list[Notice], *, office: str, now: datetime) -> bytes:
    """Set letters one after another, each in its own language, the address in the window."""
    pages = []
    for letter in letters:
        with translation.override(letter.language):
            pages.append(
                {
                    "lang": letter.language,
                    "address": letter.address.splitlines(),
                    "date": day(london_day(now)),
                    "office": office,
                    "subject": letter.subject,
                    "paragraphs": [part.strip() for part in letter.body.split("\n\n") if part.strip()],
                    "foot": _("Questions? Call us on %(phone)s. We can read this to you or send it in another form.")
                    % {"phone": HELP_PHONE},
                }
            )
    return make_pdf(TEMPLATE, {"title": office, "letters": pages}, made_at=now)
