"""Working-time promises on a bank's real events, against plain SQL over the raw file.

The SQL knows nothing of Interlock: the desk's open windows are a table of days, a deadline is the
point in the running sum of open seconds at which the budget is used up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb
import pytest

from tests.support.examples import Example, made, needs, raw

pytestmark = needs("bpic2012")

TABLES = """
    CREATE TABLE e AS
    SELECT case_id AS who, activity AS what, lifecycle AS phase, resource,
           floor(epoch("timestamp"::TIMESTAMPTZ))::BIGINT AS moment
    FROM events;
    CREATE TABLE open AS
    SELECT epoch(timezone('Europe/Amsterdam', day + (CASE isodow(day) WHEN 6 THEN 10 ELSE 8 END)
                 * INTERVAL 1 HOUR))::BIGINT AS opens,
           epoch(timezone('Europe/Amsterdam', day + (CASE isodow(day) WHEN 6 THEN 17 ELSE 21 END)
                 * INTERVAL 1 HOUR))::BIGINT AS closes
    FROM (SELECT unnest(generate_series(TIMESTAMP '2011-10-01', TIMESTAMP '2012-04-30',
                 INTERVAL 1 DAY)) AS day)
    WHERE isodow(day) <> 7 AND day::DATE NOT IN ('2011-12-26');
    CREATE TABLE clock (promise TEXT, who TEXT, started BIGINT, budget BIGINT);
    CREATE TABLE keeps (promise TEXT, who TEXT, moment BIGINT);
    CREATE TABLE voids (promise TEXT, who TEXT, moment BIGINT);
    INSERT INTO clock SELECT 'first-contact', who, moment, 2 * 3600 FROM e
        WHERE what = 'A_SUBMITTED';
    INSERT INTO keeps SELECT 'first-contact', who, moment FROM e
        WHERE phase = 'START' AND resource IS DISTINCT FROM '112';
    INSERT INTO voids SELECT 'first-contact', who, moment FROM e
        WHERE what IN ('A_DECLINED', 'A_CANCELLED');
    INSERT INTO clock SELECT 'offer-call', who, moment, 26 * 3600 FROM e WHERE what = 'O_SENT';
    INSERT INTO keeps SELECT 'offer-call', who, moment FROM e
        WHERE phase = 'START' AND what = 'W_Nabellen offertes';
    INSERT INTO voids SELECT 'offer-call', who, moment FROM e
        WHERE what IN ('A_APPROVED', 'A_DECLINED', 'A_CANCELLED');
    CREATE TABLE due AS
    WITH filled AS (
        SELECT promise, who, started, budget, greatest(opens, started) AS begins,
               sum(closes - greatest(opens, started)) OVER (
                   PARTITION BY promise, who, started ORDER BY opens) AS until_close,
               closes - greatest(opens, started) AS here
        FROM clock JOIN open ON closes > started AND opens < started + 30 * 86400
    )
    SELECT promise, who, started, min(begins + budget - (until_close - here))::BIGINT AS due
    FROM filled WHERE until_close >= budget GROUP BY ALL;
    CREATE TABLE verdict AS
    WITH ends AS (
        SELECT due.*,
               (SELECT min(moment) FROM keeps WHERE keeps.promise = due.promise
                    AND keeps.who = due.who AND moment > started) AS kept,
               (SELECT min(moment) FROM voids WHERE voids.promise = due.promise
                    AND voids.who = due.who AND moment > started) AS void
        FROM due
    )
    SELECT promise, who, started, due, CASE
        WHEN void <= due AND (kept IS NULL OR void < kept) THEN 'void'
        WHEN kept <= due THEN 'kept'
        WHEN kept IS NOT NULL THEN 'kept late'
        WHEN due < epoch(TIMESTAMPTZ '2012-03-15 00:00:00+01') THEN 'broken'
        ELSE 'open' END AS state
    FROM ends;
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return made("bpic2012", tmp_path_factory.mktemp("bpic2012"))


@pytest.fixture(scope="module")
def events() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = raw("bpic2012", events="bpic2012_events.csv.gz")
    connection.execute(TABLES)
    yield connection
    connection.close()


