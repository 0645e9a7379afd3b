"""Create the database roles and say what each may do. The one place; the demo, the tests and production call it.

`owner` owns everything and runs migrations. `app` is web and worker. `counter` may open the ballot box. `reader` makes
reports. Every new table gives `app` SELECT, INSERT, UPDATE and DELETE, and `reader` SELECT; a table with stricter rules
takes them back in the migration that creates it. `counter` gets nothing but what a migration gives it.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

ROLES = ("owner", "app", "counter", "reader")
DATABASE_RULES = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO app, counter, reader",
    "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO owner",
)
SCHEMA_RULES = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT ALL ON SCHEMA public TO owner",
    "GRANT USAGE ON SCHEMA public TO app, counter, reader",
)
DEFAULT_RULES = (
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app",
    "ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT ON TABLES TO reader",
)


def setup_roles(admin: psycopg.Connection, *, database: str, passwords: Mapping[str, str]) -> None:
    """Make the four roles and a database of theirs, or bring existing ones into line; doing it again changes nothing.

    ``admin`` is an autocommit connection that may create roles and databases. ``passwords`` maps a role's name to its
    password; a role without one can only sign in where the server trusts the socket.
    """
    known = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role in ROLES:
        name = sql.Identifier(role)
        if role not in known:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        if passwords.get(role):
            admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(passwords[role])))
    for role in ROLES[1:]:  # no role may act as another
        for other in ROLES:
            admin.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(other), sql.Identifier(role)))
    if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        create_database(admin, database)
    grant_database(admin, database)
    with psycopg.connect(admin.info.dsn, dbname=database, password=admin.info.password, autocommit=True) as inside:
        for rule in (*SCHEMA_RULES, *DEFAULT_RULES):
            inside.execute(rule)


def create_database(admin: psycopg.Connection, database: str, *, template: str = "template0") -> None:
    """Create a database that `owner` owns."""
    names = {"database": sql.Identifier(database), "template": sql.Identifier(template)}
    admin.execute(sql.SQL("CREATE DATABASE {database} OWNER owner TEMPLATE {template}").format(**names))


def grant_database(admin: psycopg.Connection, database: str) -> None:
    """Let the four roles, and nobody else, connect to a database."""
    for rule in DATABASE_RULES:
        admin.execute(sql.SQL(rule).format(database=sql.Identifier(database)))
