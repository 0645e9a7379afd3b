"""Races: one person over all channels at once (V1), and casts against the close (V2). Each with a broken twin."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from random import Random
from threading import Barrier

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection, connections, transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from communities.models import HowKnown, User
from renewal.kernel.errors import DomainError
from tests.factories.communities import AreaFactory, PostcodeRangeFactory, UserFactory
from tests.factories.voting import AFTER, NOON, cast, draft_poll, opened_poll, poll_open_now, voter
from tests.support.database import open_owner
from tests.support.voters import Ticket, people_on_roll, tickets
from voting.models import LogEntry, PaperBatch, Poll, RollEntry, SealedBallot
from voting.sealing import DeviceSecret
from voting.services import casting
from voting.services.casting import mark_paper_declaration
from voting.services.errors import VotingHasClosed
from voting.services.lists import import_list
from voting.services.paper import begin_batch
from voting.services.polls import close_poll, open_poll
from voting.services.roll import Person, entry_by_person

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.campaign]
KINDS = pytest.mark.parametrize("roll_kind", ["open", "list"])
THREADS = 32


class Racers:
    """Threads that wait for work, each with connections of its own that last from one race to the next."""

    def __init__(self, threads: int = THREADS) -> None:
        self.threads = threads

    def __enter__(self) -> "Racers":
        self.pool = ThreadPoolExecutor(self.threads)
        return self

    def __exit__(self, *_: object) -> None:
        all_here = Barrier(self.threads)

        def leave() -> None:
            all_here.wait(timeout=60)
            connections.close_all()

        for thread in [self.pool.submit(leave) for _ in range(self.threads)]:
            thread.result()
        self.pool.shutdown()

    def run(self, works: Sequence[Callable[[], object]]) -> list:
        """Run callables at once; returns results, refusals as their class. Nobody begins before all are ready."""
        answers: list = [None] * len(works)
        places, ready = iter(range(len(works))), Barrier(self.threads)

        def some() -> None:
            ready.wait(timeout=60)
            for place in places:  # shared: each thread takes the next
                try:
                    answers[place] = works[place]()
                except DomainError as refusal:
                    answers[place] = type(refusal)

        for thread in [self.pool.submit(some) for _ in range(self.threads)]:
            thread.result()
        return answers


def in_parallel(works: Sequence[Callable[[], object]]) -> list:
    """Run callables at once, once."""
    with Racers() as racers:
        return racers.run(works)


def found_entry(poll: Poll, person: Person) -> RollEntry:
    """Come to the person's one place on the roll, as every route does; on a list roll it was prepared."""
    return entry_by_person(poll=poll, person=person, how=HowKnown.OFFICER, now=timezone.now())


def mixed_casts(poll: Poll, person: Person, batch: PaperBatch, chance: Random, count: int) -> list:
    """Ways to vote for one person, each from the check on: the page with its form, phone, in person, paper."""

    def paper():
        entry = found_entry(poll, person)
        return mark_paper_declaration(poll_id=poll.pk, roll_entry_id=entry.pk, batch_id=batch.pk, now=timezone.now())

    def web():
        (ticket,) = tickets(poll, [found_entry(poll, person)], [["ASH-001"]])
        return press_send(ticket)

    def beside_somebody(channel):
        return lambda: cast(poll, found_entry(poll, person), channel=channel, now=timezone.now())

    kinds = chance.choices(["web", "phone", "assisted", "paper"], [60, 25, 10, 5], k=count)
    ways = {"web": web, "paper": paper, "phone": beside_somebody("phone"), "assisted": beside_somebody("assisted")}
    return [ways[kind] for kind in kinds]


@cache
def site() -> BaseHandler:
    """The site with all its layers, without the test client, which switches global signals at each request."""
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def press_send(ticket: Ticket) -> int:
    """Send a prepared vote through the page; returns its status, 500 for a fault of ours."""
    cookies = "; ".join(f"{name}={value}" for name, value in ticket.cookies.items())
    request = RequestFactory().post(reverse("voting:send", args=[ticket.slug]), headers={"cookie": cookies})
    request._dont_enforce_csrf_checks = True
    return site().get_response(request).status_code


def counted_votes(poll: Poll) -> int:
    """How many votes would be counted: live electronic ballots plus accepted papers."""
    live = SealedBallot.objects.filter(poll=poll, status="live", is_paper=False).count()
    return live + RollEntry.objects.filter(poll=poll, channel="paper").count()


@KINDS
def test_one_person_at_once_over_all_channels_is_counted_once(campaign, roll_kind):
    repetitions = campaign.part(campaign.size(small=2, long=100))
    casts = campaign.size(small=40, long=200)
    officer = UserFactory()
    people = [Person(f"{name_of(number)} Voter", str(number), "ZZ1 2CD") for number in repetitions]
    poll = poll_of_now(roll_kind, people, officer)
    batch = begin_batch(poll_id=poll.pk, label="A1", actor=officer, now=timezone.now())
    statuses: Counter[int] = Counter()

    with Racers(casts) as racers:
        for done, (number, person) in enumerate(zip(repetitions, people, strict=True), start=1):
            answers = racers.run(mixed_casts(poll, person, batch, campaign.chance(number), casts))
            statuses.update(answer for answer in answers if isinstance(answer, int) and not isinstance(answer, bool))
            assert counted_votes(poll) == done
            assert RollEntry.objects.filter(poll=poll).exclude(channel="").count() == done

    assert set(statuses) <= {303, 422}  # accepted, or an earlier vote stands: never a fault of ours
    campaign.record(
        f"{roll_kind} roll: {len(repetitions)} x {casts} at once by one person over pages, phone, in person and paper, "
        f"each from its own check: one counted each time; answers of the pages {dict(statuses)}"
    )


