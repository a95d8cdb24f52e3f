import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date

import click
import numpy as np
import pytest
from click.testing import CliRunner

from interlock.cli import main
from interlock.cli.output import emit, json_option, refuse, table
from interlock.replay.outcome import Instant

pytestmark = pytest.mark.sqlite


@dataclass(frozen=True)
class Line:
    name: str
    count: int
    at: Instant | None
    due: Instant
    day: date


LINES = (Line("[red]Ada\x1b[2J", 1234567, None, 0, date(2026, 3, 1)),)


@click.command()
@json_option
def lines(*, as_json: bool) -> None:
    emit(
        LINES,
        as_json=as_json,
        table=lambda: table("Lines", ["name", "count"], [(x.name, x.count) for x in LINES]),
    )


def test_json_writes_instants_and_dates_in_full_and_leaves_counts_alone() -> None:
    printed = json.loads(CliRunner().invoke(lines, ["--json"]).stdout)
    assert printed == [
        {
            "name": "[red]Ada\x1b[2J",
            "count": 1234567,
            "at": None,
            "due": "1970-01-01T00:00:00+00:00",
            "day": "2026-03-01",
        }
    ]


def test_a_table_shows_data_as_it_is_but_no_escape_sequence_from_it() -> None:
    printed = CliRunner().invoke(lines).stdout
    assert "[red]Ada\N{REPLACEMENT CHARACTER}[2J" in printed
    assert "1,234,567" in printed


def test_json_turns_numpy_numbers_into_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"n": np.int64(3), "share": np.float64(0.5)}, as_json=True, table=tuple)
    assert json.loads(capsys.readouterr().out) == {"n": 3, "share": 0.5}


@pytest.mark.parametrize("words", [["check"], ["audit"], ["audit", "verify"], ["webhooks"]])
def test_help_gives_each_exit_code_a_line_of_its_own(words: list[str]) -> None:
    told = CliRunner().invoke(main, [*words, "--help"]).stdout
    assert "\\b" not in told
    assert "Exit codes:\n    0  " in told


def test_a_refusal_says_why_on_standard_error_and_exits_with_1() -> None:
    @click.command()
    def never() -> None:
        refuse("No agreement is in force.", "Put one in force: interlock replay --agreement FILE")

    result = CliRunner().invoke(never)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No agreement is in force." in result.stderr
    assert "interlock replay --agreement FILE" in result.stderr


def test_a_row_is_a_line_where_the_output_is_no_terminal() -> None:
    rows = [("a long name " * 20, "2026-11-22 05:50", "b" * 300)]
    code = (
        "from interlock.cli.output import emit, table\n"
        f"emit(None, as_json=False, table=lambda: table('T', ('a', 'b', 'c'), {rows!r}))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert " ".join(rows[0]).split() == printed.splitlines()[-1].split()
