"""Every page of `interlock.web.access`, in both themes: axe finds nothing, and it fits a phone.

A new page is looked at by itself. One whose address has a part that varies needs an example, here
or in `tests.web.furnished`; without one its test fails.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, Page, expect

from interlock.web.access import ANYONE, PAGES
from tests.web.looked_at import THEMES, WIDTHS, is_usable_on_any_screen, press, seen
from tests.web.morning import PHRASE
from tests.web.test_in_a_browser import INTERLOCK, ROOT, running
from tests.web.test_signing_in_a_browser import give_password, with_authenticator
from tests.web.whole import ADMIN, KEY, SECOND

pytestmark = pytest.mark.browser

FOUND, NO_SUCH_METHOD = 200, 405
QUARTER = (datetime.now(tz=UTC).month - 1) // 3 * 3 + 1
ANY = ({"number": 1}, {"name": "site"})
"""What is only sent says so, whatever stands in its address."""
EXAMPLES: dict[str, dict[str, object]] = {
    "promise": {"id": "first-touch"},
    "period": {"id": "pipeline", "day": f"{datetime.now(tz=UTC):%Y}-{QUARTER:02}-01"},
    "figure": {"slug": "revenue", "each": "week", "day": f"{datetime.now(tz=UTC):%Y-%m-%d}"},
    "handed-over": {"slug": "leakage", "each": "week", "day": f"{datetime.now(tz=UTC):%Y-%m-%d}"},
    "person": {"key": "cleo"},
    "clause": {"path": "stages.mql"},
    "propose": {"draft": 1},
    "remark": {"draft": 1},
    "remark-on-clause": {"path": "stages.mql"},
    "language-term": {"number": 1, "place": 1},
    "language-lead": {"number": 1, "place": 1},
    "draft-clause": {"number": 1, "path": "stages.mql"},
    "draft-condition": {"number": 1, "path": "stages.mql"},
    "import": {"number": 1},
    "take-back": {"number": 1},
    "messages": {"name": "site"},
    "message": {"number": 1},
    "form": {"name": "demo"},
    "lead-form": {"name": "demo"},
    "webhook-in-kept": {"name": "site"},
    "mfa_remove_webauthn": {"pk": 3},
}
"""Of a page whose address has a part that varies: what stands there."""
AFTER = {"accept-invitation": "invitation", "choose-password": "password-link"}
"""Pages that are there once another one was opened, with that one."""
LEADS_ON = (
    "start",
    "invitation",
    "password-link",
    "notice",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
)
"""Pages that lead on to another one by themselves."""
HALF = ("mfa_authenticate",)
"""Pages of whoever gave the password and not yet the code."""
WITH_APP = (
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_remove_webauthn",
    "account",
)
"""Pages of whoever has an app, or that have more on them then."""
NO_PAGES = {
    "refused": "a file to download",
    **dict.fromkeys(("openid_connect_login", "openid_connect_callback"), "needs a provider"),
    **dict.fromkeys(
        ("saml_login", "saml_acs", "saml_finish_acs", "saml_metadata", "saml_sls"),
        "needs a provider",
    ),
}
"""What has no page to look at here, and why."""


@dataclass
class House:
    """A server with something on every page, and whoever is signed in there."""

    browser: Browser
    address: str
    examples: dict[str, dict[str, object]]
    known: dict[str, Page] = field(default_factory=dict)

    @contextmanager
    def visitor(self, name: str) -> Iterator[Page]:
        """A browser of whoever the page is for: their own, or that of a stranger."""
        if name in HALF or PAGES[name].see is ANYONE:
            with self.browser.new_context(base_url=self.address) as context:
                yield context.new_page()
            return
        who = SECOND if name in WITH_APP else ADMIN
        if who not in self.known:
            self.known[who] = self._signed_in(who)
        yield self.known[who]

    def of(self, name: str) -> str:
        """An address of the page."""
        known = self.examples.get(name)
        for kwargs in (known,) if known else ({}, *ANY):
            with suppress(NoReverseMatch):
                return reverse(name, kwargs=kwargs)
        return pytest.fail(f"give an example of what stands in the address of {name}")

    def _signed_in(self, who: str) -> Page:
        page = self.browser.new_context(base_url=self.address).new_page()
        give_password(page, who)
        if who == SECOND:
            page.get_by_label("Code").fill(format_hotp_value(hotp_value(KEY, _step())))
            press(page, "Enter")
            expect(page.get_by_role("heading", name="Scoreboard")).to_be_visible()
            with_authenticator(page)
            opened(page, reverse("mfa_add_webauthn"))
            page.get_by_label("What is it called?").fill("My laptop")
            page.get_by_role("button", name="Add the passkey").click()
            expect(page.get_by_role("heading", name="Your sign-in")).to_be_visible()
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        context = page.context
        page.close()  # with the passkey, which would answer by itself
        return context.new_page()


def opened(page: Page, address: str) -> None:
    """Opens the page, and gives the password once more where that is asked before."""
    page.goto(address)
    if "/again?" in page.url and "/again" not in address:
        page.get_by_label("Password").fill(PHRASE)
        page.get_by_role("button", name="Go on").click()
    page.wait_for_load_state("networkidle")


def _step() -> int:
    """The number of the half minute, of which the code is one."""
    return int(time.time()) // 30


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    store: Path = tmp_path_factory.mktemp("whole")
    filled = [sys.executable, "-m", "tests.web.whole", str(store)]
    subprocess.run(filled, check=True, cwd=ROOT, timeout=300)
    examples: dict[str, Any] = json.loads((store / "examples.json").read_text())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(INTERLOCK, "serve", "--port", str(port), store=store, until="Started worker"):
        yield House(browser, f"http://localhost:{port}", EXAMPLES | examples)


NAMES = [each for each in PAGES if each not in NO_PAGES]


# two classes, so that two workers may have half of the pages each
class TestOneHalf:
    @pytest.mark.parametrize("name", NAMES[::2])
    def test_anybody_can_use_it_on_any_screen(self, house: House, name: str) -> None:
        _can_be_used(house, name)


class TestTheOtherHalf:
    @pytest.mark.parametrize("name", NAMES[1::2])
    def test_anybody_can_use_it_on_any_screen(self, house: House, name: str) -> None:
        _can_be_used(house, name)

    def test_of_a_trial_nothing_is_scrolled_sideways_on_a_phone(self, house: House) -> None:
        with house.visitor("trial") as page:
            opened(page, house.of("trial"))
            seen(page, "phone", "light")
            expect(page.get_by_text("1,750,000 EUR under the draft")).to_be_visible()
            assert page.locator(".table-scroll").evaluate_all(SCROLLED) == []


def _can_be_used(house: House, name: str) -> None:
    with house.visitor(name) as page:
        if name in HALF:
            give_password(page, SECOND)
        if before := AFTER.get(name):
            page.goto(house.of(before))
        answer = page.request.get(house.of(name))
        assert answer.status in {FOUND, NO_SUCH_METHOD}, (answer.status, house.of(name))
        if answer.status == FOUND and "<!doctype html>" in answer.text():
            seen(page, "wide", "light")
            opened(page, house.of(name))
            came_to = urlsplit(page.url).path
            assert came_to == house.of(name) or name in LEADS_ON, came_to
            _look(page)
            if PICTURES:
                _picture(page, Path(PICTURES), name)


SCROLLED = """all => all.filter(each => each.scrollWidth > each.clientWidth)
  .map(each => each.querySelector("caption").textContent)"""
"""The tables that are wider than their place, by what they show."""
PICTURES = os.environ.get("INTERLOCK_PICTURES")
"""A folder for a picture of each page in each width and theme, for people to look at."""


def _look(page: Page) -> None:
    for closed in page.locator("main details:not(.facet, .deed)").all():
        closed.evaluate("each => { each.open = true; }")
    is_usable_on_any_screen(page, on_a_phone=THEMES[:1])


def _picture(page: Page, folder: Path, name: str) -> None:
    for width in WIDTHS:
        for theme in THEMES:
            seen(page, width, theme)
            page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
