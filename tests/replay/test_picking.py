"""Places of numbers, against what numpy says of the same."""

from __future__ import annotations

import numpy as np
import pytest

from interlock.replay.picking import codes, first_after, with_bits, with_code

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("many", [0, 1, 7, 1_000])
def test_places_are_those_that_numpy_finds(many: int) -> None:
    numbers = RNG.integers(0, 8, many).astype(np.uint16)
    assert with_bits(numbers, np.uint16(5)).tolist() == np.flatnonzero(numbers & 5).tolist()
    kinds = RNG.integers(0, 8, many).astype(np.uint8)
    found = with_code(kinds, codes([0, 3, 7])).tolist()
    assert found == np.flatnonzero(np.isin(kinds, [0, 3, 7])).tolist()


@pytest.mark.parametrize("many", [0, 1, 3, 4, 5, 100])
def test_the_first_after_is_where_numpy_would_put_it(many: int) -> None:
    values = np.sort(RNG.integers(0, 40, many))
    for begin in range(many + 1):
        for what in range(-1, 42):
            expected = begin + int(np.searchsorted(values[begin:], what, side="right"))
            assert first_after(values, begin, many, what) == expected
            stop = min(begin + 6, many)
            assert first_after(values, begin, stop, what) == min(expected, stop)
