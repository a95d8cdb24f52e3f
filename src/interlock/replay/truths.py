"""Parts of criteria that read the rows of one table: decided once for each row, or for each word.

`person.seniority == "vp"` is the same at every moment of a person's version; and all persons with
one word in that column are one question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, reduce

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import Call, Expression, Name, ValueType, names
from interlock.facts.columns import Array, Column, FactTable, Mask
from interlock.replay.evaluate import ColumnOf, holds, unknown, without
from interlock.replay.index import Index
from interlock.replay.parts import in_stretches, plain

_AT_ONCE = 65_536
"""So many rows are looked at together: their columns fit the processor's cache."""


_FEW_WORDS = 64
"""What so few words tell is remembered: the next buyer has the same."""

_ALL_KNOWN = np.empty(0, np.bool_)

Points = tuple[str, ...]
"""Kinds of touches that give points."""

Told = tuple[tuple[int, Expression], ...]
"""Parts that read one text, each with its bit."""


def held_together(part: Expression, decide: Callable[[Expression], Mask]) -> Mask:
    """Where a criterion holds, when `decide` tells it of what is joined by "and" and "or".

    An "and" holds where each side does, an "or" where one does, whatever is unknown of the other.
    """
    if isinstance(part, Call) and part.op in ("&&", "||"):
        join = np.logical_and if part.op == "&&" else np.logical_or
        sides = [held_together(side, decide) for side in part.arguments]
        return reduce(join, sides)
    return decide(part)


class Truths:
    """Where such parts hold, by the rows of their tables; each is worked out once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._by_row: dict[Expression, Mask] = {}
        self._codes: dict[tuple[str, tuple[Expression, ...], Points], Array] = {}

    def by_row(self, part: Expression, scope: str) -> Mask:
        """In which rows of the table it holds; and last, whether it does where there is none."""
        if part not in self._by_row:
            table = self._index.table(scope)
            held = np.empty(len(table) + 1, np.bool_)
            held[-1] = without(part)
            _decide(part, table, held[:-1])
            self._by_row[part] = held
        return self._by_row[part]

    def states(self, scope: str, parts: Sequence[Expression]) -> NDArray[np.uint32]:
        """For each row of persons or accounts a bit for each part that holds; last without a row.

        The first part has the lowest bit.
        """
        key = scope, tuple(parts), ()
        if key not in self._codes:
            table = self._index.table(scope)
            codes = np.zeros(len(table) + 1, np.uint32)
            codes[-1] = _bits_of(without(part) for part in parts)
            _pack(parts, table, (), codes[:-1])
            self._codes[key] = codes
        return self._codes[key]

    def facts(self, kind: str, parts: Sequence[Expression], points: Points) -> NDArray[np.uint16]:
        """As `states` of facts; above the parts' bits stands which of the `points` it gives.

        That is the position of the touch's kind among them, or their number where it gives none.
        """
        key = kind, tuple(parts), points
        if key not in self._codes:
            table = self._index.table(kind)
            codes = np.zeros(len(table), np.uint16)
            _pack(parts, table, points, codes)
            self._codes[key] = codes
        return self._codes[key]


def _bits_of(flags: Iterable[bool]) -> int:
    """A number with those bits, the first one lowest."""
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def _pack(parts: Sequence[Expression], table: FactTable, points: Points, codes: Array) -> None:
    """Writes the codes of all rows. What reads one text is told by its words, all at once."""
    told: dict[str, list[tuple[int, Expression]]] = {}
    for place, part in enumerate(parts):
        if column := _one_text(part, table):
            told.setdefault(column, []).append((place, part))
        else:
            held = np.empty(len(table), np.bool_)
            _decide(part, table, held)
            codes |= held.astype(codes.dtype) << place
    if points:
        kinds = table.columns.get("kind")
        if kinds is None or kinds.words is None:
            codes |= codes.dtype.type(len(points) << len(parts))
        else:
            told.setdefault("kind", [])
    for name, mine in told.items():
        gives = points if name == "kind" else ()
        _add_words(table.columns[name], tuple(mine), gives, len(parts), codes)


def _add_words(column: Column, told: Told, points: Points, above: int, codes: Array) -> None:
    """Adds what the words of one column tell; which of the points they give stands `above`."""
    assert column.words is not None  # noqa: S101 - a text
    by_word = bits_by_word(told, column.words)
    if points:
        by_word = by_word | np.append(worth(points, column.words), len(points)) << above
    values, table = plain(column.values, np.int32), by_word.astype(codes.dtype)
    known = plain(_ALL_KNOWN if column.known is None else column.known, np.bool_)
    in_stretches(
        lambda begin, stop: _add_told(
            values[begin:stop], known[begin:stop], table, codes[begin:stop]
        ),
        len(values),
    )


def bits_by_word(told: Told, words: NDArray[np.object_]) -> NDArray[np.int64]:
    """The bits of the parts that hold of each word, and last those of nothing that is known."""
    if len(words) > _FEW_WORDS:
        return _bits_by_word(told, words)
    return _remembered(told, tuple(words))


@lru_cache(maxsize=4_096)
def _remembered(told: Told, words: tuple[str, ...]) -> NDArray[np.int64]:
    return _bits_by_word(told, np.array(words, dtype=object))


def _bits_by_word(told: Told, words: NDArray[np.object_]) -> NDArray[np.int64]:
    bits = np.zeros(len(words) + 1, np.int64)
    column = Column(np.arange(len(words), dtype=np.int32), None, words)
    for bit, part in told:
        bits[:-1] |= holds(part, lambda _: column, len(words)).astype(np.int64) << bit
        bits[-1] |= int(without(part)) << bit
    return bits


def worth(points: Points, words: NDArray[np.object_]) -> NDArray[np.int64]:
    """The position among the points of what each word gives; their number where it gives none."""
    places = {word: place for place, word in enumerate(points)}
    return np.array([places.get(word, len(points)) for word in words], np.int64)


@numba.njit(cache=True, nogil=True)
def _add_told(values: Array, known: Mask, by_word: Array, to: Array) -> None:
    """Adds to each row's code what its word says; an unknown one is the last."""
    for i in range(len(to)):
        to[i] |= by_word[-1 if len(known) and not known[i] else values[i]]


def _one_text(part: Expression, table: FactTable) -> str | None:
    """The column whose text alone decides the part; None where there is no such."""
    name, *others = names(part)
    column = table.columns.get(name.field)
    return None if others or column is None or column.words is None else name.field


def _decide(part: Expression, table: FactTable, held: Mask) -> None:
    """Writes in which rows the part holds."""
    if name := _one_text(part, table):
        column = table.columns[name]
        assert column.words is not None  # noqa: S101 - a text
        by_word = bits_by_word(((0, part),), column.words) == 1
        codes = column.values
        if column.known is not None:
            codes = np.where(column.known, codes, np.int32(len(column.words)))
        held[:] = by_word[codes]
        return
    texts = any(each.type is ValueType.TEXT for each in names(part))
    step = len(table) if texts else _AT_ONCE
    for begin in range(0, len(table), max(step, 1)):
        rows = slice(begin, begin + step)
        here = held[rows]
        here[:] = holds(part, _read(table, rows), len(here))


def _read(table: FactTable, rows: slice) -> ColumnOf:
    def column_of(name: Name) -> Column:
        column = table.columns.get(name.field)
        if column is None:
            return unknown(name.type, len(table.at[rows]))
        known = None if column.known is None else column.known[rows]
        return Column(column.values[rows], known, column.words)

    return column_of
