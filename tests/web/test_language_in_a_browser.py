"""A round of the language test in a real Chromium: by keyboard, without scripts, on any screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.web.at_the_desk import Desk, filled_by
from tests.web.test_in_a_browser import THEMES, WIDTHS, Theme

pytestmark = pytest.mark.browser

ROOM = "/agreement/language"


@pytest.fixture(scope="module")
def rounds(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server with a round that is over and one that is open."""
    yield from filled_by("tests.web.spoken", browser, tmp_path_factory.mktemp("spoken"))


def test_a_round_is_answered_by_keyboard_alone(rounds: Desk) -> None:
    page = rounds.open(f"{ROOM}/2")
    page.get_by_role("link", name="Begin").press("Enter")
    page.keyboard.type("They asked for a demo.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Likelier than others to buy.")).to_be_visible()
    page.get_by_role("link", name="Go on").press("Enter")
    for place in range(1, 6):
        expect(page.get_by_text(f"lead {place} of 5")).to_be_visible()
        page.keyboard.press("2")
        page.keyboard.press("1" if place == 1 else "2")
        page.keyboard.press("y")
        page.keyboard.press("n")
        page.keyboard.press("Enter")
    expect(page.get_by_text("You have answered all of it.")).to_be_visible()
    rows = page.get_by_role("table", name="Leads, and where you placed them").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Lead")
    expect(rows.nth(2)).to_contain_text("MQL")
    expect(rows.nth(2)).to_contain_text("no")


def test_an_answer_that_is_half_is_not_sent(rounds: Desk) -> None:
    page = rounds.open(f"{ROOM}/2/leads/3")
    for each in page.get_by_role("radio").all():
        each.evaluate("radio => { radio.checked = false; }")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("lead 3 of 5")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keep the answer and go on")


def test_it_needs_no_script(rounds: Desk) -> None:
    page = rounds.open(f"{ROOM}/2/leads/4", width="phone", scripts=False)
    page.get_by_label(re.compile("^SAL")).check()
    page.get_by_label(re.compile("^It fits")).check()
    page.get_by_role("button", name="Keep it and go on").click()
    page.goto(f"{ROOM}/2/leads/4")
    expect(page.get_by_label(re.compile("^SAL"))).to_be_checked()


@pytest.mark.parametrize("theme", THEMES)
def test_anybody_can_use_it_on_any_screen(rounds: Desk, theme: Theme) -> None:
    for width in WIDTHS:
        page = rounds.open("/agreement", width=width, theme=theme)
        for address in (ROOM, f"{ROOM}/1", f"{ROOM}/2", f"{ROOM}/2/leads/1", f"{ROOM}/2/terms/1"):
            page.goto(address)
            page.wait_for_load_state("networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= WIDTHS[width][0], (address, width)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
