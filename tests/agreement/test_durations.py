from __future__ import annotations

import pytest

from interlock.agreement.durations import parse_duration
from interlock.agreement.schema import TimeUnit


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("4 working hours", 4 * 3_600, TimeUnit.WORKING),
        ("1 working hour", 3_600, TimeUnit.WORKING),
        ("30 working minutes", 1_800, TimeUnit.WORKING),
        ("1.5 working hours", 5_400, TimeUnit.WORKING),
        ("2 working days", 2, TimeUnit.WORKING_DAYS),
        ("1 Working Day", 1, TimeUnit.WORKING_DAYS),
        ("24 hours", 86_400, TimeUnit.ELAPSED),
        ("3 days", 3 * 86_400, TimeUnit.ELAPSED),
        ("2 weeks", 14 * 86_400, TimeUnit.ELAPSED),
        ("90 minutes", 5_400, TimeUnit.ELAPSED),
        (" 0 hours ", 0, TimeUnit.ELAPSED),
    ],
)
def test_a_duration_is_an_amount_of_a_unit(text: str, amount: int, unit: TimeUnit) -> None:
    found = parse_duration(text)
    assert found is not None
    assert (found.amount, found.unit, found.text) == (amount, unit, text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "hours",
        "-1 hours",
        "4 workin hours",
        "half a day",
        "1.5 working days",  # a working day has no length, so no half
        "1 working week",
        "4h",
        "9999999999999999999 days",
    ],
)
def test_anything_else_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None
