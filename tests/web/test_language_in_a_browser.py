"""A round of the language test in a real Chromium: by keyboard, without scripts, on any screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.web.at_the_desk import Desk, filled_by
from tests.web.looked_at import is_usable_on_any_screen, press

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
    press(page, "Enter")
    expect(page.get_by_text("Likelier than others to buy.")).to_be_visible()
    page.get_by_role("link", name="Go on").press("Enter")
    for place in range(1, 6):
        expect(page.get_by_text(f"lead {place} of 5")).to_be_visible()
        press(page, "2")
        press(page, "1" if place == 1 else "2")
        press(page, "y")
        press(page, "n")
        press(page, "Enter")
    expect(page.get_by_text("You have answered all of it.")).to_be_visible()
    rows = page.get_by_role("table", name="Leads, and where you placed them").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Lead")
    expect(rows.nth(2)).to_contain_text("MQL")
    expect(rows.nth(2)).to_contain_text("no")


def test_an_answer_that_is_half_is_not_sent(rounds: Desk) -> None:
    page = rounds.open(f"{ROOM}/2/leads/3")
    for each in page.get_by_role("radio").all():
        each.evaluate("radio => { radio.checked = false; }")
    press(page, "2")
    press(page, "Enter")
    expect(page.get_by_text("lead 3 of 5")).to_be_visible()
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("Keep the answer and go on")


def test_it_needs_no_script(rounds: Desk) -> None:
    page = rounds.open(f"{ROOM}/2/leads/4", width="phone", scripts=False)
    page.get_by_label(re.compile("^SAL")).check()
    page.get_by_label(re.compile("^It fits")).check()
    page.get_by_role("button", name="Keep it and go on").click()
    page.goto(f"{ROOM}/2/leads/4")
    expect(page.get_by_label(re.compile("^SAL"))).to_be_checked()


@pytest.mark.parametrize("address", ["", "/1", "/2", "/2/leads/1", "/2/terms/1"])
def test_anybody_can_use_it_on_any_screen(rounds: Desk, address: str) -> None:
    page = rounds.open(f"{ROOM}{address}")
    page.wait_for_load_state("networkidle")
    is_usable_on_any_screen(page)
