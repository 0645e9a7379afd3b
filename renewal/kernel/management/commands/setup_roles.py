"""Create the database roles owner, app, counter and reader, and say what each may do."""

import os
from argparse import ArgumentParser
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.core.management.base import BaseCommand, CommandError

from renewal.roles import ROLES, setup_roles

URLS = {
    "owner": "OWNER_DATABASE_URL",
    "app": "DATABASE_URL",
    "counter": "COUNTER_DATABASE_URL",
    "reader": "READER_DATABASE_URL",
}


class Command(BaseCommand):
    help = "Create or bring into line the four database roles and the database they share. Needs ADMIN_DATABASE_URL."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if a role is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            return self._check()
        address = os.environ.get("ADMIN_DATABASE_URL", "")
        if not address:
            raise CommandError(
                "Set ADMIN_DATABASE_URL to the address of a user who may create roles and databases. "
                "It is needed for this command only; see docs/running.md."
            )
        database, passwords = self._wanted()
        with psycopg.connect(address, autocommit=True) as admin:
            setup_roles(admin, database=database, passwords=passwords)
        self.stdout.write(f"roles {', '.join(ROLES)} are ready in database {database}")

    def _wanted(self) -> tuple[str, dict[str, str]]:
        """Read the database's name and each role's password out of the addresses that the processes use."""
        parts = {role: urlsplit(os.environ[name]) for role, name in URLS.items() if os.environ.get(name)}
        for role, part in parts.items():
            if part.username != role:
                raise CommandError(f"{URLS[role]} must sign in as {role}, not as {part.username}.")
        names = {unquote(part.path.lstrip("/")) for part in parts.values()}
        if len(names) != 1:
            raise CommandError(f"The addresses name different databases: {', '.join(sorted(names))}.")
        return names.pop(), {role: unquote(part.password or "") for role, part in parts.items()}

    def _check(self) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        if missing := [role for role in ROLES if role not in known]:
            raise CommandError(f"Missing roles: {', '.join(missing)}. Run `manage.py setup_roles`.")
