"""Tallies against DuckDB over the same columns."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.insight.tally import Subject, Tallies, add_up, tally, values
from interlock.replay.outcome import (
    ABSENT,
    NO_PERIODS,
    Leads,
    Obligations,
    Outcome,
    State,
    Visits,
)
from tests.operations.company import agreement_text

Columns = dict[str, NDArray[Any]]

START = 1_700_000_000
ZONE = ZoneInfo("Europe/Oslo")
STAGES = np.array(["lead", "mql", "sal", "customer", "nurture"], object)
PATH = ("lead", "mql", "sal", "customer")
MEMBERS = np.array(["bo", "cy"], object)
SOURCES = np.array(["web", "partner"], object)
TIERS = np.array(["a"], object)
REASONS = np.array(["not-ready"], object)
COLUMNS = ("subject", "clause", "state", "week", "owner", "source", "tier", "count")
PROMISES = np.array(["first-touch", "greeting"], object)


def agreement() -> Agreement:
    loaded = load(agreement_text()).agreement
    assert loaded is not None
    return loaded


NOTHING = np.empty(0, object)
_OF_FACTS = ("variant", "start_fact", "kept_fact", "earlier")


def outcome_of(seed: int, people: int, visits: int, obligations: int) -> Outcome:
    """Anything at all that has the shape of an outcome."""
    random = np.random.default_rng(seed)

    def codes(names: NDArray[Any], rows: int, lowest: int = -1) -> NDArray[np.int32]:
        return random.integers(lowest, len(names), rows).astype(np.int32)

    def instants(rows: int) -> NDArray[np.int64]:
        return START + 21600 * random.integers(0, 160, rows)  # so few that some coincide

    keys = np.array([f"p{n}" for n in range(people)], object)
    order = np.sort(codes(keys, visits, 0)) if people else np.empty(0, np.int32)
    visits = len(order)
    none, owed = np.full(visits, -1, np.int32), obligations if people else 0
    scores: dict[str, Any] = dict.fromkeys(("fit", "score", "engagement"), np.zeros(people))
    unset: dict[str, Any] = dict.fromkeys(("due", "kept", "ended"), np.full(owed, ABSENT))
    unset |= dict.fromkeys(_OF_FACTS, np.full(owed, -1, np.int32))
    return Outcome(
        as_of=START + 41 * 86400,
        people=keys,
        members=MEMBERS,
        sources=SOURCES,
        tiers=TIERS,
        stages=STAGES,
        reasons=REASONS,
        promises=PROMISES,
        variants=NOTHING,
        numbers=NOTHING,
        visits=Visits(
            person=order,
            stage=codes(STAGES, visits, 0),
            came_from=none,
            entered=instants(visits),
            left=np.full(visits, ABSENT),
            skipped=np.zeros(visits, np.bool_),
            reason=codes(REASONS, visits),
            member=codes(MEMBERS, visits),
            fact=none,
        ),
        obligations=Obligations(
            promise=codes(PROMISES, owed, 0),
            person=codes(keys, owed, 0),
            owner=codes(MEMBERS, owed),
            started=instants(owed),
            state=random.integers(0, len(State), owed).astype(np.uint8),
            **unset,
        ),
        periods=NO_PERIODS,
        leads=Leads(
            stage=codes(STAGES, people),
            since=instants(people),
            owner=codes(MEMBERS, people),
            source=codes(SOURCES, people),
            tier=codes(TIERS, people),
            **scores,
            last=instants(people),
        ),
        facts=0,
        findings=(),
    )


def rows_of(tallies: Tallies) -> dict[tuple[Any, ...], int]:
    columns = {name: each.names[each.codes].tolist() for name, each in tallies.columns.items()}
    columns["count"] = tallies.count.tolist()
    rows = list(zip(*(columns[name] for name in COLUMNS), strict=True))
    found = {row[:-1]: row[-1] for row in rows}
    assert len(found) == len(rows)  # no combination twice
    return found


def connection_of(outcome: Outcome) -> duckdb.DuckDBPyConnection:
    """The outcome as tables, names instead of positions."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'Europe/Oslo'")
    leads, visits, owed = outcome.leads, outcome.visits, outcome.obligations
    tables: dict[str, Columns] = {
        "leads": {
            "person": np.arange(len(outcome.people)),
            "stage": _named(outcome.stages, leads.stage),
            "t": leads.since,
            "owner": _named(outcome.members, leads.owner),
            "source": _named(outcome.sources, leads.source),
            "tier": _named(outcome.tiers, leads.tier),
        },
        "visits": {
            "person": visits.person,
            "stage": _named(outcome.stages, visits.stage),
            "t": visits.entered,
            "reason": _named(outcome.reasons, visits.reason),
            "member": _named(outcome.members, visits.member),
        },
        "owed": {
            "person": owed.person,
            "promise": _named(outcome.promises, owed.promise),
            "state": _named(np.array([s.word for s in State], object), owed.state.astype(int)),
            "t": owed.started,
            "owner": _named(outcome.members, owed.owner),
        },
    }
    for name, columns in tables.items():
        con.register("given", {key: _typed(values) for key, values in columns.items()})
        con.execute(
            f"CREATE TABLE {name} AS SELECT *, "  # noqa: S608 - names from this file
            "epoch(date_trunc('week', to_timestamp(t)))::BIGINT AS week FROM given"
        )
        con.unregister("given")
    return con


def _named(names: NDArray[Any], codes: NDArray[Any]) -> NDArray[Any]:
    return np.array([names[code] if code >= 0 else "" for code in codes], object)


