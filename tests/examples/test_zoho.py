"""A CRM vendor's demo export, against plain SQL over the raw files."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.support.examples import Example, made, needs, raw, trial, volumes

pytestmark = needs("zoho")

TABLES = """
    CREATE MACRO instant(written) AS
        epoch(timezone('UTC', strptime(written, '%d %b, %Y %H:%M:%S')))::BIGINT;
    CREATE MACRO dollars(written) AS
        (replace(replace(rtrim(written, 'K'), '$', ''), ',', '')::DECIMAL(18, 2)
        * CASE WHEN written LIKE '%K' THEN 1000 ELSE 1 END * 100)::BIGINT;
    CREATE TABLE acts AS
    WITH lead_of AS (
        SELECT CONTACTID, l.LEADID FROM contacts c JOIN leads l ON l."Email" = c."Email"
    ), found AS (
        SELECT 'call' AS kind, c.TASKID AS id, coalesce(c.LEADID, lead_of.LEADID) AS who,
               epoch(timezone('UTC', "Call Start Time"::TIMESTAMP))::BIGINT AS moment,
               lower("Call Type") AS direction
        FROM calls c LEFT JOIN lead_of USING (CONTACTID)
        UNION ALL
        SELECT 'meeting', v.EVENTID, coalesce(v.LEADID, lead_of.LEADID),
               epoch(timezone('UTC', "Start DateTime"::TIMESTAMP))::BIGINT, 'outbound'
        FROM events v LEFT JOIN lead_of USING (CONTACTID)
    )
    SELECT * FROM found WHERE who IS NOT NULL;
