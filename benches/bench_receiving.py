"""Leads received over the API, each replayed before its answer: beside an empty page, on both."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benches.frame import Bench, Row

ROOT = Path(__file__).parent.parent
SENT = 200
SMALLEST = 500
"""People of the made-up company, at least."""
BAR = 20
"""Times an empty page that a lead may take."""


def rows(bench: Bench) -> Iterator[Row]:
    """The median of a lead, as a multiple of the median of the page on which one signs in."""
    people = max(min(bench.size.people // 100, 20_000), SMALLEST)
    for database, before in (("SQLite", []), ("PostgreSQL", [sys.executable, "tools/postgres.py"])):
        with tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder:
            command = [sys.executable, "-m", "benches.receiving", folder, str(people), str(SENT)]
            found = _told([*before, *command])
        lead, page = statistics.median(found["leads"]), statistics.median(found["pages"])
        yield Row(
            f"a lead received and replayed, {database}",
            f"{lead * 1000:.1f} ms, {1 / lead:.0f} a second",
            f"an empty page, {page * 1000:.1f} ms",
            lead / page,
            BAR,
        )


def _told(command: list[str]) -> dict[str, list[float]]:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    surroundings = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, check=True)
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found
