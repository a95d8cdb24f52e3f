"""Verdicts in Parquet: the columns of each table, and an outcome as such tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from interlock.facts.arrow import TYPES
from interlock.facts.kinds import Column, ColumnType
from interlock.replay.index import Index
from interlock.replay.kinds import KINDS, table_of
from interlock.replay.outcome import (
    ABSENT,
    Codes,
    Finding,
    Instants,
    Obligations,
    Outcome,
    Periods,
    PeriodState,
    State,
    Visits,
)

TEXT, INTEGER, NUMBER, FLAG, INSTANT, _, _ = ColumnType


def _fact(prefix: str, did: str) -> tuple[Column, Column]:
    return (
        Column(f"{prefix}kind", TEXT, f"the kind of the fact that {did}"),
        Column(f"{prefix}fact", INTEGER, "its number among the facts of its kind"),
    )


VERDICTS: dict[str, tuple[Column, ...]] = {
    "leads": (
        Column("person", TEXT, "who", required=True),
        Column("stage", TEXT, "the stage where they stand; empty before the first"),
        Column("since", INSTANT, "since when"),
        Column("owner", TEXT, "the member who has the lead"),
        Column("source", TEXT, "where the lead came from"),
        Column("tier", TEXT, "the agreement's tier"),
        Column("fit", NUMBER, "the fit score", required=True),
        Column("score", NUMBER, "the engagement score just after the last fact", required=True),
        Column("engagement", NUMBER, "what is left of it at the instant of the replay"),
        Column("last", INSTANT, "when something last happened", required=True),
    ),
    "visits": (
        Column("person", TEXT, "who", required=True),
        Column("stage", TEXT, "the stage", required=True),
        Column("came_from", TEXT, "the stage before; empty for none"),
        Column("entered", INSTANT, "from when", required=True),
        Column("left", INSTANT, "until when; empty: still there"),
        Column("skipped", FLAG, "the stage was passed by without its criterion", required=True),
        Column("reason", TEXT, "the reason by which a decision sent the lead there"),
        Column("member", TEXT, "who decided, where a decision did"),
        *_fact("", "moved the lead"),
    ),
    "obligations": (
        Column("person", TEXT, "about whom", required=True),
        Column("promise", TEXT, "the event promise", required=True),
        Column("variant", TEXT, "the variant of it that applied"),
        Column("owner", TEXT, "who of the owing side it falls to"),
        Column("started", INSTANT, "when the clock started", required=True),
        Column("due", INSTANT, "the deadline; empty: never"),
        Column("kept", INSTANT, "when it was kept"),
        Column("ended", INSTANT, "when it became void"),
        Column(
            "state", TEXT, "where it stands", required=True, choices=tuple(s.word for s in State)
        ),
        *_fact("start_", "started the clock"),
        *_fact("kept_", "kept it"),
        Column(
            "earlier",
            INTEGER,
            "activities and decisions of its first second that came too early to keep it",
            required=True,
        ),
    ),
    "periods": (
        Column("promise", TEXT, "the period promise", required=True),
        Column("member", TEXT, "whose target it is; empty: the team's"),
        Column("begins", INSTANT, "from when", required=True),
        Column("ends", INSTANT, "until when, this instant not included", required=True),
        Column("target", NUMBER, "what was promised for it", required=True),
        Column("reached", NUMBER, "what was reached", required=True),
        Column("base", NUMBER, "of how many, for a rate", required=True),
        Column("passed", NUMBER, "the share of its working time that is over", required=True),
        Column(
            "state",
            TEXT,
            "where it stands",
            required=True,
            choices=tuple(s.word for s in PeriodState),
        ),
    ),
    "findings": (
        Column("code", TEXT, "what kind of thing a human should look at", required=True),
        Column("message", TEXT, "in words", required=True),
        Column("count", INTEGER, "how often", required=True),
        Column("example", TEXT, "one place of them", required=True),
    ),
}
"""The columns of each table of verdicts."""


def schema_of(table: str) -> pa.Schema:
    """The columns as they are held."""
    return pa.schema(
        [pa.field(c.name, TYPES[c.type], nullable=not c.required) for c in VERDICTS[table]]
    )


def tables_of(outcome: Outcome, index: Index) -> dict[str, pa.Table]:
    """Every table of the outcome's verdicts; `index` is what was replayed."""
    names = _Names(outcome, index)
    return {
        "leads": _leads(outcome, names),
        "visits": _visits(outcome.visits, names),
        "obligations": _obligations(outcome.obligations, names),
        "periods": periods_table(outcome.periods, outcome.numbers, outcome.members),
        "findings": findings_table(outcome.findings),
    }


