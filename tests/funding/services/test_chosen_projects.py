"""A body answers a chosen project: four grounds, whole, in time, and silence accepts (R14, R15)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from funding.answer_states import AnswerKind, MandateState
from funding.models import Ground, Mandate
from funding.rules.answering import last_day
from funding.services.answers import AlreadyAnswered, NoSuchAnswer, NoSuchGround, TooLate, Wording
from funding.services.mandates import settle_silence
from funding.services.rejections import end_cures
from renewal.kernel.models import OutboxMessage
from tests.factories.answers import ACTIONS, REJECT, ProjectMandateFactory, publish

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("ground", ["legality", "safeguarding", "subsidy_control", "conflict_of_interest"])
def test_a_chosen_project_can_be_rejected_on_the_four_grounds(ground):
    mandate = ProjectMandateFactory()

    publish(mandate, Wording(AnswerKind.REJECT, "Words.", ground=ground, provision="An Act, section 1"))

    mandate.refresh_from_db()
    assert (mandate.state, last_day(mandate.cure_until)) == ("rejected", date(2027, 3, 30))


@pytest.mark.parametrize("ground", ["", "not_our_priority", "financial", "legal", "cost", "reorder"])
def test_a_chosen_project_can_be_rejected_on_no_other_ground(ground):
    mandate = ProjectMandateFactory()

    with pytest.raises(NoSuchGround):
        publish(mandate, Wording(AnswerKind.REJECT, "Words.", ground=ground, provision="An Act, section 1"))


@pytest.mark.parametrize("kind", [AnswerKind.IN_PART, AnswerKind.CANNOT, AnswerKind.BY_DEFAULT])
def test_a_chosen_project_is_accepted_or_rejected_whole(kind):
    mandate = ProjectMandateFactory()

    with pytest.raises(NoSuchAnswer):
        publish(mandate, Wording(kind, "Words.", ground=Ground.LEGAL, provision="x", actions=ACTIONS))


def test_silence_accepts_at_the_second_of_the_deadline_and_not_before():
    mandate = ProjectMandateFactory()

    before = settle_silence(now=mandate.due_at - timedelta(microseconds=1))
    first = settle_silence(now=mandate.due_at)
    again = settle_silence(now=mandate.due_at + DAY)

    mandate.refresh_from_db()
    assert (before, first, again) == ([], [mandate.pk], [])
    assert (mandate.state, mandate.answered_at) == ("by_default", mandate.due_at)
    assert list(mandate.answers.values_list("kind", "officer")) == [("by_default", None)]


def test_after_the_deadline_a_body_cannot_reject_even_before_the_job_has_run():
    mandate = ProjectMandateFactory()

    with pytest.raises(TooLate):
        publish(mandate, REJECT, now=mandate.due_at)


def test_an_accepted_project_cannot_be_rejected_later():
    mandate = ProjectMandateFactory()
    publish(mandate, Wording(AnswerKind.ACCEPT, ""))

    with pytest.raises(AlreadyAnswered):
        publish(mandate, REJECT)


def test_nothing_moves_a_chosen_project_to_another_place():
    mandate = ProjectMandateFactory()

    for change in ({"position": 1}, {"cost_pence": 1}, {"ref": "ASH-999"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.filter(pk=mandate.pk).update(**change)


def test_a_rejection_ends_with_its_window_when_nobody_cures_or_appeals():
    mandate = ProjectMandateFactory()
    publish(mandate, REJECT)
    mandate.refresh_from_db()

    early = end_cures(now=mandate.cure_until - timedelta(microseconds=1))
    over = end_cures(now=mandate.cure_until)

    mandate.refresh_from_db()
    assert (early, over, mandate.state) == ([], [mandate.pk], MandateState.REJECTED_FOR_GOOD)
    assert OutboxMessage.objects.filter(key=f"mandate-freed:{mandate.pk}").count() == 1
