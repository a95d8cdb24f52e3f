"""`./dev bench`: builds the history, runs every bench over it and prints ratios with their bars.

    --people N   another size than the bars are set for (10 touches a person)
    --only NAME  only `bench_NAME`; may be given more than once
    --write      also keeps the rows in measured.json and writes docs/benchmarks.md from it

It ends with 1 where a bar of the whole size is missed. What is measured is written down bench by
bench, each with its day and machine: the long ones need not be run again for a short one.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numba
import numpy as np
from benches.frame import Bench, Row, keep_memory
from benches.history import WHOLE, Size

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
NOTES = HERE / "notes.md"
MEASURED = HERE / "measured.json"
RUNS = 5


def main(words: list[str]) -> int:
    """Runs the benches; 1 where a bar is missed."""
    parser = argparse.ArgumentParser("./dev bench")
    parser.add_argument("--people", type=int, default=WHOLE.people)
    parser.add_argument("--only", action="append")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--runs", type=int, default=RUNS)
    asked = parser.parse_args(words)
    keep_memory()
    size = Size(asked.people, asked.people * (WHOLE.touches // WHOLE.people))
    bench, found = Bench(size, asked.runs), []
    for name in asked.only or names():
        rows = list(_shown(bench, name))
        found += rows
        if asked.write:
            keep(name, rows, size, asked.runs)
    if asked.write:
        PAGE.write_text(page(), encoding="utf-8")
    return 0 if all(row.met for row in found) or size != WHOLE else 1


def names() -> list[str]:
    """Every bench, by name."""
    return [file.stem.removeprefix("bench_") for file in sorted(HERE.glob("bench_*.py"))]


def _shown(bench: Bench, name: str) -> Iterator[Row]:
    """The rows of a bench, each printed as it comes."""
    for row in importlib.import_module(f"benches.bench_{name}").rows(bench):
        print(line(row), flush=True)
        yield row


def keep(name: str, rows: list[Row], size: Size, runs: int) -> None:
    """Puts the rows in the place of those that were measured before."""
    measured = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {}
    measured[name] = {
        "on": f"{datetime.now(UTC):%d %B %Y}",
        "machine": machine(),
        "waiting": round(os.getloadavg()[1], 1),
        "people": size.people,
        "runs": runs,
        "rows": [asdict(row) for row in rows],
    }
    text = json.dumps(dict(sorted(measured.items())), indent=1, ensure_ascii=False)
    MEASURED.write_text(text + "\n", "utf-8")


def line(row: Row) -> str:
    """One row for a terminal."""
    shown = f"{row.work}\n    {row.figure}   {row.yardstick}\n    ratio {row.ratio:,.3g}"
    if row.bar is None:
        return shown
    sign, word = (">=" if row.at_least else "<="), ("met" if row.met else "MISSED")
    return f"{shown}   bar {sign} {row.bar:,g}   {word}"


def page() -> str:
    """The page: the tables of what was measured, and what stands in the notes."""
    measured = json.loads(MEASURED.read_text("utf-8"))
    rows = "\n".join(_cells(Row(**row)) for each in measured.values() for row in each["rows"])
    when = "\n".join(
        f"| {name} | {each['on']} | {each['people']:,} | {each['runs']} | {each['waiting']} "
        f"| {each['machine']} |"
        for name, each in measured.items()
    )
    return f"""# How fast

<!-- made by `./dev bench --write`; change benches/notes.md and the benches, not this page -->

| work | took | yardstick | ratio | bar | met |
|---|---|---|---|---|---|
{rows}

Each bench is run by itself, `./dev bench --only NAME --write`. "Waiting" is how many processes ran
or waited to run, on average over the last five minutes of it; with more than there are processors
the ratios are worse than they are on a quiet machine, and unevenly so.

| bench | measured | people | runs | waiting | on |
|---|---|---|---|---|---|
{when}

{NOTES.read_text("utf-8")}"""


def _cells(row: Row) -> str:
    shown = f"| {row.work} | {row.figure} | {row.yardstick} | {row.ratio:,.3g} |"
    if row.bar is None:
        return f"{shown} | |"
    sign, word = ("≥" if row.at_least else "≤"), ("yes" if row.met else "**no**")
    return f"{shown} {sign} {row.bar:,g} | {word} |"


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
