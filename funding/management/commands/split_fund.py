"""Divide a sum over a folder of areas and print who gets what; needs no database."""

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from funding.geography import read_areas
from funding.rules.parameter_reader import default_parameters, read_parameters
from funding.rules.problems import ParameterError
from funding.rules.split import TreeSplit, pounds, split_tree
from funding.rules.tree import Tree, grow_tree
from renewal.kernel.canonical import digest

STEPS = 4


class Command(BaseCommand):
    help = "Divide a fund over a tree of areas by a parameter set. One colour, no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pounds", required=True, help="whole pounds to share, reserve included")
        parser.add_argument("--areas", required=True, type=Path, metavar="DIR", help="a folder with areas.csv")
        parser.add_argument("--params", type=Path, metavar="FILE", help="a parameter set; default: the standard one")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--csv", action="store_true", help="one line a pot")
        form.add_argument("--json", action="store_true", help="hash, total, reserve, unallocated, levels and pots")

    def handle(self, *, pounds: str, areas: Path, params: Path | None, **options: Any) -> None:
        try:
            total = _pence(pounds)
            self._progress(0, "Reading the areas")
            rows = read_areas(areas)
            self._progress(1, "Checking the tree")
            tree = grow_tree(rows)
            parameters = read_parameters(_document(params)) if params else default_parameters()
            self._progress(2, "Sharing the money")
            split = split_tree(total, tree, parameters)
            self._progress(3, "Writing")
            outcome_hash = digest(split.document())
        except ParameterError as wrong:
            self._clear()
            raise CommandError("\n".join(str(problem) for problem in wrong.problems[:20])) from wrong
        self._clear()
        if options["json"]:
            self.stdout.write(json.dumps(as_json(split, outcome_hash), ensure_ascii=False))
        elif options["csv"]:
            _write_csv(split, tree, self.stdout.write)
        else:
            self._say(split, tree, outcome_hash)

    def _say(self, split: TreeSplit, tree: Tree, outcome_hash: str) -> None:
        levels = split.by_level()
        shared = sum(level["pence"] for level in levels.values())
        self.stdout.write(f"Total        {pounds(split.total_pence):>24}")
        self.stdout.write(f"Reserve      {pounds(split.reserve_pence):>24}")
        for name, level in levels.items():
            self.stdout.write(f"{name:<13}{pounds(level['pence']):>24}  in {level['count']:,}")
        self.stdout.write(f"Unallocated  {pounds(split.unallocated_pence):>24}")
        for code in split.absent:
            self.stdout.write(f"Takes no part: {code}. Its weight is left out.")
        local = levels.get("neighbourhood", {"pence": 0})["pence"]
        near = local + levels.get("authority", {"pence": 0})["pence"]
        self.stdout.write(
            f"Decided in neighbourhoods: {_percent(local, shared)}; at authority or below: {_percent(near, shared)}"
        )
        self.stdout.write(f"Outcome {outcome_hash}")

    def _progress(self, done: int, words: str) -> None:
        if self.stderr.isatty():
            bar = "█" * (done * 6) + "░" * ((STEPS - done) * 6)
            sys.stderr.write(f"\r{bar} {words:<24}")
            sys.stderr.flush()

    def _clear(self) -> None:
        if self.stderr.isatty():
            sys.stderr.write("\r" + " " * 60 + "\r")


def as_json(split: TreeSplit, outcome_hash: str) -> dict[str, Any]:
    """Return the stable shape of DESIGN.md §7; the UK pot excludes the reserve."""
    return {
        "hash": outcome_hash,
        "total": split.total_pence,
        "reserve": split.reserve_pence,
        "unallocated": split.unallocated_pence,
        "levels": split.by_level(),
        "pots": {code: area.kept_pence for code, area in sorted(split.areas.items())},
    }


def _write_csv(split: TreeSplit, tree: Tree, write: Callable[[str], Any]) -> None:
    class Out:
        def write(self, text: str) -> None:
            write(text.rstrip("\n"))

    rows = csv.writer(Out(), lineterminator="\n")
    rows.writerow(
        [
            "code",
            "level",
            "parent",
            "people",
            "weight",
            "received_pence",
            "kept_pence",
            "passed_pence",
            "unallocated_pence",
        ]
    )
    for code, area in split.areas.items():
        known = tree.areas[code]
        rows.writerow(
            [
                code,
                area.level,
                known.parent,
                known.people,
                area.weight,
                area.received_pence,
                area.kept_pence,
                area.passed_pence,
                area.unallocated_pence,
            ]
        )


def _pence(text: str) -> int:
    digits = text.replace(",", "").removeprefix("£")
    whole, _, pence = digits.partition(".")
    if not whole.isdigit() or (pence and not (pence.isdigit() and len(pence) == 2)):
        raise CommandError(f"--pounds takes a sum like 1000000000 or 250.50, not {text}.")
    return int(whole) * 100 + int(pence or 0)


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise CommandError(f"There is no file {path}.") from missing
    except (ValueError, UnicodeDecodeError) as wrong:
        raise CommandError(f"{path} is not JSON: {wrong}") from wrong


def _percent(part: int, whole: int) -> str:
    tenths = (2_000 * part + whole) // (2 * whole) if whole else 0
    return f"{tenths // 10}.{tenths % 10} %"
