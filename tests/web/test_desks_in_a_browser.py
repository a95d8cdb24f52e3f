"""A marketer's morning and a manager's: the real server, a real Chromium, and no mouse."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.web.at_the_desk import Desk
from tests.web.looked_at import press
from tests.web.morning import BO, CY, LEA, MO
from tests.web.test_in_a_browser import INTERLOCK, running

pytestmark = pytest.mark.browser


def looks(page: Page) -> None:
    """The page asks at once whether something changed, as it does every quarter of a minute."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def sales_looks_again(desk: Desk) -> None:
    """What marketing asked of sales stands on the desk of who has the lead: two keys answer it."""
    theirs = desk.open("/desk", who=CY)
    expect(theirs.locator(".sentence")).to_contain_text("1 question to answer")
    again = re.compile("Eva Strand.*Please look at this lead again")
    asked = theirs.get_by_role("link", name=again)
    asked.focus()
    press(theirs, "Enter")
    expect(theirs.get_by_role("heading", name="Eva Strand", exact=True)).to_be_visible()
    press(theirs, "s", "Enter")
    expect(theirs.locator("#deed-done")).to_contain_text("Answered.")
    expect(theirs.locator("article")).to_contain_text("Looked at it again.")
    expect(asked).to_have_count(0)


def test_a_marketers_morning_by_keyboard_alone(desk: Desk) -> None:
    page = desk.open("/", who=MO)
    press(page, "g", "1")
    expect(page.get_by_role("heading", name=re.compile("^Marketing.s desk"))).to_be_visible()
    expect(page.locator(".sentence")).to_contain_text("2 questions of sales wait for an answer")

    # keys decide nothing about a row that nobody chose
    press(page, "y")
    expect(page.locator("[data-item]")).to_have_count(2)

    # a rejection that the facts speak against: read, word it, decide
    press(page, "j")
    row = page.locator("[data-item]", has_text="Eva Strand")
    expect(row.locator("[data-row]")).to_be_focused()
    expect(row).to_contain_text("turned away by Cy Dahl as “Not our customer”")
    press(page, "a")
    page.keyboard.type("a VP of a large one, yes")
    press(page, "Enter")  # decides nothing by itself
    expect(row).to_be_visible()
    press(page, "Escape")
    expect(row.locator("[data-row]")).to_be_focused()
    press(page, "y")
    expect(page.get_by_text("Answered: sales looks again.")).to_be_visible()

    # a question
    press(page, "j")
    expect(page.get_by_role("link", name="Cleo Berg").first).to_be_focused()
    press(page, "a")
    page.keyboard.type("The paper on false alarms, on Monday")
    press(page, "Enter")
    expect(page.locator(".sentence")).to_contain_text("Nobody waits for an answer")

    # pace, what sales is about to miss, what came back, who returns
    press(page, "2", "j")
    expect(page.get_by_role("link", name="Pipeline")).to_be_focused()
    press(page, "4", "j")
    expect(page.get_by_role("link", name="Ria Holm").last).to_be_focused()
    press(page, "5")
    expect(page.get_by_role("heading", name="Came back in 30 days")).to_be_focused()
    expect(page.get_by_role("row", name="Not our customer 1 of 2")).to_be_visible()
    press(page, "6", "j")
    expect(page.get_by_role("link", name="Not ready").last).to_be_focused()
    press(page, "j")
    expect(page.get_by_role("link", name="Ivy Krog").last).to_be_focused()
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("the lead was good, the rejection stands")
    press(page, "Escape", "Enter")
    expect(page.get_by_role("heading", name="Ivy Krog")).to_be_visible()

    sales_looks_again(desk)


