"""A server with the company of `tests.web.morning`, and whoever of it opens a page there."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.web.looked_at import WIDTHS, Theme, press
from tests.web.morning import BO, PHRASE
from tests.web.test_in_a_browser import INTERLOCK, ROOT, running


@dataclass(frozen=True)
class Desk:
    """A server of a desk as of now, and the sign-ins of those who opened a page there."""

    browser: Browser
    address: str
    folder: Path
    cookies: dict[str, StorageState] = field(default_factory=dict)

    def open(
        self,
        at: str = "/desk",
        width: str = "wide",
        theme: Theme = "light",
        *,
        who: str = BO,
        scripts: bool = True,
    ) -> Page:
        """A page in a context of its own; an error of a script fails the test."""
        across, down = WIDTHS[width]
        if who not in self.cookies:
            self.cookies[who] = signed_in(self.browser, self.address, who)
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": across, "height": down},
            color_scheme=theme,
            storage_state=self.cookies[who],
            java_script_enabled=scripts,
        )
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(at)
        return page


@pytest.fixture(scope="module")
def desk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests of a file: each has leads of its own."""
    yield from filled_by("tests.web.morning", browser, tmp_path_factory.mktemp("morning"))


def filled_by(module: str, browser: Browser, folder: Path) -> Iterator[Desk]:
    """A server of a folder that the module fills."""
    subprocess.run([sys.executable, "-m", module, folder], check=True, cwd=ROOT, timeout=300)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(INTERLOCK, "serve", "--port", str(port), store=folder, until="Started worker"):
        yield Desk(browser, f"http://127.0.0.1:{port}", folder)


def signed_in(browser: Browser, address: str, who: str) -> StorageState:
    """The cookies of somebody who signed in by the form."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(who)
    page.get_by_label("Password").fill(PHRASE)
    press(page, "Enter")
    page.wait_for_url(lambda came_to: "/sign-in" not in came_to)
    cookies = context.storage_state()
    context.close()
    return cookies
