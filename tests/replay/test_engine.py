from __future__ import annotations

import re
from dataclasses import is_dataclass
from datetime import UTC, datetime
from inspect import getmembers
from typing import get_args, get_type_hints

import pytest

from interlock.agreement import schema
from interlock.agreement.criterion import Criterion
from interlock.agreement.loading import load
from interlock.agreement.timeline import in_turn
from interlock.replay.engine import columns_needed, replay
from tests.agreement.small import SMALL, agreement, changed
from tests.replay.tables import Row, facts_of_rows

EVERYWHERE = {
    "  not_now: {name: Not now, for: reject, goes_to: nurture, cites: stages.mql}": (
        "  not_now: {name: Not now, for: reject, goes_to: nurture, returns: {when: person.c1 > 0}}"
    ),
    "enter: touches.any >= 1": "enter: person.c2 > 0",
    "starts: {enters: mql}": "starts: {when: person.c3 > 0}",
    "kept_by: activity.human": (
        "kept_by: person.c4 > 0\n"
        "    pauses_while: person.c5 > 0\n"
        "    void_when: person.c6 > 0\n"
        "    variants: {big: {when: person.c7 > 0, within: 1 hour}}"
    ),
    "    owed_by: marketing\n": "    owed_by: marketing\n    when: person.c8 > 0\n",
    "promises:\n": (
        "promises:\n"
        "  counted:\n"
        "    {name: Counted, says: Calls., owed_by: sales, owed_to: marketing, each: month,\n"
        "     counts: person.c11 > 0, target: 1}\n"
    ),
    "stages:\n": (
        "attributes: {person: {" + ", ".join(f"c{n}: integer" for n in range(1, 12)) + "}}\n"
        "fit: {points: {size: {when: person.c9 > 0, points: 1}}}\n"
        "tiers: {a: {name: A, meaning: Large., when: person.c10 > 0}}\n"
        "stages:\n"
    ),
}
"""The small agreement with a criterion in every place that may have one, each on its own column."""


def places_of_criteria() -> list[str]:
    return [
        f"{name}.{field}"
        for name, type_ in getmembers(schema, is_dataclass)
        for field, hint in get_type_hints(type_).items()
        if hint is Criterion or Criterion in get_args(hint)
    ]


def test_a_replay_reads_the_columns_of_every_criterion() -> None:
    text = SMALL
    for before, after in EVERYWHERE.items():
        assert before in text
        text = text.replace(before, after, 1)
    loaded = load(text)
    assert loaded.agreement is not None, loaded.problems

    read = {c for c in columns_needed(loaded.agreement)["person"] if re.fullmatch(r"c\d+", c)}

    assert read == {f"c{n}" for n in range(1, 12)}
    assert len(read) == len(places_of_criteria())


@pytest.mark.parametrize(
    ("holidays", "year", "found"),
    [
        ("{country: NO}", 2051, 0),
        ("{country: NO}", 2052, 1),
        ("{country: NO}", 2010, 1),
        ("[2026-05-15]", 2052, 0),
    ],
)
def test_a_replay_from_a_year_whose_holidays_are_not_known_is_a_finding(
    holidays: str, year: int, found: int
) -> None:
    hours = "hours: {mon: 09:00-17:00, tue: 09:00-17:00}"
    read = agreement(SMALL.replace(hours, f"{hours}\n    holidays: {holidays}"))
    outcome = replay({}, read, int(datetime(year, 6, 1, tzinfo=UTC).timestamp()))
    assert [(f.code, f.example) for f in outcome.findings] == [("holidays-unknown", "oslo")] * found


def test_what_is_owed_comes_by_promise_in_whatever_order_a_version_writes_them() -> None:
    first, second = (
        f"""  {id}:
    name: {id}
    says: Sales calls.
    owed_by: sales
    owed_to: marketing
    starts: {{when: touch.kind == "demo"}}
    kept_by: activity.human
    within: 4 working hours
    calendar: oslo
"""
        for id in ("one", "other")
    )
    head = changed("version: 1\nin_force_from: 2026-01-01\n", "", SMALL[: SMALL.index("promises:")])
    texts = [
        agreement(f"version: {day}\nin_force_from: 2026-01-0{day}\n{head}promises:\n{promises}")
        for day, promises in enumerate((first + second, second + first), start=1)
    ]
    day = 86_400
    new_year = int(datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp())
    rows: list[Row] = [{"kind_of_fact": "person", "instant": new_year, "id": "a"}]
    rows += [
        {"kind_of_fact": "touch", "instant": new_year + n * day, "person": "a", "kind": "demo"}
        for n in (0, 1)
    ]
    timeline = in_turn(texts)
    owed = replay(facts_of_rows(rows, timeline), timeline, new_year + 9 * day).obligations
    assert owed.promise.tolist() == [0, 0, 1, 1]
    assert owed.start_fact.tolist() == [1, 2, 1, 2]