def test_the_commands_of_its_page_work(bank: Example) -> None:
    assert "attainment" in bank.printed


def test_every_event_is_taken_or_left_out_on_purpose(
    bank: Example, events: duckdb.DuckDBPyConnection
) -> None:
    wanted = dict(
        events.execute("""
            SELECT 'person', count(*) FROM e WHERE what = 'A_SUBMITTED' UNION ALL
            SELECT 'touch', count(*) FROM e WHERE what = 'A_SUBMITTED' UNION ALL
            SELECT 'assignment', count(*) FROM e WHERE phase = 'SCHEDULE' UNION ALL
            SELECT 'activity', count(*) FROM e WHERE phase = 'START' OR what = 'O_SENT' UNION ALL
            SELECT 'decision', count(*) FROM e WHERE what IN ('A_PREACCEPTED', 'A_ACCEPTED',
                'A_FINALIZED', 'A_APPROVED', 'A_DECLINED', 'A_CANCELLED') UNION ALL
            SELECT 'member', count(DISTINCT resource) FROM e WHERE phase = 'START'
        """).fetchall()
    )

    found = {
        kind: bank.rows(f"SELECT count(*) FROM store_{kind.replace('_', '')} WHERE live")[0][0]  # noqa: S608
        for kind in wanted
    }

    assert found == wanted
    assert bank.rows("SELECT sum(refused) FROM store_importpart") == [(0,)]


@pytest.mark.parametrize("promise", ["first-contact", "offer-call"])
def test_each_clock_runs_as_it_does_in_sql(
    bank: Example, events: duckdb.DuckDBPyConnection, promise: str
) -> None:
    wanted = events.execute(
        "SELECT who, started, due, state FROM verdict WHERE promise = ?", [promise]
    ).fetchall()

    found = bank.rows(
        "SELECT person, o.started_at, due_at, state FROM store_obligation o "  # noqa: S608
        "JOIN store_replay r ON r.id = o.replay_id AND r.current "
        f"WHERE promise = '{promise}'"
    )

    assert Counter(found) == Counter(wanted)
    assert {state for *_, state in wanted} >= {"kept", "kept late", "void"}


def test_an_answer_within_thirty_days(bank: Example, events: duckdb.DuckDBPyConnection) -> None:
    wanted = dict(
        events.execute("""
            WITH ends AS (
                SELECT s.who, s.moment AS started,
                       (SELECT min(moment) FROM e WHERE e.who = s.who AND what IN
                            ('A_APPROVED', 'A_DECLINED', 'A_CANCELLED')) AS answered
                FROM e s WHERE s.what = 'A_SUBMITTED'
            )
            SELECT CASE WHEN answered <= started + 30 * 86400 THEN 'kept'
                        WHEN answered IS NOT NULL THEN 'kept late'
                        WHEN started + 30 * 86400 < epoch(TIMESTAMPTZ '2012-03-15 00:00:00+01')
                        THEN 'broken' ELSE 'open' END, count(*)
            FROM ends GROUP BY 1
        """).fetchall()
    )

    found = dict(
        bank.rows(
            "SELECT state, count(*) FROM store_obligation o JOIN store_replay r "
            "ON r.id = o.replay_id AND r.current WHERE promise = 'answer' GROUP BY 1"
        )
    )

    assert found == wanted


def test_stages_are_entered_once_for_each_milestone(
    bank: Example, events: duckdb.DuckDBPyConnection
) -> None:
    milestones = {
        "application": "A_SUBMITTED",
        "pre-accepted": "A_PREACCEPTED",
        "accepted": "A_ACCEPTED",
        "offered": "A_FINALIZED",
        "granted": "A_APPROVED",
        "declined": "A_DECLINED",
        "withdrawn": "A_CANCELLED",
    }
    wanted = dict(events.execute("SELECT what, count(*) FROM e GROUP BY 1").fetchall())

    found = dict(
        bank.rows(
            "SELECT stage, count(*) FROM store_visit v JOIN store_replay r "
            "ON r.id = v.replay_id AND r.current GROUP BY 1"
        )
    )

    assert found == {stage: wanted[what] for stage, what in milestones.items()}
