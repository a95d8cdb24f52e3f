"""Importing touches from CSV against bare executemany of the same rows into the same table.

Both write a million rows (or as many as the first argument says) to a fresh SQLite store with the
product's settings and indexes. The import also reads, checks, parses and fingerprints the file,
looks for earlier versions and commits its point to go on from with every chunk. Each runs in a
process of its own, turn about; the figures are medians, and the ratio is what counts.
"""

from __future__ import annotations

import csv
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROWS = 1_000_000
RUNS = 3
LIMIT = 3.0
"""The import may take this many times as long as the bare insert."""

START = 1_735_689_600
KINDS = ("form", "visit", "webinar", "email_click", "event")
MANIFEST = """\
source: bench
files:
  - file: touches.csv
    as: touch
    columns: {id: id, person: person, at: at, kind: kind, channel: channel, campaign: campaign}
"""


def write_export(folder: Path, rows: int) -> None:
    """The same export every time: a fifth as many people as touches, in order of time."""
    draw = random.Random(7)  # noqa: S311 - test data
    with (folder / "touches.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "person", "at", "kind", "channel", "campaign"])
        for number in range(rows):
            at = datetime.fromtimestamp(START + number * 37, UTC).isoformat()
            person, campaign = draw.randrange(rows // 5), draw.randrange(200)
            kind = draw.choice(KINDS)
            writer.writerow([f"t{number}", f"p{person}", at, kind, "web", f"c{campaign}"])


def bare(folder: Path) -> float:
    """Seconds for `executemany` of the rows that an import of the file left in a store."""
    import sqlite3  # noqa: PLC0415 - only this process needs it

    imported = sqlite3.connect(folder / "imported" / "interlock.sqlite3")
    rows = imported.execute("SELECT * FROM store_touch ORDER BY id").fetchall()
    batch = imported.execute("SELECT * FROM store_import").fetchall()
    imported.close()
    connection = _fresh_store(folder / "bare")
    with connection.cursor() as cursor:
        cursor.executemany(_insert("store_import", batch), batch)
        started = time.perf_counter()
        cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(_insert("store_touch", rows), rows)
        cursor.execute("COMMIT")
        return time.perf_counter() - started


def whole(folder: Path) -> float:
    """Seconds for the import of the file."""
    _fresh_store(folder / "imported")
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - tables are loaded only now
    from interlock.operations.receive import receive  # noqa: PLC0415 - as above

    started = time.perf_counter()
    received = receive(MANIFEST, folder, by=COMMAND_LINE)
    seconds = time.perf_counter() - started
    if received.imported is None or received.imported.counts.refused:
        raise SystemExit(f"the import went wrong: {received}")
    return seconds


def _fresh_store(data: Path) -> Any:
    for old in data.glob("interlock.sqlite3*"):
        old.unlink()
    from interlock.config import setup  # noqa: PLC0415 - settings are read at import

    setup(data)
    from django.db import connection  # noqa: PLC0415 - as above

    return connection


def _insert(table: str, rows: list[tuple[object, ...]]) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(rows[0]))})"  # noqa: S608 - our names


def main(rows: int) -> None:
    """Prints both medians and their ratio; exits with 1 where it is over the limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_export(folder, rows)
        seconds: dict[str, list[float]] = {"whole": [], "bare": []}
        for _ in range(RUNS):
            for what, found in seconds.items():
                command = [sys.executable, __file__, what, name]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                found.append(float(done.stdout))
    medians = {what: statistics.median(found) for what, found in seconds.items()}
    ratio = medians["whole"] / medians["bare"]
    speed = f"{rows / medians['whole']:,.0f} rows/s"
    print(f"import of {rows:,} touches   {medians['whole']:6.1f} s   {speed}")
    print(f"bare executemany             {medians['bare']:6.1f} s")
    print(f"ratio                        {ratio:6.2f}   (at most {LIMIT:g})")
    if ratio > LIMIT:
        raise SystemExit(1)


if __name__ == "__main__":
    if sys.argv[1:2] in (["whole"], ["bare"]):
        print({"whole": whole, "bare": bare}[sys.argv[1]](Path(sys.argv[2])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
