"""A working day with many people, on both databases: leads, the desk, a lead, clocks that are due.

The company has a fifth of the bench's people and ten touches for each of them; a small one of the
demo's size stands beside it, since a page should not hang on how much is stored. Both are asked by
HTTP, beside an empty page of the same server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from benches.frame import Bench, Row

ROOT = Path(__file__).parent.parent
ONE_IN = 5
"""One person of the company for so many of the bench's."""
SMALL = 4_000
DATABASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("SQLite", ()),
    ("PostgreSQL", (sys.executable, "tools/postgres.py")),
)
PAGES = {"desk": "the desk", "lead": "a lead beside it", "pulse": "whether something changed"}

BARS = {"desk": 25, "lead": 50, "pulse": 5, "sent": 40}
"""Times an empty page, 95th percentile beside 95th percentile: some two and a half times what the
least of each is beside the least of an empty page (10, 20, 2 and 17). Chance weighs so much."""
GROWN = 3
"""Times that of the small company, each beside its own empty page: what hangs on how much is
stored is fifty times as slow, and what does not is within the noise of two such ratios."""
SOON = 1
"""Seconds from the post of a lead to its owner's desk, as was promised."""
SWEPT = 1
"""Times an empty page that a clock may take: it takes a fifth where nothing waits."""

Told = Mapping[str, Any]


def rows(bench: Bench) -> Iterator[Row]:
    """Each database by itself, in processes of their own."""
    people = max(bench.size.people // ONE_IN, 100)
    for database, before in DATABASES:
        small, large = (_told(before, many) for many in (min(SMALL, people), people))
        yield from _of_pages(database, small, large)
        yield from _of_leads(database, large)
        yield _of_clocks(database, large)


def _of_pages(database: str, small: Told, large: Told) -> Iterator[Row]:
    many = f"{large['person']:,} people and {large['touch']:,} touches, {database}"
    for page, called in PAGES.items():
        yield _beside_empty(f"{called}, {many}", large, page)
    for page in ("desk", "lead"):
        before, after = (_high(told[page]) / _high(told["empty"]) for told in (small, large))
        yield Row(
            f"{PAGES[page]}, with many people beside few, {database}",
            f"{after:.3g} empty pages with {large['person']:,} people",
            f"{before:.3g} with {small['person']:,}",
            after / before,
            GROWN,
        )


def _of_leads(database: str, told: Told) -> Iterator[Row]:
    alone = float(np.median(told["sent"]))
    called = f"a lead received, replayed and given out ({1 / alone:.0f} a second), {database}"
    yield _beside_empty(called, told, "sent")
    yield Row(
        f"from the post of a lead to its owner's desk, {database}",
        _both(told["seen"]),
        "one second",
        _high(told["seen"]),
        SOON,
    )


def _of_clocks(database: str, told: Told) -> Row:
    each = told["sweep"][0] / told["swept"]
    empty = float(np.median(told["empty"]))
    return Row(
        f"{told['swept']:,} clocks that have come, swept by one worker, {database}",
        f"{told['sweep'][0]:.0f} s, {each * 1000:.2g} ms each",
        f"an empty page, {empty * 1000:.1f} ms",
        each / empty,
        SWEPT,
    )


def _beside_empty(called: str, told: Told, what: str) -> Row:
    ratio = _high(told[what]) / _high(told["empty"])
    return Row(
        called, _both(told[what]), f"an empty page, {_both(told['empty'])}", ratio, BARS[what]
    )


def _both(seconds: list[float]) -> str:
    return f"{np.median(seconds) * 1000:.1f} ms, p95 {_high(seconds) * 1000:.1f}"


def _high(seconds: list[float]) -> float:
    return float(np.percentile(seconds, 95, method="inverted_cdf"))


def _told(before: tuple[str, ...], people: int) -> Told:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    surroundings = {**os.environ, "PYTHONPATH": path, "INTERLOCK_DATABASE": ""}
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder:
        command = [*before, sys.executable, "-m", "benches.day", folder, str(people)]
        done = subprocess.run(
            command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, check=True
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
