"""Where-you-live checks: every route ends at the one roll entry of the person (V1). No account, no choices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from communities.models import HowKnown, Resident, User
from communities.services.residents import known_resident
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from voting.codes import is_letter_code, keyed_hash, letter_code_hash
from voting.models import (
    Helper,
    HelpPlace,
    ListedPerson,
    Poll,
    PostalNote,
    ResidencyCheck,
    RollEntry,
    RollKind,
    VotingCode,
)
from voting.sealing import seal_postal
from voting.services.casting import refuse_interest
from voting.services.errors import (
    CodeNotKnown,
    CodeOfSomebodyElse,
    NoMatch,
    NotOfThisArea,
    VotingNotOpen,
)
from voting.services.tries import note_wrong_try, refuse_guessing
from voting.states import CheckMethod, CodeState, PollState

MANY_AT_ONE_PLACE = 8  # more people than this behind one door are looked at, never refused


@dataclass(frozen=True)
class Person:
    """What somebody says of themselves at the check; used once and not kept."""

    name: str
    house: str
    postcode: str


@dataclass(frozen=True)
class Caller:
    """Who is trying, for the limits on guessing; kept only as keyed hashes."""

    browser: str
    network: str


def routes_of(poll: Poll) -> list[str]:
    """List the ways of the check that this poll offers; always more than one."""
    routes = [CheckMethod.CODE.value]
    if poll.roll_kind == RollKind.LIST or poll.has_list:
        routes.append(CheckMethod.ADDRESS.value)
    return [*routes, CheckMethod.HELPER.value, CheckMethod.NO_ADDRESS.value]


def check_by_code(*, poll: Poll, code: str, person: Person | None, caller: Caller, now: datetime) -> RollEntry:
    """Find the entry behind a letter's code; on an open roll the code proves the letter, and the person is found by
    name, house and postcode. A code is bound at first use and works for the same person until close.

    Raises TooManyTries, CodeNotKnown, CodeOfSomebodyElse, NotOfThisArea and what known_resident raises.
    """
    _refuse_closed(poll)
    refuse_guessing(kind="code", browser=caller.browser, network=caller.network, now=now)
    digest = letter_code_hash(code)
    known = VotingCode.objects.filter(poll=poll, code_hash=digest).exclude(state=CodeState.VOID)
    with transaction.atomic():
        voting_code = known.select_for_update().first() if is_letter_code(code) else None
        if voting_code is not None:
            return _use_code(poll, voting_code, person, now)
    note_wrong_try(kind="code", browser=caller.browser, network=caller.network, now=now)
    raise CodeNotKnown()


def _use_code(poll: Poll, code: VotingCode, person: Person | None, now: datetime) -> RollEntry:
    if poll.roll_kind == RollKind.LIST:
        if code.roll_entry is None:
            raise CodeNotKnown()
        entry = code.roll_entry
    else:
        if person is None:
            raise NoMatch()
        entry = _entry_of(poll, _resident(poll, person, HowKnown.LETTER, now))
        if code.roll_entry_id not in (None, entry.pk):
            raise CodeOfSomebodyElse()
    VotingCode.objects.filter(pk=code.pk).update(state=CodeState.USED, roll_entry=entry)
    _note_check(poll, entry, CheckMethod.CODE, now, person=person)
    if person is not None:
        note_postal(entry, person)
    return entry


def check_by_address(*, poll: Poll, person: Person, caller: Caller, now: datetime) -> RollEntry:
    """Match name, house and postcode against the poll's imported list or its prepared roll.

    Raises TooManyTries, NoMatch, NotOfThisArea and what known_resident raises.
    """
    _refuse_closed(poll)
    refuse_guessing(kind="address", browser=caller.browser, network=caller.network, now=now)
    with transaction.atomic():
        resident = _resident(poll, person, HowKnown.LIST, now)
        listed = ListedPerson.objects.filter(address_list__poll=poll, token=resident.match_token).exists()
        on_roll = RollEntry.objects.filter(poll=poll, resident_id=resident.pk).exists()
        if listed or on_roll:
            entry = _entry_of(poll, resident)
            _note_check(poll, entry, CheckMethod.ADDRESS, now, person=person)
            note_postal(entry, person)
            return entry
        transaction.set_rollback(True)  # a guess leaves no resident behind
    note_wrong_try(kind="address", browser=caller.browser, network=caller.network, now=now)
    raise NoMatch()


@transaction.atomic
def check_by_helper(
    *, poll: Poll, person: Person, helper: User, place: HelpPlace | None, now: datetime, no_address: bool = False
) -> RollEntry:
    """An accredited person or officer says that this person lives here, or vouches for somebody with no fixed address.

    A voucher must belong to a place that may vouch. Raises InterestDeclared, NoMatch, NotOfThisArea.
    """
    _refuse_closed(poll)
    refuse_interest(poll_id=poll.pk, user=helper)
    if no_address:
        if place is None or not place.may_vouch or not is_helper(helper, place=place, now=now):
            raise NoMatch()
        person = Person(name=person.name, house=f"no fixed address {place.pk}", postcode=place.postcode)
    entry = _entry_of(poll, _resident(poll, person, HowKnown.OFFICER, now))
    method = CheckMethod.NO_ADDRESS if no_address else CheckMethod.HELPER
    _note_check(poll, entry, method, now, person=person, helper=helper, place=place)
    house = person.house if place is None or not no_address else place.name  # a letter waits where the person is known
    note_postal(entry, Person(person.name, house, person.postcode))
    record(actor=helper, action="check.helped", subject=poll, place_id=None if place is None else place.pk)
    return entry


def is_helper(user: User, *, place: HelpPlace, now: datetime) -> bool:
    """Tell whether a person is accredited at a place today."""
    return Helper.objects.active(on=london_day(now)).filter(user_id=user.pk, place=place).exists()


def every_ballot_of(*, entry: RollEntry, now: datetime) -> list[RollEntry]:
    """Open every ballot that the checked person has: their neighbourhood's, the borough's and above.

    Polls with a higher voting age than the one just passed ask for themselves; list rolls give only prepared entries.
    """
    resident = entry.resident
    polls = Poll.objects.accepting_ballots(at=now).filter(
        area__code__in=resident.area.chain_codes, voting_age__lte=entry.poll.voting_age
    )
    polls = polls.real() if entry.poll.rehearsal_of_id is None else polls.filter(pk=entry.poll_id)
    entries = []
    for poll in polls.order_by("closes_at", "id"):
        if poll.pk == entry.poll_id:
            entries.append(entry)
        elif poll.roll_kind == RollKind.OPEN:
            entries.append(RollEntry.objects.get_or_create(poll=poll, resident_id=resident.pk)[0])
        else:
            entries += RollEntry.objects.filter(poll=poll, resident_id=resident.pk)
    _share_postal(entry, entries)
    return entries if entry in entries else [entry, *entries]


def _share_postal(entry: RollEntry, entries: Sequence[RollEntry]) -> None:
    """Let word of a replaced vote reach the person in every ballot that the one check opened."""
    others = [other for other in entries if other.pk != entry.pk and not other.contact_email]
    note = PostalNote.objects.filter(roll_entry=entry).first() if others else None
    if note is not None:
        PostalNote.objects.bulk_create(
            (PostalNote(roll_entry=other, ciphertext=note.ciphertext) for other in others), ignore_conflicts=True
        )


def keep_contact(*, entry: RollEntry, email: str, language: str) -> None:
    """Keep language, and an address for one reminder and word of a vote; without an address, what was there stays."""
    if email:
        with transaction.atomic():
            RollEntry.objects.filter(pk=entry.pk).update(contact_email=email, language=language)
            PostalNote.objects.filter(roll_entry=entry).delete()  # one way to reach somebody is enough
    elif entry.language != language:
        RollEntry.objects.filter(pk=entry.pk).update(language=language)


def entry_by_person(*, poll: Poll, person: Person, how: HowKnown, now: datetime) -> RollEntry:
    """Find or make the one entry of a person whom somebody has checked; raises NoMatch or NotOfThisArea."""
    entry = _entry_of(poll, _resident(poll, person, how, now))
    note_postal(entry, person)
    return entry


def _refuse_closed(poll: Poll) -> None:
    if poll.state != PollState.OPEN:
        raise VotingNotOpen()


def _resident(poll: Poll, person: Person, how: HowKnown, now: datetime) -> Resident:
    resident = known_resident(name=person.name, house=person.house, postcode=person.postcode, now=now, how_known=how)
    if poll.area.code not in resident.area.chain_codes:
        raise NotOfThisArea(area_id=poll.area_id)
    return resident


def _entry_of(poll: Poll, resident: Resident) -> RollEntry:
    """Return the person's one entry; on a list roll only a prepared one."""
    if poll.roll_kind == RollKind.LIST:
        entry = RollEntry.objects.filter(poll=poll, resident_id=resident.pk).first()
        if entry is None:
            raise NoMatch()
    else:
        RollEntry.objects.bulk_create([RollEntry(poll=poll, resident_id=resident.pk)], ignore_conflicts=True)
        entry = RollEntry.objects.get(poll=poll, resident_id=resident.pk)
    entry.poll, entry.resident = poll, resident  # known: nobody asks for them again
    return entry


def note_postal(entry: RollEntry, person: Person) -> None:
    """Keep where to write, sealed, while no e-mail address is known: a replaced vote must be told (T§3.6)."""
    if entry.contact_email:
        return
    lines = [person.name, person.house, person.postcode]
    PostalNote.objects.bulk_create(
        [PostalNote(roll_entry=entry, ciphertext=seal_postal(lines))],
        update_conflicts=True, unique_fields=["roll_entry"], update_fields=["ciphertext"],
    )  # fmt: skip


def _note_check(
    poll: Poll,
    entry: RollEntry,
    method: CheckMethod,
    now: datetime,
    *,
    person: Person | None,
    helper: User | None = None,
    place: HelpPlace | None = None,
) -> None:
    door = "" if person is None else keyed_hash("door", f"{person.house}|{person.postcode}".casefold().replace(" ", ""))
    check = ResidencyCheck(
        poll=poll,
        roll_entry=entry,
        method=method,
        checked_on=london_day(now),
        helper_id=None if helper is None else helper.pk,
        place="" if place is None else place.name,
        place_hash=door,
    )
    ResidencyCheck.objects.bulk_create([check], ignore_conflicts=True)  # once a way and day
