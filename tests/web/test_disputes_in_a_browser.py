"""A dispute by both sides in a real Chromium: by keyboard, without scripts, on any screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.at_the_desk import Desk, filled_by
from tests.web.disputed import KIM
from tests.web.looked_at import is_usable, is_usable_on_any_screen, seen
from tests.web.morning import BO, MO

pytestmark = pytest.mark.browser

ROOM = "/agreement/disputes"


@pytest.fixture(scope="module")
def table(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server where a promise about Lou was not kept."""
    yield from filled_by("tests.web.disputed", browser, tmp_path_factory.mktemp("disputed"))


def test_both_sides_dispute_and_a_third_rules(table: Desk) -> None:
    page = table.open("/people/lou", who=BO)
    owed = page.get_by_role("listitem").filter(has_text=re.compile("Sales owed First touch"))
    owed.locator("summary").first.press("Enter")
    owed.get_by_role("link", name="Dispute this").press("Enter")
    expect(page.get_by_role("heading", name="Dispute this: First touch: Lou Dahl")).to_be_visible()
    opening = page.url
    page.get_by_label("Your view").press_sequentially("The number was wrong.")
    page.get_by_role("button", name="Open the case").press("Enter")
    expect(page.get_by_text("The case is open.")).to_be_visible()
    expect(page.get_by_role("heading", name="Because")).to_be_visible()
    case = page.url

    other = table.open(case, who=MO, width="phone", scripts=False)
    other.get_by_label("How marketing sees it").fill("The number was in the form.")
    other.get_by_role("button", name="Say it").click()
    expect(other.get_by_text("This is how marketing sees it now.")).to_be_visible()
    expect(other.get_by_role("button", name="Rule for good")).to_have_count(0)

    third = table.open(case, who=KIM)
    for address in (ROOM, f"{ROOM}/open", case):
        seen(third, "wide", "light")
        third.goto(address)
        third.wait_for_load_state("networkidle")
        is_usable_on_any_screen(third)
    third.goto(ROOM)
    _on_a_phone_it_is_seen_whose_turn_it_is(third)
    _names_of_lines_that_end_together_stand_apart(third)
    third.goto(case)
    third.get_by_label("Marketing", exact=True).check()
    third.get_by_label("Reasons").fill("It was in the form.")
    third.get_by_role("button", name="Rule for good").press("Enter")
    expect(third.locator(".sentence")).to_contain_text("Ruled for marketing")
    page.goto(opening)
    assert page.url == case  # about one thing there is one case
    page.goto("/agreement/promises.first-touch")
    expect(page.get_by_role("heading", name="How it was ruled")).to_be_visible()
    expect(page.get_by_text("It was in the form.")).to_be_visible()


def _on_a_phone_it_is_seen_whose_turn_it_is(page: Page) -> None:
    """Its columns have no room there."""
    seen(page, "phone", "light")
    row = page.get_by_role("row").filter(has_text="First touch: Lou Dahl")
    expect(row.get_by_text("waits for a ruling")).to_be_visible()
    expect(row.get_by_text("by sales, open for less than a day")).to_be_visible()
    is_usable(page)
    seen(page, "wide", "light")
    expect(row.get_by_text("waits for a ruling")).to_be_hidden()


def _names_of_lines_that_end_together_stand_apart(page: Page) -> None:
    """The gauge is drawn once more, with both sides' last numbers the same."""
    page.evaluate(
        """() => {
          const figure = document.querySelector("figure[data-chart]");
          for (const cell of figure.querySelectorAll("tbody tr:last-child [data-value]"))
            cell.dataset.value = 1;
          const canvas = document.createElement("div");
          canvas.className = "canvas";
          figure.querySelector(".canvas").replaceWith(canvas);
          delete figure.dataset.drawn;
          document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: document } }));
        }"""
    )
    drawn = page.locator("figure[data-chart] svg")
    boxes = [drawn.get_by_text(side, exact=True).bounding_box() for side in ("Marketing", "Sales")]
    first, second = sorted((box for box in boxes if box), key=lambda box: box["y"])
    assert first["y"] + first["height"] <= second["y"] + 1
