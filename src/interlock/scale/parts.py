"""Replaying a part of the people where it lies: rows of facts in, rows of verdicts out.

The rows of a part are one wide table, as is all that comes of it: one column says what a row is,
and of the others it has its own. What is about nobody in particular, such as members, is given
along. Nothing here knows who cut the people into parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from interlock.facts.arrow import TYPES
from interlock.facts.columns import Facts, FactTable
from interlock.facts.kinds import KINDS, ColumnType
from interlock.replay.calendar_spans import FIRST_INSTANT
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import ABSENT, Finding, Instants, Outcome, Periods
from interlock.replay.periods import Counted, Scope, counted, judged
from interlock.scale.fact_contract import OWN, fact_table, wanted
from interlock.scale.fact_files import encoded
from interlock.scale.plan import Plan
from interlock.scale.verdict_files import VERDICTS, schema_of, tables_of

KIND = "kind_of_fact"
"""The column that says of which kind a fact is: its place among the kinds."""
TABLE = "table"
"""The column that says of which table a verdict is."""
RANK = {kind: place for place, kind in enumerate(KINDS)}

_MOST_ROWS = 65_536
SUMS, PART = "sums", "part"
"""Rows that are no verdicts yet: what a part adds to the periods, by the positions of promise
and member; and for each part its first instant and its number of moments."""
_PERIOD = ("promise_code", "member_code", "begins")
_NUMBERS = pa.schema(
    [
        pa.field("promise_code", pa.int64()),
        pa.field("member_code", pa.int64()),
        pa.field("first", pa.int64()),
    ]
)


def wide_columns(plan: Plan, kind: str) -> dict[str, tuple[str, ColumnType]]:
    """The columns that are read of a kind: what each is called in the wide table, and its type.

    Two kinds may have one name for columns of different types.
    """
    types = {c.name: c.type for c in KINDS[kind].columns} | dict(plan.attributes.get(kind, {}))
    types |= dict.fromkeys(OWN, ColumnType.INSTANT)
    names = wanted(plan.needed[kind], plan.schemas[kind])
    return {n: (n if n in OWN else f"{n}:{TYPES[types[n]]}", types[n]) for n in names}


def verdict_schema() -> pa.Schema:
    """The columns of the wide table of verdicts."""
    fields = {TABLE: pa.field(TABLE, pa.string())} | {f.name: f for f in _NUMBERS}
    for table in VERDICTS:
        fields |= {field.name: pa.field(field.name, field.type) for field in schema_of(table)}
    return pa.schema(list(fields.values()))


@dataclass(frozen=True)
class Work:
    """What is done with a part.

    `shared` are the facts about nobody in particular, `known` the findings that these and the
    agreement give by themselves, in every part.
    """

    plan: Plan
    as_of: int
    shared: Facts
    known: tuple[Finding, ...] = ()

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The verdicts about the people of the part, whose facts come in order of kind."""
        facts, findings = self._facts(batches)
        if not facts:
            return
        index = build({**self.shared, **facts}, self.as_of)
        eras = Eras.of(index, self.plan.agreement)
        outcome = decide(eras, self.as_of)
        found = (f for f in (*findings, *outcome.findings) if f not in self.known)
        outcome = replace(outcome, findings=tuple(found))
        scope = Scope(FIRST_INSTANT)  # when the facts of all people begin, no part knows
        counts = counted(eras, outcome.visits, outcome.obligations, self.as_of, scope)
        numbers = {SUMS: _sums(counts, eras.since), PART: _part(outcome)}
        for name, table in {**tables_of(outcome, index), **numbers}.items():
            yield from _wide(name, table)

    def _facts(self, batches: Iterable[pa.RecordBatch]) -> tuple[Facts, tuple[Finding, ...]]:
        pieces: dict[int, list[pa.RecordBatch]] = {}
        for batch in batches:
            for rank, piece in self._kinds_of(batch):
                pieces.setdefault(rank, []).append(piece)
        facts: dict[str, FactTable] = {}
        findings: list[Finding] = []
        for kind, names in self.plan.needed.items():
            if found := pieces.pop(RANK[kind], None):
                types = self.plan.attributes.get(kind, {})
                rows = pa.Table.from_batches(found)
                facts[kind], lacking = fact_table(KINDS[kind], names, types, rows)
                findings += lacking
        return facts, tuple(findings)

    def _kinds_of(self, batch: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
        """The batch by kind, each with its own columns, by their own names, and its own words."""
        for rank in pc.unique(batch[KIND]).to_pylist():
            columns = wide_columns(self.plan, list(KINDS)[rank])
            rows = batch.filter(pc.equal(batch[KIND], rank))
            arrays = [rows[wide] for wide, _ in columns.values()]
            yield rank, encoded(pa.RecordBatch.from_arrays(arrays, names=list(columns)))


@dataclass(frozen=True)
class Everybody:
    """What the agreement and the shared facts give by themselves, and parts are added to."""

    eras: Eras
    outcome: Outcome

    @classmethod
    def of(cls, plan: Plan, shared: Facts, as_of: int) -> Everybody:
        """The same replay, of nobody."""
        eras = Eras.of(build(shared, as_of), plan.agreement)
        return cls(eras, decide(eras, as_of))

    def periods(self, first: int, sums: pa.Table) -> Periods:
        """The periods, from the first instant of all facts on and the sums of all parts."""
        outcome = self.outcome
        codes = zip(*(sums[name].to_pylist() for name in _PERIOD), strict=True)
        known = [
            (str(outcome.numbers[promise]), str(outcome.members[member]), begins)
            for promise, member, begins in codes
            if member >= 0
        ]
        scope = Scope(first, known=known)
        empty = counted(self.eras, outcome.visits, outcome.obligations, outcome.as_of, scope)
        return judged(_filled(empty, sums), outcome.as_of)


def _filled(empty: Counted, sums: pa.Table) -> Counted:
    """The counts with the sums in their places; sums of periods that are not owed have none."""
    rows = empty.periods
    keys = zip(rows.promise.tolist(), rows.member.tolist(), rows.begins.tolist(), strict=True)
    places = {key: place for place, key in enumerate(keys)}
    found = zip(*(sums[name].to_pylist() for name in _PERIOD), strict=True)
    at = [places.get(key, -1) for key in found]
    place = np.array(at, np.int64)
    reached, base = rows.reached.copy(), rows.base.copy()
    np.add.at(reached, place[place >= 0], sums["reached"].to_numpy()[place >= 0])
    np.add.at(base, place[place >= 0], sums["base"].to_numpy()[place >= 0])
    return replace(empty, periods=replace(rows, reached=reached, base=base))


def _sums(counts: Counted, since: Instants) -> pa.Table:
    """Periods in which there is something; and for each who has any, one under each version."""
    rows = counts.periods
    version = np.searchsorted(since, rows.begins, side="right")
    keys = np.stack([rows.promise, rows.member, version])
    _, once = np.unique(keys, axis=1, return_index=True)
    which = np.union1d(np.flatnonzero((rows.reached != 0) | (rows.base != 0)), once)
    columns = (rows.promise, rows.member, rows.begins, rows.reached, rows.base)
    return pa.table([column[which] for column in columns], names=[*_PERIOD, "reached", "base"])


def _part(outcome: Outcome) -> pa.Table:
    first = pa.array([outcome.first], mask=np.array([outcome.first == ABSENT]))
    return pa.table({"first": first, "count": [outcome.facts]})


def _wide(name: str, rows: pa.Table) -> Iterator[pa.RecordBatch]:
    schema, cells = verdict_schema(), dict(zip(rows.column_names, rows.columns, strict=True))
    cells[TABLE] = pa.array([name] * len(rows), pa.string())
    whole = [cells.get(f.name, pa.nulls(len(rows), f.type)).cast(f.type) for f in schema]
    yield from pa.table(whole, schema=schema).to_batches(max_chunksize=_MOST_ROWS)
