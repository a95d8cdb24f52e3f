"""One live buyer: from the facts about one person to the verdicts, the engine only."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from benches.frame import Bench, Row
from numpy.typing import NDArray

from interlock.facts.columns import Column, Facts, FactTable
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import build

BUYERS = 1000


def rows(bench: Bench) -> Iterator[Row]:
    """The 99th percentile over many buyers, each once after a hundred that do not count.

    Beside it the processor's own time: what is more passed while other processes had it.
    """
    buyers = np.linspace(0, bench.size.people - 1, BUYERS + 100).astype(int)
    alone = [facts_of(bench.facts, int(person)) for person in buyers]
    taken = []
    for facts in alone:
        begin = _now()
        decide(Eras.of(build(facts, bench.as_of), bench.agreement), bench.as_of)
        taken.append((_now() - begin) * 1000)
    (half, worked), (most, at_work) = np.percentile(
        taken[100:], [50, 99], axis=0, method="inverted_cdf"
    )
    yield Row(
        "one live buyer, p99",
        f"{most:.2f} ms (median {half:.2f}), of them at work {at_work:.2f} ({worked:.2f})",
        "one millisecond",
        float(most),
        1,
    )


def _now() -> NDArray[np.float64]:
    """The clock on the wall, and what the processor has done for us; in seconds."""
    return np.array([time.perf_counter(), time.thread_time()])


def facts_of(facts: Facts, person: int) -> Facts:
    """The facts about one person, with words of their own, and all members."""
    found: dict[str, FactTable] = {"member": facts["member"]}
    account = -1
    for kind in ("person", "account", "opportunity", "touch", "assignment", "activity", "decision"):
        table = facts[kind]
        name = {"person": "id", "account": "id"}.get(kind, "person")
        own = table.columns[name].values
        mine = np.flatnonzero(own == (account if kind == "account" else person))
        columns = {key: few(column, mine) for key, column in table.columns.items()}
        found[kind] = FactTable(kind, table.ids[mine], table.at[mine], columns)
        if kind == "person":
            account = int(table.columns["account"].values[mine[-1]])
    return found


def few(column: Column, rows: np.typing.NDArray[np.int64]) -> Column:
    """The column at these rows, its words only those that it has there."""
    taken = column.take(rows)
    if taken.words is None:
        return taken
    codes, values = np.unique(taken.values, return_inverse=True)
    words = taken.words[codes] if len(codes) else np.array([""], dtype=object)
    return Column(values.astype(np.int32), taken.known, words)
