"""What came in: imports with their counts, the rows that were refused, what facts there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Min

from interlock.facts.kinds import KINDS, ColumnType
from interlock.operations.attributes import known_attributes
from interlock.operations.reading import PAGE, whole_number
from interlock.replay.outcome import Instant
from interlock.store.models import FACTS, Import, ImportPart, Refusal


@dataclass(frozen=True)
class Counts:
    """What became of rows. `rows` = `taken` + `unchanged` + `refused`; `filtered` are none of them.

    `filtered`: rows that the manifest's filter left out.
    """

    rows: int
    taken: int
    unchanged: int
    refused: int
    filtered: int

    @property
    def any(self) -> bool:
        """Whether a row says what counts now: it was taken, or unchanged."""
        return self.taken + self.unchanged > 0


@dataclass(frozen=True)
class PartRow:
    """One file read as one kind. `label` tells it from other parts of the same file.

    `differing`: rows that say something else than an earlier row of the import with the same id;
    `differs_at` is where the first of them stands.
    """

    id: int
    file: str
    kind: str
    label: str
    counts: Counts
    done: bool
    differing: int
    differs_at: str


@dataclass(frozen=True)
class ImportRow:
    """One import. `state` is "running" (or stopped part way), "done" or "taken back"."""

    id: int
    source: str
    state: str
    started_at: Instant
    finished_at: Instant | None
    by: str
    folder: str
    taken_back_at: Instant | None
    taken_back_by: str
    mends: int | None
    parts: tuple[PartRow, ...]
    counts: Counts

    @property
    def refused_folder(self) -> Path | None:
        """Where the refused rows lie as files to mend; None where there are none."""
        return refused_folder(self.id) if self.counts.refused else None


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken: file, kind, line, why, and its cells by header."""

    id: int
    file: str
    label: str
    line: int
    reason: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RefusedPage:
    """Some refused rows; `after` is the mark of the next page, or empty."""

    rows: tuple[RefusedRow, ...]
    after: str


@dataclass(frozen=True)
class KindSummary:
    """The facts of one kind that count: how many records, from when to when, own columns."""

    kind: str
    meaning: str
    records: int
    first: Instant | None
    last: Instant | None
    attributes: dict[str, ColumnType]


def refused_folder(import_id: int) -> Path:
    """Where an import's refused rows are written."""
    return Path(settings.DATA_FOLDER) / "refused" / str(import_id)


def refused_files(row: Import) -> dict[str, Path]:
    """The file of refused rows for each file that had any, whether it was written yet or not."""
    parts = row.parts.filter(refused__gt=0).order_by("position")
    paths: dict[str, Path] = {}
    for file in dict.fromkeys(parts.values_list("file", flat=True)):
        plain = file.removesuffix(".csv").replace("/", "_") + ".csv"
        names = chain([plain], (f"{number} {plain}" for number in count(2)))
        folder = refused_folder(row.pk)
        paths[file] = next(folder / each for each in names if folder / each not in paths.values())
    return paths


def read_imports(limit: int = PAGE, before: int | None = None) -> tuple[ImportRow, ...]:
    """Imports of files, the latest first; those older than `before`, where that is given."""
    imports = Import.objects.filter(live=False).prefetch_related("parts").order_by("-pk")
    if before is not None:
        imports = imports.filter(pk__lt=before)
    return tuple(_import_row(each) for each in imports[:limit])


def read_import(import_id: int) -> ImportRow | None:
    """One import, or None where there is none of that number."""
    found = Import.objects.prefetch_related("parts").filter(pk=import_id).first()
    return _import_row(found) if found else None


def read_refused(import_id: int, after: str = "", size: int = PAGE) -> RefusedPage:
    """Refused rows of an import, in the order of its files and their lines."""
    rows = Refusal.objects.filter(part__batch=import_id).select_related("part").order_by("pk")
    if (last := whole_number(after)) is not None:
        rows = rows.filter(pk__gt=last)
    page = list(rows[: size + 1])
    mark = str(page[size - 1].pk) if len(page) > size else ""
    return RefusedPage(tuple(_refused_row(each) for each in page[:size]), mark)


def facts_summary() -> tuple[KindSummary, ...]:
    """Every kind of fact, those without records too, in the order of the contracts."""
    attributes = known_attributes()
    return tuple(_summary(name, attributes.get(name, {})) for name in KINDS)


def _summary(name: str, attributes: dict[str, ColumnType]) -> KindSummary:
    found = (
        FACTS[name]
        .objects.filter(live=True)
        .aggregate(records=Count("pk"), first=Min("at"), last=Max("at"))
    )
    return KindSummary(
        name,
        KINDS[name].meaning,
        found["records"],
        found["first"],
        found["last"],
        dict(sorted(attributes.items())),
    )


def _import_row(row: Import) -> ImportRow:
    parts = tuple(_part_row(part) for part in row.parts.all())
    return ImportRow(
        id=row.pk,
        source=row.source,
        state=row.state,
        started_at=row.started_at,
        finished_at=row.finished_at,
        by=row.by,
        folder=row.folder,
        taken_back_at=row.taken_back_at,
        taken_back_by=row.taken_back_by,
        mends=row.mends_id,
        parts=parts,
        counts=_total(part.counts for part in parts),
    )


def _part_row(part: ImportPart) -> PartRow:
    counts = Counts(part.rows, part.taken, part.unchanged, part.refused, part.filtered)
    return PartRow(
        id=part.pk,
        file=part.file,
        kind=part.kind,
        label=part.label or part.kind,
        counts=counts,
        done=part.done,
        differing=part.differing,
        differs_at=part.differs_at,
    )


def _total(counts: Iterable[Counts]) -> Counts:
    each = [(c.rows, c.taken, c.unchanged, c.refused, c.filtered) for c in counts]
    return Counts(*(sum(column) for column in zip(*each, strict=True))) if each else _NOTHING


_NOTHING = Counts(0, 0, 0, 0, 0)


def _refused_row(row: Refusal) -> RefusedRow:
    part = row.part
    cells = [str(cell) for cell in row.row]
    names = [*part.headers, *(f"(cell {n})" for n in range(len(part.headers) + 1, len(cells) + 1))]
    return RefusedRow(
        row.pk, part.file, part.label, row.line, row.reason, tuple(zip(names, cells, strict=False))
    )
