"""One promise divided; the expected numbers are counted by hand in `company`'s table."""

from __future__ import annotations

from datetime import date

import pytest

from interlock.operations.counting import By
from interlock.operations.read_promises import PromisePart, read_promise, read_promises
from interlock.operations.reading import Filters
from tests.operations.company import at, put, replayed

pytestmark = pytest.mark.django_db


def kept_of_decided(parts: tuple[PromisePart, ...]) -> dict[str, tuple[int, int]]:
    return {part.key: (part.counts.kept, part.counts.decided) for part in parts}


def test_a_promise_week_by_week() -> None:
    replayed()
    weeks = read_promise("first-touch").weeks
    assert kept_of_decided(weeks) == {
        "2026-03-02": (2, 4),
        "2026-03-09": (1, 3),
        "2026-03-16": (0, 0),
    }
    assert weeks[0].label == "2 Mar 2026"


def test_weeks_in_which_nothing_began_are_there_too() -> None:
    put("person", "early", at(9, month=2), created_at=at(9, month=2), source="web")
    replayed()
    weeks = read_promise("greeting").weeks
    assert [part.label for part in weeks[:4]] == [
        "9 Feb 2026",
        "16 Feb 2026",
        "23 Feb 2026",
        "2 Mar 2026",
    ]
    assert kept_of_decided(weeks)["2026-02-16"] == (0, 0)


def test_all_weeks_are_there_whichever_is_asked_for() -> None:
    replayed()
    week = Filters(source="partner", week=date(2026, 3, 2))
    page = read_promise("first-touch", week)
    assert kept_of_decided(page.weeks) == {"2026-03-02": (0, 2), "2026-03-09": (0, 2)}
    assert kept_of_decided(page.parts) == {"bo": (0, 2)}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (By.OWNER, {"bo": (2, 4), "cy": (1, 3)}),
        (By.SOURCE, {"web": (3, 3), "partner": (0, 4)}),
    ],
)
def test_a_promise_divided(by: By, expected: dict[str, tuple[int, int]]) -> None:
    replayed()
    assert kept_of_decided(read_promise("first-touch", by=by).parts) == expected


def test_the_next_deadline_of_what_waits() -> None:
    replayed()
    due = {row.id: row.next_due for row in read_promises().rows}
    assert due["first-touch"] == at(23, "12:00")


@pytest.mark.parametrize(
    ("filters", "due"),
    [
        (Filters(owner="cy", source="web"), at(23, "12:00")),
        (Filters(owner="bo"), None),
        (Filters(source="partner"), None),
        (Filters(week=date(2026, 3, 9)), None),
        (Filters(state="kept"), at(23, "12:00")),
    ],
)
def test_the_next_deadline_is_of_what_the_filters_leave(filters: Filters, due: int | None) -> None:
    replayed()
    assert {row.id: row.next_due for row in read_promises(filters=filters).rows} == {
        "first-touch": due,
        "greeting": None,
    }
