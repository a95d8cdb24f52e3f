"""Opens an export file by its format."""

from __future__ import annotations

from pathlib import Path

from interlock.connectors.csv_files import open_csv
from interlock.connectors.files import MAX_COLUMNS, Options, Table, UnreadableError
from interlock.connectors.typed_files import open_jsonl, open_parquet, open_xlsx

_OPENERS = {"csv": open_csv, "xlsx": open_xlsx, "parquet": open_parquet, "jsonl": open_jsonl}
_SUFFIXES = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


def format_of(path: Path) -> str:
    """The format that the file's name speaks of; CSV where it speaks of none."""
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return _SUFFIXES.get(name.suffix.lower(), "csv")


def open_table(path: Path, options: Options = Options()) -> Table:  # noqa: B008 - frozen
    """The file as a table; raises UnreadableError where it cannot be read."""
    table = _OPENERS[options.format or format_of(path)](path, options)
    if (count := len(table.headers)) > MAX_COLUMNS:
        reason = f"{path.name} has {count:,} columns, and at most {MAX_COLUMNS:,} are read"
        raise UnreadableError(reason, "does a row's key stand where a column's name should?")
    return table
