"""Notices are written once, sent once, and forget the address."""

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from communities.models import User
from renewal.kernel.letters import NothingToPrint, print_letters, waiting_letters
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


def test_a_letter_waits_for_the_print_run_of_its_office_and_forgets_the_address():
    notice = give(channel="letter", address="1 Mill Lane\nAshcombe", office_id=7)
    give(channel="letter", address="2 Mill Lane", office_id=8, key="test:2")
    deliver_notice(notice_id=notice.pk)
    assert OutboxMessage.objects.count() == 0
    actor = User.objects.create(email="owen@example.org", name="Owen")

    run = print_letters(office_id=7, office="Ashcombe Council", actor=actor, now=timezone.now())

    notice.refresh_from_db()
    assert (run.count, notice.address, notice.sent_at is not None, mail.outbox) == (1, "", True, [])
    with default_storage.open(run.file) as file:
        assert file.read()[:5] == b"%PDF-"
    assert waiting_letters([7, 8]).count() == 1
    with pytest.raises(NothingToPrint):
        print_letters(office_id=7, office="Ashcombe Council", actor=actor, now=timezone.now())


def test_the_file_of_a_run_goes_with_the_next_run():
    actor = User.objects.create(email="owen@example.org", name="Owen")
    files = []
    for number in (1, 2):
        give(channel="letter", address="1 Mill Lane", language=("en", "cy")[number - 1], office_id=7, key=f"t:{number}")
        files.append(print_letters(office_id=7, office="Ashcombe", actor=actor, now=timezone.now()).file)

    assert [default_storage.exists(name) for name in files] == [False, True]
