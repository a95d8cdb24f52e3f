"""Criteria over columns mean what CEL's own evaluator makes of them, row by row."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interlock.agreement.criteria import Compiled, Value, compile_criterion, evaluate_with_cel
from interlock.agreement.expression import Name, ValueType
from interlock.facts.columns import Column, text_column
from interlock.replay.evaluate import evaluate, holds, unknown

TEXT, INTEGER, NUMBER, FLAG, INSTANT = (
    ValueType.TEXT,
    ValueType.INTEGER,
    ValueType.NUMBER,
    ValueType.FLAG,
    ValueType.INSTANT,
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
Text = st.SearchStrategy[str]

LARGEST = 2**63 - 1
# no NUL: the oracle's Python binding ends a text there
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3)
WORDS |= st.text("ab", max_size=4)
SMALL = st.integers(-20, 20) | st.integers(-(2**31), 2**31)
WHOLE = SMALL | st.sampled_from([LARGEST, -LARGEST, -LARGEST - 1, 2**62, 2**32, 3037000500])
DECIMALS = st.floats(width=32) | st.integers(-20, 20).map(float)
MOMENTS = st.integers(-(2**33), 2**33)  # within the years that a timestamp of CEL may have
VALUES: dict[ValueType, st.SearchStrategy[Any]] = {
    TEXT: WORDS,
    INTEGER: SMALL,
    NUMBER: DECIMALS,
    FLAG: st.booleans(),
    INSTANT: MOMENTS,
}
PATTERNS = ["^a", "b$", "a.*b", "(?i)A", ".", "", "a|é", "[[:digit:]]", r"^\w+$"]


def quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


def instant(seconds: int) -> str:
    return f'timestamp("{np.datetime64(seconds, "s")}Z")'


def joined(pattern: str, *parts: Text) -> Text:
    return st.tuples(*parts).map(lambda found: pattern.format(*found))


def expressions(depth: int, whole: st.SearchStrategy[int] = SMALL) -> dict[ValueType, Text]:
    """Texts of criteria of each type, up to that many operations deep."""
    names = {
        type_: st.sampled_from([path for path, of in VOCABULARY.items() if of is type_])
        for type_ in VALUES
    }
    written: dict[ValueType, Text] = {
        TEXT: WORDS.map(quoted),
        INTEGER: whole.map(lambda value: f"({value})"),
        NUMBER: st.floats(allow_nan=False, allow_infinity=False, width=32).map(
            lambda value: f"({value})"
        ),
        FLAG: st.sampled_from(["true", "false"]),
        INSTANT: MOMENTS.map(instant),
    }
    here = {type_: names[type_] | names[type_] | written[type_] for type_ in VALUES}
    for _ in range(depth):
        here = {type_: here[type_] | made for type_, made in operations(here).items()}
    return here


def operations(part: dict[ValueType, Text]) -> dict[ValueType, Text]:
    """One operation on parts of the given depth."""
    number = part[INTEGER] | part[NUMBER]
    order = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    equal = st.sampled_from(["==", "!="])
    span = st.integers(0, 100_000).map(lambda hours: f'duration("{hours}h")')
    whole = st.sampled_from(["+", "-", "*", "/", "%"])
    decimal = st.sampled_from(["+", "-", "*", "/"])
    made = {
        TEXT: joined("({} + {})", part[TEXT], part[TEXT]),
        INTEGER: joined("({} {} {})", part[INTEGER], whole, part[INTEGER])
        | joined("(-{})", part[INTEGER])
        | joined("size({})", part[TEXT]),
        NUMBER: joined("({} {} {})", part[NUMBER], decimal, number)
        | joined("({} {} {})", part[INTEGER], decimal, part[NUMBER])
        | joined("(-{})", part[NUMBER]),
        FLAG: joined("({} && {})", part[FLAG], part[FLAG])
        | joined("({} || {})", part[FLAG], part[FLAG])
        | joined("(!{})", part[FLAG])
        | joined("({} {} {})", number, order, number)
        | joined("({} {} {})", part[INSTANT], order, part[INSTANT])
        | joined("(({} - {}) {} {})", part[INSTANT], part[INSTANT], order, span)
        | joined("({} {} {})", part[TEXT], equal, part[TEXT])
        | joined("({} {} {})", part[FLAG], equal, part[FLAG])
        | joined("{}.contains({})", part[TEXT], part[TEXT])
        | joined("{}.startsWith({})", part[TEXT], part[TEXT])
        | joined("{}.endsWith({})", part[TEXT], part[TEXT])
        | joined("{}.matches({})", part[TEXT], st.sampled_from(PATTERNS).map(quoted))
        | joined("known({})", st.sampled_from([*VOCABULARY]))
        | joined("({} in {})", part[TEXT], lists(WORDS.map(quoted)))
        | joined("({} in {})", number, lists(SMALL.map(str)))
        | joined("({} in {})", number, lists(st.integers(-9, 9).map(lambda i: f"{i}.5"))),
        INSTANT: joined("({} + {})", part[INSTANT], span)
        | joined("({} - {})", part[INSTANT], span),
    }
    return {
        type_: made[type_] | joined("({} ? {} : {})", part[FLAG], part[type_], part[type_])
        for type_ in VALUES
    }


def lists(items: Text) -> Text:
    return st.lists(items, min_size=1, max_size=3).map(lambda found: f"[{', '.join(found)}]")


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


DEEP = expressions(3)


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


@given(expressions(2, WHOLE)[INTEGER], rows(WHOLE))
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
