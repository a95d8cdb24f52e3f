"""The index, the replay and what-ifs, against reading the same bytes and against DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import numba
import numpy as np
from benches.frame import Bench, Row, Times, seconds
from numpy.typing import NDArray

from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.criterion import Criterion
from interlock.agreement.schema import Agreement
from interlock.agreement.vocabulary import vocabulary
from interlock.facts.columns import Array
from interlock.replay.bits import next_moments
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import Index, build
from interlock.replay.kinds import TOUCH
from interlock.replay.moments import Moments
from interlock.replay.parts import side_by_side, threads

WHATIFS = 100
TRIED = 10
"""So many what-ifs are run, and stand for a hundred."""


def rows(bench: Bench) -> Iterator[Row]:
    """Replay, what-ifs, index, and score and threshold in SQL."""
    index = bench.index
    eras = Eras.of(index, bench.agreement).recalling()
    decide(eras, bench.as_of)
    others = [variant(bench.agreement, 31 + step) for step in range(TRIED)]

    def whatifs() -> None:
        for other in others:
            decide(eras.under(other), bench.as_of)

    reading, replaying, trying = bench.time(
        lambda: read(index),
        lambda: decide(Eras.of(index, bench.agreement), bench.as_of),
        whatifs,
    )
    size = f"{len(index.who):,} people, {len(index):,} moments"
    yield Row(
        f"full replay over the index ({size})",
        seconds(replaying),
        f"reading the index's {megabytes(index):.0f} MB: {seconds(reading)}",
        replaying.median / reading.median,
        25,
    )
    yield Row(
        f"{WHATIFS} what-ifs of that size ({TRIED} run)",
        seconds(Times(tuple(run * WHATIFS / TRIED for run in trying.runs))),
        f"one replay: {seconds(replaying)}",
        trying.median * WHATIFS / TRIED / replaying.median,
        100,
    )
    yield from in_sql(bench, index)


def in_sql(bench: Bench, index: Index) -> Iterator[Row]:
    """DuckDB, with as many threads, sorts the same rows; and finds who crosses the threshold."""
    con = duckdb.connect()
    con.execute(f"SET threads = {threads(len(index))}")
    con.register(
        "moments", {"person": index.person, "at": index.at, "kind": index.kind, "row": index.row}
    )
    con.execute("CREATE TABLE shuffled AS SELECT * FROM moments ORDER BY random()")
    order = """CREATE OR REPLACE TABLE ordered AS
        SELECT * FROM shuffled ORDER BY person, "at", kind, "row" """
    indexing, sorting = bench.time(
        lambda: build(bench.facts, bench.as_of), lambda: con.execute(order)
    )
    yield Row(
        "index from canonical columns",
        seconds(indexing),
        f"DuckDB sorting the same rows: {seconds(sorting)}",
        indexing.median / sorting.median,
        0.5,
    )
    con.execute("DROP TABLE shuffled")
    con.register("found", touches_of(bench, index))
    con.execute("CREATE TABLE touches AS SELECT * FROM found")
    half_life = float(bench.agreement.engagement.half_life_days * 86400)
    crossing = f"""CREATE OR REPLACE TABLE crossed AS
        SELECT person, min("at") AS "at" FROM (
            SELECT person, "at", round(sum(points * pow(2.0, ("at" - first) / {half_life}))
                OVER (PARTITION BY person ORDER BY "at" ROWS UNBOUNDED PRECEDING)
                * pow(2.0, -("at" - first) / {half_life}), 6) AS score
            FROM (SELECT *, first_value("at") OVER (PARTITION BY person ORDER BY "at") AS first
                  FROM touches))
        WHERE score >= 40 GROUP BY person"""  # noqa: S608 - a number of ours
    asked = criterion("engagement >= 40", bench.agreement)

    def scored() -> NDArray[np.int64]:
        held = Moments(index, bench.agreement).held(asked)
        return next_moments(*held, index.first[:-1], index.first[1:])

    scoring, windows = bench.time(scored, lambda: con.execute(crossing))
    found = scored()
    ours = (int((found >= 0).sum()), int(index.at[found[found >= 0]].sum()))
    theirs = con.execute("""SELECT count(*), sum("at") FROM crossed""").fetchone()
    if theirs != ours:
        raise SystemExit(f"SQL finds {theirs} who cross the threshold, and when; the engine {ours}")
    yield Row(
        "score and threshold only",
        seconds(scoring),
        f"DuckDB's windows: {seconds(windows)}",
        windows.median / scoring.median,
        20,
        at_least=True,
    )


def touches_of(bench: Bench, index: Index) -> dict[str, Array]:
    """The touches in the index's order, with their points."""
    kinds, mine = bench.facts["touch"].columns["kind"], index.kind == TOUCH
    words = np.empty(0, object) if kinds.words is None else kinds.words
    points = np.array([bench.agreement.engagement.points[str(word)] for word in words], float)
    weights = points[kinds.values[index.row[mine]]]
    return {"person": index.person[mine], "at": index.at[mine], "points": weights}


def criterion(text: str, agreed: Agreement) -> Criterion:
    """The criterion, compiled as the agreement's own are."""
    compiled = compile_criterion(text, vocabulary({}, agreed.engagement.points))
    if not isinstance(compiled, Compiled):
        raise SystemExit(compiled)
    return replace(agreed.fit.points[0].when, text=text, expression=compiled.expression)


def variant(agreed: Agreement, threshold: int) -> Agreement:
    """The agreement with another threshold for one stage."""
    asked = criterion(f"engagement >= {threshold} && fit >= 30", agreed)
    stages = [
        replace(stage, enter=asked) if stage.id == "mql" else stage for stage in agreed.stages
    ]
    return replace(agreed, stages=tuple(stages))


def columns(index: Index) -> list[NDArray[np.uint8]]:
    """The index's own columns as bytes."""
    wide = (index.at, index.person, index.row, index.person_row, index.account_row)
    own = (*wide, index.kind, index.word)
    return [column.view(np.uint8) for column in own]


def megabytes(index: Index) -> float:
    """What the index's own columns take."""
    return sum(column.nbytes for column in columns(index)) / 1e6


def read(index: Index) -> int:
    """Reads every byte of the index with as many threads as the engine has."""
    many = threads(len(index))
    whole = [column[: len(column) // 8 * 8].view(np.int64) for column in columns(index)]

    def share(part: int) -> int:
        cuts = [(len(c) * part // many, len(c) * (part + 1) // many) for c in whole]
        return sum(
            int(_sum(column[begin:stop])) for column, (begin, stop) in zip(whole, cuts, strict=True)
        )

    return sum(side_by_side(share, many, many))


@numba.njit(cache=True, nogil=True, fastmath=True)
def _sum(values: NDArray[np.int64]) -> int:
    total = 0
    for value in values:
        total += value
    return total
