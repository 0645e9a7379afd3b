"""Gatherings: what was heard becomes a need with its count, or joins one, with trace."""

from datetime import date, timedelta

import pytest

from funding.models import Heard, Suggestion
from funding.services.gatherings import (
    BadTimes,
    GatheringFacts,
    NotATable,
    NotYet,
    call_gathering,
    cancel_gathering,
    change_gathering,
    finish_action,
    record_attendance,
    record_heard,
    seat_at_table,
    take_on_action,
)
from funding.services.officers import NotYourBody
from renewal.kernel.models import OutboxMessage
from tests.factories.answers import NOON, GatheringFactory, RoundFactory, SuggestionFactory, officer_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOON + 8 * DAY


def facts(**changed):
    given = {
        "title": "Tea and talk", "starts_at": NOON + DAY, "ends_at": NOON + DAY + timedelta(hours=2),
        "place": "Library", "access": "Step-free", "languages": "English",
    }  # fmt: skip
    return GatheringFacts(**given | changed)


def test_a_gathering_is_called_by_the_body_and_told_to_those_who_asked():
    round_ = RoundFactory()
    officer = officer_of(round_.convenor)

    made = call_gathering(
        area=round_.area, convenor=round_.convenor, facts=facts(), bodies=[round_.convenor], actor=officer, now=NOON
    )

    assert list(made.bodies.all()) == [round_.convenor]
    assert OutboxMessage.objects.filter(key=f"gathering-told:{made.pk}:0").exists()


@pytest.mark.parametrize("wrong", [{"starts_at": NOON - DAY}, {"ends_at": NOON + DAY}])
def test_a_gathering_lies_ahead_and_ends_after_it_starts(wrong):
    round_ = RoundFactory()

    with pytest.raises(BadTimes):
        call_gathering(
            area=round_.area, convenor=round_.convenor, facts=facts(**wrong), bodies=[],
            actor=officer_of(round_.convenor), now=NOON,
        )  # fmt: skip


def test_a_stranger_to_the_body_cannot_call_one():
    round_ = RoundFactory()

    with pytest.raises(NotYourBody):
        call_gathering(
            area=round_.area, convenor=round_.convenor, facts=facts(), bodies=[],
            actor=officer_of(RoundFactory().convenor), now=NOON,
        )  # fmt: skip


def test_a_change_or_a_cancellation_raises_the_number_that_calendars_follow():
    gathering = GatheringFactory()
    officer = officer_of(gathering.convenor)

    change_gathering(gathering_id=gathering.pk, facts=facts(place="Hall"), bodies=[], actor=officer, now=NOON)
    cancelled = cancel_gathering(gathering_id=gathering.pk, words="The hall is flooded.", actor=officer, now=NOON)

    assert (cancelled.place, cancelled.sequence, cancelled.cancelled_words) == ("Hall", 2, "The hall is flooded.")


def test_a_point_becomes_a_need_with_its_count_or_joins_one():
    gathering = GatheringFactory()
    need = SuggestionFactory(round=gathering.round, heard_count=3)
    officer = officer_of(gathering.convenor)

    new = record_heard(gathering_id=gathering.pk, text="A toilet at the market", people=9, actor=officer, now=LATER)
    joined = record_heard(
        gathering_id=gathering.pk, text="A warm room", people=12, joins=need.pk, actor=officer, now=LATER
    )

    need.refresh_from_db()
    assert (new.suggestion.heard_count, new.suggestion.origin, new.joined) == (9, "gathering", False)
    assert (joined.suggestion, need.heard_count, joined.joined) == (need, 15, True)
    assert Suggestion.objects.filter(round=gathering.round).count() == 2


def test_nothing_is_recorded_before_it_has_begun():
    gathering = GatheringFactory()
    officer = officer_of(gathering.convenor)

    with pytest.raises(NotYet):
        record_attendance(gathering_id=gathering.pk, came_count=41, actor=officer, now=NOON)
    with pytest.raises(NotYet):
        record_heard(gathering_id=gathering.pk, text="A warm room", people=1, actor=officer, now=NOON)

    assert Heard.objects.count() == 0
    assert record_attendance(gathering_id=gathering.pk, came_count=41, actor=officer, now=LATER).came_count == 41


def test_a_yearly_table_keeps_seats_and_what_was_taken_on_and_done():
    table = GatheringFactory(kind="table")
    officer = officer_of(table.convenor)

    seat_at_table(gathering_id=table.pk, sector="faith", organisation="Mosque", people=2, actor=officer, now=NOON)
    seat_at_table(gathering_id=table.pk, sector="faith", organisation="Mosque", people=3, actor=officer, now=NOON)
    action = take_on_action(
        gathering_id=table.pk, words="Open the hall", taken_by="Mosque", due_on=date(2027, 6, 1), actor=officer,
        now=NOON,
    )  # fmt: skip
    done = finish_action(action_id=action.pk, done_on=date(2027, 5, 1), outcome="Open", actor=officer, now=NOON)

    assert list(table.seats.values_list("sector", "organisation", "people")) == [("faith", "Mosque", 3)]
    assert (done.done_on, done.outcome) == (date(2027, 5, 1), "Open")


def test_other_gatherings_keep_no_seats():
    meeting = GatheringFactory()

    with pytest.raises(NotATable):
        seat_at_table(
            gathering_id=meeting.pk, sector="faith", organisation="x", people=1, actor=officer_of(meeting.convenor),
            now=NOON,
        )  # fmt: skip
