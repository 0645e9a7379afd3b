"""The oracle's own environment in var/oracle: pabutools is GPL, so it is not in our locks and never imported by us.

`oracle.lock` is what pabutools needs to run the rules we compare; a proprietary solver that it names but that these
rules do not use is left out.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import select
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).with_name("oracle.lock")
WORKER = Path(__file__).with_name("oracle.py")


class NoOracle(Exception):
    """The environment is missing and cannot be made here (no network, for example)."""


def oracle_python() -> Path:
    """Return the Python that has pabutools; make its environment from the hash-pinned lock where it is missing."""
    folder = Path(os.environ.get("RENEWAL_VAR") or ROOT / "var").absolute() / "oracle"
    python, stamp = folder / "bin" / "python", folder / "stamp"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not stamp.is_file() or stamp.read_text() != wanted:
            install = [python, "-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", LOCK]
            for command in ([sys.executable, "-m", "venv", folder], install):
                try:
                    subprocess.run(command, check=True, capture_output=True, timeout=600)
                except (OSError, subprocess.SubprocessError) as fault:
                    raise NoOracle(f"{command[0]} {command[1:3]} failed: {fault}") from fault
            stamp.write_text(wanted)
    return python


class Oracle:
    """A running worker: one question at a time, each with a time limit."""

    def __init__(self) -> None:
        self.python, self.process = oracle_python(), None

    def ask(self, *, timeout: float = 60, **question: object) -> dict | None:
        """Return the worker's answer, or None when it took longer (the worker is then stopped)."""
        if self.process is None:
            self.process = subprocess.Popen(
                [self.python, WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        process = self.process
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], timeout)
        if not ready:
            self.stop()
            return None
        line = process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError("the oracle broke off")
        return json.loads(line)

    def stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(OSError):
                self.process.kill()
            self.process.wait()
            self.process = None
