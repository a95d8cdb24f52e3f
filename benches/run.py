"""`./dev bench`: builds the history, runs every bench over it and prints ratios with their bars.

    --people N   another size than the bars are set for (10 touches a person)
    --only NAME  only `bench_NAME`; may be given more than once
    --write      also writes docs/benchmarks.md

It ends with 1 where a bar of the whole size is missed.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numba
import numpy as np
from benches.frame import Bench, Row
from benches.history import WHOLE, Size

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
NOTES = HERE / "notes.md"
RUNS = 5


def main(words: list[str]) -> int:
    """Runs the benches; 1 where a bar is missed."""
    parser = argparse.ArgumentParser("./dev bench")
    parser.add_argument("--people", type=int, default=WHOLE.people)
    parser.add_argument("--only", action="append")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--runs", type=int, default=RUNS)
    asked = parser.parse_args(words)
    size = Size(asked.people, asked.people * (WHOLE.touches // WHOLE.people))
    busy = os.getloadavg()[0]
    found = []
    for row in measured(Bench(size, asked.runs), asked.only):
        print(line(row), flush=True)
        found.append(row)
    if asked.write:
        waited = f"{busy:.1f} when it began and {os.getloadavg()[0]:.1f} when it ended"
        PAGE.write_text(page(found, size, asked.runs, waited), encoding="utf-8")
    return 0 if all(row.met for row in found) or size != WHOLE else 1


def measured(bench: Bench, only: list[str] | None = None) -> Iterator[Row]:
    """The rows of every bench, or of those named."""
    names = only or [file.stem.removeprefix("bench_") for file in sorted(HERE.glob("bench_*.py"))]
    for name in names:
        yield from importlib.import_module(f"benches.bench_{name}").rows(bench)


def line(row: Row) -> str:
    """One row for a terminal."""
    sign, word = (">=" if row.at_least else "<="), ("met" if row.met else "MISSED")
    return (
        f"{row.work}\n    {row.figure}   {row.yardstick}\n"
        f"    ratio {row.ratio:,.3g}   bar {sign} {row.bar:,g}   {word}"
    )


def page(rows: list[Row], size: Size, runs: int, waited: str) -> str:
    """The page: the machine, the table, and what stands in the notes."""
    table = "\n".join(
        f"| {row.work} | {row.figure} | {row.yardstick} | {row.ratio:,.3g} | "
        f"{'≥' if row.at_least else '≤'} {row.bar:,g} | {'yes' if row.met else '**no**'} |"
        for row in rows
    )
    return f"""# How fast

<!-- made by `./dev bench --write`; change benches/notes.md and the benches, not this page -->

{datetime.now(UTC):%d %B %Y}, on {machine()}.
Processes that ran or waited to run: {waited}; with more than there are processors the ratios are
worse than they are on a quiet machine, and unevenly so. The history has {size.people:,} people,
{size.touches:,} touches, {size.activities:,} activities, {size.accounts:,} accounts and as many
opportunities. Figures are medians of {runs} runs, in brackets the quickest; each work and its
yardstick took turns in one process.

| work | took | yardstick | ratio | bar | met |
|---|---|---|---|---|---|
{table}

{NOTES.read_text("utf-8")}"""


def machine() -> str:
    """The machine and what ran on it."""
    info = Path("/proc/cpuinfo")
    models = [
        text.split(":")[1].strip()
        for text in (info.read_text("utf-8").splitlines() if info.exists() else [])
        if text.startswith("model name")
    ]
    model = models[0] if models else platform.processor() or platform.machine()
    return (
        f"{os.cpu_count()} × {model}, {platform.system()}, Python {platform.python_version()}, "
        f"numpy {np.__version__}, numba {numba.__version__}, DuckDB {duckdb.__version__}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
