"""A whole installation of a test's own: PostgreSQL that syncs its writes, Valkey, a web server and a worker.

Each part can be killed -9 and started again without touching the servers of the test run. The schema is copied from the
run's test database, so that nothing migrates twice; ``pointed_at`` lets this process use the installation's database.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import redis
from django.db import connections
from kombu import Connection

from renewal.roles import setup_roles
from renewal.servers import Child, Servers, site_packages_of, start_child
from renewal.settings.env import broker, database

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "fund"
ROLES = {"default": "app", "owner": "owner", "counter": "counter"}
VARIABLES = {"default": "DATABASE_URL", "owner": "OWNER_DATABASE_URL", "counter": "COUNTER_DATABASE_URL"}


class Installation:
    """One installation in a folder; ``settings`` names the settings of web and worker.

    ``listen`` are addresses at which PostgreSQL and Valkey also listen, for workers on other hosts.
    """

    def __init__(
        self, home: Path, *, schema_from: str = "", settings: str = "renewal.settings.test", listen: str = ""
    ) -> None:
        self.home = home
        self.servers = Servers(home, site_packages=site_packages_of(Path(sys.prefix)), durable=True, listen=listen)
        self.parts: dict[str, Child] = {}
        self.port = 0
        self.start_postgres()
        with psycopg.connect(self.servers.url("postgres", "postgres"), autocommit=True) as admin:
            setup_roles(admin, database=DATABASE, passwords={})
        self.environment = os.environ | {
            **{variable: self.url(alias) for alias, variable in VARIABLES.items()},
            "REDIS_URL": self.servers.redis_url,
            "RENEWAL_VAR": str(home / "var"),
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONPATH": str(ROOT),
            "WEB_POOL": "off",
        }
        (home / "var" / "static").mkdir(parents=True, exist_ok=True)
        if schema_from:
            self._copy_schema(schema_from)
        else:
            self.python("-c", "from tests.support.installation import migrate; migrate()")

    def url(self, alias: str) -> str:
        return self.servers.url(ROLES[alias], DATABASE)

    def python(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], env=self.environment, cwd=ROOT, check=True, timeout=600)

    def _copy_schema(self, address: str) -> None:
        programs = self.servers.postgres_bin
        dump = subprocess.run([programs / "pg_dump", "-d", address], check=True, capture_output=True, timeout=120)
        load = [programs / "psql", "-q", "-X", "-d", self.servers.url("postgres", DATABASE)]
        subprocess.run(load, input=dump.stdout, check=True, capture_output=True, timeout=120)

    @contextlib.contextmanager
    def pointed_at(self, *, options: str = "") -> Iterator[None]:
        """Let this process's connections use the installation's database; ``options`` are PostgreSQL's own."""
        kept = {alias: dict(connections.settings[alias]) for alias in ROLES}
        for alias in ROLES:
            os.environ["INSTALLATION_URL"] = self.url(alias)
            there = database("INSTALLATION_URL", options={"options": options} if options else None)
            self._set(alias, kept[alias] | {name: there[name] for name in ("NAME", "USER", "HOST", "OPTIONS")})
        try:
            yield
        finally:
            for alias, before in kept.items():
                self._set(alias, before)

    @staticmethod
    def _set(alias: str, settings: dict[str, object]) -> None:
        connections[alias].close()
        connections.settings[alias].update(settings)
        connections[alias].settings_dict.update(settings)

    # PostgreSQL

    def start_postgres(self) -> None:
        self.servers.start_postgres()
        self.parts["postgres"] = self.servers.children[-1]

    def kill_postgres(self) -> None:
        """Kill -9 the server with every process of it: what was in its memory alone is gone."""
        connections.close_all()  # of this thread: they would only find out
        child = self.parts["postgres"]
        family = [child.process.pid, *children_of(child.process.pid)]
        for process in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        child.process.wait(30)
        while any(Path(f"/proc/{process}").exists() for process in family[1:]):
            time.sleep(0.01)
        self.servers.children.remove(child)

    # Valkey

    def start_valkey(self) -> None:
        self.servers.start_valkey()
        self.parts["valkey"] = self.servers.children[-1]

    def kill_valkey(self) -> None:
        self.kill("valkey")
        self.servers.children.remove(self.parts["valkey"])

    def flush_valkey(self) -> None:
        """Forget every message that waits in the broker."""
        redis.Redis.from_url(self.servers.redis_url).flushall()

    def mails(self) -> list[Path]:
        """List the files in which the demo's settings keep what was mailed."""
        return list((self.home / "var" / "mail").glob("*"))

    def ask(self, task: str) -> None:
        """Put one message for the worker into the broker."""
        with Connection(broker(self.servers.redis_url)) as connection:
            from renewal.celery import app

            app.send_task(task, connection=connection)

    # Web and worker

    def start_web(self, *, workers: int = 1, threads: int = 4) -> None:
        """Start the web server and wait until it answers; the port stays the same from one start to the next."""
        self.port = self.port or any_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "renewal.wsgi:application"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", str(workers)]
        command += ["--blocking-threads", str(threads), "--no-ws", "--log-level", "error"]
        self._start("web", command)
        self.wait_for_web()

    def start_worker(self, name: str = "worker", environment: Mapping[str, str] | None = None) -> None:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "renewal.celery",
            "worker",
            "--pool",
            "solo",
            "-n",
            f"{name}@%h",
        ]
        command += ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        self._start(name, command, environment)

    def _start(self, name: str, command: list[str], environment: Mapping[str, str] | None = None) -> None:
        log = self.home / "log" / f"{name}.log"
        self.parts[name] = start_child(
            name, command, log=log, environment=self.environment | (environment or {}), dies_by=signal.SIGKILL, cwd=ROOT
        )

    def wait_for_web(self, *, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(self.parts["web"].last_words())

    def kill(self, name: str) -> None:
        """Kill -9 one part with everything it started."""
        process = self.parts[name].process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    def stop(self) -> None:
        for name in set(self.parts) - {"postgres", "valkey"}:
            self.kill(name)
        self.servers.stop()


def any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(parent: int) -> list[int]:
    """List the processes that a process started, by /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(path.parent.name))
    return found


def migrate() -> None:
    """Migrate an empty database quickly; run in a process of the installation's environment."""
    import django

    django.setup()
    from django.core.management import call_command

    from renewal.kernel.quick_migrations import quick_state

    with quick_state():
        call_command("migrate", database="owner", verbosity=0, interactive=False)
