"""Campaigns (crash, race, fuzz, mutation, linkage): small with a fixed seed in every run, full size with --long.

Use in a test marked ``campaign``::

    @pytest.mark.campaign
    def test_no_ballot_is_lost_when_workers_are_killed(campaign):
        kills = campaign.size(small=5, long=500)
        ...
        campaign.record(f"{kills} kills, 0 ballots lost")

A campaign that takes longer than one run may last goes on in parts: ``--long --slice 2/4`` does the second quarter of
what it takes from ``campaign.part(count)``. Each repetition draws from a seed of its own, so the parts together are the
whole.

Results of --long go to docs/campaigns.md with commit, date and machine; a campaign that fails is recorded as failed.
"""

import os
import platform
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "campaigns.md"
HEAD = """# Campaigns

What `python3 manage.py test --long` ran, at the size the issues state. Newest last. Every run does the same, small.

| Date (UTC) | Commit | Campaign | Outcome | What it did | Seconds | Machine |
|---|---|---|---|---|---|---|
"""
SEED = 20_270_301


@dataclass
class Campaign:
    """The size of one campaign, its seed, and what it found."""

    name: str
    is_long: bool
    seed: int = SEED
    notes: list[str] = field(default_factory=list)
    slice: tuple[int, int] = (1, 1)

    def size(self, *, small: int, long: int) -> int:
        return long if self.is_long else small

    def part(self, count: int) -> range:
        """Which of so many repetitions this run does, numbered from 0: all of them, or those of its slice."""
        which, of = self.slice if self.is_long else (1, 1)
        return range(count * (which - 1) // of, count * which // of)

    def chance(self, *what: object) -> Random:
        """Return the chance of one repetition, the same in whichever slice it runs."""
        return Random(f"{self.seed}/{what}")

    def record(self, note: str) -> None:
        """Say what was done and found, with numbers."""
        self.notes.append(note)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = yield
    if call.when == "call":
        item.stash[OUTCOME] = report.outcome
    return report


OUTCOME = pytest.StashKey[str]()


@pytest.fixture
def campaign(request: pytest.FixtureRequest, is_long: bool) -> Iterator[Campaign]:
    """The campaign of this test."""
    running = Campaign(request.node.nodeid.removeprefix("tests/"), is_long, slice=read_slice(request.config))
    began = time.monotonic()
    yield running
    if is_long:
        outcome = request.node.stash.get(OUTCOME, "not run")
        write_row(running, outcome, time.monotonic() - began)


def read_slice(config: pytest.Config) -> tuple[int, int]:
    """Read ``--slice 2/4``."""
    which, of = map(int, config.getoption("--slice").split("/"))
    if not 1 <= which <= of:
        raise pytest.UsageError("--slice takes a part and how many there are, like 2/4")
    return which, of


def write_row(campaign: Campaign, outcome: str, seconds: float, *, page: Path = PAGE) -> None:
    """Add one row; the page is made with its head when it is new."""
    if not page.exists():
        page.write_text(HEAD)
    which, of = campaign.slice
    what = (f"part {which} of {of}: " if of > 1 else "") + "; ".join(campaign.notes)
    what = what.replace("|", "/") if campaign.notes else "said nothing"
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    row = (f"{datetime.now(UTC):%Y-%m-%d %H:%M}", commit(), campaign.name, outcome, what, f"{seconds:.1f}", machine)
    with page.open("a") as adding:
        adding.write("| " + " | ".join(row) + " |\n")


def commit() -> str:
    """Name the commit that ran; what campaigns wrote before this one does not make it another."""
    changed = ["status", "--porcelain", "--untracked-files=no", "--", ".", f":!{PAGE.relative_to(ROOT)}"]
    said, dirty = (
        subprocess.run(["git", *what], cwd=ROOT, capture_output=True, text=True).stdout.strip()
        for what in (["describe", "--always"], changed)
    )
    return (said or "unknown") + ("-dirty" if dirty else "")
