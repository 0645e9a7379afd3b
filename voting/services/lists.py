"""Lists of who lives where: imported only with a recorded legal basis, kept only as keyed match tokens.

A short list is read while the page waits. A long one lies sealed in parts until a worker has read them (J1): what a
part leaves and its mark "read" are one transaction, so a worker that is killed leaves nothing, and the next reads it.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from communities.models import HowKnown, User
from communities.services.residents import AddressIncomplete, AddressNotInAnArea, known_resident
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from renewal.kernel.outbox import send_later
from voting.models import AddressList, LetterJob, ListedPerson, ListPart, Poll, RollEntry, RollKind
from voting.sealing import open_note, seal_note
from voting.services.errors import RollIsFrozen
from voting.services.letter_jobs import add_list_letters, begin_job
from voting.services.printing import PART
from voting.services.roll import Person

KEPT_UNREAD = timedelta(days=7)  # a list that no worker could read is forgotten


class NoLegalBasis(DomainError):
    """A list may be used only with a recorded law, a data protection assessment and a named source."""


@transaction.atomic
def import_list(
    *,
    poll_id: int,
    people: Iterable[Person],
    legal_basis: str,
    dpia_reference: str,
    source: str,
    actor: User,
    now: datetime,
) -> AddressList:
    """Read a list into match tokens; on a list roll also make its entries. Lines outside every area are left out."""
    people = list(people)
    found = _begin(poll_id, legal_basis, dpia_reference, source, len(people), actor, now)
    _read(found, people, now)
    record(actor=actor, action="list.imported", subject=found, count=found.count)
    return found


@transaction.atomic
def ask_for_list(
    *,
    poll_id: int,
    people: Sequence[Person],
    legal_basis: str,
    dpia_reference: str,
    source: str,
    actor: User,
    now: datetime,
    letters_in: str = "",
) -> tuple[AddressList, tuple[LetterJob, bytes] | None]:
    """Promise to read a long list, part by part; with ``letters_in`` a language, also a letter for each person.

    Returns the list, and the job of the letters with the key to its files.
    """
    found = _begin(poll_id, legal_basis, dpia_reference, source, len(people), actor, now)
    letters = begin_job(poll_id=poll_id, language=letters_in, actor=actor, now=now) if letters_in else None
    if letters is not None:
        AddressList.objects.filter(pk=found.pk).update(letter_job=letters[0])
    for number, start in enumerate(range(0, len(people), PART), start=1):
        rows = [[one.name, one.house, one.postcode] for one in people[start : start + PART]]
        part = ListPart.objects.create(
            address_list=found, number=number, lines=len(rows), people=seal_note(json.dumps(rows).encode())
        )
        send_later(read_list_part, key=f"voting.list:{part.pk}", part_id=part.pk)
    record(actor=actor, action="list.asked", subject=found, lines=len(people))
    return found, letters


def _begin(
    poll_id: int, legal_basis: str, dpia_reference: str, source: str, lines: int, actor: User, now: datetime
) -> AddressList:
    if not (legal_basis.strip() and dpia_reference.strip() and source.strip()):
        raise NoLegalBasis(poll_id=poll_id)
    poll = Poll.objects.select_for_update().get(pk=poll_id)
    if poll.roll_kind == RollKind.LIST and poll.opening_document:
        raise RollIsFrozen(poll_id=poll_id)
    return AddressList.objects.create(
        poll=poll, legal_basis=legal_basis, dpia_reference=dpia_reference, source=source, lines=lines,
        imported_by_id=actor.pk, imported_at=now,
    )  # fmt: skip


@transaction.atomic
def read_list_part(*, part_id: int) -> None:
    """Read one part of a long list, in a worker; a part that is read, or forgotten, stays as it is."""
    part = ListPart.objects.select_for_update().filter(pk=part_id).first()
    if part is None or part.people is None:
        return
    # One part of a list at a time: two would wait for each other's people.
    found = AddressList.objects.select_for_update(of=("self",)).select_related("poll").get(pk=part.address_list_id)
    people = [Person(*lines) for lines in json.loads(open_note(bytes(part.people)))]
    _read(found, people, timezone.now())
    if found.letter_job_id is not None:
        add_list_letters(job_id=found.letter_job_id, number=part.number, people=people)
    part.people = None
    part.save(update_fields=["people"])
    if found.parts.waiting().exists():
        return
    if found.letter_job_id is not None:
        LetterJob.objects.filter(pk=found.letter_job_id, parts=None).delete()  # everybody has a code
    record(actor=None, action="list.imported", subject=found, count=found.count)


def _read(found: AddressList, people: Iterable[Person], now: datetime) -> None:
    """Keep the tokens of people who live in the poll's area; on a list roll put them on the roll."""
    poll, tokens, residents = found.poll, set(), set()
    for person in people:
        try:
            resident = known_resident(
                name=person.name, house=person.house, postcode=person.postcode, now=now, how_known=HowKnown.LIST
            )
        except (AddressIncomplete, AddressNotInAnArea):
            continue
        if poll.area.code in resident.area.chain_codes:
            tokens.add(resident.match_token)
            residents.add(resident.pk)
    ListedPerson.objects.bulk_create(
        (ListedPerson(address_list=found, token=token) for token in sorted(tokens)),
        ignore_conflicts=True,
        batch_size=2_000,
    )
    if poll.roll_kind == RollKind.LIST:
        RollEntry.objects.bulk_create(
            (RollEntry(poll=poll, resident_id=pk) for pk in sorted(residents)), ignore_conflicts=True, batch_size=2_000
        )
    found.count = found.people.count()
    found.save(update_fields=["count"])


def forget_unread_lists(*, now: datetime) -> None:
    """Forget the names of lists that no worker could read in a week."""
    ListPart.objects.waiting().filter(address_list__imported_at__lte=now - KEPT_UNREAD).update(people=None)
