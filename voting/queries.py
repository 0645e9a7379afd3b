"""Reads that shape the pages of a vote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models
from django.http import Http404
from django.utils.translation import get_language, gettext

from communities.models import Area
from renewal.kernel.clock import london_day
from renewal.kernel.languages import local
from renewal.kernel.money import Pence
from renewal.kernel.parts import BallotRow
from voting.codes import ALPHABET, normal
from voting.models import (
    AddressList,
    HelpPlace,
    LetterJob,
    LogEntry,
    Option,
    PeriodException,
    Poll,
    PollRequest,
    PreElectionPeriod,
    RollEntry,
    SealedBallot,
)
from voting.models.poll import GRACE
from voting.services.choices import total_of
from voting.services.logging import inclusion_of
from voting.states import PollState

M = TypeVar("M", bound=models.Model)
# Plain SQL: every page of a vote asks for its poll, and the ORM takes five times as long to write the question. With it
# come the area and whether a list was imported; the opening document stays where it is until somebody reads it.
POLL_FIELDS = [field for field in Poll._meta.concrete_fields if field.name != "opening_document"]
AREA_FIELDS = list(Area._meta.concrete_fields)
POLL = f"""
SELECT {", ".join(f"p.{field.column}" for field in POLL_FIELDS)},
       {", ".join(f"a.{field.column}" for field in AREA_FIELDS)},
       EXISTS (SELECT 1 FROM voting_addresslist l WHERE l.poll_id = p.id)
