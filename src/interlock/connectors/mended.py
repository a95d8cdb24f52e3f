"""Files of refused rows: the columns that are put beside the original ones, and reading them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from interlock.connectors.export import restored
from interlock.connectors.files import Cell, Row, Table, UnreadableError

LINE, MAPPING, REASON, MORE = "_line", "_mapping", "_reason", "_more"
BESIDE = (LINE, MAPPING, REASON, MORE)
"""Line in the original file, which mapping refused the row, why, and cells without a header."""
BETWEEN = " | "
ABSENT = "(no cell here)"
"""In the place of each cell that a row lacks, so that nobody takes it for an empty one unseen."""


def holds_refused_rows(table: Table) -> bool:
    """Whether the table is one of ours, as an import wrote it."""
    return set(BESIDE) <= set(table.headers)


def original_headers(table: Table) -> tuple[str, ...]:
    """The original file's headers; raises UnreadableError for a file that is none of ours."""
    if MAPPING not in table.headers:
        hint = "keep the columns that begin with `_`; they say what each row is for"
        raise UnreadableError(f"the column `{MAPPING}` is missing", hint)
    return tuple(header for header in table.headers if header not in BESIDE)


def original_rows(table: Table, label: str, labels: Sequence[str]) -> Table:
    """The rows that the mapping of that label refused, as the original file had them.

    A row that names none of `labels` goes to the first of them, to be refused there. What still
    stands in `_more` stands behind the row's cells again: nobody has said where it belongs.
    """
    kept = [place for place, header in enumerate(table.headers) if header not in BESIDE]
    mapping = table.headers.index(MAPPING)
    more = table.headers.index(MORE) if MORE in table.headers else len(table.headers)

    def read() -> Iterator[Row]:
        for line, cells, why in table.read():
            named = cells[mapping] if len(cells) > mapping else ""
            if label == (named if named in labels else labels[0]):
                whole = [cells[place] if place < len(cells) else "" for place in kept]
                whole += _parted(cells[more] if more < len(cells) else "")
                said = why or _unknown(named, labels) or _lacking(whole)
                yield line, [_restored(cell) for cell in whole], said

    return Table(original_headers(table), read, table.progress)


def padded(cells: Sequence[str], width: int) -> list[str]:
    """A row's cells below the headers, of which there are so many."""
    return [*cells[:width], *[ABSENT] * (width - len(cells))]


def joined(cells: Iterable[Cell]) -> str:
    """Cells that no header stands above, as the one cell `_more`."""
    return BETWEEN.join(str(cell) for cell in cells)


def _parted(more: Cell) -> list[str]:
    text = str(more or "").strip()
    return text.split(BETWEEN) if text else []


def _unknown(named: Cell, labels: Sequence[str]) -> str:
    if named in labels:
        return ""
    return f"`{named}` in the column `{MAPPING}` is none of: {', '.join(labels)}"


def _lacking(cells: Sequence[Cell]) -> str:
    if ABSENT not in cells:
        return ""
    return f"cells are missing: write in place of `{ABSENT}` what belongs there, or nothing"


def _restored(cell: Cell) -> Cell:
    return restored(cell) if isinstance(cell, str) else cell
