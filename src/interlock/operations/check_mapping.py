"""What a mapping makes of an example, before a webhook is kept that reads by it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from interlock.agreement.problems import Problem
from interlock.connectors.bodies import load_mapping, read_message, records_of
from interlock.connectors.values import iso
from interlock.facts.kinds import KINDS, ColumnType
from interlock.operations.deeds import SOURCE as DESK


@dataclass(frozen=True)
class FoundFact:
    """A fact that the example would become: its kind, and its filled columns as texts."""

    kind: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Checked:
    """What is wrong with a mapping or its example; without problems, the facts that come of it.

    `keys` are those of the example; `left_out` counts rows that a filter leaves out.
    """

    problems: tuple[Problem, ...] = ()
    facts: tuple[FoundFact, ...] = ()
    keys: tuple[str, ...] = ()
    left_out: int = 0


def check_mapping(mapping: str, rows_at: str, example: str) -> Checked:
    """Reads the example by the mapping; nothing is kept."""
    written = load_mapping(mapping)
    if isinstance(written, list):
        return Checked(tuple(written))
    if written.manifest.source_ == DESK:
        place, hint = written.place("source"), "name the system that sends them"
        message = f"the source `{DESK}` is that of the members who work here"
        return Checked((Problem(message, hint, place.line, place.column),))
    records = records_of(example.encode("utf-8", "replace"), rows_at)
    if isinstance(records, Problem):
        return Checked((Problem(f"the example: {records.message}", records.hint),))
    read = read_message(mapping, (), records, "example", int(time.time()))
    if isinstance(read, list):
        return Checked(tuple(read))
    refused = [Problem(f"the example, record {each.line}: {each.reason}") for each in read.refused]
    if not records:
        refused.append(Problem("the example holds no record", "paste a message as it is sent"))
    return Checked(
        problems=tuple(refused),
        facts=tuple(
            FoundFact(each.kind, tuple(_texts(each.kind, each.values))) for each in read.facts
        ),
        keys=tuple(dict.fromkeys(key for record in records for key in record)),
        left_out=read.filtered,
    )


def _texts(kind: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        column = KINDS[kind].column(name)
        is_instant = column is not None and column.type is ColumnType.INSTANT
        yield name, iso(value) if is_instant else str(value)
