"""Facts that the clock contradicts. What contradicts each other is told in tests/scenarios."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from interlock.replay.engine import replay
from tests.agreement.small import agreement
from tests.replay import scenario
from tests.replay.tables import Row, facts_of_rows

SMALL = agreement()
ROWS: list[Row] = [
    {"kind_of_fact": "person", "instant": 10, "id": "ann"},
    {"kind_of_fact": "touch", "instant": 20, "person": "ann", "kind": "form"},
    {"kind_of_fact": "touch", "instant": 30, "person": "ann", "kind": "form"},
    {"kind_of_fact": "touch", "instant": 99, "person": "ann", "kind": "form"},
]


def test_what_was_known_before_it_happened_is_found_once_it_has_happened() -> None:
    facts = facts_of_rows(ROWS, SMALL)
    touches = replace(facts["touch"], learned=np.array([20, 29, 29]))
    outcome = replay({**facts, "touch": touches}, SMALL, 50)
    found = {each.code: (each.count, each.example) for each in outcome.findings}
    assert found == {"known-before": (1, "ann"), "after-as-of": (1, "ann")}
    assert outcome.facts == 3


def test_without_instants_of_learning_there_is_nothing_to_find() -> None:
    outcome = replay(facts_of_rows(ROWS, SMALL), SMALL, 50)
    assert [each.code for each in outcome.findings] == ["after-as-of"]


NEVER_OPEN = """
2026-03-01 08:00 member sam side=sales
2026-03-01 08:00 member tom side=sales calendar=closed
2026-03-02 08:00 person ann
2026-03-02 08:00 person bea
2026-03-02 08:00 person cid
2026-03-02 09:00 assignment ann member=sam
2026-03-02 09:00 assignment bea member=tom
2026-03-02 09:00 assignment cid member=tom
2026-03-02 10:00 touch ann kind=demo
2026-03-02 10:00 touch bea kind=demo
2026-03-02 10:00 touch cid kind=demo
"""


def test_clocks_that_run_for_nothing_are_told_by_promise_with_their_calendar() -> None:
    once = {"2026-01-05": ["09:00-10:00"]}
    hours = {"timezone": "Europe/Oslo", "hours": {}, "date_overrides": once}
    closed = {"meaning": "No more", **hours}
    told = scenario.agreement_of({"agreement": {"calendars": {"closed": closed}}})
    facts = scenario.facts_of({"facts": NEVER_OPEN}, told)
    (found,) = replay(facts, told, scenario.seconds("2026-03-09 12:00")).findings
    assert (found.code, found.count, found.example) == ("never-due", 2, "bea")
    assert found.message == (
        "clocks of the promise First touch never come due, since the calendar closed does not open "
        "again, or not for long enough; give it hours, or the leads to somebody who works by "
        "another"
    )
