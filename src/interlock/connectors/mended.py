"""Files of refused rows: the columns that are put beside the original ones, and reading them."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.connectors.export import restored
from interlock.connectors.files import Cell, Row, Table, UnreadableError

LINE, MAPPING, REASON, MORE = "_line", "_mapping", "_reason", "_more"
BESIDE = (LINE, MAPPING, REASON, MORE)
"""Line in the original file, which mapping refused the row, why, and cells without a header."""


def original_headers(table: Table) -> tuple[str, ...]:
    """The original file's headers; raises UnreadableError for a file that is none of ours."""
    if MAPPING not in table.headers:
        hint = "keep the columns that begin with `_`; they say what each row is for"
        raise UnreadableError(f"the column `{MAPPING}` is missing", hint)
    return tuple(header for header in table.headers if header not in BESIDE)


def original_rows(table: Table, label: str) -> Table:
    """The rows that the mapping of that label refused, as the original file had them."""
    kept = [place for place, header in enumerate(table.headers) if header not in BESIDE]
    mapping = table.headers.index(MAPPING)

    def read() -> Iterator[Row]:
        for line, cells, why in table.read():
            if why or len(cells) <= mapping or cells[mapping] == label:
                whole = [cells[place] if place < len(cells) else "" for place in kept]
                yield line, [_restored(cell) for cell in whole], why

    return Table(original_headers(table), read, table.progress)


def _restored(cell: Cell) -> Cell:
    return restored(cell) if isinstance(cell, str) else cell
