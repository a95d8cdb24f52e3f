"""Imports of small files, and the whole store as plain rows to compare."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.carry_out import Received
from interlock.operations.read_imports import Counts, ImportRow
from interlock.operations.receive import receive
from interlock.store.models import FACTS

PEOPLE = """\
source: crm
files:
  - file: people.csv
    as: person
    columns: {id: id, created_at: created, name: name}
"""


def take(folder: Path, manifest: str = PEOPLE, **files: str) -> ImportRow:
    """An import that goes through; `files` are the texts of CSV files by their names."""
    received = attempt(folder, manifest, **files)
    assert not received.problems, [str(problem) for problem in received.problems]
    assert received.imported is not None
    return received.imported


def attempt(folder: Path, manifest: str = PEOPLE, **files: str) -> Received:
    """An import, whatever comes of it."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(dedent(text), encoding="utf-8")
    return receive(dedent(manifest), folder, by=COMMAND_LINE)


def people(*rows: str) -> str:
    """A file of people: id, created, name."""
    return "\n".join(["id,created,name", *rows, ""])


def counted(row: ImportRow) -> tuple[int, int, int]:
    """Taken, unchanged, refused; and that they add up."""
    counts: Counts = row.counts
    for each in (counts, *(part.counts for part in row.parts)):
        assert each.rows == each.taken + each.unchanged + each.refused
    return counts.taken, counts.unchanged, counts.refused


def versions(kind: str = "person") -> list[tuple[Any, ...]]:
    """Every version of every record: key, name, instant, whether it is live."""
    rows = FACTS[kind].objects.order_by("key", "id")
    return list(rows.values_list("key", "name", "at", "live"))


def live(kind: str = "person", *fields: str) -> list[tuple[Any, ...]]:
    """What counts now: key and the named columns."""
    rows = FACTS[kind].objects.filter(live=True).order_by("key")
    return list(rows.values_list("key", *fields))
