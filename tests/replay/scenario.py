"""Reads a scenario file: an agreement laid over the base, facts as lines, the expected outcome."""

from __future__ import annotations

import json
import shlex
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.facts.columns import Column, Facts, FactTable, text_column
from interlock.facts.kinds import KINDS, ColumnType
from interlock.replay.engine import columns_needed
from interlock.replay.outcome import ABSENT, Outcome, State

FOLDER = Path(__file__).parent.parent / "scenarios"
ZONE = ZoneInfo("Europe/Oslo")


def read(path: Path) -> dict[str, Any]:
    """The file's sections."""
    found: dict[str, Any] = YAML(typ="safe").load(path)
    return found


def agreement_of(scenario: dict[str, Any]) -> Agreement:
    """The base agreement with the scenario's changes."""
    merged = _laid_over(read(FOLDER / "base.yaml"), scenario.get("agreement", {}))
    loaded = load(json.dumps(merged, default=str))  # JSON is YAML, and keeps the order
    assert loaded.agreement is not None, [p.message for p in loaded.problems]
    return loaded.agreement


def _laid_over(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for written, value in changes.items():
        key = str(written)  # YAML has dates as keys, JSON has not
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            merged[key] = _laid_over(merged.get(key) or {}, value)
        else:
            merged[key] = value
    return merged


def facts_of(scenario: dict[str, Any], agreement: Agreement) -> Facts:
    """The lines as the tables that a replay reads."""
    rows: dict[str, list[dict[str, str]]] = {}
    for number, line in enumerate(filter(str.strip, scenario["facts"].splitlines())):
        kind, row = _row(shlex.split(line))
        rows.setdefault(kind, []).append({"_id": str(number), **row})
    needed = columns_needed(agreement)
    return {kind: _table(kind, needed[kind], found) for kind, found in rows.items()}


def _row(words: list[str]) -> tuple[str, dict[str, str]]:
    at = f"{words[0]} {words[1]}"
    kind, key, cells = words[2], words[3], words[4:]
    row = {"_at": at, **dict(cell.split("=", 1) for cell in cells)}
    row["person" if kind in ("touch", "assignment", "activity", "decision") else "id"] = key
    return kind, row


def _table(kind: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> FactTable:
    contract = KINDS[kind]
    made: dict[str, Column] = {}
    for name in columns:
        column = contract.column(name)
        default = None if column is None or column.default is None else str(column.default)
        cells = [row.get(name, default) for row in rows]
        made[name] = _column(cells, ColumnType.TEXT if column is None else column.type)
    at = np.array([seconds(row["_at"]) for row in rows], np.int64)
    return FactTable(kind, np.array([int(row["_id"]) for row in rows], np.int64), at, made)


def _column(cells: list[str | None], type_: ColumnType) -> Column:
    if type_ in (ColumnType.TEXT, ColumnType.CHOICE):
        return text_column(cells)
    known = np.array([cell is not None for cell in cells], bool)
    if type_ is ColumnType.FLAG:
        return Column(np.array([cell in ("yes", "True") for cell in cells], bool), known)
    if type_ is ColumnType.INSTANT:
        return Column(np.array([seconds(c.replace("T", " ")) if c else 0 for c in cells]), known)
    numbers = [float(cell) if cell else 0.0 for cell in cells]
    dtype = np.float64 if type_ is ColumnType.NUMBER else np.int64
    return Column(np.array(numbers, dtype), known)


def seconds(local: str) -> int:
    """An Oslo wall time such as `2026-03-02 09:00` as UTC seconds."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ZONE).timestamp())


def _local(instant: int) -> str:
    if instant == ABSENT:
        return "-"
    moment = datetime.fromtimestamp(instant, ZONE)
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")


def visit_lines(outcome: Outcome) -> list[str]:
    """The outcome's visits as the scenario writes them."""
    v = outcome.visits
    return [
        f"{outcome.people[v.person[i]]} {'~' if v.skipped[i] else ''}{outcome.stages[v.stage[i]]} "
        f"{_local(v.entered[i])}" + ("" if v.left[i] == ABSENT else f" {_local(v.left[i])}")
        for i in range(len(v.person))
    ]


def move_lines(outcome: Outcome) -> list[str]:
    """What moved the leads: `person came_from stage reason member`, "-" for none."""
    v = outcome.visits
    return [
        f"{outcome.people[v.person[i]]} {_word(outcome.stages, v.came_from[i])} "
        f"{outcome.stages[v.stage[i]]} {_word(outcome.reasons, v.reason[i])} "
        f"{_word(outcome.members, v.member[i])}"
        for i in range(len(v.person))
    ]


def lead_lines(outcome: Outcome) -> list[str]:
    """Where the leads stand: `person stage owner source tier fit engagement`."""
    leads = outcome.leads
    return [
        f"{person} {_word(outcome.stages, leads.stage[i])} {_word(outcome.members, leads.owner[i])}"
        f" {_word(outcome.sources, leads.source[i])} {_word(outcome.tiers, leads.tier[i])}"
        f" {leads.fit[i]:g} {leads.engagement[i]:g}"
        for i, person in enumerate(outcome.people)
    ]


def owner_lines(outcome: Outcome, agreement: Agreement) -> list[str]:
    """Of each obligation: `person promise owner variant ended`."""
    o = outcome.obligations
    lines = []
    for i in range(len(o.person)):
        variants = agreement.event_promises[o.promise[i]].variants
        variant = variants[o.variant[i]].id if o.variant[i] >= 0 else "-"
        lines.append(
            f"{outcome.people[o.person[i]]} {outcome.promises[o.promise[i]]} "
            f"{_word(outcome.members, o.owner[i])} {variant} {_local(o.ended[i])}"
        )
    return lines


def _word(words: NDArray[np.object_], code: int) -> str:
    return str(words[code]) if code >= 0 else "-"


def obligation_lines(outcome: Outcome) -> list[str]:
    """The outcome's obligations as the scenario writes them."""
    o = outcome.obligations
    return [
        f"{outcome.people[o.person[i]]} {outcome.promises[o.promise[i]]} {State(o.state[i]).word} "
        f"{_local(o.started[i])} {_local(o.due[i])}"
        + ("" if o.kept[i] == ABSENT else f" {_local(o.kept[i])}")
        for i in range(len(o.person))
    ]
