"""The replay against the machine: reading the same bytes, and DuckDB sorting the same rows.

People, touches and activities are drawn at random; the agreement is the scenarios' base (fit,
engagement with decay, stages, one event promise on working time). Every figure is the median of
several runs in this one process; only the ratios mean anything on another machine.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
from ruamel.yaml import YAML

from interlock.agreement.hours import DAY
from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.facts.columns import Array, Column, Facts, FactTable
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import build

BASE = Path(__file__).parent.parent / "tests" / "scenarios" / "base.yaml"
START, SPAN = 1_735_689_600, 540 * DAY
RUNS = 5


def agreement() -> Agreement:
    """The agreement that is replayed."""
    loaded = load(json.dumps(YAML(typ="safe").load(BASE), default=str))
    if loaded.agreement is None:
        raise SystemExit([problem.message for problem in loaded.problems])
    return loaded.agreement


def facts(people: int, touches: int) -> Facts:
    """A history: touches of four kinds, and half a call a person."""
    rng = np.random.default_rng(7)
    ids = np.array([f"p{n}" for n in range(people)], dtype=object)
    everybody = Column(np.arange(people, dtype=np.int32), None, ids)

    def table(kind: str, person: Array, columns: dict[str, Column]) -> FactTable:
        rows = len(person)
        at = START + rng.integers(0, SPAN, rows) if kind != "person" else np.full(rows, START)
        own = {"id" if kind == "person" else "person": Column(person.astype(np.int32), None, ids)}
        return FactTable(kind, np.arange(rows), at.astype(np.int64), {**own, **columns})

    def words(rows: int, *choices: str) -> Column:
        codes = rng.integers(0, len(choices), rows).astype(np.int32)
        return Column(codes, None, np.array(choices, dtype=object))

    calls = people // 2
    return {
        "person": table("person", everybody.values, {"seniority": words(people, "vp", "staff")}),
        "touch": table(
            "touch",
            rng.integers(0, people, touches),
            {"kind": words(touches, "visit", "form", "demo", "mail")},
        ),
        "activity": table(
            "activity",
            rng.integers(0, people, calls),
            {
                "kind": words(calls, "call", "email"),
                "direction": words(calls, "outbound"),
                "human": Column(rng.integers(0, 4, calls) > 0),
            },
        ),
    }


def median(work: Callable[[], object]) -> float:
    """Seconds, the median of several runs after one that does not count."""
    work()
    taken = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def main(people: int = 200_000, touches: int = 2_000_000) -> None:
    """Prints the ratios."""
    history, text = facts(people, touches), agreement()
    as_of = START + SPAN
    index = build(history, as_of)
    columns = (index.person, index.at, index.kind, index.row, index.person_row, index.account_row)
    read = median(lambda: [column.copy() for column in columns])
    indexing = median(lambda: build(history, as_of))
    deciding = median(lambda: decide(Eras.of(index, text), as_of))
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.register(
        "moments", {"person": index.person, "at": index.at, "kind": index.kind, "row": index.row}
    )
    con.execute("CREATE TABLE shuffled AS SELECT * FROM moments ORDER BY random()")
    order = """CREATE OR REPLACE TABLE sorted AS
        SELECT * FROM shuffled ORDER BY person, "at", kind, "row" """
    sorting = median(lambda: con.execute(order))
    one = {kind: table_of_one(table) for kind, table in history.items()}
    single = median(lambda: decide(Eras.of(build(one, as_of), text), as_of))
    print(f"{people:,} people, {len(index):,} moments")
    print(f"index   {indexing:7.3f} s  {indexing / sorting:6.2f} x DuckDB sorting the same rows")
    print(f"replay  {deciding:7.3f} s  {deciding / read:6.2f} x reading the index's bytes")
    print(f"one     {single * 1000:7.3f} ms for one person, index and verdicts")


def table_of_one(table: FactTable) -> FactTable:
    """The rows of the first person."""
    own = table.columns["id" if table.kind == "person" else "person"]
    rows = np.flatnonzero(own.values == 0)
    ids = np.array(["p0"], dtype=object)
    columns = {name: column.take(rows) for name, column in table.columns.items()}
    name = "id" if table.kind == "person" else "person"
    columns[name] = Column(np.zeros(len(rows), np.int32), None, ids)
    return FactTable(table.kind, table.ids[rows], table.at[rows], columns)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
