"""The election calendar: import it, and record with two officers why a vote goes on before an election."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from communities.models import Area, User
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from voting.models import PeriodException, Poll, PreElectionPeriod
from voting.services.errors import SecondPersonNeeded


class LineNotRead(DomainError):
    """A line of the calendar does not hold what it should; ``line`` is its number and ``why`` area, day or parts."""


class BeforeAnElection(DomainError):
    """A pre-election period, ``name``, forbids this today, and two officers have not recorded why it happens."""


@dataclass(frozen=True)
class Election:
    """One line of a calendar."""

    name: str
    area_code: str
    starts_on: date
    election_on: date


def read_calendar(text: str) -> list[Election]:
    """Read lines of ``name; area code; first day; polling day`` with days as 2027-03-25; raises LineNotRead."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in line.split(";")]
        if not any(parts):
            continue
        if len(parts) != 4 or not parts[0]:
            raise LineNotRead(line=number, why="parts")
        try:
            starts_on, election_on = date.fromisoformat(parts[2]), date.fromisoformat(parts[3])
        except ValueError as error:
            raise LineNotRead(line=number, why="day") from error
        if election_on < starts_on:
            raise LineNotRead(line=number, why="day")
        found.append(Election(parts[0][:200], parts[1], starts_on, election_on))
    return found


@transaction.atomic
def import_calendar(*, text: str, source: str, actor: User | None, now: datetime) -> int:
    """Take in a calendar; an election that is there already gets its new name and first day. Returns how many lines."""
    elections = read_calendar(text)
    codes = {area.code: area for area in Area.objects.current(on=london_day(now)).filter(
        code__in={election.area_code for election in elections}
    )}  # fmt: skip
    for number, election in enumerate(elections, start=1):
        if election.area_code not in codes:
            raise LineNotRead(line=number, why="area")
        period, _ = PreElectionPeriod.objects.update_or_create(
            area=codes[election.area_code],
            election_on=election.election_on,
            defaults={"name": election.name, "starts_on": election.starts_on, "source": source},
        )
        record(actor=actor, action="calendar.imported", subject=period, source=source)
    return len(elections)


@transaction.atomic
def propose_exception(*, period_id: int, area_id: int, reason: str, actor: User, now: datetime) -> PeriodException:
    """Write down why votes of an area go on in a pre-election period; another officer confirms."""
    made, is_new = PeriodException.objects.get_or_create(
        period_id=period_id,
        area_id=area_id,
        defaults={"reason": reason, "proposed_by_id": actor.pk, "proposed_at": now},
    )
    if is_new:
        record(actor=actor, action="calendar.exception_proposed", subject=made, area_id=area_id)
    return made


@transaction.atomic
def confirm_exception(*, exception_id: int, actor: User, now: datetime) -> None:
    """Confirm, as a second officer, that votes go on; confirming again changes nothing."""
    made = PeriodException.objects.select_for_update().get(pk=exception_id)
    if made.proposed_by_id == actor.pk:
        raise SecondPersonNeeded()
    if made.confirmed_at is None:
        made.confirmed_by_id, made.confirmed_at = actor.pk, now
        made.save(update_fields=["confirmed_by_id", "confirmed_at"])
        record(actor=actor, action="calendar.exception_confirmed", subject=made, area_id=made.area_id)


def refuse_before_election(*, poll: Poll, now: datetime) -> None:
    """Raise BeforeAnElection when a result would be announced in a pre-election period without two officers' reason."""
    today = london_day(now)
    periods = PreElectionPeriod.objects.touching(area=poll.area, first=today, last=today)
    if (period := periods.without_exception(area=poll.area).first()) is not None:
        raise BeforeAnElection(name=period.name, ends_on=period.election_on.isoformat())
