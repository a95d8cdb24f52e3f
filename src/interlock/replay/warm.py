"""Compiles every kernel once, so that no request has to: `python -m interlock.replay.warm`.

A tiny history under a tiny agreement goes through the engine as any other does. What is compiled
is kept beside the sources; a second run takes a second.
"""

from __future__ import annotations

import sys

import numpy as np

from interlock.agreement.hours import DAY
from interlock.agreement.loading import load
from interlock.facts.columns import Column, FactTable, text_column
from interlock.replay.attribution import MODELS, attribute
from interlock.replay.because import explain_obligations, explain_visits
from interlock.replay.credits import sales_of, share_out
from interlock.replay.delays import delays
from interlock.replay.engine import columns_needed, decide
from interlock.replay.eras import Eras
from interlock.replay.index import build

AGREEMENT = """
name: Warm-up
version: "1"
in_force_from: 2026-01-01
review_by: 2026-12-31
parties:
  marketing: {name: Marketing, signs: [Ada]}
  sales: {name: Sales, signs: [Bo]}
calendars:
  office: {meaning: Mornings, timezone: Europe/Oslo, hours: {mon: ["09:00-12:00"]}}
fit: {points: {large: {when: account.employees > 1, points: 10}}}
engagement: {points: {form: 50}}
stages:
  lead: {name: Lead, meaning: Known., owner: marketing, enter: known(person.id)}
  mql:
    name: MQL
    meaning: Alive.
    owner: sales
    enter: engagement >= 50 && fit >= 10 && touches.form >= 1
  sal:
    name: SAL
    meaning: Alive for long.
    owner: sales
    enter: touches.any - touches.form >= 1
  again:
    name: Again
    meaning: As alive as an MQL.
    owner: sales
    enter: engagement >= 50 && fit >= 10 && touches.form >= 1
promises:
  call:
    name: Call
    says: Sales calls within two working hours.
    owed_by: sales
    owed_to: marketing
    starts: {enters: mql}
    kept_by: activity.kind == "call"
    within: 2 working hours
    calendar: office
    warn_at: 0.5
    variants: {large: {when: account.employees > 100, within: 1 working day}}
    escalation: [{at: 0.5, tell: Bo}, {at: 1, tell: Bo}, {at: 1.5, tell: Ada}]
  write:
    name: Write
    says: Sales writes within a day, hold apart.
    owed_by: sales
    owed_to: marketing
    starts: {when: touch.kind == "form"}
    kept_by: activity.direction == "inbound"
    within: 1 day
    calendar: office
    pauses_while: person.lead_status == "hold"
    escalation: [{at: 2, tell: Ada}]
"""


FACTS: dict[str, list[dict[str, str | int]]] = {
    "member": [{"id": "sam", "side": "sales"}],
    "absence": [{"member": "sam", "ends_at": 1_767_600_000}],
    "account": [{"id": "acme", "employees": 500}, {"id": "acme", "employees": 10}],
    "person": [{"id": "ann", "account": "acme"}, {"id": "ann", "lead_status": "hold"}],
    "touch": [{"person": "ann", "kind": "form"}, {"person": "ann", "kind": "form"}],
    "assignment": [{"person": "ann", "member": "sam"}],
    "activity": [{"person": "ann", "kind": "call", "direction": "outbound"}],
    "decision": [{"person": "ann", "kind": "reject"}],
}
"""A day apart within each kind, from Monday, 5 January 2026."""

JOURNEYS = [{"path": ["search", "mail"], "value": 2.0}, {"path": ["mail"], "nulls": 1}]

MONDAY = 1_767_571_200


def warm() -> int:
    """Runs the engine over the tiny history; how many verdicts came of it."""
    agreement = load(AGREEMENT).agreement
    if agreement is None:
        raise ValueError("the trial's agreement is not right")
    facts = {kind: _table(kind, names) for kind, names in columns_needed(agreement).items()}
    eras = Eras.of(build(facts, MONDAY + 30 * DAY), agreement)
    outcome = decide(eras, MONDAY + 30 * DAY)
    sales = sales_of(eras.all[0], agreement.attribution, "channel", MONDAY + 30 * DAY)
    for model in MODELS:
        share_out(sales, agreement.attribution, model)
        attribute(JOURNEYS, model)
    attribute(JOURNEYS, "markov", order=2)
    delays(eras, outcome)
    return len(explain_visits(eras, outcome, 0)) + len(explain_obligations(eras, outcome, 0))


def _table(kind: str, names: tuple[str, ...]) -> FactTable:
    rows = FACTS.get(kind, [])
    at = MONDAY + np.arange(len(rows)) * DAY
    return FactTable(kind, np.arange(len(rows)), at, {name: _column(rows, name) for name in names})


def _column(rows: list[dict[str, str | int]], name: str) -> Column:
    cells = [row.get(name) for row in rows]
    if any(isinstance(cell, int) for cell in cells):
        return Column(np.array(cells, np.int64))
    return text_column([None if cell is None else str(cell) for cell in cells])


if __name__ == "__main__":
    sys.stdout.write(f"kernels are compiled ({warm()} verdicts of a trial)\n")
