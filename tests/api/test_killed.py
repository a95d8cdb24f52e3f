"""Whoever receives is killed at random points: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.stores import fresh_store

ROOT = Path(__file__).parent.parent.parent
KILLS = int(os.environ.get("INTERLOCK_TEST_KILLS", "6"))
"""More of them: `INTERLOCK_TEST_KILLS=100 ./dev test tests/api/test_killed.py`."""
POINTS = (
    *("insert", "written", "kept", "look", "looked"),
    *("settled", "answered", "turn", "said"),
)


def received(folder: Path, runs: list[tuple[str, int]]) -> dict[str, Any]:
    """What became of a fresh store in these runs."""
    surroundings = fresh_store(folder)
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tests.api.kill", str(folder), str(3 * KILLS), json.dumps(runs)],
        env={**surroundings, "PYTHONPATH": path},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_killed_at_random_points_of_receiving(tmp_path: Path) -> None:
    draw = random.Random(11)  # noqa: S311 - test data
    kills = [(draw.choice(POINTS), draw.randrange(1, 4)) for _ in range(KILLS)]
    undisturbed = received(tmp_path / "undisturbed", [("none", 0)])
    disturbed = received(tmp_path / "disturbed", [*kills, ("none", 0)])

    assert undisturbed["statuses"] == [0]
    *killed, last = disturbed["statuses"]
    assert last == 0
    assert killed.count(-signal.SIGKILL) > KILLS // 2
    assert set(killed) <= {0, -signal.SIGKILL}
    assert disturbed["state"] == undisturbed["state"]
    assert disturbed["answers"] == undisturbed["answers"]
    assert len(undisturbed["answers"]) == 3 * KILLS // 2
