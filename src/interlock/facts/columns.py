"""Facts as columns: what the replay works on.

A `Column` is an array with a mask of what is known; texts are codes into a dictionary of words, so
that a million rows of ten words cost four bytes each and comparing them is comparing integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """Values of one variable for many rows.

    `values` is int64, float64 or bool; for texts it is int32 codes into `words`. `known` is None
    where every row has a value; where it is False the value means nothing.
    """

    values: Array
    known: Mask | None = None
    words: NDArray[np.object_] | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def mask(self) -> Mask:
        """Which rows have a value, always as an array."""
        return np.ones(len(self.values), dtype=bool) if self.known is None else self.known

    def take(self, rows: Array) -> Column:
        """The column at the given rows; a negative row is unknown."""
        absent = rows < 0
        if not len(self.values):
            return Column(np.zeros(len(rows), self.values.dtype), ~absent & False, self.words)
        values = self.values[rows]
        known = None if self.known is None else self.known[rows]
        if absent.any():
            known = ~absent if known is None else known & ~absent
        return Column(values, known, self.words)

    def compact(self) -> Column:
        """The same values, with no words but those that occur (of no rows, one), in their order."""
        if self.words is None:
            return self
        if not len(self.values):
            return Column(self.values, self.known, self.words[:1])
        used, codes = np.unique(self.values, return_inverse=True)
        return Column(codes.astype(np.int32), self.known, self.words[used])

    def value(self, row: int) -> str | int | float | bool | None:
        """One value as Python has it; None where it is unknown."""
        if self.known is not None and not self.known[row]:
            return None
        if self.words is not None:
            return str(self.words[self.values[row]])
        plain: str | int | float | bool = self.values[row].item()
        return plain


@dataclass(frozen=True)
class FactTable:
    """The facts of one kind, as far as the replay needs their columns.

    `ids` identify the rows in the store; `at` is the instant from which each holds, `learned` the
    one at which we learned of the row as it is (UTC seconds; None: that is not known).
    """

    kind: str
    ids: NDArray[np.int64]
    at: NDArray[np.int64]
    columns: Mapping[str, Column]
    learned: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def words(self, name: str) -> NDArray[np.object_] | None:
        """The words of a column of texts; None where there is no such column."""
        column = self.columns.get(name)
        return None if column is None else column.words

    def take(self, rows: Array) -> FactTable:
        """The table of these rows, in this order."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        learned = None if self.learned is None else self.learned[rows]
        return FactTable(self.kind, self.ids[rows], self.at[rows], columns, learned)


Facts = Mapping[str, FactTable]
"""A table for each kind that has facts, by the kind's name."""


def text_column(words: list[str | None]) -> Column:
    """A column of texts from plain values; None is unknown."""
    distinct = {word: code for code, word in enumerate(dict.fromkeys(words)) if word is not None}
    order = {word: position for position, word in enumerate(distinct)}
    codes = np.array([order.get(word, 0) if word is not None else 0 for word in words], np.int32)
    known = np.array([word is not None for word in words], dtype=bool)
    return Column(codes, known, np.array([*order] or [""], dtype=object))
