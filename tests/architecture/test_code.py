"""The house rules that a machine can check: style, types, imports, migrations, deployment, locks, paths."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PACKAGES = ("renewal", "communities", "voting", "funding")
RULES = sorted(path for app in ("voting", "funding", "communities") for path in (ROOT / app / "rules").glob("**/*.py"))
# Fast paths (voting/rules/engine) and what stands on them may use NumPy; rules that count working days need the
# holidays of four nations.
NEEDS_MORE = re.compile(r"^\s*(import|from) (numpy|numba|voting\.rules\.engine|renewal\.kernel\.clock)\b", re.MULTILINE)


def say(*command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}  # the browser's
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, timeout=900, env=known | more
    )


def tracked() -> list[Path]:
    """The files of the repository; without git, every file outside var/."""
    listed = say("git", "ls-files")
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return [path for path in ROOT.glob("**/*") if path.is_file() and "var" not in path.relative_to(ROOT).parts]


def test_ruff_finds_nothing():
    assert (done := say(BIN / "ruff", "check", ".")).returncode == 0, done.stdout


def test_every_file_is_formatted():
    assert (done := say(BIN / "ruff", "format", "--check", ".")).returncode == 0, done.stdout


def test_types_hold():
    assert (done := say(BIN / "mypy", *PACKAGES)).returncode == 0, done.stdout[-6000:]


def test_packages_import_downwards_only():
    assert (done := say(BIN / "lint-imports", "--no-cache")).returncode == 0, done.stdout


@pytest.mark.django_db(databases="__all__")
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_each_app_has_one_chain_of_migrations():
    for app in ("renewal/kernel", "renewal/site", "communities", "voting", "funding"):
        names = sorted(path.name for path in (ROOT / app / "migrations").glob("[0-9]*.py"))
        numbers = [name[:4] for name in names]
        assert len(numbers) == len(set(numbers)), f"two migrations of {app} have one number: {names}"
        assert not [name for name in names if "_auto_" in name], f"{app}: name migrations for their purpose"


PRODUCTION = {
    "RENEWAL_ENV": "production",
    "DJANGO_SETTINGS_MODULE": "renewal.settings.base",
    "SECRET_KEY": "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "PEPPER": "p" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "fund.example",
    "DATABASE_URL": "postgresql://app:secret@db.example/fund",
    "REDIS_URL": "rediss://broker.example/0",
    "SITE_ADDRESS": "https://fund.example",
}
UNSET = {"OWNER_DATABASE_URL": "", "COUNTER_DATABASE_URL": "", "ADMIN_DATABASE_URL": ""}


def deploy(**changed: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, ROOT / "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    return say(*command, **PRODUCTION | UNSET | changed)


def test_production_settings_pass_the_deployment_check():
    assert (done := deploy()).returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"PEPPER": ""}, "Set PEPPER"),
        ({"DATABASE_URL": "sqlite:///fund.db"}, "must be a postgresql:// address"),
        ({"DATABASE_URL": ""}, "Set DATABASE_URL"),
        ({"REDIS_URL": ""}, "Set REDIS_URL"),
        ({"BEHIND_PROXY": "perhaps"}, "must be on or off"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(changed, told):
    done = deploy(**changed)

    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("module", ["renewal.wsgi", "renewal.celery"])
def test_web_and_worker_stop_with_one_line_too(module):
    done = say(sys.executable, "-c", f"import {module}", **PRODUCTION | UNSET | {"SECRET_KEY": ""})

    assert done.returncode == 1
    assert done.stderr.startswith("Set SECRET_KEY")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"DATABASE_URL": "postgresql://owner:secret@db.example/fund"}, "kernel.E003"),
        ({"DATABASE_URL": "postgresql://app@db.example/fund"}, "kernel.E004"),
        ({"DJANGO_SETTINGS_MODULE": "renewal.settings.demo"}, "kernel.E001"),
        ({"PEPPER": PRODUCTION["SECRET_KEY"]}, "kernel.E006"),
    ],
)
def test_the_deployment_check_refuses_a_demo_in_production(changed, told):
    assert told in deploy(**changed).stderr


def test_rules_import_without_django():
    blocked = "import sys\nfor name in ('django', 'celery', 'psycopg', 'redis'): sys.modules[name] = None\n"
    names = [str(path.relative_to(ROOT).with_suffix("")).replace("/", ".") for path in RULES]
    done = say(sys.executable, "-c", blocked + "".join(f"import {name}\n" for name in names if name[-8:] != "__init__"))

    assert done.returncode == 0, done.stderr


def test_reference_rules_need_the_standard_library_alone():
    names = [
        str(path.relative_to(ROOT).with_suffix("")).replace("/", ".")
        for path in RULES
        if path.name != "__init__.py" and path.parent.name != "engine" and not NEEDS_MORE.search(path.read_text())
    ]
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + "".join(f"import {name}\n" for name in names)

    done = say(sys.executable, "-I", "-S", "-c", code)

    assert done.returncode == 0, done.stderr


def test_the_bootstrap_needs_the_standard_library_alone():
    modules = ("bootstrap", "servers", "launcher", "demo_launcher", "chromium", "ask")
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + "".join(f"import renewal.{name}\n" for name in modules)

    done = say(sys.executable, "-I", "-S", "-c", code)

    assert done.returncode == 0, done.stderr


def test_locks_name_no_host_and_pin_every_hash():
    for lock in ("requirements.lock", "demo.lock", "dev.lock", "uv-bootstrap.lock"):
        text = (ROOT / lock).read_text()
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text), lock
        pins = re.findall(r"^[a-z0-9][^\s=]*==", text, re.MULTILINE | re.IGNORECASE)
        parts = re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE)[1:]
        assert len(pins) == len(parts)
        assert all("--hash=sha256:" in part for part in parts), lock


def test_each_lock_holds_all_of_the_one_before():
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9._-]+(?:\[.*\])?==\S+)", (ROOT / lock).read_text(), re.MULTILINE | re.I))

    assert pins("requirements.lock") < pins("demo.lock") < pins("dev.lock")


def test_no_file_names_a_registry_or_a_path_of_somebodys_machine():
    hosts = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "crates" + ".io", "docker" + ".io")
    paths = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/")
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {word}" for word in hosts if word in text]
        found += [f"{path.relative_to(ROOT)}: {place}" for place in paths if re.search(rf"(?<![\w*]){place}", text)]

    assert found == []


def test_tests_mirror_no_module_name_twice():
    """Modules are imported by path, so that two apps may both have a test_views.py; packages need their __init__."""
    folders = {path.parent for path in (ROOT / "tests").glob("**/*.py")}

    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_whoever_switches_a_checker_off_says_why():
    """`# type: ignore[code]  # reason`, `# noqa: CODE -- reason`; tests have no types to ignore."""
    bare = re.compile(r"# type: ignore(?!\[[a-z, -]+\]  # \w)|# noqa(?!: [A-Z]+\d+ -- \w)")
    in_tests = re.compile(r"# type: ignore\[|# noqa(?!: [A-Z]+\d+ -- \w)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix == ".py" and path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if (in_tests if path.relative_to(ROOT).parts[0] == "tests" else bare).search(line)
    ]

    assert found == []
