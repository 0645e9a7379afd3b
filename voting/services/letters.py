"""Letters on request; printing is in voting/services/printing.py."""

from datetime import datetime

from renewal.kernel.clock import london_day
from voting.models import LetterRequest
from voting.services.roll import Person


def request_letter(*, poll_id: int, kind: str, person: Person, language: str, now: datetime) -> LetterRequest:
    """Note that somebody wants a letter or a paper pack; the address lives until it has been printed."""
    return LetterRequest.objects.create(
        poll_id=poll_id,
        kind=kind,
        name=person.name,
        address=f"{person.house}\n{person.postcode}",
        language=language,
        asked_on=london_day(now),
    )