def findings_table(findings: Iterable[Finding]) -> pa.Table:
    """The findings, in order of their code."""
    rows = sorted(findings, key=lambda finding: (finding.code, finding.message))
    cells = {name: [getattr(row, name) for row in rows] for name in schema_of("findings").names}
    return pa.table(cells, schema_of("findings"))


def write(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Writes each table into a folder of its name; the folder is there once all of it is."""
    unfinished = folder.with_name(folder.name + ".part")
    for name, table in tables.items():
        (unfinished / name).mkdir(parents=True, exist_ok=True)
        pq.write_table(
            table, unfinished / name / "part-0.parquet", compression="zstd", store_schema=False
        )
    unfinished.replace(folder)


class _Names:
    """Codes of an outcome as the texts that they stand for."""

    def __init__(self, outcome: Outcome, index: Index) -> None:
        self.index = index
        self.words: dict[str, NDArray[np.object_]] = {
            "person": outcome.people,
            "stage": outcome.stages,
            "came_from": outcome.stages,
            "owner": outcome.members,
            "member": outcome.members,
            "source": outcome.sources,
            "tier": outcome.tiers,
            "reason": outcome.reasons,
            "promise": outcome.promises,
            "variant": outcome.variants,
        }

    def __call__(self, name: str, codes: Codes) -> pa.Array:
        return named(self.words[name], codes)

    def fact(self, prefix: str, moments: Codes) -> dict[str, pa.Array]:
        """The kind and the number of the fact at each moment; nothing where it is negative."""
        index, none = self.index, moments < 0
        kinds = [table_of(code) for code in range(len(KINDS))]
        kind, number = np.full(len(moments), -1, np.int32), np.zeros(len(moments), np.int64)
        here = np.flatnonzero(~none)
        code, row = index.kind[moments[here]], index.row[moments[here]]
        kind[here] = code
        for each in np.unique(code):
            mine = code == each
            number[here[mine]] = index.table(kinds[each]).ids[row[mine]]
        words = np.array(kinds, dtype=object)
        return {f"{prefix}kind": named(words, kind), f"{prefix}fact": pa.array(number, mask=none)}


def named(words: NDArray[np.object_], codes: Codes) -> pa.Array:
    """The texts at these places; nothing at a negative one."""
    places = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(places, pa.array(words, pa.string()))


def _instants(values: Instants) -> pa.Array:
    return pa.array(values, mask=values == ABSENT)


def _table(name: str, cells: Mapping[str, pa.Array]) -> pa.Table:
    return pa.table(dict(cells)).select(schema_of(name).names).cast(schema_of(name))


def _leads(outcome: Outcome, names: _Names) -> pa.Table:
    leads = outcome.leads
    coded = ("stage", "owner", "source", "tier")
    cells = {name: names(name, getattr(leads, name)) for name in coded}
    return _table(
        "leads",
        cells
        | {
            "person": pa.array(outcome.people, pa.string()),
            "since": _instants(leads.since),
            "fit": pa.array(leads.fit),
            "score": pa.array(leads.score),
            "engagement": pa.array(leads.engagement),
            "last": pa.array(leads.last),
        },
    )


def _visits(visits: Visits, names: _Names) -> pa.Table:
    coded = ("person", "stage", "came_from", "reason", "member")
    cells = {name: names(name, getattr(visits, name)) for name in coded}
    return _table(
        "visits",
        cells
        | names.fact("", visits.fact)
        | {
            "entered": pa.array(visits.entered),
            "left": _instants(visits.left),
            "skipped": pa.array(visits.skipped),
        },
    )


def _obligations(owed: Obligations, names: _Names) -> pa.Table:
    states = np.array([state.word for state in State], dtype=object)
    instants = ("due", "kept", "ended")
    return _table(
        "obligations",
        {name: _instants(getattr(owed, name)) for name in instants}
        | names.fact("start_", owed.start_fact)
        | names.fact("kept_", owed.kept_fact)
        | {
            "person": names("person", owed.person),
            "promise": names("promise", owed.promise),
            "variant": names("variant", owed.variant),
            "owner": names("owner", owed.owner),
            "started": pa.array(owed.started),
            "earlier": pa.array(owed.earlier.astype(np.int64)),
            "state": named(states, owed.state.astype(np.int32)),
        },
    )


def periods_table(
    periods: Periods, promises: NDArray[np.object_], members: NDArray[np.object_]
) -> pa.Table:
    """The periods, by the ids of their promises and members."""
    states = np.array([state.word for state in PeriodState], dtype=object)
    numbers = ("begins", "ends", "target", "reached", "base", "passed")
    return _table(
        "periods",
        {name: pa.array(getattr(periods, name)) for name in numbers}
        | {
            "promise": named(promises, periods.promise),
            "member": named(members, periods.member),
            "state": named(states, periods.state.astype(np.int32)),
        },
    )
