"""Build and keep the environment in `var/venv`, from hash-pinned locks, with the standard library alone.

`requirements.lock` is production, `demo.lock` adds the embedded servers, `dev.lock` adds the tests. An environment that
holds more than was asked for is accepted. Its stamp, `renewal-stamp.json`, is written last and names the locks that it
satisfies, so that a second start needs no network and an interrupted one begins again.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "demo.lock", "dev.lock")  # each holds everything of the one before
STAMP = "renewal-stamp.json"
OLDEST_PYTHON = (3, 11)
MEGABYTE = 1_000_000
Words = Sequence[str | Path]  # a command line
SPACE_NEEDED = 1_000 * MEGABYTE  # dev.lock unpacks to about 700 MB


class SetupProblem(Exception):
    """Something a person has to put right before the platform can start; its text says what to do."""


def var_directory() -> Path:
    """Give the directory that holds everything the platform makes; RENEWAL_VAR moves it."""
    return Path(os.environ.get("RENEWAL_VAR") or ROOT / "var").absolute()


def bytecode_directory() -> Path:
    """Give the directory of compiled modules, ours and the packages', so that the checkout itself stays clean."""
    return var_directory() / "pycache"


def ensure_environment(lock: str) -> Path:
    """Make `var/venv` satisfy a lock and return its Python; touch neither disk nor network when it already does."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetupProblem(f"Python 3.11 or newer is needed. This is {platform.python_version()}.")
    venv = var_directory() / "venv"
    if is_ready(venv, lock):
        return python_of(venv)
    _make_directory(var_directory())
    with held(Path(f"{venv.resolve()}.lock")):
        if not is_ready(venv, lock):  # another copy may have built it while this one waited
            _build(venv, lock)
    return python_of(venv)


def python_of(venv: Path) -> Path:
    return venv / "bin" / "python"


def is_ready(venv: Path, lock: str) -> bool:
    """Say whether an environment satisfies a lock: stamped for it, its packages present and its Python running."""
    try:
        stamp = json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return False
    if fingerprint(lock) not in stamp["satisfies"]:
        return False
    if not set(stamp["packages"]) <= set(_installed(venv)):
        return False
    try:
        check: Words = [python_of(venv), "-c", "import django, psycopg"]
        subprocess.run(check, env=commands_environment({}), check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def fingerprint(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def write_stamp(venv: Path, lock: str) -> None:
    """Record that an environment now holds a lock, and with it every lock before it."""
    held = LOCKS[: LOCKS.index(lock) + 1]
    stamp = {
        "made_by": f"Python {platform.python_version()} on {platform.system()} {platform.machine()}",
        "satisfies": [fingerprint(name) for name in held],
        "packages": sorted(_installed(venv)),
    }
    _write_whole(venv / STAMP, json.dumps(stamp, indent=1))


def _build(venv: Path, lock: str) -> None:
    """Install a lock, with uv where it runs and with pip where it does not."""
    _check_space(var_directory())
    borrowed = venv.is_symlink()  # somebody else's environment: add to it, take nothing away
    (venv / STAMP).unlink(missing_ok=True)
    shutil.rmtree(bytecode_directory(), ignore_errors=True)  # files of a wheel may keep their date over versions
    if not borrowed and not _runs(python_of(venv)):
        shutil.rmtree(venv, ignore_errors=True)
    uv = _uv()
    if uv is not None:
        if not borrowed and not venv.exists():
            _run([uv, "venv", "--quiet", "--python", sys.executable, venv])
        verb: Words = ["install", "-r"] if borrowed else ["sync"]
        common: Words = ["--quiet", "--require-hashes", "--python", python_of(venv)]
        found = _try([uv, "pip", verb[0], *common, *verb[1:], ROOT / lock])
        if found is None:
            return write_stamp(venv, lock)
        _refuse_if_hopeless(found)
        say(f"uv could not install the packages; trying pip. It said: {_last_lines(found, 3)}")
    _build_with_pip(venv, lock)
    write_stamp(venv, lock)


def _build_with_pip(venv: Path, lock: str) -> None:
    if not _runs(python_of(venv), "import pip"):
        _make_venv(venv)
    pip: Words = [python_of(venv), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    found = _try([*pip, "--require-hashes", "-r", ROOT / lock])
    if found is not None:
        _refuse_if_hopeless(found)
        raise SetupProblem(
            f"The packages of {lock} could not be installed. Is there a network? pip said:\n{_last_lines(found, 8)}"
        )


def _uv() -> Path | None:
    """Give the pinned uv of `var/tool`, installing it first; None where it cannot be had or does not run."""
    tool = var_directory() / "tool"
    uv = tool / "bin" / "uv"
    if _answers([uv, "--version"]):
        return uv
    try:
        shutil.rmtree(tool, ignore_errors=True)
        _make_venv(tool)
    except SetupProblem:
        return None
    pip: Words = [python_of(tool), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    found = _try([*pip, "--require-hashes", "-r", ROOT / "uv-bootstrap.lock"])
    if found is not None:
        _refuse_if_hopeless(found)
        return None
    return uv if _answers([uv, "--version"]) else None


def _make_venv(where: Path) -> None:
    found = _try([sys.executable, "-m", "venv", "--clear", where])
    if found is not None:
        _refuse_if_hopeless(found)
        hint = f"apt-get install python3-venv   (Python said: {_last_lines(found, 2)})"
        raise SetupProblem(
            f"Python cannot make an environment in {where}. On Debian or Ubuntu, install it with:\n  {hint}"
        )


def _refuse_if_hopeless(output: str) -> None:
    """Stop where a second attempt by other means would be wrong or useless."""
    if re.search(r"hash mismatch|HASHES|do not match the hashes|hashes are required|hash .*not", output, re.IGNORECASE):
        raise SetupProblem(
            "A package does not match the hash in the lock, so nothing was installed. The lock or the download was "
            f"changed. Take the lock from the repository again.\n{_last_lines(output, 6)}"
        )
    if "No space left" in output or "os error 28" in output:
        raise SetupProblem(f"The disk filled up while packages were installed in {var_directory()}. Free 1 GB.")


def _check_space(where: Path) -> None:
    free = shutil.disk_usage(where).free
    if free < SPACE_NEEDED:
        raise SetupProblem(
            f"Installing needs {SPACE_NEEDED // MEGABYTE} MB free and {where} has {free // MEGABYTE} MB. "
            "Free some space, or set RENEWAL_VAR to a directory on another disk."
        )


def _environment() -> dict[str, str]:
    """Give the environment for uv and pip: no Python downloads, and the machine's own package index for both."""
    known = dict(os.environ, UV_PYTHON_DOWNLOADS="never", PYTHONDONTWRITEBYTECODE="1")
    known.pop("PYTHONPATH", None)
    known.pop("VIRTUAL_ENV", None)
    known.setdefault("UV_LINK_MODE", "copy" if _other_disk() else "hardlink")
    if index := os.environ.get("PIP_INDEX_URL"):
        known.setdefault("UV_DEFAULT_INDEX", index)  # uv does not read pip's settings
    home = Path(os.path.expanduser("~"))
    if not os.access(home, os.W_OK):
        known.setdefault("UV_CACHE_DIR", str(var_directory() / "uv-cache"))
    return known


