"""Signing in as a person does it: passkeys of a real Chromium."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.looked_at import WIDTHS, Theme
from tests.web.served import PHRASE, READER
from tests.web.test_in_a_browser import INTERLOCK, ROOT, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def localhost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server under a name that browsers trust with passkeys."""
    store: Path = tmp_path_factory.mktemp("signing")
    served = [sys.executable, "-m", "tests.web.served", str(store)]
    subprocess.run(served, check=True, cwd=ROOT, timeout=300)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(INTERLOCK, "serve", "--port", str(port), store=store, until="Started worker"):
        yield f"http://localhost:{port}"


def opened(browser: Browser, base: str, width: str = "wide", theme: Theme = "light") -> Page:
    across, down = WIDTHS[width]
    context = browser.new_context(
        base_url=base, viewport={"width": across, "height": down}, color_scheme=theme
    )
    return context.new_page()


def give_password(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()


def with_authenticator(page: Page) -> None:
    """A passkey device that always says yes, as this page's browser has it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_takes_the_place_of_password_and_second_step(
    browser: Browser, localhost: str
) -> None:
    page = opened(browser, localhost)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    with_authenticator(page)
    give_password(page, READER)
    page.goto("/settings/account")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What is it called?").fill("My laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert page.locator("main ol li").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("My laptop, since")).to_be_visible()

    page.get_by_role("button", name="Sign out").first.click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Scoreboard")).to_be_visible()

    page.get_by_role("button", name="Sign out").first.click()
    give_password(page, READER)
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    page.goto("/people")
    expect(page.get_by_role("heading", name="The second step")).not_to_be_visible()
    give_password(page, READER)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Scoreboard")).to_be_visible()

    page.goto("/settings/account")
    page.get_by_role("link", name="Remove My laptop").click()
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("none yet")).to_be_visible()
    assert said == []
    page.context.close()
