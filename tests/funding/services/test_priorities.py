"""Needs: suggested, supported, joined, left out, and adopted in the order of a poll (G§4.2)."""

from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError, transaction

from funding.models import LeftOutReason, Mandate, Priority, PriorityList, Suggestion, SuggestionMerge, Support
from funding.services.officers import NotYourBody
from funding.services.priorities import (
    SUPPORTS_A_ROUND,
    AlreadyAdopted,
    CannotJoin,
    NeedUnclear,
    NotCounted,
    NotSuggesting,
    TooMuchSupport,
    adopt_list,
    adopt_priorities,
    join_needs,
    leave_out_need,
    plain_sentence,
    stop_supporting,
    suggest_need,
    support_need,
)
from tests.factories.answers import NOON, RoundFactory, SuggestionFactory, officer_of

pytestmark = pytest.mark.django_db


def test_a_need_gets_the_next_number_of_its_round_and_the_support_of_its_browser():
    round_ = RoundFactory(prefix="ASH")

    first = suggest_need(round_id=round_.pk, text="Somewhere warm to meet", browser="b1", now=NOON)
    second = suggest_need(round_id=round_.pk, text="A safer walk along the river", now=NOON)

    assert [(need.ref, need.support_count) for need in (first, second)] == [("ASH-N01", 1), ("ASH-N02", 0)]


@pytest.mark.parametrize("text", ["", "warm", "x" * 161, "\u202e\u200b\u2066", "  \n \t "])
def test_a_sentence_that_says_nothing_or_too_much_is_refused(text):
    round_ = RoundFactory()

    with pytest.raises(NeedUnclear):
        suggest_need(round_id=round_.pk, text=text, now=NOON)

    assert round_.suggestions.count() == 0


def test_direction_marks_and_line_ends_are_taken_out_of_a_sentence():
    assert plain_sentence("A safe\u202e walk\r\n to\x00 school") == "A safe walk to school"


@pytest.mark.parametrize("moment", [NOON - timedelta(days=31), NOON + timedelta(days=30)])
def test_no_need_is_taken_outside_the_first_step(moment):
    round_ = RoundFactory()

    with pytest.raises(NotSuggesting):
        suggest_need(round_id=round_.pk, text="Somewhere warm to meet", now=moment)


def test_one_browser_supports_a_need_once_and_may_take_it_back():
    need = SuggestionFactory()

    answers = [support_need(suggestion_id=need.pk, browser="b1", now=NOON) for _ in range(2)]
    need.refresh_from_db()
    counted = need.support_count
    stop_supporting(suggestion_id=need.pk, browser="b1", now=NOON)
    need.refresh_from_db()

    assert (answers, counted, need.support_count) == ([True, False], 1, 0)


def test_one_browser_supports_only_so_many_needs_of_a_round():
    round_ = RoundFactory()
    needs = SuggestionFactory.create_batch(SUPPORTS_A_ROUND + 1, round=round_)
    for need in needs[:-1]:
        support_need(suggestion_id=need.pk, browser="b1", now=NOON)

    with pytest.raises(TooMuchSupport):
        support_need(suggestion_id=needs[-1].pk, browser="b1", now=NOON)

    assert support_need(suggestion_id=needs[-1].pk, browser="b2", now=NOON) is True


def test_joining_two_needs_counts_each_browser_once_and_leaves_a_trace():
    source = SuggestionFactory(heard_count=12)
    target = SuggestionFactory(round=source.round, heard_count=3)
    officer = officer_of(source.round.convenor)
    for need, browser in ((source, "b1"), (source, "b2"), (target, "b2"), (target, "b3")):
        support_need(suggestion_id=need.pk, browser=browser, now=NOON)

    join_needs(source_id=source.pk, target_id=target.pk, words="Both ask for a warm room", actor=officer, now=NOON)

    source.refresh_from_db()
    target.refresh_from_db()
    merge = SuggestionMerge.objects.get()
    assert (target.support_count, target.heard_count) == (3, 15)
    assert (source.state, source.merged_into) == ("merged", target)
    assert (merge.support_brought, merge.heard_brought, merge.words) == (1, 12, "Both ask for a warm room")
    assert Support.objects.filter(suggestion=source).count() == 2  # the trace keeps what was there


