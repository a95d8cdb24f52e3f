"""A marketplace's sellers, against plain SQL over the raw files."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.support.examples import Example, made, needs, raw, trial, volumes

pytestmark = needs("olist")

START = "epoch(timezone('America/Sao_Paulo', first_contact_date::TIMESTAMP))::BIGINT"
SIGNED = "epoch(timezone('America/Sao_Paulo', won_date::TIMESTAMP))::BIGINT"


@pytest.fixture(scope="module")
def marketplace(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return made("olist", tmp_path_factory.mktemp("olist"))


@pytest.fixture(scope="module")
def files() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = raw(
        "olist",
        leads="olist_marketing_qualified_leads_dataset.csv",
        deals="olist_closed_deals_dataset.csv",
    )
    yield connection
    connection.close()


def test_the_commands_of_its_page_work(marketplace: Example) -> None:
    assert "attainment" in marketplace.printed


def test_every_row_becomes_its_facts(
    marketplace: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = dict(
        files.execute("""
            SELECT 'person', count(*) FROM leads UNION ALL
            SELECT 'touch', count(*) FROM leads UNION ALL
            SELECT 'asset', count(DISTINCT landing_page_id) FROM leads UNION ALL
            SELECT 'account', count(DISTINCT seller_id) FROM deals UNION ALL
            SELECT 'opportunity', count(*) FROM deals UNION ALL
            SELECT 'decision', count(*) FROM deals UNION ALL
            SELECT 'member', count(*) FROM
                (SELECT sdr_id FROM deals UNION SELECT sr_id FROM deals)
        """).fetchall()
    )

    found = {
        kind: marketplace.rows(f"SELECT count(*) FROM store_{kind} WHERE live")[0][0]  # noqa: S608
        for kind in wanted
    }

    assert found == wanted
    assert marketplace.rows("SELECT sum(refused) FROM store_importpart") == [(0,)]


def test_a_date_without_a_time_is_midnight_in_sao_paulo(
    marketplace: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute(f"SELECT mql_id, {START} FROM leads ORDER BY 1").fetchall()  # noqa: S608

    assert marketplace.rows("SELECT key, created_at FROM store_person ORDER BY 1") == wanted


def test_a_blank_origin_is_not_the_word_unknown(
    marketplace: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute("SELECT origin, count(*) FROM leads GROUP BY 1 ORDER BY 1").fetchall()

    found = marketplace.rows("SELECT source, count(*) FROM store_person GROUP BY 1 ORDER BY 1")

    assert sorted(found, key=str) == sorted(wanted, key=str)
    assert (None, 60) in found
    assert ("unknown", 1099) in found


def test_revenue_of_zero_is_nothing_declared(
    marketplace: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute("""
        SELECT count(*), sum(declared_monthly_revenue::DOUBLE) FROM deals
        WHERE declared_monthly_revenue::DOUBLE > 0
    """).fetchall()

    found = marketplace.rows("""
        SELECT count(attributes ->> 'monthly_revenue'), sum(attributes ->> 'monthly_revenue')
        FROM store_account
    """)

    assert found == wanted


def test_entries_of_each_stage_by_origin(
    marketplace: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute("""
        SELECT coalesce(origin, ''), 'mql', count(*) FROM leads GROUP BY 1 UNION ALL
        SELECT coalesce(origin, ''), 'seller', count(*) FROM leads JOIN deals USING (mql_id)
        GROUP BY 1
    """).fetchall()

    found = marketplace.rows("""
        SELECT source, stage, count(*) FROM store_visit v JOIN store_replay r
        ON r.id = v.replay_id AND r.current GROUP BY 1, 2
    """)

    assert set(found) == set(wanted)


def test_signed_within_sixty_days(marketplace: Example, files: duckdb.DuckDBPyConnection) -> None:
    wanted = files.execute(f"""
        SELECT mql_id, {START} + 60 * 86400, CASE
            WHEN {SIGNED} BETWEEN {START} AND {START} + 60 * 86400 THEN 'kept'
            WHEN {SIGNED} > {START} THEN 'kept late'
            WHEN {START} + 60 * 86400 < epoch(TIMESTAMPTZ '2018-12-01 00:00:00-02') THEN 'broken'
            ELSE 'open' END
        FROM leads LEFT JOIN deals USING (mql_id)
    """).fetchall()  # noqa: S608

    found = marketplace.rows("""
        SELECT person, due_at, state FROM store_obligation o JOIN store_replay r
        ON r.id = o.replay_id AND r.current WHERE promise = 'signed'
    """)

    assert sorted(found) == sorted(wanted)


def test_a_trial_says_what_the_command_and_the_raw_file_say(
    marketplace: Example, files: duckdb.DuckDBPyConnection
) -> None:
    """With two touches asked for nobody is left: each lead has one, its first contact."""
    shown = trial(marketplace, "stages.mql.enter@0.0", 1)
    said = marketplace.json("whatif", "--set", "stages.mql.enter=touches.any > 1")
    [(leads,)] = files.execute("SELECT count(DISTINCT mql_id) FROM leads").fetchall()
    assert volumes(shown) == volumes(said)
    assert volumes(shown)["mql"] == (leads, 0)
