"""Running an example on its real data, and reading what came of it past all of our own code."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.documents import Step, run, steps

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
DATA = ROOT.parent / "shared" / "data"
INTERLOCK = str(Path(sys.executable).with_name("interlock"))


def needs(name: str) -> pytest.MarkDecorator:
    """Skips what it marks, visibly, where the data set of that name is not beside the project."""
    return pytest.mark.skipif(
        not (DATA / name).is_dir(), reason=f"the data set is not there: ../shared/data/{name}"
    )


@dataclass(frozen=True)
class Example:
    """An example in a store of its own, after the commands of its page; what they printed."""

    name: str
    store: Path
    printed: str

    def run(self, *words: str) -> str:
        """What `interlock WORDS` prints for this store."""
        return interlock(self.store, *words)

    def json(self, *words: str) -> Any:
        """What `interlock WORDS --json` answers."""
        return json.loads(self.run(*words, "--json"))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the store's own tables."""
        with sqlite3.connect(self.store / "interlock.sqlite3") as connection:
            return connection.execute(sql).fetchall()


def interlock(store: Path, *words: str) -> str:
    """Runs the command line on a SQLite store; its standard output."""
    environment = {**os.environ, "INTERLOCK_DATA": str(store), "INTERLOCK_DATABASE": ""}
    done = subprocess.run(
        [INTERLOCK, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"interlock {' '.join(words)}: {done.stderr}{done.stdout}"
    return done.stdout


def made(name: str, store: Path) -> Example:
    """Types what the example's own page tells people to type, on the data beside the project."""
    (step,) = steps(EXAMPLES / name / "README.md")
    commands = re.sub(r"INTERLOCK_DATA=\S+", f"INTERLOCK_DATA={store}", step.commands)
    printed = run(Step(commands.replace("../shared/data", str(DATA)), ""), ROOT)
    return Example(name, store, printed)


def raw(name: str, **files: str) -> duckdb.DuckDBPyConnection:
    """The set's files as tables of text, by plain DuckDB."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for table, file in files.items():
        connection.execute(
            f"CREATE TABLE {table} AS "  # noqa: S608 - names from the tests themselves
            f"SELECT * FROM read_csv('{DATA / name / file}', all_varchar = true)"
        )
    return connection


def trial(example: Example, dial: str, value: float) -> Any:
    """What a draft of the example's agreement shows with one dial turned."""
    words = [sys.executable, "-m", "tests.support.trying", str(example.store), dial, str(value)]
    environment = {**os.environ, "INTERLOCK_DATA": str(example.store), "INTERLOCK_DATABASE": ""}
    done = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def volumes(shown: Any) -> dict[str, tuple[int, int]]:
    """Leads of each stage today and then: as a trial shows them, or the command's JSON."""
    if "trials" in shown:
        stages = shown["trials"][0]["comparison"]["stages"]
        return {s["stage"]: (s["total"]["before"], s["total"]["after"]) for s in stages}
    return {each["stage"]: (each["before"], each["after"]) for each in shown["stages"]}
