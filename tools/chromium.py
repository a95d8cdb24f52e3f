"""The browser that the browser tests drive: the system's own Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from environment import say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def path() -> str | None:
    """Where a Chromium is installed, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def make_sure() -> bool:
    """Whether the browser tests can run; installs Chromium as root on Debian.

    With CI=true the answer is always yes: a missing browser then fails the tests.
    """
    if path() is None and Path("/etc/debian_version").exists() and os.geteuid() == 0:
        say("Installing Chromium for the browser tests (apt-get).")
        quiet = ["apt-get", "-qq", "--yes"]
        subprocess.run([*quiet, "update"], check=False)
        install = [*quiet, "install", "--no-install-recommends", "chromium"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(install, check=False, env=environment)
    if path() is not None or os.environ.get("CI") == "true":
        return True
    say("SKIPPED: the browser tests. No Chromium here; on Debian: sudo apt install chromium")
    return False
