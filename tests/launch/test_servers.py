"""The embedded servers: private, for root and for others, found again after a crash, gone with their launcher."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from renewal import servers
from renewal.bootstrap import SetupProblem, var_directory
from renewal.servers import Drop, Servers, free_port, how_to_drop, site_packages_of

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="NOT RUN: only root sheds root")
as_other = pytest.mark.skipif(not (IS_ROOT and Path("/usr/bin/python3").exists()), reason="NOT RUN: needs root to try")


@pytest.fixture
def home():
    """A directory for servers that everybody may enter, as a checkout usually is."""
    where = Path(tempfile.mkdtemp(prefix="srv-"))
    where.chmod(0o755)
    yield where
    shutil.rmtree(where, ignore_errors=True)


@pytest.fixture
def started():
    """Start servers in a directory; whatever was started is stopped."""
    running = []

    def start(home: Path, **options: bool) -> Servers:
        made = Servers(home, site_packages=packages(), durable=options.get("durable", False))
        running.append(made)
        made.start_postgres()
        made.start_valkey()
        return made

    yield start
    for made in running:
        made.stop()


def packages() -> Path:
    return site_packages_of(var_directory() / "venv")


def answers(made: Servers) -> bool:
    with psycopg.connect(made.url("postgres", "postgres")) as connection:
        is_there = connection.execute("SELECT 1").fetchone() == (1,)
    return is_there and Redis.from_url(made.redis_url).ping()


def test_servers_start_answer_and_stop(home, started):
    made = started(home)
    children = list(made.children)

    assert answers(made)
    made.stop()
    assert [child.is_running() for child in children] == [False, False]


def test_nobody_else_may_enter_the_directory_of_the_sockets(home, started):
    made = started(home)

    assert made.run.stat().st_mode & 0o777 == 0o700
    assert (home / "pg").stat().st_mode & 0o777 == 0o700


def test_there_is_no_network_port(home, started):
    made = started(home)

    with psycopg.connect(made.url("postgres", "postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert Redis.from_url(made.redis_url).config_get("port") == {"port": "0"}


@as_root
def test_root_runs_them_as_nobody(home, started):
    if not all(place.stat().st_mode & 0o001 for place in [packages(), *packages().parents]):
        pytest.skip("NOT RUN: the packages lie where only root may enter, so the servers run in a user namespace")
    made = started(home)

    assert made.drop == Drop(user=servers.NOBODY)
    assert {os.stat(f"/proc/{child.process.pid}").st_uid for child in made.children} == {servers.NOBODY}


@as_root
def test_root_in_a_closed_directory_runs_them_in_a_user_namespace(home, started):
    home.chmod(0o700)
    inside = home / "in"

    if subprocess.run([*servers.NAMESPACE, "true"], capture_output=True).returncode != 0:
        pytest.skip("NOT RUN: this kernel has user namespaces off")
    made = started(inside)

    assert made.drop == Drop(wrapper=servers.NAMESPACE)
    assert answers(made)
    assert home.stat().st_mode & 0o777 == 0o700  # no parent was opened for it


@as_root
def test_root_without_namespaces_is_told_what_to_do(home, monkeypatch):
    home.chmod(0o700)
    monkeypatch.setattr(servers, "NAMESPACE", ("false",))

    with pytest.raises(SetupProblem, match="ordinary user"):
        how_to_drop(home / "pg")


def test_an_ordinary_user_sheds_nothing(monkeypatch, home):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert how_to_drop(home / "pg") == Drop()


@as_other
def test_an_ordinary_user_can_start_them(home):
    """As `nobody`, with the system's Python: the files the launcher needs are the standard library's and ours."""
    os.chown(home, servers.NOBODY, servers.NOBODY)
    if not all(parent.stat().st_mode & 1 for parent in (packages().resolve(), *packages().resolve().parents)):
        pytest.skip("NOT RUN: this checkout is closed to others")
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path; from renewal.servers import Servers\n"
        f"made = Servers(Path({str(home)!r}), site_packages=Path({str(packages())!r}), durable=True)\n"
        "made.start_postgres(); made.start_valkey(); print(made.drop); made.stop()"
    )
    known = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home)}

    done = subprocess.run(
        ["/usr/bin/python3", "-c", code],
        user=servers.NOBODY, group=servers.NOBODY, extra_groups=[], env=known, cwd="/", capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "Drop(user=None, wrapper=())" in done.stdout


def test_a_path_too_long_for_a_socket_gets_a_short_one(home, started):
    long = home / ("a-long-name-" * 6) / ("another-long-name-" * 3)
    long.mkdir(parents=True)
    made = started(long)

    assert len(str(made.run / ".s.PGSQL.5432.lock")) <= servers.LONGEST_SOCKET_PATH
    assert answers(made)
    made.stop()
    assert not made.run.exists()


def test_data_survive_a_kill_of_the_server(home, started):
    made = started(home, durable=True)
    with psycopg.connect(made.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    Redis.from_url(made.redis_url).set("kept", "1")
    time.sleep(1.1)  # valkey writes its log every second
    for child in made.children:
        os.kill(child.process.pid, signal.SIGKILL)
        child.process.wait()

    again = started(home, durable=True)

    with psycopg.connect(again.url("postgres", "postgres")) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert Redis.from_url(again.redis_url).get("kept") == b"1"


def test_files_of_another_postgresql_are_refused(home):
    (home / "pg").mkdir()
    (home / "pg" / "PG_VERSION").write_text("9\n")
    made = Servers(home, site_packages=packages(), durable=True)

    with pytest.raises(SetupProblem, match=r"made by PostgreSQL 9 .*--reset"):
        made.start_postgres()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="NOT RUN: Linux ties a child's life to its parent's")
def test_a_killed_launcher_leaves_no_process(home):
    code = (
        f"import sys, time; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path; from renewal.servers import Servers, start_child\n"
        f"made = Servers(Path({str(home)!r}), site_packages=Path({str(packages())!r}), durable=True)\n"
        "made.start_postgres(); made.start_valkey()\n"
        f"made.children.append(start_child('sleep', ['sleep', '300'], log=Path({str(home / 'log' / 'sleep')!r})))\n"
        "print(*(child.process.pid for child in made.children), flush=True); time.sleep(300)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert launcher.stdout is not None
    pids = [int(pid) for pid in launcher.stdout.readline().split()]
    assert len(pids) == 3

    launcher.kill()
    launcher.wait()

    give_up_at = time.monotonic() + 10
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < give_up_at:
        time.sleep(0.1)
    assert left == []
    assert "database system is shut down" in (home / "log" / "postgres.log").read_text()


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_taken_port_moves_on(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    first = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()

        assert free_port() != first


def test_a_port_that_was_asked_for_is_not_exchanged(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))

        with pytest.raises(SetupProblem, match="is taken"):
            free_port()
