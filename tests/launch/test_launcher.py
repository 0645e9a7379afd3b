"""What runs around a command: one copy at a time, URLs that replace servers, exit codes passed on."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from renewal import bootstrap, demo_launcher, launcher
from renewal.bootstrap import SetupProblem
from renewal.chromium import find_chromium, find_or_install_chromium

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def var(tmp_path, monkeypatch):
    monkeypatch.setenv("RENEWAL_VAR", str(tmp_path))
    for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "COUNTER_DATABASE_URL", "READER_DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("ADMIN_DATABASE_URL", raising=False)
    return tmp_path


def test_a_second_copy_says_where_the_first_is(var):
    (var / "demo.json").write_text(json.dumps({"address": "http://localhost:8007", "settings": {}}))

    with (
        bootstrap.held(var / "demo.lock"),
        pytest.raises(SetupProblem, match="Another copy is running at http://localhost:8007"),
    ):
        demo_launcher.run_demo([])


def test_a_note_of_a_demo_that_was_killed_is_not_believed(var):
    (var / "demo.json").write_text(json.dumps({"address": "http://localhost:8007", "settings": {}}))

    assert demo_launcher._running_demo() is None


def test_urls_replace_the_embedded_servers(var, monkeypatch):
    urls = {
        "DATABASE_URL": "postgresql://app@db/fund",
        "OWNER_DATABASE_URL": "postgresql://owner@db/fund",
        "REDIS_URL": "redis://broker/0",
    }
    for name, value in urls.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(demo_launcher, "Servers", lambda *_, **__: pytest.fail("a server was started"))

    with demo_launcher._servers(launcher.given_urls()) as added:
        assert launcher.given_urls() == urls
        assert added == {}


def test_a_database_without_its_owner_is_refused(var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/fund")

    with pytest.raises(SetupProblem, match="OWNER_DATABASE_URL"):
        launcher.given_urls()


def test_reset_never_touches_a_database_of_others(var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/fund")

    with pytest.raises(SetupProblem, match="empty that one yourself"):
        demo_launcher._reset()


def test_reset_keeps_the_environment(var):
    for name in ("venv", "pg", "media"):
        (var / name).mkdir()

    demo_launcher._reset()

    assert sorted(path.name for path in var.iterdir()) == ["venv"]


def test_the_demos_secrets_are_made_once_and_are_private(var):
    first = demo_launcher._secrets()

    assert demo_launcher._secrets() == first
    assert (var / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert min(len(value) for value in first.values()) >= 32


def test_running_processes_do_not_learn_the_owners_address(var, monkeypatch):
    """V3 holds in the demo as in production: web, worker and beat sign in as app."""
    seen = []
    monkeypatch.setattr(
        demo_launcher, "start_child", lambda name, command, *, environment, **_: seen.append((name, environment))
    )
    given = {f"{name}DATABASE_URL": "x" for name in ("", "OWNER_", "COUNTER_", "ADMIN_", "READER_")}

    demo_launcher._start_processes(Path("python"), given, 8000, [])

    assert [name for name, _ in seen] == ["web", "worker", "beat"]
    assert all({key for key in known if key.endswith("DATABASE_URL")} == {"DATABASE_URL"} for _, known in seen)


def test_two_test_runs_of_one_checkout_get_a_directory_each(var):
    with launcher._free_slot() as first, launcher._free_slot() as second:
        assert (first.name, second.name) == ("test", "test-2")
    with launcher._free_slot() as again:
        assert again == first


@pytest.mark.parametrize(
    ("arguments", "whole"),
    [
        ([], True),
        (["--long", "-q"], True),
        (["--durations=5"], True),
        (["tests/voting"], False),
        (["-k", "cast"], False),
    ],
)
def test_only_a_whole_run_is_split_in_two(arguments, whole):
    assert launcher._is_whole_suite(arguments) is whole


@pytest.mark.parametrize("failing", ["", "the end"])
def test_a_split_run_reports_both_halves_and_fails_if_one_does(failing, var, monkeypatch, capfd):
    """With stand-ins for pytest: one half fails, the other passes."""
    monkeypatch.setattr(launcher, "test_servers", lambda: contextlib.nullcontext({}))
    code = (
        "import os, sys; half = os.environ.get('RENEWAL_SHARES_FROM', '')\n"
        "print(f'ran from {half!r}', os.path.isdir(os.environ['RENEWAL_SHARES']), sys.argv[1:])\n"
        f"raise SystemExit(int(half == {failing!r}))"
    )

    status = launcher._run_in_two([sys.executable, "-c", code, "-q"], {})

    said = capfd.readouterr().out
    assert status == 1
    assert said.index("ran from '' True ['-q']") < said.index("The other half") < said.index("ran from 'the end' True")
    assert sorted(path.name for path in var.iterdir()) == ["log", "pycache"]


@pytest.mark.parametrize("status", [0, 3])
def test_the_exit_code_is_passed_on(status):
    assert launcher._call([sys.executable, "-c", f"raise SystemExit({status})"], {}) == status


def test_a_problem_is_a_sentence_not_a_traceback(tmp_path):
    known = {name: value for name, value in os.environ.items() if not name.startswith("RENEWAL_INSIDE")}
    known |= {"RENEWAL_VAR": str(tmp_path), "DATABASE_URL": "postgresql://app@db/fund", "OWNER_DATABASE_URL": ""}
    (tmp_path / "venv").symlink_to(bootstrap.var_directory() / "venv")

    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "demo"], capture_output=True, text=True, env=known, timeout=60, cwd=ROOT
    )

    assert done.returncode == 1
    assert "OWNER_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_chromium_that_is_named_and_missing_is_not_replaced(monkeypatch):
    monkeypatch.setenv("RENEWAL_CHROMIUM", "/nowhere/chromium")

    assert find_chromium() is None


def test_chromium_is_not_installed_by_an_ordinary_user(monkeypatch):
    monkeypatch.setattr("renewal.chromium.find_chromium", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("something was run"))

    assert find_or_install_chromium() is None
