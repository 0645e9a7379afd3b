"""Ask a running demo what a visitor would, and say what was found."""

import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.html import escape

from renewal.kernel.models import Heartbeat
from voting.models import Outcome, PollKind


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

        self._check_a_result()

    def _check_a_result(self) -> None:
        """Find a counted vote on projects and see its winners on its page, as the count names them."""
        outcome = Outcome.objects.filter(published_at__isnull=False).exclude(poll__kind=PollKind.PRIORITIES)
        found = outcome.exclude(selected=[]).select_related("poll").order_by("-published_at", "-pk").first()
        if found is None:
            raise CommandError("No round has a published result: the demo data hold none, or no worker counted it.")
        page = self._read(reverse("voting:result", kwargs={"poll": found.poll.slug}))
        winners = found.poll.options.filter(ref__in=found.selected).values_list("title", flat=True)
        if missing := [title for title in winners if escape(title) not in page]:
            raise CommandError(f"The result page of {found.poll.slug} does not show: {', '.join(missing)}.")
        self.stdout.write(f"  the result page of {found.poll.slug} shows {len(found.selected)} winners")

    def _read(self, path: str) -> str:
        try:
            with urllib.request.urlopen(self.address + path, timeout=20) as answer:  # noqa: S310 -- our own address
                return str(answer.read(), "utf-8")
        except urllib.error.HTTPError as problem:
            raise CommandError(f"{path} answered {problem.code}.") from problem
        except OSError as problem:
            raise CommandError(f"{path} did not answer: {problem}.") from problem
