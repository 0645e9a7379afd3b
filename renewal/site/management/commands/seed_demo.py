"""Fill the demo with made-up places, people and rounds, once."""

import importlib
import importlib.util
import json
from argparse import ArgumentParser
from contextlib import nullcontext
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from renewal.site.demo.world import PARTS, World
from renewal.site.models import SeededPart


class Command(BaseCommand):
    help = "Seed the demo. Parts that are there already are left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--areas", default="", help="a folder in the layout of docs/area-pack.md")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON: sign-ins and codes")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("seed_demo makes up people and votes: it runs only with the demo settings.")
        world = World(now=timezone.now(), areas_dir=options["areas"])
        for name in PARTS:
            if importlib.util.find_spec(f"renewal.site.demo.{name}") is None:
                continue
            module = importlib.import_module(f"renewal.site.demo.{name}")
            started = monotonic()
            # Opening a ballot box needs committed rows (another role reads them), so a part may ask for no transaction.
            with transaction.atomic() if getattr(module, "ATOMIC", True) else nullcontext():
                part = SeededPart.objects.filter(name=name).first()
                is_new = part is None
                before = (len(world.sign_ins), len(world.codes))
                if part is not None and name == "areas" and world.areas_dir not in ("", part.notes.get("pack")):
                    raise CommandError(
                        "The demo has its data already, without this pack of areas. Start afresh with it:\n"
                        f"  python3 manage.py demo --reset --areas {world.areas_dir}"
                    )
                if part is None:
                    module.seed(world)
                    notes: dict[str, Any] = {"pack": world.areas_dir} if name == "areas" else {}
                    notes |= {"sign_ins": world.sign_ins[before[0] :], "codes": world.codes[before[1] :]}
                    SeededPart.objects.create(name=name, seeded_at=world.now, notes=notes)
                else:
                    world.sign_ins += [tuple(pair) for pair in part.notes.get("sign_ins", [])]
                    world.codes += [tuple(pair) for pair in part.notes.get("codes", [])]
            self.stdout.write(f"  {name:<11}{'seeded' if is_new else 'kept'} {monotonic() - started:6.1f} s")
        if options["json"]:
            self.stdout.write(json.dumps({"sign_ins": world.sign_ins, "codes": world.codes}))
        else:
            for who, how in [*world.sign_ins, *world.codes]:
                self.stdout.write(f"  {who}: {how}")
