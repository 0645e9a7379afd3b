"""Real Celery processes on the test database: workers that can be killed, a beat that rings, a broker to flush."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def on_test_database(address: str) -> str:
    """Return a database address with the name of this run's test database."""
    return urlunsplit(urlsplit(address)._replace(path="/" + os.environ["TEST_DATABASE"]))


def environment() -> dict[str, str]:
    urls = ("DATABASE_URL", "OWNER_DATABASE_URL", "COUNTER_DATABASE_URL")
    return (
        os.environ
        | {name: on_test_database(os.environ[name]) for name in urls if os.environ.get(name)}
        | {"DJANGO_SETTINGS_MODULE": "renewal.settings.test", "PYTHONPATH": str(ROOT)}
    )


@contextmanager
def celery(*arguments: str, extra: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Celery program (``worker``, ``beat``) in a session of its own, and kill what is left of it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "renewal.celery", *arguments],
        env=environment() | (extra or {}),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill_all(process)


def kill_all(process: "subprocess.Popen[bytes]") -> None:
    """Kill -9 a program with its children, as a power cut would."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def broker() -> "redis.Redis":
    """Connect to the broker."""
    return redis.Redis.from_url(settings.REDIS_URL)


def eventually(condition: Callable[[], bool], *, seconds: float = 60) -> bool:
    """Wait until a condition holds; False when the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()
