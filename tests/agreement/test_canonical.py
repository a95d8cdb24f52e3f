"""The canonical text: the same for every way of writing it down, another for every letter."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.canonical import canonical, seal_of, seal_of_rules
from interlock.agreement.editing import changed_text, with_parts
from tests.agreement.small import SMALL, changed

REWRITTEN = """\
# what both promised
name: "Small"
version: '1'
in_force_from: 2026-01-01   # a Thursday
promises:
  first-touch:
    within: 4 working hours
    calendar: oslo
    kept_by: activity.human
    starts:
      enters: mql
    owed_to: marketing
    owed_by: sales
    says: >-
      Sales
      calls.
    name: First touch
  volume: {name: MQLs, says: Marketing brings them., owed_by: marketing, owed_to: sales,
    each: month, enters: mql, target: 100}
review_by: 2026-12-31
glossary:
parties:
  marketing: {name: Marketing, signs: Ann}
  sales: {signs: [Bob], name: Sales}
calendars:
  oslo:
    hours: {tue: 09:00-17:00, mon: 09:00-17:00}
    meaning: Oslo office
    timezone: Europe/Oslo
stages:
  mql: {name: MQL, meaning: Worth a call., owner: marketing, enter: touches.any >= 1}
  sal: {name: SAL, meaning: Taken on., owner: sales, enter: decision.kind == "accept"}
  nurture: {name: Nurture, meaning: Not yet., owner: marketing}
reasons:
  not_now: {name: Not now, for: [reject], goes_to: nurture, cites: stages.mql}
"""
"""SMALL with comments, in another order of keys, with other quotes and breaks."""


def test_rules_are_the_same_whatever_their_version_is_called() -> None:
    renamed = changed("review_by: 2026-12-31", "review_by: 2027-12-31")
    renamed = changed("in_force_from: 2026-01-01", "in_force_from: '2026-12-31'", renamed)
    assert seal_of_rules(renamed) == seal_of_rules(SMALL)
    assert seal_of(renamed) != seal_of(SMALL)
    assert seal_of_rules(changed("name: Small", "name: Other")) != seal_of_rules(SMALL)


def test_rules_of_another_year_are_others() -> None:
    """By the year of its first day go the holidays of the countries that an agreement names."""
    for day in ("2027-01-01", "2026-W53-5"):
        later = changed("in_force_from: 2026-01-01", f"in_force_from: {day}")
        assert seal_of_rules(later) != seal_of_rules(SMALL)
        assert seal_of_rules(later.replace(day, "2027-06-30")) == seal_of_rules(later)
    assert seal_of_rules(SMALL.replace("2026-01-01", "soon")) != seal_of_rules(SMALL)


def test_another_way_of_writing_is_the_same_text() -> None:
    assert canonical(REWRITTEN) == canonical(SMALL)
    assert seal_of(REWRITTEN) == seal_of(SMALL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Sales calls.", "Sales calls"),
        ("4 working hours", "4  working hours"),
        ("version: 1", "version: 1.0"),
        ("signs: [Ann]", "signs: [Anna]"),
        ("mon: 09:00-17:00", "mon: 09:00-17:01"),
        ("not_now:", "not-now:"),
        ("cites: stages.mql", "cites: stages.sal"),
    ],
)
def test_a_letter_makes_another_text(old: str, new: str) -> None:
    assert seal_of(changed(old, new)) != seal_of(SMALL)


def test_the_order_of_clauses_counts() -> None:
    swapped = SMALL.replace("  mql: {name", "  X: {name").replace("  sal: {name", "  mql: {name")
    lines = SMALL.splitlines(keepends=True)
    mql = next(n for n, line in enumerate(lines) if line.startswith("  mql:"))
    lines[mql], lines[mql + 1] = lines[mql + 1], lines[mql]
    assert seal_of("".join(lines)) != seal_of(SMALL) != seal_of(swapped)


def test_signs_that_look_alike_are_the_same() -> None:
    composed, apart = "name: caf\u00e9\n", "name: cafe\u0301\n"
    assert seal_of(composed) == seal_of(apart)


def test_it_says_everything_that_is_written() -> None:
    said = json.loads(canonical(SMALL).partition("\n")[2])
    assert said["promises"][0][1]["within"] == "4 working hours"
    assert [name for name, _ in said["stages"]] == ["mql", "sal", "nurture"]
    assert said["calendars"][0][1]["hours"] == {"mon": "09:00-17:00", "tue": "09:00-17:00"}


@given(st.text(max_size=30))
def test_any_name_survives_a_round_of_writing(name: str) -> None:
    text = f"name: {json.dumps(name)}\n"
    try:
        seal = seal_of(text)
    except ValueError:
        return
    if canonical(text).endswith("{}\n"):  # signs that no agreement may hold are refused
        return
    assert seal_of(with_parts(text, text, ["name"])) == seal


@pytest.mark.parametrize("key", ["stages.mql.buyer", "stages.mql.sales"])
def test_an_empty_clause_that_says_something_is_in_the_seal_and_stays(key: str) -> None:
    text = changed_text(SMALL, [(key, "{}")])
    assert isinstance(text, str)
    assert seal_of(text) != seal_of(SMALL)
    other = SMALL.replace("name: Small", "name: Other")
    assert seal_of(with_parts(text, other, ["name"])) != seal_of(other)
