"""The test database: migrated once by `owner`, copied for each run, used as `app`, emptied after committing tests.

The migrated database is kept as a template whose name is a hash of everything that shapes it, so that a run starts in
under a second until a migration changes. Django's own flush cannot work here: `app` may not TRUNCATE (stack.md §13).
"""

import hashlib
import json
import os
from contextlib import closing
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from renewal.kernel.quick_migrations import quick_state
from renewal.roles import create_database, grant_database, setup_roles

ROOT = Path(__file__).resolve().parents[2]
NOT_MIGRATIONS = ("renewal/roles.py", "dev.lock", "tests/support/database.py")
KEPT = {"django_migrations", "django_content_type", "auth_permission"}  # what migrate itself writes; no test changes it


def open_admin(database: str = "postgres") -> psycopg.Connection:
    """Connect as somebody who may create roles and databases."""
    address = os.environ.get("ADMIN_DATABASE_URL") or os.environ["OWNER_DATABASE_URL"]
    return psycopg.connect(address, dbname=database, autocommit=True)


def prepare_test_database() -> str:
    """Make a fresh, migrated database for this run, point every connection at it and return its name."""
    name = test_database_name()
    with closing(open_admin()) as admin:
        files = files_that_shape_it()
        template = "template_" + hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
        if template not in known_databases(admin):
            make_template(admin, template, files)
        drop_database(admin, name)
        create_database(admin, name, template=template)
        grant_database(admin, name)
    point_connections_at(name)
    return name


def test_database_name() -> str:
    return "test_fund_" + os.environ.get("PYTEST_XDIST_WORKER", "main")


def files_that_shape_it() -> dict[str, str]:
    """Hash every file that a migrated database depends on."""
    files = [ROOT / name for name in NOT_MIGRATIONS]
    for package in ("renewal", "communities", "voting", "funding"):
        files += (ROOT / package).glob("**/migrations/*.py")
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in sorted(files)}


def make_template(admin: psycopg.Connection, template: str, files: dict[str, str]) -> None:
    """Migrate a database as `owner` and keep a copy of the rows that migrations wrote.

    Where an older template lacks only migrations that are new since, its copy is migrated on from there.
    """
    making = template.replace("template_", "making_")
    drop_database(admin, making)
    older = grown_from(admin, files)
    if older is not None:
        create_database(admin, making, template=older)
    setup_roles(admin, database=making, passwords={})
    point_connections_at(making)
    with quick_state():
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    keep_baseline()
    connections.close_all()
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(template)))
    comment = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), sql.Literal(json.dumps(files)))
    admin.execute(comment)
    for name in known_databases(admin):
        if name.startswith(("template_", "making_")) and name not in {template, older}:
            drop_database(admin, name)


def grown_from(admin: psycopg.Connection, files: dict[str, str]) -> str | None:
    """Find a template that differs only by migrations it does not have yet."""
    rows = admin.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE starts_with(datname, 'template_')"
    ).fetchall()
    for name, said in rows:
        had = json.loads(said or "{}")
        if had and had.items() <= files.items() and all(part in had for part in NOT_MIGRATIONS):
            return str(name)
    return None


def known_databases(admin: psycopg.Connection) -> set[str]:
    return {name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()}


def drop_database(admin: psycopg.Connection, name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def point_connections_at(name: str) -> None:
    """Make every alias (app, owner, counter) use a database, each with its own role."""
    connections.close_all()
    for alias in connections:
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    os.environ["TEST_DATABASE"] = name


def open_owner() -> psycopg.Connection:
    """Connect to the test database as `owner`, beside Django, whose tests may be held to some connections only."""
    return psycopg.connect(os.environ["OWNER_DATABASE_URL"], dbname=os.environ["TEST_DATABASE"])


def tables(owner: psycopg.Connection) -> list[str]:
    """List the tables that tests may fill."""
    rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename").fetchall()
    return [name for (name,) in rows if name not in KEPT]


def filled(owner: psycopg.Connection, names: list[str]) -> list[str]:
    """Choose the tables that hold a row, in one query."""
    one = sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM public.{})")
    parts = [one.format(sql.Literal(name), sql.Identifier(name)) for name in names]
    return [name for (name,) in owner.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall()]


def keep_baseline() -> None:
    """Copy what migrations wrote (parameter sets, say) beside the real tables, to put back after a flush."""
    with open_owner() as owner:
        owner.execute("DROP SCHEMA IF EXISTS baseline CASCADE")
        owner.execute("CREATE SCHEMA baseline")
        for name in filled(owner, tables(owner)):
            owner.execute(sql.SQL("CREATE TABLE baseline.{0} AS TABLE public.{0}").format(sql.Identifier(name)))


def empty_database() -> None:
    """Bring the database back to how migrations left it: one TRUNCATE as `owner`, guards off for that moment."""
    with open_owner() as owner:
        dirty = filled(owner, tables(owner))
        if not dirty:
            return
        guarded = guarded_tables(owner)
        for name in guarded:
            owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)))
        owner.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, dirty))))
        put_back = sql.SQL("INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM baseline.{0}")
        for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'baseline'").fetchall():
            owner.execute(put_back.format(sql.Identifier(name)))
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in guarded:
            owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(name)))


def guarded_tables(owner: psycopg.Connection) -> list[str]:
    """Name the tables that have triggers of ours."""
    rows = owner.execute(
        "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    return [name for (name,) in rows.fetchall()]


def replace_flush() -> None:
    """Make committing tests and the live server end with ``empty_database``; once, for the whole run."""

    def teardown(self: TransactionTestCase) -> None:
        for alias in connections:  # nothing of the test may still hold a lock that TRUNCATE waits for
            connections[alias].close()
        empty_database()

    TransactionTestCase._fixture_teardown = teardown
