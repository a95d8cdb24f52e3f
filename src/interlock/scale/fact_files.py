"""A folder of facts in Parquet on this machine: writing it, and reading what a replay needs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from interlock.facts.arrow import array_of
from interlock.facts.columns import Facts, FactTable
from interlock.facts.kinds import KINDS, ColumnType
from interlock.replay.outcome import ABSENT, Finding
from interlock.scale.fact_contract import (
    AT,
    FACT,
    LEARNED,
    SAID,
    Attributes,
    Needed,
    Schemas,
    as_said,
    fact_table,
    schema_of,
    wanted,
)

_ROWS = 1 << 20
"""Rows of a row group: enough for small dictionaries, few enough to be read one by one."""


def write_types(folder: Path, attributes: Attributes) -> None:
    """Begins a folder of facts: says of which types the columns of the company's own are."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SAID).write_text(as_said(attributes), encoding="utf-8")


def write_facts(folder: Path, table: FactTable, attributes: Mapping[str, ColumnType]) -> int:
    """Writes the facts of one kind; the number of rows. Columns that it has not are empty."""
    schema = schema_of(KINDS[table.kind], attributes)
    cells = {
        FACT: pa.array(table.ids),
        AT: pa.array(table.at, mask=table.at == ABSENT),
        LEARNED: pa.nulls(len(table), pa.int64())
        if table.learned is None
        else pa.array(table.learned),
    }
    cells |= {name: array_of(c) for name, c in table.columns.items() if name not in cells}
    empty = {name: pa.nulls(len(table), schema.field(name).type) for name in schema.names}
    target = folder / table.kind / "part-0.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(target, schema, compression="zstd", store_schema=False) as writer:
        for begin in range(0, max(len(table), 1), _ROWS):
            rows = {n: c.slice(begin, _ROWS) for n, c in {**empty, **cells}.items()}
            writer.write_table(pa.table(rows).select(schema.names).cast(schema))
    return len(table)


def schemas_in(folder: Path) -> Schemas | str:
    """The columns of each data set of the folder, or why one has none.

    Names that begin with _ or . are none.
    """
    found = sorted(each for each in folder.iterdir() if each.is_dir() and each.name[0] not in "._")
    try:
        return {each.name: ds.dataset(each, format="parquet").schema for each in found}
    except pa.ArrowInvalid as error:
        return f"a file in {folder} is not Parquet: {error}"


def read_facts(
    folder: Path, schemas: Schemas, needed: Needed, attributes: Attributes
) -> tuple[Facts, tuple[Finding, ...]]:
    """The needed columns of the folder's facts; findings about rows that are left out."""
    facts: dict[str, FactTable] = {}
    findings: list[Finding] = []
    for kind, names in needed.items():
        if kind in schemas:
            columns = wanted(names, schemas[kind])
            rows = _rows(folder / kind, columns)
            facts[kind], found = fact_table(KINDS[kind], names, attributes[kind], rows)
            findings += found
    return facts, tuple(findings)


def _rows(dataset: Path, columns: list[str]) -> pa.Table:
    """The rows, read piece by piece, so that no text is in memory a second time."""
    found = ds.dataset(dataset, format="parquet")
    empty = pa.RecordBatch.from_pylist([], schema=pa.schema(map(found.schema.field, columns)))
    return pa.Table.from_batches(
        [encoded(each) for each in found.to_batches(columns)] or [encoded(empty)]
    )


def encoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with its texts as dictionaries."""
    arrays = [
        column.dictionary_encode() if pa.types.is_string(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)
