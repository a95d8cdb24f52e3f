"""A hardware seller's pipeline, against plain SQL over the raw files."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.support.examples import Example, made, needs, raw

pytestmark = needs("maven")

AS_OF = "TIMESTAMPTZ '2018-01-01 00:00:00+00'"


@pytest.fixture(scope="module")
def hardware(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return made("maven", tmp_path_factory.mktemp("maven"))


@pytest.fixture(scope="module")
def files() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = raw(
        "maven", pipeline="sales_pipeline.csv", accounts="accounts.csv", teams="sales_teams.csv"
    )
    yield connection
    connection.close()


def test_the_commands_of_its_page_work(hardware: Example) -> None:
    assert "attainment" in hardware.printed


def test_every_row_becomes_its_facts(hardware: Example, files: duckdb.DuckDBPyConnection) -> None:
    wanted = dict(
        files.execute("""
            SELECT 'member', count(*) FROM (SELECT sales_agent FROM teams UNION
                SELECT manager FROM teams) UNION ALL
            SELECT 'account', count(*) FROM accounts UNION ALL
            SELECT 'person', count(engage_date) FROM pipeline UNION ALL
            SELECT 'assignment', count(engage_date) FROM pipeline UNION ALL
            SELECT 'opportunity', count(engage_date) FROM pipeline UNION ALL
            SELECT 'decision', count(close_date) FROM pipeline
        """).fetchall()
    )

    found = {
        kind: hardware.rows(f"SELECT count(*) FROM store_{kind} WHERE live")[0][0]  # noqa: S608
        for kind in wanted
    }

    assert found == wanted


def test_prospecting_without_an_engage_date_is_refused_with_its_reason(
    hardware: Example, files: duckdb.DuckDBPyConnection
) -> None:
    (wanted,) = files.execute("""
        SELECT count(*) FROM pipeline WHERE deal_stage = 'Prospecting' AND engage_date IS NULL
    """).fetchall()

    refused = hardware.rows("SELECT reason, count(*) FROM store_refusal GROUP BY 1")

    assert [count for _, count in refused] == [wanted[0]]
    assert "created_at" in refused[0][0]


def test_gtxpro_is_gtx_pro(hardware: Example, files: duckdb.DuckDBPyConnection) -> None:
    wanted = files.execute("""
        SELECT replace(product, 'GTXPro', 'GTX Pro'), count(engage_date) FROM pipeline GROUP BY 1
    """).fetchall()

    found = hardware.rows("""
        SELECT attributes ->> 'product', count(*) FROM store_opportunity WHERE live GROUP BY 1
    """)

    assert sorted(found) == sorted(wanted)


def test_an_opportunity_may_have_no_account_and_its_value_is_exact(
    hardware: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute("""
        SELECT count(*), count(account), sum(close_value::BIGINT) * 100 FROM pipeline
        WHERE engage_date IS NOT NULL
    """).fetchall()

    assert hardware.rows("SELECT count(*), count(account), sum(amount) FROM store_opportunity") == (
        wanted
    )


def test_brought_to_a_decision_within_120_days(
    hardware: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute(f"""
        SELECT opportunity_id, epoch((engage_date::DATE + 120)::TIMESTAMP)::BIGINT, CASE
            WHEN close_date::DATE <= engage_date::DATE + 120 THEN 'kept'
            WHEN close_date IS NOT NULL THEN 'kept late'
            WHEN engage_date::DATE + 120 < {AS_OF} THEN 'broken' ELSE 'open' END
        FROM pipeline WHERE engage_date IS NOT NULL
    """).fetchall()  # noqa: S608

    found = hardware.rows("""
        SELECT person, due_at, state FROM store_obligation o JOIN store_replay r
        ON r.id = o.replay_id AND r.current WHERE promise = 'decided'
    """)

    assert sorted(found) == sorted(wanted)


def test_entries_of_each_stage_by_tier(hardware: Example, files: duckdb.DuckDBPyConnection) -> None:
    wanted = files.execute("""
        WITH tiered AS (
            SELECT p.*, CASE WHEN employees::INT >= 5000 THEN 'enterprise'
                             WHEN employees::INT >= 1000 THEN 'mid'
                             WHEN employees IS NOT NULL THEN 'small' ELSE '' END AS tier
            FROM pipeline p LEFT JOIN accounts USING (account) WHERE engage_date IS NOT NULL
        )
        SELECT tier, 'engaged', count(*) FROM tiered GROUP BY 1 UNION ALL
        SELECT tier, lower(deal_stage), count(*) FROM tiered
        WHERE deal_stage IN ('Won', 'Lost') GROUP BY 1, 2
    """).fetchall()

    found = hardware.rows("""
        SELECT tier, stage, count(*) FROM store_visit v JOIN store_replay r
        ON r.id = v.replay_id AND r.current GROUP BY 1, 2
    """)

    assert set(found) == set(wanted)
