"""Sign a petition as somebody whose home has been checked: at once, by the code of a letter, or beside a helper."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import HowKnown, Resident, User
from communities.services.residents import known_resident
from funding.models import Question, Signature, SignatureCode
from funding.services.questions import NotAPetition, NotHere, person_of, sign_petition
from renewal.kernel.errors import DomainError
from renewal.kernel.limits import keyed_hash
from renewal.kernel.models import Notice
from renewal.kernel.notices import give_notice

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, 1, I and L
LETTER_AGAIN = timedelta(days=7)  # one letter a week to one person for one petition
CODE_LASTS = timedelta(days=60)
CHECKED = (HowKnown.LETTER, HowKnown.OFFICER, HowKnown.LIST)


class SignatureCodeUnknown(DomainError):
    """No letter for this petition holds this code, or it has ended."""


class Signed:
    """What came of wanting to sign."""

    NOW, BEFORE, LETTER = "now", "before", "letter"


@transaction.atomic
def ask_to_sign(*, question_id: int, name: str, house: str, postcode: str, language: str, now: datetime) -> str:
    """Sign at once where an earlier check knows the home, else send a letter with a code to it; returns what happened.

    A name and an address alone prove nothing, so they never count by themselves. Raises what known_resident raises.
    """
    resident = known_resident(name=name, house=house, postcode=postcode, now=now)
    question = _open_petition(question_id, resident)
    person = person_of(question_id, resident.pk)
    if Signature.objects.filter(question=question, person=person).exists():
        return Signed.BEFORE
    if resident.how_known in CHECKED:
        _sign(question_id, resident, now=now)
        return Signed.NOW
    waiting = SignatureCode.objects.select_for_update().filter(question=question, person=person).first()
    if waiting is not None and now < waiting.asked_at + LETTER_AGAIN:
        return Signed.LETTER
    code = "".join(secrets.choice(ALPHABET) for _place in range(8))
    waiting, _is_new = SignatureCode.objects.update_or_create(
        question=question,
        person=person,
        defaults={"resident": resident, "code_hash": _code_hash(question_id, code), "asked_at": now},
    )
    _write(question, waiting, code, address=f"{name}\n{house}\n{postcode.upper()}", language=language, now=now)
    return Signed.LETTER


@transaction.atomic
def sign_with_code(*, question_id: int, code: str, now: datetime) -> bool:
    """Sign with the code of the letter; the home counts as checked from then on. False when signed before."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    waiting = (
        SignatureCode.objects.select_for_update(of=("self",))
        .select_related("resident__area")
        .filter(question_id=question_id, code_hash=_code_hash(question_id, typed), asked_at__gt=now - CODE_LASTS)
        .first()
    )
    if waiting is None:
        raise SignatureCodeUnknown(question_id=question_id)
    resident = waiting.resident
    is_new = _sign(question_id, resident, now=now, route="letter")
    Resident.objects.filter(pk=resident.pk, how_known=HowKnown.ADDRESS).update(how_known=HowKnown.LETTER)
    waiting.delete()
    return is_new


@transaction.atomic
def sign_beside(
    *, question_id: int, name: str, house: str, postcode: str, route: str, actor: User, now: datetime
) -> bool:
    """Sign for somebody beside an officer or accredited helper who knows where they live; False when signed before."""
    resident = known_resident(name=name, house=house, postcode=postcode, now=now, how_known=HowKnown.OFFICER)
    _open_petition(question_id, resident)
    Resident.objects.filter(pk=resident.pk, how_known=HowKnown.ADDRESS).update(how_known=HowKnown.OFFICER)
    return _sign(question_id, resident, now=now, route=route, actor=actor)


def forget_unused_codes(*, now: datetime) -> int:
    """Delete codes that nobody used in time."""
    gone, _rows = SignatureCode.objects.filter(asked_at__lte=now - CODE_LASTS).delete()
    return gone


def _open_petition(question_id: int, resident: Resident) -> Question:
    question = Question.objects.select_related("area", "body").get(pk=question_id)
    if question.kind != Question.Kind.PETITION or question.hidden_at:
        raise NotAPetition(question_id=question_id)
    if question.area.code not in resident.area.chain_codes:
        raise NotHere(question_id=question_id)
    return question


def _sign(
    question_id: int, resident: Resident, *, now: datetime, route: str = "web", actor: User | None = None
) -> bool:
    return sign_petition(
        question_id=question_id,
        resident_id=resident.pk,
        area_codes=resident.area.chain_codes,
        route=route,
        actor=actor,
        now=now,
    )


def _code_hash(question_id: int, code: str) -> str:
    return keyed_hash("signature-code", str(question_id), code)


def _write(
    question: Question, waiting: SignatureCode, code: str, *, address: str, language: str, now: datetime
) -> None:
    with translation.override(language):
        give_notice(
            kind="signature_code",
            person_id=None,
            address=address,
            language=language,
            subject=_("Your code to sign a petition in %(area)s") % {"area": question.area.label},
            body=_(
                "You want to sign: “%(text)s”.\n\nYour code is %(code)s. Enter it on the page of the petition, or call"
                " 01632 960100 and say it.\n\nIf it was not you, do nothing. Nothing is signed without the code."
            )
            % {"text": question.text, "code": f"{code[:4]} {code[4:]}"},
            about=waiting,
            key=f"signature_code:{waiting.pk}:{now.isoformat()}",
            now=now,
            channel=Notice.Channel.LETTER,
        )
