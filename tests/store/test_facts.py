"""Facts come out of the store as they went in, in columns, for everybody or for one person."""

from __future__ import annotations

import pytest

from interlock.facts.columns import FactTable
from interlock.facts.kinds import ColumnType
from interlock.replay.outcome import ABSENT
from interlock.store.bulk import CHUNK, insert_columns
from interlock.store.facts import load_facts, load_person
from interlock.store.models import FACTS, Import

pytestmark = pytest.mark.django_db

NEEDED = {
    "member": ("id", "side"),
    "absence": ("member", "ends_at"),
    "account": ("id", "employees"),
    "person": ("id", "account", "source", "budget", "score", "vip", "seen"),
    "opportunity": ("id", "person", "status", "amount", "closed_at"),
    "contact_role": ("opportunity", "person"),
    "touch": ("person", "kind", "at"),
    "assignment": ("person", "member"),
    "activity": ("person", "human"),
}
ATTRIBUTES = {
    "person": {
        "budget": ColumnType.INTEGER,
        "score": ColumnType.NUMBER,
        "vip": ColumnType.FLAG,
        "seen": ColumnType.INSTANT,
    }
}


def batch(state: str = Import.DONE, started_at: int = 0) -> Import:
    return Import.objects.create(
        source="test",
        manifest="",
        folder="",
        fingerprint="",
        state=state,
        started_at=started_at,
        by="t",
    )


def put(fact: str, key: str, at: int | None = None, /, **cells: object) -> int:
    cells = {"batch": batch(), "live": True, **cells}
    row: int = FACTS[fact].objects.create(key=key, at=at, digest=0, **cells).pk
    return row


def values(table: FactTable, name: str) -> list[object]:
    return [table.columns[name].value(row) for row in range(len(table))]


def test_every_type_comes_out_as_it_went_in() -> None:
    attributes = {"budget": 5, "score": 2, "vip": False, "seen": -7}
    put("person", "ann", 10, source="Messe", attributes=attributes)
    put("person", "bea", -20, attributes={"score": 0.5, "vip": True, "other": "left out"})
    put("person", "øye", 30)
    person = load_facts(NEEDED, ATTRIBUTES)["person"]
    assert person.at.tolist() == [10, -20, 30]
    assert values(person, "id") == ["ann", "bea", "øye"]
    assert values(person, "source") == ["Messe", None, None]
    assert values(person, "budget") == [5, None, None]
    assert values(person, "score") == [2.0, 0.5, None]
    assert values(person, "vip") == [False, True, None]
    assert values(person, "seen") == [-7, None, None]
    assert values(person, "account") == [None, None, None]


def test_what_lasts_has_versions_and_what_happened_once_the_last_row() -> None:
    old = put("person", "ann", 10, live=False, source="web")
    new = put("person", "ann", 20, source="fair")
    put("touch", "t1", 11, live=False, person="ann", kind="form")
    corrected = put("touch", "t1", 12, person="ann", kind="visit")
    facts = load_facts(NEEDED, ATTRIBUTES)
    assert facts["person"].ids.tolist() == [old, new]
    assert values(facts["person"], "source") == ["web", "fair"]
    assert facts["touch"].ids.tolist() == [corrected]
    assert values(facts["touch"], "kind") == ["visit"]
    assert values(facts["touch"], "at") == [12]


def test_what_was_taken_back_counts_no_more() -> None:
    gone = batch(Import.TAKEN_BACK)
    kept = put("person", "ann", 10, live=False)
    put("person", "ann", 20, batch=gone, live=False)
    put("touch", "t1", 11, person="ann", kind="form", batch=gone, live=False)
    facts = load_facts(NEEDED, ATTRIBUTES)
    assert facts["person"].ids.tolist() == [kept]
    assert len(facts["touch"]) == 0
    assert len(load_person("ann", NEEDED, ATTRIBUTES)["person"]) == 1


