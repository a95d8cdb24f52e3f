from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.insight.attainment import (
    Counts,
    Part,
    attainment,
    counts,
    main_part,
    parts,
    points,
    rate,
    week_to_speak_of,
    whole_percent,
)

Z = 1.959963984540054


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_the_interval_holds_the_shares_that_the_score_test_does_not_reject(
    numerator: int, more: int
) -> None:
    denominator = numerator + more
    made = rate(numerator, denominator)
    assert made.value is not None
    assert made.low is not None
    assert made.high is not None
    assert 0 <= made.low <= made.value <= made.high <= 1
    for bound in (made.low, made.high):
        # at a bound inside (0, 1) the score statistic is exactly z
        if 0 < bound < 1:
            score = abs(made.value - bound) / sqrt(bound * (1 - bound) / denominator)
            assert isclose(score, Z, rel_tol=1e-6)


def test_published_intervals() -> None:
    # Newcombe 1998, table I, method 3 (score without continuity correction)
    newcombe = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0.0, 0.1611)}
    for (numerator, denominator), (low, high) in newcombe.items():
        made = rate(numerator, denominator)
        assert made.low == pytest.approx(low, abs=5e-5)
        assert made.high == pytest.approx(high, abs=5e-5)


def test_of_nothing_there_is_no_rate() -> None:
    made = rate(0, 0)
    assert (made.value, made.low, made.high) == (None, None, None)


def test_attainment_leaves_out_what_is_open_or_void() -> None:
    counted = counts(
        [("open", 5), ("warned", 2), ("kept", 6), ("kept late", 1), ("broken", 1), ("void", 9)]
    )
    assert (counted.pending, counted.missed, counted.decided) == (7, 2, 8)
    assert attainment(counted).value == 0.75


def test_a_state_that_comes_twice_adds_up() -> None:
    assert counts([("kept", 1), ("kept", 2)]) == Counts(kept=3)


def test_a_change_is_between_the_numbers_that_are_shown() -> None:
    # 66.7 and 33.3 per cent are shown as 67 and 33
    assert points(rate(2, 3), rate(1, 3)) == 34
    assert points(rate(2, 3), rate(0, 0)) is None
    # 12.5 and 37.5 are shown as 13 and 38
    assert points(rate(3, 8), rate(1, 8)) == 25


def test_halves_of_a_per_cent_are_shown_rounded_up_whatever_floats_make_of_them() -> None:
    for of in range(1, 401):
        for kept in range(of + 1):
            exact = Decimal(100 * kept) / of
            assert whole_percent(kept / of) == exact.quantize(Decimal(1), ROUND_HALF_UP), (kept, of)


def test_parts_add_up_slice_by_slice() -> None:
    made = parts(
        [
            ("owner", "Bo", "kept", 3),
            ("owner", "Bo", "broken", 1),
            ("owner", "Cy", "kept late", 2),
            ("owner", "Cy", "open", 7),
        ]
    )
    assert made == [Part("owner", "Bo", 1, 4), Part("owner", "Cy", 2, 2)]


WHOLE = Counts(kept=50, broken=10)


def test_the_part_with_most_misses_beyond_its_share_is_named() -> None:
    friday = Part("half day", "Friday afternoons", 8, 12)
    partner = Part("source", "partner", 9, 30)
    assert main_part([partner, friday], WHOLE) == friday


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (Part("owner", "Bo", 4, 5), "less than half of the misses"),
        (Part("owner", "Bo", 10, 60), "all that was decided is Bo's"),
        (Part("owner", "Bo", 6, 30), "its share of misses is hardly greater than of the rest"),
    ],
)
def test_a_part_that_does_not_stand_out_is_not_named(part: Part, why: str) -> None:
    assert main_part([part], WHOLE) is None, why


def test_no_pattern_is_seen_in_four_misses() -> None:
    assert main_part([Part("owner", "Bo", 4, 4)], Counts(kept=50, broken=4)) is None
    assert main_part([Part("owner", "Bo", 5, 5)], Counts(kept=50, broken=5)) is not None


MONDAYS = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)]


@pytest.mark.parametrize(
    ("decided", "spoken_of"),
    [
        ((10, 10, 5), 2),
        ((10, 10, 4), 1),
        ((10, 0, 4), 0),
        ((0, 0, 1), 2),
        ((10, 4, 0), 1),
        ((0, 0, 0), None),
    ],
)
def test_an_unfinished_week_is_spoken_of_once_half_as_much_is_decided(
    decided: tuple[int, ...], spoken_of: int | None
) -> None:
    week = week_to_speak_of(dict(zip(MONDAYS, decided, strict=True)), unfinished=MONDAYS[2])
    assert week == (None if spoken_of is None else MONDAYS[spoken_of])
