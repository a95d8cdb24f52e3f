"""Reads a scenario file: an agreement laid over the base, facts as lines, the expected outcome."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline, in_turn
from interlock.facts.columns import Facts
from interlock.facts.kinds import KINDS, Column, ColumnType
from interlock.replay.delays import SIDES, Delays
from interlock.replay.eras import Eras
from interlock.replay.escalations import StepState, escalations
from interlock.replay.outcome import ABSENT, Outcome, PeriodState, State
from tests.replay.tables import Row, Value, facts_of_rows

FOLDER = Path(__file__).parent.parent / "scenarios"
BASE = FOLDER / "base.yaml"
"""The agreement that every story is laid over."""
ZONE = ZoneInfo("Europe/Oslo")


def read(path: Path) -> dict[str, Any]:
    """The file's sections."""
    found: dict[str, Any] = YAML(typ="safe").load(path)
    return found


def agreement_of(scenario: dict[str, Any]) -> Agreement:
    """The base agreement with the scenario's changes."""
    return _loaded(_laid_over(read(BASE), scenario.get("agreement", {})))


def timeline_of(scenario: dict[str, Any]) -> Timeline:
    """That agreement, and those under `later` by their first day: each changes the one before."""
    texts = [_laid_over(read(BASE), scenario.get("agreement", {}))]
    for day, changes in scenario.get("later", {}).items():
        texts.append(_laid_over(texts[-1], {**changes, "in_force_from": day, "version": str(day)}))
    return in_turn([_loaded(text) for text in texts])


def _loaded(text: dict[str, Any]) -> Agreement:
    loaded = load(json.dumps(text, default=str, indent=1))  # JSON is YAML, and keeps the order
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


def facts_of(
    scenario: dict[str, Any],
    agreement: Agreement | Timeline,
    also: Mapping[str, Sequence[str]] | None = None,
) -> Facts:
    """The lines as the tables that a replay reads, with the columns in `also`."""
    return facts_of_rows(rows_of(scenario), agreement, also)


def rows_of(scenario: dict[str, Any]) -> list[Row]:
    """The lines as rows."""
    lines = filter(str.strip, scenario["facts"].splitlines())
    return [_row(shlex.split(line)) for line in lines]


def _row(words: list[str]) -> Row:
    day, time, kind, key, *cells = words
    at = ABSENT if day == "-" else seconds(f"{day} {time}")
    row: dict[str, Value] = {"kind_of_fact": kind, "instant": at}
    row[_KEYS.get(kind, "id")] = key
    for name, text in (cell.split("=", 1) for cell in cells):
        column = _LEARNED if name == "learned" else KINDS[kind].column(name)
        row[name] = _READ.get(column.type if column else ColumnType.TEXT, str)(text)
    return row


_LEARNED = Column("learned", ColumnType.INSTANT, "when we learned of the fact")
_KEYS = dict.fromkeys(("touch", "assignment", "activity", "decision", "merge"), "person")
_KEYS["absence"] = "member"
"""What the key of a line is, where it is not the id."""

_READ: dict[ColumnType, Callable[[str], Value]] = {
    ColumnType.FLAG: lambda text: text == "yes",
    ColumnType.INSTANT: lambda text: seconds(text.replace("T", " ")),
    ColumnType.INTEGER: int,
    ColumnType.MONEY: int,
    ColumnType.NUMBER: float,
}


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


def owner_lines(outcome: Outcome) -> list[str]:
    """Of each obligation: `person promise owner variant ended`."""
    o = outcome.obligations
    lines = []
    for i in range(len(o.person)):
        variant = _word(outcome.variants, o.variant[i])
        lines.append(
            f"{outcome.people[o.person[i]]} {outcome.promises[o.promise[i]]} "
            f"{_word(outcome.members, o.owner[i])} {variant} {_local(o.ended[i])}"
        )
    return lines


def step_lines(eras: Eras, outcome: Outcome) -> list[str]:
    """The escalation steps: `person promise number state at`."""
    o = outcome.obligations
    found = escalations(eras, outcome, np.arange(len(o.person)))
    return [
        f"{outcome.people[o.person[place]]} {outcome.promises[o.promise[place]]} {number + 1} "
        f"{StepState(state).word} {_local(at)}"
        for place, number, state, at in zip(
            found.obligation, found.step, found.state, found.at, strict=True
        )
    ]


def delay_lines(found: Delays, parts: NDArray[np.int64], outcome: Outcome) -> list[str]:
    """Of each obligation: `person promise detection assignment acceptance reaction paused`."""
    o = outcome.obligations
    return [
        f"{outcome.people[o.person[i]]} {outcome.promises[o.promise[i]]} "
        + " ".join(f"{s // 3600}:{s // 60 % 60:02}" for s in [*parts[i], found.paused[i]])
        for i in range(len(o.person))
    ]


def charged_lines(found: Delays, outcome: Outcome) -> list[str]:
    """Of each obligation: `person promise marketing time sales time`, on its own clock."""
    o = outcome.obligations
    by_side = [np.where(found.sides == n, found.working, 0).sum(axis=1) for n in range(len(SIDES))]
    return [
        f"{outcome.people[o.person[i]]} {outcome.promises[o.promise[i]]} "
        + " ".join(
            f"{side.value} {s[i] // 3600}:{s[i] // 60 % 60:02}"
            for side, s in zip(SIDES, by_side, strict=True)
        )
        for i in range(len(o.person))
    ]


def period_lines(outcome: Outcome) -> list[str]:
    """The periods: `promise member begins state reached base passed`."""
    p = outcome.periods
    return [
        f"{outcome.numbers[p.promise[i]]} {_word(outcome.members, p.member[i])} "
        f"{_local(p.begins[i])} {PeriodState(p.state[i]).word} {p.reached[i]:g} {p.base[i]:g} "
        f"{p.passed[i]:.3g}"
        for i in range(len(p.promise))
    ]


def _word(words: Sequence[str] | NDArray[Any], code: int) -> str:
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
