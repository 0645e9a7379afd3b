"""When an answer is due: clock changes, leap day, bank holidays of each nation, year ends (R14, R15, G§4.3)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.rules.answering import due_moment, last_day, working_days_left
from renewal.kernel.clock import add_working_days, at, end_of, is_working_day, london_day

NATIONS = ("england", "wales", "scotland", "northern-ireland", "")
TWENTY = [
    (date(2027, 3, 5), "england", date(2027, 4, 6)),  # Good Friday 26 March, Easter Monday, clocks on 28 March
    (date(2027, 3, 5), "scotland", date(2027, 4, 5)),  # Scotland works on Easter Monday
    (date(2027, 3, 5), "northern-ireland", date(2027, 4, 7)),  # St Patrick's Day too
    (date(2027, 10, 22), "wales", date(2027, 11, 19)),  # clocks go back on 31 October
    (date(2028, 2, 14), "england", date(2028, 3, 13)),  # leap day counts as a Tuesday
    (date(2026, 12, 11), "england", date(2027, 1, 13)),  # year end: 25, 28 December, 1 January
    (date(2026, 12, 11), "scotland", date(2027, 1, 14)),  # 4 January too: 2 January is a Saturday
    (date(2027, 7, 1), "northern-ireland", date(2027, 7, 30)),  # 12 July
    (date(2027, 7, 1), "", date(2027, 7, 29)),  # the United Kingdom keeps England's days
    (date(2027, 3, 1), "wales", date(2027, 3, 31)),  # St David's Day is a working day
    (date(2027, 11, 12), "scotland", date(2027, 12, 13)),  # 30 November is a Tuesday: St Andrew's Day
    (date(2028, 2, 29), "wales", date(2028, 3, 28)),  # made on the leap day itself
    (date(2027, 12, 31), "england", date(2028, 1, 31)),  # 1 January is a Saturday: Monday 3 January
]


@pytest.mark.parametrize(("made", "nation", "last"), TWENTY)
def test_the_deadline_is_the_midnight_that_ends_the_twentieth_working_day(made, nation, last):
    due_at = due_moment(at(made, 15), 20, nation=nation)

    assert (last_day(due_at), due_at) == (last, end_of(last))
    assert working_days_left(at(made, 15), due_at, nation=nation) == 20


def calendar_days(made_at, days, *, nation):
    return end_of(london_day(made_at) + timedelta(days=days))


def first_day_counts(made_at, days, *, nation):
    return end_of(add_working_days(london_day(made_at) - timedelta(days=1), days, nation=nation or "england"))


def englands_days_everywhere(made_at, days, *, nation):
    return due_moment(made_at, days, nation="england")


def midnight_of_utc(made_at, days, *, nation):
    day = last_day(due_moment(made_at, days, nation=nation))
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), made_at.tzinfo)


def days_of_24_hours(made_at, days, *, nation):
    first = london_day(made_at)
    return end_of(first) + timedelta(hours=24) * (last_day(due_moment(made_at, days, nation=nation)) - first).days


@pytest.mark.parametrize(
    "variant", [calendar_days, first_day_counts, englands_days_everywhere, midnight_of_utc, days_of_24_hours]
)
def test_the_table_finds_each_wrong_way_to_count(variant):
    assert any(variant(at(made, 15), 20, nation=nation) != end_of(last) for made, nation, last in TWENTY)


@given(
    made=st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 1)),
    days=st.integers(1, 45),
    nation=st.sampled_from(NATIONS),
)
def test_a_deadline_ends_a_working_day_of_the_nation_and_leaves_exactly_its_days(made, days, nation):
    made_at = made.astimezone()

    due_at = due_moment(made_at, days, nation=nation)

    last = last_day(due_at)
    assert is_working_day(last, nation=nation or "england")
    assert due_at == end_of(last)
    assert working_days_left(made_at, due_at, nation=nation) == days
    assert last_day(due_moment(made_at, days + 1, nation=nation)) > last


def test_a_moment_before_london_midnight_belongs_to_its_london_day():
    just_before = datetime.fromisoformat("2027-06-30T22:59:59+00:00")  # 23:59:59 in London
    just_after = datetime.fromisoformat("2027-06-30T23:00:00+00:00")

    assert last_day(due_moment(just_before, 1, nation="england")) == date(2027, 7, 1)
    assert last_day(due_moment(just_after, 1, nation="england")) == date(2027, 7, 2)
