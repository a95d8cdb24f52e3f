"""JSON bodies that other systems send, read by the same manifest as files.

The manifest's one file is called `body`: each record of a body is a row, a record inside it gives
`outer.inner`. What a body leaves out is an empty cell, since two bodies of one sender seldom have
the same keys; which keys there are in all is learned from an example.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from interlock.agreement.problems import Problem
from interlock.connectors.binding import Binder
from interlock.connectors.files import MAX_CELL, BadRow, Cell, Chunk, Row, Table, header_names
from interlock.connectors.framing import Framing
from interlock.connectors.manifest import ColumnSource, Source, Written
from interlock.connectors.manifest_loading import load_manifest
from interlock.connectors.mapping import Mapped, Mapper
from interlock.connectors.readers import emptied_by
from interlock.connectors.typed_files import flat
from interlock.connectors.values import iso
from interlock.facts.kinds import ColumnType, Kind
from interlock.facts.money import digits_of

BODY = "body"
MOST_ROWS = 1_000
"""Records that one body may have."""
MOST_KEYS = 1_000
"""Keys that all records of a body may have together."""
MOST_DEEP = 32
OF_MESSAGE = ("webhook.id", "webhook.at")
"""What a mapping may read beside the body: the message's id, and when it came."""
_DEEP = f"it is nested more than {MOST_DEEP} deep"
_LONG = f"a text is longer than {MAX_CELL:,} characters"

Record = Mapping[str, Cell]


@dataclass(frozen=True)
class BodyFact:
    """A fact that a body gave: of which record (from 1), its kind, and its values by column."""

    line: int
    kind: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Read:
    """What a body gave: facts, rows that cannot be taken, and how many a filter left out."""

    facts: tuple[BodyFact, ...]
    refused: tuple[BadRow, ...]
    filtered: int


@lru_cache(maxsize=64)
def load_mapping(text: str) -> Written | list[Problem]:
    """The manifest of such bodies, or everything that is wrong with it."""
    written = load_manifest(text)
    if isinstance(written, list):
        return written
    files = written.manifest.files
    problems = []
    if len(files) != 1 or files[0].file != BODY:
        place = written.place("files")
        hint = f"write `files: [{{file: {BODY}, …}}]`"
        message = f"a webhook has one file, and it is called `{BODY}`"
        problems.append(Problem(message, hint, place.line, place.column))
    for key in ("join", "format", "encoding", "delimiter", "sheet"):
        if any(getattr(each, key) for each in files):
            place = written.place(f"files.1.{key}")
            message = f"a webhook has no `{key}`"
            problems.append(Problem(message, "leave it out", place.line, place.column))
    return problems or written


def records_of(body: bytes, rows_at: str = "") -> tuple[Record, ...] | Problem:
    """The records of a body. `rows_at`: the path of the list that holds them ("": the body)."""
    try:
        found = load_json(body)
    except ValueError as error:
        return Problem(f"the body is no JSON: {error}", "send a JSON object, or a list of objects")
    for name in filter(None, rows_at.split(".")):
        if not isinstance(found, dict) or name not in found:
            return Problem(f"the body has no `{rows_at}`", "that is where its records should be")
        found = found[name]
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        return Problem("a record of the body is no object", "send a JSON object, or a list of them")
    if len(rows) > MOST_ROWS:
        return Problem(f"the body has more than {MOST_ROWS:,} records", "send fewer at a time")
    records = tuple(dict(flat(row)) for row in rows)
    if len({key for record in records for key in record}) > MOST_KEYS:
        return Problem(f"the body has more than {MOST_KEYS:,} keys", "is a key where a value is?")
    return records


def load_json(body: bytes) -> Any:
    """What the body says; raises ValueError where it is no JSON, or nested too deep."""
    try:
        found = json.loads(body, parse_constant=_no_number)
    except RecursionError:
        raise ValueError(_DEEP) from None
    if _is_deep(found):
        raise ValueError(_DEEP)
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def headers_of(written: Written, *others: Iterable[str]) -> tuple[str, ...]:
    """All headers: those that the manifest names, then the others, each once."""
    named: dict[str, None] = {}
    for source in _sources(written.manifest.files[0]):
        named.update(dict.fromkeys(source.from_))
    for each in others:
        named.update(dict.fromkeys(each))
    return tuple(named)


