"""`interlock audit verify` and `interlock audit head`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection

from interlock.cli import main
from interlock.operations.actor import COMMAND_LINE
from interlock.store.trail import record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_FOLDER = tmp_path
    for number in range(3):
        record(COMMAND_LINE, "adopt", f"agreement {number}", at=number)
    return tmp_path


def interlock(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return done.exit_code, done.stdout


def test_a_whole_trail_is_told_with_its_head_and_its_speed() -> None:
    code, said = interlock("audit", "verify")

    assert code == 0
    assert "The trail is whole, to entry 3 (" in said
    assert "3 entries and 3 heads looked at" in said
    assert "entries a second" in said


def test_what_was_done_to_the_trail_is_told_and_the_code_says_so(folder: Path) -> None:
    assert interlock("audit", "head", "--out", str(folder / "head.json"))[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_event SET why = 'x' WHERE number = 2")
        cursor.execute("DELETE FROM store_event WHERE number = 3")
    (folder / "heads").write_text(
        "".join((folder / "heads").read_text().splitlines(keepends=True)[:2])
    )

    code, said = interlock("audit", "verify", "--head", str(folder / "head.json"))
    _, found = interlock("audit", "verify", "--head", str(folder / "head.json"), "--json")

    assert code == 1
    assert "The trail is not whole." in said
    assert "was changed" in said
    assert "was cut off the end" in said
    assert [(place["wrong"], place["first"]) for place in json.loads(found)["broken"]] == [
        ("was changed", 2),
        ("was cut off the end", 3),
    ]


def test_a_head_is_printed_where_no_file_is_named() -> None:
    code, said = interlock("audit", "head")

    assert code == 0
    assert json.loads(said)["number"] == 3


def test_a_file_that_holds_no_head_is_refused(folder: Path) -> None:
    (folder / "head.json").write_text("{}")

    done = CliRunner().invoke(main, ["audit", "verify", "--head", str(folder / "head.json")])

    assert done.exit_code == 1
    assert "holds no head" in done.stderr


def test_an_audit_of_verdicts_still_wants_its_instant() -> None:
    done = CliRunner().invoke(main, ["audit"])

    assert done.exit_code == 2
    assert "--at" in done.stderr
