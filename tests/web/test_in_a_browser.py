"""The pages as a person meets them: the real server, the real worker, a real Chromium."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.web.looked_at import THEMES, WIDTHS, Theme, is_usable, is_usable_on_any_screen, press
from tests.web.served import HOSTILE, KEEPER, PHRASE

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent.parent
INTERLOCK = Path(sys.executable).parent / "interlock"
Visit = Callable[..., Page]
PAGES = (
    "/",
    "/promises/first-touch",
    "/obligations?side=sales",
    "/people?q=nobody-at-all",
    "/people/p1",
    "/people/x",
    "/agreement/promises.first-touch",
    "/settings/teams?member=bo",
    "/api",
    "/nowhere",
)
"""Pages with a history on them, or as they seldom are; `test_every_page` looks at the others."""


@contextmanager
def running(*command: str | Path, store: Path, until: str) -> Iterator[None]:
    """A program of the project while the block runs, from when it says that it is ready."""
    with subprocess.Popen(
        [*command, "--store", store],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=store,
        text=True,
    ) as program:
        assert program.stdout is not None
        try:
            said = ""
            while until not in said:
                line = program.stdout.readline()
                assert line, said
                said += line
            yield
        finally:
            program.terminate()
            program.communicate(timeout=60)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    subprocess.run(
        [sys.executable, "-m", "tests.web.served", folder], check=True, cwd=ROOT, timeout=300
    )
    return folder


@pytest.fixture(scope="session")
def server(store: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ready = "Started worker"
    with running(INTERLOCK, "serve", "--port", str(port), store=store, until=ready):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def signed_in(browser: Browser, server: str) -> StorageState:
    """The cookies of somebody who signed in by the form."""
    context = browser.new_context(base_url=server)
    page = context.new_page()
    sign_in(page)
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture
def visit(browser: Browser, server: str, signed_in: StorageState) -> Iterator[Visit]:
    """Opens pages in contexts of their own, and watches what they say and ask for."""
    contexts, said, asked = [], [], []

    def open_page(
        width: str = "wide", theme: Theme = "light", *, signed: bool = True, scripts: bool = True
    ) -> Page:
        across, down = WIDTHS[width]
        context = browser.new_context(
            base_url=server,
            viewport={"width": across, "height": down},
            color_scheme=theme,
            storage_state=signed_in if signed else None,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("request", lambda request: asked.append(request.url))
        return page

    yield open_page
    for context in contexts:
        context.close()
    # a page that is not there says so on the console, too
    assert [line for line in said if "404" not in line] == []
    assert [url for url in asked if not url.startswith((server, "data:"))] == []


def sign_in(page: Page, email: str = KEEPER) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Scoreboard")).to_be_visible()


def test_one_signs_in_and_out(visit: Visit) -> None:
    page = visit(signed=False)
    page.goto("/people")
    page.get_by_label("E-mail address").fill(KEEPER)
    page.get_by_label("Password").fill("not this one")
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    page.get_by_label("Password").fill(PHRASE)
    press(page, "Enter")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("address", PAGES)
def test_anybody_can_use_a_page_on_any_screen(visit: Visit, address: str) -> None:
    page = visit()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    for closed in page.locator("main details:not(.facet)").all():
        closed.evaluate("each => { each.open = true; }")
    is_usable_on_any_screen(page, on_a_phone=THEMES[:1])


@pytest.mark.parametrize("address", ["/", "/promises/first-touch"])
def test_charts_are_drawn_from_their_tables(visit: Visit, address: str) -> None:
    page = visit()
    page.goto(address)
    for figure in page.locator("figure[data-chart]").all():
        drawing = figure.locator(".canvas svg")
        expect(drawing).to_be_visible()
        rows = figure.locator("tbody").first.locator("tr").count()
        assert drawing.locator("path").count() >= rows
        expect(figure.locator(".canvas")).to_have_attribute("aria-label", re.compile(r"\w+\. \w+"))


@pytest.mark.parametrize("address", ["/obligations?side=sales", "/promises/first-touch"])
def test_on_a_phone_it_can_be_read_what_is_due_and_how_it_stands(
    visit: Visit, address: str
) -> None:
    page = visit("phone")
    page.goto(address)
    for head in ("Due", "State"):
        box = page.get_by_role("columnheader", name=head, exact=True).bounding_box()
        assert box is not None, head
        assert box["x"] + box["width"] <= WIDTHS["phone"][0], head


def test_reading_needs_no_scripts(visit: Visit) -> None:
    page = visit(scripts=False)
    page.goto("/people")
    page.get_by_role("link", name="Person 3").click()
    page.get_by_text("Entered MQL", exact=True).click()
    expect(page.get_by_text("Why here").first).to_be_visible()
    page.goto("/")
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("table", name="Promises kept in time by week and side")).to_be_visible()
    page.get_by_text("Source", exact=True).click()
    page.get_by_role("link", name="partner").click()
    assert "source=partner" in page.url


@pytest.mark.parametrize("scripts", [True, False])
def test_a_word_opens_what_it_means_by_keyboard(visit: Visit, *, scripts: bool) -> None:
    page = visit("phone", scripts=scripts)
    page.goto("/agreement/promises.first-touch")
    word = page.locator(".term").first
    meaning = page.locator(f"#{word.get_attribute('popovertarget')}")
    expect(meaning).to_be_hidden()
    word.focus()
    press(page, "Enter")
    expect(meaning).to_be_visible()
    if scripts:
        is_usable(page)
    press(page, "Escape")
    expect(meaning).to_be_hidden()
    expect(word).to_be_focused()


def test_a_link_to_an_obligation_opens_its_because(visit: Visit) -> None:
    page = visit()
    page.goto("/obligations?promise=first-touch&state=kept late")
    page.get_by_role("link", name="Person 3").click()
    expect(page.get_by_text("The clock: 6 h by")).to_be_visible()


def test_the_keyboard_reaches_everything(visit: Visit) -> None:
    page = visit()
    page.goto("/people")
    press(page, "j")
    press(page, "j")
    press(page, "k")
    first = page.locator("[data-row]").first
    expect(first).to_be_focused()
    press(page, "Enter")
    page.wait_for_url("**/people/*")
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("Search people")
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    press(page, "g")
    press(page, "2")
    page.wait_for_url("**/promises")
    press(page, "/")
    page.keyboard.type("person 3")
    press(page, "Enter")
    expect(page.get_by_role("link", name="Person 3")).to_be_visible()
    assert page.locator("[data-row]").count() == 1


def test_the_first_tab_skips_to_the_content(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    press(page, "Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("main")).to_be_focused()


def test_letters_typed_into_a_field_do_nothing_else(visit: Visit) -> None:
    page = visit()
    page.goto("/people")
    field = page.get_by_role("main").get_by_role("searchbox")
    field.fill("")
    field.press_sequentially("jk?/g1")
    expect(field).to_have_value("jk?/g1")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_people_are_found_while_typing(visit: Visit) -> None:
    page = visit()
    page.goto("/people")
    page.get_by_role("main").get_by_role("searchbox").press_sequentially("acme")
    expect(page.locator("[data-row]")).to_have_count(2)
    assert page.url.endswith("q=acme")


def test_facts_are_counted_after_the_page_is_there(visit: Visit) -> None:
    page = visit()
    page.goto("/data")
    expect(page.get_by_role("table", name="Facts by kind")).to_be_visible()


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_the_theme_follows_the_system_until_one_chooses(visit: Visit) -> None:
    light, dark = visit(theme="light"), visit(theme="dark")
    light.goto("/")
    dark.goto("/")
    by_system = background(light), background(dark)
    assert by_system[0] != by_system[1]
    light.get_by_role("button", name="Dark theme").first.click()
    expect(light.locator("html")).to_have_attribute("data-theme", "dark")
    assert background(light) == by_system[1]
    light.goto("/people")
    assert background(light) == by_system[1]


def test_names_are_shown_and_never_run(visit: Visit) -> None:
    page = visit()
    for address in ("/", "/people", "/people/x", "/promises/greeting"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.title() != "taken over"
    page.goto("/people/x")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)


def test_a_replay_is_asked_for_and_watched(visit: Visit, store: Path) -> None:
    page = visit()
    page.goto("/data")
    page.get_by_role("button", name="Replay now").click()
    expect(page.get_by_text("waits for the worker")).to_be_visible()
    with running(INTERLOCK, "worker", store=store, until="ready"):
        expect(page.get_by_text("Replayed.")).to_be_visible(timeout=120_000)
    page.get_by_role("link", name="Show the new numbers").click()
    expect(page.get_by_text("Replayed.")).to_be_hidden()
