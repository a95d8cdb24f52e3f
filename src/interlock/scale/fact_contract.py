"""Facts in Parquet: what a folder of them holds, and what may be wrong with it.

A folder has a data set for each kind, in a folder of the kind's name. Its columns are those of the
kind's contract and the company's own, and three that every fact has: `fact` numbers the rows of the
kind in order of arrival, `at` is the instant since when the fact holds (null: since ever),
`learned` the one at which we learned of it (null, or no such column: that is not known). Instants
are int64 seconds UTC. `facts.json` may say of which type a column of the company's own is; without
it the type follows from the column.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from interlock.agreement.problems import did_you_mean
from interlock.facts.arrow import TYPES, column_of
from interlock.facts.columns import Column, FactTable
from interlock.facts.kinds import KINDS, ColumnType, Kind
from interlock.facts.kinds import Column as ContractColumn
from interlock.replay.outcome import ABSENT, Finding

FACT, AT, LEARNED = OWN = ("fact", "at", "learned")
"""The columns that every kind has."""
SAID = "facts.json"
"""The file that may say of which type columns are that no contract names."""

AGREEMENTS = "agreement*.yaml"
"""The files that may say under which agreement the facts are replayed.

Where there are several, their names are in the order in which the texts were put in force.
"""

Schemas = Mapping[str, pa.Schema]
"""The columns of each kind that a folder has."""
Attributes = Mapping[str, Mapping[str, ColumnType]]
Needed = Mapping[str, Sequence[str]]
"""Which columns of which kinds are read."""


def schema_of(kind: Kind, attributes: Mapping[str, ColumnType]) -> pa.Schema:
    """The columns of a kind as they are written."""
    contract = {column.name: column.type for column in kind.columns if column.name != AT}
    named = {**contract, **attributes}
    clash = [name for name in attributes if name in OWN]
    if clash:
        raise ValueError(
            f"{kind.name} has a column of your own named `{clash[0]}`, which every fact has in "
            "these files; give it another name in the manifest"
        )
    own = [pa.field(name, pa.int64()) for name in OWN]
    return pa.schema([*own, *(pa.field(name, TYPES[type_]) for name, type_ in named.items())])


# --- what a folder has -------------------------------------------------------------------------


def attributes_of(schemas: Schemas, said: Attributes) -> dict[str, dict[str, ColumnType]]:
    """The columns of the company's own with their types; those that have none of ours are left."""
    return {
        kind: {
            field.name: said.get(kind, {}).get(field.name, type_)
            for field in schema
            if _is_attribute(kind, field.name) and (type_ := _attribute_type(field.type))
        }
        for kind, schema in schemas.items()
    }


def types_said(text: str) -> dict[str, dict[str, ColumnType]] | str:
    """What `facts.json` says of attributes, or what is wrong with it."""
    try:
        said: Any = json.loads(text)["attributes"]
        return {
            kind: {name: ColumnType(type_) for name, type_ in types.items()}
            for kind, types in said.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return (
            f"{SAID} is not "
            '{"attributes": {"person": {"signup": "instant"}}}; types are '
            + ", ".join(type_.value for type_ in ColumnType)
        )


def as_said(attributes: Attributes) -> str:
    """The text of `facts.json`."""
    return json.dumps({"attributes": attributes}, indent=2) + "\n"


def problems(schemas: Schemas, needed: Needed, attributes: Attributes) -> Iterator[str]:
    """Why facts cannot be read from such columns, by the types that attributes have to have."""
    if not schemas:
        yield f"there are no facts: no folder is named {', '.join(KINDS)}"
    for kind in sorted(set(schemas) - set(KINDS)):
        hint = did_you_mean(kind, KINDS) or f"kinds are {', '.join(KINDS)}"
        yield f"`{kind}` is no kind of fact: {hint}"
    for kind in [kind for kind in needed if kind in schemas]:
        contract, schema, names = KINDS[kind], schemas[kind], needed[kind]
        yield from _missing(contract, schema, names)
        yield from _of_other_types(contract, schema, names, attributes.get(kind, {}))


def unread(schemas: Schemas, attributes: Attributes) -> tuple[Finding, ...]:
    """A finding where columns have a type that no attribute has."""
    left = [
        f"{kind}.{name}"
        for kind, schema in schemas.items()
        for name in schema.names
        if _is_attribute(kind, name) and name not in attributes[kind]
    ]
    if not left:
        return ()
    message = "columns have a type that no column of your own has, and are not read"
    return (Finding("unread-column", message, len(left), left[0]),)


def wanted(names: Sequence[str], schema: pa.Schema) -> list[str]:
    """Which of the file's columns are read for these names."""
    return [name for name in schema.names if name in {*OWN, *names}]


def _is_attribute(kind: str, name: str) -> bool:
    contract = KINDS.get(kind)
    return contract is not None and name not in OWN and contract.column(name) is None


def _attribute_type(type_: pa.DataType) -> ColumnType | None:
    for found in (ColumnType.TEXT, ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.FLAG):
        if _fits(type_, TYPES[found]):
            return found
    return None


def _fits(type_: pa.DataType, held: pa.DataType) -> bool:
    """Whether a column of the type can be read as one that is held so, without loss."""
    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    if pa.types.is_string(held):
        return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))
    if pa.types.is_int64(held):
        return bool(pa.types.is_integer(type_)) and not pa.types.is_uint64(type_)
    if pa.types.is_float64(held):
        return bool(pa.types.is_floating(type_) or pa.types.is_integer(type_))
    return bool(type_ == held)


