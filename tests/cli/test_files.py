"""Facts out of the store into files, and a replay of these, as somebody types it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from interlock.cli import main
from interlock.operations.read_people import read_people
from tests.operations.company import fill, replayed

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_the_facts_of_a_store_are_replayed_from_files(tmp_path: Path) -> None:
    replayed()
    facts, verdicts = str(tmp_path / "facts"), str(tmp_path / "verdicts")
    assert json.loads(run("facts", "--out", facts, "--json").stdout)["facts"]["person"] == 11
    result = run("replay", "--facts", facts, "--out", verdicts, "--as-of", "2026-03-20T17:00+01:00")
    assert "10 people under Scenario company as of 2026-03-20 17:00 Europe/Oslo" in " ".join(
        result.stdout.split()
    )
    states = (
        duckdb.connect()
        .execute(
            f"""SELECT state, string_agg(person ORDER BY person)
        FROM read_parquet('{verdicts}/obligations/*.parquet')
        WHERE promise = 'first-touch' GROUP BY state"""  # noqa: S608 - our own folder
        )
        .fetchall()
    )
    # as counted by hand in tests.operations.company
    assert dict(states) == {
        "kept": "p1,p2,p5",
        "kept late": "p3",
        "broken": "p4,p6,p7",
        "open": "p8",
    }
    leads = pq.read_table(f"{verdicts}/leads").select(["person", "fit", "engagement"]).to_pylist()
    shown = {row.person.key: (row.fit, row.engagement) for row in read_people().rows}
    assert {lead["person"]: (lead["fit"], lead["engagement"]) for lead in leads} == shown


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    fill()
    result = run("facts", "--out", str(tmp_path))
    assert (result.exit_code, "is there already" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--facts", "nowhere"), 2, "--out"),
        (("--engine", "spark"), 2, "--facts"),
        (("--facts", "nowhere", "--out", "new", "--store", "here"), 2, "without --store"),
        (("--facts", "nowhere", "--out", "new"), 1, "there is no folder nowhere"),
        (("--facts", ".", "--out", "new"), 1, "there is no agreement"),
        (("--facts", ".", "--out", "."), 1, "is there already"),
    ],
)
def test_what_cannot_be_replayed_says_why(
    words: tuple[str, ...],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("replay", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
