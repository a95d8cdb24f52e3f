"""Writes a picture of every page of a running server, at two widths and in both themes.

    INTERLOCK_PASSWORD=… python -m tests.web.shots http://127.0.0.1:8000 kim@example.com FOLDER

For looking at: `./dev serve` or `./dev demo` runs the server. Only names given after the folder
are taken, where there are some ("people", "person").
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import QUIET

WIDTHS = {"wide": (1440, 900), "phone": (390, 844)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = {
    "scoreboard": "/",
    "desk": "/desk",
    "marketing-desk": "/desk/marketing",
    "team-desk": "/desk/team",
    "promises": "/promises",
    "people": "/people",
    "agreement": "/agreement",
    "data": "/data",
    "settings": "/settings",
    "account": "/settings/account",
    "members": "/settings/members",
    "tokens": "/settings/tokens",
    "trail": "/data/trail",
    "webhooks-out": "/settings/webhooks-out",
    "password": "/settings/account/password",
    "again": "/settings/account/app",
    "nowhere": "/nowhere",
}
INSIDE = {
    "lead": ("/desk", "a[data-row]"),
    "promise": ("/promises", "a[href^='/promises/']"),
    "person": ("/people", "a[data-row]"),
    "clause": ("/agreement", "main a[href^='/agreement/promises.']"),
    "webhook-out": ("/settings/webhooks-out", "main a[data-row]"),
    "import": ("/data", "main a[href^='/data/']"),
}
"""Pages that are reached by the first link of a kind on another page."""


def addresses(page: Page, base: str) -> Iterator[tuple[str, str]]:
    """Every page's name and address."""
    yield from PAGES.items()
    for name, (room, link) in INSIDE.items():
        page.goto(base + room)
        first = page.locator(link).first
        if first.count():
            yield name, urljoin(room, str(first.get_attribute("href")))


def sign_in(page: Page, base: str, email: str) -> None:
    page.goto(f"{base}/sign-in")
    page.fill("[name=username]", email)
    page.fill("[name=password]", os.environ["INTERLOCK_PASSWORD"])
    page.get_by_role("button", name="Sign in", exact=True).click()


def shoot(browser: Browser, base: str, email: str, folder: Path, wanted: list[str]) -> None:
    for theme in THEMES:
        for width, (across, down) in WIDTHS.items():
            context = browser.new_context(
                viewport={"width": across, "height": down}, color_scheme=theme
            )
            page = context.new_page()
            page.goto(f"{base}/sign-in")
            page.screenshot(path=folder / f"sign-in-{width}-{theme}.png", full_page=True)
            sign_in(page, base, email)
            for name, address in list(addresses(page, base)):
                if wanted and name not in wanted:
                    continue
                page.goto(base + address)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
            context.close()


def main() -> None:
    base, email, folder, *wanted = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*QUIET, "--no-sandbox"]
        )
        shoot(browser, base, email, Path(folder), wanted)
        browser.close()


if __name__ == "__main__":
    main()
