"""Word to voters, and the end of every personal field (T23): a canary is nowhere after its date."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.db import connection, models

from renewal.kernel.models import Notice
from tests.factories.communities import AreaFactory, PostcodeRangeFactory
from tests.factories.voting import AFTER, CLOSES, NOON, cast, opened_poll, voter
from voting.models import HelpPlace, LetterRequest, Poll, RollEntry
from voting.services.codes import make_codes
from voting.services.letters import request_letter
from voting.services.notices import remind_voters, tell_voters
from voting.services.polls import close_poll
from voting.services.retention import NOT_PERSONAL, PERSONAL_FIELDS, forget_what_is_over, keep_until_the_end
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


def covered() -> set[tuple[str, str]]:
    """Columns that the two lists of retention.py name, as (table, column); ``*`` for a whole table."""
    named = {(table, column) for table, columns in NOT_PERSONAL.items() for column in columns.split()}
    for field in PERSONAL_FIELDS:
        table, _, names = field.place.partition(".")
        named |= {(table, name) for name in names.split(", ") if name} or {(table, "*")}
    return named


def could_be_personal(field: models.Field) -> bool:
    """Text, bytes, ids of people without a foreign key, and keys to people or their place on the roll."""
    if field.is_relation:
        return field.related_model._meta.label in {"communities.User", "communities.Resident", "voting.RollEntry"}
    is_loose_id = isinstance(field, models.BigIntegerField) and field.column.endswith("_id")
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.UUIDField)
    return is_loose_id or isinstance(field, kinds)


def left_out(all_models) -> list[tuple[str, str]]:
    known = covered()
    return [
        (model._meta.db_table, field.column)
        for model in all_models
        for field in model._meta.local_fields
        if could_be_personal(field)
        and (model._meta.db_table, "*") not in known
        and (model._meta.db_table, field.column) not in known
    ]


def test_every_field_that_could_be_personal_has_a_row_with_its_end_or_is_named_as_harmless():
    assert left_out(apps.get_app_config("voting").get_models()) == []


def test_a_new_personal_field_without_a_row_is_noticed():
    class Shoe(models.Model):
        owner_name = models.CharField(max_length=9)
        size = models.IntegerField()

        class Meta:
            app_label = "shoes"
            apps = Apps()

        def __str__(self) -> str:
            return self.owner_name

    assert left_out([Shoe]) == [("shoes_shoe", "owner_name")]


def test_the_lists_name_columns_that_exist():
    fields = [(model._meta.db_table, field) for model in apps.get_models() for field in model._meta.local_fields]
    columns = {(table, field.column) for table, field in fields} | {(table, "*") for table, _ in fields}

    assert covered() - columns == set()


def test_helpers_end_a_year_after_they_helped_and_a_lead_with_the_place():
    place = HelpPlace.objects.create(area=AreaFactory(), name="Mill House", kind="care_home", lead_name="Ruth")
    place.helpers.create(user_id=1, starts_on=NOON.date(), ends_on=NOON.date())
    place.helpers.create(user_id=2, starts_on=NOON.date())

    forget_what_is_over(now=NOON + timedelta(days=365))
    assert place.helpers.count() == 2
    HelpPlace.objects.update(is_active=False)
    forget_what_is_over(now=NOON + timedelta(days=366))

    assert list(place.helpers.values_list("user_id", flat=True)) == [2]
    assert HelpPlace.objects.get().lead_name == "–"