FROM voting_poll p JOIN communities_area a ON a.id = p.area_id WHERE p.slug = %s
"""  # noqa: S608 -- the names of columns come from the models
POLL_TO_SEND = """
SELECT p.id, p.slug, p.state, p.opens_at, p.closes_at, d.ciphertext
FROM voting_poll p LEFT JOIN voting_ballotdraft d ON d.poll_id = p.id AND d.id = ANY(%s)
WHERE p.slug = %s AND p.state <> 'cancelled'
"""
TO_SEND = ("id", "slug", "state", "opens_at", "closes_at")


def announced_poll(slug: str) -> Poll:
    """Fetch a poll for its first page, which also says why a vote was cancelled; a draft given up stays unseen."""
    with connection.cursor() as cursor:
        cursor.execute(POLL, [slug])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    *facts, has_list = row
    poll = _read(Poll, POLL_FIELDS, facts[: len(POLL_FIELDS)])
    poll.area, poll.has_list = _read(Area, AREA_FIELDS, facts[len(POLL_FIELDS) :]), has_list
    if poll.state == PollState.CANCELLED and poll.began_at is None:
        raise Http404
    return poll


def _read(model: type[M], fields: Sequence[Any], values: Sequence[Any]) -> M:
    """Make a row of a model from what the database said, each value read as its field reads it."""
    read = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db("default", [field.attname for field in fields], read)


def public_poll(slug: str) -> Poll:
    """Fetch a poll that people may see, with its area; anything else is a helpful 404."""
    poll = announced_poll(slug)
    if poll.state == PollState.CANCELLED:
        raise Http404
    return poll


def poll_to_send(slug: str, *, draft_ids: Sequence[UUID]) -> tuple[Poll, bytes | None]:
    """The same for the send request, which shows no page: what it needs at once, the rest when it is asked for.

    With it comes the sealed draft of the poll, if it is one of those this device may have.
    """
    with connection.cursor() as cursor:
        cursor.execute(POLL_TO_SEND, [list(draft_ids), slug])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    *facts, sealed = row
    return Poll.from_db("default", TO_SEND, facts), None if sealed is None else bytes(sealed)


def changes_of(poll: Poll) -> list[PollRequest]:
    """List what two officers changed in a running vote, with their published reasons, newest first."""
    return list(poll.requests.filter(confirmed_at__isnull=False).order_by("-confirmed_at", "-pk"))


def area_name(poll: Poll) -> str:
    """The name of a vote's area in the reader's language."""
    return local(poll.area.name, poll.area.name_cy)


def moment_of(poll: Poll, *, now: datetime) -> str:
    """Say where a poll stands for a resident: soon, open, late (only from the review page), paused, closed, result,
    cancelled."""
    if poll.state in {PollState.PUBLISHED, PollState.CANCELLED}:
        return "result" if poll.state == PollState.PUBLISHED else "cancelled"
    if poll.state in {PollState.DRAFT, PollState.REHEARSAL} or (poll.state == PollState.OPEN and now < poll.opens_at):
        return "soon"
    if poll.state == PollState.PAUSED:
        return "paused"
    if poll.takes_votes(at=now):
        return "open"
    return "late" if poll.takes_late_votes(at=now) else "closed"


def ballot_rows(poll: Poll, options: Iterable[Option], chosen: Sequence[str]) -> list[BallotRow]:
    """Shape the rows of a ballot; withdrawn options are left out. For a ranked poll ``extra`` holds the rank."""
    ranks = {ref: place for place, ref in enumerate(chosen, start=1)}
    return [
        BallotRow(
            value=option.ref,
            title=option.label,
            cost=Pence(option.cost_pence) if poll.has_costs else None,
            summary=local(option.summary, option.summary_cy),
            read_url=f"/{get_language()}{option.url_path}" if option.url_path else "",
            ref=option.ref,
            chosen=option.ref in ranks,
            language="en-GB" if get_language() == "cy" and not option.title_cy else "",
            extra={"rank": ranks.get(option.ref)},
        )
        for option in options
        if option.withdrawn_at is None
    ]


LONG_BALLOT = 30  # more options than this are grouped under headings, still in one form


@dataclass(frozen=True)
class Section:
    """A heading of a long ballot with its rows; an empty title only where the ballot is short."""

    key: str
    title: str
    rows: list[BallotRow]


def sections_of(options: Iterable[Option], rows: Sequence[BallotRow]) -> list[Section]:
    """Group the rows of a long ballot by their heading, in the voter's own order; a short one is a single section."""
    headings = {option.ref: local(option.section, option.section_cy) for option in options}
    if len(rows) <= LONG_BALLOT or len(set(headings.values())) < 2:
        return [Section("all", "", list(rows))]
    grouped: dict[str, list[BallotRow]] = {}
    for row in rows:
        grouped.setdefault(headings[row.value] or gettext("Other projects"), []).append(row)
    return [Section(f"part-{number}", title, rows) for number, (title, rows) in enumerate(grouped.items(), start=1)]


@dataclass(frozen=True)
class Remedy:
    """One choice whose removal alone brings a ballot back within the money."""

    option: Option
    title: str
    left_pence: int


def single_removals(poll: Poll, options: Iterable[Option], chosen: Sequence[str]) -> list[Remedy]:
    """List the choices that would each be enough to untick, dearest first."""
    options = list(options)
    over = total_of(poll, options, chosen).over_pence
    enough = [option for option in options if option.ref in set(chosen) and option.cost_pence >= over > 0]
    enough.sort(key=lambda option: -option.cost_pence)
    return [Remedy(option, option.label, option.cost_pence - over) for option in enough]


@dataclass(frozen=True)
class OpenBallot:
    """One ballot a checked person has: the poll, whether a vote has arrived, and where to go on."""

    poll: Poll
    title: str
    has_voted: bool


def ballots_of(entry_ids: Iterable[int], *, now: datetime) -> list[OpenBallot]:
    """The open votes on whose roll these entries stand, and in which of them a vote has been sent."""
    ids = list(entry_ids)
    if not ids:
        return []
    entries = RollEntry.objects.filter(pk__in=ids).select_related("poll", "poll__area")
    return [
        OpenBallot(entry.poll, entry.poll.label, bool(entry.channel))
        for entry in entries.order_by("poll__closes_at", "poll_id")
        if entry.poll.state == PollState.OPEN and now < entry.poll.closes_at + GRACE
    ]


