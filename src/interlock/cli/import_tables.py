"""What the commands around facts print for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from interlock.cli.output import shown, table
from interlock.cli.words import RECORDS_AND_FACTS, clock, several
from interlock.connectors.guessing import Guess, Guessed

if TYPE_CHECKING:
    from interlock.operations.carry_out import Received
    from interlock.operations.read_imports import Counts, ImportRow, KindSummary, PartRow
    from interlock.operations.rebuild import Rebuilt

_NAMED = 3
"""As many files of an import are named."""

_ROWS_AND_RECORDS = (
    "Rows are those of the files; a record counts once, however many rows or imports told of it.\n"
)
_COUNTED = ("Rows", "Taken", "Unchanged", "Refused", "Left out")


def import_tables(received: Received, replayed: Rebuilt | None) -> list[RenderableType]:
    """An import: every part with its counts, where the refused rows are, what was replayed."""
    row = received.imported
    if row is None:
        return []
    lines = [(part.file, part.label, *_cells(part.counts)) for part in row.parts]
    title = f"Import {row.id} from {row.source}: {_came_to(row)}"
    style = "bold" if not row.counts.refused else "bold yellow" if row.counts.any else "bold red"
    parts: list[RenderableType] = [
        table(title, ("File", "As", *_COUNTED), lines, _COUNTED, style=style)
    ]
    if received.resumed:
        parts.append(Text("It went on with an import that had been stopped."))
    if received.same_as is not None:
        refused = "; the same rows are refused as then" if row.counts.refused else ""
        said = f"The same manifest and files as import {received.same_as}: nothing is new{refused}."
        parts.append(Text(shown(said)))
    parts += [
        Text(shown(f"{part.file}: {differing_text(part)}.")) for part in row.parts if part.differing
    ]
    if row.counts.refused and row.finished_at is not None:
        rows = several(row.counts.refused, "row was", "rows were")
        where = f"They lie in {row.refused_folder}; mend them there"
        parts.append(Text(shown(f"{rows} refused. {where}, then: interlock mend {row.id}")))
    return [*parts, *_replayed(replayed)]


def differing_text(part: PartRow) -> str:
    """How many rows of the part contradict an earlier one, what becomes of them, and where."""
    rows = several(part.differing, "row differs", "rows differ")
    return f"{rows} from an earlier one with the same id, and the last one holds: {part.differs_at}"


def taken_back_text(row: ImportRow, replayed: Rebuilt | None) -> list[RenderableType]:
    """That an import counts no more."""
    said = f"Import {row.id} from {row.source} is taken back: what it brought counts no more."
    return [Text(shown(said)), *_replayed(replayed)]


def facts_tables(
    kinds: Sequence[KindSummary], imports: Sequence[ImportRow], zone: str
) -> list[RenderableType]:
    """Records of each kind, columns of the company's own, and the latest imports."""
    rows = [
        (each.kind, each.records, _day(each.first, zone), _day(each.last, zone)) for each in kinds
    ]
    own = [(each.kind, name, type_) for each in kinds for name, type_ in each.attributes.items()]
    came = [
        (
            each.id,
            each.source,
            _files(each),
            _came_to(each),
            clock(each.started_at, zone),
            *_cells(each.counts),
        )
        for each in imports
    ]
    parts: list[RenderableType] = [
        table("Facts that count", ("Kind", "Records", "First", "Last"), rows, ("Records",))
    ]
    if own:
        parts.append(table("Columns of your own", ("Kind", "Attribute", "Type"), own))
    if came:
        heads = ("Import", "From", "Files", "State", f"Started ({zone})", *_COUNTED)
        parts.append(table("Latest imports", heads, came, ("Import", *_COUNTED)))
        parts.append(Text(f"\n{_ROWS_AND_RECORDS}{RECORDS_AND_FACTS}"))
    return parts


def guess_table(file: str, kind: str, found: Guessed) -> RenderableType:
    """Which header is taken for which column, what is set, and what becomes attributes."""
    rows = [(each.column, each.header, each.example, _how(each)) for each in found.guesses]
    rows += [(name, "(every row)", value, "") for name, value in found.fixed.items()]
    rows += [
        (each.name, each.header, each.example, "attribute, a column of your own")
        for each in found.others
    ]
    heads = ("Column", "From", "For example", "Read as")
    wide = len(heads) if any(row[-1] for row in rows) else len(heads) - 1
    return table(f"{file} as {kind}", heads[:wide], (row[:wide] for row in rows))


def _how(each: Guess) -> str:
    said = ", ".join(f"{key} {_plainly(value)}" for key, value in each.how.items())
    return "; ".join(part for part in (said, each.doubt) if part)


def _plainly(value: object) -> str:
    if value is True:
        return "yes"
    if isinstance(value, list):
        return " or ".join(value)
    if not isinstance(value, dict):
        return str(value)
    return ", ".join(f"{name} for {' or '.join(words)}" for name, words in value.items())


def _replayed(replayed: Rebuilt | None) -> list[RenderableType]:
    if replayed is None:
        return []
    who = several(replayed.people, "person", "people")
    who = who if replayed.replayed == replayed.people else f"{replayed.replayed:,} of {who}"
    said = f"Replayed {who} in {replayed.seconds:.1f} s."
    return [Text(shown(said))]


def _came_to(row: ImportRow) -> str:
    """What came of an import, in a word or two."""
    counts = row.counts
    if row.state != "done" or not counts.refused:
        return row.state
    if not counts.any:
        return "every row refused"
    return f"done, {counts.refused:,} of {several(counts.rows, 'row')} refused"


def _cells(counts: Counts) -> tuple[int, ...]:
    return counts.rows, counts.taken, counts.unchanged, counts.refused, counts.filtered


def _files(row: ImportRow) -> str:
    """The names of an import's files, or some of them."""
    files = list(dict.fromkeys(part.file for part in row.parts))
    more = f" and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
    return f"{', '.join(files[:_NAMED])}{more}"


def _day(instant: int | None, zone: str) -> str:
    return "" if instant is None else clock(instant, zone)[:10]
