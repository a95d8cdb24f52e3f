"""What counted at an instant is what a load gave then, whatever came and went since."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from interlock.facts.columns import Facts
from interlock.store.facts import load_facts, load_person
from tests.support.arriving import came, went

pytestmark = pytest.mark.django_db

NEEDED = {
    "account": ("id", "employees"),
    "person": ("id", "account", "name"),
    "opportunity": ("id", "person", "status"),
    "contact_role": ("opportunity", "person"),
    "touch": ("person", "kind"),
}
PEOPLE = ("ann", "bea")


def plain(facts: Facts) -> dict[str, list[tuple[object, ...]]]:
    """Every row: its id, instant, when it was learned of, and cells."""
    found = {}
    for kind, table in facts.items():
        assert table.learned is not None
        cells = [
            [column.value(row) for row in range(len(table))] for column in table.columns.values()
        ]
        found[kind] = [
            *zip(table.ids.tolist(), table.at.tolist(), table.learned.tolist(), *cells, strict=True)
        ]
    return found


Loaded = list[dict[str, list[tuple[object, ...]]]]


def loads(known_by: int | None = None) -> Loaded:
    """What everybody's load gives, and each person's."""
    each = [load_person(key, NEEDED, {}, known_by) for key in PEOPLE]
    return [plain(facts) for facts in (load_facts(NEEDED, {}, known_by), *each)]


def test_a_correction_and_what_was_taken_back_do_not_change_what_was_known() -> None:
    touch: dict[str, list[object]] = {"id": ["t1"], "person": ["ann"], "at": [5]}
    touch["kind"] = ["form"]
    first = came("touch", 100, touch)
    before = loads()
    came("touch", 200, touch | {"person": ["bea"], "at": [7]})
    between = loads()
    went(first, 300)
    assert loads(99)[0]["touch"] == []
    assert loads(100) == loads(199) == before
    assert loads(200) == loads(299) == between
    assert [row[3:] for row in before[1]["touch"]] == [("ann", "form")]
    assert between[1]["touch"] == []


def test_a_version_that_came_late_with_an_early_time_held_for_nobody_before_it_came() -> None:
    def ann(name: str, updated: int | None) -> dict[str, list[object]]:
        return {"id": ["ann"], "created_at": [10], "updated_at": [updated], "name": [name]}

    came("person", 100, ann("A", 50))
    before = loads()
    came("person", 200, ann("B", 20))
    assert loads(100) == before
    assert [row[1] for row in loads(100)[0]["person"]] == [10]
    assert sorted(str(row[1]) for row in loads()[0]["person"]) == ["10", "50"]


def test_who_was_merged_then_is_one_person_then() -> None:
    both: dict[str, list[object]] = {"id": ["ann", "bea"], "created_at": [10, 10]}
    came("person", 100, both | {"name": ["A", "B"]})
    merge = came("merge", 200, {"id": ["m1"], "person": ["bea"], "into": ["ann"], "at": [150]})
    went(merge, 300)
    for known_by, expected in ((100, ["ann"]), (200, ["ann", "bea"]), (300, ["ann"])):
        facts = load_person("ann", NEEDED, {}, known_by)
        assert [row[3] for row in plain(facts)["person"]] == expected


def test_the_number_of_queries_does_not_depend_on_how_much_was_corrected() -> None:
    counts = []
    for size in (1, 50):
        keys: list[object] = [f"t{size}-{number}" for number in range(size)]
        touch: dict[str, list[object]] = {"id": keys, "person": ["ann"] * size, "at": [5] * size}
        came("touch", 100, touch | {"kind": ["form"] * size})
        came("touch", 200, touch | {"kind": ["visit"] * size})
        with CaptureQueriesContext(connection) as queries:
            loads(150)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- properties -------------------------------------------------------------------------------

_CHOICES: dict[str, dict[str, tuple[object, ...]]] = {
    "account": {
        "id": ("acme", "beta"),
        "created_at": (None, 10),
        "updated_at": (None, 11, 12, 13),
        "employees": (1, 2),
    },
    "person": {
        "id": PEOPLE,
        "created_at": (10,),
        "updated_at": (None, 11, 12, 13),
        "account": (None, "acme", "beta"),
    },
    "opportunity": {
        "id": ("o1", "o2"),
        "created_at": (20, 21),
        "person": PEOPLE,
        "status": ("open", "won"),
    },
    "contact_role": {"id": ("r1", "r2"), "opportunity": ("o1", "o2"), "person": PEOPLE},
    "touch": {"id": ("t1", "t2"), "person": PEOPLE, "at": (20, 21), "kind": ("form", "visit")},
}
_ROWS = st.sampled_from([*_CHOICES]).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.lists(st.tuples(*map(st.sampled_from, _CHOICES[kind].values())), min_size=1, max_size=3),
    )
)
_STEPS = st.lists(_ROWS | st.integers(0, 5), min_size=3, max_size=7)
"""Rows of a kind come in, or the import of that number is taken back."""


class Properties(TestCase):
    """Each example has the store for itself."""

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=15)
    @given(_STEPS)
    def test_what_was_known_is_what_was_loaded_then(
        self, steps: Sequence[tuple[str, list[tuple[object, ...]]] | int]
    ) -> None:
        batches: list[int] = []
        known: dict[int, Loaded] = {90: loads()}
        for number, step in enumerate(steps):
            at = 100 * (number + 1)
            if isinstance(step, int):
                for batch in batches[step : step + 1]:
                    went(batch, at)
            else:
                kind, rows = step
                cells = map(list, zip(*rows, strict=True))
                batches.append(came(kind, at, dict(zip(_CHOICES[kind], cells, strict=True))))
            known[at] = loads()
        for at, loaded in known.items():
            assert loads(at) == loaded
