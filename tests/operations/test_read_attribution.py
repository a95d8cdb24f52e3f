from pathlib import Path

import duckdb
import pytest

from interlock.operations.load_company import load_company
from interlock.operations.read_attribution import read_attribution
from interlock.operations.reading import Ground
from interlock.replay.because import FactRef
from interlock.store.models import FACTS
from tests.operations.company import at, put, replayed

pytestmark = pytest.mark.django_db

LINEAR = """
with contact as (
    select id as sale, person from opportunity union select opportunity, person from contact_role
), journey as (
    select sale, touch.{by} as key, amount, count(*) over (partition by sale) as touches
    from opportunity join contact on opportunity.id = sale
    join touch on touch.person = contact.person
        and touch.at between opportunity.closed_at - interval 365 day and opportunity.closed_at
    where status = 'won'
)
select coalesce(key, '(unknown)'), sum(100 * amount / touches), sum(1 / touches), count(*)
from journey group by all
"""

SOURCED = """
with contact as (
    select id as deal, person from opportunity union select opportunity, person from contact_role
), touched as (
    select deal, first(touch.{by} order by touch.at) as key
    from opportunity join contact on opportunity.id = deal
    join touch on touch.person = contact.person and touch.at
        between opportunity.created_at - interval 365 day and opportunity.created_at
    group by deal
)
select coalesce(key, if(deal is null, '(none)', '(unknown)')), count(*), 100 * sum(amount),
    count(*) filter (status = 'won')
from opportunity left join touched on opportunity.id = deal group by all
"""


@pytest.mark.parametrize("by", ["channel", "campaign"])
def test_credits_are_those_of_sql_over_the_raw_files(tmp_path: Path, by: str) -> None:
    load_company(tmp_path, people=600, progress=lambda *_: None)
    page = read_attribution(by=by)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for kind, file in (
            ("opportunity", "opportunities"),
            ("contact_role", "contact_roles"),
            ("touch", "touches"),
        ):
            source = f"read_csv('{tmp_path}/company/{file}.csv', header = true, sample_size = -1)"
            connection.execute(f"create table {kind} as from {source}")
        expected = connection.execute(LINEAR.format(by=by)).fetchall()
        sourced = connection.execute(SOURCED.format(by=by)).fetchall()
    earned = {row.key: row for row in page.rows if row.key != "(none)"}
    assert sorted(earned) == sorted(key for key, *_ in expected)
    assert len(expected) > 2
    for key, cents, sales, touches in expected:
        # each touch is rounded to a cent by itself
        assert earned[key].amounts[0] == pytest.approx(float(cents), abs=touches)
        assert earned[key].sales[0] == pytest.approx(float(sales))
    assert sum(row.amounts[0] for row in page.rows) == page.amount
    assert page.sourced is not None
    told = [(r.key, r.deals.count, r.deals.pipeline, r.deals.won) for r in page.sourced.rows]
    assert sorted(told) == sorted((key, n, int(amount), won) for key, n, amount, won in sourced)
    assert len(told) > 2


def test_one_sale_touch_by_touch() -> None:
    put("touch", "t9", at(3), person="p1", kind="visit", channel="mail")
    replayed()
    page = read_attribution(("linear", "markov"), sale="o1")
    assert (page.models, page.weighing) == (("linear", "markov"), ("linear",))
    rows = {key: FACTS["touch"].objects.get(key=key).pk for key in ("g1", "t1", "t9")}
    assert [(touch.fact, touch.person, touch.name) for touch in page.touches] == [
        (FactRef("touch", rows["g1"], at(2)), "p1", "(unknown)"),
        (FactRef("touch", rows["t1"], at(2, "10:00")), "p1", "(unknown)"),
        (FactRef("touch", rows["t9"], at(3)), "p1", "mail"),
    ]
    assert [touch.weights[0] for touch in page.touches] == pytest.approx([1 / 3] * 3)
    assert sum(touch.because[0].amount for touch in page.touches) == page.amount


def test_why_a_channel_earned_what_it_did() -> None:
    put("touch", "t9", at(3), person="p1", kind="visit", channel="mail")
    replayed()
    page = read_attribution(("linear", "markov"), of="mail")
    linear, markov = page.because
    assert [step.what for step in linear.steps] == ["sale o1"]
    earned = next(row for row in page.rows if row.key == "mail")
    assert (linear.amount, markov.amount) == earned.amounts
    assert "removal effect of mail" in [step.what for step in markov.steps]


def test_a_channel_that_there_is_not_is_said_so() -> None:
    put("touch", "t9", at(3), person="p1", kind="visit", channel="mail")
    replayed()
    assert "`mial`; did you mean `mail`?" in read_attribution(of="mial").trouble


def test_a_sale_that_was_not_won_is_said_so() -> None:
    replayed()
    assert "no opportunity `nothing` was won" in read_attribution(sale="nothing").trouble


def test_nothing_before_an_agreement() -> None:
    assert read_attribution().basis.ground is Ground.NO_AGREEMENT
