"""Find a Chromium for the browser tests, or install one where that is allowed. Standard library only."""

import os
import shutil
import subprocess
from pathlib import Path

from renewal.bootstrap import say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = ["apt-get", "install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=600", "chromium"]
HOW_TO = (
    "apt-get install -y --no-install-recommends chromium    (as root; or set RENEWAL_CHROMIUM to a Chromium you have)"
)


def find_or_install_chromium() -> str | None:
    """Give the path of a Chromium, after installing one as root on Debian; None where there is none."""
    found = find_chromium()
    if found or not may_install():
        return found
    say("Installing Chromium for the browser tests (about 200 MB, once) …")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["apt-get", "update", "-qq"], INSTALL):
        try:
            done = subprocess.run(command, env=quiet, capture_output=True, text=True, timeout=900)
        except (OSError, subprocess.SubprocessError) as problem:
            say(f"Chromium could not be installed: {problem}")
            return None
        if done.returncode != 0 and command is INSTALL:
            say(f"Chromium could not be installed: {done.stderr.strip()[-300:]}")
    return find_chromium()


def find_chromium() -> str | None:
    if named := os.environ.get("RENEWAL_CHROMIUM"):
        return named if Path(named).exists() else None
    return next((path for path in map(shutil.which, NAMES) if path), None)


def may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None
