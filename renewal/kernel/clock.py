"""London days and half-open windows.

Moments are aware and stored in UTC; people read London. A deadline "on 3 June" is the London midnight that ends it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
NATION_HOLIDAYS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}


def london_day(moment: datetime) -> date:
    """Return the London calendar day of a moment."""
    return moment.astimezone(LONDON).date()


def start_of(day: date) -> datetime:
    """Return the moment at which a London day begins, in UTC."""
    return datetime.combine(day, time(0), LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the moment that ends a London day: the next midnight, in UTC. Days are 23 or 25 hours at clock changes."""
    return start_of(day + timedelta(days=1))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a London wall-clock time in UTC.

    An hour that does not exist (last Sunday of March) or happens twice (last Sunday of October) raises ValueError:
    no deadline may be set inside it.
    """
    local = datetime.combine(day, time(hour, minute), LONDON)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise ValueError(f"{local:%d %B %Y %H:%M} is missing or happens twice in London: choose another hour")
    return local.astimezone(UTC)


def within(moment: datetime, opens_at: datetime | None, closes_at: datetime | None) -> bool:
    """Tell whether a moment lies in the half-open window ``opens_at <= moment < closes_at``; None opens a side."""
    return (opens_at is None or opens_at <= moment) and (closes_at is None or moment < closes_at)


@lru_cache(maxsize=64)
def _bank_holidays(nation: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=NATION_HOLIDAYS[nation], years=year))


def is_working_day(day: date, *, nation: str) -> bool:
    """Tell whether a day is neither a weekend nor a bank holiday of the nation (england, wales, scotland, …)."""
    return day.weekday() < 5 and day not in _bank_holidays(nation, day.year)


def working_days_from(day: date, *, nation: str) -> Iterator[date]:
    """Yield the working days after a day, in order, without end."""
    while True:
        day += timedelta(days=1)
        if is_working_day(day, nation=nation):
            yield day


def add_working_days(day: date, count: int, *, nation: str) -> date:
    """Return the ``count``-th working day after a day (the day itself never counts); ``count`` is at least 1."""
    if count < 1:
        raise ValueError(f"count of working days must be at least 1, not {count}")
    following = working_days_from(day, nation=nation)
    for _ in range(count - 1):
        next(following)
    return next(following)


def working_days_between(first: date, last: date, *, nation: str) -> int:
    """Count the working days after ``first`` up to and with ``last``; negative when ``last`` lies before ``first``."""
    if last < first:
        return -working_days_between(last, first, nation=nation)
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return sum(is_working_day(day, nation=nation) for day in days)
