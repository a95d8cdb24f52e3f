"""Every planted truth, measured in the exported files with SQL that knows nothing of the code."""
# ruff: noqa: S608 - the questions are put together of parts of our own

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ruamel.yaml import YAML

from interlock.simulate.company import write_company

TRUTHS: dict[str, Any] = YAML(typ="safe").load(
    (files("interlock.simulate") / "truths.yaml").read_text("utf-8")
)
HUMAN = "v.human and v.direction = 'outbound' and v.kind in ('call', 'email', 'meeting')"
SERVED = """a.industry in ('Process industry', 'Oil and gas', 'Water and energy',
                           'Food and beverage', 'Aquaculture')"""

VIEWS = f"""
set timezone = 'UTC';
-- the office hours of Oslo, holidays left aside
create table days as
select d::timestamp + interval 8 hour as opens, d::timestamp + interval 16 hour as closes
from generate_series(date '2025-04-01', date '2026-11-30', interval 1 day) s(d)
where isodow(d) < 6;
create macro oslo(x) as timezone('Europe/Oslo', x);
create macro hours(x, y) as (
    select coalesce(sum(epoch(least(y, closes)) - epoch(greatest(x, opens))), 0) / 3600
    from days where closes > x and opens < y
);
create table tried as
select a.person, a.member, oslo(a.t) as assigned, oslo(min(v.t)) as first
from (
    select *, lead(t) over (partition by person order by t) as next
    from assignments where member like 'sdr-%'
) a
left join activities v
    on v.person = a.person and v.t >= a.t and (a.next is null or v.t < a.next) and {HUMAN}
group by all;
create table handed as
select t.*, case when first is not null then hours(assigned, first) end as waited,
    c.source, c.phone, a.employees, {SERVED} as served
from tried t join contacts c on c.id = t.person join accounts a on a.id = c.account;
"""

MEASURES = {
    "partner-leads-wait": """
        select median(waited) filter (source = 'partner')
             / median(waited) filter (source <> 'partner') as ratio_of_medians
        from handed""",
    "webinar-leads-turned-away": f"""
        with decided as (
            select c.source, d.kind = 'reject' and d.reason = 'no-fit' as no_fit,
                {SERVED} and a.employees >= 50 as fits
            from decisions d join contacts c on c.id = d.person join accounts a on a.id = c.account
            where d.kind in ('accept', 'reject', 'disqualify'))
        select avg(no_fit::int) filter (source = 'webinar') as rejected_as_no_fit,
            avg(no_fit::int) filter (source <> 'webinar') as the_same_of_all_others,
            avg(fits::int) filter (source = 'webinar' and no_fit) as of_them_within_the_profile
        from decided""",
    "friday-afternoons": """
        with timed as (
            select isodow(assigned) = 5 and hour(assigned) >= 12 as friday,
                coalesce(waited <= 4, false)::int as in_time
            from handed)
        select avg(in_time) filter (friday) as in_time_on_friday_afternoon,
            avg(in_time) filter (not friday) as in_time_otherwise
        from timed""",
    "the-lean-quarter": """
        with quarters as (
            select date_trunc('quarter', oslo(t)) as quarter, count(*) as accepted
            from decisions where kind = 'accept'
                and t >= '2025-07-01' and t < '2026-10-01' group by 1)
        select max(accepted) filter (quarter = '2026-01-01') as accepted_in_the_lean_quarter,
            min(accepted) filter (quarter <> '2026-01-01') as accepted_in_the_next_worst,
            max(accepted) filter (quarter = '2026-01-01')
            / avg(accepted) filter (quarter in ('2025-10-01', '2026-04-01'))
                as share_of_the_quarters_beside_it
        from quarters""",
    "the-cherry-picker": """
        with leads as (
            select member = 'sdr-03' as his, employees < 250 as small,
                (first is null)::int as untouched
            from handed)
        select avg(untouched) filter (his and small) as his_small_accounts_untouched,
            avg(untouched) filter (small and not his) as small_accounts_of_the_others,
            avg(untouched) filter (his and not small) as his_large_accounts_untouched
        from leads""",
    "no-number-no-call": """
        select avg((first is null)::int) filter (phone is null) as untouched_without_a_number,
            avg((first is null)::int) filter (phone is not null) as untouched_with_one,
            (select count(*) from activities v join contacts c on c.id = v.person
             where v.kind = 'call' and c.phone is null) as calls
        from handed""",
    "trade-show-lists": """
        with lists as (
            select t.campaign, median(epoch(c.created_at - t.t)) / 86400 as days
            from touches t join contacts c on c.id = t.person
            where t.kind = 'trade_show_scan' group by 1)
        select count(*) filter (days > 4) as late_lists,
            median(days) filter (days > 4) as median_days_of_the_late
        from lists""",
    "buying-groups": """
        with deals as (
            select o.id, (any_value(o.status) = 'won')::int as won, count(r.id) + 1 as people
            from opportunities o left join contact_roles r on r.opportunity = o.id
            where o.status <> 'open' group by 1)
        select avg(won) filter (people >= 3) / avg(won) filter (people < 3) as ratio_of_win_rates
        from deals""",
    "the-first-hour": """
        with accepted as (
            select h.person, min(h.waited) as waited,
                (exists (from decisions q where q.person = h.person and q.kind = 'qualify'))::int
                    as qualified
            from handed h
            where exists (from decisions d where d.person = h.person
                          and d.kind = 'accept' and d.t < '2026-08-01')
            group by 1)
        select avg(qualified) filter (waited <= 1) / avg(qualified) filter (waited > 1)
            as ratio_of_shares
        from accepted""",
    "search-costs-more-than-it-brings": """
        select (select sum(k.amount) filter (p.kind = 'paid search') / sum(k.amount)
                from campaign_costs k join campaigns p on p.id = k.campaign) as share_of_costs,
            sum(o.amount) filter (c.source = 'paid search') / sum(o.amount) as share_of_orders
        from opportunities o join contacts c on c.id = o.person where o.status = 'won'""",
}
"""For each truth, one row whose columns are its measures."""

