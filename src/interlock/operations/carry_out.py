"""Carrying a plan out: chunk by chunk, each with its point to go on from in one transaction.

A process that dies between two chunks, or in one, has lost nothing: the same plan carried out again
is found by its fingerprint and goes on where it stopped.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from interlock.agreement.problems import Problem
from interlock.connectors.export import write_csv
from interlock.connectors.files import UNCLEAN, BadRow, Cell, Chunk, UnreadableError
from interlock.connectors.mended import BESIDE, joined, padded
from interlock.connectors.plan import Part, Plan
from interlock.operations.actor import Actor
from interlock.operations.attributes import widen
from interlock.operations.read_imports import ImportRow, read_import, refused_files
from interlock.store.lock import only_writer, taking_turns
from interlock.store.models import FACTS, Import, ImportPart, Refusal
from interlock.store.receiving import Batch, Rows, Settled, receive_rows
from interlock.store.trail import record
from interlock.store.versions import Version

Progress = Callable[[str, float, int], None]
"""Told which file is read, which share of the whole is done, and how many rows."""


@dataclass(frozen=True)
class Received:
    """What an import did: its row with all counts, or the problems that kept it from anything.

    Where a file turned out to be unreadable part way, there are both. `resumed`: it went on with an
    import that had been stopped. `same_as`: the last import of the same manifest and files, where
    nothing new came of it this time and as many rows were refused.
    """

    imported: ImportRow | None
    problems: tuple[Problem, ...] = ()
    resumed: bool = False
    same_as: int | None = None


def silent(_what: str, _share: float, _rows: int) -> None:
    """No progress is wanted."""


def carry_out(
    plan: Plan, *, by: Actor, progress: Progress = silent, mends: int | None = None
) -> Received:
    """Imports what the plan says. One import at a time: a second one is refused."""
    with only_writer(Path(settings.DATA_FOLDER)) as alone:
        if not alone:
            hint = "wait until it is done; nothing of this one was taken"
            return Received(None, (Problem("another import is running on this store", hint),))
        row, resumed = _begin(plan, by, mends)
        try:
            with _many_objects():
                _take_files(row, plan, progress)
        except UnreadableError as error:
            problem = Problem(error.reason, error.hint or "what was read so far is kept")
            return Received(read_import(row.pk), (problem,), resumed)
        _finish(row)
        return Received(read_import(row.pk), (), resumed, _same_before(row))


@contextmanager
def _many_objects() -> Iterator[None]:
    """Lets the collector of cycles look around less often: half of the time it would be looking.

    Rows are objects by the hundred thousand that come and go without a cycle.
    """
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _begin(plan: Plan, by: Actor, mends: int | None) -> tuple[Import, bool]:
    fingerprint = plan.fingerprint()
    found = Import.objects.filter(fingerprint=fingerprint, state=Import.RUNNING, mends=mends)
    if row := found.first():
        return row, True
    now, source = int(time.time()), plan.written.manifest.source_
    with transaction.atomic():
        row = Import.objects.create(
            source=source,
            manifest=plan.written.text,
            folder=str(plan.folder.resolve()),
            fingerprint=fingerprint,
            started_at=now,
            by=by.name,
            mends_id=mends,
        )
        for part in plan.parts:
            ImportPart.objects.create(
                batch=row,
                position=part.position,
                file=part.file,
                kind=part.mapper.kind.name,
                label=part.label,
                headers=list(part.table.headers),
            )
        record(by, "import", f"import {row.pk}: {source}", at=now)
    return row, False


def _finish(row: Import) -> None:
    _write_refused(row)
    row.state, row.finished_at = Import.DONE, int(time.time())
    row.save(update_fields=["state", "finished_at"])


def _same_before(row: Import) -> int | None:
    """The number of the last import of the same, if this one came to nothing else."""
    before = Import.objects.filter(
        fingerprint=row.fingerprint, mends=row.mends_id, state=Import.DONE, pk__lt=row.pk
    ).last()
    now = read_import(row.pk)
    earlier = read_import(before.pk) if before else None
    if now is None or earlier is None or now.counts.taken:
        return None
    return earlier.id if now.counts.refused == earlier.counts.refused else None


def _take_files(row: Import, plan: Plan, progress: Progress) -> None:
    readings = list(plan.readings())
    for number, parts in enumerate(readings):

        def told(share: float, rows: int, number: int = number, file: str = parts[0].file) -> None:
            progress(file, (number + share) / len(readings), rows)

        _take_file(row, parts, told)


def _take_file(row: Import, parts: Sequence[Part], progress: Callable[[float, int], None]) -> None:
    """Takes the parts of one file, in one pass; each chunk with its point to go on from."""
    positions = [part.position for part in parts]
    states = list(row.parts.filter(position__in=positions).order_by("position"))
    table, rows = parts[0].table, states[0].rows + states[0].filtered
    if all(state.done for state in states):
        return
    for chunk in table.chunks(skip=rows):
        with taking_turns():
            for part, state in zip(parts, states, strict=True):
                _take(row, part, chunk, state)
        rows += chunk.rows
        progress(table.progress(), rows)
    row.parts.filter(position__in=positions).update(done=True)
    progress(1.0, rows)


def _take(row: Import, part: Part, chunk: Chunk, state: ImportPart) -> None:
    mapped, kind = part.mapper.map(chunk), part.mapper.kind
    batch = Batch(row.pk, row.source, row.started_at)
    lines = [chunk.lines[place] for place in mapped.places]
    rows = Rows(kind, mapped.columns, mapped.attributes, mapped.digests, lines)
    settled = receive_rows(rows, batch, part.position)
    clashes = [
        chunk.bad_row(mapped.places[place], _clash(mapped.columns["id"][place], other))
        for place, other in settled.clashes.items()
    ]
    refused = sorted((*mapped.refused, *clashes), key=lambda each: each.line)
    Refusal.objects.bulk_create((_refusal(state, each) for each in refused), batch_size=2_000)
    widen(kind.name, mapped.attribute_types, row.started_at)
    _count(row, part.position, settled, len(refused), mapped.filtered)
    _note_differing(row, state, rows, settled.differing)


def _note_differing(
    row: Import, state: ImportPart, rows: Rows, differing: Mapping[int, Version]
) -> None:
    """Counts the rows that contradict an earlier one of the import, and says where the first is."""
    if not differing:
        return
    mine = row.parts.filter(position=state.position)
    mine.update(differing=F("differing") + len(differing))
    if not mine.filter(differs_at="").exists():
        return
    place = min(differing)
    before, file = differing[place], state.file
    line = None if before.row is None else rows.lines[before.row]
    if line is None:
        position, line = FACTS[state.kind].objects.values_list("part", "line").get(pk=before.id)
        file = row.parts.get(position=position).file
    of = f" of {file}" if file != state.file else ""
    where = f"`{rows.column('id')[place]}` on line {line}{of} and on line {rows.lines[place]}"
    mine.update(differs_at=_storable(where))


def _count(row: Import, position: int, settled: Settled, refused: int, filtered: int) -> None:
    row.parts.filter(position=position).update(
        rows=F("rows") + settled.taken + settled.unchanged + refused,
        taken=F("taken") + settled.taken,
        unchanged=F("unchanged") + settled.unchanged,
        refused=F("refused") + refused,
        filtered=F("filtered") + filtered,
    )
    for other, count in settled.withdrawn.items():
        row.parts.filter(position=other).update(
            taken=F("taken") - count, unchanged=F("unchanged") + count
        )


def _clash(key: str, source: str) -> str:
    return (
        f"the id `{key}` belongs to a record of the source `{source}`; "
        "give this source's ids a `prefix`, or name that source in the manifest"
    )


# --- refused rows -----------------------------------------------------------------------------


def _refusal(state: ImportPart, bad: BadRow) -> Refusal:
    cells = [_storable(cell) for cell in bad.cells]
    return Refusal(part=state, line=bad.line, reason=_storable(bad.reason), row=cells)


def _storable(cell: Cell) -> str:
    """Text that every database keeps; a sign takes the place of what is no text."""
    return UNCLEAN.sub("\N{REPLACEMENT CHARACTER}", "" if cell is None else str(cell))


def _write_refused(row: Import) -> None:
    """A file for each file with refused rows, to be mended and imported again."""
    for file, path in refused_files(row).items():
        part = row.parts.filter(file=file).first()
        headers = list(part.headers) if part else []
        write_csv(path, [*headers, *BESIDE], _lines(row, file, len(headers)))


def _lines(row: Import, file: str, width: int) -> Iterator[list[str]]:
    found = Refusal.objects.filter(part__batch=row, part__file=file).order_by("line", "pk")
    for each in found.select_related("part").iterator(chunk_size=2_000):
        cells = [str(cell) for cell in each.row]
        yield [
            *padded(cells, width),
            str(each.line),
            each.part.label,
            each.reason,
            joined(cells[width:]),
        ]
