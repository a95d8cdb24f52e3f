"""Records that come one by one, as JSON has them, read by the same mapper as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from interlock.connectors.binding import Binder
from interlock.connectors.files import Chunk, Row, Table
from interlock.connectors.framing import Framing
from interlock.connectors.manifest import ColumnSource, Manifest, Recipe, Source
from interlock.connectors.mapping import Mapped
from interlock.connectors.readers import emptied_by
from interlock.connectors.typed_files import flat
from interlock.connectors.values import iso
from interlock.facts.kinds import ColumnType, Kind

Record = Mapping[str, Any]
"""A JSON object. An instant is ISO 8601 with its zone (without one: UTC), or seconds UTC."""


def table_of(records: Sequence[Record], also: Sequence[str] = ()) -> Table:
    """The records as a table, with columns for `also`; a record's line is its place, from 1."""
    cells = [dict(flat(record)) for record in records]
    headers = tuple(dict.fromkeys([*also, *(key for record in cells for key in record)]))

    def read() -> Iterator[Row]:
        for place, record in enumerate(cells, 1):
            yield place, [record.get(key) for key in headers], ""

    return Table(headers, read, lambda: 1.0)


def map_records(kind: Kind, records: Sequence[Record], source: str) -> Mapped:
    """The records as facts of the kind: keys are columns of its contract, others attributes.

    `lines` of what is refused are places among the records, from 1. What a record says does not
    depend on the others, so that one that comes again is known again.
    """
    columns = {column.name: ColumnSource((column.name,)) for column in kind.columns}
    table = table_of([_instants_written(kind, record) for record in records], (*columns,))
    recipe = Recipe(kind.name, columns)
    manifest = Manifest(source, (Source(source, (recipe,)),))
    framing = Framing(table.headers, (), emptied_by(manifest, manifest.files[0]))

    def wrong(path: str, message: str, hint: str) -> None:
        raise ValueError(f"{path}: {message} ({hint})")  # the recipe names only what is there

    mapper = Binder(manifest, manifest.files[0], recipe, "", framing, wrong).mapper()
    chunk = next(table.chunks(size=len(records)), Chunk([], [], ()))
    return mapper.map(chunk)


def _instants_written(kind: Kind, record: Record) -> Record:
    """The record with its instants as texts."""
    return {name: _written(kind, name, value) for name, value in record.items()}


def _written(kind: Kind, name: str, value: object) -> object:
    column = kind.column(name)
    is_instant = column is not None and column.type is ColumnType.INSTANT
    if not is_instant or not isinstance(value, int) or isinstance(value, bool):
        return value
    return iso(value) if _FIRST <= value <= _LAST else str(value)


_FIRST, _LAST = -62_135_596_800, 253_402_300_799
"""The years 1 to 9999; what lies outside is refused as no date."""
