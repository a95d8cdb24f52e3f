"""The rules of a dispute."""

from __future__ import annotations

import pytest

from interlock.practice.disputes import Ruling, alike, heard_until, waits_for

WORDS = "Sales calls within four hours."


def ruled(*ways: str, wording: str = WORDS) -> list[Ruling]:
    """Rulings, the latest first."""
    return [Ruling(number, way, wording) for number, way in enumerate(ways, 1)]


def test_both_sides_are_waited_for_until_half_of_the_time_is_over() -> None:
    assert heard_until(100, 200) == 150
    assert waits_for((), 100, 200, 149) == ("marketing", "sales")
    assert waits_for({"sales"}, 100, 200, 149) == ("marketing",)
    assert waits_for({"sales", "marketing"}, 100, 200, 100) == ()
    assert waits_for((), 100, 200, 150) == ()
    assert waits_for((), 200, 100, 200) == ()  # due before it was opened: nobody is waited for


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
