"""What the pages about data show: imports, the last replay; one import and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from interlock.operations.read_imports import (
    ImportRow,
    RefusedPage,
    read_import,
    read_imports,
    read_refused,
)
from interlock.operations.read_webhooks import WebhookRow, read_webhooks
from interlock.operations.reading import PAGE, Basis, current
from interlock.operations.replay_job import JobState, latest_replay_job


@dataclass(frozen=True)
class DataPage:
    """Imports latest first, and the latest replay that a page asked for.

    `older` is the number of the import before which the next page begins; None: this is the last.
    The basis holds the findings of the replay that is shown. `webhooks` are those that come in.
    """

    basis: Basis
    imports: tuple[ImportRow, ...]
    older: int | None
    job: JobState | None
    webhooks: tuple[WebhookRow, ...]


@dataclass(frozen=True)
class ImportPage:
    """One import with a page of its refused rows, and the files in which all of them lie."""

    basis: Basis
    imported: ImportRow
    refused: RefusedPage
    files: tuple[Path, ...]


def read_data(before: int | None = None, size: int = PAGE) -> DataPage:
    """The page of all data; imports older than `before`, where one is given."""
    imports = read_imports(size + 1, before)
    older = imports[size - 1].id if len(imports) > size else None
    return DataPage(current().basis, imports[:size], older, latest_replay_job(), read_webhooks())


def read_import_page(import_id: int, after: str = "") -> ImportPage | None:
    """The page of one import, or None where there is none of that number."""
    imported = read_import(import_id)
    if imported is None:
        return None
    folder = imported.refused_folder
    files = sorted(folder.glob("*.csv")) if folder else ()
    return ImportPage(current().basis, imported, read_refused(import_id, after), tuple(files))
