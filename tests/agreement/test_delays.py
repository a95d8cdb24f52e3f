"""Each part of the time is answered for by the side that the promise names, else by the usual."""

from __future__ import annotations

import pytest

from interlock.agreement.delays import answers
from tests.agreement.small import agreement, changed, problems

M, S = "marketing", "sales"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", [M, M, S, S]),
        ("delays: {}", [M, M, S, S]),
        ("delays: {assignment: sales}", [M, S, S, S]),
        ("delays: {detection: sales, acceptance: marketing}", [S, M, M, S]),
        ("delays: {reaction: marketing}", [M, M, S, M]),
    ],
)
def test_who_answers_for_each_part(written: str, expected: list[str]) -> None:
    text = changed("within: 4 working hours", f"within: 4 working hours\n    {written}")
    (promise,) = agreement(text).event_promises
    found = answers(promise)
    assert [*found] == ["detection", "assignment", "acceptance", "reaction"]
    assert [*found.values()] == expected


def test_a_number_per_period_has_no_parts_of_time() -> None:
    text = changed("target: 100", "target: 100\n    delays: {reaction: sales}")
    assert "`delays` and `each` do not go together" in problems(text)[0]
