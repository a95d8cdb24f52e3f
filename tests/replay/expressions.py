"""Texts of random criteria of every type, over any vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from hypothesis import strategies as st

from interlock.agreement.expression import ValueType

TEXT, INTEGER, NUMBER, FLAG, INSTANT = TYPES = (
    ValueType.TEXT,
    ValueType.INTEGER,
    ValueType.NUMBER,
    ValueType.FLAG,
    ValueType.INSTANT,
)
Text = st.SearchStrategy[str]

# no NUL: the oracle's Python binding ends a text there
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3)
WORDS |= st.text("ab", max_size=4)
SMALL = st.integers(-20, 20) | st.integers(-(2**31), 2**31)
MOMENTS = st.integers(-(2**33), 2**33)  # within the years that a timestamp of CEL may have
PATTERNS = ["^a", "b$", "a.*b", "(?i)A", ".", "", "a|é", "[[:digit:]]", r"^\w+$"]


def quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


def instant(seconds: int) -> str:
    return f'timestamp("{np.datetime64(seconds, "s")}Z")'


WRITTEN: dict[ValueType, Text] = {
    TEXT: WORDS.map(quoted),
    INTEGER: SMALL.map(lambda value: f"({value})"),
    NUMBER: st.floats(allow_nan=False, allow_infinity=False, width=32).map(
        lambda value: f"({value})"
    ),
    FLAG: st.sampled_from(["true", "false"]),
    INSTANT: MOMENTS.map(instant),
}
"""What may stand for a value of each type."""


def expressions(
    vocabulary: Mapping[str, ValueType], depth: int, written: Mapping[ValueType, Text] = WRITTEN
) -> dict[ValueType, Text]:
    """Texts of criteria of each type, up to that many operations deep."""
    names = {
        type_: st.sampled_from([path for path, of in vocabulary.items() if of is type_])
        for type_ in TYPES
    }
    known = joined("known({})", st.sampled_from([*vocabulary]))
    here = {type_: names[type_] | names[type_] | written[type_] for type_ in TYPES}
    for _ in range(depth):
        made = operations(here, written)
        made[FLAG] |= known
        here = {type_: here[type_] | made[type_] for type_ in TYPES}
    return here


def joined(pattern: str, *parts: Text) -> Text:
    return st.tuples(*parts).map(lambda found: pattern.format(*found))


def operations(
    part: Mapping[ValueType, Text], written: Mapping[ValueType, Text]
) -> dict[ValueType, Text]:
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
        | joined("({} in {})", part[TEXT], lists(written[TEXT]))
        | joined("({} in {})", number, lists(SMALL.map(str)))
        | joined("({} in {})", number, lists(st.integers(-9, 9).map(lambda i: f"{i}.5"))),
        INSTANT: joined("({} + {})", part[INSTANT], span)
        | joined("({} - {})", part[INSTANT], span),
    }
    return {
        type_: made[type_] | joined("({} ? {} : {})", part[FLAG], part[type_], part[type_])
        for type_ in TYPES
    }


def lists(items: Text) -> Text:
    return st.lists(items, min_size=1, max_size=3).map(lambda found: f"[{', '.join(found)}]")
