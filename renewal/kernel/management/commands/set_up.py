"""Bring a database and the catalogues up to date: roles, tables, Welsh."""

import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Create the roles (where ADMIN_DATABASE_URL is set), migrate as owner and compile the catalogues."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("ADMIN_DATABASE_URL"):
            call_command("setup_roles", stdout=self.stdout)
        call_command("migrate", database="owner", interactive=False, verbosity=options["verbosity"], stdout=self.stdout)
        call_command("compile_catalogues", stdout=self.stdout)
