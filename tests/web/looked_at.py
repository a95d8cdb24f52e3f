"""A page as anybody meets it: on a wide screen and on a phone, in both themes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
WIDTHS = {"wide": (1440, 900), "phone": (390, 844)}
SETTLE = """for (const each of document.getAnimations()) {
  if (each.effect.getComputedTiming().endTime === Infinity) each.cancel(); else each.finish();
}"""
"""Colours have gone over to the theme's. Nothing is waited for: in a tab that lies behind another
one, or where something moves for ever, it would never come."""
CUT_MENUS = """[...document.querySelectorAll(".facet > ul")].filter(menu => {
  menu.parentElement.open = true;
  const box = menu.getBoundingClientRect();
  menu.parentElement.open = false;
  return box.width && (box.left < 0 || box.right > innerWidth);
}).map(menu => menu.parentElement.textContent.trim())"""
"""The menus that would reach over an edge of the screen where somebody opened them."""
_ALL_RULES = {"resultTypes": ["violations"]}
_OF_COLOURS = {**_ALL_RULES, "runOnly": ["color-contrast", "link-in-text-block"]}


def is_usable(page: Page, rules: dict[str, list[str]] = _ALL_RULES) -> None:
    """Nothing that axe knows is wrong, and nothing is wider than the screen."""
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url
    assert page.evaluate(CUT_MENUS) == [], page.url
    found = Axe().run(page, options=rules)
    assert found.violations_count == 0, (page.url, size, found.generate_report())


def is_usable_on_any_screen(page: Page, on_a_phone: Sequence[Theme] = THEMES) -> None:
    """A page that is open is made wide and narrow, light and dark, and is usable each time.

    A theme changes colours and nothing else, so of a dark page axe is asked what depends on them.
    """
    for width in WIDTHS:
        for theme in THEMES if width == "wide" else on_a_phone:
            seen(page, width, theme)
            is_usable(page, _ALL_RULES if theme == THEMES[0] else _OF_COLOURS)


def press(page: Page, *keys: str) -> None:
    """One key after the other, each once the page's scripts listen: its text is there before."""
    for key in keys:
        page.wait_for_load_state("domcontentloaded")
        page.keyboard.press(key)


def seen(page: Page, width: str, theme: Theme) -> None:
    """Makes the page that wide and of that theme."""
    across, down = WIDTHS[width]
    page.set_viewport_size({"width": across, "height": down})
    page.emulate_media(color_scheme=theme)
    page.evaluate(SETTLE)