def test_a_row_was_learned_of_when_its_import_started() -> None:
    late, early = batch(started_at=500), batch(started_at=90)
    put("touch", "t1", 11, person="ann", kind="form", batch=early)
    put("touch", "t2", 12, person="ann", kind="form", batch=late)
    put("touch", "t3", 13, person="ann", kind="form", batch=early)
    for facts in (load_facts(NEEDED, ATTRIBUTES), load_person("ann", NEEDED, ATTRIBUTES)):
        learned = facts["touch"].learned
        assert learned is not None
        assert learned.tolist() == [90, 500, 90]


def test_what_has_always_held_has_no_instant() -> None:
    put("account", "acme", None, employees=5)
    assert load_facts(NEEDED, ATTRIBUTES)["account"].at.tolist() == [ABSENT]


def test_rows_come_by_arrival_and_words_are_one_dictionary_over_all_chunks() -> None:
    count = CHUNK + 3
    columns = {
        "key": [f"t{number}" for number in range(count)],
        "person": [f"p{number % 7}" for number in reversed(range(count))],
        "at": 5,
        "digest": 0,
        "live": True,
        "batch_id": batch().pk,
    }
    insert_columns(FACTS["touch"], columns, count)
    touch = load_facts(NEEDED, ATTRIBUTES)["touch"]
    assert (touch.ids[1:] > touch.ids[:-1]).all()
    assert values(touch, "person") == columns["person"]
    words = touch.columns["person"].words
    assert words is not None
    assert sorted(words) == [f"p{number}" for number in range(7)]


def test_an_empty_store_has_a_table_of_each_kind_with_its_columns() -> None:
    for facts in (load_facts(NEEDED, ATTRIBUTES), load_person("ann", NEEDED, ATTRIBUTES)):
        assert {kind: (len(table), tuple(table.columns)) for kind, table in facts.items()} == {
            kind: (0, columns) for kind, columns in NEEDED.items()
        }


def test_one_person_is_a_slice_of_all() -> None:
    put("member", "sam", None, name="Sam", side="sales")
    acme = [
        put("account", "acme", None, live=False, employees=1),
        put("account", "acme", 5, employees=2),
    ]
    beta = put("account", "beta", None, employees=3)
    put("account", "other", None, employees=4)
    ann = [
        put("person", "ann", 1, live=False, account="acme"),
        put("person", "ann", 9, account="beta"),
    ]
    put("person", "bea", 1, account="other")
    own = put("opportunity", "o1", 3, person="ann", status="won", amount=1, closed_at=4)
    shared = put("opportunity", "o2", 3, person="bea", status="open")
    put("opportunity", "o3", 3, person="bea", status="open")
    role = put("contact_role", "r1", None, opportunity="o2", person="ann")
    put("contact_role", "r2", None, opportunity="o3", person="ann", live=False)
    touch = put("touch", "t1", 2, person="ann", kind="form")
    put("touch", "t2", 2, person="bea", kind="form")
    given = put("assignment", "g1", 3, person="ann", member="sam")
    put("assignment", "g2", 3, person="bea", member="tom")
    put("absence", "a1", 4, member="sam", ends_at=5)
    everybody, one = load_facts(NEEDED, ATTRIBUTES), load_person("ann", NEEDED, ATTRIBUTES)
    assert {kind: table.ids.tolist() for kind, table in one.items()} == {
        "member": everybody["member"].ids.tolist(),
        "account": [*acme, beta],
        "person": ann,
        "opportunity": [own, shared],
        "contact_role": [role],
        "touch": [touch],
        "assignment": [given],
        "absence": everybody["absence"].ids.tolist(),
        "activity": [],
    }
    for kind, table in one.items():
        places = everybody[kind].ids.searchsorted(table.ids)
        assert table.at.tolist() == everybody[kind].at[places].tolist()
        for name in table.columns:
            among_all = values(everybody[kind], name)
            assert values(table, name) == [among_all[place] for place in places]
