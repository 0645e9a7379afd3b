"""``manage.py import_areas DIR``: load a folder of areas, postcodes and outlines (docs/area-pack.md)."""

import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from communities.services.area_pack import PackRefused, read_pack
from communities.services.areas import NotASuccessor, OlderPack, load_areas


class Bar:
    """A progress bar on a terminal; one line for each finished step elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.terminal, self.began = out, out.isatty(), time.monotonic()

    def __call__(self, step: str, done: int, of: int) -> None:
        seconds = time.monotonic() - self.began
        if self.terminal:
            filled = 24 * done // of if of else 0
            share = f"[{'#' * filled}{'.' * (24 - filled)}] " if of else ""
            end = "\n" if done == of else ""
            self.out.write(f"\r\x1b[K{step:<17} {share}{done:,}{f' of {of:,}' if of else ''}  {seconds:.0f} s{end}")
            self.out.flush()
        elif done == of:
            self.out.write(f"{step:<17} {done:,}  {seconds:.1f} s\n")


def silent(step: str, done: int, of: int) -> None:
    """Tell nobody how far it is."""


class Command(BaseCommand):
    help = "Load a folder of areas, postcodes and outlines. Writes nothing when anything in the folder is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--vintage", type=date.fromisoformat, help="the day these areas begin, like 2025-05-01")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = Bar(sys.stderr) if options["verbosity"] else silent
        try:
            pack = read_pack(options["folder"], vintage=options["vintage"], told=bar)
            loaded = load_areas(pack=pack, told=bar)
        except PackRefused as refusal:
            raise CommandError(f"{refusal}. Nothing was written.") from refusal
        except OlderPack as refusal:
            reason = f"the areas here are of {refusal.newest}, later than the folder's {refusal.vintage}"
            raise CommandError(f"{reason}. Nothing was written.") from refusal
        except NotASuccessor as refusal:
            reason = f"{refusal.code} is followed by {refusal.heir}, which is of another level"
            raise CommandError(f"{reason}. Nothing was written.") from refusal
        self.stdout.write(
            f"{loaded.added:,} areas added, {loaded.changed:,} changed, {loaded.ended:,} ended,"
            f" {loaded.unchanged:,} as before; {loaded.ranges:,} postcode ranges; {loaded.outlines:,} outlines."
        )
