"""`manage.py demo`: set up and run everything on this machine, with demo data. Standard library only.

The steps, in order: environment, PostgreSQL, Valkey, roles and migrations and catalogues, demo data, then web server,
worker and beat. Every process is a child of this one; stopping this one, in whatever way, stops them all.
"""

import argparse
import contextlib
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from renewal.bootstrap import ROOT, SetupProblem, Words, commands_environment, ensure_environment, held, var_directory
from renewal.launcher import database_urls, given_urls
from renewal.servers import Child, Servers, free_port, site_packages_of, start_child

DATABASE = "fund"
FOR_COMMANDS_ONLY = {"ADMIN_DATABASE_URL", "OWNER_DATABASE_URL", "COUNTER_DATABASE_URL", "READER_DATABASE_URL"}
MADE_BY_DEMO = ("pg", "valkey", "run", "media", "mail", "beat", "static", "prepared", "secrets.json")


def run_demo(arguments: Sequence[str]) -> int:
    """Run the demo until Ctrl-C; with --once check it and stop. Returns the exit code."""
    options = _parse(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    print("National Renewal Fund: demo", flush=True)
    with _only_copy(), contextlib.ExitStack() as ending:
        if options.reset:
            _reset()
        with _step("Environment"):
            python = ensure_environment("demo.lock")
        urls, secret = given_urls(), _secrets()
        urls = ending.enter_context(_servers(urls)) | urls
        port = free_port()
        settings = {"DJANGO_SETTINGS_MODULE": "renewal.settings.demo", "PORT": str(port), **urls, **secret}
        environment = commands_environment(settings | {"RENEWAL_INSIDE": "1"})
        _prepare(python, environment, embedded="DATABASE_URL" not in os.environ)
        sign_ins = _seed(python, environment, options.areas)
        address = f"http://localhost:{port}"
        children: list[Child] = []
        ending.callback(_stop_all, children)
        with _step("Web server, worker and beat"):
            _start_processes(python, environment, port, children)
            _wait_until_ready(address, children, seconds=60)
        _write_private(var_directory() / "demo.json", json.dumps({"address": address, "settings": settings}))
        ending.callback((var_directory() / "demo.json").unlink, missing_ok=True)
        print(f"\nReady after {time.monotonic() - began:.1f} s.", flush=True)
        if options.once:
            return _check_once(python, environment, address)
        _print_welcome(address, sign_ins)
        return _watch(children)


@contextlib.contextmanager
def demo_servers() -> Iterator[dict[str, str]]:
    """Give a command the demo's servers: those that run, or, when no demo runs, servers of its own for its time."""
    running = _running_demo()
    if running is not None:
        yield running["settings"]
        return
    with _only_copy(), contextlib.ExitStack() as ending:
        python = ensure_environment("demo.lock")
        settings = ending.enter_context(_servers({}, quiet=True)) | _secrets()
        environment = commands_environment(
            {"DJANGO_SETTINGS_MODULE": "renewal.settings.demo", "RENEWAL_INSIDE": "1", **settings}
        )
        _prepare(python, environment, embedded=True, quiet=True)
        yield settings


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py demo", description="Set up and run everything, with demo data.")
    parser.add_argument("--once", action="store_true", help="set up, check that it works, stop, exit 0")
    parser.add_argument("--reset", action="store_true", help="delete the demo's data first")
    parser.add_argument("--areas", metavar="DIR", help="use a real pack of areas (docs/area-pack.md)")
    options = parser.parse_args(arguments)
    if options.areas and not Path(options.areas).is_dir():
        parser.error(f"{options.areas} is not a directory")
    return options


@contextlib.contextmanager
def _only_copy() -> Iterator[None]:
    """Hold the demo's lock; say where the other copy is when there is one."""
    var_directory().mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as ending:
        try:
            ending.enter_context(held(var_directory() / "demo.lock", wait=False))
        except BlockingIOError:
            where = f" at {running['address']}" if (running := _running_demo()) else ""
            raise SetupProblem(
                f"Another copy is running{where}. Stop it with Ctrl-C in its own window, or use it."
            ) from None
        yield


def _running_demo() -> dict[str, dict[str, str]] | None:
    """Read where the running demo is; None when there is none."""
    try:
        with held(var_directory() / "demo.lock", wait=False):
            return None  # nobody holds it, so any note is stale
    except BlockingIOError:
        with contextlib.suppress(OSError, ValueError):
            note: dict[str, dict[str, str]] = json.loads((var_directory() / "demo.json").read_text())
            return note
    except OSError:
        pass
    return None


def _reset() -> None:
    if "DATABASE_URL" in os.environ:
        raise SetupProblem("--reset deletes only a database of its own. DATABASE_URL is set: empty that one yourself.")
    with _step("Deleting the last demo"):
        for name in MADE_BY_DEMO:
            path = var_directory() / name
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


@contextlib.contextmanager
def _servers(given: dict[str, str], *, quiet: bool = False) -> Iterator[dict[str, str]]:
    """Start the embedded servers that no URL replaces, and give all the URLs."""
    if "DATABASE_URL" in given and "REDIS_URL" in given:
        yield {}
        return
    servers = Servers(var_directory(), site_packages=site_packages_of(var_directory() / "venv"), durable=True)
    try:
        if "DATABASE_URL" not in given:
            with _step("PostgreSQL", quiet=quiet):
                servers.start_postgres()
        if "REDIS_URL" not in given:
            with _step("Valkey", quiet=quiet):
                servers.start_valkey()
        urls = database_urls(servers, DATABASE)
        if "DATABASE_URL" in given:
            urls = {"REDIS_URL": urls["REDIS_URL"]}
        yield urls
    finally:
        servers.stop()


def _prepare(python: Path, environment: dict[str, str], *, embedded: bool, quiet: bool = False) -> None:
    """Bring roles, tables and catalogues up to date; nothing to do when nothing that shapes them has changed."""
    mark = var_directory() / "prepared"
    shape = _shape()
    if embedded and mark.exists() and mark.read_text() == shape:
        return
    with _step("Roles, tables and Welsh pages", quiet=quiet):
        _call(python, environment, "set_up")
    if embedded:
        mark.write_text(shape)


def _shape() -> str:
    """Hash what `set_up` works from."""
    files = [ROOT / "renewal/roles.py", ROOT / "requirements.lock", *ROOT.glob("locale/**/*.po")]
    for package in ("renewal", "communities", "voting", "funding"):
        files += (ROOT / package).glob("**/migrations/*.py")
    shape = hashlib.sha256(
        str((var_directory() / "pg").stat().st_ino if (var_directory() / "pg").exists() else 0).encode()
    )
    for path in sorted(files):
        shape.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return shape.hexdigest()


def _seed(python: Path, environment: dict[str, str], areas: str | None) -> dict[str, list[tuple[str, str]]]:
    """Fill the demo with what is not there yet, and return who can sign in and how."""
    more = ["--areas", str(Path(areas).absolute())] if areas else []
    print("  Demo data", flush=True)
    said = _call(python, environment, "seed_demo", "--json", *more, show="    ")
    who: dict[str, list[tuple[str, str]]] = json.loads(said.strip().splitlines()[-1])
    return who


def _start_processes(python: Path, environment: dict[str, str], port: int, children: list[Child]) -> None:
    """Start web, worker and beat, as in production; each has a log in `var/log`."""
    log = var_directory() / "log"
    (var_directory() / "beat").mkdir(exist_ok=True)
    web: list[str | Path] = [
        python,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "renewal.wsgi:application",
        "--host",
        "127.0.0.1",
    ]
    web += ["--port", str(port), "--workers", "1", "--blocking-threads", "8", "--no-ws", "--log-level", "warning"]
    celery: Words = [python, "-m", "celery", "-A", "renewal.celery"]
    worker: Words = [
        *celery,
        "worker",
        "--concurrency",
        "2",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "INFO",
    ]
    beat: Words = [
        *celery,
        "beat",
        "--schedule",
        var_directory() / "beat" / "schedule",
        "--pidfile",
        "",
        "--loglevel",
        "INFO",
    ]
    # As in production, running processes know the app's address only: not the owner's, not the counter's.
    known = {name: value for name, value in environment.items() if name not in FOR_COMMANDS_ONLY}
    for name, command, more in (("web", web, {"WEB_POOL": "on"}), ("worker", worker, {}), ("beat", beat, {})):
        children.append(start_child(name, command, log=log / f"{name}.log", environment=known | more, cwd=ROOT))


def _wait_until_ready(address: str, children: list[Child], *, seconds: float) -> None:
    """Wait until the site says that database, broker, outbox and beat are well: a job has run by then."""
    give_up_at = time.monotonic() + seconds
    answer = "nothing"
    while time.monotonic() < give_up_at:
        _refuse_dead(children)
        try:
            with urllib.request.urlopen(f"{address}/ready/", timeout=5):
                return
        except urllib.error.HTTPError as problem:
            answer = problem.read(2000).decode(errors="replace")
        except OSError as problem:
            answer = str(problem)
        time.sleep(0.1)
    raise SetupProblem(
        f"The site was not ready after {seconds:.0f} s. It said: {answer}\nLogs: {var_directory() / 'log'}"
    )


def _refuse_dead(children: list[Child]) -> None:
    for child in children:
        if not child.is_running():
            raise SetupProblem(f"The {child.name} process ended. The end of {child.log}:\n{child.last_words()}")


def _check_once(python: Path, environment: dict[str, str], address: str) -> int:
    """Ask the site what a visitor would, say what was found, and give the exit code."""
    done = subprocess.run([python, ROOT / "manage.py", "check_demo", address], env=environment, cwd=ROOT)
    print("Everything works. Stopping." if done.returncode == 0 else "The demo does not work; see above.", flush=True)
    return done.returncode


def _print_welcome(address: str, sign_ins: dict[str, list[tuple[str, str]]]) -> None:
    for heading, key in (("Sign in as", "sign_ins"), ("Voting codes", "codes")):
        rows = sign_ins.get(key, [])
        if rows:
            print(f"\n{heading}:")
            for who, how in rows:
                print(f"  {who:<44} {how}")
    print(f"\nOpen {address}   (Ctrl-C stops everything; the data stays. Logs: {var_directory() / 'log'})", flush=True)


def _watch(children: list[Child]) -> int:
    """Wait until Ctrl-C, or until a process ends by itself, which is a failure."""
    try:
        while True:
            _refuse_dead(children)
            time.sleep(0.5)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0


def _stop_all(children: list[Child]) -> None:
    """Ask all at once, then wait for each."""
    for child in children:
        if child.is_running():
            child.process.send_signal(child.stop_with)
    for child in children:
        child.stop()


def _call(python: Path, environment: dict[str, str], *command: str, show: str | None = None) -> str:
    """Run a management command and return what it said; with ``show``, its lines appear as they come."""
    said: list[str] = []
    process = subprocess.Popen(
        [python, ROOT / "manage.py", *command],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for line in process.stdout or ():
        said.append(line)
        if show is not None and not line.startswith("{"):
            print(show + line.strip(), flush=True)
    if process.wait() != 0:
        raise SetupProblem(f"`manage.py {' '.join(command)}` failed:\n{''.join(said[-25:])}")
    return "".join(said)


@contextlib.contextmanager
def _step(name: str, *, quiet: bool = False) -> Iterator[None]:
    """Show the name of a step when it begins and its time when it ends."""
    began = time.monotonic()
    if not quiet:
        print(f"  {name:<32}", end="", flush=True)
    try:
        yield
    except BaseException:
        if not quiet:
            print(flush=True)
        raise
    if not quiet:
        print(f"{time.monotonic() - began:6.1f} s", flush=True)


def _secrets() -> dict[str, str]:
    """Read the demo's own secrets, made on first use and readable by this user only."""
    path = var_directory() / "secrets.json"
    if not path.exists():
        _write_private(path, json.dumps({name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "PEPPER")}))
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(text)


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
