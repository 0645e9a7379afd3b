"""Bring a database and the catalogues up to date: roles, tables, Welsh."""

import os
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from renewal.kernel.quick_migrations import quick_state


class Command(BaseCommand):
    help = "Create the roles (where ADMIN_DATABASE_URL is set), migrate as owner and compile the catalogues."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("ADMIN_DATABASE_URL"):
            call_command("setup_roles", stdout=self.stdout)
        with quick_state() if settings.DEMO else nullcontext():
            call_command("migrate", database="owner", interactive=False, verbosity=1, stdout=self.stdout)
        call_command("compile_catalogues", stdout=self.stdout)
