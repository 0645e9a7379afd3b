"""Notices are written once, sent once, and forget the address."""

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from renewal.kernel.models import Heartbeat, Notice, OutboxMessage
from renewal.kernel.notices import deliver_notice, give_notice

pytestmark = pytest.mark.django_db


def give(**changes):
    about = Heartbeat.objects.get_or_create(name="x", defaults={"seen_at": timezone.now()})[0]
    fields = {
        "kind": "test", "person_id": 1, "address": "kelly@example.org", "language": "en",
        "subject": "Ashcombe Council: hello", "body": "One thing.", "about": about, "key": "test:1",
        "now": timezone.now(),
    }  # fmt: skip
    with transaction.atomic():
        return give_notice(**{**fields, **changes})


def test_the_same_key_is_one_notice_and_one_promise():
    give()
    give()

    assert (Notice.objects.count(), OutboxMessage.objects.filter(key__startswith="notice:").count()) == (1, 1)


def test_a_notice_is_sent_once_and_forgets_the_address():
    notice = give()

    deliver_notice(notice_id=notice.pk)
    deliver_notice(notice_id=notice.pk)

    notice.refresh_from_db()
    assert [message.subject for message in mail.outbox] == ["Ashcombe Council: hello"]
    assert (notice.address, notice.sent_at is not None) == ("", True)


def test_a_subject_cannot_carry_a_second_header():
    notice = give(subject="Hello\r\nBcc: all@example.org")

    deliver_notice(notice_id=notice.pk)

    assert mail.outbox[0].subject == "Hello Bcc: all@example.org"


def test_a_letter_is_kept_ready_to_print():
    notice = give(channel="letter", address="1 Mill Lane\nAshcombe")

    deliver_notice(notice_id=notice.pk)

    assert b"1 Mill Lane" in default_storage.open(f"letters/{notice.pk}.txt").read()
    assert mail.outbox == []
