"""Columns to and from Arrow: how the contracts' types are held in tables and files."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from interlock.facts.columns import Column
from interlock.facts.kinds import ColumnType

TYPES: dict[ColumnType, pa.DataType] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.CHOICE: pa.string(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.MONEY: pa.int64(),
    ColumnType.INSTANT: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.FLAG: pa.bool_(),
}
"""How a value of a column is held; instants are UTC seconds, never timestamps."""


def column_of(values: pa.ChunkedArray) -> Column:
    """The column of such values. Texts come as dictionaries, whose words are put together."""
    whole = values.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0)
    known = None if not whole.null_count else whole.is_valid().to_numpy(zero_copy_only=False)
    if pa.types.is_dictionary(whole.type):
        codes = whole.indices.fill_null(0).to_numpy(zero_copy_only=False)
        words = whole.dictionary.to_numpy(zero_copy_only=False).astype(object)
        return Column(codes, known, words if len(words) else np.array([""], dtype=object))
    fill = False if pa.types.is_boolean(whole.type) else 0
    return Column(whole.fill_null(fill).to_numpy(zero_copy_only=False), known)


def array_of(column: Column) -> pa.Array:
    """The values of a column; texts as a dictionary."""
    missing = None if column.known is None else ~column.known
    values = pa.array(column.values, mask=missing)
    if column.words is None:
        return values
    return pa.DictionaryArray.from_arrays(values, pa.array(column.words, pa.string()))
