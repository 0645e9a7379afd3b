"""The whole suite shared between two pytest processes: each takes the next share when it has done the one before.

The launcher gives both a folder in RENEWAL_SHARES and says in RENEWAL_SHARES_FROM at which end each begins. A share is
a file's tests, or a piece of a long file. The browser's stand last, so the second half begins with them, and whichever
half has done its own end goes on with the other's. Nobody has to weigh by hand what takes how long.
"""

import hashlib
import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

FOLDER = os.environ.pop("RENEWAL_SHARES", "")  # taken out, so that no pytest that a test starts believes to be a half
FROM_THE_END = os.environ.pop("RENEWAL_SHARES_FROM", "") == "the end"
PARTED = {"test_every_page": 60, "test_permission_matrix": 300}  # long files, and how many tests of one are a share


def shares_of(items: list[pytest.Item]) -> list[list[pytest.Item]]:
    """Cut the tests into shares, in the order they would run in, the browser's last."""
    shares: list[list[pytest.Item]] = []
    for is_browser in (False, True):
        chosen = [item for item in items if (item.get_closest_marker("browser") is not None) == is_browser]
        for path, group in groupby(chosen, key=lambda item: item.path):
            tests = list(group)
            most = PARTED.get(path.stem, len(tests))
            shares += [tests[start : start + most] for start in range(0, len(tests), most)]
    return shares


def taken(shares: list[list[pytest.Item]], folder: Path) -> Iterator[pytest.Item]:
    """Take one share after the other that the other half has not taken."""
    for share in shares:
        name = hashlib.sha256(f"{share[0].nodeid} {len(share)}".encode()).hexdigest()[:32]
        try:
            (folder / name).touch(exist_ok=False)
        except FileExistsError:
            continue
        yield from share


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run what this half takes; as pytest's own loop does otherwise."""
    if not FOLDER or session.config.option.collectonly or session.testsfailed:
        return None
    shares = shares_of(session.items)
    both_agree_on(shares, Path(FOLDER))
    coming = taken(shares[::-1] if FROM_THE_END else shares, Path(FOLDER))
    item = next(coming, None)
    while item is not None:
        following = next(coming, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def both_agree_on(shares: list[list[pytest.Item]], folder: Path) -> None:
    """Refuse to run when the two halves found different tests: some might be run by neither."""
    words = "\n".join(item.nodeid for share in shares for item in share)
    found = folder / ("tests-" + hashlib.sha256(words.encode()).hexdigest())
    found.touch()
    if len(list(folder.glob("tests-*"))) > 1:
        pytest.exit("The two halves found different tests: was a file changed meanwhile? Run it again.", returncode=3)
