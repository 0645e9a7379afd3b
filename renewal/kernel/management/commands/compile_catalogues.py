"""Compile the Welsh catalogues."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from renewal.catalogues import compile_catalogues


class Command(BaseCommand):
    help = "Compile the catalogues under locale/ that have changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        count = compile_catalogues(settings.ROOT / "locale")
        self.stdout.write(f"{count} catalogues compiled")