def test_a_managers_morning_by_keyboard_alone(desk: Desk) -> None:
    page = desk.open("/", who=LEA)
    press(page, "g", "1")
    expect(page.get_by_role("heading", name="Desk", exact=True)).to_be_visible()
    press(page, "g", "t")
    expect(page.get_by_role("heading", name="At risk, first due first")).to_be_visible()

    # two leads of Bo's go to Cy
    hers = page.get_by_role("row").filter(has_text="Bo Berg").filter(has_text="First touch")
    for name in ("Lou Dahl", "Ria Holm"):
        hers.filter(has_text=name).locator("[data-row]").focus()
        press(page, "x")
    expect(page.get_by_text("2 chosen")).to_be_visible()
    press(page, "h")
    expect(page.get_by_text("To whom do the chosen leads go?")).to_be_visible()
    press(page, "2")
    expect(page.get_by_text("2 leads are with Cy Dahl now.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Ria Holm").first).to_contain_text("Cy Dahl")

    # who has how much, and somebody who will be away
    press(page, "2", "j")
    expect(page.get_by_role("link", name="Bo Berg", exact=True)).to_be_focused()
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("Hand over what is chosen")
    press(page, "Escape", "v")
    expect(page.get_by_role("heading", name="Enter an absence")).to_be_visible()
    press(page, "Tab")
    expect(page.get_by_label("Who")).to_be_focused()
    page.keyboard.type("Cy")
    year = datetime.now(tz=UTC).year + 1
    for label in ("First day", "Last day"):
        press(page, "Tab")
        while not page.get_by_label(label).evaluate("each => each === document.activeElement"):
            press(page, "Tab")
        page.keyboard.type(f"1212{year}")  # the same whether days or months come first
        expect(page.get_by_label(label)).to_have_value(f"{year}-12-12")
    press(page, "Enter")
    expect(page.get_by_text("The absence was noted.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Cy Dahl")).to_contain_text(f"12 Dec {year}")


@pytest.mark.parametrize("who", [MO, LEA])
def test_they_keep_up_and_say_when_they_are_stale(desk: Desk, who: str) -> None:
    page = desk.open("/desk/marketing" if who == MO else "/desk/team", who=who)
    lead, name = ("tom", "Tom Vik") if who == MO else ("nina", "Nina Lie")
    other = desk.open(f"/desk?lead={lead}")
    press(other, "a") if who == LEA else press(other, "i", "1")
    expect(other.locator("#deed-done")).to_contain_text(name)
    rows = page.get_by_role("row" if who == LEA else "listitem").filter(has_text=name)
    looks(page)
    expect(rows.filter(has_text="Three attempts" if who == LEA else "asked by Bo")).to_be_visible()
    expect(page.locator("#stale")).to_be_hidden()
    page.context.set_offline(True)
    looks(page)
    looks(page)
    expect(page.locator("#stale")).to_be_visible()
    page.context.set_offline(False)
    looks(page)
    expect(page.locator("#stale")).to_be_hidden()


def test_nothing_goes_from_under_somebodys_hands(desk: Desk) -> None:
    page, other = desk.open("/desk/team", who=LEA), desk.open("/desk?lead=dan")
    row = page.locator("[data-item]", has_text="Vera Pihl").first
    row.locator("[data-row]").focus()
    press(page, "x")
    press(other, "e", "1")
    expect(other.locator("#deed-done")).to_contain_text("E-mail: sent")
    looks(page)
    expect(page.locator("#waits")).to_be_visible()
    expect(row.get_by_role("checkbox")).to_be_checked()
    press(page, "x")
    looks(page)
    expect(page.locator("#waits")).to_be_hidden()


def test_notices_come_by_themselves(desk: Desk) -> None:
    page, other = desk.open("/notices", who=CY), desk.open("/desk?lead=vera", who=BO)
    expect(page.get_by_text(re.compile("Vera Pihl"))).to_be_hidden()
    press(other, "h", "1")
    expect(other.locator("#deed-done")).to_contain_text("Vera Pihl")
    with running(INTERLOCK, "worker", store=desk.folder, until="ready"):
        expect(page.get_by_text(re.compile("Vera Pihl"))).to_be_visible()


def test_back_asks_the_server_and_nothing_of_a_lead_stays_in_the_browser(desk: Desk) -> None:
    page = desk.open("/desk")
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.locator("a[data-row]").first.click()
    expect(page.locator("#lead-name")).to_be_visible()
    expect(page).to_have_url(re.compile("lead="))
    page.go_back()
    expect(page.locator("#lead-name")).to_be_hidden()
    kept = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
    assert [key for key in page.evaluate(kept) if key == "htmx-history-cache"] == []
    assert wrong == []
