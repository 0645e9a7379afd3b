"""The quick way to migrate makes the same database as Django's own."""

import os
import subprocess

import pytest
from django.core.management import call_command
from django.db import connections

from renewal.bootstrap import var_directory
from renewal.roles import setup_roles
from renewal.servers import find_postgres, site_packages_of
from tests.support.database import drop_database, open_admin, point_connections_at


@pytest.mark.long
@pytest.mark.django_db(databases="__all__", transaction=True)
def test_the_quick_way_makes_the_same_tables():
    own = os.environ["TEST_DATABASE"]
    with open_admin() as admin:
        drop_database(admin, "slow_way")
        setup_roles(admin, database="slow_way", passwords={})
        point_connections_at("slow_way")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections.close_all()
        point_connections_at(own)

        assert dump(own) == dump("slow_way")
        drop_database(admin, "slow_way")


def dump(database: str) -> list[str]:
    """The schema as sorted lines: constraints, indexes, grants and triggers included."""
    program = find_postgres(site_packages_of(var_directory() / "venv")) / "pg_dump"
    address = os.environ["OWNER_DATABASE_URL"].rpartition("/")[0] + f"/{database}"
    done = subprocess.run(
        [program, "--schema-only", "--schema=public", address], capture_output=True, text=True, check=True
    )
    return sorted(line for line in done.stdout.splitlines() if line and not line.startswith(("--", "\\")))
