"""Metrics against DuckDB over the same raw rows."""
# ruff: noqa: S608 - the questions are put together of parts of our own

from __future__ import annotations

from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest

from interlock.agreement.goals import MEASURES, Metrics
from interlock.agreement.hours import DAY
from interlock.insight.attainment import rate
from interlock.insight.deals import Costs, Ledger, Span, figure, months_in
from interlock.insight.handed_over import RATES, HandOvers, followed, rate_of, speed_of
from interlock.insight.ranks import nearest_rank
from interlock.replay.deals import DEAL_COLUMNS, deals_of
from interlock.replay.follow_up import DEED_COLUMNS, deeds_of
from interlock.replay.index import build
from tests.agreement.small import agreement
from tests.replay.scenario import seconds
from tests.replay.tables import facts_of_rows

ZONE = ZoneInfo("Europe/Oslo")
BEGINS, ENDS = seconds("2026-03-09 00:00"), seconds("2026-03-16 00:00")
FIRST, AS_OF = seconds("2026-01-01 00:00"), seconds("2026-03-20 00:00")
SPANS = [
    Span(BEGINS, ENDS, ENDS, ZONE),
    Span(seconds("2026-03-01 00:00"), seconds("2026-04-01 00:00"), AS_OF + 1, ZONE),
]
SEEDS = range(12)

Rows = list[dict[str, Any]]


def deals(seed: int) -> tuple[Rows, Rows]:
    """Versions of people, some of an account, and opportunities of theirs, or of an account.

    Some people are known only after they bought, some move to another account.
    """
    random = Random(seed)  # noqa: S311 - the same draws every time
    people: Rows = [
        {
            "kind_of_fact": "person",
            "instant": at,
            "id": f"p{n}",
            "account": random.choice([None, "a1", "a2", "a3"]),
        }
        for n in range(8)
        for at in random.sample(range(FIRST, AS_OF, 1800), random.randrange(1, 4))
    ]
    opportunities: Rows = []
    for n in range(random.randrange(30)):
        opened = random.randrange(FIRST, AS_OF + DAY, 3600)
        status = random.choice(["open", "won", "won", "lost"])
        closed = opened + random.randrange(0, 30 * DAY, 3600)
        opportunities.append(
            {
                "kind_of_fact": "opportunity",
                "instant": opened,
                "id": f"o{n}",
                "person": random.choice(["p0", "p1", "p2", "p3", "p4", "nobody", None]),
                "account": random.choice([None, None, "a1", "a4"]),
                "status": status,
                "closed_at": closed if status != "open" else None,
                "amount": random.choice([None, random.randrange(1, 10**7)]),
                "currency": random.choice(["EUR", "EUR", "EUR", "SEK"]),
            }
        )
    return people, opportunities


def database(people: Rows, opportunities: Rows, days: int) -> duckdb.DuckDBPyConnection:
    """The deals as of the replay, each with its customer."""
    db = duckdb.connect()
    db.execute("create table person (id text, t bigint, account text)")
    db.execute(
        "create table deal (id text, opened bigint, person text, account text, status text, "
        "closed bigint, amount bigint, currency text)"
    )
    for row in people:
        db.execute(
            "insert into person values (?, ?, ?)", [row[n] for n in ("id", "instant", "account")]
        )
    for row in opportunities:
        names = ("id", "instant", "person", "account", "status", "closed_at", "amount", "currency")
        db.execute(f"insert into deal values ({', '.join('?' * 8)})", [row[n] for n in names])
    db.execute(f"""
        create view d as
        select d.id, opened, closed <= {AS_OF} as is_closed, status = 'won' as won,
            case when closed <= {AS_OF} then closed end as closed,
            case when currency = 'EUR' then amount end as amount,
            coalesce('account ' || d.account,
                'account ' || (select account from person p where p.id = d.person and t <= opened
                               order by t desc limit 1),
                'account ' || (select account from person p where p.id = d.person and t > opened
                               and account is not null order by t limit 1),
                'person ' || (select any_value(id) from person p where p.id = d.person),
                'deal ' || d.id) as customer,
            {days * DAY} as term
        from deal d where opened <= {AS_OF};
        create view sale as select * from d where is_closed and won;
    """)
    return db


def asked(db: duckdb.DuckDBPyConnection, question: str, span: Span) -> Any:
    text = question.format(begins=span.begins, until=span.until)
    (found,) = db.execute(f"select {text}").fetchone() or (None,)
    return found