def _typed(values: NDArray[Any]) -> NDArray[Any]:
    return values.astype("U16") if values.dtype == object else values


PROMISED = """
    SELECT 'promise', promise, o.state, o.week, o.owner, source, tier, count(*)
    FROM owed o JOIN leads USING (person) GROUP BY ALL
"""
THERE = """
    SELECT 'stage', stage, 'there', week, owner, source, tier, count(*)
    FROM leads WHERE stage <> '' GROUP BY ALL
"""
ENTERED = """
    WITH first AS (SELECT person, stage, min(t) AS t, arg_min(week, t) AS week
                   FROM visits GROUP BY ALL)
    SELECT 'stage', f.stage, 'entered', f.week, owner, source, tier, count(*)
    FROM first f JOIN leads USING (person) GROUP BY ALL
"""
REACHED = """
    WITH first AS (SELECT person, stage, min(t) AS t, arg_min(week, t) AS week
                   FROM visits GROUP BY ALL)
    SELECT 'stage', f.stage, 'reached ' || $after, f.week, owner, source, tier, count(*)
    FROM first f JOIN leads USING (person)
    WHERE f.stage = $before
    AND EXISTS (FROM visits v WHERE v.person = f.person AND v.stage = $after AND v.t >= f.t)
    GROUP BY ALL
"""
GIVEN = """
    SELECT 'reason', reason, 'given', v.week, v.member, source, tier, count(*)
    FROM visits v JOIN leads USING (person) WHERE reason <> '' GROUP BY ALL
"""


def expected(outcome: Outcome) -> dict[tuple[Any, ...], int]:
    with connection_of(outcome) as con:
        rows = [
            row
            for query in (PROMISED, THERE, ENTERED, GIVEN)
            for row in con.execute(query).fetchall()
        ]
        for i, before in enumerate(PATH):
            for after in PATH[i + 1 :]:
                rows += con.execute(REACHED, {"before": before, "after": after}).fetchall()
    return {row[:-1]: row[-1] for row in rows}


@pytest.mark.parametrize("seed", range(5))
def test_a_tally_is_what_sql_counts_over_the_same_columns(seed: int) -> None:
    outcome = outcome_of(seed, people=60, visits=200, obligations=300)
    found = rows_of(tally(outcome, agreement(), ZONE))
    assert len(found) > 300
    assert found == expected(outcome)


def test_nothing_counts_as_nothing() -> None:
    assert rows_of(tally(outcome_of(0, 0, 0, 0), agreement())) == {}


def test_weeks_begin_in_the_zone_of_the_first_calendar() -> None:
    assert agreement().zone == ZONE


@given(
    st.integers(0, 2**32),
    st.integers(0, 20),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_sums_of_a_tally_are_the_rows_that_it_counts(
    seed: int, people: int, visits: int, obligations: int
) -> None:
    outcome = outcome_of(seed, people, visits, obligations)
    found = tally(outcome, AGREEMENT, ZONE)
    total = Counter[tuple[str, str]]()
    for (subject, _, state, *_), count in rows_of(found).items():
        total[subject, state if subject == "stage" else ""] += count
    owed, stays = outcome.obligations, outcome.visits
    assert total["promise", ""] == len(owed.promise)
    assert total["stage", "there"] == int((outcome.leads.stage >= 0).sum())
    pairs = set(zip(stays.person.tolist(), stays.stage.tolist(), strict=True))
    assert total["stage", "entered"] == len(pairs)
    assert total["reason", ""] == int((stays.reason >= 0).sum())
    assert all(total["stage", f"reached {stage}"] <= total["stage", "entered"] for stage in PATH)
    assert (found.count > 0).all()


AGREEMENT = agreement()


FILTERS = st.dictionaries(
    st.sampled_from(["owner", "source", "tier", "clause"]),
    st.sampled_from(["", "bo", "web", "a", "mql", "first-touch", "no such"]),
)


@given(
    st.integers(0, 2**32),
    st.sampled_from(Subject),
    FILTERS,
    st.sampled_from(["", "owner", "source", "tier", "week"]),
)
def test_sums_are_those_of_the_rows_that_the_filters_leave(
    seed: int, subject: Subject, where: dict[str, str], by: str
) -> None:
    tallies = tally(outcome_of(seed, 20, 60, 60), AGREEMENT, ZONE)
    wanted = Counter[tuple[Any, ...]]()
    for row, count in rows_of(tallies).items():
        cells = dict(zip(COLUMNS, row, strict=False))
        if cells["subject"] == subject and all(cells[name] == x for name, x in where.items()):
            wanted[cells[by] if by else "", cells["clause"], cells["state"]] += count
    found = add_up(tallies, subject, where, by)
    assert len({row[:3] for row in found}) == len(found)
    assert {row[:3]: row[3] for row in found} == wanted


def test_a_week_is_a_filter_like_any_other() -> None:
    tallies = tally(outcome_of(1, 20, 60, 60), AGREEMENT, ZONE)
    by_week = add_up(tallies, Subject.PROMISE, by="week")
    week = by_week[0][0]
    assert add_up(tallies, Subject.PROMISE, {"week": week}) == [
        ("", *rest) for group, *rest in by_week if group == week
    ]


def test_the_values_that_occur() -> None:
    outcome = outcome_of(1, 20, 60, 60)
    tallies = tally(outcome, AGREEMENT, ZONE)
    assert values(tallies, "source") == ["", "partner", "web"]
    assert values(tallies, "state")[-1] == "warned"
