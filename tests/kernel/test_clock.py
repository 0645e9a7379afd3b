"""London days: clock changes, leap days, bank holidays of each nation."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.kernel import clock

SPRING = date(2026, 3, 29)  # 23 hours long
AUTUMN = date(2026, 10, 25)  # 25 hours long


def test_a_deadline_on_a_day_is_the_london_midnight_that_ends_it():
    assert clock.end_of(date(2027, 6, 3)) == datetime(2027, 6, 3, 23, tzinfo=UTC)
    assert clock.end_of(date(2027, 1, 3)) == datetime(2027, 1, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_days_at_clock_changes_are_shorter_and_longer(day, hours):
    assert clock.end_of(day) - clock.start_of(day) == timedelta(hours=hours)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_a_wall_clock_time_that_is_missing_or_doubled_is_refused(day):
    with pytest.raises(ValueError, match="choose another hour"):
        clock.at(day, 1, 30)


def test_five_in_the_afternoon_is_london_time_in_summer_and_winter():
    assert clock.at(date(2027, 6, 29), 17) == datetime(2027, 6, 29, 16, tzinfo=UTC)
    assert clock.at(date(2027, 1, 29), 17) == datetime(2027, 1, 29, 17, tzinfo=UTC)


def test_windows_are_half_open():
    opens, closes = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)
    assert clock.within(opens, opens, closes)
    assert not clock.within(closes, opens, closes)
    assert clock.within(closes, opens, None)


def test_working_days_skip_weekends_and_the_bank_holidays_of_the_nation():
    christmas_eve = date(2026, 12, 24)
    assert clock.add_working_days(christmas_eve, 1, nation="england") == date(2026, 12, 29)
    new_years_eve = date(2026, 12, 31)
    assert clock.add_working_days(new_years_eve, 1, nation="england") == date(2027, 1, 4)
    assert clock.add_working_days(new_years_eve, 1, nation="scotland") == date(2027, 1, 5)


def test_st_patricks_day_is_a_holiday_in_northern_ireland_only():
    day = date(2027, 3, 17)
    assert clock.is_working_day(day, nation="england")
    assert not clock.is_working_day(day, nation="northern-ireland")


@given(
    start=st.dates(date(2024, 1, 1), date(2029, 12, 31)),
    count=st.integers(1, 40),
    nation=st.sampled_from(sorted(clock.NATION_HOLIDAYS)),
)
def test_counting_working_days_back_gives_what_was_added(start, count, nation):
    end = clock.add_working_days(start, count, nation=nation)

    assert clock.working_days_between(start, end, nation=nation) == count
    assert clock.is_working_day(end, nation=nation)


def test_nothing_is_due_in_no_working_days():
    with pytest.raises(ValueError, match="at least 1"):
        clock.add_working_days(date(2027, 1, 4), 0, nation="wales")
