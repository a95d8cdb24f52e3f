"""Some of many, held against numpy's own sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.replay.chosen import Chosen
from interlock.replay.outcome import Codes


def _codes(*codes: int) -> Codes:
    return np.array(codes, np.int32)


@given(
    st.integers(1, 300).flatmap(
        lambda many: st.tuples(
            st.just(many),
            st.lists(st.lists(st.integers(-1, many - 1), max_size=80), max_size=3),
            st.lists(st.integers(-1, many - 1), max_size=80),
        )
    )
)
def test_the_place_among_those_who_are_named(given: tuple[int, list[list[int]], list[int]]) -> None:
    many, named, asked = given
    chosen = Chosen.of([_codes(*each) for each in named], many)
    expected = np.unique(_codes(*(code for each in named for code in each if code >= 0)))
    assert chosen.codes.tolist() == expected.tolist()
    place = {code: place for place, code in enumerate(expected.tolist())}
    assert chosen.places(_codes(*asked)).tolist() == [place.get(code, -1) for code in asked]


@pytest.mark.parametrize("many", [64, 65, 128])
def test_all_of_them_are_where_they_were(many: int) -> None:
    every = np.arange(many, dtype=np.int32)
    chosen = Chosen.of([every[::-1].copy()], many)
    assert (chosen.codes == every).all()
    assert (chosen.places(every) == every).all()


def test_of_nobody_nobody_is_chosen() -> None:
    chosen = Chosen.of([], 0)
    assert not len(chosen.codes)
    assert chosen.places(_codes(-1)).tolist() == [-1]
