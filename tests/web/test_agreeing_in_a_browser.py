"""A negotiation by two directors and two members: the real server, a real Chromium."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.looked_at import WIDTHS, Theme, is_usable, is_usable_on_any_screen, press, seen
from tests.web.negotiation import PHRASE
from tests.web.test_in_a_browser import INTERLOCK, ROOT, running

pytestmark = pytest.mark.browser

PROPOSAL = "/agreement/proposals/1"


@dataclass(frozen=True)
class Table:
    """A server with everybody's sign-in."""

    browser: Browser
    address: str

    def seat(self, who: str, width: str = "wide", theme: Theme = "light") -> Page:
        """Somebody's own browser, signed in; an error of a script fails the test."""
        across, down = WIDTHS[width]
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": across, "height": down}, color_scheme=theme
        )
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(f"{who}@example.com")
        page.get_by_label("Password").fill(PHRASE)
        press(page, "Enter")
        expect(page.get_by_role("heading", name="Scoreboard")).to_be_visible()
        return page


@pytest.fixture(scope="module")
def table(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    folder = tmp_path_factory.mktemp("table")
    subprocess.run(
        [sys.executable, "-m", "tests.web.negotiation", folder], check=True, cwd=ROOT, timeout=300
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(INTERLOCK, "serve", "--port", str(port), store=folder, until="Started worker"):
        yield Table(browser, f"http://127.0.0.1:{port}")


def says(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(words)


def signs(page: Page, side: str) -> None:
    """Signs by keyboard and mouse as a director would: reads, shows who they are, signs."""
    page.goto(PROPOSAL)
    page.get_by_role("link", name="Read it and sign").click()
    says(page, "From 10 to 12")
    is_usable(page)
    page.get_by_role("link", name="Show who I am").click()
    page.get_by_label("Password").fill(PHRASE)
    press(page, "Enter")
    page.get_by_role("button", name=f"Sign for {side}").click()


def test_two_directors_and_two_members_make_an_agreement(table: Table) -> None:
    mo, ada, bo, sam = (table.seat(who) for who in ("mo", "ada", "bo", "sam"))

    # Mo proposes
    mo.goto("/agreement/proposals/of/1")
    says(mo, "differ from version 1")
    is_usable(mo)
    mo.get_by_label("Why").fill("A demo is remembered for longer.")
    mo.get_by_role("button", name="Propose it").click()
    says(mo, "Not in force yet: the approval of Ada, the signature of marketing and")

    # Sam, whose word is asked, remarks on the clause and is answered
    sam.goto("/agreement/proposals")
    sam.get_by_role("link", name=re.compile("Demos cool slower")).click()
    about = sam.locator('[id="about-engagement.half_life_days"]')
    about.locator("summary").click()
    about.get_by_role("textbox").fill("Why twelve and not fourteen?")
    about.get_by_role("button", name="Say it").click()
    says(sam, "Why twelve and not fourteen?")
    is_usable(sam)
    mo.goto(PROPOSAL)
    mo.get_by_role("button", name=re.compile("^Settled")).click()
    says(mo, "settled by Mo")

    # nobody signs before Ada, who is accountable, has approved
    bo.goto(f"{PROPOSAL}/sign")
    says(bo, "The approval of Ada is missing.")
    is_usable(bo)
    ada.goto(PROPOSAL)
    ada.get_by_role("button", name="Object").click()
    says(ada, "Say what you object to")
    ada.get_by_role("button", name="Approve").click()
    says(ada, "approves")

    # both sign, each having shown anew who they are; then it is in force
    signs(ada, "marketing")
    says(ada, "Signed for marketing. Sales is asked.")
    ada.goto(f"{PROPOSAL}/sign")
    says(ada, "Ada has signed for marketing already.")
    signs(bo, "sales")
    says(bo, "Signed by both sides: in force from")
    says(bo, "Signed by Ada for marketing and Bo for sales")
    bo.goto("/agreement")
    says(bo, "Signed by Ada for marketing and Bo for sales")

    # Sam is asked, reads what it means for sales, and confirms
    sam.goto("/agreement")
    sam.get_by_role("link", name="See what it means for you, and confirm it").click()
    says(sam, "What I owe")
    is_usable(sam)
    sam.get_by_role("button", name="I have read version 2 and agree").click()
    says(sam, "Confirmed: you have read version 2 and agree.")
    expect(sam.get_by_text("You have not confirmed")).to_have_count(0)
    sam.goto("/agreement/readers")
    says(sam, "1 of 4 members have confirmed version 2.")


def test_the_pages_can_be_used_on_any_screen(table: Table) -> None:
    page = table.seat("ada")
    page.goto("/agreement")
    seal = page.get_by_role("link", name="Proof").get_attribute("href")
    assert seal is not None
    addresses = [
        "/agreement",
        "/agreement/proposals",
        "/agreement/proposals/of/1",
        "/agreement/readers",
        "/agreement/mine",
        seal,
        seal.replace("/proof/", "/text/"),
        "/agreement/proof/0",
    ]
    for address in addresses:
        seen(page, "wide", "light")
        page.goto(address)
        is_usable_on_any_screen(page)


def test_the_text_prints_with_its_signatures_and_without_the_rooms(table: Table) -> None:
    page = table.seat("ada", theme="dark")
    page.goto("/agreement")
    page.get_by_role("link", name="To print").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Rooms", exact=True)).to_be_hidden()
    expect(page.get_by_role("heading", name="Signatures")).to_be_visible()
    ink = page.get_by_role("heading", name="Signatures").evaluate("e => getComputedStyle(e).color")
    assert ink == "rgb(0, 0, 0)"
    assert page.pdf().startswith(b"%PDF")


def test_a_clause_in_force_is_asked_about_on_a_phone_and_by_the_keyboard(table: Table) -> None:
    mo, sam = table.seat("mo", "phone"), table.seat("sam", "phone")
    mo.goto("/agreement/promises.first-touch")
    mo.get_by_label("Your question or remark on").focus()
    mo.keyboard.type("Why four hours?")
    press(mo, "Tab")
    press(mo, "Enter")
    says(mo, "It stands here for both sides. Bo hears of it.")
    is_usable(mo)
    sam.goto("/agreement")
    sam.get_by_role("link", name=re.compile("1 open remark")).click()
    sam.get_by_label("Your answer to Mo").fill("Half a shift.")
    press(sam, "Enter")
    says(sam, "Half a shift.")
    is_usable(sam)
    mo.reload()
    says(mo, "answered")
    mo.get_by_role("button", name=re.compile("^Settled")).press("Enter")
    says(mo, "settled by Mo")
    is_usable(mo)