IN = "closed >= {begins} and closed < {until}"
QUESTIONS = {
    "revenue": f"coalesce(sum(amount), 0) / 100 from sale where {IN}",
    "pipeline": """coalesce(sum(amount), 0) / 100 from d
        where opened >= {begins} and opened < {until}""",
    "new customers": f"""count(*) from (select customer, min(closed) as closed from sale group by 1)
        where {IN}""",
    "win rate": f"avg(won::int) from d where is_closed and {IN}",
    "retention": """avg((exists (from sale s where s.customer = b.customer and s.closed < {until}
            and s.closed > {until} - s.term))::int)
        from (select distinct customer from sale
              where closed < {begins} and closed > {begins} - term) b""",
    "velocity": f"""(select count(*) from d where opened < {{until}}
            and (closed is null or closed >= {{until}}))
        * (select avg(won::int) from d where is_closed and {IN})
        * avg(amount) / 100
        / (nullif(quantile_disc(closed - opened, 0.5), 0) / 86400) from sale where {IN}""",
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("span", SPANS, ids=["a week", "a month that runs"])
def test_metrics_are_as_sql_has_them(seed: int, span: Span) -> None:
    people, opportunities = deals(seed)
    facts = facts_of_rows([*people, *opportunities], agreement(), DEAL_COLUMNS)
    days = 20
    nothing = np.empty(0, np.int64)
    ledger = Ledger(
        deals_of(build(facts, AS_OF), "EUR", AS_OF),
        Costs(nothing, nothing),
        Metrics(customer_days=days),
        100,
    )
    db = database(people, opportunities, days)
    for metric, question in QUESTIONS.items():
        expected = asked(db, question, span)
        found = figure(metric, ledger, span).value
        assert found == (None if expected is None else pytest.approx(expected)), metric
    assert {*QUESTIONS, "acquisition cost"} == {*MEASURES}


HANDED = """
    select h.person, h.t, h.due, h.void,
        bool_or(d.what = 'accept') as accepted, bool_or(d.what = 'reject') as rejected,
        bool_or(d.what in ('reject', 'disqualify')) as away,
        bool_or(d.what = 'recycle' or d.reason = 'not_now') as back,
        min(d.t) filter (d.what = 'attempt') as tried
    from (select *, lead(t) over next as next_t, lead(earlier) over next as next_earlier
          from handed window next as (partition by person order by t)) h
    left join (select *, row_number() over one - 1 as n from deed
               window one as (partition by person, t order by is_decision, id)) d
        on d.person = h.person and (d.t > h.t or d.t = h.t and d.n >= h.earlier)
        and (h.next_t is null or d.t < h.next_t or d.t = h.next_t and d.n < h.next_earlier)
    group by all
"""
SHARES = {
    "acceptance": "count_if(accepted), count(*)",
    "rejection": "count_if(rejected), count(*)",
    "recycling": "count_if(away and back), count_if(away)",
    "leakage": f"""count_if(due < {AS_OF} and not void and not coalesce(accepted, false)
        and not coalesce(rejected, false) and tried is null), count(*)""",
    "attempted in time": "count_if(tried <= due), count(tried)",
}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_became_of_hand_overs_is_as_sql_has_it(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - the same draws every time
    keys = [f"p{n}" for n in range(6)]
    rows: Rows = [{"kind_of_fact": "person", "instant": FIRST, "id": key} for key in keys]
    db = duckdb.connect()
    db.execute("create table handed (person text, t bigint, earlier int, due bigint, void boolean)")
    db.execute(
        "create table deed "
        "(id int, person text, t bigint, is_decision boolean, what text, reason text)"
    )
    starts = {(random.choice(keys), random.randrange(FIRST, AS_OF, DAY)) for _ in range(15)}
    handed = sorted(
        (
            *(keys.index(key), at, random.randrange(3)),
            *(at + random.choice([3600, 5 * DAY]), random.random() < 0.2),
        )
        for key, at in sorted(starts)
    )
    for person, *cells in handed:
        db.execute("insert into handed values (?, ?, ?, ?, ?)", [keys[person], *cells])
    for n in range(120):
        key, at = random.choice(keys), random.randrange(FIRST, AS_OF, DAY)
        what = random.choice(["accept", "reject", "disqualify", "recycle", "call", "note", "mail"])
        fact: dict[str, Any] = {"instant": at, "person": key, "kind": what}
        reason = random.choice(["not_now", None]) if what == "reject" else None
        if what in ("call", "note", "mail"):
            fact |= {"kind_of_fact": "activity", "human": what != "mail"}
            fact["kind"] = "email" if what == "mail" else what
        else:
            fact |= {"kind_of_fact": "decision", "reason": reason}
        rows.append(fact)
        said = "attempt" if what == "call" else what
        is_decision = fact["kind_of_fact"] == "decision"
        db.execute(
            "insert into deed values (?, ?, ?, ?, ?, ?)", [n, key, at, is_decision, said, reason]
        )
    index = build(facts_of_rows(rows, agreement(), DEED_COLUMNS), AS_OF)
    person, at, earlier, due, void = np.array(handed, np.int64).T
    overs = HandOvers(person.astype(np.int32), at, earlier, due, void.astype(bool))
    found = followed(overs, deeds_of(index, agreement()), None, AS_OF)
    assert index.people.tolist() == keys
    for name in RATES:
        numbers = db.execute(f"select {SHARES[name]} from ({HANDED})").fetchone()
        assert numbers is not None
        assert rate_of(name, found) == rate(*numbers), name
    ranks = "quantile_disc(tried - t, 0.5), quantile_disc(tried - t, 0.9)"
    half, most = db.execute(f"select {ranks} from ({HANDED})").fetchone() or (None, None)
    speed = speed_of(found)
    assert (speed.wall_median, speed.wall_most) == (half, most)
    assert (speed.working_median, speed.working_most) == (half, most)  # no calendar counts


def test_nearest_rank_is_one_of_the_values() -> None:
    values = np.array([10, 40, 30, 20], np.int64)
    assert [nearest_rank(values, percent) for percent in (1, 25, 50, 51, 90, 100)] == [
        *(10, 10, 20),
        *(30, 40, 40),
    ]
    assert nearest_rank(np.empty(0, np.int64), 50) is None


def test_months_are_counted_by_the_share_that_is_told_of() -> None:
    def between(begins: str, until: str) -> float:
        return months_in(Span(seconds(begins), AS_OF, seconds(until), ZONE))

    assert between("2026-01-01 00:00", "2026-04-01 00:00") == 3
    assert between("2026-02-15 00:00", "2026-03-01 00:00") == 0.5
    assert between("2026-01-01 00:00", "2026-01-01 00:00") == 0
    assert between("9999-11-16 00:00", "9999-12-02 00:00") == 0.5  # and nothing is after it
    assert between("2026-11-16 00:00", "2026-12-16 12:00") == pytest.approx(0.5 + 0.5)
