"""A salesperson's morning at the desk: the real server, a real Chromium, mostly no mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.at_the_desk import Desk
from tests.web.looked_at import is_usable_on_any_screen, press, seen
from tests.web.morning import CY

pytestmark = pytest.mark.browser


def says(page: Page, words: str) -> None:
    expect(page.locator("#deed-done")).to_contain_text(words)


def test_a_morning_by_keyboard_alone(desk: Desk) -> None:
    page = desk.open()
    expect(page.get_by_role("heading", name=re.compile("^At risk"))).to_be_visible()
    expect(page.locator("[data-row]").first).to_contain_text("Ria Holm")

    # the first one: read, call, accept
    press(page, "j")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Ria Holm", exact=True)).to_be_visible()
    expect(page.get_by_text("What an hour of standstill costs.")).to_be_visible()
    press(page, "c")
    expect(page.get_by_text("What came of it?").first).to_be_visible()
    press(page, "2")
    says(page, "Call: no answer: Ria Holm")
    press(page, "a")
    says(page, "Accepted: Ria Holm is at SAL")

    # a slip, undone
    press(page, "d")
    press(page, "1")
    says(page, "Disqualified (Not our customer): Ria Holm")
    press(page, "u")
    says(page, "Undone")
    expect(page.locator("article")).to_contain_text("SAL")

    # a refusal that says why
    press(page, "n")
    page.get_by_role("button", name="Never reached").press("Enter")
    says(page, "Not done.")
    says(page, "Missing: two more attempts.")

    # a rejection that the facts speak against
    page.locator("[data-row]", has_text="Vera Pihl").focus()
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Vera Pihl", exact=True)).to_be_visible()
    press(page, "r")
    page.get_by_role("button", name="Not our customer").press("Enter")
    says(page, "passes every fit criterion")
    expect(page.locator("article")).to_contain_text("Marketing answers it")

    # one that nobody has, all the way to the order
    page.goto("/desk?lead=fay")
    for key, words in (("t", "Taken"), ("a", "Accepted"), ("q", "Qualified")):
        press(page, key)
        says(page, words)
    press(page, "o")
    page.keyboard.type("12500")
    press(page, "Enter")
    says(page, "Opportunity made: Fay Lund is at Opportunity")
    press(page, "w")
    says(page, "Won: Fay Lund is at Customer")
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("Undo, for ten seconds")


def test_the_list_of_keys_leaves_one_where_one_was(desk: Desk) -> None:
    page = desk.open()
    rows = page.locator("[data-row]")
    press(page, "?", "Escape", "j")  # without a look in between: the dialog keeps the focus so long
    expect(rows.first).to_be_focused()
    press(page, "j", "?", "Escape", "j")
    expect(rows.nth(2)).to_be_focused()


def test_the_ring_of_a_row_is_seen_whole(desk: Desk) -> None:
    page = desk.open()
    press(page, "j")
    row = page.locator("[data-row]").first
    expect(row).to_be_focused()
    beyond = row.evaluate("""row => {
      const { outlineWidth, outlineOffset, outlineStyle } = getComputedStyle(row);
      const ring = parseFloat(outlineWidth) + parseFloat(outlineOffset);
      const inner = row.getBoundingClientRect();
      const outer = row.closest("[data-scrolls]").getBoundingClientRect();
      if (outlineStyle === "none") return [Infinity];
      return [outer.left - inner.left + ring, inner.right + ring - outer.right];
    }""")
    assert max(beyond) <= 0, beyond


def test_the_list_goes_on_where_a_row_went_away(desk: Desk) -> None:
    page = desk.open("/desk", who=CY)
    rows = page.locator("[data-row]")
    gone, after = (rows.nth(at).locator(".font-medium").inner_text() for at in (1, 2))
    press(page, "j", "j", "Enter")
    expect(page.get_by_role("heading", name=gone, exact=True)).to_be_visible()
    press(page, "h", "1")
    says(page, f"Handed over to Bo Berg: {gone}")
    expect(page.locator("[data-row]", has_text=gone)).to_have_count(0)
    page.evaluate("document.dispatchEvent(new Event('interlock:changed'))")  # it came by itself
    page.wait_for_load_state("networkidle")
    press(page, "j")
    expect(page.locator("[data-row]", has_text=after)).to_be_focused()
    press(page, "k")
    expect(rows.first).to_be_focused()


def test_the_clock_ticks_and_the_page_keeps_up(desk: Desk) -> None:
    page, other = (desk.open() for _ in range(2))
    clock = page.locator("[data-row]", has_text="Dan Moe").locator("[data-left]")
    expect(clock).to_have_text(re.compile(r"3.h \d+.min left"))
    other.goto("/desk?lead=dan")
    press(other, "e")
    press(other, "1")
    says(other, "E-mail: sent")
    row = page.locator("[data-row]", has_text="Dan Moe")
    expect(row).to_contain_text("A decision")  # the first touch is kept: seen without a reload


@pytest.mark.parametrize("by", ["mouse", "touch"])
def test_a_menu_that_is_opened_by_hand_is_written_into_at_once(desk: Desk, by: str) -> None:
    page = desk.open("/desk?lead=lou")
    if by == "touch":
        signed_in = page.context.storage_state()
        page = desk.browser.new_page(base_url=desk.address, storage_state=signed_in, has_touch=True)
        page.goto("/desk?lead=lou")
    menu = page.locator("details.deed", has_text="Something else")
    summary, field = menu.locator("summary"), menu.get_by_label("Something else")
    if by == "touch":
        summary.tap()
    else:
        summary.click()
    page.keyboard.type("He asks a lot")  # at once: nothing of it does a deed, and nothing is lost
    expect(field).to_have_value("He asks a lot")
    field.fill("")

    # beside the field, letters that would be deeds (accept, e-mail, call …) do none, nor turn pages
    summary.focus()
    page.keyboard.type("aectid")
    expect(field).to_be_focused()  # by the letter of the menu itself
    expect(field).to_have_value("d")
    assert page.locator("details.deed[open]").count() == 1
    press(page, "Escape")
    expect(summary).to_be_focused()
    expect(menu).not_to_have_attribute("open", "")
    expect(page.locator("#deed-done")).to_have_count(0)

    # by key: what is chosen by a digit comes first, as ever
    press(page, "i")
    expect(menu.locator(".deed-choice").first).to_be_focused()
    press(page, "e")
    assert page.locator("details.deed[open]").count() == 1
    press(page, "Escape", "c")
    expect(page.get_by_text("What came of it?").first).to_be_visible()


def test_the_open_lead_is_seen_however_far_down_the_list_and_stays_where_one_reads(
    desk: Desk,
) -> None:
    page = desk.open()
    page.set_viewport_size({"width": 1440, "height": 420})
    last = page.locator("[data-row]").last
    name = last.locator(".font-medium").inner_text()
    last.focus()
    press(page, "Enter")
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_in_viewport(ratio=1)
    lead = page.locator(".desk-lead")
    lead.evaluate("each => { each.scrollTop = 90; }")
    page.evaluate("document.getElementById('desk').dataset.old = 'yes'")
    page.evaluate("document.dispatchEvent(new Event('interlock:changed'))")  # it came by itself
    expect(page.locator("[data-old]")).to_have_count(0)
    expect(lead).to_have_js_property("scrollTop", 90)
    press(page, "k", "Enter")
    expect(page.get_by_role("heading", name=name, exact=True)).to_have_count(0)
    expect(lead).to_have_js_property("scrollTop", 0)  # another one begins at its top


def test_who_goes_on_while_the_page_keeps_up_is_not_taken_back(desk: Desk) -> None:
    page = desk.open()
    held: list[Route] = []
    page.route(re.compile("/desk$"), lambda route: held.append(route))  # noqa: PLW0108 - it looks at it
    with page.expect_request(re.compile("/desk$")):
        page.evaluate("document.dispatchEvent(new Event('interlock:changed'))")
    press(page, "j", "j")  # before the answer is there
    page.evaluate("document.getElementById('desk').dataset.old = 'yes'")
    held.pop().continue_()
    expect(page.locator("[data-old]")).to_have_count(0)
    expect(page.locator("[data-row]").nth(1)).to_be_focused()


def test_deeds_and_their_menus_fit_a_thumb(desk: Desk) -> None:
    page = desk.open("/desk?lead=lou", "phone")
    heights = "all => all.map(each => each.getBoundingClientRect().height)"
    assert min(page.locator(".deeds .btn:visible").evaluate_all(heights)) >= 44
    for name in ("Hand over", "Reject"):
        menu = page.locator("details.deed", has_text=name)
        menu.locator("summary").click()
        expect(menu.locator(".deed-menu")).to_be_in_viewport(ratio=1)
        assert min(menu.locator(".deed-choice").evaluate_all(heights)) >= 44
        press(page, "Escape")


def test_an_open_menu_has_the_keys_for_itself(desk: Desk) -> None:
    """A name that is begun goes to its choice: its letters call nobody and mail nobody."""
    page = desk.open("/desk?lead=lou")
    row = page.locator("[data-row]").first
    menu = page.locator("details.deed", has_text="Hand over")
    press(page, "h")
    expect(menu.locator(".deed-choice").first).to_be_focused()
    for name in menu.locator(".deed-choice").evaluate_all("all => all.map(c => c.lastChild.data)"):
        press(page, name.strip()[0].lower())
        expect(page.locator(":focus")).to_contain_text(re.compile(rf"^\d?{name.strip()[0]}"))
    press(page, "e", "m", "j", "g")  # neither deeds nor ways through the list or to another page
    expect(row).not_to_be_focused()
    expect(menu).to_have_attribute("open", "")
    expect(page.locator("#deed-done")).to_have_count(0)
    press(page, "Escape")
    expect(menu).not_to_have_attribute("open", "")
    press(page, "h")
    row.focus()  # who goes elsewhere leaves it
    expect(menu).not_to_have_attribute("open", "")
    press(page, "j")
    expect(page.locator("[data-row]").nth(1)).to_be_focused()


def test_it_says_when_it_is_stale(desk: Desk) -> None:
    page = desk.open()
    expect(page.locator("#stale")).to_be_hidden()
    page.context.set_offline(True)
    page.locator("[data-row]").first.click()
    expect(page.locator("#stale")).to_be_visible()


def test_two_people_on_one_lead(desk: Desk) -> None:
    page, other = (desk.open() for _ in range(2))
    other.route("**/pulse*", lambda route: route.abort())  # it learns of nothing before it acts
    for each in (page, other):
        each.goto("/desk?lead=tom")
    press(page, "a")
    says(page, "Accepted")
    press(other, "a")
    says(other, "was quicker")


def test_it_needs_no_script(desk: Desk) -> None:
    page = desk.open(scripts=False)
    page.get_by_role("link", name=re.compile("Nina Lie")).click()
    page.get_by_role("button", name=re.compile("^Accept")).click()
    says(page, "Accepted: Nina Lie")
    page.get_by_text("Call", exact=False).first.click()
    page.get_by_role("button", name="Connected").first.click()
    says(page, "Call: connected")


def test_anybody_can_use_it_on_any_screen(desk: Desk) -> None:
    page = desk.open()
    for address in ("/desk", "/desk?lead=cleo", "/desk?lead=lou"):
        seen(page, "wide", "light")
        page.goto(address)
        page.wait_for_load_state("networkidle")
        is_usable_on_any_screen(page)
    seen(page, "wide", "light")
    for summary in page.locator("details.deed > summary").all():
        summary.click()
        is_usable_on_any_screen(page)
        seen(page, "wide", "light")
        press(page, "Escape")
