"""advance_round ROUND: move a demo round one step (demo only)."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from funding.models import Round
from funding.services.rounds import advance_one_step
from renewal.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Move a round of the demo one step on, by shifting its dates and doing the work that is then due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", help="the round's address, like ashcombe-north-2027")

    def handle(self, *args: object, **options: str) -> None:
        if not settings.DEMO:
            raise CommandError("advance_round works in the demo only: real rounds move by their dates.")
        round_ = Round.objects.in_turn().filter(slug=options["round"]).first()
        if round_ is None:
            known = ", ".join(Round.objects.in_turn().order_by("slug").values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"No round is called {options['round']}. Rounds: {known}.")
        try:
            step = advance_one_step(round_id=round_.pk, now=timezone.now())
        except DomainError as refusal:
            raise CommandError(f"The round cannot move on: {refusal}.") from None
        self.stdout.write(f"{round_.title} is now in the step {step.label}.")
