"""When a public body's answer is due, by the working days of its nation (R14, R15, G§4.3)."""

from datetime import date, datetime, timedelta

from renewal.kernel.clock import add_working_days, end_of, london_day, working_days_between

PROJECT_WORKING_DAYS = 20  # R14
CURE_WORKING_DAYS = 15  # R15
APPEAL_WORKING_DAYS = 15  # R15
PRIORITY_WORKING_DAYS = 40  # G§4.3: eight weeks
QUESTION_WORKING_DAYS = 20
PETITION_THRESHOLD = 25  # verified residents who oblige a body to reply
FALLBACK_NATION = "england"  # the United Kingdom as a whole keeps no calendar of its own


def due_moment(made_at: datetime, working_days: int, *, nation: str) -> datetime:
    """Return the London midnight that ends the last working day; the day of ``made_at`` never counts.

    ``nation``: england, wales, scotland or northern-ireland; empty for the United Kingdom, which keeps England's days.
    """
    return end_of(add_working_days(london_day(made_at), working_days, nation=nation or FALLBACK_NATION))


def last_day(due_at: datetime) -> date:
    """Return the last London day on which an answer is in time: the day that ``due_at`` ends."""
    return london_day(due_at - timedelta(microseconds=1))


def working_days_left(now: datetime, due_at: datetime, *, nation: str) -> int:
    """Count working days from today to the last day; 0 on the last day, negative once it has passed."""
    left = working_days_between(london_day(now), last_day(due_at), nation=nation or FALLBACK_NATION)
    return min(left, -1) if last_day(due_at) < london_day(now) else left  # a weekend after the last day is late too
