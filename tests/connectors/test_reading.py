"""Files of every format and encoding as the same rows; bad rows with their lines."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.connectors.files import Cell, Chunk, Options, UnreadableError
from interlock.connectors.opening import open_table

ROWS = [["Åsa Nyström", "12,5 €", 'said "yes"'], ["Müller; Söhne", "", "two\nlines"]]


def read(path: Path, options: Options = Options(), size: int = 20_000) -> list[list[Cell]]:  # noqa: B008 - frozen
    table = open_table(path, options)
    return [
        list(row) for chunk in table.chunks(size=size) for row in zip(*chunk.columns, strict=True)
    ]


def only_chunk(path: Path) -> Chunk:
    (chunk,) = open_table(path).chunks()
    return chunk


def as_csv(delimiter: str = ",", ending: str = "\r\n") -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerows([["name", "amount", "note"], *ROWS])
    return stream.getvalue()


def put(folder: Path, data: bytes | str, name: str = "leads.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"]
)
def test_every_encoding_gives_the_same_rows(tmp_path: Path, encoding: str) -> None:
    assert read(put(tmp_path, as_csv().encode(encoding))) == ROWS


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Paweł Świątek, Łódź, źródło", "cp1250"), ("Анна Кузнецова, Новгород", "cp1251")],
)
def test_other_alphabets_are_told_by_their_letters(
    tmp_path: Path, text: str, encoding: str
) -> None:
    rows = "".join(f"{number};{text}\n" for number in range(50))
    found = read(put(tmp_path, f"id;text\n{rows}".encode(encoding)))
    assert found[0] == ["0", text]


def test_letters_far_into_the_file_count_for_its_encoding(tmp_path: Path) -> None:
    plain = "".join(f"{number},plain\n" for number in range(200_000))
    path = put(tmp_path, f"id,name\n{plain}x,Zoë\n".encode("cp1252"))
    assert read(path)[-1] == ["x", "Zoë"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_ending(tmp_path: Path, delimiter: str, ending: str) -> None:
    assert read(put(tmp_path, as_csv(delimiter, ending))) == ROWS


def test_a_file_of_one_column_has_no_delimiter(tmp_path: Path) -> None:
    assert read(put(tmp_path, "email\na@b.example\nc@d.example\n")) == [
        ["a@b.example"],
        ["c@d.example"],
    ]


def test_a_line_that_names_the_delimiter_is_no_row(tmp_path: Path) -> None:
    assert read(put(tmp_path, "sep=;\na;b\n1,5;2\n")) == [["1,5", "2"]]


@pytest.mark.parametrize("line", ["sep=\n", 'sep="\n', "sep=\r\n"])
def test_a_line_that_names_no_delimiter_is_passed_over(tmp_path: Path, line: str) -> None:
    assert read(put(tmp_path, f"{line}a,b\n1,2\n")) == [["1", "2"]]


def test_a_file_that_ends_where_it_names_the_delimiter(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is empty"):
        open_table(put(tmp_path, "sep="))


def test_gzip_is_read_through(tmp_path: Path) -> None:
    assert read(put(tmp_path, gzip.compress(as_csv().encode()), "leads.csv.gz")) == ROWS


def test_a_file_that_the_system_does_not_give(tmp_path: Path) -> None:
    (tmp_path / "leads.csv").symlink_to("/proc/self/mem")  # opens; its first byte cannot be read
    with pytest.raises(UnreadableError, match=r"leads\.csv cannot be read: Input/output error"):
        open_table(tmp_path / "leads.csv")


def test_a_cut_gzip_says_so(tmp_path: Path) -> None:
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 1_000_000)
    with pytest.raises(UnreadableError, match="damaged"):
        list(open_table(put(tmp_path, whole[: len(whole) // 2], "leads.csv.gz")).chunks())


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    chunk = only_chunk(put(tmp_path, "a,b\n\n1,2\n\n3,4\n\n"))
    assert (chunk.lines, chunk.columns) == ([3, 5], [["1", "3"], ["2", "4"]])


def test_the_line_of_a_row_is_its_first_in_the_file(tmp_path: Path) -> None:
    chunk = only_chunk(put(tmp_path, 'a,b\n1,"x\ny\nz"\n2,u\n3,"p\r\nq"\n4,v\n'))
    assert chunk.lines == [2, 5, 6, 8]


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is empty"):
        open_table(put(tmp_path, ""))


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert read(put(tmp_path, "a,b\n")) == []


def test_headers_are_told_apart(tmp_path: Path) -> None:
    table = open_table(put(tmp_path, "Name,Name,,Name\n1,2,3,4\n"))
    assert table.headers == ("Name", "Name (2)", "column 3", "Name (3)")


def test_more_columns_than_any_table_has_are_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "".join(f'{{"{key}": 1}}\n' for key in range(20_000)), "leads.jsonl")
    with pytest.raises(
        UnreadableError, match=r"leads\.jsonl has 20,000 columns, and at most 16,384"
    ):
        open_table(path)


def test_a_chunk_of_many_columns_has_fewer_rows(tmp_path: Path) -> None:
    wide = ",".join("x" * 10_000)
    path = put(tmp_path, f"{wide}\n" * 1_001)
    assert [chunk.rows for chunk in open_table(path).chunks()] == [200] * 5


# --- bad rows ---------------------------------------------------------------------------------


def bad(path: Path) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for chunk in open_table(path).chunks() for row in chunk.bad]


def test_a_row_of_another_width_is_refused_alone(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n1,2\n1,2,3\n1\n3,4\n")
    assert bad(path) == [
        (3, "the row has 3 cells and the header 2"),
        (4, "the row has 1 cells and the header 2"),
    ]
    assert read(path) == [["1", "2"], ["3", "4"]]


def test_empty_cells_beyond_the_header_are_nothing(tmp_path: Path) -> None:
    assert read(put(tmp_path, "a,b\n1,2,,\n3,4\n")) == [["1", "2"], ["3", "4"]]


def test_bytes_that_are_no_text_refuse_their_row(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\nGöteborg,1\n".encode() + b"Malm\xf6,2\n" + "Åre,3\n".encode())
    assert [line for line, _ in bad(path)] == [3]
    assert read(path) == [["Göteborg", "1"], ["Åre", "3"]]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_file_cut_within_a_character_loses_no_other_row(tmp_path: Path, encoding: str) -> None:
    path = put(tmp_path, "a,b\nÅre,1\nLund,2\n".encode(encoding)[:-1])
    assert [line for line, _ in bad(path)] == [3]
    assert read(path) == [["Åre", "1"]]


def test_half_a_character_of_shift_jis_refuses_its_row(tmp_path: Path) -> None:
    data = "a,b\n山田,1\n".encode("shift_jis") + b"\x8e\n" + "佐藤,3\n".encode("shift_jis")
    table = open_table(put(tmp_path, data), Options(encoding="shift_jis"))
    (chunk,) = table.chunks()
    assert [row.line for row in chunk.bad] == [3]
    assert chunk.columns == [["山田", "佐藤"], ["1", "3"]]


def test_an_encoding_that_the_file_has_not(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read in that encoding"):
        open_table(put(tmp_path, "a,b\n1,2\n"), Options(encoding="utf-16"))


def test_nul_refuses_its_row(tmp_path: Path) -> None:
    path = put(tmp_path, b"a,b\nx\0y,1\nz,2\n")
    assert [line for line, _ in bad(path)] == [2]
    assert read(path) == [["z", "2"]]


def test_a_cell_of_a_megabyte_refuses_its_row(tmp_path: Path) -> None:
    path = put(tmp_path, f"a,b\n1,2\n{'x' * 1_000_000},2\n3,4\n")
    assert [line for line, _ in bad(path)] == [3]
    assert read(path) == [["1", "2"], ["3", "4"]]


def test_a_quote_that_never_closes_costs_its_own_row_only(tmp_path: Path) -> None:
    rows = "".join(f"{number},x\n" for number in range(100_000))
    path = put(tmp_path, f'a,b\n1,"open\n{rows}')
    assert bad(path) == [(2, "a quote is opened here and never closed")]
    assert len(read(path)) == 100_000


def test_a_quote_closed_by_a_later_one_costs_no_row_between(tmp_path: Path) -> None:
    path = put(tmp_path, 'a,b\n1,"open\n2,x\n3,"fine"\n4,y\n')
    assert [line for line, _ in bad(path)] == [2]
    assert read(path) == [["2", "x"], ["3", "fine"], ["4", "y"]]


def test_a_quote_left_open_in_the_last_row(tmp_path: Path) -> None:
    path = put(tmp_path, 'a,b\n1,x\n2,"open\n3,y\n')
    assert bad(path) == [(3, "a quote is opened here and never closed")]
    assert read(path) == [["1", "x"], ["3", "y"]]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=12),
    size=st.integers(1, 5),
    ending=st.sampled_from(["\n", "\r\n"]),
    skip=st.integers(0, 6),
)
def test_any_rows_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    size: int,
    ending: str,
    skip: int,
) -> None:
    stream = io.StringIO()
    csv.writer(stream, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(
        [["a", "b", "c"], *rows]
    )
    path = put(tmp_path_factory.mktemp("any"), stream.getvalue().encode())
    table = open_table(path, Options("csv", "utf-8", ","))
    chunks = list(table.chunks(skip=skip, size=size))
    found = [row for chunk in chunks for row in zip(*chunk.columns, strict=True)]
    assert found == rows[skip:]
    assert all(chunk.rows <= size for chunk in chunks)


# --- formats with types -----------------------------------------------------------------------


def test_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "When", "Amount", "Share", "Won"])
    sheet.append(["Åsa", datetime.fromisoformat("2026-03-02T09:30"), 12, 0.5, True])
    sheet.append([])
    sheet.append(["Bo", date(2026, 3, 3), None, 3.0, False])
    book.create_sheet("Other").append(["x"])
    book.save(tmp_path / "leads.xlsx")
    chunk = only_chunk(tmp_path / "leads.xlsx")
    assert list(zip(*chunk.columns, strict=True)) == [
        ("Åsa", "2026-03-02T09:30:00", 12, 0.5, "true"),
        ("Bo", "2026-03-03", None, 3, "false"),
    ]
    assert chunk.lines == [2, 4]
    assert open_table(tmp_path / "leads.xlsx", Options(sheet="Other")).headers == ("x",)
    with pytest.raises(UnreadableError, match="no sheet `Nine`"):
        open_table(tmp_path / "leads.xlsx", Options(sheet="Nine"))


def test_what_only_calls_itself_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="not an Excel workbook"):
        open_table(put(tmp_path, "a,b\n", "leads.xlsx"))
    with pytest.raises(UnreadableError, match="not a Parquet file"):
        open_table(put(tmp_path, "a,b\n", "leads.parquet"))


def spoiled(path: Path, old: bytes, new: bytes) -> Path:
    """The workbook with the text of its first sheet changed."""
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    parts[sheet] = parts[sheet].replace(old, new)
    with zipfile.ZipFile(path, "w") as whole:
        for name, data in parts.items():
            whole.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetData>", b"<sheetData"),  # no XML
        (b'r="A2" t="n"', b'r="A2" t="s"'),  # a text that the workbook does not have
        (b"<v>1772409600", b"<v>x"),  # no number
    ],
)
def test_a_workbook_that_is_broken_inside(tmp_path: Path, old: bytes, new: bytes) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["name"])
    book.active.append([1_772_409_600])
    book.save(tmp_path / "leads.xlsx")
    with pytest.raises(UnreadableError, match="is not an Excel workbook"):
        list(open_table(spoiled(tmp_path / "leads.xlsx", old, new)).chunks())


def test_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "name": ["Åsa", None],
            "when": pa.array([1_772_443_800, None], pa.timestamp("s", tz="UTC")),
            "amount": pa.array([Decimal("12.50"), Decimal("3.00")], pa.decimal128(9, 2)),
            "tags": [["a", "b"], []],
        }
    )
    pq.write_table(table, tmp_path / "leads.parquet")
    assert read(tmp_path / "leads.parquet", size=1) == [
        ["Åsa", "2026-03-02T09:30:00+00:00", Decimal("12.50"), '["a", "b"]'],
        [None, None, Decimal("3.00"), "[]"],
    ]


def test_parquet_moments_that_python_has_not(tmp_path: Path) -> None:
    table = pa.table(
        {
            "fine": pa.array([1_772_443_800_123_456_789, None], pa.timestamp("ns", tz="UTC")),
            "far": pa.array([10**12, 0], pa.timestamp("s")),
        }
    )
    pq.write_table(table, tmp_path / "leads.parquet")
    (fine, far), (nothing, epoch) = read(tmp_path / "leads.parquet")
    assert (fine, nothing) == ("2026-03-02 09:30:00.123456789Z", None)
    assert "out of range" in str(far)
    assert epoch == "1970-01-01 00:00:00.000"


def test_a_parquet_file_that_is_broken_inside(tmp_path: Path) -> None:
    path = tmp_path / "leads.parquet"
    pq.write_table(pa.table({"name": [str(number) for number in range(10_000)]}), path)
    data = bytearray(path.read_bytes())
    data[4:2_000] = bytes(byte ^ 0x5A for byte in data[4:2_000])
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=r"leads\.parquet is damaged"):
        list(open_table(path).chunks())


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps({"name": "Åsa", "address": {"city": "Lund"}, "won": True}),
        "not json",
        "",
        json.dumps({"name": "Bo", "score": 1.5, "address": None}),
        "[1, 2]",
    ]
    path = put(tmp_path, "\n".join(lines), "leads.jsonl")
    assert open_table(path).headers == ("name", "address.city", "won", "score", "address")
    assert read(path) == [["Åsa", "Lund", "true", None, None], ["Bo", None, None, 1.5, None]]
    assert bad(path) == [(2, "the line is not JSON"), (5, "the line is not a JSON object")]
