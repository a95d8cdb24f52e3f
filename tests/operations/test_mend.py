"""Refused rows, mended in their files and imported again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click import Context

from interlock.cli import main
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.mend import mend
from interlock.operations.read_imports import ImportRow, read_refused
from interlock.operations.take_back import take_back
from interlock.store.models import Import
from tests.operations.importing import PEOPLE, attempt, counted, live, people, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def edit(row: ImportRow, file: str, **changes: str) -> None:
    """Replaces texts in the file of refused rows, as somebody does with an editor."""
    assert row.refused_folder is not None
    path = row.refused_folder / file
    text = path.read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def mended(import_id: int) -> ImportRow:
    received = mend(import_id, by=COMMAND_LINE)
    assert received.imported is not None, received.problems
    return received.imported


def trouble(import_id: int) -> str:
    received = mend(import_id, by=COMMAND_LINE)
    assert received.imported is None
    return received.problems[0].message


def test_mended_rows_are_taken_and_the_rest_is_refused_again(tmp_path: Path) -> None:
    row = take(tmp_path, people=people("1,2026-03-02,Åsa", "2,soon,Bo", "3,later,Cy"))
    edit(row, "people.csv", soon="2026-03-03")
    again = mended(row.id)
    assert (counted(again), again.mends) == ((1, 0, 1), row.id)
    assert live("person", "name") == [("1", "Åsa"), ("2", "Bo")]
    edit(again, "people.csv", later="2026-03-04")
    assert counted(mended(again.id)) == (1, 0, 0)
    assert len(live()) == 3


@pytest.mark.parametrize("file", ["'**/*.csv'", "'*.csv'", "./people.csv", "'[p]eople.csv'"])
def test_a_file_is_found_again_however_the_manifest_names_it(tmp_path: Path, file: str) -> None:
    manifest = PEOPLE.replace("people.csv", file)
    row = take(tmp_path, manifest, people=people("1,soon,Åsa"))
    edit(row, "people.csv", soon="2026-03-03")
    assert counted(mended(row.id)) == (1, 0, 0)


def test_a_file_in_a_folder_is_read_by_the_one_source_that_means_it(tmp_path: Path) -> None:
    both = PEOPLE + PEOPLE.partition("files:\n")[2]
    manifest = both.replace("people.csv", "'*.csv'", 1).replace("people.csv", "more/*.csv")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "late.csv").write_text(people("2,soon,Bo"), encoding="utf-8")
    row = take(tmp_path, manifest, people=people("1,2026-03-02,Åsa"))
    assert counted(mended(row.id)) == (0, 0, 1)


def test_a_pattern_leaves_out_refused_rows_where_the_store_lies_among_the_exports(
    tmp_path: Path, data_folder: Path
) -> None:
    assert data_folder.is_relative_to(tmp_path)
    manifest = PEOPLE.replace("people.csv", "'**/*.csv'")
    for _ in range(2):
        row = take(tmp_path, manifest, people=people("1,soon,Åsa"))
        assert [part.file for part in row.parts] == ["people.csv"]


def test_a_file_of_refused_rows_is_no_export(tmp_path: Path) -> None:
    row = take(tmp_path, people=people("1,soon,Åsa"))
    assert row.refused_folder is not None
    received = attempt(row.refused_folder)
    assert received.imported is None
    assert "interlock mend" in str(received.problems[0])


def test_cells_without_a_header_keep_a_row_out_until_they_are_gone(tmp_path: Path) -> None:
    row = take(tmp_path, people=people("1,2026-03-02,Åsa,two,more", "2,2026-03-03,Bo,one"))
    (first, second) = read_refused(row.id).rows
    again = mended(row.id)
    assert counted(again) == (0, 0, 2)
    assert [each.reason for each in read_refused(again.id).rows] == [first.reason, second.reason]
    edit(again, "people.csv", **{"two | more": "", "cells and the header 3,one": ","})
    assert counted(mended(again.id)) == (2, 0, 0)


def test_cells_that_a_row_lacks_keep_it_out_until_somebody_says_what_they_are(
    tmp_path: Path,
) -> None:
    row = take(tmp_path, people=people("1,2026-03-02"))
    again = mended(row.id)
    assert counted(again) == (0, 0, 1)
    assert "write in place of `(no cell here)`" in read_refused(again.id).rows[0].reason
    edit(again, "people.csv", **{"(no cell here)": "Åsa"})
    assert counted(mended(again.id)) == (1, 0, 0)
    assert live("person", "name") == [("1", "Åsa")]


def test_formulas_and_quotes_come_back_as_they_were(tmp_path: Path) -> None:
    names = ["=1+1", "'=x", "+47", "@a", "-5", "-x", '"q"', "a,b"]
    path = tmp_path / "people.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "created", "name"])
        writer.writerows([[str(n), "soon", name] for n, name in enumerate(names)])
    row = take(tmp_path)
    edit(row, "people.csv", **{",soon,": ",2026-03-02,"})
    assert counted(mended(row.id)) == (len(names), 0, 0)
    assert [name for _, name in live("person", "name")] == names


def test_a_row_is_mended_for_the_mapping_that_refused_it(tmp_path: Path) -> None:
    manifest = """\
        source: crm
        files:
          - file: deals.csv
            gives:
              - {as: opportunity, columns: {id: id, created_at: at, amount: amount}}
              - as: decision
                columns: {id: id, person: p, at: at, kind: {from: what, choices: {win: [yes]}}}
    """
    text = "id,at,p,what,amount\n1,2026-03-02,7,maybe,x\n2,2026-03-02,7,maybe,5\n"
    row = take(tmp_path, manifest, deals=text)
    assert counted(row) == (1, 0, 3)
    edit(row, "deals.csv", maybe="yes")
    again = mended(row.id)
    assert [(part.label, part.counts.taken, part.counts.refused) for part in again.parts] == [
        ("opportunity", 0, 1),
        ("decision", 2, 0),
    ]


def test_a_row_for_no_mapping_is_refused_not_lost(tmp_path: Path) -> None:
    manifest = """\
        source: crm
        files:
          - file: deals.csv
            gives:
              - {as: opportunity, columns: {id: id, created_at: at, name: name}}
              - {as: account, columns: {id: id, created_at: at, name: name}}
    """
    row = take(tmp_path, manifest, deals="id,at,name\n1,soon,Fuß\n")
    assert counted(row) == (0, 0, 2)
    edit(row, "deals.csv", opportunity="opprtunity", soon="2026-03-02")
    again = mended(row.id)
    assert counted(again) == (1, 0, 1)
    (refused,) = read_refused(again.id).rows
    assert refused.reason == (
        "`opprtunity` in the column `_mapping` is none of: opportunity, account"
    )


def test_files_of_one_name_in_two_folders_are_kept_apart(tmp_path: Path) -> None:
    manifest = """\
        source: crm
        files:
          - {file: a_b.csv, as: person, columns: {id: id, created_at: created, name: name}}
          - {file: a/b.csv, as: person, columns: {id: id, created_at: created, name: name}}
    """
    (tmp_path / "a").mkdir()
    texts = {"a/b": people("1,soon,Åsa"), "a_b": people("2,soon,Bo")}
    row = take(tmp_path, manifest, **texts)
    assert row.refused_folder is not None
    assert sorted(path.name for path in row.refused_folder.iterdir()) == ["2 a_b.csv", "a_b.csv"]
    edit(row, "a_b.csv", soon="2026-03-02")
    edit(row, "2 a_b.csv", soon="2026-03-03")
    assert counted(mended(row.id)) == (2, 0, 0)
    assert live("person", "name") == [("1", "Åsa"), ("2", "Bo")]


def test_mended_rows_are_joined_with_the_files_of_the_import(tmp_path: Path) -> None:
    manifest = """\
        source: crm
        files:
          - file: touches.csv
            join: {file: leads.csv, on: Name, take: Id}
            as: touch
            columns: {person: Id, at: At, kind: {value: form}}
    """
    row = take(tmp_path, manifest, touches="Name,At\nBerg,soon\n", leads="Id,Name\n7,Berg\n")
    (tmp_path / "touches.csv").unlink()
    edit(row, "touches.csv", soon="2026-03-02")
    assert counted(mended(row.id)) == (1, 0, 0)
    assert [person for _, person in live("touch", "person")] == ["7"]


def test_the_way_to_the_numbers_of_imports_is_a_command_that_there_is() -> None:
    (problem,) = mend(7, by=COMMAND_LINE).problems
    assert "`interlock facts`" in problem.hint
    assert "facts" in main.list_commands(Context(main))


def test_troubles_are_told(tmp_path: Path) -> None:
    assert trouble(7) == "there is no import 7"
    whole = take(tmp_path, people=people("1,2026-03-02,Åsa"))
    assert "refused no rows" in trouble(whole.id)
    row = take(tmp_path, people=people("1,soon,Åsa"))
    assert row.refused_folder is not None
    path = row.refused_folder / "people.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("_mapping", "mapping"), encoding="utf-8")
    assert trouble(row.id) == "the column `_mapping` is missing"
    path.unlink()
    assert "is not there" in trouble(row.id)
    take_back(row.id, by=COMMAND_LINE)
    assert "is taken back" in trouble(row.id)
    assert Import.objects.filter(mends__isnull=False).count() == 0
