"""Bench of the ballot box over HTTP: ``python3 -m tests.bench.voting [--seconds 300] [--threads 8]``.

An installation of its own (embedded PostgreSQL that syncs its writes, two web workers) and browsers without script in
this process, all on the same cores. First the send request against a view that inserts one row, in turns; then whole
journeys, one after another in each thread, with new people. Prints medians, rates and ratios for docs/performance.md.
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

import django

STEPS = [
    ("first page", "", None),
    ("ways to show where you live", "check/", None),
    ("choose a way", "check/", {"method": "code"}),
    ("how old", "check/code/age/", None),
    ("age", "check/code/age/", {"is_old_enough": "yes"}),
    ("your code", "check/code/code/", None),
    ("code", "check/code/code/", {}),
    ("where you live", "check/code/home/", None),
    ("check", "check/code/home/", {"house": "1", "postcode": "ZZ1 2CD"}),
    ("a reminder?", "contact/", None),
    ("no reminder", "contact/", {"email": ""}),
    ("ballot", "choose/", None),
    ("choices", "choose/", {"project": ["ASH-001", "ASH-003"]}),
    ("review", "review/", None),
    ("send", "send/", {}),
    ("receipt", "sent/", None),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--floor-seconds", type=float, default=5)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stopped from outside, it still stops its servers
    set_up_django()
    from tests.support.installation import Installation

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        installation = Installation(Path(folder), settings="tests.bench.settings")
        installation.environment |= {"WEB_POOL": "on"}
        try:
            installation.start_valkey()
            installation.start_web(workers=given.workers, threads=8)
            with installation.pointed_at():
                measure(f"http://127.0.0.1:{installation.port}", given)
        finally:
            installation.stop()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renewal.settings.test")
    django.setup()


def measure(address: str, given: argparse.Namespace) -> None:
    from tests.factories.voting import poll_open_now

    poll = poll_open_now()
    rates: dict[str, list[float]] = defaultdict(list)
    times: dict[str, list[float]] = defaultdict(list)
    for turn in range(4):
        works = {"floor": floor(address, given.threads), "send": send(address, poll, given)}
        for name, work in works.items():
            seconds, found = in_threads(work, given.threads, given.floor_seconds)
            if turn:  # the first turn warms up
                rates[name].append(len(found) / seconds)
                times[name] += found
    for name in ("floor", "send"):
        say(f"{name}: {median(rates[name]):.1f} a second, median {median(times[name]) * 1e3:.1f} ms")
    say(f"ratio of the rates: {median(rates['send']) / median(rates['floor']):.3f}")
    journeys(address, poll, given)


def in_threads(work: Callable[[], float | None], threads: int, seconds: float) -> tuple[float, list[float]]:
    """Repeat a piece of work in threads for a time; returns the seconds it took in all and the time of each piece."""
    found: list[float] = []
    faults: list[BaseException] = []
    began = time.perf_counter()
    end = began + seconds

    def one() -> None:
        try:
            while time.perf_counter() < end and (took := work()) is not None:
                found.append(took)
        except BaseException as fault:
            faults.append(fault)

    running = [threading.Thread(target=one) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if faults:
        raise faults[0]
    return time.perf_counter() - began, found


def floor(address: str, threads: int) -> Callable[[], float]:
    from tests.support.voters import Browser

    local = threading.local()

    def work() -> float:
        browser = local.__dict__.setdefault("browser", None) or Browser(address)
        local.browser = browser
        began = time.perf_counter()
        status, _, _ = browser.get("/floor/")
        assert status == 200, status
        return time.perf_counter() - began

    return work


def send(address: str, poll, given: argparse.Namespace) -> Callable[[], float | None]:
    from tests.support.voters import TOKEN, Browser, people_on_roll, tickets

    count = int(given.floor_seconds * 250)
    made = iter(tickets(poll, people_on_roll(poll, count), [["ASH-001", "ASH-003"]] * count))
    local, lock = threading.local(), threading.Lock()

    def work() -> float | None:
        with lock:
            ticket = next(made, None)
        if ticket is None:
            return None
        browser = local.__dict__.setdefault("browser", None) or Browser(address)
        local.browser = browser
        browser.cookies = {"csrftoken": TOKEN} | ticket.cookies
        began = time.perf_counter()
        status, where, _ = browser.post(f"/en/polls/{poll.slug}/send/", {})
        assert (status, where.endswith("/sent/")) == (303, True), (status, where)
        return time.perf_counter() - began

    return work


def journeys(address: str, poll, given: argparse.Namespace) -> None:
    from django.utils import timezone

    from tests.support.voters import Browser
    from voting.models import RollEntry
    from voting.services.codes import make_codes

    count = max(100, int(given.seconds * 40))
    codes: list[str] = []
    while len(codes) < count:
        size = min(20_000, count - len(codes))
        codes += make_codes(poll_id=poll.pk, count=size, label="bench", actor=None, now=timezone.now())
    before = RollEntry.objects.filter(poll=poll).marked().count()
    numbered, lock = iter(enumerate(codes)), threading.Lock()
    of_step: dict[str, list[float]] = defaultdict(list)

    def journey() -> float | None:
        with lock:
            number, code = next(numbered, (0, ""))
        if not code:
            return None
        browser = Browser(address)
        began = time.perf_counter()
        for name, path, data in STEPS:
            at = time.perf_counter()
            where = f"/en/polls/{poll.slug}/{path}"
            data = filled(name, data, code, number)
            status, _, _ = browser.get(where) if data is None else browser.post(where, data)
            assert status in (200, 303), (name, status)
            of_step[name].append(time.perf_counter() - at)
        browser.close()
        return time.perf_counter() - began

    seconds, found = in_threads(journey, given.threads, given.seconds)
    assert RollEntry.objects.filter(poll=poll).marked().count() - before == len(found)
    found.sort()
    say(
        f"journeys: {len(found)} in {seconds:.0f} s = {len(found) / seconds:.1f} a second, {given.threads} browsers; "
        f"{len(STEPS)} requests each; median {median(found):.2f} s, p99 {found[int(len(found) * 0.99) - 1]:.2f} s, "
        f"slowest {found[-1]:.2f} s"
    )
    for name, path, data in STEPS:
        kind = "GET " if data is None else "POST"
        say(f"  {kind} {path or '(first page)':16} median {median(of_step[name]) * 1e3:6.1f} ms")


def filled(name: str, data: dict | None, code: str, number: int) -> dict | None:
    """Add what differs from voter to voter."""
    own = {"code": {"code": code}, "check": {"name": spelt(number)}}.get(name)
    return data if data is None or own is None else data | own


def spelt(number: int) -> str:
    """Make a name that sounds like no other voter's."""
    return " ".join("".join("BDFGKLMNPRST"[number // 12**place % 12] + "aeiou"[place] for place in range(5)).split())


if __name__ == "__main__":
    main()
