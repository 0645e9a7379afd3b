"""Large batches of letters, set by a worker in parts of a thousand (J1): a page that asks for 20,000 does not wait.

Each part is one promise in the outbox. Its codes, its addresses and its mark "made" are one transaction, so a worker
that is killed leaves nothing but a sealed file that nobody can read, and the next try writes over it.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from communities.models import User
from communities.services.residents import person_token
from renewal.kernel.audit import record
from renewal.kernel.outbox import send_later
from voting.models import LetterJob, LetterPart, Poll, VotingCode
from voting.sealing import new_key_pair, open_file, open_note, seal_file, seal_note
from voting.services.codes import LARGEST_BATCH, make_batch
from voting.services.printing import PART, asked_for, bind_codes, entries_without_code, letters_pdf, take_addresses
from voting.services.roll import Person
from voting.states import CodeState

KEPT = timedelta(days=7)  # long enough to print; the codes of a lost file can be made worthless


@transaction.atomic
def ask_for_code_letters(
    *, poll_id: int, count: int, language: str, actor: User, now: datetime
) -> tuple[LetterJob, bytes]:
    """Promise letters with new codes, requests with an address first; returns the job and the key to its files."""
    if not 1 <= count <= LARGEST_BATCH:
        raise ValueError(f"a batch has 1 to {LARGEST_BATCH} letters, not {count}")
    sizes = [min(PART, count - start) for start in range(0, count, PART)]
    job, key = begin_job(poll_id=poll_id, language=language, actor=actor, now=now)
    for number, size in enumerate(sizes, start=1):
        _promise(job, number, size, None)
    record(actor=actor, action="letters.asked", subject=job, count=count)
    return job, key


def begin_job(*, poll_id: int, language: str, actor: User, now: datetime) -> tuple[LetterJob, bytes]:
    """Make a job without parts, and the only key to its files."""
    key = new_key_pair()
    job = LetterJob.objects.create(
        poll_id=poll_id, language=language, public_key=key.public, asked_by_id=actor.pk, asked_at=now
    )
    return job, key.private


def add_list_letters(*, job_id: int, number: int, people: Sequence[Person]) -> None:
    """Promise a letter for each of these people who is on the list roll and has no code; nothing when none is left.

    Names and addresses lie sealed with the part until it is made, minutes later, and nowhere afterwards.
    """
    job = LetterJob.objects.get(pk=job_id)
    if job.ended_at is not None:
        return
    without = entries_without_code(poll_id=job.poll_id)
    tokens = {person_token(name=one.name, house=one.house, postcode=one.postcode): one for one in people}
    rows = [
        [without[token].pk, person.name, person.house, person.postcode]
        for token, person in tokens.items()
        if token in without
    ]
    if rows:
        _promise(job, number, len(rows), seal_note(json.dumps(rows).encode()))
        record(actor=None, action="letters.asked", subject=job, count=len(rows))


def _promise(job: LetterJob, number: int, count: int, people: bytes | None) -> None:
    part = LetterPart.objects.create(job=job, number=number, count=count, people=people)
    send_later(set_letter_part, key=f"voting.letters:{part.pk}", part_id=part.pk)


@transaction.atomic
def set_letter_part(*, part_id: int) -> None:
    """Make the codes and the sealed file of one part, in a worker; a part that is made, or ended, stays as it is."""
    now = timezone.now()
    part = LetterPart.objects.select_for_update(of=("self",)).select_related("job").filter(pk=part_id).first()
    if part is None or part.made_at is not None or part.job.ended_at is not None:
        return
    job = part.job
    poll = Poll.objects.select_related("area").get(pk=job.poll_id)
    people = None if part.people is None else _still_without_code(poll, open_note(bytes(part.people)))
    count = part.count if people is None else len(people)
    if not count:  # a list imported twice: everybody has a code by now
        part.delete()
        return
    batch, codes = make_batch(poll_id=poll.pk, count=count, label="letters", actor=None, now=now)
    if people is None:
        waiting = asked_for(poll=poll, language=job.language).filter(kind="code")
        addresses = take_addresses(list(waiting.select_for_update(skip_locked=True)[:count]), now)
    else:
        bind_codes(poll=poll, codes=codes, entry_ids=[entry_id for entry_id, _lines in people])
        addresses = [lines for _entry_id, lines in people]
    content = letters_pdf(
        poll=poll, codes=codes, addresses=[*addresses, *[[]] * (count - len(addresses))], language=job.language, now=now
    )
    part.file = f"letters/codes-{part.pk}.sealed"
    default_storage.delete(part.file)  # what a killed try left
    default_storage.save(part.file, ContentFile(seal_file(bytes(job.public_key), content)))
    part.count, part.batch, part.people, part.made_at = count, batch, None, now
    part.save(update_fields=["count", "batch", "people", "made_at", "file"])


def _still_without_code(poll: Poll, content: bytes) -> list[tuple[int, list[str]]]:
    """Read who a part is for, entry and lines of the address, without those who have got a code since."""
    without = {entry.pk for entry in entries_without_code(poll_id=poll.pk).values()}
    return [(entry_id, lines) for entry_id, *lines in json.loads(content) if entry_id in without]


def read_letter_part(part: LetterPart, *, private_key: bytes) -> bytes | None:
    """Open one made file with the key of the browser that asked; None with any other key, or when it is gone."""
    if not part.file or not default_storage.exists(part.file):
        return None
    with default_storage.open(part.file) as sealed:
        return open_file(private_key, sealed.read())


@transaction.atomic
def end_letter_job(*, job_id: int, actor: User | None, now: datetime, is_lost: bool = False) -> int:
    """Delete the files of a job; returns how many of its codes became worthless, which only those of a lost job do."""
    job = LetterJob.objects.select_for_update().get(pk=job_id)
    if job.ended_at is not None:
        return 0
    voided = 0
    if is_lost:
        codes = VotingCode.objects.filter(batch__letter_part__job=job, state=CodeState.NEW)
        voided = codes.update(state=CodeState.VOID)
    for part in job.parts.exclude(file=""):
        default_storage.delete(part.file)
    job.parts.update(file="", people=None)
    LetterJob.objects.filter(pk=job.pk).update(ended_at=now)
    record(actor=actor, action="letters.lost" if is_lost else "letters.ended", subject=job, voided=voided)
    return voided


def end_old_letter_jobs(*, now: datetime) -> None:
    """Delete the files that have been kept long enough to be printed, or whose poll has closed."""
    for job in LetterJob.objects.kept().select_related("poll"):
        if job.asked_at <= now - KEPT or job.poll.closes_at <= now:
            end_letter_job(job_id=job.pk, actor=None, now=now)
