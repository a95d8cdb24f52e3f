"""The rules of a dispute."""

from __future__ import annotations

import numpy as np
import pytest

from interlock.practice.disputes import Ruling, alike, heard_until, waits_for
from interlock.replay.openings import Openings

WORDS = "Sales calls within four hours."


def open_at(*spans: tuple[int, int]) -> Openings:
    """Somebody works in these spans alone."""
    return Openings.of(0, 400, *np.array(spans).T)


def ruled(*ways: str, wording: str = WORDS) -> list[Ruling]:
    """Rulings, the latest first."""
    return [Ruling(number, way, wording) for number, way in enumerate(ways, 1)]


def test_both_sides_are_waited_for_until_half_of_the_working_time_is_over() -> None:
    assert heard_until(110, 210, open_at((100, 120), (200, 220))) == 120  # not 160, in the night
    assert heard_until(110, 216, open_at((100, 120), (200, 220))) == 203
    assert heard_until(0, 220, open_at((100, 120), (200, 220))) == 120
    assert heard_until(110, 111, open_at((100, 120))) == 110  # nothing of a second is its half


@pytest.mark.parametrize("working", [None, open_at((0, 100), (200, 300))])
def test_without_working_time_before_the_ruling_half_of_all_the_time_counts(
    working: Openings | None,
) -> None:
    assert heard_until(100, 200, working) == 150
    assert heard_until(200, 100, working) == 200  # due before it was opened: nobody is waited for


def test_only_a_silent_side_is_waited_for_and_only_until_then() -> None:
    assert waits_for((), 150, 149) == ("marketing", "sales")
    assert waits_for({"sales"}, 150, 149) == ("marketing",)
    assert waits_for({"sales", "marketing"}, 150, 100) == ()
    assert waits_for((), 150, 150) == ()


@pytest.mark.parametrize(
    ("ways", "found"),
    [
        ((), 0),
        (("sales", "sales"), 0),
        (("sales", "sales", "sales"), 3),
        (("sales", "sales", "sales", "sales", "marketing"), 4),
        (("marketing", "sales", "sales", "sales"), 0),
        (("sales", "sales", "both", "sales"), 0),
    ],
)
def test_three_rulings_in_a_row_the_same_way_are_alike(ways: tuple[str, ...], found: int) -> None:
    assert len(alike(ruled(*ways), WORDS)) == found


def test_what_was_ruled_under_other_words_is_left_out() -> None:
    before = ruled("sales", "sales", wording="Within a day.")
    assert not alike([*ruled("sales"), *before], WORDS)
    assert len(alike([*ruled("sales"), *before, *ruled("sales", "sales")], WORDS)) == 3
