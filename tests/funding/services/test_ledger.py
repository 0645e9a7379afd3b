"""The ledger cannot lie: M1, M2, M4 held by the database against the application itself."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from communities.models import Role
from funding.models import Account, Balance, Entry, EntryKind, Posting
from funding.services.ledger import (
    AlreadyPosted,
    EntryDraft,
    Overspent,
    StatedBefore,
    assert_balance,
    balances,
    check_ledger,
    open_accounts,
    post_entries,
    rebuilt_balances,
)
from tests.factories.money import NOW, make_council, make_country, make_cycle, make_officer, post_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def purse():
    """A source, a pot with £1 in it and an empty award, all capital; and a revenue pot."""
    cycle = make_cycle()
    made = open_accounts(
        [
            Account(code="source", kind="source", colour="capital", cycle=cycle, restricted=False),
            Account(code="pot", kind="pot", colour="capital", cycle=cycle),
            Account(code="award", kind="award", colour="capital", cycle=cycle),
            Account(code="revenue", kind="pot", colour="revenue", cycle=cycle),
            Account(code="revenue-source", kind="source", colour="revenue", cycle=cycle, restricted=False),
        ]
    )
    ids = {code: account.pk for code, account in made.items()}
    post(ids, "in", source=-100, pot=100)
    post(ids, "in-revenue", **{"revenue-source": -100, "revenue": 100})
    return ids


def post(ids, key, kind=EntryKind.FUND_IN, **legs):
    return post_entry(key=key, kind=kind, legs={ids[code]: pence for code, pence in legs.items()}, now=NOW)


def take_back(entry, key="back", **legs):
    """Post the mirror of an entry, as the correction of a run does for each of its own."""
    mirror = {Account.objects.get(code=code).pk: pence for code, pence in legs.items()}
    return post_entries([EntryDraft(key, EntryKind.REVERSAL, mirror, reverses=entry.pk)], now=NOW)[0]


def commit():
    """Fire what is deferred to the end of the transaction, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def raw_entry(legs, key="raw"):
    return Entry.objects.create(key=key, kind="fund_in", effective_on=date(2027, 3, 5), legs=legs, posted_at=NOW)


@pytest.mark.parametrize(
    ("legs", "pence"),
    [
        (2, {}),
        (2, {"pot": 5}),
        (2, {"award": 5, "pot": -4}),
        (2, {"award": 5, "pot": -3, "source": -2}),
        (3, {"award": 5, "pot": -5}),
        (2, {"pot": 5, "revenue": -5}),
    ],
    ids=["no legs", "one leg", "unbalanced", "too many legs", "too few legs", "two colours"],
)
def test_m1_an_entry_that_does_not_balance_cannot_commit(purse, legs, pence):
    entry = raw_entry(legs)
    for code, amount in pence.items():
        Posting.objects.create(entry=entry, account_id=purse[code], pence=amount)

    with pytest.raises(IntegrityError):
        commit()


def test_m1_a_leg_cannot_be_added_to_an_old_entry_even_in_pairs(purse):
    entry = Entry.objects.get(key="in")
    commit()

    Posting.objects.create(entry=entry, account_id=purse["source"], pence=-7)
    Posting.objects.create(entry=entry, account_id=purse["award"], pence=7)

    with pytest.raises(IntegrityError):
        commit()


def test_m1_an_entry_of_fewer_than_two_legs_cannot_even_be_declared(purse):
    with pytest.raises(IntegrityError), transaction.atomic():
        raw_entry(1)


