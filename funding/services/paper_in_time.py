"""Paper that reached a helper while Ideas was open is in time, though it is typed some days later."""

from datetime import date, datetime

from funding.models import Round, Step
from funding.rules.answering import last_day
from renewal.kernel.clock import add_working_days, end_of, london_day

TYPE_DAYS = 5  # working days after Ideas closed in which a helper may still type what came on paper


def typed_until(round_: Round) -> datetime | None:
    """Return until when paper of a round's Ideas step may be typed; None for a round without that step."""
    windows = {phase.step: phase for phase in round_.phases.all()}
    if Step.IDEAS not in windows:
        return None
    last = last_day(windows[Step.IDEAS].ends_at)
    until = end_of(add_working_days(last, TYPE_DAYS, nation=round_.area.nation or "england"))
    return min(until, windows[Step.CHECKS].ends_at) if Step.CHECKS in windows else until


def is_paper_in_time(round_: Round, *, received_on: date | None, now: datetime) -> bool:
    """Tell whether paper that came on a day may be typed now: it came while Ideas was open, and not long ago."""
    until = typed_until(round_) if received_on else None
    if received_on is None or until is None or now >= until:
        return False
    ideas = next(phase for phase in round_.phases.all() if phase.step == Step.IDEAS)
    last = last_day(ideas.ends_at)
    return london_day(ideas.starts_at) <= received_on <= min(last, london_day(now))


def is_typing(round_: Round, *, now: datetime) -> bool:
    """Tell whether Ideas is over and paper of it may still be typed."""
    until = typed_until(round_)
    over = any(phase.step == Step.IDEAS and phase.ends_at <= now for phase in round_.phases.all())
    return over and until is not None and now < until
