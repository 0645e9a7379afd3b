"""What is overdue turns public by the clock, and scrutiny is told once: answers, petitions, appeals, silence."""

from datetime import timedelta

import pytest

from funding.answer_states import MandateState
from funding.models import AnswerAppeal, Mandate, MandateEvent, Question
from funding.services.mandates import settle_silence
from funding.services.priorities import adopt_list
from funding.services.questions import reply_to_question
from funding.services.reminders import tell_overdue
from renewal.kernel.models import Notice, OutboxMessage
from renewal.kernel.outbox import perform
from tests.factories.answers import (
    NOON,
    CharterFactory,
    ProjectMandateFactory,
    QuestionFactory,
    RoundFactory,
    SuggestionFactory,
    officer_of,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def bound(body):
    CharterFactory(body=body)
    type(body).objects.filter(pk=body.pk).update(email="council@example.org")


def do_what_waits():
    while waiting := list(OutboxMessage.objects.filter(state="waiting").order_by("pk")):  # a promise may promise more
        for message in waiting:
            perform(message_id=message.pk, now=NOON)


def told(kind):
    return {mail.to[0] for mail in kind}


def test_an_overdue_answer_is_really_mailed_to_scrutiny_and_the_body(mailoutbox):
    round_ = RoundFactory()
    bound(round_.convenor)
    need = SuggestionFactory(round=round_)
    adopt_list(round_id=round_.pk, refs=[need.ref], voters=9, now=NOON)
    mandate = Mandate.objects.get()

    counts = [tell_overdue(now=mandate.due_at + step) for step in (-timedelta(seconds=1), timedelta(0), DAY)]
    do_what_waits()

    late = [mail for mail in mailoutbox if "overdue" in mail.subject]
    assert (counts, told(late)) == ([0, 1, 0], {"scrutiny@example.org", "council@example.org"})


def obliged():
    question = QuestionFactory(kind="petition", obliged_at=NOON, verified_count=25, due_at=NOON + 28 * DAY)
    bound(question.body)
    return question


def test_an_overdue_petition_is_told_to_scrutiny_once(mailoutbox):
    question = obliged()

    counts = [tell_overdue(now=question.due_at + step) for step in (-DAY, timedelta(0), DAY)]
    do_what_waits()

    assert (counts, told(mailoutbox)) == ([0, 1, 0], {"scrutiny@example.org", "council@example.org"})
    assert "25 residents" in mailoutbox[0].body


def test_a_petition_below_the_threshold_or_with_a_reply_is_not_told(mailoutbox):
    few = QuestionFactory(kind="petition", verified_count=24)
    bound(few.body)
    replied = obliged()
    reply_to_question(question_id=replied.pk, words="In May.", actor=officer_of(replied.body), now=NOON)

    assert tell_overdue(now=NOON + 90 * DAY) == 0


def test_an_overdue_petition_is_public_by_the_clock_alone(client):
    question = obliged()
    Question.objects.filter(pk=question.pk).update(due_at=NOON - 400 * DAY)

    page = client.get(f"/en/questions/{question.pk}/").content.decode()

    assert "No answer. It was due by" in page


def appealed():
    mandate = ProjectMandateFactory(state=MandateState.APPEALED, answered_at=NOON)
    bound(mandate.body)
    charter = mandate.body.charters.get()
    Mandate.objects.filter(pk=mandate.pk).update(charter=charter)
    appeal = AnswerAppeal.objects.create(
        mandate=mandate, words="It is safe.", by=officer_of(mandate.body), at=NOON, hear_by=NOON + 21 * DAY
    )
    return mandate, appeal


def test_a_panel_that_does_not_decide_in_time_is_told_to_scrutiny_once_and_stands_in_the_history(mailoutbox):
    mandate, appeal = appealed()

    counts = [tell_overdue(now=appeal.hear_by + step) for step in (-DAY, timedelta(0), DAY)]
    do_what_waits()

    assert (counts, told(mailoutbox)) == ([0, 1, 0], {"scrutiny@example.org", "council@example.org"})
    assert [event.kind for event in MandateEvent.objects.filter(mandate=mandate)] == ["appeal_overdue"]
    mandate.refresh_from_db()
    assert mandate.state == MandateState.APPEALED


def test_a_late_panel_is_public_by_the_clock_alone(client):
    mandate, appeal = appealed()
    AnswerAppeal.objects.filter(pk=appeal.pk).update(hear_by=NOON - 400 * DAY)

    page = client.get(f"/en/answers/{mandate.pk}/").content.decode()

    assert "It has not decided." in page


def test_scrutiny_hears_that_silence_accepted_a_project(mailoutbox):
    mandate = ProjectMandateFactory()
    bound(mandate.body)
    Mandate.objects.filter(pk=mandate.pk).update(charter=mandate.body.charters.get())

    for _ in range(2):
        settle_silence(now=mandate.due_at)
    do_what_waits()

    assert told(mailoutbox) == {"scrutiny@example.org", "council@example.org"}
    assert Notice.objects.filter(kind="mandate_silence").count() == 2


# Languages ---------------------------------------------------------------------------------------


def in_wales(**said):
    """A duty of a council in Wales with a Welsh name, overdue, with what its charter says about languages."""
    round_ = RoundFactory()
    body, area = round_.convenor, round_.area
    type(area).objects.filter(pk__in=[area.pk, body.area_id]).update(nation="wales", name_cy="Llan Isaf")
    type(body).objects.filter(pk=body.pk).update(name_cy="Cyngor y Llan", email="cyngor@example.org")
    CharterFactory(body=body, **said)
    need = SuggestionFactory(round=round_, text="A warm room", text_cy="Ystafell gynnes")
    adopt_list(round_id=round_.pk, refs=[need.ref], voters=9, now=NOON)
    tell_overdue(now=Mandate.objects.get().due_at)
    do_what_waits()


def test_scrutiny_and_the_body_are_each_written_to_in_their_own_language():
    in_wales(scrutiny_language="cy", language="en")

    welsh, english = (Notice.objects.get(kind="mandate_overdue", language=language) for language in ("cy", "en"))
    assert welsh.subject.startswith("Cyngor y Llan: ")
    assert "“Ystafell gynnes”" in welsh.body
    assert "/cy/answers/" in welsh.body
    assert "/en/answers/" not in welsh.body
    assert "“A warm room”" in english.body
    assert "/cy/" not in english.body


def test_who_said_nothing_in_wales_is_written_to_in_both_languages_welsh_first():
    in_wales()

    body = Notice.objects.get(kind="mandate_made").body
    assert 0 < body.index("Ystafell gynnes") < body.index("A warm room")
    assert Notice.objects.get(kind="mandate_made").subject.count(" / ") == 1


def test_who_said_nothing_elsewhere_is_written_to_in_english():
    round_ = RoundFactory()
    bound(round_.convenor)
    adopt_list(round_id=round_.pk, refs=[SuggestionFactory(round=round_).ref], voters=9, now=NOON)
    do_what_waits()

    assert [notice.language for notice in Notice.objects.filter(kind="mandate_made")] == ["en"]
