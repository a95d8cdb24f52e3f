"""A missed goal and a sale's credit, each brought to an end by both sides in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.at_the_desk import Desk, filled_by
from tests.web.looked_at import is_usable_on_any_screen
from tests.web.shared_out import KIM, MO, SAM

pytestmark = pytest.mark.browser

ROOM = "/agreement/disputes"


@pytest.fixture(scope="module")
def table(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server where a goal was missed and a sale was made."""
    yield from filled_by("tests.web.shared_out", browser, tmp_path_factory.mktemp("shared"))


def says(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(words)


def are_usable(table: Desk, who: str, *addresses: str) -> None:
    """Each page, as `is_usable_on_any_screen` says."""
    page = table.open(addresses[0], who=who)
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        is_usable_on_any_screen(page)
    page.context.close()


def test_a_missed_goal_is_a_case_until_its_owner_says_what_was_done(table: Desk) -> None:
    sam = table.open("/metrics?each=week", who=SAM)
    sam.get_by_role("table", name="Goals and how far we are").get_by_role(
        "link", name="Orders"
    ).first.press("Enter")
    says(sam, "broken")
    sam.goto(ROOM)
    sam.get_by_role("link", name="Shared, week of 9 Mar 2026").press("Enter")
    says(sam, "missed by marketing and sales")
    case = sam.url
    sam.get_by_role("link", name="Where it stands now").press("Enter")
    expect(sam).to_have_url(f"{table.address}/agreement/goals.revenue")
    sam.goto(case)
    sam.get_by_label("How sales sees it").press_sequentially("Two buyers were on holiday.")
    sam.get_by_role("button", name="Say it").press("Enter")
    says(sam, "This is how sales sees it now.")
    says(sam, "It is for Mo to say that it is done.")
    are_usable(table, MO, case, ROOM, "/metrics?each=week", "/agreement/goals.revenue")

    mo = table.open(case, who=MO, width="phone", scripts=False)
    says(mo, "Two buyers were on holiday.")
    mo.get_by_label("What was done").fill("We met about nothing else.")
    mo.get_by_role("button", name="It is done").click()
    says(mo, "Done by Mo")
    says(mo, "We met about nothing else.")


def test_what_a_sale_is_credited_to_is_disputed_from_its_page(table: Desk) -> None:
    sam = table.open("/credits?by=campaign", who=SAM)
    sam.get_by_role("link", name="Spring webinar").press("Enter")
    sam.get_by_role("link", name="Sensors").press("Enter")
    sale = sam.url
    sam.get_by_role("link", name="Dispute this").press("Enter")
    says(sam, "Dispute this: Credit of Sensors")
    sam.get_by_label("Your view").press_sequentially("He slept through the webinar.")
    sam.get_by_role("button", name="Open the case").press("Enter")
    says(sam, "The case is open.")
    says(sam, "How it was shared out")
    case = sam.url
    are_usable(table, KIM, case, sale, "/credits", "/credits/campaign/spring")

    mo = table.open(case, who=MO, width="phone", scripts=False)
    mo.get_by_label("How marketing sees it").fill("He asked a question at its end.")
    mo.get_by_role("button", name="Say it").click()
    says(mo, "This is how marketing sees it now.")

    kim = table.open(case, who=KIM)
    kim.get_by_label("Both, each in part").check()
    kim.get_by_label("Reasons").fill("The recording shows both.")
    kim.get_by_role("button", name="Rule for good").press("Enter")
    expect(kim.locator(".sentence")).to_contain_text("Ruled for both")
    sam.goto(sale)
    sam.get_by_role("link", name="Dispute this").press("Enter")
    expect(sam).to_have_url(case)  # about one thing there is one case
    sam.goto("/agreement/attribution")
    says(sam, "The recording shows both.")
