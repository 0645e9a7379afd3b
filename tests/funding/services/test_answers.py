"""Bodies answer the needs that residents adopted: who signs, what binds, what nobody edits (G§4.3)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from communities.models import BodyKind, Role
from funding.answer_states import AnswerKind
from funding.models import ActionEvent, Answer, AnswerDraft, Ground, Mandate, MandateEvent, Pledge
from funding.rules.answering import last_day
from funding.services.answers import (
    AnswerIncomplete,
    DraftChanged,
    NoSuchAnswer,
    NoSuchGround,
    PlannedPledge,
    SecondOfficerNeeded,
    Wording,
    answer_mandate,
    draft_digest,
    join_answer,
    sign_answer,
)
from funding.services.delivery import report_action
from funding.services.mandates import name_body
from funding.services.officers import NotYourBody
from funding.services.priorities import adopt_list
from funding.services.reminders import tell_overdue
from renewal.kernel.models import AuditEvent, Notice, OutboxMessage
from tests.factories.answers import (
    ACTIONS,
    NOON,
    REJECT,
    YES,
    CharterFactory,
    ProjectMandateFactory,
    RoundFactory,
    SuggestionFactory,
    need_owed,
    officer_of,
    publish,
)
from tests.factories.communities import BodyFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PART = Wording(AnswerKind.IN_PART, "One room now, one later.", actions=ACTIONS)


def test_an_adopted_need_becomes_a_dated_duty_that_says_what_binds_the_body():
    round_ = RoundFactory()
    CharterFactory(body=round_.convenor)
    need = SuggestionFactory(round=round_)

    adopt_list(round_id=round_.pk, refs=[need.ref], voters=634, now=NOON)

    mandate = Mandate.objects.get()
    assert (mandate.body, mandate.charter.instrument, mandate.state) == (round_.convenor, "resolution", "waiting")
    assert last_day(mandate.due_at) == date(2027, 5, 5)  # 40 working days after 5 March: Easter and May Day left out


def test_a_body_without_a_charter_is_promised_not_bound():
    mandate = need_owed()

    assert mandate.charter is None
    assert MandateEvent.objects.get(mandate=mandate, kind="made").facts == {"bound_by": "none"}


def test_a_yes_is_published_at_once_with_name_role_and_actions():
    mandate = need_owed()

    answer = publish(mandate, YES)

    mandate.refresh_from_db()
    assert (mandate.state, answer.officer_role, answer.second) == ("accepted", "reviewer", None)
    assert [(item.words, item.due_on) for item in answer.actions.all()] == [
        ("Two rooms open in the library", date(2027, 10, 1))
    ]


def test_anything_less_than_a_yes_waits_for_a_second_officer():
    mandate = need_owed()
    first = officer_of(mandate.body)

    draft = answer_mandate(mandate_id=mandate.pk, wording=PART, actor=first, now=NOON)
    with pytest.raises(SecondOfficerNeeded):
        sign_answer(mandate_id=mandate.pk, seen=draft_digest(draft), actor=first, now=NOON)

    assert (Answer.objects.count(), AnswerDraft.objects.count()) == (0, 1)
    sign_answer(mandate_id=mandate.pk, seen=draft_digest(draft), actor=officer_of(mandate.body), now=NOON)
    mandate.refresh_from_db()
    assert mandate.state == "in_part"


def test_the_second_officer_signs_what_was_read():
    mandate = need_owed()
    first, second = officer_of(mandate.body), officer_of(mandate.body)
    seen = draft_digest(answer_mandate(mandate_id=mandate.pk, wording=PART, actor=first, now=NOON))
    changed = Wording(AnswerKind.CANNOT, "No.", ground=Ground.LEGAL, provision="Some Act")
    answer_mandate(mandate_id=mandate.pk, wording=changed, actor=first, now=NOON)

    with pytest.raises(DraftChanged):
        sign_answer(mandate_id=mandate.pk, seen=seen, actor=second, now=NOON)


@pytest.mark.parametrize(
    ("wording", "refusal"),
    [
        (Wording(AnswerKind.CANNOT, "It is not our priority.", ground="not_our_priority", provision="x"), NoSuchGround),
        (Wording(AnswerKind.CANNOT, "No."), NoSuchGround),
        (Wording(AnswerKind.CANNOT, "No.", ground=Ground.LEGALITY, provision="x"), NoSuchGround),
        (Wording(AnswerKind.CANNOT, "", ground=Ground.LEGAL, provision="An Act"), AnswerIncomplete),
        (Wording(AnswerKind.CANNOT, "No.", ground=Ground.FINANCIAL), AnswerIncomplete),
        (Wording(AnswerKind.ACCEPT, "Yes."), AnswerIncomplete),
        (Wording(AnswerKind.REJECT, "No.", ground=Ground.LEGALITY, provision="x"), NoSuchAnswer),
    ],
)
def test_g_4_3_a2_cannot_needs_a_legal_or_financial_ground_and_words(wording, refusal):
    mandate = need_owed()

    with pytest.raises(refusal):
        answer_mandate(mandate_id=mandate.pk, wording=wording, actor=officer_of(mandate.body), now=NOON)

    assert (Answer.objects.count(), AnswerDraft.objects.count()) == (0, 0)


def test_the_database_too_refuses_a_ground_that_is_not_listed():
    mandate = need_owed()
    first, second = officer_of(mandate.body), officer_of(mandate.body)

    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            mandate=mandate, number=1, kind="cannot", ground="not_our_priority", words="No", provision="x",
            officer=first, officer_name="A", officer_role="lead", second=second, second_name="B", second_role="lead",
            published_at=NOON,
        )  # fmt: skip


def test_an_officer_of_another_body_cannot_answer():
    mandate = need_owed()

    with pytest.raises(NotYourBody):
        answer_mandate(mandate_id=mandate.pk, wording=YES, actor=officer_of(BodyFactory()), now=NOON)


def test_a_later_answer_is_a_new_row_and_the_first_stays():
    mandate = need_owed()
    publish(mandate, PART)
    publish(mandate, YES, now=NOON + DAY)

    assert [(answer.number, answer.kind) for answer in mandate.answers.all()] == [(1, "in_part"), (2, "accept")]


def test_history_is_never_edited_by_the_application():
    mandate = need_owed()
    answer = publish(mandate, YES)
    report_action(
        action_id=answer.actions.get().pk, kind=ActionEvent.Kind.STARTED, words="Begun", actor=officer_of(mandate.body),
        now=NOON,
    )  # fmt: skip

    for change in (
        lambda: Answer.objects.filter(pk=answer.pk).update(words="Nothing was promised."),
        lambda: answer.actions.update(due_on=date(2030, 1, 1)),
        lambda: ActionEvent.objects.all()._raw_delete("default"),
        lambda: MandateEvent.objects.all().update(kind="x"),
        lambda: Mandate.objects.all()._raw_delete("default"),
        lambda: Mandate.objects.filter(pk=mandate.pk).update(body=BodyFactory()),
    ):
        with pytest.raises((ProgrammingError, InternalError, IntegrityError)), transaction.atomic():
            change()


def test_two_bodies_answer_one_need_together_each_pledging_what_it_brings():
    mandate = need_owed()
    health = BodyFactory(kind=BodyKind.HEALTH, area=mandate.area.parent)
    second = name_body(priority_id=mandate.priority_id, body_id=health.pk, actor=officer_of(mandate.body), now=NOON)
    answer = publish(
        mandate,
        Wording(
            AnswerKind.ACCEPT,
            "A minibus, together.",
            actions=ACTIONS,
            pledges=(PlannedPledge("money", "Half of the bus", amount_pence=1_000_000),),
        ),
    )

    join_answer(
        mandate_id=second.pk,
        answer_id=answer.pk,
        pledges=(PlannedPledge("staff", "A driver", staff_hours=400),),
        actor=officer_of(health),
        now=NOON,
    )

    second.refresh_from_db()
    assert second.state == "accepted"
    assert list(Pledge.objects.values_list("body", "kind", "amount_pence", "staff_hours")) == [
        (mandate.body_id, "money", 1_000_000, None),
        (health.pk, "staff", None, 400),
    ]


# Overdue -----------------------------------------------------------------------------------------


def test_g_4_3_a1_an_overdue_answer_turns_public_by_itself_and_tells_scrutiny_once():
    round_ = RoundFactory()
    CharterFactory(body=round_.convenor, scrutiny_email="scrutiny@example.org")
    need = SuggestionFactory(round=round_)
    adopt_list(round_id=round_.pk, refs=[need.ref], voters=634, now=NOON)
    mandate = Mandate.objects.get()
    second = timedelta(seconds=1)

    before = Mandate.objects.overdue(at=mandate.due_at - second).count()
    after = Mandate.objects.overdue(at=mandate.due_at).count()
    told = [tell_overdue(now=mandate.due_at + DAY) for _ in range(2)]

    assert (before, after, told) == (0, 1, [1, 0])
    promise = OutboxMessage.objects.get(key=f"mandate-overdue:{mandate.pk}")
    from renewal.kernel.outbox import perform

    perform(message_id=promise.pk, now=NOON)
    notice = Notice.objects.get(kind="mandate_overdue")
    assert notice.address == "scrutiny@example.org"
    assert "Wednesday 5 May 2027" in notice.body


def test_a_late_answer_to_a_need_is_still_taken():
    mandate = need_owed()
    tell_overdue(now=mandate.due_at)

    answer = publish(mandate, YES, now=mandate.due_at + DAY)

    mandate.refresh_from_db()
    assert (mandate.state, answer.number) == ("accepted", 1)


def test_an_answer_leaves_its_trace_in_the_audit():
    mandate = ProjectMandateFactory()
    publish(mandate, REJECT)

    assert list(
        AuditEvent.objects.filter(action__startswith="answer.").order_by("id").values_list("action", flat=True)
    ) == ["answer.drafted", "answer.published", "answer.signed"]


def test_only_who_may_answer_finds_the_duties_of_a_body_in_their_work():
    round_ = RoundFactory()
    adopt_list(round_id=round_.pk, refs=[SuggestionFactory(round=round_).ref], voters=9, now=NOON)
    people = {role: officer_of(round_.convenor, role=role) for role in (Role.REVIEWER, Role.LEAD, Role.AUDITOR)}

    found = {role: Mandate.objects.of_officer(user, on=NOON.date()).count() for role, user in people.items()}

    assert found == {Role.REVIEWER: 1, Role.LEAD: 1, Role.AUDITOR: 0}
