"""Run `demo`, `test` and the other commands in an environment and beside servers of our own. Standard library only.

This file decides what has to run around a command; `bootstrap.py` makes the environment, `servers.py` the servers.
Where DATABASE_URL and REDIS_URL are set, they replace the embedded servers on the same path.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from renewal import bootstrap
from renewal.bootstrap import ROOT, SetupProblem, commands_environment, ensure_environment, say, var_directory
from renewal.servers import Servers, die_with_parent, site_packages_of

WITHOUT_DATABASE = {
    "check", "collectstatic", "compile_catalogues", "count", "diffsettings", "help", "makemigrations", "messages",
    "split_fund", "startapp", "version", "--help", "--version",
}  # fmt: skip
NO_SERVERS = {"DATABASE_URL": "postgresql://app@localhost/none", "REDIS_URL": "redis://localhost/0"}  # never reached
TEST_SLOTS = 6


def run(arguments: Sequence[str]) -> int | None:
    """Do what a command line needs; None when this process is already in the right place to run it itself."""
    command = arguments[0] if arguments else "help"
    try:
        if command == "demo":
            from renewal.demo_launcher import run_demo

            return run_demo(arguments[1:])
        if command == "test":
            return run_tests(arguments[1:])
        if command == "screenshots":
            pictures = ["tests/browser/test_screenshots.py", "-q", "--shots", str(var_directory() / "shots")]
            return run_tests([*pictures, *arguments[1:]])
        return run_command(command, arguments)
    except SetupProblem as problem:
        say(f"\n{problem}")
        return 1
    except KeyboardInterrupt:
        return 130


def run_command(command: str, arguments: Sequence[str]) -> int | None:
    """Run any other management command in our environment, with the demo's servers if it needs a database."""
    if os.environ.get("RENEWAL_INSIDE"):  # the launcher has set everything up around this process
        return None
    if _django_is_here() and (command in WITHOUT_DATABASE or "DATABASE_URL" in os.environ):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renewal.settings.demo")
        for name, value in NO_SERVERS.items():
            os.environ.setdefault(name, value)
        return None
    python = ensure_environment("demo.lock")
    inside = [str(python), str(ROOT / "manage.py"), *arguments]
    settings = {"DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "renewal.settings.demo")}
    if "DATABASE_URL" in os.environ:
        return _call(inside, settings)
    if command in WITHOUT_DATABASE:
        return _call(inside, settings | NO_SERVERS)
    from renewal.demo_launcher import demo_servers

    with demo_servers() as urls:
        return _call(inside, settings | urls)


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest on servers of its own that nothing else uses, and pass its exit code on."""
    from renewal.chromium import find_or_install_chromium

    python = ensure_environment("dev.lock")
    settings = {"DJANGO_SETTINGS_MODULE": "renewal.settings.test"}
    if chromium := find_or_install_chromium():
        settings["RENEWAL_CHROMIUM"] = chromium
    command = [str(python), "-m", "pytest", *arguments]
    if not _is_whole_suite(arguments):
        with test_servers() as urls:
            return _call(command, settings | urls)
    return _run_in_two(command, settings)


def _is_whole_suite(arguments: Sequence[str]) -> bool:
    """Say whether nothing is left out: only words that change how a run looks or how large it is."""
    return all(word in {"--long", "-q", "-qq", "-v", "-vv"} or word.startswith("--durations") for word in arguments)


def _run_in_two(command: Sequence[str], settings: dict[str, str]) -> int:
    """Run everything in two halves side by side, each on servers of its own; the report of one comes after the other's.

    What each runs they settle between them (tests/support/shares.py): the second begins with the browser's tests.
    """
    report = var_directory() / "log" / "second-half.log"
    report.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as ending:
        first, second = (ending.enter_context(test_servers()) for _ in range(2))
        folders = {
            name: ending.enter_context(tempfile.TemporaryDirectory(dir=var_directory()))
            for name in ("RENEWAL_SHARES", "RENEWAL_DRAWINGS")
        }
        writing = ending.enter_context(report.open("w"))
        other = subprocess.Popen(
            command,
            env=commands_environment(
                settings | second | folders | {"RENEWAL_SHARES_FROM": "the end", "RENEWAL_INSIDE": "1"}
            ),
            stdout=writing,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        ending.callback(other.terminate)  # does nothing once it has ended
        status = _call(command, settings | first | folders)
        with _only_for_the_child(other):
            others_status = other.wait()
    print(f"\nThe other half, which began with the browser:\n{report.read_text()}", flush=True)
    return status or others_status


@contextlib.contextmanager
def test_servers() -> Iterator[dict[str, str]]:
    """Give the URLs of servers for one test run; several runs of one checkout get different ones."""
    given = given_urls()
    with contextlib.ExitStack() as ending:
        home = ending.enter_context(_free_slot())
        servers = Servers(home, site_packages=site_packages_of(var_directory() / "venv"), durable=False)
        ending.callback(servers.stop)
        if "DATABASE_URL" not in given:
            try:
                servers.start_postgres()
            except SetupProblem:  # unsynced files may not survive a crash; a test cluster is cheap to make again
                servers.discard_cluster()
                servers.start_postgres()
        if "REDIS_URL" not in given:
            servers.start_valkey()
        yield database_urls(servers, "test_fund") | {"RENEWAL_TEST_HOME": str(home)} | given


def database_urls(servers: Servers, database: str) -> dict[str, str]:
    """Give the settings by which each role reaches a database of the embedded server."""
    return {
        "DATABASE_URL": servers.url("app", database),
        "OWNER_DATABASE_URL": servers.url("owner", database),
        "COUNTER_DATABASE_URL": servers.url("counter", database),
        "READER_DATABASE_URL": servers.url("reader", database),
        "ADMIN_DATABASE_URL": servers.url("postgres", "postgres"),
        "REDIS_URL": servers.redis_url,
    }


def given_urls() -> dict[str, str]:
    """Give the server URLs that the caller has set; a database needs its owner's URL too."""
    names = ("DATABASE_URL", "OWNER_DATABASE_URL", "COUNTER_DATABASE_URL", "READER_DATABASE_URL", "ADMIN_DATABASE_URL")
    given = {name: os.environ[name] for name in (*names, "REDIS_URL") if os.environ.get(name)}
    if "DATABASE_URL" in given and "OWNER_DATABASE_URL" not in given:
        raise SetupProblem("DATABASE_URL is set and OWNER_DATABASE_URL is not. Migrations run as the owner: set both.")
    if "DATABASE_URL" not in given and any(name in given for name in names):
        raise SetupProblem("Set DATABASE_URL together with OWNER_DATABASE_URL, or neither.")
    return given


@contextlib.contextmanager
def _free_slot() -> Iterator[Path]:
    """Hold a directory for this run's servers: `var/test`, or the next one while another run has it."""
    for number in range(1, TEST_SLOTS + 1):
        home = var_directory() / ("test" if number == 1 else f"test-{number}")
        home.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(BlockingIOError), bootstrap.held(home / "lock", wait=False):
            yield home
            return
    raise SetupProblem(f"{TEST_SLOTS} test runs of this checkout are under way. Wait for one to end.")


def _call(command: Sequence[str], extra: dict[str, str]) -> int:
    """Run a command in the foreground and give its exit code."""
    known = commands_environment(extra | {"RENEWAL_INSIDE": "1"})
    child = subprocess.Popen(command, env=known, preexec_fn=die_with_parent(signal.SIGTERM))
    with _only_for_the_child(child):
        return child.wait()


@contextlib.contextmanager
def _only_for_the_child(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Leave Ctrl-C and SIGTERM to the child while this process waits for its end."""
    ctrl_c = signal.signal(signal.SIGINT, signal.SIG_IGN)
    term = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, ctrl_c)
        signal.signal(signal.SIGTERM, term)


def _django_is_here() -> bool:
    """Say whether this process already runs in an environment with our packages."""
    import importlib.util

    return (
        all(importlib.util.find_spec(name) for name in ("django", "psycopg", "celery"))
        and sys.prefix != sys.base_prefix
    )