def places_that_help(poll: Poll) -> list[HelpPlace]:
    """List libraries, groups and services in or above the poll's area whose people help with voting."""
    return list(HelpPlace.objects.filter(is_active=True, area__code__in=poll.area.chain_codes).order_by("name", "id"))


def reasons_before_elections(poll: Poll, *, on: date) -> list[PeriodException]:
    """List why two officers let this vote go on although an election is near."""
    periods = PreElectionPeriod.objects.touching(area=poll.area, first=on, last=max(on, london_day(poll.closes_at)))
    made = PeriodException.objects.filter(area__code__in=poll.area.chain_codes, confirmed_at__isnull=False)
    return list(made.filter(period__in=periods).select_related("period").order_by("period__starts_on", "pk"))


@dataclass(frozen=True)
class LookedUp:
    """What a reference led to: unknown, received or counted. Never more (DESIGN.md §4)."""

    state: str
    poll: Poll | None = None
    proof: dict[str, Any] | None = None


def look_up_reference(tracker: str) -> LookedUp:
    """Find a vote by its reference, in the box or in the log; says received or counted, never replaced."""
    prefix = tracker_prefix(tracker)
    if prefix is None:
        return LookedUp("unknown")
    names = ("poll_id", "content_hash")
    found = (
        LogEntry.objects.filter(kind="ballot", content_hash__startswith=prefix).values_list(*names).first()
        or SealedBallot.objects.filter(content_hash__startswith=prefix).values_list(*names).first()
    )
    if found is None:
        return LookedUp("unknown")
    poll = Poll.objects.select_related("area").get(pk=found[0])
    counted = poll.state in {PollState.COUNTED, PollState.PUBLISHED}
    return LookedUp("counted" if counted else "received", poll, inclusion_of(poll=poll, content_hash=found[1]))


def tracker_prefix(text: str) -> str | None:
    """Turn a typed reference into the hexadecimal start of a content hash; None when it is not one."""
    code = normal(text)
    if len(code) != 8 or any(sign not in ALPHABET for sign in code):
        return None
    number = 0
    for sign in code:
        number = number * 32 + ALPHABET.index(sign)
    return f"{number:010x}"


@dataclass(frozen=True)
class LetterProgress:
    """How far a worker is with a large batch of letters; ``files`` are the numbers and letters of each made part."""

    job: LetterJob
    asked: int
    made: int
    files: list[tuple[int, int]]
    is_ready: bool
    can_open: bool


def letter_jobs(poll: Poll, *, with_key: set[int]) -> list[LetterProgress]:
    """List the large batches of letters whose files are kept; ``with_key`` are those this browser can open."""
    found = []
    for job in LetterJob.objects.filter(poll=poll).kept().prefetch_related("parts", "address_list__parts"):
        parts = sorted(job.parts.all(), key=lambda part: part.number)
        made = [(part.number, part.count) for part in parts if part.made_at is not None]
        asked = sum(part.count for part in parts)
        ready = sum(count for _number, count in made)
        is_ready = len(made) == len(parts) and not _being_read(getattr(job, "address_list", None))
        found.append(LetterProgress(job, asked, ready, made, is_ready, job.pk in with_key))
    return found


@dataclass(frozen=True)
class ListProgress:
    """How far a worker is with an imported list: lines in all, read, and those that name nobody of the area."""

    list: AddressList
    read: int
    left_out: int
    is_read: bool


def imported_lists(poll: Poll) -> list[ListProgress]:
    """Show the lists that were imported for a poll, newest first."""
    found = []
    for one in AddressList.objects.filter(poll=poll).prefetch_related("parts").order_by("-imported_at", "-pk"):
        read = one.lines - sum(part.lines for part in one.parts.all() if part.people is not None)
        found.append(ListProgress(one, read, max(0, one.lines - one.count), not _being_read(one)))
    return found


def _being_read(address_list: AddressList | None) -> bool:
    return address_list is not None and any(part.people is not None for part in address_list.parts.all())
