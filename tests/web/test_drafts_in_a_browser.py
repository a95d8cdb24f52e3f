"""A marketing director drafts the next agreement: the real server, a real Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.at_the_desk import Desk
from tests.web.looked_at import press, seen

pytestmark = pytest.mark.browser


def opened(desk: Desk) -> Page:
    page = desk.open("/agreement/drafts")
    page.get_by_label("What it is for").fill("For spring")
    page.get_by_role("button", name="Open the draft").click()
    expect(page.get_by_role("heading", name="For spring")).to_be_visible()
    return page


DRAGGED = """dial => new Promise(done => {
  let moves = 0;
  const hand = setInterval(() => {
    dial.value = moves % 2 ? dial.min : dial.max;
    dial.dispatchEvent(new Event("input", {bubbles: true}));
    if (++moves === 1000) stop(false);
  }, 20);
  const stop = came => { clearInterval(hand); done(came); };
  document.body.addEventListener("htmx:afterSettle", () => stop(true), {once: true});
})"""
"""A hand moves a dial to and fro without a rest, until a picture comes."""


def test_a_condition_is_changed_in_rows_and_tried_by_dragging(desk: Desk) -> None:
    page = opened(desk)
    page.goto(f"{page.url}/stages.mql")
    condition = page.get_by_role("group", name="Enter")
    expect(condition.get_by_text("On your history:")).to_be_visible()
    value = condition.get_by_label("Value").first
    value.fill("77")
    value.press("Tab")
    expect(condition.get_by_text("77 or more")).to_be_visible()
    often = {"status": 429, "content_type": "text/plain", "body": "Go on in a minute."}
    page.route("**/condition?*", lambda route: route.fulfill(**often))
    value.fill("78")
    value.press("Tab")
    expect(condition.get_by_text("Go on in a minute.")).to_be_visible()
    expect(condition.get_by_text("77 or more")).to_be_visible()
    page.unroute("**/condition?*")
    value.fill("77")
    value.press("Tab")
    expect(condition.get_by_text("Go on in a minute.")).to_be_hidden()

    page.get_by_role("button", name="Keep it").press("Enter")
    expect(page.get_by_text(re.compile("to 77$")).first).to_be_visible()

    page.get_by_role("link", name="Try it on your history").click()
    _dragged(page)
    page.get_by_role("button", name="Keep this as evidence").click()
    expect(page.get_by_role("heading", name="What a trial showed")).to_be_visible()


def _dragged(page: Page) -> None:
    """Dials of a trial are dragged; the picture follows, wherever one goes meanwhile."""
    picture, dial = page.locator("#picture .sentence"), page.locator("input[type=range]").first
    before = picture.inner_text()
    expect(page.locator("#picture figure svg").first).to_be_visible()  # the scripts are at work
    untouched = "dials => dials.every(each => +each.value === +each.getAttribute('value'))"
    assert page.locator("input[type=range]").evaluate_all(untouched)
    chart = page.locator("#picture figure .canvas")
    chart.evaluate("canvas => { canvas.dataset.first = ''; }")
    drawn = chart.inner_html()
    dial.focus()
    press(page, "Home")
    expect(picture).not_to_have_text(before)
    press(page, "End")
    expect(picture).to_contain_text("leads would have become MQL")
    assert dial.evaluate(DRAGGED), "no picture came while the hand moved"
    press(page, "End")
    expect(picture).to_contain_text("leads would have become MQL")
    expect(chart.locator("svg")).to_be_visible()
    dial.fill("60")
    expect(picture).to_contain_text("2 leads would have become MQL")
    expect(chart).not_to_have_js_property("innerHTML", drawn)
    assert chart.get_attribute("data-first") == "", "each picture made a chart of its own"

    page.get_by_role("link", name="The whole curve").first.click()
    expect(page.get_by_role("heading", name="MQL: fit")).to_be_visible()
    expect(page.locator("figure svg").first).to_contain_text("today")
    expect(page.locator("figure svg").first).to_contain_text("fit")
    for width in ("phone", "wide"):
        seen(page, width, "light")
        expect(page.locator("figure svg").first).to_contain_text("today")
    page.go_back()
    expect(picture).to_contain_text("2 leads would have become MQL")
    expect(dial).to_have_value("60")
    _typed(page)

    seen(page, "phone", "light")
    dial.focus()
    press(page, "Home")
    expect(picture).to_be_in_viewport(ratio=1)  # beside the dial, though its place is far below
    seen(page, "wide", "light")


def _typed(page: Page) -> None:
    """A dial's number is typed; what the dial cannot show becomes the nearest that it can."""
    picture, dial = page.locator("#picture .sentence"), page.locator("input[type=range]").first
    number = page.locator(".dial [type=number]").first
    put = page.locator(f"#picture input[name='{dial.get_attribute('name')}']")
    expect(number).to_have_value("60")
    number.fill("0")
    expect(dial).to_have_value("0")
    expect(picture).not_to_contain_text("2 leads would have become MQL")
    number.fill("99999")
    press(page, "Tab")
    most = float(dial.get_attribute("max") or "")
    expect(number).to_have_value(f"{most:.0f}")
    expect(put).to_have_value(str(most))  # what would be put into the draft
    number.fill("60")
    expect(picture).to_contain_text("2 leads would have become MQL")


def test_without_scripts_a_clause_is_changed_and_a_draft_tried(desk: Desk) -> None:
    page = desk.open("/agreement/drafts", scripts=False)
    page.get_by_role("button", name="Open the draft").click()
    draft = page.url
    page.goto(f"{draft}/stages.mql")
    page.get_by_label("Value").first.fill("66")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text(re.compile("to 66$")).first).to_be_visible()
    page.goto(f"{draft}/try")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#picture .sentence")).to_be_visible()
