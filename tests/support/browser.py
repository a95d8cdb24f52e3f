"""A real Chromium, for the tests marked `browser` and for what is measured in a tab."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

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


class NoChromiumError(Exception):
    """There is none on this machine."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, while the block runs; raises `NoChromiumError` where there is none."""
    executable = next((found for name in NAMES if (found := shutil.which(name))), None)
    if executable is None:
        raise NoChromiumError("no Chromium on this machine (Debian: apt install chromium)")
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()  # Chromium refuses it to root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, started once; a test opens its own context in it.

    Without one the tests are skipped, or fail where CI=true.
    """
    # the browser's API runs an event loop in this thread, beside which Django refuses the ORM
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    try:
        with chromium() as started:
            yield started
    except NoChromiumError as none:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing(str(none))
