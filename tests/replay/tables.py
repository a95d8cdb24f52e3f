"""Rows as tests write them, made into the columns that a replay works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline
from interlock.facts.columns import Column, Facts, FactTable, text_column
from interlock.facts.kinds import KINDS, ColumnType
from interlock.replay.engine import BASE_COLUMNS, columns_needed

Value = str | int | float | bool | None
Row = Mapping[str, Value]
"""One fact: `kind_of_fact`, `instant` (UTC seconds), its columns, and perhaps when it was `learned`
of (of a kind none of whose rows say that, it is not known)."""

_DTYPES = {ColumnType.FLAG: np.bool_, ColumnType.NUMBER: np.float64}


def facts_of_rows(
    rows: Sequence[Row],
    agreement: Agreement | Timeline,
    also: Mapping[str, Sequence[str]] | None = None,
) -> Facts:
    """The tables of the rows, in their order of arrival; a row's place among all is its id.

    They have the columns that the agreement needs, and those in `also`; of a kind of which neither
    reads any there is no table.
    """
    by_kind: dict[str, list[tuple[int, Row]]] = {}
    for number, row in enumerate(rows):
        by_kind.setdefault(str(row["kind_of_fact"]), []).append((number, row))
    more = also or {}
    beside = {kind: tuple(columns) for kind, columns in more.items() if kind not in BASE_COLUMNS}
    read = {kind: columns for kind, columns in more.items() if kind in BASE_COLUMNS}
    needed = columns_needed(agreement, read) | beside
    return {kind: _table(kind, needed[kind], by_kind[kind]) for kind in by_kind if kind in needed}


def _table(kind: str, names: Sequence[str], rows: list[tuple[int, Row]]) -> FactTable:
    columns = {}
    for name in names:
        contract = KINDS[kind].column(name)
        default = None if contract is None else contract.default
        type_ = ColumnType.TEXT if contract is None else contract.type
        columns[name] = _column([row.get(name, default) for _, row in rows], type_)
    ids = np.array([number for number, _ in rows], np.int64)
    at = np.array([row["instant"] for _, row in rows], np.int64)
    told = any("learned" in row for _, row in rows)
    learned = np.array([row.get("learned", row["instant"]) for _, row in rows], np.int64)
    return FactTable(kind, ids, at, columns, learned if told else None)


def _column(cells: list[Value], type_: ColumnType) -> Column:
    if type_ in (ColumnType.TEXT, ColumnType.CHOICE):
        return text_column([None if cell is None else str(cell) for cell in cells])
    known = np.array([cell is not None for cell in cells], bool)
    return Column(np.array([cell or 0 for cell in cells], _DTYPES.get(type_, np.int64)), known)
