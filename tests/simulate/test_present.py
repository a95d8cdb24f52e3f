"""The made-up company brought to an instant: as it would have been exported then."""
# ruff: noqa: S608 - the questions name tables of our own

import hashlib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest

from interlock.agreement.loading import load
from interlock.facts.kinds import KINDS
from interlock.simulate.company import Company, write_company
from interlock.simulate.days import AS_OF
from interlock.simulate.export import FILES
from interlock.simulate.present import moved, weeks_to

OSLO = ZoneInfo("Europe/Oslo")
WEEK = 7 * 86_400


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=OSLO).timestamp())


NOW = instant("2027-02-17T09:30:00")


@pytest.fixture(scope="module", params=[NOW, AS_OF - 300 * 86_400], ids=["later", "earlier"])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return write_company(tmp_path_factory.mktemp("halden"), people=1_200, until=request.param)


@pytest.fixture
def ask(company: Company) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for kind, file in FILES.items():
        source = f"read_csv('{company.folder / file}', header = true, sample_size = -1)"
        connection.execute(f"create table {kind} as from {source}")
    return connection


def numbers(ask: duckdb.DuckDBPyConnection, question: str) -> tuple[object, ...]:
    return tuple(ask.execute(question).fetchall()[0])


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("2026-07-01T09:15:30", "2026-11-04T09:15:30"),  # out of summer time
        ("2026-10-25T01:30:00", "2027-02-28T01:30:00"),  # before the hour that comes twice
        ("2025-11-23T02:30:00", "2026-03-29T03:30:00"),  # into the hour that is skipped
    ],
)
def test_the_clock_on_the_wall_is_kept(at: str, there: str) -> None:
    assert moved(np.array([instant(at)]), 18).tolist() == [instant(there)]


@pytest.mark.parametrize("until", [AS_OF, AS_OF + 1, NOW, AS_OF - 10 * WEEK, AS_OF + 26 * WEEK])
def test_the_planned_end_is_reached_within_a_week(until: int) -> None:
    weeks = weeks_to(until)
    assert int(moved(np.array([AS_OF]), weeks)[0]) >= until
    assert int(moved(np.array([AS_OF]), weeks - 1)[0]) < until


def test_moved_by_nothing_it_is_what_it_was(tmp_path: Path) -> None:
    def digest(folder: Path) -> str:
        files = (path.read_bytes() for path in sorted(folder.iterdir()))
        return hashlib.sha256(b"".join(files)).hexdigest()

    write_company(tmp_path / "as-ever", people=300)
    write_company(tmp_path / "moved", people=300, until=AS_OF)
    text = (tmp_path / "moved" / "agreement.yaml").read_text()
    (tmp_path / "moved" / "agreement.yaml").write_text(
        (tmp_path / "as-ever" / "agreement.yaml").read_text()
    )
    assert digest(tmp_path / "as-ever") == digest(tmp_path / "moved")
    assert "in_force_from: 2025-05-01\n" in text


def test_it_ends_there_with_work_of_the_last_days(
    company: Company, ask: duckdb.DuckDBPyConnection
) -> None:
    for kind in ("touch", "activity", "assignment", "person", "opportunity", "campaign"):
        (last,) = numbers(ask, f'select epoch(max("{KINDS[kind].at}")) from {kind}')
        assert isinstance(last, float)
        assert company.as_of - 30 * 86_400 < last <= company.as_of
    (closed,) = numbers(ask, "select epoch(max(closed_at)) from opportunity")
    assert isinstance(closed, float)
    assert closed <= company.as_of


def test_nothing_refers_to_what_is_not_there(ask: duckdb.DuckDBPyConnection) -> None:
    for kind in FILES:
        for column in KINDS[kind].columns:
            names = [row[0] for row in ask.execute(f"describe {kind}").fetchall()]
            if column.refers_to in FILES and column.name in names:
                lost = numbers(
                    ask,
                    f'select count(*) from {kind} where "{column.name}" is not null '
                    f'and "{column.name}" not in (select id from {column.refers_to})',
                )
                assert lost == (0,), (kind, column.name)


def test_what_closes_later_is_open_and_every_status_is_that_of_the_last_decision(
    ask: duckdb.DuckDBPyConnection,
) -> None:
    wrong = """select count(*) from opportunity where (status = 'open') <> (closed_at is null)
               or (status <> 'open' and stage <> 'closed')
               or (status = 'open' and stage = 'closed')"""
    assert numbers(ask, wrong) == (0,)
    without = """select count(*) from opportunity o where status <> 'open' and not exists (
                     from decision d where d.opportunity = o.id and d.kind in ('win', 'lose'))"""
    assert numbers(ask, without) == (0,)
    (customers,) = numbers(
        ask,
        """select count(*) from person p where (lead_status = 'Customer') <>
           (select arg_max(kind, id) is not distinct from 'win' from decision d
            where d.person = p.id)""",
    )
    assert customers == 0


def test_the_agreement_moves_with_it_and_has_no_problem(company: Company) -> None:
    loaded = load(company.agreement.read_bytes())
    assert loaded.problems == ()
    assert loaded.agreement is not None
    year = datetime.fromtimestamp(company.as_of, OSLO).year
    assert {goal.by.year for goal in loaded.agreement.goals if goal.by} == {year}
    text = company.agreement.read_text()
    assert f"{year}-12-24: []" in text
    first = datetime.combine(loaded.agreement.in_force_from, datetime.min.time(), OSLO)
    months = (company.as_of - first.timestamp()) / 86_400 / 30.4
    assert 17 < months < 18.1


def test_campaigns_are_named_for_when_they_are(ask: duckdb.DuckDBPyConnection) -> None:
    assert numbers(ask, "select count(*) - count(distinct name) from campaign") == (0,)
    wrong = """select count(*) from campaign where kind = 'webinar'
               and right(name, 11) <> strftime(timezone('Europe/Oslo', ends_at), '%d %b %Y')"""
    assert numbers(ask, wrong) == (0,)
