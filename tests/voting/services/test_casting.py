"""Casting: one person, one counted vote (V1), acknowledged means counted (V2), and nothing that joins them (V3)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.communities import UserFactory
from tests.factories.voting import AFTER, CLOSES, NOON, cast, draft_poll, finish, opened_poll, voter
from voting.models import BallotDraft, HelpEvent, PollInterest, PublishedBallot, RollEntry, SealedBallot
from voting.sealing import DeviceSecret
from voting.services.casting import mark_review
from voting.services.errors import (
    ChoicesRefused,
    EarlierVoteStands,
    InterestDeclared,
    SentBySomebodyElse,
    VotingHasClosed,
    VotingNotOpen,
)
from voting.services.polls import close_poll

pytestmark = pytest.mark.django_db


def statuses(poll) -> list[str]:
    return sorted(SealedBallot.objects.filter(poll=poll).values_list("status", flat=True))


def test_a_vote_marks_the_roll_with_a_day_and_a_channel():
    poll = opened_poll()
    entry = voter(poll)

    receipt = cast(poll, entry)

    entry.refresh_from_db()
    assert (entry.channel, entry.marked_on, entry.replacements) == ("web", NOON.date(), 0)
    assert len(receipt.tracker) == 8


def test_a_cast_asks_the_database_twice():
    """Lock and read, store: a new question is seen here before voters wait for it."""
    poll = opened_poll()
    entry = voter(poll)

    with CaptureQueriesContext(connection) as asked:
        cast(poll, entry)

    inside = [one for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(inside) == 2


def test_sending_twice_gives_the_same_receipt_and_one_ballot():
    poll = opened_poll()
    entry = voter(poll)
    device = DeviceSecret.new(entry_id=entry.pk)
    same = {"check_code": device.check_code, "idempotency_key": device.idempotency_key}

    first, second = cast(poll, entry, **same), cast(poll, entry, **same)

    assert (first.tracker, first.is_repeat, second.is_repeat) == (second.tracker, False, True)
    assert statuses(poll) == ["live"]


def test_a_later_vote_replaces_the_earlier_one():
    poll = opened_poll()
    entry = voter(poll)

    cast(poll, entry)
    cast(poll, entry, choices=["ASH-003"])

    entry.refresh_from_db()
    assert statuses(poll) == ["live", "superseded"]
    assert (entry.replacements, entry.was_overridden) == (1, False)


def test_a_key_that_another_person_used_is_not_acknowledged():
    poll = opened_poll()
    entry = voter(poll)
    device = DeviceSecret.new(entry_id=entry.pk)
    cast(poll, entry, idempotency_key=device.idempotency_key)

    with pytest.raises(SentBySomebodyElse):
        cast(poll, voter(poll), idempotency_key=device.idempotency_key)


def test_one_device_gives_two_people_different_keys_and_codes():
    seed = DeviceSecret.new(entry_id=1).seed

    one, other = DeviceSecret(seed, entry_id=1), DeviceSecret(seed, entry_id=2)

    assert one.idempotency_key != other.idempotency_key
    assert one.check_code != other.check_code
    assert one.draft_id != other.draft_id


@pytest.mark.parametrize(
    ("earlier", "arriving", "stands"),
    [
        ("web", "phone", False),
        ("phone", "web", False),
        ("web", "assisted", False),
        ("assisted", "web", True),
        ("assisted", "phone", True),
        ("assisted", "assisted", False),
    ],
)
def test_in_person_stands_and_otherwise_the_last_counts(earlier, arriving, stands):
    poll = opened_poll()
    entry = voter(poll)
    cast(poll, entry, channel=earlier)

    if stands:
        with pytest.raises(EarlierVoteStands):
            cast(poll, entry, channel=arriving)
    else:
        cast(poll, entry, channel=arriving)

    entry.refresh_from_db()
    assert entry.channel == (earlier if stands else arriving)
    assert entry.was_overridden == (not stands and earlier != arriving)


def test_a_vote_before_opening_and_after_closing_is_refused_and_one_second_before_is_not():
    poll = opened_poll()

    with pytest.raises(VotingNotOpen):
        cast(poll, now=poll.opens_at - timedelta(seconds=1))
    with pytest.raises(VotingHasClosed):
        cast(poll, now=CLOSES)
    cast(poll, now=CLOSES - timedelta(seconds=1))


def test_whoever_reached_the_review_page_in_time_has_thirty_more_minutes():
    poll = opened_poll()
    early, late = voter(poll), voter(poll)
    mark_review(roll_entry_id=early.pk, poll=poll, now=CLOSES - timedelta(seconds=1))
    mark_review(roll_entry_id=late.pk, poll=poll, now=CLOSES)

    cast(poll, early, now=CLOSES + timedelta(minutes=29))

    with pytest.raises(VotingHasClosed):
        cast(poll, late, now=CLOSES + timedelta(minutes=1))
    with pytest.raises(VotingHasClosed):
        cast(poll, early, now=AFTER)


def test_a_closed_poll_takes_nothing_even_with_an_old_moment():
    poll = opened_poll()
    close_poll(poll_id=poll.pk, now=AFTER)

    with pytest.raises(VotingHasClosed):
        cast(poll, now=NOON)


def test_the_database_refuses_a_ballot_for_a_poll_that_is_not_open():
    poll = draft_poll()

    with pytest.raises(IntegrityError), transaction.atomic():
        SealedBallot(poll=poll, ciphertext=b"x", content_hash="0" * 64, idempotency_key=voter_key()).save(
            force_insert=True
        )


def voter_key():
    return DeviceSecret.new(entry_id=0).idempotency_key


@pytest.mark.parametrize(
    ("kind", "choices", "why"),
    [
        ("approve", ["ASH-001", "ASH-001"], "repeated"),
        ("approve", ["ASH-999"], "unknown"),
        ("approve", ["ASH-001", "ASH-002", "ASH-003"], "too_many"),
        ("budget", ["ASH-001", "ASH-002"], "over_budget"),
    ],
)
def test_choices_keep_to_the_frozen_rules(kind, choices, why):
    most = 2 if kind == "approve" else None
    poll = opened_poll(kind=kind, most_choices=most, budget_pence=1_250_000)

    with pytest.raises(ChoicesRefused) as refusal:
        cast(poll, choices=choices)

    assert refusal.value.why == why


def test_an_empty_vote_is_a_vote():
    poll = opened_poll()

    cast(poll, choices=[])

    assert statuses(poll) == ["live"]


def test_casting_deletes_the_draft_in_the_same_transaction():
    poll = opened_poll()
    entry = voter(poll)
    device = DeviceSecret.new(entry_id=entry.pk)
    BallotDraft.objects.create(id=device.draft_id, poll=poll, ciphertext=b"x", saved_on=NOON.date())

    cast(poll, entry, draft_id=device.draft_id)

    assert not BallotDraft.objects.exists()


def test_the_helper_is_recorded_and_one_with_an_interest_is_refused():
    poll = opened_poll()
    helper, interested = UserFactory(), UserFactory()
    PollInterest.objects.create(poll=poll, user_id=interested.pk, option_ref="ASH-001")

    cast(poll, channel="phone", helper=helper)
    with pytest.raises(InterestDeclared):
        cast(poll, channel="phone", helper=interested)

    assert list(HelpEvent.objects.values_list("channel", "helper_id")) == [("phone", helper.pk)]


def test_every_ciphertext_has_one_length_whatever_was_chosen():
    poll = opened_poll()
    lengths = set()
    for choices in ([], ["ASH-001"], ["ASH-001", "ASH-002", "ASH-003", "ASH-004", "ASH-005"]):
        cast(poll, choices=choices)
    with connection.cursor() as cursor:  # `app` may not read the column, so ask the table's size through its pages
        cursor.execute("SELECT pg_column_size(t.*) FROM (SELECT content_hash FROM voting_sealedballot) t")
        lengths.update(cursor.fetchall())

    assert len(lengths) == 1


def test_the_web_cannot_read_a_ciphertext_or_a_key():
    opened_poll()

    for query in (
        "SELECT ciphertext FROM voting_sealedballot",
        "SELECT private_key FROM voting_pollkey",
        "SELECT * FROM voting_boxballot",
        "DELETE FROM voting_sealedballot",
        "UPDATE voting_sealedballot SET ciphertext = ''",
        "INSERT INTO voting_publishedballot SELECT",
        "DELETE FROM voting_logentry",
        "UPDATE voting_logentry SET content_hash = ''",
    ):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query)


def test_a_live_ballot_without_a_voter_cannot_be_committed():
    poll = opened_poll()

    lonely = SealedBallot(poll=poll, ciphertext=b"x", content_hash="0" * 64, idempotency_key=voter_key())

    with transaction.atomic():
        lonely.save(force_insert=True)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_one_person_has_one_entry_in_a_poll():
    entry = voter(opened_poll())

    with pytest.raises(IntegrityError), transaction.atomic():
        RollEntry.objects.create(poll=entry.poll, resident=entry.resident)


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_poll_runs_from_casting_to_a_published_result():
    poll = opened_poll(forecast_ballots=400)
    for number in range(120):
        cast(poll, choices=["ASH-001", "ASH-003"] if number % 3 else ["ASH-002"])
    again = voter(poll)
    cast(poll, again)
    cast(poll, again, choices=["ASH-005"])

    poll = finish(poll)

    turnout = poll.outcome.turnout
    assert poll.state == "published"
    assert set(poll.outcome.selected) == {"ASH-001", "ASH-002", "ASH-003", "ASH-005"}
    assert (turnout["marked"], turnout["published"], turnout["superseded"], turnout["log_leaves"]) == (121, 121, 1, 122)
    assert not SealedBallot.objects.exists()
    assert not RollEntry.objects.filter(current_ballot__isnull=False).exists()
    assert PublishedBallot.objects.filter(poll=poll).count() == 121
