"""Large batches of letters: a worker sets them part by part, once, however often it dies; one browser reads them."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from renewal.kernel.models import OutboxMessage, OutboxState
from renewal.kernel.outbox import perform
from tests.factories.communities import UserFactory
from tests.factories.voting import poll_open_now
from voting.models import LetterJob, LetterPart, LetterRequest, VotingCode
from voting.services import letter_jobs
from voting.services.letter_jobs import (
    ask_for_code_letters,
    end_letter_job,
    end_old_letter_jobs,
    read_letter_part,
    set_letter_part,
)
from voting.services.letters import request_letter
from voting.services.roll import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def parts_of_two(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(letter_jobs, "PART", 2)
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": files}


def asked(poll, count=5):
    return ask_for_code_letters(poll_id=poll.pk, count=count, language="en", actor=UserFactory(), now=timezone.now())


def work_of(job):
    """Do what waits in the outbox for a job, as a worker does."""
    keys = [f"voting.letters:{part.pk}" for part in job.parts.all()]
    for message in OutboxMessage.objects.filter(key__in=keys, state=OutboxState.WAITING):
        perform(message_id=message.pk, now=timezone.now())


def pages(job, key):
    parts = LetterPart.objects.filter(job=job).order_by("number")
    return [len(pikepdf.open(io.BytesIO(read_letter_part(part, private_key=key))).pages) for part in parts]


def test_a_large_batch_is_set_in_parts_and_requests_come_first():
    poll = poll_open_now()
    for number in range(3):
        person = Person(f"A {'BCD'[number]}", "1", "ZZ1 1AA")
        request_letter(poll_id=poll.pk, kind="code", person=person, language="en", now=timezone.now())

    job, key = asked(poll)
    assert not VotingCode.objects.exists()
    work_of(job)

    assert pages(job, key) == [2, 2, 1]
    assert VotingCode.objects.filter(poll=poll).count() == 5
    assert not LetterRequest.objects.exclude(name="").exists()


def test_only_the_browser_that_asked_can_read_the_files():
    job, _key = asked(poll_open_now(), count=2)
    work_of(job)
    part = job.parts.get()

    assert read_letter_part(part, private_key=b"x" * 32) is None
    assert read_letter_part(part, private_key=b"") is None
    with default_storage.open(part.file) as file:
        assert b"%PDF" not in file.read()


def test_work_that_is_done_twice_makes_each_code_once():
    job, key = asked(poll_open_now())
    for part in job.parts.all():
        set_letter_part(part_id=part.pk)
        set_letter_part(part_id=part.pk)

    assert pages(job, key) == [2, 2, 1]
    assert VotingCode.objects.count() == 5


@pytest.mark.parametrize("dies_at", ["before the file", "after the file"])
def test_a_worker_that_dies_leaves_no_code_and_the_next_one_finishes(monkeypatch, dies_at):
    poll = poll_open_now()
    request_letter(
        poll_id=poll.pk, kind="code", person=Person("A B", "1", "ZZ1 1AA"), language="en", now=timezone.now()
    )
    job, key = asked(poll, count=2)
    message = OutboxMessage.objects.get(key=f"voting.letters:{job.parts.get().pk}")
    seal, save = letter_jobs.seal_file, LetterPart.save

    def die(*arguments, **facts):
        raise SystemExit(137)

    target = (letter_jobs, "seal_file") if dies_at == "before the file" else (LetterPart, "save")
    monkeypatch.setattr(*target, die)
    with pytest.raises(SystemExit):
        perform(message_id=message.pk, now=timezone.now())
    assert not VotingCode.objects.exists()
    assert LetterRequest.objects.exclude(name="").count() == 1

    monkeypatch.setattr(letter_jobs, "seal_file", seal)
    monkeypatch.setattr(LetterPart, "save", save)
    assert perform(message_id=message.pk, now=timezone.now())
    assert not perform(message_id=message.pk, now=timezone.now())

    assert pages(job, key) == [2]
    assert VotingCode.objects.count() == 2


def test_files_end_when_they_are_printed_or_old_and_lost_ones_make_their_codes_worthless():
    poll, clerk, now = poll_open_now(), UserFactory(), timezone.now()
    printed, lost, old = (asked(poll, count=2)[0] for _ in range(3))
    for job in (printed, lost, old):
        work_of(job)

    assert end_letter_job(job_id=printed.pk, actor=clerk, now=now) == 0
    assert end_letter_job(job_id=lost.pk, actor=clerk, now=now, is_lost=True) == 2
    end_old_letter_jobs(now=now)
    assert LetterJob.objects.filter(ended_at=None).count() == 1
    end_old_letter_jobs(now=now + timedelta(days=7, hours=1))

    assert not LetterJob.objects.filter(ended_at=None).exists()
    assert VotingCode.objects.filter(state="void").count() == 2
    assert default_storage.listdir("letters")[1] == []


def test_a_job_that_was_ended_makes_no_code_afterwards():
    job, _key = asked(poll_open_now(), count=2)
    end_letter_job(job_id=job.pk, actor=UserFactory(), now=timezone.now())

    work_of(job)

    assert not VotingCode.objects.exists()
