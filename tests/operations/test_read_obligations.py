"""What a side owed; the expected rows are in `company`'s table."""

from __future__ import annotations

from datetime import date

import pytest

from interlock.agreement.schema import Side
from interlock.operations.read_obligations import Obligations, read_obligations
from interlock.operations.reading import Filters, Ground
from tests.operations.company import replayed

pytestmark = pytest.mark.django_db


def people(page: Obligations) -> list[str]:
    return [row.person.key for row in page.rows]


def test_before_a_replay_there_is_nothing() -> None:
    page = read_obligations(Side.SALES)
    assert page.basis.ground is Ground.NO_AGREEMENT
    assert page.counts is None


def test_what_sales_owed_in_a_week_latest_first() -> None:
    replayed()
    page = read_obligations(Side.SALES, Filters(week=date(2026, 3, 2)))
    assert people(page) == ["p4", "p3", "p2", "p1"]
    assert page.counts is not None
    assert (page.counts.kept, page.counts.kept_late, page.counts.broken) == (2, 1, 1)
    assert {row.promise.key for row in page.rows} == {"first-touch"}


def test_the_other_side_is_left_out_and_the_state_narrows_the_rows_alone() -> None:
    replayed()
    page = read_obligations(Side.MARKETING, Filters(state="kept late"))
    assert people(page) == ["p10"]
    assert page.counts is not None
    assert page.counts.decided == 10


def test_pages_meet_without_a_gap() -> None:
    replayed()
    first = read_obligations(Side.SALES, size=3)
    second = read_obligations(Side.SALES, after=first.after, size=50)
    assert people(first) + people(second) == people(read_obligations(Side.SALES))
    assert second.after == ""
