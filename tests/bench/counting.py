"""Measure counting: ours and pabutools in alternation on the same files, in one run.

    python3 -m tests.bench.counting [--files NAME ...] [--limit SECONDS] [--repeat N] [--million] [--json FILE]

Prints a table and, with --json, writes everything measured. Each side runs in a process of its own, so that peak memory
is its own too. Times are processor seconds, which other work on the machine disturbs least; the JSON has wall seconds
as well. Where pabutools does not finish within --limit, add1 is estimated as its plain run times our number of runs and
marked "est.".
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench.environment import Oracle

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "pabulib"
OURS = Path(__file__).with_name("ours.py")
RULES = [
    ("greedy", "greedy", {}),
    ("equal-shares", "equal-shares", {}),
    ("add1", "equal-shares", {"completion": "add1", "stop": True}),
    ("phragmen", "phragmen", {}),
]


def ask_ours(**question: Any) -> dict[str, Any]:
    """Ask one question of a fresh process of our own."""
    done = subprocess.run(
        [sys.executable, OURS], input=json.dumps(question) + "\n", capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def ask_theirs(limit: float, repeat: int, **question: Any) -> dict[str, Any] | None:
    """Ask pabutools in a fresh process; the best of ``repeat`` while they all fit within the limit."""
    oracle, found, left = Oracle(), None, limit
    try:
        for _ in range(repeat):
            answer = oracle.ask(timeout=left, **question)
            if answer is None:
                break
            if "error" in answer:
                raise RuntimeError(answer["error"])
            found = answer if found is None or answer["seconds"] < found["seconds"] else found
            left -= answer["seconds"] + answer["parse_seconds"]
            if left < answer["seconds"]:
                break
    finally:
        oracle.stop()
    return found


def measure(name: str, limit: float, repeat: int) -> list[dict[str, Any]]:
    """Measure one file under every rule, ours and theirs in turn."""
    path, rows, plain = str(FOLDER / name), [], None
    for label, rule, extra in RULES:
        ours = ask_ours(file=path, rule=rule, repeat=repeat, **extra)
        lot = dict.fromkeys(ask_lots(path), 0)
        theirs = ask_theirs(limit, repeat, file=path, rule=label, lot=lot)
        seconds = theirs["cpu_seconds"] if theirs else None
        if label == "equal-shares":
            plain = seconds
        estimated = label == "add1" and seconds is None and plain is not None
        if estimated:
            seconds = plain * ours["runs"]
        rows.append({"file": name, "rule": label, "ours": ours, "theirs": theirs, "seconds": seconds, "est": estimated})
    return rows


def ask_lots(path: str) -> list[str]:
    from voting.rules import pabulib

    return [project.id for project in pabulib.read(path).election.projects]


def row_text(row: dict[str, Any]) -> str:
    ours, theirs, seconds = row["ours"], row["theirs"], row["seconds"]
    size = f"{ours['voters']:,} x {ours['projects']}"
    peer = "-" if seconds is None else f"{'est. ' if row['est'] else ''}{seconds:,.3g}"
    ratio = "-" if seconds is None else f"{seconds / ours['cpu_seconds']:,.0f}"
    memory = "-" if theirs is None else f"{theirs['peak_mb']:,.0f}"
    return (
        f"{row['file'][:34]:<35}{size:>15} {row['rule']:<13}{ours['runs']:>6}{ours['cpu_seconds']:>11.4f}"
        f"{peer:>14}{ratio:>9}{ours['peak_mb']:>9,.0f}{memory:>9}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", nargs="*", default=sorted(path.name for path in FOLDER.glob("*.pb*")))
    parser.add_argument("--limit", type=float, default=60)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--million", action="store_true", help="also 1,000,000 ballots made from Warszawa 2026")
    parser.add_argument("--explain", action="store_true", help="also add1u with steps, loss bars and counterfactuals")
    parser.add_argument("--json", type=Path)
    flags = parser.parse_args()
    rows: list[dict[str, Any]] = []
    out = sys.stdout.write
    heads = f"{'file':<35}{'size':>15} {'rule':<13}{'runs':>6}{'ours s':>11}{'pabutools s':>14}{'ratio':>9}"
    out(heads + f"{'ours MB':>9}{'MB':>9}\n")
    for name in flags.files:
        for row in measure(name, flags.limit, flags.repeat):
            rows.append(row)
            out(row_text(row) + "\n")
            sys.stdout.flush()
        if flags.explain:
            ours = ask_ours(
                file=str(FOLDER / name), rule="equal-shares", completion="add1u", repeat=flags.repeat, explain=True
            )
            rows.append({"file": name, "rule": "add1u explained", "ours": ours, "theirs": None, "seconds": None})
            once = f"{ours['runs']} runs, {ours['seconds']:.3f} s wall, first call {ours['first_seconds']:.2f} s"
            more = (
                f"steps and loss bars +{ours['steps_seconds']:.3f} s, counterfactuals too +{ours['all_seconds']:.3f} s"
            )
            parse = f"parse {1e6 * ours['parse_seconds'] / ours['voters']:.2f} us a ballot"
            out(f"{name[:34]:<35}add1u {ours['cpu_seconds']:.3f} s ({once}), {more}, {parse}\n")
    if flags.million:
        path = str(FOLDER / "Poland_Warszawa_2026.pb.gz")
        ours = ask_ours(file=path, million=True, rule="equal-shares", completion="add1", repeat=min(flags.repeat, 3))
        rows.append({"file": "one million ballots", "rule": "add1", "ours": ours, "theirs": None, "seconds": None})
        size = f"{ours['projects']} projects, {ours['ballots']:,} different ballots, {ours['choices']:,} choices"
        took = (
            f"add1 {ours['runs']} runs, {ours['cpu_seconds']:.2f} s, peak {ours['peak_mb']:,.0f} MB with the generator"
        )
        out(f"one million ballots, {size}: {took}\n")
    if flags.json:
        flags.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
