"""Criteria over columns mean what CEL's own evaluator makes of them, row by row."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interlock.agreement.criteria import Compiled, Value, compile_criterion, evaluate_with_cel
from interlock.agreement.expression import Name, ValueType
from interlock.facts.columns import Column, text_column
from interlock.replay.evaluate import evaluate, holds, unknown
from tests.replay.expressions import (
    FLAG,
    INSTANT,
    INTEGER,
    MOMENTS,
    NUMBER,
    SMALL,
    TEXT,
    WORDS,
    WRITTEN,
    expressions,
)

VOCABULARY = {
    "person.s": TEXT,
    "person.t": TEXT,
    "person.i": INTEGER,
    "person.j": INTEGER,
    "person.x": NUMBER,
    "fit": NUMBER,
    "person.f": FLAG,
    "person.g": FLAG,
    "person.u": INSTANT,
    "person.v": INSTANT,
}
Row = Mapping[str, Value]

LARGEST = 2**63 - 1
WHOLE = SMALL | st.sampled_from([LARGEST, -LARGEST, -LARGEST - 1, 2**62, 2**32, 3037000500])
DECIMALS = st.floats(width=32) | st.integers(-20, 20).map(float)
VALUES: dict[ValueType, st.SearchStrategy[Any]] = {
    TEXT: WORDS,
    INTEGER: SMALL,
    NUMBER: DECIMALS,
    FLAG: st.booleans(),
    INSTANT: MOMENTS,
}


def rows(whole: st.SearchStrategy[int] = SMALL) -> st.SearchStrategy[list[Row]]:
    values = {**VALUES, INTEGER: whole}
    cells = {path: values[type_] for path, type_ in VOCABULARY.items()}
    row: st.SearchStrategy[Row] = st.fixed_dictionaries({}, optional=cells)
    return st.lists(row, max_size=5)


def columns(table: list[Row]) -> Callable[[Name], Column]:
    def column_of(name: Name) -> Column:
        cells = [row.get(name.path) for row in table]
        if name.type is TEXT:
            return text_column([None if cell is None else str(cell) for cell in cells])
        plain = unknown(name.type, len(table))
        for place, cell in enumerate(cells):
            if cell is not None:
                plain.values[place], plain.mask[place] = cell, True
        return plain

    return column_of


def compiled(text: str, type_: ValueType) -> Compiled:
    found = compile_criterion(text, VOCABULARY, type_)
    assert isinstance(found, Compiled), (text, found)
    return found


def assert_as_cel(text: str, type_: ValueType, table: list[Row]) -> None:
    criterion = compiled(text, type_)
    column = evaluate(criterion.expression, columns(table), len(table))
    assert len(column) == len(table)
    for place, row in enumerate(table):
        expected, found = evaluate_with_cel(criterion, row), column.value(place)
        assert same(found, expected), (text, dict(row), found, expected)


def same(found: Value | None, expected: Value | None) -> bool:
    if isinstance(expected, float) and math.isnan(expected):
        return isinstance(found, float) and math.isnan(found)
    return found == expected and type(found) is type(expected)


DEEP = expressions(VOCABULARY, 3)
WIDE = expressions(VOCABULARY, 2, {**WRITTEN, INTEGER: WHOLE.map(lambda value: f"({value})")})


@given(DEEP[FLAG], rows())
@example("person.f && person.g", [{"person.f": False}, {"person.g": False}, {"person.g": True}])
@example("person.f || person.g", [{"person.f": True}, {"person.g": True}, {"person.g": False}])
@example("!known(person.s) || size(person.s) == 1", [{}, {"person.s": "é"}])
@example("fit / person.i > 1.0", [{"fit": 1.0, "person.i": 0}])
@example('(known(person.s) ? person.s : "b").contains("a")', [{"person.s": "a"}, {}])
@example("person.i / 0 == 1 || person.f", [{"person.i": 1, "person.f": True}])
def test_a_condition_means_what_cel_makes_of_it(text: str, table: list[Row]) -> None:
    assert_as_cel(text, FLAG, table)


@pytest.mark.parametrize("type_", [TEXT, INTEGER, NUMBER, INSTANT])
@given(st.data())
def test_a_value_is_what_cel_makes_of_it(type_: ValueType, data: st.DataObject) -> None:
    assert_as_cel(data.draw(DEEP[type_]), type_, data.draw(rows()))


@given(WIDE[INTEGER], rows(WHOLE))
@example("person.i / -1", [{"person.i": -LARGEST - 1}])
@example("person.i % -1", [{"person.i": -LARGEST - 1}])
@example("-person.i", [{"person.i": -LARGEST - 1}])
@example("person.i / 2", [{"person.i": -LARGEST - 1}])
@example("person.i * person.j", [{"person.i": -1, "person.j": -LARGEST - 1}])
@example("person.i * person.j", [{"person.i": 2**32, "person.j": 2**32}])
@example("person.i - person.j", [{"person.i": 0, "person.j": -LARGEST - 1}])
def test_whole_numbers_never_wrap_around(text: str, table: list[Row]) -> None:
    assert_as_cel(text, INTEGER, table)


@pytest.mark.parametrize(
    "text",
    [
        'person.s == "a"',
        'person.s in ["a"]',
        'person.s + "a" == "b"',
        'person.s.contains("a") || person.s.matches("a")',
        "size(person.s) == 1",
        '(person.f ? person.s : "b") == "a"',
        "person.i + 1 > 2",
        "person.x / 2.0 > 1.0",
        "person.u > person.v",
    ],
)
def test_a_column_that_is_nowhere_known_holds_nowhere(text: str) -> None:
    expression = compiled(text, FLAG).expression
    assert holds(expression, lambda name: unknown(name.type, 3), 3).tolist() == [False] * 3
    assert holds(expression, lambda name: unknown(name.type, 0), 0).tolist() == []


def test_two_large_columns_of_texts_are_compared_by_the_pairs_that_occur() -> None:
    words = [f"{number:06d}" for number in range(100_000)]
    text, part = text_column([*words]), text_column([word[3:] for word in reversed(words)])
    given = {"person.s": text, "person.t": part}
    expression = compiled("person.s.endsWith(person.t)", FLAG).expression
    held = holds(expression, lambda name: given[name.path], len(words))
    pairs = zip(words, reversed(words), strict=True)
    assert held.sum() == sum(one.endswith(other[3:]) for one, other in pairs)


def test_a_text_does_not_end_at_a_nul() -> None:
    for text in ('person.s == "a"', 'person.s in ["a"]'):
        column_of = columns([{"person.s": "a\0"}, {"person.s": "a"}])
        held = holds(compiled(text, FLAG).expression, column_of, 2)
        assert held.tolist() == [False, True]
