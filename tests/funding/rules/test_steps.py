"""Where a round stands."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from funding.rules.steps import Standing, Window, is_open, standings, step_at

NOON = datetime(2027, 6, 8, 12, tzinfo=UTC)


def windows(*days: tuple[str, int, int]) -> list[Window]:
    return [Window(name, NOON + timedelta(days=first), NOON + timedelta(days=last)) for name, first, last in days]


ROUND = windows(("priorities", 0, 10), ("ideas", 10, 20), ("checks", 25, 30), ("vote", 30, 51))


def test_before_the_first_step_there_is_none():
    assert step_at(ROUND, NOON - timedelta(microseconds=1)) is None


def test_a_step_begins_at_its_first_moment_and_is_over_at_its_last():
    start, end = NOON + timedelta(days=30), NOON + timedelta(days=51)

    assert [is_open(ROUND, "vote", at) for at in (start - timedelta(microseconds=1), start)] == [False, True]
    assert [is_open(ROUND, "vote", at) for at in (end - timedelta(microseconds=1), end)] == [True, False]


def test_between_two_steps_the_earlier_is_named_and_the_later_comes_next():
    at = NOON + timedelta(days=22)

    assert step_at(ROUND, at) == "ideas"
    assert standings(ROUND, at) == {
        "priorities": Standing.DONE,
        "ideas": Standing.DONE,
        "checks": Standing.NEXT,
        "vote": Standing.LATER,
    }


def test_after_the_last_step_it_stays_the_last():
    assert step_at(ROUND, NOON + timedelta(days=500)) == "vote"


@given(st.integers(-5, 60))
def test_at_most_one_step_is_here_and_at_most_one_is_next(day):
    found = list(standings(ROUND, NOON + timedelta(days=day)).values())

    assert found.count(Standing.HERE) <= 1
    assert found.count(Standing.NEXT) <= 1
    assert sorted(found, key=list(Standing).index) == found
