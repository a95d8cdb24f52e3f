"""Receiving, routing and sweeping that are killed at any statement, and come again, end as if not.

INTERLOCK_TEST_KILLS=100 kills as often as the bar says; the suite kills less often.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.operations.kill_routing import DATABASE, IN_ONE, PEOPLE, SWEPT

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("INTERLOCK_TEST_KILLS", "24"))
DELIVERIES = 5
STATEMENTS = 120
"""More than a deed has; one that is over dies as soon as it is."""

Run = tuple[str, str, int, int]


def planned(store: str, *, kills: int) -> list[Run]:
    """Deliveries and sweeps, each killed some times before it is let live."""
    draw = random.Random(11)  # noqa: S311 - test data
    # sweeps come last: one that was over when it was killed has the next one sweep others
    deeds = [("receive", number) for number in range(DELIVERIES)] + [("sweep", 0)] * 4
    runs: list[Run] = []
    for place, (deed, number) in enumerate(deeds):
        mine = kills // len(deeds) + (place < kills % len(deeds))
        runs += [(store, deed, number, draw.randint(1, STATEMENTS)) for _ in range(mine)]
        runs.append((store, deed, number, 0))
    return runs


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("routed")
    runs = [
        *planned(str(folder / "undisturbed"), kills=0),
        *planned(str(folder / "killed"), kills=KILLS),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.kill_routing", folder / "empty", json.dumps(runs)],
        # SQLite, whatever the suite runs on: the file is what is compared
        env={**os.environ, "INTERLOCK_DATABASE": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for status, (*_, statement) in zip(json.loads(done.stdout), runs, strict=True):
        assert status == (-signal.SIGKILL if statement else 0)
    return folder


def rows(store: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(store / DATABASE)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("store", ["undisturbed", "killed"])
def test_every_lead_has_one_owner_whose_turn_it_was(stores: Path, store: str) -> None:
    leads = rows(stores / store, "SELECT person, owner FROM store_lead WHERE person LIKE 'n%'")
    given = rows(stores / store, "SELECT person FROM store_assignment WHERE person LIKE 'n%'")
    turns = dict(rows(stores / store, "SELECT member, taken FROM store_turn"))
    owners = Counter(owner for _, owner in leads)
    assert len(leads) == DELIVERIES * IN_ONE + SWEPT
    assert owners.keys() == {f"s{number}" for number in range(1, PEOPLE + 1)}
    assert max(owners.values()) - min(owners.values()) <= 1
    assert sorted(given) == sorted((person,) for person, _ in leads)
    assert turns == owners


@pytest.mark.parametrize(
    "table", ["person", "touch", "assignment", "route", "turn", "lead", "obligation", "clock"]
)
def test_what_was_killed_ends_as_what_was_not(stores: Path, table: str) -> None:
    columns = [name for _, name, *_ in rows(stores / "killed", f"PRAGMA table_info(store_{table})")]
    named = ", ".join(each for each in columns if each not in {"id", "batch_id", "key"})
    sql = f"SELECT {named} FROM store_{table} ORDER BY {named}"  # noqa: S608 - ours
    assert rows(stores / "killed", sql) == rows(stores / "undisturbed", sql)
