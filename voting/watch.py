"""What officers watch while a vote runs: votes by helper and place, and doors with many people. Never a choice.

Nothing here refuses anybody: it says where to look (T§3.6, T3). A helper is looked at from 20 votes in one day, or
from 30 votes that are a tenth of all; a place from a quarter of all; a door from 9 people.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from communities.models import User
from voting.models import HelpEvent, HelpPlace, Poll, ResidencyCheck, RollEntry
from voting.services.roll import MANY_AT_ONE_PLACE

MANY_IN_A_DAY, MANY_IN_ALL, LARGE_PART, LARGE_PART_OF_A_PLACE = 20, 30, 10, 4  # parts: a tenth, a quarter


@dataclass(frozen=True)
class Watched:
    """One helper or place: how many votes, most in one day, and whether somebody should look."""

    name: str
    votes: int
    most_in_a_day: int
    needs_a_look: bool


@dataclass(frozen=True)
class WatchList:
    """Everything watched in one poll."""

    helpers: list[Watched]
    places: list[Watched]
    doors: list[int]  # people behind each door that has many, most first
    votes: int

    @property
    def to_look_at(self) -> int:
        return sum(one.needs_a_look for one in (*self.helpers, *self.places)) + len(self.doors)


def watch_list(poll: Poll) -> WatchList:
    """Count votes recorded with help by who helped and where, and people at one door."""
    events = list(HelpEvent.objects.filter(roll_entry__poll=poll).values_list("helper_id", "place_id", "helped_on"))
    votes = RollEntry.objects.filter(poll=poll).marked().count()
    people = dict(User.objects.filter(pk__in={helper for helper, _, _ in events}).values_list("pk", "name"))
    places = dict(HelpPlace.objects.filter(pk__in={place for _, place, _ in events if place}).values_list("pk", "name"))
    by_helper = _watched([(people.get(helper, str(helper)), day) for helper, _, day in events], votes, LARGE_PART)
    by_place = _watched(
        [(places[place], day) for _, place, day in events if place], votes, LARGE_PART_OF_A_PLACE, day_counts=False
    )
    checks = ResidencyCheck.objects.filter(poll=poll).exclude(place_hash="").exclude(method="no-address")
    doors = Counter(door for door, _ in set(checks.values_list("place_hash", "roll_entry")))
    many = sorted((count for count in doors.values() if count > MANY_AT_ONE_PLACE), reverse=True)
    return WatchList(by_helper, by_place, many, votes)


def _watched(events: Sequence[tuple[str, date]], votes: int, part: int, *, day_counts: bool = True) -> list[Watched]:
    totals = Counter(name for name, _ in events)
    days = Counter(events)
    found = []
    for name, count in totals.most_common():
        most = max(number for (who, _), number in days.items() if who == name)
        is_large = count >= MANY_IN_ALL and count * part >= votes
        found.append(Watched(name, count, most, is_large or (day_counts and most >= MANY_IN_A_DAY)))
    return found
