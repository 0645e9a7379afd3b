"""Sign a petition as somebody whose home has been checked: at once, by the code of a letter, or beside a helper."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import HowKnown, Resident, User
from communities.services.residents import known_resident
from funding.models import Question, Signature, SignatureCode
from funding.services import letter_codes
from funding.services.letter_codes import CHECKED, Signed
from funding.services.questions import NotAPetition, NotHere, person_of, sign_petition
from renewal.kernel.errors import DomainError

PURPOSE = "signature-code"


class SignatureCodeUnknown(DomainError):
    """No letter for this petition holds this code, or it has ended."""


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
    made = letter_codes.renew_code(
        question.signature_codes, purpose=PURPOSE, about_id=question_id, person=person, resident=resident, now=now
    )
    if made is not None:
        _write(question, *made, address=f"{name}\n{house}\n{postcode.upper()}", language=language, now=now)
    return Signed.LETTER


@transaction.atomic
def sign_with_code(*, question_id: int, code: str, now: datetime) -> bool:
    """Sign with the code of the letter; the home counts as checked from then on. False when signed before."""
    codes = SignatureCode.objects.filter(question_id=question_id)
    waiting = letter_codes.find_code(codes, purpose=PURPOSE, about_id=question_id, code=code, now=now)
    if waiting is None:
        raise SignatureCodeUnknown(question_id=question_id)
    resident = waiting.resident
    is_new = _sign(question_id, resident, now=now, route="letter")
    letter_codes.check_home(resident, HowKnown.LETTER)
    waiting.delete()
    return is_new


@transaction.atomic
def sign_beside(
    *, question_id: int, name: str, house: str, postcode: str, route: str, actor: User, now: datetime
) -> bool:
    """Sign for somebody beside an officer or accredited helper who knows where they live; False when signed before."""
    resident = known_resident(name=name, house=house, postcode=postcode, now=now, how_known=HowKnown.OFFICER)
    _open_petition(question_id, resident)
    letter_codes.check_home(resident, HowKnown.OFFICER)
    return _sign(question_id, resident, now=now, route=route, actor=actor)


def forget_unused_codes(*, now: datetime) -> int:
    """Delete codes that nobody used in time."""
    return letter_codes.forget_codes(SignatureCode.objects.all(), now=now)


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


def _write(
    question: Question, waiting: SignatureCode, code: str, *, address: str, language: str, now: datetime
) -> None:
    with translation.override(language):
        letter_codes.write_letter(
            kind="signature_code",
            subject=_("Your code to sign a petition %(within)s") % {"within": question.area.within},
            body=_(
                "You want to sign: “%(text)s”.\n\nYour code is %(code)s. Enter it on the page of the petition, or call"
                " 01632 960100 and say it.\n\nIf it was not you, do nothing. Nothing is signed without the code."
            )
            % {"text": question.text, "code": letter_codes.spaced(code)},
            about=waiting,
            address=address,
            language=language,
            now=now,
        )
