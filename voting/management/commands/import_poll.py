"""Load an election in the Pabulib format as a closed poll that was held on paper."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from communities.models import Area
from voting.rules.pabulib import PabulibError
from voting.services.importing import import_poll


class Command(BaseCommand):
    help = "Load FILE.pb or FILE.pb.gz as a closed paper poll; the worker counts and publishes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--area", default="", help="code of the area it belongs to (default: the top of the tree)")

    def handle(self, *args: Any, file: Path, area: str, **options: Any) -> None:
        place = Area.objects.filter(code=area).first() if area else Area.objects.order_by("path").first()
        if place is None:
            raise CommandError("There is no such area. Load areas first, or name one with --area.")
        try:
            poll = import_poll(path=file, area=place, now=timezone.now())
        except (OSError, PabulibError, ValueError) as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"{poll.options.count()} options, {poll.ballots.count()} ballots: /en/polls/{poll.slug}/result/"
        )
