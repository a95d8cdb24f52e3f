"""Formats whose cells have types: Excel workbooks, Parquet and JSON lines."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import pyarrow as pa
import pyarrow.parquet as pq

from interlock.connectors.csv_files import damage_told, open_bytes
from interlock.connectors.encodings import MARKED
from interlock.connectors.files import (
    CHUNK,
    Cell,
    Options,
    Row,
    Table,
    UnreadableError,
    header_names,
)


def plain_cell(value: Any) -> Cell:
    """A value of any format as a cell: moments in ISO 8601, lists and records as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str | int | Decimal):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return json.dumps(value, ensure_ascii=False, default=str)


def open_xlsx(path: Path, options: Options) -> Table:
    """The table of one sheet of a workbook: the named one, else the first."""
    from openpyxl import load_workbook  # noqa: PLC0415 - a second that only workbooks need

    with _no_workbook_told(path):
        book = load_workbook(path, read_only=True, data_only=True)
    if options.sheet and options.sheet not in book.sheetnames:
        hint = f"there are {', '.join(book.sheetnames)}"
        raise UnreadableError(f"{path.name} has no sheet `{options.sheet}`", hint)
    with _no_workbook_told(path):
        sheet = book[options.sheet or book.sheetnames[0]]
        sheet.reset_dimensions()  # what the file says of its own size is often wrong
        first = next(_sheet_rows(sheet), None)
    if first is None:
        raise UnreadableError(f"{path.name} is empty", "the first row has to name the columns")
    header = list(first[1])
    while header and header[-1] is None:
        header.pop()
    width, seen, size = len(header), [0], _sheet_size(path, options)

    def read() -> Iterator[Row]:
        with _no_workbook_told(path):
            for line, cells, why in _sheet_rows(sheet):
                seen[0] = line
                if line > first[0]:
                    # a workbook leaves out the empty cells at the end of a row
                    yield line, [*cells, *[None] * (width - len(cells))], why

    return Table(
        header_names(header),
        read,
        lambda: min(seen[0] / size, 1.0),
    )


@contextmanager
def _no_workbook_told(path: Path) -> Iterator[None]:
    """Says of a file that it is no workbook: one that is broken inside shows in any of these."""
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 - as in `open_xlsx`

    try:
        yield
    except (InvalidFileException, *_BROKEN) as error:
        raise UnreadableError(f"{path.name} is not an Excel workbook: {error}") from error


_BROKEN = (
    BadZipFile,
    ParseError,
    zlib.error,
    EOFError,
    LookupError,
    OSError,
    ValueError,
    TypeError,
    AttributeError,
)


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [plain_cell(_as_a_day(value)) for value in values]
        if any(cell is not None for cell in cells):
            yield line, cells, ""


def _as_a_day(value: Any) -> Any:
    """A workbook has no days: it keeps one as its midnight."""
    return value.date() if isinstance(value, datetime) and value.time() == time.min else value


def _sheet_size(path: Path, options: Options) -> int:
    """Rows, as the workbook itself says; only for the progress bar."""
    from openpyxl import load_workbook  # noqa: PLC0415 - as in `open_xlsx`

    with _no_workbook_told(path):
        book = load_workbook(path, read_only=True)
        rows = book[options.sheet or book.sheetnames[0]].max_row or 1
        book.close()
    return int(rows)


def open_parquet(path: Path, options: Options) -> Table:  # noqa: ARG001 - as every format's
    """The table of a Parquet file. A row's line is its number."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableError(f"{path.name} is not a Parquet file: {error}") from error
    total, seen = max(file.metadata.num_rows, 1), [0]

    def read() -> Iterator[Row]:
        seen[0] = 0
        with _damaged_parquet_told(path):
            for batch in pq.ParquetFile(path).iter_batches(batch_size=CHUNK):
                for cells in zip(*map(_plain_cells, batch), strict=True):
                    seen[0] += 1
                    yield seen[0], list(cells), ""

    return Table(header_names(file.schema_arrow.names), read, lambda: seen[0] / total)


def _within_a_microsecond(column: pa.Array) -> pa.Array:
    """Moments in nanoseconds as Python has them; ValueError where one is finer.

    Asked for nanoseconds, Arrow gives what pandas makes of them where that is installed.
    """
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pa.timestamp("us", column.type.tz))
    return column


def _plain_cells(column: pa.Array) -> list[Cell]:
    try:
        return [plain_cell(value) for value in _within_a_microsecond(column).to_pylist()]
    except (ValueError, OverflowError):  # a moment finer or farther than Python's
        return [plain_cell(value) for value in column.cast(pa.string()).to_pylist()]


@contextmanager
def _damaged_parquet_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        hint = "copy or export it again"
        raise UnreadableError(f"{path.name} is damaged: {error}", hint) from error


def open_jsonl(path: Path, options: Options) -> Table:
    """The table of a file with one JSON object a line.

    Its headers are all keys of all rows, in the order of their first appearance; a record inside
    a record gives `outer.inner`.
    """
    encoding = options.encoding or "utf-8-sig"
    keys: dict[str, None] = {}
    for _, record, why in _records(path, encoding):
        if not why:
            keys.update(dict.fromkeys(record))
    if not keys:
        raise UnreadableError(f"{path.name} holds no JSON objects", "it needs one object a line")
    position = [0.0]

    def read() -> Iterator[Row]:
        for line, record, why in _records(path, encoding, position):
            cells = [record.get(key) for key in keys] if not why else [*record.values()]
            yield line, cells, why

    return Table(header_names(keys), read, lambda: position[0])


def _records(
    path: Path, encoding: str, position: list[float] | None = None
) -> Iterator[tuple[int, Mapping[str, Cell], str]]:
    content, raw = open_bytes(path)
    size = max(path.stat().st_size, 1)
    with raw, damage_told(path):
        for line, data in enumerate(content, 1):
            if position is not None:
                position[0] = raw.tell() / size
            text = data.decode(encoding, MARKED).strip()
            if not text:
                continue
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                yield line, {"": text}, "the line is not JSON"
                continue
            if isinstance(value, dict):
                yield line, dict(flat(value)), ""
            else:
                yield line, {"": text}, "the line is not a JSON object"


def flat(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Cell]]:
    """The cells of a JSON object by key; a record inside a record gives `outer.inner`."""
    for key, value in record.items():
        if isinstance(value, dict) and value:
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", plain_cell(value)
