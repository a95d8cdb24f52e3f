"""Imports into a store: what is taken, unchanged and refused, and what counts afterwards."""

from __future__ import annotations

import csv
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.attributes import known_attributes
from interlock.operations.read_imports import ImportRow
from interlock.operations.receive import receive
from interlock.store.lock import only_writer
from interlock.store.models import FACTS, Event, Import, ImportPart, Refusal
from tests.operations.importing import (
    PEOPLE,
    attempt,
    counted,
    live,
    people,
    take,
    versions,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

CREATED = 1_772_409_600  # 2026-03-02 UTC


def test_rows_become_facts_with_where_they_stood(tmp_path: Path) -> None:
    row = take(tmp_path, people=people("1,2026-03-02,Åsa", "2,2026-03-02,Bo"))
    assert (row.state, counted(row)) == (Import.DONE, (2, 0, 0))
    (fact, _) = FACTS["person"].objects.order_by("key").values()
    assert (fact["name"], fact["at"], fact["line"], fact["part"]) == ("Åsa", CREATED, 2, 1)
    event = Event.objects.get()
    assert (event.verb, event.by, event.about) == (
        "import",
        "command line",
        f"import {row.id}: crm",
    )


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    text = people("1,2026-03-02,Åsa", "1,2026-03-02,Asa", "2,2026-03-02,Bo", "2,2026-03-02,Bo")
    first = take(tmp_path, people=text)
    facts = versions()
    assert counted(first) == (3, 1, 0)
    second = take(tmp_path, people=text)
    assert counted(second) == (0, 4, 0)
    assert versions() == facts
    assert second.id != first.id


def differing(row: ImportRow) -> list[tuple[str, int, str]]:
    return [(part.file, part.differing, part.differs_at) for part in row.parts]


def test_rows_of_one_import_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    text = people("1,2026-03-02,Åsa", "2,2026-03-02,Bo", "1,2026-03-02,Asa", "2,2026-03-02,Bo")
    first = take(tmp_path, people=text)
    assert differing(first) == [("people.csv", 1, "`1` on line 2 and on line 4")]
    assert live("person", "name") == [("1", "Asa"), ("2", "Bo")]
    assert differing(take(tmp_path, people=text)) == differing(first)
    later = take(tmp_path, people=people("1,2026-03-02,Eva"))  # another import may say otherwise
    assert differing(later) == [("people.csv", 0, "")]


def test_rows_of_two_files_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    manifest = """
        source: crm
        files:
          - {file: "touch*.csv", as: touch, columns: {id: id, person: who, at: at, kind: kind}}
        """
    head = "id,who,at,kind\n"
    row = take(
        tmp_path,
        manifest,
        touch1=head + "t1,1,2026-03-02,form\nt2,1,2026-03-02,form\n",
        touch2=head + "t3,1,2026-03-02,form\nt2,1,2026-03-03,form\nt1,1,2026-03-02,visit\n",
    )
    assert differing(row) == [
        ("touch1.csv", 0, ""),
        ("touch2.csv", 2, "`t2` on line 3 of touch1.csv and on line 3"),
    ]


def test_versions_that_say_since_when_they_are_true_contradict_only_within_one_instant(
    tmp_path: Path,
) -> None:
    manifest = PEOPLE.replace("name: name", "name: name, updated_at: since")
    rows = ["1,2026-03-02,Åsa,2026-03-02", "1,2026-03-02,Asa,2026-03-03"]
    row = take(tmp_path, manifest, people="\n".join(["id,created,name,since", *rows, ""]))
    assert differing(row) == [("people.csv", 0, "")]
    rows = [*rows, "1,2026-03-02,Eva,2026-03-02"]
    row = take(tmp_path, manifest, people="\n".join(["id,created,name,since", *rows, ""]))
    assert differing(row) == [("people.csv", 1, "`1` on line 2 and on line 4")]


def test_a_changed_person_has_a_later_version(tmp_path: Path) -> None:
    take(tmp_path, people=people("1,2026-03-02,Åsa"))
    row = take(tmp_path, people=people("1,2026-03-02,Åsa Berg"))
    assert versions() == [
        ("1", "Åsa", CREATED, False),
        ("1", "Åsa Berg", row.started_at, True),
    ]


def test_versions_with_their_own_times_may_come_in_any_order(tmp_path: Path) -> None:
    manifest = PEOPLE.replace("name: name", "name: name, updated_at: updated")
    text = "id,created,updated,name\n1,2026-03-02,2026-03-04,C\n1,2026-03-02,,A\n"
    take(tmp_path, manifest, people=text)
    take(tmp_path, manifest, people="id,created,updated,name\n1,2026-03-02,2026-03-03,B\n")
    day = 86_400
    found = sorted(versions(), key=lambda row: row[1])
    assert found == [
        ("1", "A", Import.objects.order_by("id")[0].started_at, True),
        ("1", "B", CREATED, False),
        ("1", "C", CREATED + 2 * day, False),
    ]


def test_a_changed_touch_corrects_the_earlier_one(tmp_path: Path) -> None:
    manifest = """\
        source: web
        files:
          - {file: t.csv, as: touch, columns: {id: id, person: p, at: at, kind: kind}}
    """
    take(tmp_path, manifest, t="id,p,at,kind\n1,7,2026-03-02,form\n")
    take(tmp_path, manifest, t="id,p,at,kind\n1,7,2026-03-03,visit\n")
    assert live("touch", "kind", "at") == [("1", "visit", CREATED + 86_400)]
    assert FACTS["touch"].objects.count() == 2


def test_nobody_can_work_on_less_than_no_leads(tmp_path: Path) -> None:
    manifest = """
        source: crm
        files:
          - {file: members.csv, as: member, columns: {id: id, name: name, capacity: capacity}}
        """
    members = "id,name,capacity\nbo,Bo,5\ncy,Cy,-1\ndi,Di,0\ned,Ed,\n"
    row = take(tmp_path, manifest, members=members)
    assert counted(row) == (3, 0, 1)
    assert live("member", "capacity") == [("bo", 5), ("di", 0), ("ed", None)]
    refused = Refusal.objects.get()
    assert (refused.line, refused.reason) == (3, "capacity (capacity): `-1` is less than 0")


def test_refused_rows_are_kept_and_written_out(tmp_path: Path, data_folder: Path) -> None:
    text = people("1,2026-03-02,Åsa", "2,soon,=1+1", "3,2026-03-02", ",2026-03-02,-5")
    row = take(tmp_path, people=text)
    assert counted(row) == (1, 0, 3)
    assert row.refused_folder == data_folder / "refused" / str(row.id)
    with (row.refused_folder / "people.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == ["id", "created", "name", "_line", "_mapping", "_reason", "_more"]
    assert [each[:5] for each in rows] == [
        ["2", "soon", "'=1+1", "3", "person"],
        ["3", "2026-03-02", "(no cell here)", "4", "person"],
        ["", "2026-03-02", "-5", "5", "person"],
    ]
    assert "`soon` is not a date" in rows[0][5]
    assert [each.line for each in Refusal.objects.order_by("id")] == [3, 4, 5]


def test_bytes_that_no_database_keeps_are_shown_by_a_sign(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(
        b"id,created,name\n1,2026-03-02,a\0b\n2,2026-03-02,\xc3\xa9\n3,x,\xff\n"
    )
    assert counted(take(tmp_path)) == (1, 0, 2)
    assert [each.row[2] for each in Refusal.objects.order_by("id")] == ["a\ufffdb", "\ufffd"]


def test_one_file_gives_several_kinds_in_one_pass(tmp_path: Path) -> None:
    manifest = """\
        source: crm
        files:
          - file: deals.csv
            gives:
              - {as: opportunity, columns: {id: id, created_at: at, person: p, stage: stage}}
              - as: decision
                where: row.stage == "won"
                columns: {person: p, at: at, kind: {value: win}}
              - as: decision
                where: row.stage == "lost"
                columns: {person: p, at: at, kind: {value: lose}}
    """
    text = "id,p,at,stage\n1,a,2026-03-02,won\n2,b,2026-03-02,lost\n3,c,soon,open\n4,d,soon,won\n"
    row = take(tmp_path, manifest, deals=text)
    parts = [(each.label, each.counts) for each in row.parts]
    assert [(label, c.taken, c.refused, c.filtered) for label, c in parts] == [
        ("opportunity", 2, 2, 0),
        ("decision", 1, 1, 2),
        ("decision 2", 1, 0, 3),
    ]
    assert {kind for _, kind in live("decision", "kind")} == {"win", "lose"}


def test_a_key_belongs_to_the_source_that_first_brought_it(tmp_path: Path) -> None:
    take(tmp_path, people=people("1,2026-03-02,Åsa"))
    other = PEOPLE.replace("source: crm", "source: fair")
    row = take(tmp_path, other, people=people("1,2026-03-02,Olga", "2,2026-03-02,Per"))
    assert counted(row) == (1, 0, 1)
    refusal = Refusal.objects.get()
    assert (refusal.line, refusal.row) == (2, ["1", "2026-03-02", "Olga"])
    assert "belongs to a record of the source `crm`" in refusal.reason
    prefixed = other + "prefix: f-\n"
    assert counted(take(tmp_path, prefixed)) == (2, 0, 0)
    assert [key for (key,) in live()] == ["1", "2", "f-1", "f-2"]


def test_types_of_attributes_widen_from_file_to_file(tmp_path: Path) -> None:
    head = "id,created,name,size,zip,seen\n"
    take(tmp_path, people=head + "1,2026-03-02,Å,5,80331,2026-03-02\n")
    assert {k: str(v) for k, v in known_attributes()["person"].items()} == {
        "size": "integer",
        "zip": "integer",
        "seen": "instant",
    }
    take(tmp_path, people=head + "1,2026-03-02,Å,5.5,D-80331,\n")
    assert {k: str(v) for k, v in known_attributes()["person"].items()} == {
        "size": "number",
        "zip": "text",
        "seen": "instant",
    }
    assert live("person", "attributes") == [("1", {"size": "5.5", "zip": "D-80331"})]


def test_a_broken_manifest_or_file_leaves_no_import(tmp_path: Path) -> None:
    assert attempt(tmp_path, "source: crm\n").imported is None
    received = attempt(tmp_path, people="id,created\n1,2026-03-02\n")
    assert "has no column `name`" in received.problems[0].message
    assert (Import.objects.count(), Event.objects.count()) == (0, 0)


def test_a_header_alone_is_an_import_of_nothing(tmp_path: Path) -> None:
    assert counted(take(tmp_path, people="id,created,name\n")) == (0, 0, 0)


def test_only_a_keeper_may_import(tmp_path: Path) -> None:
    with pytest.raises(NotAllowedError):
        receive(PEOPLE, tmp_path, by=Actor("Bo", "sales", "member"))


def test_a_second_import_at_the_same_time_is_refused(tmp_path: Path, data_folder: Path) -> None:
    with only_writer(data_folder) as alone:
        assert alone
        received = attempt(tmp_path, people=people("1,2026-03-02,Åsa"))
    if received.imported is None:
        assert received.problems[0].message == "another import is running on this store"
        assert not FACTS["person"].objects.exists()
    else:  # an advisory lock of PostgreSQL belongs to the session, and this test has only one
        assert FACTS["person"].objects.count() == 1
    assert counted(take(tmp_path))[2] == 0


class StoppedError(Exception):
    """Somebody pulled the plug."""


def test_a_stopped_import_goes_on_where_it_was(tmp_path: Path) -> None:
    text = people(*(f"{n},2026-03-02,N{n}" for n in range(45_000)), "x,soon,X")
    (tmp_path / "people.csv").write_text(text)

    def stop(_file: str, _share: float, rows: int) -> None:
        if rows == 40_000:
            raise StoppedError

    with pytest.raises(StoppedError):
        receive(PEOPLE, tmp_path, by=COMMAND_LINE, progress=stop)
    assert FACTS["person"].objects.count() == ImportPart.objects.get().rows == 40_000
    received = receive(PEOPLE, tmp_path, by=COMMAND_LINE)
    assert received.resumed
    assert received.imported is not None
    assert counted(received.imported) == (45_000, 0, 1)
    assert FACTS["person"].objects.count() == 45_000
    assert Import.objects.count() == 1


# --- properties -------------------------------------------------------------------------------

IDS = st.sampled_from(["1", "2", "3", "4", ""])
DAYS = st.sampled_from(["2026-03-02", "2026-03-03", "soon", ""])
NAMES = st.sampled_from(["Åsa", "Bo", "=1", "a,b", 'say "x"', ""])
ROW = st.tuples(IDS, DAYS, NAMES)


class Properties(TestCase):
    """Each example has the store for itself."""

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
    @given(st.lists(ROW, max_size=12), st.lists(ROW, max_size=12))
    def test_any_file_adds_up_and_a_second_time_changes_nothing(
        self, before: list[tuple[str, ...]], rows: list[tuple[str, ...]]
    ) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for table in (before, rows):
                with (folder / "people.csv").open("w", newline="") as stream:
                    csv.writer(stream).writerows([["id", "created", "name"], *table])
                row = take(folder)
                assert row.counts.rows == len(table)
                assert counted(row)[2] == sum(
                    not (key and day.startswith("2026")) for key, day, _ in table
                )
            facts = versions()
            again = take(folder)
            assert counted(again)[0] == 0
            assert versions() == facts
            assert len({key for key, *_, is_live in facts if is_live}) == sum(f[3] for f in facts)

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
    @given(st.lists(ROW, max_size=12, unique_by=lambda row: row[0]), st.randoms())
    def test_the_order_of_rows_does_not_matter(
        self, rows: list[tuple[str, ...]], draw: random.Random
    ) -> None:
        kept = []
        for _ in range(2):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                with (folder / "people.csv").open("w", newline="") as stream:
                    csv.writer(stream).writerows([["id", "created", "name"], *rows])
                take(folder)
            kept.append(sorted(versions(), key=str))
            FACTS["person"].objects.all().delete()
            rows = draw.sample(rows, len(rows))
        assert kept[0] == kept[1]