"""


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return made("zoho", tmp_path_factory.mktemp("zoho"))


@pytest.fixture(scope="module")
def files() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = raw(
        "zoho",
        leads="Leads.csv",
        contacts="Contacts.csv",
        accounts="Accounts.csv",
        potentials="Potentials.csv",
        calls="Calls.csv",
        events="Events.csv",
        campaigns="Campaigns.csv",
        users="Users.csv",
    )
    connection.execute(TABLES)
    yield connection
    connection.close()


def test_the_commands_of_its_page_work(crm: Example) -> None:
    assert "attainment" in crm.printed


def test_every_row_becomes_its_facts(crm: Example, files: duckdb.DuckDBPyConnection) -> None:
    wanted = dict(
        files.execute("""
            SELECT 'member', count(*) FROM users UNION ALL
            SELECT 'campaign', count(*) FROM campaigns UNION ALL
            SELECT 'campaigncost', count(*) FROM campaigns UNION ALL
            SELECT 'account', count(*) FROM accounts UNION ALL
            SELECT 'person', count(*) FROM leads UNION ALL
            SELECT 'assignment', count(*) FROM leads UNION ALL
            SELECT 'opportunity', count(*) FROM potentials UNION ALL
            SELECT 'activity', count(*) FROM acts UNION ALL
            SELECT 'decision', count(*) FROM potentials WHERE "Forecast Type" <> 'Open'
        """).fetchall()
    )

    found = {
        kind: crm.rows(f"SELECT count(*) FROM store_{kind} WHERE live")[0][0]  # noqa: S608
        for kind in wanted
    }

    assert found == wanted
    assert crm.rows("SELECT sum(refused) FROM store_importpart") == [(0,)]


def test_money_in_thousands_is_exact_to_the_cent(
    crm: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute("""
        SELECT CAMPAIGNID, dollars("Expected Revenue"), dollars("Budgeted Cost"),
               dollars("Actual Cost") FROM campaigns ORDER BY 1
    """).fetchall()

    found = crm.rows("""
        SELECT c.key, c.expected_revenue, c.budget, k.amount
        FROM store_campaign c JOIN store_campaigncost k ON k.campaign = c.key ORDER BY 1
    """)

    assert found == wanted


def test_calls_and_events_find_their_lead_by_id_or_by_the_contact_that_it_became(
    crm: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute(
        "SELECT id, kind, who, moment, direction FROM acts ORDER BY 1"
    ).fetchall()

    found = crm.rows("SELECT key, kind, person, at, direction FROM store_activity ORDER BY 1")

    assert found == wanted


def test_owners_are_found_by_their_eleven_names(
    crm: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute("""
        SELECT LEADID, USER_ID FROM leads JOIN users ON users."Last Name" = "Lead Owner" ORDER BY 1
    """).fetchall()

    assert crm.rows("SELECT person, member FROM store_assignment ORDER BY 1") == wanted


def test_a_potential_from_before_its_lead_counts_once_the_lead_is_there(
    crm: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute("""
        SELECT LEADID, greatest(instant(p."Created Time"), instant(l."Created Time"))
        FROM potentials p JOIN leads l USING (LEADID) ORDER BY 1
    """).fetchall()

    found = crm.rows("""
        SELECT person, entered_at FROM store_visit v JOIN store_replay r
        ON r.id = v.replay_id AND r.current WHERE stage = 'opportunity' ORDER BY 1
    """)

    assert found == wanted


def test_entries_of_each_stage_by_source(crm: Example, files: duckdb.DuckDBPyConnection) -> None:
    wanted = files.execute("""
        SELECT l."Lead Source", 'lead', count(*) FROM leads l GROUP BY 1 UNION ALL
        SELECT l."Lead Source", 'opportunity', count(*) FROM potentials
        JOIN leads l USING (LEADID) GROUP BY 1 UNION ALL
        SELECT l."Lead Source", lower("Forecast Type"), count(*) FROM potentials
        JOIN leads l USING (LEADID) WHERE "Forecast Type" <> 'Open' GROUP BY 1, 2
    """).fetchall()

    found = crm.rows("""
        SELECT source, stage, count(*) FROM store_visit v JOIN store_replay r
        ON r.id = v.replay_id AND r.current WHERE stage <> 'met' GROUP BY 1, 2
    """)

    assert set(found) == set(wanted)


def test_the_first_meeting_within_ten_working_days(
    crm: Example, files: duckdb.DuckDBPyConnection
) -> None:
    wanted = files.execute("""
        WITH days AS (
            SELECT day, row_number() OVER (ORDER BY day) AS place
            FROM (SELECT unnest(generate_series(TIMESTAMP '2018-01-01', TIMESTAMP '2022-01-01',
                         INTERVAL 1 DAY)) AS day) WHERE isodow(day) < 6
        ), due AS (
            SELECT LEADID AS who, instant("Created Time") AS started,
                   instant("Created Time") - epoch(s.day)::BIGINT + epoch(e.day)::BIGINT AS due
            FROM leads JOIN days s ON s.day = date_trunc('day',
                strptime("Created Time", '%d %b, %Y %H:%M:%S'))
            JOIN days e ON e.place = s.place + 10
        ), ends AS (
            SELECT who, due, (SELECT min(moment) FROM acts WHERE acts.who = due.who
                AND direction = 'outbound' AND moment > started) AS kept FROM due
        )
        SELECT who, due, CASE WHEN kept <= due THEN 'kept' WHEN kept IS NOT NULL THEN 'kept late'
            WHEN due < epoch(TIMESTAMPTZ '2021-06-01 00:00:00+00') THEN 'broken' ELSE 'open' END
        FROM ends
    """).fetchall()

    found = crm.rows("""
        SELECT person, due_at, state FROM store_obligation o JOIN store_replay r
        ON r.id = o.replay_id AND r.current WHERE promise = 'meeting'
    """)

    on_weekdays = {who for who, *_ in wanted}
    assert sorted(row for row in found if row[0] in on_weekdays) == sorted(wanted)
    assert len(wanted) > 1000


def test_a_trial_says_what_the_command_says(crm: Example) -> None:
    """A second attempt asked for at a stage that may be skipped: some of its leads go past it."""
    shown = trial(crm, "stages.met.enter@0.0", 1)
    said = crm.json("whatif", "--set", "stages.met.enter=activities.attempts > 1")
    before, after = volumes(shown)["met"]
    assert before > after > 0
    assert volumes(shown) == volumes(said)
