"""What the pages and commands about data read."""

from __future__ import annotations

from pathlib import Path

import pytest

from interlock.facts.kinds import KINDS, ColumnType
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.read_imports import (
    Counts,
    facts_summary,
    read_import,
    read_imports,
    read_refused,
)
from interlock.operations.take_back import take_back
from tests.operations.importing import people, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def test_imports_the_latest_first_with_their_parts(tmp_path: Path) -> None:
    first = take(tmp_path, people=people("1,2026-03-02,Åsa", "2,soon,Bo"))
    second = take(tmp_path, people=people("1,2026-03-02,Åsa"))
    assert [row.id for row in read_imports()] == [second.id, first.id]
    assert [row.id for row in read_imports(limit=1, before=second.id)] == [first.id]
    (part,) = first.parts
    assert (part.file, part.kind, part.label, part.done) == ("people.csv", "person", "person", True)
    assert first.counts == part.counts == Counts(2, 1, 0, 1, 0)
    assert (first.refused_folder is None, second.refused_folder is None) == (False, True)
    assert read_import(second.id) == second
    assert read_import(second.id + 1) is None


def test_refused_rows_a_page_at_a_time(tmp_path: Path) -> None:
    row = take(tmp_path, people=people(*(f"{n},soon,N{n}" for n in range(5)), "9,2026-03-02,a,b"))
    page = read_refused(row.id, size=4)
    rest = read_refused(row.id, after=page.after, size=4)
    assert [each.line for each in (*page.rows, *rest.rows)] == [2, 3, 4, 5, 6, 7]
    assert (page.after != "", rest.after) == (True, "")
    assert page.rows[0].cells == (("id", "0"), ("created", "soon"), ("name", "N0"))
    assert rest.rows[-1].cells[-1] == ("(cell 4)", "b")
    assert read_refused(row.id, after="nonsense").rows[0] == page.rows[0]


def test_facts_by_kind(tmp_path: Path) -> None:
    text = "id,created,name,size\n1,2026-03-02,Å,5\n2,2026-03-04,B,6\n"
    row = take(tmp_path, people=text)
    found = {each.kind: each for each in facts_summary()}
    assert list(found) == list(KINDS)
    person = found["person"]
    assert (person.records, person.first, person.last) == (2, 1_772_409_600, 1_772_582_400)
    assert person.attributes == {"size": ColumnType.INTEGER}
    assert (found["touch"].records, found["touch"].first) == (0, None)
    take_back(row.id, by=COMMAND_LINE)
    assert {each.kind: each.records for each in facts_summary()}["person"] == 0
