"""Signing a petition: at once where the home is known, by the code of a letter, or beside a helper; 25 oblige."""

from datetime import timedelta

import pytest

from communities.models import HowKnown, Resident
from funding.models import Signature, SignatureCode
from funding.rules.answering import PETITION_THRESHOLD
from funding.services.letter_codes import LETTER_AGAIN, Signed
from funding.services.petitions import (
    SignatureCodeUnknown,
    ask_to_sign,
    forget_unused_codes,
    sign_beside,
    sign_with_code,
)
from funding.services.questions import NotAPetition, NotHere
from renewal.kernel.models import AuditEvent, Notice
from tests.factories.answers import NOON, QuestionFactory, officer_of
from tests.factories.communities import AreaFactory, PostcodeRangeFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AMINA = {"name": "Amina Said", "house": "12 Mill Lane", "postcode": "ZZ1 2CD"}


@pytest.fixture
def petition():
    area = AreaFactory()
    PostcodeRangeFactory(area=area)
    return QuestionFactory(kind="petition", area=area)


def ask(petition, *, now=NOON, **person):
    return ask_to_sign(question_id=petition.pk, language="en", now=now, **AMINA | person)


def code_of(petition):
    body = Notice.objects.filter(kind="signature_code").order_by("-pk")[0].body
    return body.split("Your code is ")[1][:9]


def count(petition):
    petition.refresh_from_db()
    return petition.verified_count


def test_a_name_and_an_address_alone_do_not_count(petition):
    came = ask(petition)

    assert (came, count(petition)) == (Signed.LETTER, 0)
    letter = Notice.objects.get(kind="signature_code")
    assert (letter.channel, letter.address) == ("letter", "Amina Said\n12 Mill Lane\nZZ1 2CD")


def test_the_code_of_the_letter_signs_once_and_is_then_gone(petition):
    ask(petition)
    code = code_of(petition)

    signed = sign_with_code(question_id=petition.pk, code=code.lower(), now=NOON + DAY)

    assert (signed, count(petition), SignatureCode.objects.count()) == (True, 1, 0)
    with pytest.raises(SignatureCodeUnknown):
        sign_with_code(question_id=petition.pk, code=code, now=NOON + DAY)
    assert Resident.objects.get().how_known == HowKnown.LETTER


def test_somebody_whose_home_is_known_signs_the_next_petition_at_once(petition):
    ask(petition)
    sign_with_code(question_id=petition.pk, code=code_of(petition), now=NOON)
    other = QuestionFactory(kind="petition", area=petition.area)

    assert [ask(other), ask(other), count(other)] == [Signed.NOW, Signed.BEFORE, 1]


def test_a_code_signs_no_other_petition(petition):
    ask(petition)
    other = QuestionFactory(kind="petition", area=petition.area)

    with pytest.raises(SignatureCodeUnknown):
        sign_with_code(question_id=other.pk, code=code_of(petition), now=NOON)


def test_one_letter_a_week_goes_out_and_a_new_one_ends_the_old(petition):
    ask(petition)
    first = code_of(petition)
    ask(petition, now=NOON + DAY)
    letters = Notice.objects.filter(kind="signature_code").count()
    ask(petition, now=NOON + LETTER_AGAIN)

    assert (letters, Notice.objects.filter(kind="signature_code").count()) == (1, 2)
    with pytest.raises(SignatureCodeUnknown):
        sign_with_code(question_id=petition.pk, code=first, now=NOON + LETTER_AGAIN)


def test_a_code_ends_after_60_days_and_is_forgotten(petition):
    ask(petition)

    with pytest.raises(SignatureCodeUnknown):
        sign_with_code(question_id=petition.pk, code=code_of(petition), now=NOON + 60 * DAY)
    assert [forget_unused_codes(now=NOON + 59 * DAY), forget_unused_codes(now=NOON + 60 * DAY)] == [0, 1]


def test_a_helper_signs_beside_somebody_and_is_on_record_while_the_resident_is_not(petition):
    helper = officer_of(petition.body)

    signed = [sign_beside(question_id=petition.pk, route="phone", actor=helper, now=NOON, **AMINA) for _ in range(2)]

    assert (signed, count(petition)) == ([True, False], 1)
    event = AuditEvent.objects.get(action="petition.signed_beside")
    assert (event.actor_id, event.facts) == (helper.pk, {"route": "phone"})


def test_25_people_with_checked_homes_oblige_a_reply_and_24_do_not(petition):
    helper = officer_of(petition.body)

    def sign(number):
        person = AMINA | {"name": f"Person {'x' * number}", "house": f"{number} Mill Lane"}
        sign_beside(question_id=petition.pk, route="beside", actor=helper, now=NOON, **person)

    for number in range(1, PETITION_THRESHOLD):
        sign(number)
    count(petition)
    before = petition.obliged_at
    sign(PETITION_THRESHOLD)
    count(petition)

    assert (before, petition.obliged_at, Signature.objects.count()) == (None, NOON, 25)


def test_people_of_elsewhere_and_plain_questions_are_refused(petition):
    with pytest.raises(NotHere):
        ask(QuestionFactory(kind="petition"))
    with pytest.raises(NotAPetition):
        ask(QuestionFactory(area=petition.area))
    assert not Notice.objects.exists()
