from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.facts.attributes import type_of, value_of, values_of, widest
from interlock.facts.kinds import ColumnType

TEXT, INTEGER, NUMBER, FLAG, INSTANT, *_ = ColumnType


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("12", INTEGER),
        ("-3", INTEGER),
        ("0", INTEGER),
        ("007", TEXT),
        ("+49891234", TEXT),
        ("12345678901234567890", TEXT),
        ("1.50", NUMBER),
        ("1e400", TEXT),
        ("Yes", FLAG),
        ("false", FLAG),
        ("2026-03-02T09:30:00Z", INSTANT),
        ("2026-03-02", TEXT),
        ("nan", TEXT),
        ("plain", TEXT),
    ],
)
def test_the_narrowest_type(text: str, type_: ColumnType) -> None:
    assert type_of(text) is type_


def test_types_widen() -> None:
    assert widest([]) is None
    assert widest([INTEGER, INTEGER]) is INTEGER
    assert widest([INTEGER, NUMBER]) is NUMBER
    assert widest([INTEGER, FLAG]) is TEXT
    assert widest([INSTANT, TEXT]) is TEXT


@given(st.lists(st.sampled_from([TEXT, INTEGER, NUMBER, FLAG, INSTANT]), min_size=1), st.data())
def test_widening_does_not_depend_on_order(types: list[ColumnType], data: st.DataObject) -> None:
    folded: ColumnType | None = None
    for each in data.draw(st.permutations(types)):
        folded = widest([each] if folded is None else [folded, each])
    assert folded is widest(types)


def test_values_by_type() -> None:
    assert values_of(["5", None, "x", 5], INTEGER) == [5, None, None, 5]
    assert values_of(["5", "1.5", "nan", 2], NUMBER) == [5.0, 1.5, None, 2.0]
    assert values_of(["Yes", "no", True, "5"], FLAG) == [True, False, True, None]
    assert values_of(["2026-03-02T09:30:00Z", 7, "x"], INSTANT) == [1_772_443_800, 7, None]
    assert values_of(["007", 5, True, None], TEXT) == ["007", "5", "true", None]


@given(st.text())
def test_a_text_has_a_value_in_its_own_type(text: str) -> None:
    assert value_of(text, type_of(text)) is not None
