"""Parts of criteria that read the rows of one table: decided once for each row, or for each word.

`person.seniority == "vp"` is the same at every moment of a person's version; and all persons with
one word in that column are one question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, reduce

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import Call, Expression, Name, ValueType, names
from interlock.agreement.vocabulary import FACT_SCOPES, STATE_SCOPES
from interlock.facts.columns import Column, FactTable, Mask
from interlock.replay.evaluate import ColumnOf, holds, unknown
from interlock.replay.index import Index
from interlock.replay.kinds import KINDS
from interlock.replay.outcome import Codes
from interlock.replay.parts import plain

_AT_ONCE = 65_536
"""So many rows are looked at together: their columns fit the processor's cache."""


_FEW_WORDS = 64
"""So few words are asked one by one, and remembered: the next buyer has the same."""


def leaves(part: Expression) -> Iterator[Expression]:
    """What a criterion joins by "and" and "or"."""
    if isinstance(part, Call) and part.op in ("&&", "||"):
        for side in part.arguments:
            yield from leaves(side)
    else:
        yield part


def held_together(part: Expression, decide: Callable[[Expression], Mask]) -> Mask:
    """Where a criterion holds, when `decide` tells it of its leaves.

    An "and" holds where each side does, an "or" where one does, whatever is unknown of the other.
    """
    if isinstance(part, Call) and part.op in ("&&", "||"):
        join = np.logical_and if part.op == "&&" else np.logical_or
        sides = [held_together(side, decide) for side in part.arguments]
        return reduce(join, sides)
    return decide(part)


def scope_of(part: Expression) -> str | None:
    """The one table whose rows decide the part; None where there is no such.

    What an opportunity shows depends on the moment, too.
    """
    read = {name.scope for name in names(part)}
    scope = read.pop() if len(read) == 1 else ""
    return scope if scope in (*STATE_SCOPES, *FACT_SCOPES) and scope != "opportunity" else None


class Truths:
    """Where such parts hold, by the rows of their tables; each is worked out once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._by_row: dict[Expression, Mask] = {}

    def at(self, part: Expression, scope: str, index: Index) -> Mask:
        """At which moments of the index (or of a part of it) the part holds."""
        by_row, held = self.by_row(part, scope), np.empty(len(index), np.bool_)
        if scope in STATE_SCOPES:
            _at_rows(index.person_row if scope == "person" else index.account_row, by_row, held)
        else:
            _at_facts(index.kind, KINDS.index(scope), index.row, by_row, held)
        return held

    def by_row(self, part: Expression, scope: str) -> Mask:
        """In which rows of the table it holds; and last, whether it does where there is none."""
        if part not in self._by_row:
            self._by_row[part] = _by_row(part, self._index.table(scope))
        return self._by_row[part]


def _by_row(part: Expression, table: FactTable) -> Mask:
    held = np.empty(len(table) + 1, np.bool_)
    held[-1] = _of_value(part, None)
    name, *others = names(part)
    column = table.columns.get(name.field)
    if column is not None and column.words is not None and not others:
        by_word = np.append(_by_word(part, column.words), held[-1])
        codes = column.values
        if column.known is not None:
            codes = np.where(column.known, codes, np.int32(len(column.words)))
        _at_rows(plain(codes, np.int32), by_word, held[:-1])
        return held
    texts = any(each.type is ValueType.TEXT for each in names(part))
    step = len(table) if texts else _AT_ONCE
    for begin in range(0, len(table), max(step, 1)):
        rows = slice(begin, begin + step)
        here = held[:-1][rows]
        here[:] = holds(part, _read(table, rows), len(here))
    return held


def _by_word(part: Expression, words: NDArray[np.object_]) -> Mask:
    """Where a part holds that reads one text."""
    if len(words) <= _FEW_WORDS:
        return np.array([_of_value(part, word) for word in words], np.bool_)
    return holds(
        part, lambda _: Column(np.arange(len(words), dtype=np.int32), None, words), len(words)
    )


@lru_cache(maxsize=16_384)
def _of_value(part: Expression, word: str | None) -> bool:
    """Whether a part holds of one text; None: of nothing that is known."""
    one = Column(np.zeros(1, np.int32), None, np.array([word], dtype=object))
    held = holds(part, lambda name: unknown(name.type, 1) if word is None else one, 1)
    return bool(held[0])


def _read(table: FactTable, rows: slice) -> ColumnOf:
    def column_of(name: Name) -> Column:
        column = table.columns.get(name.field)
        if column is None:
            return unknown(name.type, len(table.at[rows]))
        known = None if column.known is None else column.known[rows]
        return Column(column.values[rows], known, column.words)

    return column_of


@numba.njit(cache=True, nogil=True)
def _at_rows(rows: Codes, by_row: Mask, held: Mask) -> None:
    """What holds at each row; a negative row is the last."""
    for m in range(len(rows)):
        held[m] = by_row[rows[m]]


@numba.njit(cache=True, nogil=True)
def _at_facts(kind: NDArray[np.uint8], mine: int, row: Codes, by_row: Mask, held: Mask) -> None:
    """What holds at each fact of a kind, by its row; at others what holds without one."""
    for m in range(len(row)):
        held[m] = by_row[row[m] if kind[m] == mine else -1]
