"""Export files as tables: headers, and rows in chunks of columns, whatever the format.

A row that cannot be read is given with its line and the reason; it never spoils the file. Only one
chunk is held at a time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

FORMATS = ("csv", "xlsx", "parquet", "jsonl")
CHUNK = 20_000
"""Rows of a chunk, unless it would hold more than CHUNK_CELLS."""

CHUNK_CELLS = 2_000_000
MAX_COLUMNS = 16_384
"""As many as a workbook has; in JSON lines, more are keys that should be values."""

MAX_CELL = 131_072
"""Characters of a cell; a longer one is a quote that was never closed."""

Cell = str | int | float | Decimal | None
"""What a file gives: a text, or a number where the format has numbers. Empty: None or ""."""

Row = tuple[int, Sequence[Cell], str]
"""Line in the file (from 1), cells, and why the row cannot be read (empty: it can)."""

UNCLEAN = re.compile("[\0\ud800-\udfff]")
"""What no database keeps in a text: NUL, and lone halves of characters, which are no text."""


class UnreadableError(Exception):
    """A file that cannot be read as what it is said to be: the reason and the way out."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"{reason} ({hint})" if hint else reason)
        self.reason, self.hint = reason, hint


@dataclass(frozen=True)
class Options:
    """How to read a file where that is not to be found out from the file itself."""

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class BadRow:
    """A row that is not taken: its line, its cells as far as read, and the reason."""

    line: int
    cells: tuple[Cell, ...]
    reason: str


@dataclass(frozen=True)
class Chunk:
    """Some rows: `columns` one list of cells for each header, `lines` their lines in the file."""

    lines: list[int]
    columns: list[list[Cell]]
    bad: tuple[BadRow, ...]

    @property
    def rows(self) -> int:
        """Readable rows and others."""
        return len(self.lines) + len(self.bad)

    def bad_row(self, place: int, reason: str) -> BadRow:
        """A readable row that is not taken all the same."""
        return BadRow(self.lines[place], tuple(column[place] for column in self.columns), reason)


@dataclass(frozen=True)
class Table:
    """A file's headers and its rows. `progress` is the share of the file read, from 0 to 1."""

    headers: tuple[str, ...]
    read: Callable[[], Iterator[Row]]
    progress: Callable[[], float]

    def chunks(self, skip: int = 0, size: int | None = None) -> Iterator[Chunk]:
        """All rows but the first `skip`, in order. Every call reads the file from its beginning."""
        rows = islice(self.read(), skip, None)
        size = size or min(CHUNK, CHUNK_CELLS // max(len(self.headers), 1))
        while batch := list(islice(rows, size)):
            yield _chunk(batch, len(self.headers))


def header_names(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The headers, each once: a second `Name` is `Name (2)`, an empty one gets its place."""
    times: Counter[str] = Counter()
    names = []
    for position, cell in enumerate(cells, 1):
        name = str("" if cell is None else cell).removeprefix("\ufeff").strip()
        name = name or f"column {position}"
        times[name] += 1
        names.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return tuple(names)


def _chunk(batch: list[Row], width: int) -> Chunk:
    columns = _clean_columns(batch, width)
    if columns is not None:
        return Chunk([row[0] for row in batch], columns, ())
    checked = [_checked(row, width) for row in batch]
    good = [row for row in checked if not row[2]]
    columns = [list(column) for column in zip(*(row[1] for row in good), strict=True)]
    bad = tuple(BadRow(line, tuple(cells), why) for line, cells, why in checked if why)
    return Chunk([row[0] for row in good], columns or [[] for _ in range(width)], bad)


def _clean_columns(batch: list[Row], width: int) -> list[list[Cell]] | None:
    """The columns, where no row needs a closer look: the usual case, decided quickly."""
    _, cells, whys = zip(*batch, strict=True)
    if any(whys) or set(map(len, cells)) != {width}:
        return None
    columns = [list(column) for column in zip(*cells, strict=True)]
    return columns if all(map(_is_plain, columns)) else None


def _is_plain(column: list[Cell]) -> bool:
    """Whether all is ASCII without NUL; what is not may still be right."""
    try:
        text = "".join(column)  # type: ignore[arg-type]  # what is no text raises
    except TypeError:
        text = "".join([cell for cell in column if isinstance(cell, str)])
    return text.isascii() and "\0" not in text


def _checked(row: Row, width: int) -> Row:
    line, cells, why = row
    if why:
        return row
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        return line, cells, f"the row has {len(cells)} cells and the header {width}"
    if any(type(cell) is str and UNCLEAN.search(cell) for cell in cells):
        return line, cells, "a cell holds bytes that are no text in the file's encoding"
    if any(type(cell) is str and len(cell) > MAX_CELL for cell in cells):
        return line, cells, f"a cell is longer than {MAX_CELL:,} characters"
    return line, cells, ""
