"""Open the boxes of closed polls; run it where the counter's database credentials are, and nowhere else."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from voting.models import Poll
from voting.services.errors import BoxNotReady
from voting.services.opening import destroy_key, open_box


class Command(BaseCommand):
    help = "Open the box of a closed poll as `counter`, or destroy its key after the challenge window."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("polls", nargs="+", metavar="poll", help="the poll's number or address; several may follow")
        parser.add_argument("--destroy-key", action="store_true")

    def handle(self, *args: Any, polls: list[str], destroy_key: bool, **options: Any) -> None:
        for poll in polls:
            self._open(poll, destroy_key=destroy_key)

    def _open(self, poll: str, *, destroy_key: bool) -> None:
        match = Q(slug=poll) | (Q(pk=int(poll)) if poll.isdigit() else Q())
        found = Poll.objects.using("counter").filter(match).only("pk", "slug").first()
        if found is None:
            raise CommandError(f"No poll is called {poll}.")
        try:
            if destroy_key:
                self.stdout.write(self._destroy(found.pk))
                return
            opening = open_box(poll_id=found.pk, now=timezone.now())
        except BoxNotReady as refusal:
            raise CommandError(f"The box stays shut: {refusal.facts.get('why')}.") from refusal
        self.stdout.write(
            f"{found.slug}: {opening.published} ballots opened, {opening.rejected} rejected, "
            f"{opening.superseded} superseded, {opening.cancelled} cancelled, {opening.paper} from paper."
        )

    def _destroy(self, poll_id: int) -> str:
        return (
            "The key is destroyed." if destroy_key(poll_id=poll_id, now=timezone.now()) else "It was destroyed before."
        )
