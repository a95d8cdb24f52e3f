"""What we write is harmless to open, and comes back exactly."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interlock.connectors.export import defused, restored, write_csv


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+49 89 1234", "@SUM(A1)", "-1+cmd|' /C calc'!A0", "\t=1", "\r=1", "-", "=", "\n=1"],
)
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5", "-1,234.50", "-0.5e-3", "plain", "'quoted'", "a=b", ""])
def test_numbers_and_texts_stay_as_they_are(cell: str) -> None:
    assert defused(cell) == cell


def test_values_that_are_no_text() -> None:
    assert [defused(value) for value in (None, -5, 1.5, True)] == ["", "-5", "1.5", "True"]


@given(st.text(st.sampled_from("'=+-@\t\r\n1a.")) | st.text())
@example("''=x")
def test_any_text_comes_back(text: str) -> None:
    cell = defused(text)
    assert restored(cell) == text
    assert cell[:1] not in tuple("=+@\t\r\n")


def test_the_file_opens_in_excel_as_it_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rows.csv"
    assert write_csv(path, ["name", "=x"], [["Åsa", -5], ["=1+1", None]]) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [["name", "'=x"], ["Åsa", "-5"], ["'=1+1", ""]]
    assert [each.name for each in path.parent.iterdir()] == ["rows.csv"]
