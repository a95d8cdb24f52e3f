"""CSV that we write: no cell of it can act when a spreadsheet opens it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

_ACTS = re.compile(r"'*[=+\-@\t\r\n]")
_DEFUSED = re.compile(r"''*[=+\-@\t\r\n]")
_NEGATIVE = re.compile(r"-\d+([.,]\d+)*([eE][-+]?\d+)?")


def defused(cell: object) -> str:
    """The cell as text, with `'` before it where a spreadsheet would run it as a formula.

    Negative numbers stay numbers. `restored` takes the sign away again, exactly: a text that had
    one already gets a second.
    """
    text = "" if cell is None else str(cell)
    is_harmless = not _ACTS.match(text) or _NEGATIVE.fullmatch(text)
    return text if is_harmless else f"'{text}"


def restored(cell: str) -> str:
    """What `defused` was given."""
    return cell[1:] if _DEFUSED.match(cell) else cell


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Writes a table as UTF-8 CSV that spreadsheets open as it is meant; the number of rows.

    The file is there only when it is whole. The byte order mark tells Excel that it is UTF-8.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    count = 0
    with unfinished.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([defused(header) for header in headers])
        for row in rows:
            writer.writerow([defused(cell) for cell in row])
            count += 1
    unfinished.replace(path)
    return count
