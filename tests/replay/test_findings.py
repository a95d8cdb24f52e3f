"""Facts that the clock contradicts. What contradicts each other is told in tests/scenarios."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from interlock.replay.engine import replay
from tests.agreement.small import agreement
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