def _other_disk() -> bool:
    home = Path(os.environ.get("UV_CACHE_DIR") or os.path.expanduser("~"))
    try:
        return home.stat().st_dev != var_directory().stat().st_dev
    except OSError:
        return True


def _try(command: Words) -> str | None:
    """Run a command; None when it worked, otherwise all it said."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=_environment(), cwd=ROOT, timeout=1200)
    except (OSError, subprocess.SubprocessError) as problem:
        return str(problem)
    return None if done.returncode == 0 else done.stdout + done.stderr


def _run(command: Words) -> None:
    found = _try(command)
    if found is not None:
        _refuse_if_hopeless(found)
        raise SetupProblem(f"`{' '.join(str(part) for part in command)}` failed:\n{_last_lines(found, 8)}")


def _answers(command: Words) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _runs(python: Path, code: str = "pass") -> bool:
    return _answers([python, "-c", code])


def _installed(venv: Path) -> list[str]:
    """List the packages an environment holds, as the names of their metadata directories."""
    return [path.name for path in venv.glob("lib/python3*/site-packages/*.dist-info")]


def _make_directory(where: Path) -> None:
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SetupProblem(
            f"{where} cannot be made ({problem.strerror}). Work in a directory of your own, or set RENEWAL_VAR."
        ) from problem
    if not os.access(where, os.W_OK):
        raise SetupProblem(f"{where} belongs to somebody else. Work in a directory of your own, or set RENEWAL_VAR.")


@contextlib.contextmanager
def held(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold a file lock for the block or until the process ends; without waiting, a held one raises BlockingIOError."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _write_whole(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)


def _last_lines(text: str, count: int) -> str:
    return "\n".join(text.strip().splitlines()[-count:])


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def commands_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Give the environment for our own commands, with what the caller set and what we add."""
    known = dict(os.environ, PYTHONUNBUFFERED="1", RENEWAL_VAR=str(var_directory()), **extra)
    known.setdefault("NUMBA_CACHE_DIR", str(var_directory() / "numba"))
    known["PYTHONPYCACHEPREFIX"] = str(
        bytecode_directory()
    )  # compiled once; where nothing is kept, each start takes 3 s
    for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
        known.pop(name, None)
    return known
