"""CSV of any encoding, delimiter and line ending, plain or in gzip."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO, TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from interlock.connectors.encodings import MARKED, detect
from interlock.connectors.files import MAX_CELL, Options, Row, Table, UnreadableError, header_names

DELIMITERS = (",", ";", "\t", "|")
NO_DELIMITERS = ("", "\r", "\n", '"', "\0")
_BLOCK = 1 << 20
_MAX_LINE = 1 << 23
_OPEN = "a quote is opened here and never closed"


def open_csv(path: Path, options: Options) -> Table:
    """The table of a CSV file; raises UnreadableError where it is none."""
    encoding = options.encoding or _detect(path)
    delimiter = options.delimiter or _delimiter(path, encoding)
    reading = _Reading(path, encoding, delimiter)
    first = next(reading.rows(), None)
    if first is None:
        raise UnreadableError(f"{path.name} is empty", "the first row has to name the columns")
    return Table(header_names(first[1]), lambda: islice(reading.rows(), 1, None), reading.progress)


def open_bytes(path: Path) -> tuple[BinaryIO, BinaryIO]:
    """The file's content, and the file itself to see how far it was read."""
    with damage_told(path):
        raw = path.open("rb")
        is_gzip = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
    return (cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if is_gzip else raw), raw


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Says of a file that it is damaged, out of reach, or not in the encoding it is read in."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        hint = "copy or export it again"
        raise UnreadableError(f"{path.name} is damaged: {error}", hint) from error
    except OSError as error:
        raise UnreadableError(f"{path.name} cannot be read: {error.strerror or error}") from error
    except UnicodeError as error:
        hint = "leave `encoding` out, or name the right one"
        raise UnreadableError(
            f"{path.name} cannot be read in that encoding: {error}", hint
        ) from error


def _detect(path: Path) -> str:
    content, raw = open_bytes(path)
    with raw, damage_told(path):
        return detect(content)


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that cuts the first rows into the same number of cells, and into most."""
    content, raw = open_bytes(path)
    with raw, damage_told(path):
        text = TextIOWrapper(content, encoding, "replace", newline="").read(64 * 1024)
    if text[:4].lower() == "sep=" and text[4:5] not in NO_DELIMITERS:
        return text[4]
    return max(DELIMITERS, key=lambda each: _evenness(text, each))


def _evenness(text: str, delimiter: str) -> tuple[bool, int]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        widths = [len(row) for row in islice(reader, 100) if row]
    except csv.Error:
        return (False, 0)
    if not widths:
        return (False, 0)
    width, times = Counter(widths).most_common(1)[0]
    return (width > 1 and times >= 0.8 * len(widths) and widths[0] > 1, width)


def _is_sep(row: Row) -> bool:
    """Excel's own first line, which names the delimiter."""
    return row[0] == 1 and str(row[1][0]).lower().startswith("sep=")


@dataclass
class _Reading:
    """One pass over the file after another; `_raw` is the file of the present one."""

    path: Path
    encoding: str
    delimiter: str
    _raw: BinaryIO | None = field(default=None, repr=False)

    def progress(self) -> float:
        if self._raw is None or self._raw.closed:
            return 1.0
        return self._raw.tell() / max(self.path.stat().st_size, 1)

    def rows(self) -> Iterator[Row]:
        content, self._raw = open_bytes(self.path)
        with self._raw:
            stream = TextIOWrapper(content, self.encoding, MARKED, newline="")
            rows = _rows(_Lines(stream), self.delimiter)
            with damage_told(self.path):
                first = next(rows, None)
                if first is not None and not _is_sep(first):
                    yield first
                yield from rows


class _Lines:
    """The lines of a stream; those of the last blocks can be had again."""

    def __init__(self, stream: TextIO) -> None:
        self._kept: list[tuple[int, list[str]]] = []
        self._read = 0
        self._blocks = self._split(stream)

    def from_line(self, number: int) -> Iterator[str]:
        """All lines from `number` on (from 1); one long gone is not given again."""
        kept = [_from(lines, max(number - 1 - start, 0)) for start, lines in self._kept]
        return chain(chain.from_iterable(kept), chain.from_iterable(self._blocks))

    def line(self, number: int) -> str | None:
        """One line, where it is still kept."""
        for start, lines in self._kept:
            if 0 <= number - 1 - start < len(lines):
                return lines[number - 1 - start]
        return None

    def _split(self, stream: TextIO) -> Iterator[list[str]]:
        rest = ""
        while data := stream.read(_BLOCK):
            # only the three line endings count, unlike in `splitlines`
            lines = StringIO(rest + data, newline="").readlines()
            rest = "" if lines[-1].endswith("\n") else lines.pop()
            if len(rest) > _MAX_LINE:
                reason = f"line {self._read + len(lines) + 1} has over {_MAX_LINE:,} characters"
                raise UnreadableError(reason, "is it CSV?")
            yield self._keep(lines)
        if rest:
            yield self._keep(StringIO(rest, newline="").readlines())

    def _keep(self, lines: list[str]) -> list[str]:
        self._kept = [*self._kept[-1:], (self._read, lines)]
        self._read += len(lines)
        return lines


def _from(lines: list[str], begin: int) -> Iterator[str]:
    # a copy of the rest, for each of many quotes that never close, would take hours
    return (lines[place] for place in range(begin, len(lines))) if begin else iter(lines)


def _rows(source: _Lines, delimiter: str) -> Iterator[Row]:
    """Every row with its first line. After a quote that never closes, reading goes on a line later.

    Without that, one stray quote would swallow all rows up to the next one.
    """
    start = 1
    while start:
        start = yield from _rows_from(source, delimiter, start)


def _rows_from(source: _Lines, delimiter: str, start: int) -> Generator[Row, None, int]:
    """Rows from a line on; gives the line to go on from after one that broke off, 0 at the end."""
    reader = csv.reader(source.from_line(start), delimiter=delimiter)
    first = start
    try:
        for row in reader:
            last = start - 1 + reader.line_num
            if last > first and _is_open(source, first, last, delimiter):
                yield first, [source.line(first)], _OPEN
                return first + 1
            if row:
                yield first, row, ""
            first = last + 1
    except csv.Error:  # a cell that is too long
        last = start - 1 + reader.line_num
        why = _OPEN if last > first else f"a cell is longer than {MAX_CELL:,} characters"
        yield first, [(source.line(first) or "")[:MAX_CELL]], why
        return first + 1
    return 0


def _is_open(source: _Lines, first: int, last: int, delimiter: str) -> bool:
    """Whether a row of several lines is really one whose quote was never closed.

    Its quote is then closed by the opening one of a later row, and text stands right after it.
    """
    lines = [source.line(number) for number in range(first, last + 1)]
    if None in lines:
        return False
    try:
        list(csv.reader(cast("list[str]", lines), delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False