def read_records(
    mapping: str, known: Sequence[str], records: Sequence[Record], beside: Collection[str] = ()
) -> Read | list[Problem]:
    """The records as rows of every recipe. `known` are the keys that the example had.

    `beside`: keys that are no part of the bodies, read only where the mapping names them.
    """
    written = load_mapping(mapping)
    if isinstance(written, list):
        return written
    others = sorted({key for record in records for key in record})
    headers = headers_of(written, known, others)
    mappers = _mappers(mapping, headers, tuple(beside), threading.get_ident())
    if isinstance(mappers, list):
        return mappers
    chunk = _chunk(headers, records)
    mapped = [(mapper.kind, mapper.map(chunk)) for mapper in mappers]
    refused = {(each.line, each.reason): each for _, rows in mapped for each in rows.refused}
    return Read(
        tuple(fact for kind, rows in mapped for fact in _facts(kind, rows, chunk)),
        tuple(refused.values()),
        sum(rows.filtered for _, rows in mapped),
    )


def _facts(kind: Kind, mapped: Mapped, chunk: Chunk) -> Iterator[BodyFact]:
    """The rows one by one, as JSON has values: what a recipe read is read again by the contract."""
    for row, place in enumerate(mapped.places):
        cells = {
            name: column[row] if isinstance(column, list) else column
            for name, column in mapped.columns.items()
        }
        for column in kind.columns:
            if column.type is ColumnType.MONEY and cells.get(column.name) is not None:
                digits = digits_of(cells["currency"])
                cells[column.name] = str(Decimal(cells[column.name]).scaleb(-digits))
        own = json.loads(mapped.attributes[row] or "{}")
        filled = {name: cell for name, cell in cells.items() if cell is not None}
        yield BodyFact(chunk.lines[place], kind.name, own | filled)


def read_message(
    mapping: str, known: Sequence[str], records: Sequence[Record], called: str, at: int
) -> Read | list[Problem]:
    """The records of a message, beside which a mapping may read its id and when it came."""
    beside = dict(zip(OF_MESSAGE, (called, iso(at)), strict=True))
    told = [{**beside, **record} for record in records]
    return read_records(mapping, (*known, *OF_MESSAGE), told, OF_MESSAGE)


@lru_cache(maxsize=64)
def _mappers(
    mapping: str,
    headers: tuple[str, ...],
    beside: tuple[str, ...],
    thread: int,  # noqa: ARG001 - a mapper remembers its last chunk: no two threads share one
) -> tuple[Mapper, ...] | list[Problem]:
    written = load_mapping(mapping)
    if isinstance(written, list):
        return written
    source, problems = written.manifest.files[0], list[Problem]()

    def wrong(path: str, message: str, hint: str) -> None:
        place = written.place(path)
        problems.append(Problem(message, hint, place.line, place.column))

    framing = Framing(header_names(headers), (), emptied_by(written.manifest, source))
    mappers = tuple(
        Binder(
            written.manifest, source, recipe, f"files.1.gives.{number}", framing, wrong, beside
        ).mapper()
        for number, recipe in enumerate(source.gives, 1)
    )
    return problems or mappers


def _chunk(headers: Sequence[str], records: Sequence[Record]) -> Chunk:
    def read() -> Iterator[Row]:
        for line, record in enumerate(records, 1):
            cells = [record.get(header) for header in headers]
            long = any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells)
            yield line, cells, _LONG if long else ""

    table = Table(tuple(headers), read, lambda: 1.0)
    empty = Chunk([], [[] for _ in headers], ())
    return next(table.chunks(size=MOST_ROWS), empty)


def _sources(source: Source) -> Iterator[ColumnSource]:
    for recipe in source.gives:
        yield from recipe.columns.values()
        yield from recipe.attributes.values()


def _is_deep(value: Any, depth: int = 0) -> bool:
    if depth > MOST_DEEP:
        return True
    inside = value.values() if isinstance(value, dict) else value
    return isinstance(value, dict | list) and any(_is_deep(each, depth + 1) for each in inside)