def poll_of_now(roll_kind: str, people: Sequence[Person], officer: User) -> Poll:
    """A poll that is open by the real clock; the people of a list roll stand on it before it opens."""
    if roll_kind == "open":
        return poll_open_now()
    now, area = timezone.now(), AreaFactory()
    PostcodeRangeFactory(area=area)
    window = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=9), "now": now}
    poll = draft_poll(area_id=area.pk, roll_kind=roll_kind, **window)
    import_list(
        poll_id=poll.pk, people=people, legal_basis="s.116", dpia_reference="1", source="list", actor=officer, now=now
    )
    return open_poll(poll_id=poll.pk, actor=None, now=now)


def name_of(number: int) -> str:
    """Make a name that sounds like no other: base 20 in consonants and vowels."""
    return "".join("BDFGKLMNPRST"[number // 12**place % 12] + "aeiou"[place] for place in range(3))


def test_the_same_race_on_check_then_insert_counts_somebody_twice(campaign, monkeypatch):
    """The broken twin: looks whether there is a vote, then inserts, without the row's lock and the database's guard."""
    poll = opened_poll()
    entry = voter(poll)
    guards = ("voting_sealedballot", "voting_rollentry")
    all_have_looked = Barrier(THREADS)  # however slowly a busy machine lets them begin
    with open_owner() as owner:
        for table in guards:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def naive():
        with transaction.atomic():
            if RollEntry.objects.get(pk=entry.pk).channel:
                return "refused"
            all_have_looked.wait(timeout=60)
            device = DeviceSecret.new(entry_id=entry.pk)
            ballot = casting._seal(poll, ["ASH-001"], device.check_code, device.idempotency_key)
            ballot.save(force_insert=True)
            RollEntry.objects.filter(pk=entry.pk).update(channel="web", current_ballot_id=ballot.pk, marked_on=NOON)
        return "accepted"

    try:
        answers = in_parallel([naive] * 64)
    finally:
        with open_owner() as owner:
            for table in guards:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    assert SealedBallot.objects.filter(status="live").count() > 1
    campaign.record(f"check-then-insert: {answers.count('accepted')} of 64 accepted")


@KINDS
def test_every_vote_acknowledged_before_the_close_is_counted_and_none_after(campaign, roll_kind):
    closes, casts = campaign.part(campaign.size(small=2, long=50)), campaign.size(small=50, long=1_000)
    acknowledged = refused = 0

    with Racers() as racers:
        for number in closes:
            poll = opened_poll(roll_kind=roll_kind)
            entries = people_on_roll(poll, casts)
            works = [lambda poll=poll, entry=entry: cast(poll, entry) for entry in entries]
            place = campaign.chance(number).randint(casts // 4, casts * 3 // 4)
            works.insert(place, lambda poll=poll: close_poll(poll_id=poll.pk, now=AFTER))
            answers = racers.run(works)
            sent = [answer for answer in answers if isinstance(answer, casting.Receipt)]
            acknowledged += len(sent)
            refused += answers.count(VotingHasClosed)

            assert len(sent) + answers.count(VotingHasClosed) == casts
            live = SealedBallot.objects.filter(poll=poll, status="live").values_list("content_hash", flat=True)
            logged = LogEntry.objects.filter(poll=poll, kind="ballot").values_list("content_hash", flat=True)
            assert {casting.tracker_of(text) for text in live} == {receipt.tracker for receipt in sent}
            assert set(live) == set(logged)

    campaign.record(
        f"{roll_kind} roll: {len(closes)} closes against {casts} casts: {acknowledged} acknowledged and all in the "
        f"log, {refused} refused and none of them stored"
    )


def test_without_the_barrier_an_acknowledged_vote_misses_the_log(monkeypatch):
    """The broken twin: a cast that sees `open` without the shared lock commits after the close, unlogged."""
    poll = opened_poll()
    entry = voter(poll)
    monkeypatch.setattr(casting, "LOCK", "SELECT %s;")
    with open_owner() as owner:
        owner.execute("ALTER TABLE voting_sealedballot DISABLE TRIGGER USER")
    seal = casting._seal

    def slow_seal(*arguments):
        with ThreadPoolExecutor(1) as pool:  # the close comes between the look at the state and the insert
            pool.submit(close_and_leave, poll.pk).result()
        return seal(*arguments)

    monkeypatch.setattr(casting, "_seal", slow_seal)
    try:
        cast(poll, entry)
    finally:
        with open_owner() as owner:
            owner.execute("ALTER TABLE voting_sealedballot ENABLE TRIGGER USER")

    assert SealedBallot.objects.filter(poll=poll, status="live").count() == 1
    assert LogEntry.objects.filter(poll=poll, kind="ballot").count() == 0


def close_and_leave(poll_id: int) -> None:
    try:
        close_poll(poll_id=poll_id, now=AFTER)
    finally:
        connections.close_all()


def test_one_key_sent_many_times_at_once_has_one_effect():
    poll = opened_poll()
    entry = voter(poll)
    device = DeviceSecret.new(entry_id=entry.pk)
    same = {"check_code": device.check_code, "idempotency_key": device.idempotency_key}

    answers = in_parallel([lambda: cast(poll, entry, **same)] * 50)

    assert len({answer.tracker for answer in answers}) == 1
    assert SealedBallot.objects.count() == 1
    assert connection.vendor == "postgresql"
