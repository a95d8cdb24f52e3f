"""Taking imports back: what they brought counts no more, what they replaced counts again."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.take_back import take_back
from interlock.store.lock import only_writer
from interlock.store.models import FACTS, Event, Import
from tests.operations.importing import PEOPLE, counted, live, people, take, versions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def back(import_id: int) -> None:
    assert take_back(import_id, by=COMMAND_LINE, why="a test").trouble == ""


def test_its_facts_stop_counting_and_stay(tmp_path: Path) -> None:
    row = take(tmp_path, people=people("1,2026-03-02,Åsa", "2,2026-03-02,Bo"))
    found = take_back(row.id, by=COMMAND_LINE, why="the wrong file").imported
    assert found is not None
    assert (found.state, found.taken_back_by) == (Import.TAKEN_BACK, "command line")
    assert live() == []
    assert FACTS["person"].objects.count() == 2
    event = Event.objects.latest("pk")
    assert (event.verb, event.about) == ("take back", f"import {row.id}: crm")
    assert event.why == "the wrong file"


def test_what_it_replaced_counts_again(tmp_path: Path) -> None:
    take(tmp_path, people=people("1,2026-03-02,Åsa"))
    second = take(tmp_path, people=people("1,2026-03-02,Asa"))
    before = live("person", "name", "at")
    back(second.id)
    assert before[0][1] == "Asa"
    assert live("person", "name", "at") == [("1", "Åsa", 1_772_409_600)]


def test_imports_may_be_taken_back_in_any_order(tmp_path: Path) -> None:
    rows = [take(tmp_path, people=people(f"1,2026-03-02,{name}")) for name in "ABC"]
    back(rows[1].id)
    assert live("person", "name") == [("1", "C")]
    back(rows[2].id)
    assert live("person", "name") == [("1", "A")]
    back(rows[0].id)
    assert live() == []


def test_a_later_version_becomes_the_first_where_the_first_is_gone(tmp_path: Path) -> None:
    first = take(tmp_path, people=people("1,2026-03-02,Åsa"))
    take(tmp_path, people=people("1,2026-03-02,Asa"))
    back(first.id)
    assert live("person", "name", "at") == [("1", "Asa", 1_772_409_600)]


def test_twice_is_once(tmp_path: Path) -> None:
    row = take(tmp_path, people=people("1,2026-03-02,Åsa"))
    back(row.id)
    facts, events = versions(), Event.objects.count()
    back(row.id)
    assert (versions(), Event.objects.count()) == (facts, events)


def test_the_same_files_may_come_again_and_from_another_source(tmp_path: Path) -> None:
    row = take(tmp_path, people=people("1,2026-03-02,Åsa"))
    back(row.id)
    again = take(tmp_path)
    assert counted(again) == (1, 0, 0)
    back(again.id)
    other = take(tmp_path, PEOPLE.replace("source: crm", "source: fair"))
    assert counted(other) == (1, 0, 0)


def test_troubles_are_told() -> None:
    assert take_back(7, by=COMMAND_LINE).trouble == "there is no import 7"
    with pytest.raises(NotAllowedError):
        take_back(7, by=Actor("Bo", "sales", "member"))


def test_not_while_an_import_runs(tmp_path: Path, data_folder: Path) -> None:
    row = take(tmp_path, people=people("1,2026-03-02,Åsa"))
    with only_writer(data_folder):
        trouble = take_back(row.id, by=COMMAND_LINE).trouble
    # an advisory lock of PostgreSQL belongs to the session, and this test has only one
    assert trouble in ("an import is running on this store; wait until it is done", "")


# --- properties -------------------------------------------------------------------------------

DAYS = st.sampled_from(["", "2026-03-04", "2026-03-05"])
FILE = st.lists(st.tuples(st.sampled_from("123"), DAYS, st.sampled_from("AB")), max_size=5)
MANIFEST = """\
source: crm
files:
  - file: people.csv
    as: person
    columns: {id: id, created_at: {value: 2026-03-02}, updated_at: updated, name: name}
"""


class Properties(TestCase):
    """Each example has the store for itself."""

    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
    @given(st.lists(FILE, min_size=1, max_size=3))
    def test_the_last_import_taken_back_leaves_what_was_before(
        self, files: list[list[tuple[str, ...]]]
    ) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder, states, rows = Path(name), [standing()], []
            for file in files:
                with (folder / "people.csv").open("w", newline="") as stream:
                    csv.writer(stream).writerows([["id", "updated", "name"], *file])
                rows.append(take(folder, MANIFEST).id)
                states.append(standing())
            for row, state in zip(reversed(rows), reversed(states[:-1]), strict=True):
                back(row)
                assert standing() == state


def standing() -> list[tuple[Any, ...]]:
    """Every version that counts in its time: key, name, instant, and whether it is the last."""
    rows = FACTS["person"].objects.exclude(batch__state=Import.TAKEN_BACK)
    return list(rows.order_by("key", "id").values_list("key", "name", "at", "live"))
