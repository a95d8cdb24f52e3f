"""Facts out of the store, as the columns that the replay works on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from django.db.models import Q, QuerySet

from interlock.facts.arrow import TYPES, column_of
from interlock.facts.attributes import values_of
from interlock.facts.columns import Facts, FactTable
from interlock.facts.kinds import KINDS, ColumnType, Kind
from interlock.replay.outcome import ABSENT
from interlock.store.bulk import read_columns
from interlock.store.knowledge import Imports, all_imports
from interlock.store.models import FACTS, Fact, Import

Needed = Mapping[str, Sequence[str]]
"""Which columns of which kinds."""

Attributes = Mapping[str, Mapping[str, ColumnType]]


def load_facts(needed: Needed, attributes: Attributes) -> Facts:
    """The facts that count now: all versions of what lasts, the live row of what happened once."""
    rows = {kind: counting(KINDS[kind]) for kind in needed}
    return _tables(rows, needed, attributes)


def load_person(key: str, needed: Needed, attributes: Attributes) -> Facts:
    """The same, of one person only (every member; the person's accounts and opportunities)."""
    accounts = FACTS["person"].objects.filter(by_key(key=key)).values("account")
    own = {
        "person": by_key(key=key),
        "account": by_key(key__in=accounts),
        "opportunity": opportunities_of(key),
        "member": Q(),
    }
    rows = {kind: counting(KINDS[kind]).filter(own.get(kind, Q(person=key))) for kind in needed}
    return _tables(rows, needed, attributes)


def by_key(**which: object) -> Q:
    """Present and earlier versions of records found by key.

    Both halves say it, since each has an index of its own and an index serves one half at most.
    """
    return Q(**which, live=True) | Q(**which, live=False)


def opportunities_of(person: str) -> Q:
    """The opportunities of which the person is the main contact, or in which it has a role."""
    roles = FACTS["contact_role"].objects.filter(person=person, live=True)
    return Q(person=person, live=True) | Q(key__in=roles.values("opportunity"), live=True)


def counting(kind: Kind) -> QuerySet[Fact]:
    """The rows of a kind that count, in order of arrival."""
    rows = FACTS[kind.name].objects.order_by("id")
    if kind.versioned:
        return rows.exclude(batch__state=Import.TAKEN_BACK)
    return rows.filter(live=True)


def _tables(rows: Mapping[str, QuerySet[Fact]], needed: Needed, attributes: Attributes) -> Facts:
    imports = all_imports()
    return {
        kind: _table(KINDS[kind], needed[kind], attributes.get(kind, {}), chosen, imports)
        for kind, chosen in rows.items()
    }


def _table(
    kind: Kind,
    columns: Sequence[str],
    types: Mapping[str, ColumnType],
    rows: QuerySet[Fact],
    imports: Imports,
) -> FactTable:
    """The named columns of some rows of one kind."""
    own = [name for name in columns if kind.column(name) is not None]
    extra = [name for name in columns if kind.column(name) is None and name in types]
    named = (*(_field(name) for name in own), *(["attributes"] if extra else []))
    fields = ["id", "at", "batch_id", *named]
    parts = (list(zip(*part, strict=True)) for part in read_columns(rows, fields))
    chunks = [_arrays(kind, own, extra, types, part) for part in parts]
    chunks = chunks or [_arrays(kind, own, extra, types, [()] * len(fields))]
    merged = [pa.chunked_array(pieces) for pieces in zip(*chunks, strict=True)]
    ids, at, batch = (piece.to_numpy() for piece in merged[:3])
    cells = dict(zip([*own, *extra], map(column_of, merged[3:]), strict=True))
    return FactTable(kind.name, ids, at, cells, imports.learned(batch))


def _field(name: str) -> str:
    return "key" if name == "id" else name


def _arrays(
    kind: Kind,
    own: Sequence[str],
    extra: Sequence[str],
    types: Mapping[str, ColumnType],
    values: list[Any],
) -> list[pa.Array]:
    """One chunk's columns, typed: ids, instants, imports, contract columns, attributes."""
    # a fact without an instant has always held
    at = pa.array([ABSENT if instant is None else instant for instant in values[1]], pa.int64())
    arrays = [pa.array(values[0], pa.int64()), at, pa.array(values[2], pa.int64())]
    for name, cells in zip(own, values[3:], strict=False):
        column = kind.column(name)
        arrays.append(_typed(cells, ColumnType.TEXT if column is None else column.type))
    if extra:
        documents = [_document(cell) for cell in values[-1]]
        for name in extra:
            cells = values_of([document.get(name) for document in documents], types[name])
            arrays.append(_typed(cells, types[name]))
    return arrays


def _document(cell: str | dict[str, Any] | None) -> dict[str, Any]:
    if isinstance(cell, str):
        cell = json.loads(cell)
    return cell if isinstance(cell, dict) else {}


def _typed(cells: Iterable[Any], type_: ColumnType) -> pa.Array:
    if type_ is ColumnType.FLAG:
        # SQLite keeps flags as 0 and 1
        cells = [None if cell is None else bool(cell) for cell in cells]
    elif type_ in (ColumnType.TEXT, ColumnType.CHOICE):
        cells = [cell if cell is None or isinstance(cell, str) else str(cell) for cell in cells]
        return pa.array(cells, pa.string()).dictionary_encode()
    elif type_ is ColumnType.NUMBER:
        cells = [None if cell is None else float(cell) for cell in cells]
    return pa.array(cells, TYPES[type_])
