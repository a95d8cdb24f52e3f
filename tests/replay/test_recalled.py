"""What was replayed before spares work under another text, and changes nothing of its verdicts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline, in_turn
from interlock.replay.engine import columns_needed, decide
from interlock.replay.eras import Eras
from interlock.replay.index import Index, build
from interlock.replay.outcome import Outcome, State
from tests.replay.companies import (
    HEAD,
    START,
    agreements,
    handed_on,
    histories,
    instants,
    timelines,
)
from tests.replay.tables import Row, facts_of_rows
from tests.replay.test_oracle import END, FEWER

PARTS = st.sets(st.sampled_from(["stages", "promises", "fit", "engagement", "calendars"]))


def columns(outcome: Outcome) -> dict[str, list[object]]:
    """Every column of the visits and the obligations."""
    tables = {"visits": outcome.visits, "obligations": outcome.obligations}
    return {
        f"{table}.{name}": np.asarray(column).tolist()
        for table, rows in tables.items()
        for name, column in vars(rows).items()
    }


def one_after_the_other(index: Index, texts: Sequence[Agreement | Timeline], as_of: int) -> None:
    """Each text gets the verdicts that it gets alone, whatever was replayed before on the index."""
    eras = Eras.of(index, texts[0]).recalling()
    for text in texts:
        under = eras.apart().under(text)
        alone = columns(decide(Eras.of(index, text), as_of))
        assert columns(decide(under, as_of)) == alone
        assert columns(decide(under, as_of)) == alone  # all of its clocks are known by now
        decide(eras, as_of)


@FEWER
@given(agreements(), agreements(), PARTS, histories(), instants | st.just(END))
def test_a_text_that_differs_in_parts(
    one: Agreement, other: Agreement, parts: set[str], rows: list[Row], as_of: int
) -> None:
    mixed = replace(one, **{part: getattr(other, part) for part in parts})
    index = build(facts_of_rows(rows, one, columns_needed(other)), as_of)
    one_after_the_other(index, [one, mixed, other], as_of)


@FEWER
@given(timelines(), agreements(), histories())
def test_several_versions(timeline: Timeline, other: Agreement, rows: list[Row]) -> None:
    first, *later = (each.agreement for each in timeline)
    texts = in_turn([replace(first, stages=other.stages), *later])
    index = build(facts_of_rows(rows, timeline, columns_needed(other)), END)
    one_after_the_other(index, [timeline, texts, first], END)


@FEWER
@given(handed_on(), agreements(), instants | st.just(END))
def test_other_stages_where_leads_go_from_hand_to_hand(
    company: tuple[Agreement, list[Row]], other: Agreement, as_of: int
) -> None:
    one, rows = company
    mixed = replace(one, stages=other.stages)
    index = build(facts_of_rows(rows, one, columns_needed(other)), as_of)
    one_after_the_other(index, [one, mixed], as_of)


HOUR = 3600
STAGE = {"name": "S", "meaning": "S", "owner": "sales", "enter": "known(person.id)"}
PROMISE: dict[str, Any] = {
    "name": "Promise",
    "says": "Something in time.",
    "owed_by": "sales",
    "owed_to": "marketing",
    "starts": {"enters": "s0"},
    "kept_by": "fit >= 10",
    "within": "3 working hours",
    "calendar": "office",
    "variants": {"lively": {"when": "engagement >= 20.0", "within": "8 working hours"}},
}
TEXT = HEAD | {
    "fit": {"points": {"here": {"when": 'person.country == "NO"', "points": 10}}, "cap": 100},
    "engagement": {"half_life_days": 1, "points": {"form": 30}},
    "stages": {
        "s0": STAGE | {"may_skip": True},
        "s1": STAGE | {"enter": "touches.any >= 9", "comes_from": ["s0"]},
    },
    "promises": {"p": PROMISE},
}
ROWS: list[Row] = [
    {"kind_of_fact": "touch", "instant": START + 9 * HOUR, "person": "a", "kind": "form"},
    {"kind_of_fact": "person", "instant": START + 10 * HOUR, "id": "a", "country": "SE"},
    {"kind_of_fact": "person", "instant": START + 15 * HOUR, "id": "a", "country": "NO"},
]
OTHERWISE: dict[str, dict[str, Any]] = {
    "fit": {"fit.points.here.when": 'person.country == "DE"'},
    "engagement": {"engagement.points.form": 10},
    "calendars": {"calendars.office.hours.wed": ["09:00-10:30"]},
    "budget": {"promises.p.variants.lively.within": "1 working hour"},
    "a stage that is skipped": {
        "stages.s0.enter": "touches.any >= 9",
        "stages.s1.enter": "known(person.id)",
    },
}


def text_with(changes: dict[str, Any]) -> Agreement:
    text = deepcopy(TEXT)
    for path, value in changes.items():
        *steps, last = path.split(".")
        part: Any = text
        for step in steps:
            part = part[step]
        part[last] = value
    loaded = load(json.dumps(text))
    assert loaded.agreement is not None, loaded.errors
    return loaded.agreement


def owed(index: Index, text: Agreement) -> dict[str, list[object]]:
    found = columns(decide(Eras.of(index, text), END))
    return {name: column for name, column in found.items() if name.startswith("obligations")}


@pytest.mark.parametrize("what", OTHERWISE)
def test_each_thing_that_decides_about_a_clock(what: str) -> None:
    # the fact that passes a stage by may keep what starts there
    kept_by = "known(person.id)" if what == "a stage that is skipped" else "fit >= 10"
    one = text_with({"promises.p.kept_by": kept_by})
    other = text_with({"promises.p.kept_by": kept_by} | OTHERWISE[what])
    index = build(facts_of_rows(ROWS, one, columns_needed(other)), END)
    assert owed(index, one) != owed(index, other)
    one_after_the_other(index, [one, other], END)


def test_positions_in_the_words_of_the_text() -> None:
    one = text_with({})
    [promise] = one.event_promises
    calm = tuple(replace(each, id="calm") for each in promise.variants)
    others = (
        (replace(promise, id="o"), promise),
        (replace(promise, id="o", variants=calm), promise),
    )
    index = build(facts_of_rows(ROWS, one), END)
    for texts in ([one], [replace(one, promises=others[0])]):
        texts += [replace(one, promises=each) for each in others]
        one_after_the_other(index, texts, END)


def test_an_earlier_instant() -> None:
    one, early = text_with({"promises.p.kept_by": "touches.any >= 9"}), START + 11 * HOUR
    index = build(facts_of_rows(ROWS, one), END)
    eras = Eras.of(index, one).recalling()
    states = [columns(decide(eras, at))["obligations.state"] for at in (early, END)]
    assert states == [[State.OPEN], [State.BROKEN]]
