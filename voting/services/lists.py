"""Lists of who lives where: imported only with a recorded legal basis, kept only as keyed match tokens."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from communities.models import HowKnown, User
from communities.services.residents import AddressIncomplete, AddressNotInAnArea, known_resident
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError
from voting.models import AddressList, ListedPerson, Poll, RollEntry, RollKind
from voting.services.roll import Person


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
    if not (legal_basis.strip() and dpia_reference.strip() and source.strip()):
        raise NoLegalBasis(poll_id=poll_id)
    poll = Poll.objects.get(pk=poll_id)
    found = AddressList.objects.create(
        poll=poll, legal_basis=legal_basis, dpia_reference=dpia_reference, source=source,
        imported_by_id=actor.pk, imported_at=now,
    )  # fmt: skip
    tokens, residents = set(), set()
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
        (ListedPerson(address_list=found, token=token) for token in tokens), batch_size=2_000
    )
    if poll.roll_kind == RollKind.LIST:
        RollEntry.objects.bulk_create(
            (RollEntry(poll=poll, resident_id=pk) for pk in residents), ignore_conflicts=True, batch_size=2_000
        )
    found.count = len(tokens)
    found.save(update_fields=["count"])
    record(actor=actor, action="list.imported", subject=found, count=found.count)
    return found
