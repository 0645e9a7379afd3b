"""Each guard of the ledger is taken off in turn: what it refused goes through, and the nightly check notices (M1-M4).

The application meets the guards on a raw connection of its own, past Django and every service.
"""

import os
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import errors

from funding.models import Account, EntryKind
from funding.services.ledger import check_ledger, open_accounts
from tests.factories.money import NOW, make_cycle, post_entry
from tests.support.database import open_owner

pytestmark = pytest.mark.django_db(transaction=True)
ENTRY = (
    "INSERT INTO funding_entry (key, kind, effective_on, legs, rule, parameter_hash, reason, posted_at) "
    "VALUES ('raw', 'fund_in', '2027-03-05', 2, '', '', '', now()) RETURNING id"
)
POSTING = "INSERT INTO funding_posting (entry_id, account_id, pence) VALUES (%s, %s, %s)"
TABLES = ("funding_account", "funding_entry", "funding_posting")


@pytest.fixture
def purse():
    """A source and a pot with £1 in it, committed."""
    cycle = make_cycle()
    made = open_accounts(
        [
            Account(code="source", kind="source", colour="capital", cycle=cycle, restricted=False),
            Account(code="pot", kind="pot", colour="capital", cycle=cycle),
        ]
    )
    ids = {code: account.pk for code, account in made.items()}
    post_entry(key="in", kind=EntryKind.FUND_IN, legs={ids["source"]: -100, ids["pot"]: 100}, now=NOW)
    return ids


@contextmanager
def raw_app():
    """Connect as `app` with psycopg alone."""
    with psycopg.connect(os.environ["DATABASE_URL"], dbname=os.environ["TEST_DATABASE"]) as app:
        yield app


@contextmanager
def taken_off(table, *triggers):
    """Switch guards off for a moment, as `owner`, who alone can."""
    with open_owner() as owner:
        for trigger in triggers:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    try:
        yield
    finally:
        with open_owner() as owner:
            for trigger in triggers:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def post_raw(ids, **legs):
    """Post an entry of two declared legs as `app` and commit."""
    with raw_app() as app:
        (entry,) = app.execute(ENTRY).fetchone()
        for code, pence in legs.items():
            app.execute(POSTING, [entry, ids[code], pence])


UNEVEN = [{}, {"pot": 5}, {"source": -4, "pot": 5}]


@pytest.mark.parametrize("legs", UNEVEN, ids=["no posting", "one posting", "unbalanced"])
def test_m1_a_raw_entry_without_postings_with_one_or_unbalanced_cannot_commit(purse, legs):
    with pytest.raises(errors.CheckViolation, match=r"postings, not the|does not balance"):
        post_raw(purse, **legs)

    assert check_ledger(now=NOW).entries == 1


@pytest.mark.parametrize("legs", UNEVEN[1:], ids=["one posting", "unbalanced"])
def test_m1_without_its_guard_it_commits_and_the_nightly_check_names_it(purse, legs):
    with taken_off("funding_entry", "entry_must_balance"), taken_off("funding_posting", "posting_must_balance"):
        post_raw(purse, **legs)

    (difference,) = check_ledger(now=NOW).differences
    assert difference["total"] == sum(legs.values())


def test_a_posting_past_the_balances_is_found_by_the_nightly_rebuild(purse):
    with taken_off("funding_posting", "posting_adds_to_balances"):
        post_raw(purse, source=-40, pot=40)

    assert check_ledger(now=NOW).differences == [
        {"account": purse["source"], "stored": -100, "rebuilt": -140},
        {"account": purse["pot"], "stored": 100, "rebuilt": 140},
    ]


def test_m4_an_overspend_is_refused_by_one_constraint_and_goes_through_without_it(purse):
    overspend = {"source": 101, "pot": -101}
    with pytest.raises(errors.CheckViolation, match="balance_not_below_zero"):
        post_raw(purse, **overspend)
    with open_owner() as owner:
        owner.execute("ALTER TABLE funding_balance DROP CONSTRAINT balance_not_below_zero")
        (entry,) = owner.execute(ENTRY).fetchone()
        for code, pence in overspend.items():
            owner.execute(POSTING, [entry, purse[code], pence])
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        held = owner.execute("SELECT pence FROM funding_balance WHERE account_id = %s", [purse["pot"]]).fetchone()
        owner.rollback()

    assert held == (-1,)


VERBS = {"update": "UPDATE {} SET id = id", "delete": "DELETE FROM {}", "truncate": "TRUNCATE {} CASCADE"}
REACHING_FURTHER = [
    "UPDATE funding_balance SET pence = 1000000",
    "DELETE FROM funding_balance",
    "TRUNCATE funding_balance",
    "ALTER TABLE funding_posting DISABLE TRIGGER posting_must_balance",
    "ALTER TABLE funding_entry DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "SET ROLE owner",
    "SET SESSION AUTHORIZATION owner",
    "ALTER ROLE app SUPERUSER",
    "ALTER TABLE funding_posting OWNER TO app",
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", TABLES)
def test_m2_a_raw_connection_as_app_cannot_edit_the_ledger(purse, table, verb):
    with raw_app() as app, pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
        app.execute(VERBS[verb].format(table))


@pytest.mark.parametrize("order", REACHING_FURTHER)
def test_m2_a_raw_connection_as_app_cannot_reach_round_the_guards(purse, order):
    with raw_app() as app, pytest.raises(errors.InsufficientPrivilege):
        app.execute(order)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", TABLES)
def test_m2_who_has_the_right_to_edit_is_stopped_by_the_second_net_alone(purse, table, verb):
    with open_owner() as owner:  # one transaction, taken back at the end
        with pytest.raises(errors.InsufficientPrivilege, match="append-only"), owner.transaction():
            owner.execute(VERBS[verb].format(table))
        for each in (*TABLES, "funding_balance"):
            owner.execute(f"ALTER TABLE {each} DISABLE TRIGGER USER")
        for pointing in ("funding_posting", "funding_balance", "funding_entry"):
            if verb == "delete" and pointing != table:
                owner.execute(f"DELETE FROM {pointing}")
        done = owner.execute(VERBS[verb].format(table))
        left = owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        owner.rollback()

    assert done.statusmessage.split()[0] == verb.upper()
    assert (left == 0) == (verb != "update")