def _missing(kind: Kind, schema: pa.Schema, names: Sequence[str]) -> Iterator[str]:
    meaning = {FACT: "a number of its own for each row, in order of arrival"}
    if kind.at:
        meaning[AT] = "when it holds from, in seconds UTC"
    meaning |= {c.name: c.meaning for c in kind.columns if c.required and c.name in names}
    for name, told in meaning.items():
        if name not in schema.names:
            yield f"{kind.name} has no column `{name}` ({told})"


def _of_other_types(
    kind: Kind, schema: pa.Schema, names: Sequence[str], attributes: Mapping[str, ColumnType]
) -> Iterator[str]:
    types = {**attributes, **{c.name: c.type for c in kind.columns}}
    types |= dict.fromkeys(OWN, ColumnType.INSTANT)
    for name in wanted(names, schema):
        type_ = schema.field(name).type
        if not (_fits(type_, TYPES[types[name]]) or pa.types.is_null(type_)):
            hint = ": seconds UTC" if types[name] is ColumnType.INSTANT and name != FACT else ""
            yield f"{kind.name}.{name} is {type_}, and has to be {TYPES[types[name]]}{hint}"


# --- rows into a table of facts ----------------------------------------------------------------


def fact_table(
    kind: Kind, names: Sequence[str], types: Mapping[str, ColumnType], rows: pa.Table
) -> tuple[FactTable, tuple[Finding, ...]]:
    """The named columns of the rows, in order of arrival; findings about rows that are left out."""
    rows = _in_order(rows)
    rows, findings = _complete(kind, names, rows)
    at = _cells(rows, AT, pa.int64())
    known = [name for name in names if kind.column(name) is not None or name in types]
    table = FactTable(
        kind=kind.name,
        ids=rows[FACT].cast(pa.int64()).to_numpy(),
        # a fact without an instant has always held
        at=at.fill_null(ABSENT).to_numpy(),
        columns={name: _column(kind, name, types, rows) for name in known},
        learned=_learned(rows, at),
    )
    return table, findings


def _learned(rows: pa.Table, at: pa.ChunkedArray) -> Any:
    """When each was learned of: as it happened, where nothing is said."""
    if LEARNED not in rows.column_names:
        return None
    return pc.coalesce(_cells(rows, LEARNED, pa.int64()), at).fill_null(ABSENT).to_numpy()


def _in_order(rows: pa.Table) -> pa.Table:
    """The rows in order of arrival; texts then have their words in order of appearance, too."""
    number = rows[FACT].combine_chunks()
    if len(number) < 2 or pc.all(pc.greater_equal(number[1:], number[:-1])).as_py():  # noqa: PLR2004 - a pair
        return rows
    rows = rows.sort_by(FACT)
    plain = [_plain(column) for column in rows.columns]
    return pa.table(plain, names=rows.column_names)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _complete(
    kind: Kind, names: Sequence[str], rows: pa.Table
) -> tuple[pa.Table, tuple[Finding, ...]]:
    """The rows that have what every fact of the kind must have, and findings about the others."""
    must = [FACT, *(name for name in kind.required if name in names and name != AT)]
    at = kind.column(kind.at) if kind.at else None
    if at is not None and at.required:
        must.append(AT)
    findings = []
    for name in must:
        lacking = rows[name].is_null()
        count = pc.sum(lacking).as_py() or 0
        if count:
            example = pc.min(rows[FACT].filter(lacking)).as_py()
            message = f"{kind.name} facts lack `{name}`, and are left out"
            findings.append(Finding("incomplete", message, count, str(example or "")))
            rows = rows.filter(pc.invert(lacking))
    return rows, tuple(findings)


def _column(kind: Kind, name: str, types: Mapping[str, ColumnType], rows: pa.Table) -> Column:
    contract = kind.column(name)
    cells = _cells(rows, name, TYPES[types[name] if contract is None else contract.type])
    column = column_of(cells.dictionary_encode() if pa.types.is_string(cells.type) else cells)
    return column if contract is None else _filled(column, contract)


def _filled(column: Column, contract: ContractColumn) -> Column:
    """The column with the contract's default where nothing is said."""
    default = contract.default
    if column.known is None or default is None:
        return column
    if column.words is None:
        return Column(np.where(column.known, column.values, default))
    known = default in column.words
    words = column.words if known else np.append(column.words, default)
    place = int(np.argmax(words == default))
    return Column(np.where(column.known, column.values, place).astype(np.int32), None, words)


def _cells(rows: pa.Table, name: str, held: pa.DataType) -> pa.ChunkedArray:
    """The cells of a column; all of them unknown where there is no such column."""
    if name not in rows.column_names:
        return pa.chunked_array([pa.nulls(len(rows), held)])
    column = rows[name]
    if pa.types.is_dictionary(column.type):
        held = pa.dictionary(pa.int32(), held)
    return column.cast(held)
