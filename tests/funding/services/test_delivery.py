"""What came of an answer: each action shown with its evidence and what residents found (G§4.3)."""

from datetime import timedelta

import pytest

from funding.models import ActionEvent, DeliveryVoice
from funding.services.answers import AnswerIncomplete
from funding.services.delivery import CannotSpeak, report_action, say_delivered
from tests.factories.answers import NOON, YES, need_owed, officer_of, publish

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_g_4_3_a3_each_action_shows_promised_done_evidence_and_what_residents_say():
    mandate = need_owed()
    action = publish(mandate, YES).actions.get()
    officer = officer_of(mandate.body)

    with pytest.raises(AnswerIncomplete):
        report_action(action_id=action.pk, kind=ActionEvent.Kind.DONE, words="Open", actor=officer, now=NOON)
    report_action(
        action_id=action.pk, kind=ActionEvent.Kind.DONE, words="Open", evidence="Photo of the door", actor=officer,
        now=NOON,
    )  # fmt: skip
    say_delivered(action_id=action.pk, verdict=DeliveryVoice.Verdict.CONFIRM, words="", browser="b1", now=NOON)
    say_delivered(
        action_id=action.pk, verdict=DeliveryVoice.Verdict.DISPUTE, words="It was locked.", browser="b2", now=NOON
    )
    marked = type(action).objects.with_marks().get(pk=action.pk)
    shown = (marked.confirms, marked.disputes, marked.done_at)
    report_action(
        action_id=action.pk, kind=ActionEvent.Kind.SETTLED, words="The lock is mended.", actor=officer, now=NOON + DAY
    )
    settled = type(action).objects.with_marks().get(pk=action.pk)

    assert shown == (1, 1, NOON)
    assert (settled.confirms, settled.disputes, settled.last_kind) == (1, 0, "settled")


@pytest.mark.parametrize("unseen", ["", " ", "\x07", "\u200b\u2060"])
def test_words_that_nobody_can_see_are_no_evidence_and_no_dispute(unseen):
    mandate = need_owed()
    action = publish(mandate, YES).actions.get()
    done = {"kind": ActionEvent.Kind.DONE, "words": "Open", "evidence": unseen, "actor": officer_of(mandate.body)}

    with pytest.raises(AnswerIncomplete):
        report_action(action_id=action.pk, **done, now=NOON)
    with pytest.raises(AnswerIncomplete):
        say_delivered(action_id=action.pk, verdict=DeliveryVoice.Verdict.DISPUTE, words=unseen, browser="b1", now=NOON)


def test_one_browser_speaks_once_on_an_action_and_again_after_it_was_put_right():
    mandate = need_owed()
    action = publish(mandate, YES).actions.get()
    speak = {"action_id": action.pk, "verdict": DeliveryVoice.Verdict.DISPUTE, "words": "Locked.", "browser": "b1"}
    say_delivered(**speak, now=NOON)

    with pytest.raises(CannotSpeak):
        say_delivered(**speak, now=NOON + DAY)
    report_action(
        action_id=action.pk,
        kind=ActionEvent.Kind.SETTLED,
        words="Mended.",
        actor=officer_of(mandate.body),
        now=NOON + 2 * DAY,
    )
    say_delivered(**speak, now=NOON + 3 * DAY)

    assert type(action).objects.with_marks().get(pk=action.pk).disputes == 1
