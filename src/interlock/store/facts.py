"""Facts out of the store, as the columns that the replay works on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from interlock.facts.arrow import TYPES, column_of
from interlock.facts.attributes import values_of
from interlock.facts.columns import Facts, FactTable
from interlock.facts.kinds import KINDS, ColumnType, Kind
from interlock.replay.outcome import ABSENT
from interlock.store.bulk import FEW, read_columns
from interlock.store.knowledge import Chosen, Otherwise, chosen, imports_of
from interlock.store.merges import People, with_merged
from interlock.store.models import Fact

Needed = Mapping[str, Sequence[str]]
"""Which columns of which kinds."""

Attributes = Mapping[str, Mapping[str, ColumnType]]


def load_facts(needed: Needed, attributes: Attributes, known_by: int | None = None) -> Facts:
    """The facts that count: all versions of what lasts, the live row of what happened once.

    Those that counted at `known_by` (UTC seconds), where it is given; else those that do now.
    """
    return tables({kind: chosen(kind, known_by) for kind in needed}, needed, attributes)


def load_person(
    key: str, needed: Needed, attributes: Attributes, known_by: int | None = None
) -> Facts:
    """The same, of one person only (and their accounts and opportunities; all of every member)."""
    return load_people([key], needed, attributes, known_by)


def load_people(
    keys: People, needed: Needed, attributes: Attributes, known_by: int | None = None
) -> Facts:
    """The same, of these people only, by all records of them that were merged."""
    keys = with_merged(keys, known_by)
    return tables({kind: about(keys, kind, known_by) for kind in needed}, needed, attributes)


def load_members(keys: Sequence[str], needed: Needed, attributes: Attributes) -> Facts:
    """The facts that count about these members, and their absences."""
    rows = {
        "member": chosen("member", which=_by_key(key__in=keys)),
        "absence": chosen("absence", which=Q(member__in=keys)),
    }
    return tables({kind: rows[kind] for kind in needed}, needed, attributes)


def rows_of(few: Chosen) -> list[dict[str, Any]]:
    """The rows as they stood, by column, in order of their instants, then of arrival."""
    rows = [{**row, "at": few.then.since.get(row["id"], row["at"])} for row in few.few().values()]
    return sorted(rows, key=lambda row: (row["at"] is not None, row["at"] or 0))


def about(people: People, kind: str, known_by: int | None = None) -> Chosen:
    """The facts of a kind that are about these people; all members are, and their absences."""
    if kind in ("member", "absence"):
        return chosen(kind, known_by)
    return chosen(kind, known_by, _about(people, kind, known_by))


def _about(people: People, kind: str, known_by: int | None) -> Q:
    if kind == "person":
        return _by_key(key__in=people)
    if kind == "account":
        own = about(people, "person", known_by).few()
        return _by_key(key__in=_found(people, own, "account"))
    if kind == "opportunity":
        roles = about(people, "contact_role", known_by).few()
        theirs = _by_key(key__in=_found(people, roles, "opportunity"))
        return Q(person__in=people) | theirs
    return Q(person__in=people)


def _found(people: People, rows: QuerySet[Any], column: str) -> People:
    """What rows about these people name. Of a few it is read first, see `among`."""
    named = rows.order_by().values_list(column, flat=True)
    if isinstance(people, QuerySet) or len(people) > FEW:
        return named
    return sorted({text for text in named if text is not None})


def _by_key(**which: object) -> Q:
    """Present and earlier versions of records found by key.

    Both halves say it, since each has an index of its own and an index serves one half at most.
    """
    return Q(**which, live=True) | Q(**which, live=False)


def tables(rows: Mapping[str, Chosen], needed: Needed, attributes: Attributes) -> Facts:
    """The needed columns of chosen rows, by kind."""
    read = {
        kind: _table(KINDS[kind], needed[kind], attributes.get(kind, {}), those.rows)
        for kind, those in rows.items()
    }
    imports = imports_of(_distinct([batch for _, batch in read.values()]))
    return {
        kind: _as_then(replace(table, learned=imports.learned(batch)), rows[kind].then)
        for kind, (table, batch) in read.items()
    }


def _distinct(batches: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The imports that rows came with; rows of one mostly follow one another."""
    runs = [batch[np.flatnonzero(np.diff(batch, prepend=-1))] for batch in batches]
    return np.unique(np.concatenate([np.empty(0, np.int64), *runs]))


def _as_then(table: FactTable, then: Otherwise) -> FactTable:
    if then.idle:
        idle = np.fromiter(then.idle, np.int64, len(then.idle))
        table = table.take(np.flatnonzero(~np.isin(table.ids, idle)))
    if not then.since:
        return table
    ids = np.array([*then.since], np.int64)
    since = np.array([ABSENT if at is None else at for at in then.since.values()], np.int64)
    at = table.at.copy()
    at[np.searchsorted(table.ids, ids)] = since  # they are all there, in order of arrival
    return replace(table, at=at)


def _table(
    kind: Kind,
    columns: Sequence[str],
    types: Mapping[str, ColumnType],
    rows: QuerySet[Fact],
) -> tuple[FactTable, NDArray[np.int64]]:
    """The named columns of some rows of one kind, and the imports that the rows came with."""
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
    return FactTable(kind.name, ids, at, cells), batch


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
