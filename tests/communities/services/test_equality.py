"""Equality answers are totals from the first moment, and small totals are never published (P3, T22)."""

import pytest
from django.db import connection

from communities.models import EqualityAnswer, EqualityQuestionSet, Nation
from communities.rules.small_numbers import safe_totals
from communities.services.equality import (
    NOT_SAID,
    NotAnAnswer,
    add_answer,
    end_answers,
    published_totals,
)
from tests.factories.voting import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions():
    return EqualityQuestionSet.objects.in_force(nation="wales", on=NOON.date())


def answer(questions, question, given, times=1):
    for _ in range(times):
        add_answer(question_set=questions, occasion="poll:x", question=question, answer=given)


def test_every_nation_has_its_own_questions():
    assert sorted(one.nation for one in EqualityQuestionSet.objects.all()) == sorted(Nation.values)


def test_one_row_holds_a_total_and_no_person_time_or_order(questions):
    answer(questions, "age", "16-24", 3)
    answer(questions, "sex", "female")

    assert EqualityAnswer.objects.get(question="age", answer="16-24").people == 3
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'communities_equalityanswer'"
        )
        assert {name for (name,) in cursor.fetchall()} == {
            "id", "question_set_id", "occasion", "question", "answer", "people"
        }  # fmt: skip


def test_an_answer_that_is_not_offered_is_refused(questions):
    for question, given in (("age", "female"), ("shoe", "yes")):
        with pytest.raises(NotAnAnswer):
            answer(questions, question, given)


def test_totals_under_ten_are_hidden_and_one_more_where_subtraction_would_tell():
    assert safe_totals({"a": 30, "b": 12, "c": 9}) == {"a": 30, "b": None, "c": None}
    assert safe_totals({"a": 30, "b": 3, "c": 9}) == {"a": 30, "b": None, "c": None}
    assert safe_totals({"a": 30, "b": 12}) == {"a": 30, "b": 12}
    assert safe_totals({"a": 30, "b": 0}) == {"a": None, "b": None}


def test_a_question_few_answered_is_left_out_and_small_totals_end_with_the_records(questions):
    answer(questions, "age", "16-24", 9)
    answer(questions, "sex", "female", 12)
    answer(questions, "sex", "male", 11)
    answer(questions, "sex", NOT_SAID, 10)

    assert [(one.question["code"], dict(one.totals)) for one in published_totals(occasion="poll:x")] == [
        ("sex", {"female": 12, "male": 11, NOT_SAID: 10})
    ]
    end_answers(occasion="poll:x")

    assert EqualityAnswer.objects.count() == 3
    assert [dict(one.totals) for one in published_totals(occasion="poll:x")] == [
        {"female": 12, "male": 11, NOT_SAID: 10}
    ]