def test_support_for_a_joined_need_goes_to_the_one_it_joined():
    source = SuggestionFactory()
    target = SuggestionFactory(round=source.round)
    officer = officer_of(source.round.convenor)
    join_needs(source_id=source.pk, target_id=target.pk, words="The same", actor=officer, now=NOON)

    support_need(suggestion_id=source.pk, browser="b9", now=NOON)

    target.refresh_from_db()
    assert target.support_count == 1


def test_needs_of_two_rounds_cannot_be_joined():
    source, target = SuggestionFactory(), SuggestionFactory()

    with pytest.raises(CannotJoin):
        join_needs(
            source_id=source.pk,
            target_id=target.pk,
            words="The same",
            actor=officer_of(source.round.convenor),
            now=NOON,
        )


def test_an_officer_of_another_body_cannot_join_or_leave_out_needs():
    source = SuggestionFactory()
    target = SuggestionFactory(round=source.round)
    stranger = officer_of(SuggestionFactory().round.convenor)

    with pytest.raises(NotYourBody):
        join_needs(source_id=source.pk, target_id=target.pk, words="The same", actor=stranger, now=NOON)
    with pytest.raises(NotYourBody):
        leave_out_need(suggestion_id=source.pk, reason="abusive", words="No", actor=stranger, now=NOON)


def test_leaving_a_need_out_takes_a_coded_reason_and_words():
    need = SuggestionFactory()
    officer = officer_of(need.round.convenor)

    leave_out_need(
        suggestion_id=need.pk,
        reason=LeftOutReason.NAMES_A_PERSON,
        words="It names a neighbour.",
        actor=officer,
        now=NOON,
    )

    need.refresh_from_db()
    assert (need.state, need.left_out_reason, need.left_out_by) == (
        "left_out",
        "names_a_person",
        need.round.convenor,
    )


def test_no_code_lets_an_officer_leave_out_what_the_body_dislikes():
    assert set(LeftOutReason.values) == {"names_a_person", "abusive", "not_a_need", "other_area", "withdrawn"}


def test_an_order_without_a_published_count_is_not_adopted():
    round_ = RoundFactory()

    with pytest.raises(NotCounted):
        adopt_priorities(round_id=round_.pk, now=NOON)


def test_g_4_2_a3_a_change_after_adoption_is_a_new_version_and_the_old_one_still_stands():
    needs = SuggestionFactory.create_batch(3, round=RoundFactory())
    refs = [need.ref for need in needs]
    first = adopt_list(round_id=needs[0].round_id, refs=refs, voters=634, now=NOON)

    with pytest.raises(AlreadyAdopted):
        adopt_list(round_id=needs[0].round_id, refs=refs[::-1], voters=634, now=NOON)
    second = adopt_list(
        round_id=needs[0].round_id, refs=refs[::-1], voters=640, why_changed="Six paper votes were found.", now=NOON
    )

    assert [item.ref for item in first.priorities.all()] == refs
    assert [item.ref for item in second.priorities.all()] == refs[::-1]
    assert [item.ref for item in Priority.objects.current().filter(list__round=needs[0].round)] == refs[::-1]
    assert Mandate.objects.filter(kind="priority").count() == 3  # the duties and their answers stay with the needs


def test_the_adopted_list_cannot_be_edited_by_the_application():
    needs = SuggestionFactory.create_batch(2, round=RoundFactory())
    list_ = adopt_list(round_id=needs[0].round_id, refs=[need.ref for need in needs], voters=10, now=NOON)

    for change in (
        lambda: PriorityList.objects.filter(pk=list_.pk).update(voters=1),
        lambda: Priority.objects.filter(list=list_, rank=1).update(rank=9),
        lambda: Priority.objects.filter(list=list_)._raw_delete("default"),
    ):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            change()


def test_numbers_of_a_round_have_no_gap():
    round_ = RoundFactory()
    for _ in range(3):
        suggest_need(round_id=round_.pk, text="Somewhere warm to meet", now=NOON)

    numbers = list(Suggestion.objects.filter(round=round_).values_list("number", flat=True))

    assert numbers == [1, 2, 3]
