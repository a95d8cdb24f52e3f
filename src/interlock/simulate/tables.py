"""Columns on their way into the export, and into the replay that decides who is handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Array, Column, Facts, FactTable
from interlock.facts.kinds import KINDS

Table = dict[str, Column]
"""Columns of one kind by name, all of one length."""

Codes = NDArray[np.integer]


def texts(words: Sequence[str] | NDArray[np.object_], codes: Codes) -> Column:
    """A column of texts; a negative code is an empty cell."""
    known = codes >= 0
    values = np.where(known, codes, 0).astype(np.int32)
    listed = words if isinstance(words, np.ndarray) else np.array(words, dtype=object)
    return Column(values, None if known.all() else known, listed)


def each(words: Sequence[str]) -> Column:
    """A column of texts that has a word of its own in each row."""
    return texts(words, np.arange(len(words)))


def ids(prefix: str, count: int) -> Column:
    """Made-up record ids, such as `P000001`."""
    return each([f"{prefix}{number:06}" for number in range(1, count + 1)])


def refers(to: Column, codes: Codes) -> Column:
    """A column that names rows of another table by its `id` column; negative: none."""
    if to.words is None:
        raise ValueError("an id is a text")
    return texts(to.words, codes)


def length(table: Mapping[str, Column]) -> int:
    """Rows of the table."""
    return len(next(iter(table.values())))


def rows(table: Mapping[str, Column], which: Array) -> Table:
    """The table at those rows, in that order."""
    return {name: column.take(which) for name, column in table.items()}


def stacked(tables: Sequence[Mapping[str, Column]]) -> Table:
    """Tables one below the other; texts of a column share their words.

    Where a table does not have a column, its cells are empty.
    """
    names = dict.fromkeys(name for table in tables for name in table)
    return {name: _joined(name, tables) for name in names}


def _joined(name: str, tables: Sequence[Mapping[str, Column]]) -> Column:
    like = next(table[name] for table in tables if name in table)
    columns = [table.get(name) or _unknown(like, length(table)) for table in tables]
    values = np.concatenate([column.values for column in columns])
    known = np.concatenate([column.mask for column in columns])
    return Column(values, None if known.all() else known, like.words)


def _unknown(like: Column, count: int) -> Column:
    return Column(np.zeros(count, like.values.dtype), np.zeros(count, bool), like.words)


def in_order(table: Mapping[str, Column], prefix: str, as_of: int) -> Table:
    """What happened up to `as_of`, in order of time, with ids."""
    at = table["at"].values
    order = np.argsort(at, kind="stable")
    kept = rows(table, order[at[order] <= as_of])
    return {"id": ids(prefix, length(kept)), **kept}


def as_facts(tables: Mapping[str, Mapping[str, Column]]) -> Facts:
    """The tables as the replay takes them."""
    return {kind: _fact_table(kind, table) for kind, table in tables.items()}


def _fact_table(kind: str, table: Mapping[str, Column]) -> FactTable:
    count, at = length(table), KINDS[kind].at
    instants = table[at].values if at and at in table else np.zeros(count, np.int64)
    return FactTable(kind, np.arange(count), instants, table)