COUNTS = {"accepted_in_the_lean_quarter", "accepted_in_the_next_worst"}
"""Measures that grow with the company."""

OF_THE_DEFAULT_SIZE_ONLY = {"share_of_costs"}


@pytest.fixture(scope="module", params=[4_000, 20_000])
def export(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, duckdb.DuckDBPyConnection]]:
    folder = tmp_path_factory.mktemp("halden")
    write_company(folder, people=request.param)
    with duckdb.connect() as connection:
        for path in sorted(folder.glob("*.csv")):
            read(connection, path)
        connection.execute(VIEWS)
        yield request.param, connection


def read(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A table for the file; `at` is a word of SQL and becomes `t`."""
    has_at = '"at"' in path.read_text("utf-8").partition("\n")[0]
    renamed = 'rename ("at" as t)' if has_at else ""
    source = f"read_csv('{path}', header = true, sample_size = -1)"
    connection.execute(f"create table {path.stem} as select * {renamed} from {source}")


def test_every_truth_is_measured() -> None:
    assert set(TRUTHS) == set(MEASURES)


@pytest.mark.parametrize("truth", MEASURES)
def test_a_planted_truth_can_be_seen(
    truth: str, export: tuple[int, duckdb.DuckDBPyConnection]
) -> None:
    people, connection = export
    cursor = connection.execute(MEASURES[truth])
    names = [column[0] for column in cursor.description or []]
    measured = dict(zip(names, cursor.fetchall()[0], strict=True))
    bounds = TRUTHS[truth]["measures"]
    assert set(measured) == set(bounds)
    if people > 4_000:
        bounds = {name: b for name, b in bounds.items() if name not in OF_THE_DEFAULT_SIZE_ONLY}
    outside = {
        name: measured[name]
        for name, (least, most) in bounds.items()
        if not least <= measured[name] / (people / 4_000 if name in COUNTS else 1) <= most
    }
    assert outside == {}
