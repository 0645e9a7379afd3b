"""Bench of verify.py: ``python3 -m tests.bench.verifying [--ballots 10000] [--options 50] [--rule equal-shares]``.

Writes a made-up round of that size (approvals with skewed support, a log in batches with signed heads) and lets
verify.py check it in a process of its own. Prints its processor time, wall time and memory for docs/performance.md.
"""

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]
BATCH = 2_000  # ballots between two heads of the log


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ballots", type=int, default=10_000)
    parser.add_argument("--options", type=int, default=50)
    parser.add_argument("--completion", default="add1u")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renewal.settings.test")
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "round.zip"
        began = time.perf_counter()
        write_round(path, ballots=given.ballots, options=given.options, completion=given.completion, seed=given.seed)
        say(f"{given.ballots} ballots x {given.options} projects, {given.completion}: written in "
            f"{time.perf_counter() - began:.0f} s, {path.stat().st_size:,} bytes")  # fmt: skip
        began = time.perf_counter()
        done = subprocess.run([sys.executable, ROOT / "verify.py", path], capture_output=True, text=True)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        say("\n".join(line for line in done.stdout.splitlines() if not line.startswith("  ")) + done.stderr)
        clock, processor = time.perf_counter() - began, used.ru_utime + used.ru_stime
        say(f"exit {done.returncode}: {clock:.1f} s, {processor:.1f} s of processor time, {used.ru_maxrss // 1024} MB")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def write_round(path: Path, *, ballots: int, options: int, completion: str, seed: int) -> None:
    """Write the bundle of a round that never was."""
    from nacl.signing import SigningKey

    from renewal.kernel.canonical import canonical_json, digest
    from voting.codes import short_code
    from voting.elections import election_of, lot_seed, options_of
    from voting.rules import dispatch
    from voting.services.counts import _result
    from voting.services.polls import REFERENCE

    chance = Random(seed)
    refs = [f"P-{number:03}" for number in range(1, options + 1)]
    key, tie_secret = SigningKey(chance.randbytes(32)), chance.randbytes(32).hex()
    opening: dict[str, Any] = {
        "poll": "made-up", "title": "A made-up round", "kind": "approve", "budget": 0, "rule": "equal-shares",
        "parameters": {"completion": completion}, "limits": {}, "floors": [], "most_choices": None,
        "options": [
            {"ref": ref, "title": f"Project {ref}", "cost": chance.randrange(2_000, 60_000) * 1_000, "demands": {},
             "tags": [], "at_most_one_of": ""}
            for ref in refs
        ],
        "tie_secret_hash": sha256(bytes.fromhex(tie_secret)), "log_public_key": bytes(key.verify_key).hex(),
        "rules_sha256": sha256(REFERENCE.read_bytes()),
    }  # fmt: skip
    opening["budget"] = sum(option["cost"] for option in opening["options"]) // 4
    weights = [1 / (place + 3) for place in range(options)]
    chosen = [sorted(set(chance.choices(refs, weights, k=chance.randint(1, 12)))) for _ in range(ballots)]
    codes: set[str] = set()
    while len(codes) < ballots:
        codes.add(short_code(chance.randbytes(8)))
    rows = [list(row) for row in zip(sorted(codes), chosen, strict=True)]
    published = canonical_json({"poll": "made-up", "ballots": rows})
    frozen = canonical_json(opening)
    log = Log(key)
    log.add("opening", sha256(frozen))
    left = [sha256(chance.randbytes(64)) for _ in range(ballots)]
    for start in range(0, ballots, BATCH):
        for text in sorted(left[start : start + BATCH]):
            log.add("ballot", text)
        log.head()
    final_root = log.note({"note": "closed"})
    election = election_of(opening, chosen, withdrawn=frozenset())
    selection = dispatch.count(
        election, rule="equal-shares", options=options_of(opening),
        seed=lot_seed(tie_secret=tie_secret, final_root=final_root),
    )  # fmt: skip
    result = _result(election, selection)
    log.note({"note": "published", "ballots_sha256": sha256(published), "result_sha256": digest(result)})
    turnout = {
        "marked": ballots, "published": ballots, "rejected": 0, "withheld": 0, "channels": {"web": ballots},
        "superseded": 0, "cancelled": 0, "electronic": ballots, "paper": 0, "spoilt": {},
    }  # fmt: skip
    document = {
        "poll": "made-up", "title": opening["title"], "ballots_sha256": sha256(published), "tie_secret": tie_secret,
        "turnout": turnout, "result": result, "result_sha256": digest(result),
        "rules_sha256": opening["rules_sha256"],
    }  # fmt: skip
    files = {
        "opening.json": frozen, "ballots.json": published, "reference.py": REFERENCE.read_bytes(),
        "result.json": canonical_json(document),
        "log.json": canonical_json({"log": "made-up", "entries": log.entries, "heads": log.heads}),
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Log:
    """A public log in the making, with a head where one is asked for."""

    def __init__(self, key: Any) -> None:
        import verify

        self.key, self.tree = key, verify.Frontier()
        self.entries: list[dict[str, Any]] = []
        self.heads: list[dict[str, Any]] = []

    def add(self, kind: str, text: str, **more: str) -> None:
        self.entries.append({"seq": len(self.entries), "kind": kind, "hash": text, **more})
        self.tree.add(bytes.fromhex(text))

    def note(self, note: dict[str, str]) -> str:
        """Append a note and a head; returns the head's root."""
        from renewal.kernel.canonical import canonical_json

        document = canonical_json(note)
        self.add("note", sha256(document), document=document.decode())
        return self.head()

    def head(self) -> str:
        from voting.services.logging import head_statement

        root, size = self.tree.root(), len(self.entries)
        signature = self.key.sign(head_statement(poll="made-up", size=size, root=root)).signature.hex()
        public = bytes(self.key.verify_key).hex()
        self.heads.append({"size": size, "root": root, "signature": signature, "public_key": public})
        return str(root)


if __name__ == "__main__":
    main()
