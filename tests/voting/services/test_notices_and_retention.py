"""Word to voters, and the end of every personal field (T23): a canary is nowhere after its date."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from renewal.kernel.models import Notice
from tests.factories.communities import AreaFactory, PostcodeRangeFactory
from tests.factories.voting import AFTER, CLOSES, NOON, cast, opened_poll, voter
from voting.models import LetterRequest, Poll, RollEntry
from voting.services.codes import make_codes
from voting.services.letters import request_letter
from voting.services.notices import remind_voters, tell_voters
from voting.services.polls import close_poll
from voting.services.retention import PERSONAL_FIELDS, forget_what_is_over, keep_until_the_end
from voting.services.roll import Caller, Person, check_by_code, keep_contact

pytestmark = pytest.mark.django_db


def with_email(poll, address="someone@example.org"):
    entry = voter(poll)
    RollEntry.objects.filter(pk=entry.pk).update(contact_email=address)
    return RollEntry.objects.get(pk=entry.pk)


def test_word_of_a_vote_waits_for_others_and_names_no_choice():
    poll = opened_poll()
    for _ in range(9):
        cast(poll, with_email(poll))
    tomorrow = NOON + timedelta(days=1)

    assert tell_voters(now=NOON) == 0
    assert tell_voters(now=tomorrow) == 0
    cast(poll, with_email(poll))
    assert tell_voters(now=tomorrow) == 10
    assert tell_voters(now=tomorrow) == 0
    assert not [notice for notice in Notice.objects.all() if re.search("ASH-|kitchen", notice.body)]


def test_voting_again_in_the_same_channel_is_silent_and_another_channel_is_told():
    poll = opened_poll()
    same, other = with_email(poll), with_email(poll)
    for entry in (same, other):
        cast(poll, entry)
    close_only = NOON + timedelta(days=2)
    Poll.objects.filter(pk=poll.pk)
    RollEntry.objects.filter(poll=poll).update(told_on=NOON.date())

    cast(poll, same)
    cast(poll, other, channel="phone")

    waiting = RollEntry.objects.filter(poll=poll, told_on=None)
    assert [entry.pk for entry in waiting] == [other.pk]
    assert close_only > NOON


def test_one_reminder_in_the_last_48_hours_to_those_who_have_not_voted():
    poll = opened_poll()
    with_email(poll)
    cast(poll, with_email(poll))
    voter(poll)

    assert remind_voters(now=CLOSES - timedelta(hours=49)) == 0
    assert remind_voters(now=CLOSES - timedelta(hours=47)) == 1
    assert remind_voters(now=CLOSES - timedelta(hours=46)) == 0


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        secret = {"voting_pollkey", "voting_boxballot", "voting_sealedballot"}
        text = []
        for name in sorted(set(names) - secret):
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            text += [row for (row,) in cursor.fetchall()]
    return "\n".join(text)


def test_after_its_date_a_person_is_nowhere(caplog):
    area = AreaFactory()
    PostcodeRangeFactory(area=area)
    poll = opened_poll(area_id=area.pk)
    code = make_codes(poll_id=poll.pk, count=1, label="x", actor=None, now=NOON)[0]
    canary = Person("Zebedee Quince", "77 Canary Row", "ZZ1 2CD")
    entry = check_by_code(poll=poll, code=code, person=canary, caller=Caller("b", "n"), now=NOON)
    keep_contact(entry=entry, email="zebedee@canary.example", language="en")
    request_letter(poll_id=poll.pk, kind="paper", person=canary, language="en", now=NOON)
    token = entry.resident.match_token
    cast(poll, entry)
    close_poll(poll_id=poll.pk, now=AFTER)
    keep_until_the_end(poll=Poll.objects.get(pk=poll.pk))
    assert "Zebedee Quince" in stored()
    assert token in stored()

    forget_what_is_over(now=AFTER)
    assert "Zebedee" not in stored()
    assert token in stored()

    forget_what_is_over(now=AFTER + timedelta(days=182))
    forget_what_is_over(now=AFTER + timedelta(days=183))
    everything = stored() + caplog.text
    assert not [mark for mark in ("Zebedee", "Canary Row", "zebedee@", token) if mark in everything]
    assert RollEntry.objects.marked().count() == 1
    assert LetterRequest.objects.count() == 1


def test_the_table_of_personal_fields_names_places_that_exist():
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        columns = set(cursor.fetchall())

    for field in PERSONAL_FIELDS:
        table, _, names = field.place.partition(".")
        assert any(table == known for known, _ in columns), table
        for name in filter(None, names.split(", ")):
            assert (table, name) in columns
