"""An import that is killed at any moment and run again ends as one that was left alone."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.sqlite

KILL = Path(__file__).with_name("kill.py")

MANIFEST = """\
source: crm
files:
  - file: people.csv
    gives:
      - as: person
        columns: {id: id, created_at: created, name: name}
        other_columns: ignore
      - as: touch
        where: row.kind != "none"
        columns: {person: id, at: created, kind: kind}
  - file: more.csv
    as: person
    columns: {id: id, created_at: created, name: name}
"""

CLOCK = ("started_at", "finished_at", "at", "since")
CHAIN = ("previous", "digest", "signature")
"""What the trail makes of the clock."""
TABLES = ("person", "touch", "attribute", "import", "importpart", "refusal", "event")


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three chunks of people, some refused, some twice; more.csv changes and repeats some."""
    folder = tmp_path_factory.mktemp("exports")
    draw = random.Random(3)  # noqa: S311 - test data
    rows = ["id,created,name,kind,size"]
    for number in range(1_400):
        day = "soon" if number % 97 == 0 else "2026-03-02"
        key = draw.randrange(1_200) if number % 50 == 0 else number
        kind = draw.choice(["form", "visit", "none"])
        rows.append(f"{key},{day},N{number % 9 % 5},{kind},{number % 7}")
    (folder / "people.csv").write_text("\n".join([*rows, ""]))
    more = [f"{number},2026-03-02,N{number % 3}" for number in range(0, 1_400, 4)]
    (folder / "more.csv").write_text("\n".join(["id,created,name", *more, ""]))
    (folder / "manifest.yaml").write_text(MANIFEST)
    return folder


def run(folder: Path, exports: Path, runs: list[tuple[str, str, int]]) -> list[int]:
    """Exit statuses of imports into stores below `folder`."""
    named = [(str(folder / store), point, number) for store, point, number in runs]
    # SQLite, whatever the suite runs on: the file is what is compared
    done = subprocess.run(
        [sys.executable, str(KILL), str(folder / "empty"), str(exports), json.dumps(named)],
        env={**os.environ, "INTERLOCK_DATABASE": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    statuses: list[int] = json.loads(done.stdout)
    return statuses


Tables = dict[str, list[dict[str, Any]]]


def tables(store: Path) -> Tables:
    """Every table, and the files of refused rows, without what the clock says."""
    connection = sqlite3.connect(store / "interlock.sqlite3")
    connection.row_factory = sqlite3.Row
    found = {
        table: [dict(row) for row in connection.execute(f"SELECT * FROM store_{table} ORDER BY 1")]  # noqa: S608 - ours
        for table in TABLES
    }
    connection.close()
    starts = {row["started_at"] for row in found["import"]}
    for rows in found.values():
        for row in rows:
            for name in CHAIN:
                row.pop(name, None)
            for name in CLOCK:
                # a later version holds from the import's start
                if name != "at" or row.get("at") in starts or "verb" in row:
                    row.pop(name, None)
    files = {
        path.relative_to(store).as_posix(): path.read_text()
        for path in sorted(store.glob("refused/**/*"))
        if path.is_file()
    }
    return {**found, "files": [files]}


POINTS = [
    ("insert", 1),
    ("insert", 4),
    ("written", 3),
    ("count", 2),
    ("commit", 1),
    ("commit", 3),
    ("refused", 1),
    ("finish", 1),
    ("outside", 0),
]


@pytest.fixture(scope="module")
def stores(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for each point, killed there and run again; and one that was left alone."""
    folder = tmp_path_factory.mktemp("stores")
    runs = [("undisturbed", "none", 0)]
    for point, number in POINTS:
        # an outsider may come too late once, but not every time
        kills = 3 if point == "outside" else 1
        runs += [(f"{point}-{number}", point, number)] * kills
        runs.append((f"{point}-{number}", "none", 0))
    statuses = run(folder, exports, runs)
    for status, (_, point, _) in zip(statuses, runs, strict=True):
        assert status in {"none": (0,), "outside": (0, -signal.SIGKILL)}.get(
            point, (-signal.SIGKILL,)
        )
    assert -signal.SIGKILL in statuses[-4:]
    return folder


def test_the_undisturbed_one_has_everything_in_it(stores: Path) -> None:
    undisturbed = tables(stores / "undisturbed")
    people, touches, more = undisturbed["importpart"]
    for part in (people, touches, more):
        assert part["rows"] == part["taken"] + part["unchanged"] + part["refused"]
    rows = (people["rows"], touches["rows"] + touches["filtered"], more["rows"])
    assert rows == (1_400, 1_400, 350)
    assert people["refused"] > 10
    assert more["unchanged"] > 10
    assert sum(not row["live"] for row in undisturbed["person"]) > 100
    assert [*undisturbed["files"][0]] == ["refused/1/people.csv"]


@pytest.mark.parametrize(("point", "number"), POINTS)
def test_killed_there_and_run_again(stores: Path, point: str, number: int) -> None:
    assert tables(stores / f"{point}-{number}") == tables(stores / "undisturbed")
