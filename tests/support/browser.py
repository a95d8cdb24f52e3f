"""A real Chromium for the tests marked `browser`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


PATIENCE = 30_000
"""Milliseconds until a page that does not come is a failure: a busy machine is none."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, started once; a test opens its own context in it.

    Without one the tests are skipped, or fail where CI=true.
    """
    executable = next((found for name in NAMES if (found := shutil.which(name))), None)
    if executable is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("no Chromium on this machine (Debian: apt install chromium)")
    # the browser's API runs an event loop in this thread, beside which Django refuses the ORM
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()  # Chromium refuses it to root
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=[*QUIET, *sandbox])
        yield chromium
        chromium.close()
