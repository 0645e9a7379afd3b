"""Codes sent by letter, which prove a home where each checked person counts once: petitions, small ideas.

A name and an address alone prove nothing. Who is known already counts at once; who is not gets a letter with a code.
The table of codes holds a keyed hash, the person's key for that one thing, and when the letter was asked for.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Manager, Model, QuerySet

from communities.models import HowKnown, Resident
from renewal.kernel.keyed import keyed_hash
from renewal.kernel.models import Notice
from renewal.kernel.notices import give_notice

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, 1, I and L
LETTER_AGAIN = timedelta(days=7)  # one letter a week to one person for one thing
CODE_LASTS = timedelta(days=60)
CHECKED = (HowKnown.LETTER, HowKnown.OFFICER, HowKnown.LIST)


class Signed:
    """What came of wanting to sign or support."""

    NOW, BEFORE, LETTER = "now", "before", "letter"


def renew_code(
    codes: Manager[Any], *, purpose: str, about_id: int, person: str, resident: Resident, now: datetime
) -> tuple[Any, str] | None:
    """Make a code for one person, in place of an older one; None while a letter is on its way.

    ``codes`` is the manager of codes of the one thing that is signed or supported, whose id is ``about_id``.
    """
    waiting = codes.select_for_update().filter(person=person).first()
    if waiting is not None and now < waiting.asked_at + LETTER_AGAIN:
        return None
    code = "".join(secrets.choice(ALPHABET) for _place in range(8))
    row, _is_new = codes.update_or_create(
        person=person,
        defaults={"resident": resident, "code_hash": _hash(purpose, about_id, code), "asked_at": now},
    )
    return row, code


def find_code(codes: QuerySet[Any], *, purpose: str, about_id: int, code: str, now: datetime) -> Any | None:
    """Fetch and lock the row of a typed code, however it is spaced; None when there is none or it has ended."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    rows = codes.select_for_update(of=("self",)).select_related("resident__area")
    return rows.filter(code_hash=_hash(purpose, about_id, typed), asked_at__gt=now - CODE_LASTS).first()


def forget_codes(codes: QuerySet[Any], *, now: datetime) -> int:
    """Delete codes that nobody used in time."""
    gone, _rows = codes.filter(asked_at__lte=now - CODE_LASTS).delete()
    return gone


def check_home(resident: Resident, how: HowKnown) -> None:
    """Keep that a home known by its address alone has been checked."""
    Resident.objects.filter(pk=resident.pk, how_known=HowKnown.ADDRESS).update(how_known=how)


def write_letter(
    *, kind: str, subject: str, body: str, about: Model, address: str, language: str, now: datetime
) -> None:
    """Put the letter with a code into the outbox; ``subject`` and ``body`` are in the person's language."""
    give_notice(
        kind=kind,
        person_id=None,
        address=address,
        language=language,
        subject=subject,
        body=body,
        about=about,
        key=f"{kind}:{about.pk}:{now.isoformat()}",
        now=now,
        channel=Notice.Channel.LETTER,
    )


def spaced(code: str) -> str:
    """Write a code as it is printed and read out."""
    return f"{code[:4]} {code[4:]}"


def _hash(purpose: str, about_id: int, code: str) -> str:
    return keyed_hash(purpose, str(about_id), code)
