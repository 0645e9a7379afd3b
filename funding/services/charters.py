"""Put on record what binds a public body to answer: an agreement, a law, a resolution, or a promise alone."""

from datetime import date, datetime

from django.db import transaction

from communities.models import Body, Role, User
from funding.models import Charter, Instrument
from funding.services.officers import role_at
from funding.services.priorities import plain_sentence
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError


class CharterExists(DomainError):
    """The body has a record that begins on the same day."""


@transaction.atomic
def record_charter(
    *,
    body: Body,
    instrument: Instrument,
    title: str,
    url: str,
    scrutiny_name: str,
    scrutiny_email: str,
    starts_on: date,
    actor: User,
    now: datetime,
    language: str = "",
    scrutiny_language: str = "",
) -> Charter:
    """Add what binds a body from a day on; earlier records stay, and duties keep the one they were made under."""
    role_at(body=body, actor=actor, now=now, roles=(Role.LEAD,))
    charter, is_new = Charter.objects.get_or_create(
        body=body,
        starts_on=starts_on,
        defaults={
            "instrument": instrument,
            "title": plain_sentence(title),
            "url": url,
            "scrutiny_name": plain_sentence(scrutiny_name),
            "scrutiny_email": scrutiny_email,
            "language": language,
            "scrutiny_language": scrutiny_language,
        },
    )
    if not is_new:
        raise CharterExists(body_id=body.pk, charter_id=charter.pk)
    record(actor=actor, action="charter.recorded", subject=charter, body_id=body.pk, instrument=instrument)
    return charter
