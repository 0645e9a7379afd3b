"""Questions, petitions that oblige a reply, and updates without an account."""

from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError, transaction

from funding.models import Reply, Signature, UpdateRequest
from funding.rules.answering import PETITION_THRESHOLD, last_day
from funding.services.news import wanting
from funding.services.officers import NotYourBody
from funding.services.questions import (
    NotAPetition,
    NotHere,
    QuestionUnclear,
    ask_question,
    reply_to_question,
    sign_petition,
)
from funding.services.updates import (
    AddressTooShort,
    WrongCode,
    ask_for_updates,
    confirm_updates,
    forget_unconfirmed,
    post_updates,
    stop_letters,
    stop_updates,
)
from renewal.kernel.models import AuditEvent, Notice, OutboxMessage
from renewal.kernel.outbox import perform
from tests.factories.answers import NOON, QuestionFactory, officer_of
from tests.factories.communities import AreaFactory, BodyFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def petition(**more):
    return QuestionFactory(kind="petition", **more)


def sign(question, person, **more):
    codes = more.pop("codes", question.area.chain_codes)
    return sign_petition(question_id=question.pk, resident_id=person, area_codes=codes, now=more.pop("now", NOON))


def test_a_question_names_its_body_and_has_a_due_date():
    area, body = AreaFactory(), BodyFactory()

    asked = ask_question(
        area=area, body=body, text="Why are the gates locked?", more="", name="Dev", language="en", browser="b",
        now=NOON,
    )  # fmt: skip

    assert last_day(asked.due_at).isoformat() == "2027-04-06"


def test_a_question_of_a_few_letters_is_refused():
    with pytest.raises(QuestionUnclear):
        ask_question(
            area=AreaFactory(), body=BodyFactory(), text="Why?", more="", name="", language="en", browser="b", now=NOON
        )


def test_the_25th_verified_resident_obliges_a_reply_by_a_date():
    question = petition()
    for person in range(PETITION_THRESHOLD - 1):
        sign(question, person)
    question.refresh_from_db()
    before = question.obliged_at

    sign(question, 99, now=NOON + 10 * DAY)

    question.refresh_from_db()
    assert (before, question.obliged_at) == (None, NOON + 10 * DAY)
    assert last_day(question.due_at).isoformat() == "2027-04-14"


def test_a_resident_signs_once():
    question = petition()

    assert [sign(question, 7), sign(question, 7)] == [True, False]
    question.refresh_from_db()
    assert question.verified_count == 1


def test_signatures_of_one_person_under_two_petitions_cannot_be_joined():
    first, second = petition(), petition()
    sign(first, 7)
    sign(second, 7)

    assert len(set(Signature.objects.values_list("person", flat=True))) == 2


def test_people_of_elsewhere_and_plain_questions_are_refused():
    with pytest.raises(NotHere):
        sign(petition(), 7, codes=["somewhere"])
    with pytest.raises(NotAPetition):
        sign(QuestionFactory(), 7)


def test_a_reply_is_published_with_name_and_role_and_never_edited():
    question = QuestionFactory()
    reply = reply_to_question(question_id=question.pk, words="In May.", actor=officer_of(question.body), now=NOON)

    assert reply.officer_role == "reviewer"
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        Reply.objects.filter(pk=reply.pk).update(words="Never.")
    with pytest.raises(NotYourBody):
        reply_to_question(question_id=question.pk, words="No.", actor=officer_of(BodyFactory()), now=NOON)


# Updates -----------------------------------------------------------------------------------------


def code_of(wish):
    return Notice.objects.get(about_id=str(wish.pk), kind="updates_code").subject[:6]


def test_updates_are_confirmed_by_a_code_and_stopped_in_one_step():
    area = AreaFactory()
    wish = ask_for_updates(email="dev@example.org", language="en", area=area, now=NOON)
    before = wanting(area=area)

    confirm_updates(request_id=wish.pk, code=code_of(wish), now=NOON)
    confirmed = [one.email for one in wanting(area=area)]
    stop_updates(stop_token=wish.stop_token)

    assert (before, confirmed, wanting(area=area)) == ([], ["dev@example.org"], [])
    assert UpdateRequest.objects.count() == 0


def test_a_wrong_code_is_refused_and_five_tries_end_it():
    wish = ask_for_updates(email="dev@example.org", language="en", area=AreaFactory(), now=NOON)
    right = code_of(wish)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(WrongCode):
            confirm_updates(request_id=wish.pk, code=wrong, now=NOON)

    with pytest.raises(WrongCode):
        confirm_updates(request_id=wish.pk, code=right, now=NOON)


def test_an_unconfirmed_address_is_forgotten_after_a_day():
    wish = ask_for_updates(email="dev@example.org", language="en", area=AreaFactory(), now=NOON)

    with pytest.raises(WrongCode):
        confirm_updates(request_id=wish.pk, code=code_of(wish), now=NOON + DAY)
    assert forget_unconfirmed(now=NOON + DAY) == 1


def test_the_code_is_really_sent_and_the_address_is_then_forgotten_in_the_notice(mailoutbox):
    wish = ask_for_updates(email="dev@example.org", language="en", area=AreaFactory(), now=NOON)
    code = code_of(wish)

    for message in OutboxMessage.objects.order_by("pk"):
        perform(message_id=message.pk, now=NOON)

    assert [(mail.to, mail.subject[:6]) for mail in mailoutbox] == [(["dev@example.org"], code)]
    assert Notice.objects.get(kind="updates_code").address == ""


def test_letters_need_no_code_and_stop_by_their_number():
    area, helper = AreaFactory(), officer_of(BodyFactory())

    wish = post_updates(postal="Tom Reed\n12 Mill Lane\nZZ1 2CD", language="en", area=area, actor=helper, now=NOON)
    before = [one.postal for one in wanting(area=area)]
    stopped = [stop_letters(number=wish.pk, actor=helper) for _ in range(2)]

    assert (before, stopped, wanting(area=area)) == (["Tom Reed\n12 Mill Lane\nZZ1 2CD"], [True, False], [])
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"updates.posted", "updates.stopped"}


def test_a_letter_without_a_whole_address_is_refused():
    with pytest.raises(AddressTooShort):
        post_updates(
            postal="Tom Reed\nZZ1 2CD", language="en", area=AreaFactory(), actor=officer_of(BodyFactory()), now=NOON
        )


def test_an_e_mail_wish_cannot_be_stopped_by_a_guessed_number():
    area = AreaFactory()
    wish = ask_for_updates(email="dev@example.org", language="en", area=area, now=NOON)

    assert stop_letters(number=wish.pk, actor=officer_of(BodyFactory())) is False
    assert UpdateRequest.objects.filter(pk=wish.pk).exists()
