"""Parts of criteria that read the rows of one table: decided once for each row, or for each word.

`person.seniority == "vp"` is the same at every moment of a person's version; and all persons with
one word in that column are one question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

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


_REMEMBERED = 64
"""So many answers are kept of each kind; an agreement asks a dozen or two."""

FEW_WORDS = 64
"""What so few words tell is remembered: the next buyer has the same."""

_ALL_KNOWN = plain(np.empty(0, np.bool_), np.bool_)

Points = tuple[str, ...]
"""Kinds of touches that give points."""


@dataclass(frozen=True, eq=False)
class Told:
    """Parts that read one column alone, each with its bit."""

    parts: tuple[tuple[int, Expression], ...]


@dataclass(frozen=True, eq=False)
class ByRows:
    """Parts that the rows of one table decide; there is one for all that ask the same.

    The first part has the lowest bit, `many` have one; `without` has those that hold where there is
    no row. `columns` are the parts that read one column alone, `others` those that read several.
    Above the bits stands which of the `points` a touch gives: the position of its kind among them,
    or their number where it gives none.
    """

    many: int
    without: int
    columns: tuple[tuple[str, Told], ...]
    others: Told
    points: Points


@lru_cache(maxsize=4_096)
def by_rows(parts: tuple[Expression, ...], points: Points = ()) -> ByRows:
    """The parts by the columns that they read."""
    told: dict[str, list[tuple[int, Expression]]] = {"kind": []} if points else {}
    others: list[tuple[int, Expression]] = []
    for each in enumerate(parts):
        name, *more = names(each[1])
        (others if more else told.setdefault(name.field, [])).append(each)
    columns = tuple((name, Told(tuple(mine))) for name, mine in told.items())
    bits = sum(1 << place for place, part in enumerate(parts) if without(part))
    return ByRows(len(parts), bits, columns, Told(tuple(others)), points)


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
        self._codes: dict[tuple[str, ByRows], Array] = {}

    def by_row(self, part: Expression, scope: str) -> Mask:
        """In which rows of the table it holds; and last, whether it does where there is none."""
        held = self._by_row.get(part)  # asked once: another thread may put it away meanwhile
        if held is None:
            table = self._index.table(scope)
            held = np.empty(len(table) + 1, np.bool_)
            held[-1] = without(part)
            _decide(part, table, held[:-1])
            _remember(self._by_row, part, held)
        return held

    def states(self, scope: str, asks: ByRows) -> NDArray[np.uint32]:
        """For each row of persons or accounts its bits, and last those without a row."""
        return self._packed(scope, asks, np.uint32)

    def facts(self, kind: str, asks: ByRows) -> NDArray[np.uint16]:
        """The same of facts."""
        return self._packed(kind, asks, np.uint16)

    def _packed(self, scope: str, asks: ByRows, dtype: type) -> Array:
        key = scope, asks
        codes = self._codes.get(key)
        if codes is None:
            table = self._index.table(scope)
            codes = np.zeros(len(table) + 1, dtype)
            codes[-1] = asks.without
            if len(table):
                _pack(asks, table, codes[:-1])
            _remember(self._codes, key, codes)
        return codes


def _remember(known: dict[Any, Any], key: object, value: object) -> None:
    """Keeps the value, and no more than so many of them: every draft that is tried asks others."""
    for oldest in list(known)[: len(known) + 1 - _REMEMBERED]:
        known.pop(oldest, None)
    known[key] = value


def _pack(asks: ByRows, table: FactTable, codes: Array) -> None:
    """Writes the codes of all rows. What reads one text is told by its words, all at once."""
    for name, told in asks.columns:
        column, points = table.columns.get(name), asks.points if name == "kind" else ()
        if column is not None and column.words is not None:
            _add_words(column, column.words, told, points, asks.many, codes)
            continue
        _decide_all(told, table, codes)
        if points:
            codes |= codes.dtype.type(len(points) << asks.many)
    _decide_all(asks.others, table, codes)


def _decide_all(told: Told, table: FactTable, codes: Array) -> None:
    for bit, part in told.parts:
        held = np.empty(len(table), np.bool_)
        _decide(part, table, held)
        codes |= held.astype(codes.dtype) << bit


def _add_words(  # noqa: PLR0913, PLR0917 - one column, what is asked of it, and where it is written
    column: Column,
    words: NDArray[np.object_],
    told: Told,
    points: Points,
    above: int,
    codes: Array,
) -> None:
    """Adds what the words of one column tell; which of the points they give stands `above`."""
    by_word = bits_by_word(told, words)
    if points:
        by_word = by_word | np.append(worth(points, words), len(points)) << above
    values = plain(column.values, np.int32)
    known = _ALL_KNOWN if column.known is None else plain(column.known, np.bool_)
    in_stretches(
        lambda begin, stop: _add_told(
            values[begin:stop], known[begin:stop], by_word, codes[begin:stop]
        ),
        len(values),
    )


def bits_by_word(told: Told, words: NDArray[np.object_]) -> NDArray[np.int64]:
    """The bits of the parts that hold of each word, and last those of nothing that is known."""
    if len(words) > FEW_WORDS:
        return _bits_by_word(told, words)
    return _remembered(told, tuple(words))


@lru_cache(maxsize=4_096)
def _remembered(told: Told, words: tuple[str, ...]) -> NDArray[np.int64]:
    return _bits_by_word(told, np.array(words, dtype=object))


def _bits_by_word(told: Told, words: NDArray[np.object_]) -> NDArray[np.int64]:
    bits = np.zeros(len(words) + 1, np.int64)
    column = Column(np.arange(len(words), dtype=np.int32), None, words)
    for bit, part in told.parts:
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


def _decide(part: Expression, table: FactTable, held: Mask) -> None:
    """Writes in which rows the part holds."""
    name, *others = names(part)
    column = table.columns.get(name.field)
    if not others and column is not None and column.words is not None:
        by_word = bits_by_word(_alone(part), column.words) == 1
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


@lru_cache(maxsize=4_096)
def _alone(part: Expression) -> Told:
    return Told(((0, part),))


def _read(table: FactTable, rows: slice) -> ColumnOf:
    def column_of(name: Name) -> Column:
        column = table.columns.get(name.field)
        if column is None:
            return unknown(name.type, len(table.at[rows]))
        known = None if column.known is None else column.known[rows]
        return Column(column.values[rows], known, column.words)

    return column_of