@pytest.mark.parametrize("table", ["funding_account", "funding_entry", "funding_posting"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_m2_the_application_cannot_edit_the_ledger(purse, table, verb):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


@pytest.mark.parametrize(
    "order",
    [
        "UPDATE funding_balance SET pence = 1000000",
        "INSERT INTO funding_balance (account_id, restricted, pence) VALUES (1, false, 5)",
        "DELETE FROM funding_balance",
        "ALTER TABLE funding_entry DISABLE TRIGGER ALL",
        "ALTER TABLE funding_posting DISABLE TRIGGER posting_must_balance",
        "DROP TRIGGER entry_must_balance ON funding_entry",
        "SET SESSION AUTHORIZATION owner",
        "SET ROLE owner",
        "ALTER ROLE app SUPERUSER",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION funding_add_to_balances() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "DELETE FROM funding_allocationrun",
        "UPDATE funding_areashare SET kept_pence = 0",
        "UPDATE funding_runapproval SET at = now()",
        "UPDATE funding_ledgercheck SET differences = '[]'",
    ],
)
def test_m2_the_application_cannot_get_round_the_guards(purse, order):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(order)


def test_m2_the_application_cannot_give_itself_a_right(purse):
    with connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON funding_posting TO app")  # PostgreSQL warns and grants nothing
        cursor.execute("SELECT has_table_privilege('app', 'funding_posting', 'UPDATE, DELETE, TRUNCATE')")

        assert cursor.fetchone() == (False,)


def test_m4_a_restricted_account_never_goes_below_zero(purse):
    with pytest.raises(Overspent) as refusal:
        post(purse, "spend", EntryKind.AWARDED, pot=-101, award=101)

    assert (refusal.value.asked, refusal.value.left) == (101, 100)
    assert balances([purse["pot"], purse["award"]]) == {purse["pot"]: 100, purse["award"]: 0}
    post(purse, "spend", EntryKind.AWARDED, pot=-100, award=100)


def test_movements_posted_together_are_added_up_before_they_are_checked(purse):
    drafts = [
        EntryDraft("back", EntryKind.PASSED_DOWN, {purse["pot"]: -150, purse["award"]: 150}),
        EntryDraft("forth", EntryKind.PASSED_DOWN, {purse["source"]: -60, purse["pot"]: 60}),
    ]

    post_entries(drafts, now=NOW)

    assert balances([purse["pot"]]) == {purse["pot"]: 10}


def test_a_key_is_posted_once(purse):
    first = post(purse, "spend", EntryKind.AWARDED, pot=-60, award=60)
    again = post(purse, "spend", EntryKind.AWARDED, pot=-60, award=60)

    assert first == again
    with pytest.raises(AlreadyPosted):
        post(purse, "spend", EntryKind.AWARDED, pot=-61, award=61)
    assert balances([purse["award"]]) == {purse["award"]: 60}


def test_m2_a_mistake_is_taken_back_once_by_its_mirror(purse):
    spent = post(purse, "spend", EntryKind.AWARDED, pot=-60, award=60)

    take_back(spent, pot=60, award=-60)

    assert balances([purse["pot"]]) == {purse["pot"]: 100}
    with pytest.raises(IntegrityError, match="reverses"), transaction.atomic():
        take_back(spent, key="again", source=-60, pot=60)


def test_what_has_gone_on_cannot_be_taken_back(purse):
    money_in = Entry.objects.get(key="in")
    post(purse, "spend", EntryKind.AWARDED, pot=-60, award=60)

    with pytest.raises(Overspent):
        take_back(money_in, source=100, pot=-100)


def test_revenue_becomes_capital_only_by_the_areas_vote(purse):
    post(purse, "vote", EntryKind.COLOUR_MOVED, revenue=-20, pot=20)

    commit()

    assert balances([purse["revenue"], purse["pot"]]) == {purse["revenue"]: 80, purse["pot"]: 120}


@pytest.mark.parametrize(
    ("kind", "revenue"),
    [(EntryKind.COLOUR_MOVED, 20), (EntryKind.PASSED_DOWN, -20), (EntryKind.PASSED_DOWN, 20)],
)
def test_capital_never_becomes_revenue_and_no_other_movement_changes_colour(purse, kind, revenue):
    post(purse, "sly", kind, revenue=revenue, pot=-revenue)

    with pytest.raises(IntegrityError):
        commit()


def test_the_stored_balances_are_the_sum_of_all_postings(purse):
    post(purse, "spend", EntryKind.AWARDED, pot=-60, award=60)

    assert dict(Balance.objects.values_list("account_id", "pence")) == rebuilt_balances()
    assert check_ledger(now=NOW).differences == []


def test_a_dated_statement_is_kept_whether_it_holds_or_not(purse):
    right = assert_balance(account_id=purse["pot"], on=date(2027, 3, 5), expected_pence=100, source="bank", now=NOW)
    wrong = assert_balance(account_id=purse["pot"], on=date(2027, 3, 4), expected_pence=100, source="bank", now=NOW)

    assert (right.holds, wrong.holds, wrong.found_pence) == (True, False, 0)
    assert [difference["assertion"] for difference in check_ledger(now=NOW).differences] == [wrong.pk]


def test_a_source_states_one_sum_for_an_account_and_day(purse):
    said = {"account_id": purse["pot"], "on": date(2027, 3, 5), "source": "bank", "now": NOW}
    first = assert_balance(expected_pence=100, **said)

    with pytest.raises(StatedBefore):
        assert_balance(expected_pence=99, **said)
    assert assert_balance(expected_pence=100, **said) == first


def test_an_auditor_states_a_balance_and_the_ledgers_page_shows_both_sums(purse, client):
    auditor = make_officer(make_council(make_country()["ASH"]), "Auditor", Role.AUDITOR)
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    said = {"on_0": "5", "on_1": "3", "on_2": "2026", "source": "Bank statement"}

    missing = client.post("/en/staff/ledger/state/", {**said, "account": "nowhere", "pence": "1"})
    sent = client.post("/en/staff/ledger/state/", {**said, "account": "pot", "pence": "2.50"})
    page = client.get("/en/staff/ledger/").content.decode()

    assert (missing.status_code, sent.status_code) == (422, 303)
    assert ("£2.50" in page, "£0.00" in page, "Bank statement" in page) == (True, True, True)
