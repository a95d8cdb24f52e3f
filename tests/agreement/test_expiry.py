"""How long an agreement is agreed for, and what holds then."""

from __future__ import annotations

from datetime import date

import pytest

from interlock.agreement.expiry import expiry_of, is_lapsed
from tests.agreement.small import SMALL, agreement, sentences

LAST = "expires_on: 2027-01-31\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", ""),
        (
            LAST,
            (
                "It is agreed until 31 January 2027; where nothing is renewed, it stays in force "
                "until another takes its place."
            ),
        ),
        (
            LAST + "when_it_expires: lapses\n",
            (
                "It is agreed until 31 January 2027; where nothing is renewed, it binds nobody "
                "from then on; what it counts is still shown."
            ),
        ),
    ],
)
def test_what_holds_when_nothing_is_renewed_is_said(written: str, said: str) -> None:
    assert expiry_of(agreement(SMALL + written)) == said


def test_it_lapses_after_its_last_day_and_only_where_it_says_so() -> None:
    lapses = agreement(SMALL + LAST + "when_it_expires: lapses\n")
    assert not is_lapsed(lapses, date(2027, 1, 31))
    assert is_lapsed(lapses, date(2027, 2, 1))
    assert not is_lapsed(agreement(SMALL + LAST), date(2027, 2, 1))
    assert not is_lapsed(agreement(), date(2999, 1, 1))


def test_a_row_says_what_it_governs() -> None:
    row = "raci: {x: {activity: Changes, responsible: A, accountable: B, governs: agreement}}\n"
    assert sentences(SMALL + row)["raci.x"] == (
        "Changes: A does it, B answers for it; who may propose, approve and hear of another "
        "agreement follows this."
    )
