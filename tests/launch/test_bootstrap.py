"""The environment: built from the locks alone, kept, mended, and every trouble told in a sentence that helps."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from renewal import bootstrap
from renewal.bootstrap import SetupProblem, ensure_environment, is_ready

ROOT = Path(__file__).resolve().parents[2]
PLACES = (bootstrap.var_directory(), (bootstrap.var_directory() / "venv").resolve().parent)
UV = next((path for place in PLACES if (path := place / "tool/bin/uv").exists()), None)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A checkout with small locks of its own and a shelf of wheels instead of an index: no network at all."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    needed = {"requirements.lock": ["django"], "demo.lock": ["django", "psycopg"], "dev.lock": ["django", "psycopg"]}
    hashes = {name: make_wheel(shelf, name) for name in ("django", "psycopg")}
    for lock, names in needed.items():
        lines = "".join(f"{name}==0.0.1 \\\n    --hash=sha256:{hashes[name]}\n" for name in names)
        (root / lock).write_text(f"# {lock}\n{lines}")
    (root / "uv-bootstrap.lock").write_text("uv==0.0.1 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setattr(bootstrap, "ROOT", root)
    monkeypatch.setattr(bootstrap, "SPACE_NEEDED", 0)
    monkeypatch.setenv("RENEWAL_VAR", str(tmp_path / "var"))
    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf), "PIP_CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    for name, value in {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(shelf), "UV_CACHE_DIR": str(tmp_path / "c")}.items():
        monkeypatch.setenv(name, value)
    return root


@pytest.fixture
def installer(house, monkeypatch):
    """Install with the uv that made our own environment; without one, with pip."""
    if UV is not None:
        monkeypatch.setattr(bootstrap, "_uv", lambda: UV)


@pytest.fixture(params=["uv", "pip"])
def each_installer(request, house, monkeypatch):
    """Install with uv, and with pip alone (uv cannot be had from the shelf)."""
    if request.param == "uv":
        request.getfixturevalue("installer")


def make_wheel(shelf: Path, name: str) -> str:
    """Make the smallest wheel there can be and return its hash."""
    path = shelf / f"{name}-0.0.1-py3-none-any.whl"
    info = f"{name}-0.0.1.dist-info"
    files = {
        f"{name}.py": b"",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.1\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    with zipfile.ZipFile(path, "w") as wheel:
        for inside, content in files.items():
            wheel.writestr(inside, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record += f"{inside},sha256={digest},{len(content)}\n"
        wheel.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def installed() -> set[str]:
    return {name.split("-")[0] for name in bootstrap._installed(bootstrap.var_directory() / "venv")}


def test_a_bare_checkout_gets_its_environment(each_installer):
    python = ensure_environment("demo.lock")

    subprocess.run([python, "-c", "import django, psycopg"], check=True)
    assert {"django", "psycopg"} <= installed()


def test_a_second_start_needs_no_installer_and_no_network(installer, monkeypatch):
    ensure_environment("demo.lock")
    monkeypatch.setattr(bootstrap, "_build", lambda *_: pytest.fail("it was built again"))

    ensure_environment("demo.lock")


def test_an_environment_that_holds_more_is_accepted(installer, monkeypatch):
    ensure_environment("dev.lock")
    monkeypatch.setattr(bootstrap, "_build", lambda *_: pytest.fail("it was built again"))

    ensure_environment("requirements.lock")


def test_a_changed_lock_is_installed(installer, house):
    ensure_environment("demo.lock")
    (house / "demo.lock").write_text((house / "demo.lock").read_text() + "# changed\n")

    assert not is_ready(bootstrap.var_directory() / "venv", "demo.lock")
    ensure_environment("demo.lock")
    assert is_ready(bootstrap.var_directory() / "venv", "demo.lock")


@pytest.mark.parametrize("damage", ["no python", "no package", "no stamp", "half a stamp"])
def test_a_broken_environment_is_mended(installer, damage):
    python = ensure_environment("demo.lock")
    venv = bootstrap.var_directory() / "venv"
    if damage == "no python":
        python.unlink()
        python.symlink_to("/nowhere/python")
    elif damage == "no package":
        for path in venv.glob("lib/python3*/site-packages/psycopg*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    elif damage == "no stamp":
        (venv / bootstrap.STAMP).unlink()
    else:
        (venv / bootstrap.STAMP).write_text('{"satisfies"')

    python = ensure_environment("demo.lock")

    subprocess.run([python, "-c", "import django, psycopg"], check=True)


def test_a_wrong_hash_is_refused_and_nothing_is_kept(each_installer, house):
    lock = (house / "demo.lock").read_text()
    (house / "demo.lock").write_text(lock[:-65] + "0" * 64 + "\n")

    with pytest.raises(SetupProblem, match="does not match the hash in the lock"):
        ensure_environment("demo.lock")

    assert not is_ready(bootstrap.var_directory() / "venv", "demo.lock")


def test_a_lock_without_hashes_is_refused(installer, house):
    (house / "demo.lock").write_text("django==0.0.1\npsycopg==0.0.1\n")

    with pytest.raises(SetupProblem):
        ensure_environment("demo.lock")


def test_no_network_at_first_is_told(each_installer, house, monkeypatch):
    for name in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.setenv(name, str(house))  # a shelf with nothing on it

    with pytest.raises(SetupProblem, match="Is there a network"):
        ensure_environment("demo.lock")


def test_a_full_disk_is_told_before_anything_is_installed(house, monkeypatch):
    monkeypatch.setattr(bootstrap, "SPACE_NEEDED", 10**18)

    with pytest.raises(SetupProblem, match="RENEWAL_VAR"):
        ensure_environment("demo.lock")

    assert not (bootstrap.var_directory() / "venv").exists()


@pytest.mark.parametrize("said", ["OSError: [Errno 28] No space left on device", "failed to write (os error 28)"])
def test_a_disk_that_fills_up_on_the_way_is_told(said):
    with pytest.raises(SetupProblem, match="disk filled up"):
        bootstrap._refuse_if_hopeless(said)


def test_a_directory_that_cannot_be_made_is_told(house, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RENEWAL_VAR", str(tmp_path / "file" / "var"))

    with pytest.raises(SetupProblem, match="RENEWAL_VAR"):
        ensure_environment("demo.lock")


def test_a_borrowed_environment_is_added_to_and_never_emptied(installer, tmp_path):
    """`var/venv` may be a link to an environment that others use too."""
    lent = tmp_path / "lent"
    subprocess.run([sys.executable, "-m", "venv", lent], check=True)
    extra = next(lent.glob("lib/python3*/site-packages")) / "mine-1.0.dist-info"
    extra.mkdir()
    (extra / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    bootstrap.var_directory().mkdir()
    (bootstrap.var_directory() / "venv").symlink_to(lent)

    ensure_environment("demo.lock")

    assert {"mine", "django", "psycopg"} <= installed()
    assert json.loads((lent / bootstrap.STAMP).read_text())["satisfies"]


def test_our_environment_reaches_neither_other_pythons_nor_their_packages(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")

    known = bootstrap._environment()

    assert "PYTHONPATH" not in known
    assert "VIRTUAL_ENV" not in known
    assert known["UV_PYTHON_DOWNLOADS"] == "never"


def test_modules_are_compiled_once_and_outside_the_checkout(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # as on some machines: every process would compile everything
    monkeypatch.setenv("RENEWAL_VAR", str(tmp_path))

    known = bootstrap.commands_environment({})

    assert "PYTHONDONTWRITEBYTECODE" not in known
    assert known["PYTHONPYCACHEPREFIX"] == str(tmp_path / "pycache")


def test_compiled_modules_of_an_older_lock_are_not_kept(installer, house):
    ensure_environment("demo.lock")
    old = bootstrap.bytecode_directory() / "old.pyc"
    old.parent.mkdir(parents=True, exist_ok=True)
    old.write_bytes(b"")
    (house / "demo.lock").write_text((house / "demo.lock").read_text() + "# changed\n")

    ensure_environment("demo.lock")

    assert not old.exists()


@pytest.mark.parametrize("command", ["demo", "test", "check"])
def test_nothing_is_set_up_in_production(command, tmp_path):
    code = (
        "import runpy, sys; sys.argv = ['manage.py', %r]\n"
        "try: runpy.run_path('manage.py', run_name='__main__')\n"
        "finally: assert 'renewal.bootstrap' not in sys.modules and 'renewal.servers' not in sys.modules"
    )
    known = {name: value for name, value in os.environ.items() if not name.startswith("RENEWAL")}
    known |= {"RENEWAL_ENV": "production", "RENEWAL_VAR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": ""}

    done = subprocess.run(
        [sys.executable, "-c", code % command], cwd=ROOT, capture_output=True, text=True, env=known, timeout=60
    )

    assert "AssertionError" not in done.stderr
    assert done.returncode == (2 if command in {"demo", "test"} else 1)
    assert not (tmp_path / "var").exists()
