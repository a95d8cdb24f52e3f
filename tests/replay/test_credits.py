"""Credits of a handful of sales, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from interlock.agreement.attribution import ATTRIBUTION_MODELS, Attribution
from interlock.replay.attribution import MODELS
from interlock.replay.credits import COLUMNS, Sales, sales_of, share_out
from interlock.replay.index import build
from interlock.replay.moments import Moments
from tests.replay import scenario

FACTS = """
2026-01-05 09:00 touch ann kind=visit channel=search campaign=spring
2026-02-02 09:00 touch ann kind=form channel=search campaign=autumn
2026-02-02 09:00 person ann
2026-02-03 09:00 person bea
2026-02-03 09:00 touch bea kind=webinar channel=webinar
2026-02-04 09:00 opportunity o1 person=ann status=won closed_at=2026-02-20T09:00 amount=100001
2026-02-04 09:00 contact_role r1 opportunity=o1 person=bea
2026-02-10 09:00 touch ann kind=visit channel=mail
2026-02-20 09:00 touch bea kind=visit
2026-02-20 09:01 touch ann kind=visit channel=late
2026-02-05 09:00 person cid
2026-02-06 09:00 opportunity o2 person=cid status=won closed_at=2026-02-07T09:00 amount=500
2026-02-05 09:00 person dan
2026-02-06 09:00 touch dan kind=visit channel=mail
2026-02-06 09:00 opportunity o3 person=dan status=won closed_at=2026-02-07 amount=700 currency=NOK
2026-02-05 09:00 person eva
2026-02-06 09:00 touch eva kind=visit channel=search
2026-02-08 09:00 opportunity o5 person=nobody status=won closed_at=2026-02-09 amount=300
2026-02-08 09:00 opportunity o6 person=nobody status=won closed_at=2026-03-09 amount=7777
2026-02-06 10:00 opportunity o4 person=eva status=lost closed_at=2026-02-07T09:00 amount=900
"""
AS_OF = scenario.seconds("2026-03-01 09:00")
TERMS = Attribution()


def sales(terms: Attribution = TERMS, by: str = "channel", facts: str = FACTS) -> Sales:
    agreement = scenario.agreement_of({})
    columns = scenario.facts_of({"facts": facts}, agreement, COLUMNS)
    return sales_of(Moments(build(columns, AS_OF), agreement), terms, by, AS_OF)


def earned(found: Sales, terms: Attribution = TERMS, model: str = "") -> dict[str, int]:
    shared = share_out(found, terms, model)
    amounts = dict(zip(shared.channels, shared.amount.tolist(), strict=True))
    return {name: amount for name, amount in amounts.items() if amount}


def test_all_contacts_touches_up_to_the_sale_share_it() -> None:
    # o1: search, search, webinar, mail, and one without a channel at the instant of the sale
    assert earned(sales()) == {
        "search": 40_001,
        "webinar": 20_000,
        "mail": 20_000,
        "(unknown)": 20_000,
        "(none)": 800,
    }


def test_the_main_contact_alone_where_the_terms_say_person() -> None:
    alone = replace(TERMS, per="person")
    assert earned(sales(alone), alone) == {"search": 66_668, "mail": 33_333, "(none)": 800}


def test_touches_before_the_look_back_do_not_count() -> None:
    month = replace(TERMS, look_back_days=18)
    assert earned(sales(month), month, "first") == {"search": 100_001, "(none)": 800}
    week = replace(TERMS, look_back_days=17)
    assert earned(sales(week), week, "first") == {"webinar": 100_001, "(none)": 800}


def test_milestones_are_the_touches_that_created_them() -> None:
    # ann was known from her form, the opportunity came after the webinar
    assert earned(sales(), model="w") == {
        "search": 60_001,
        "webinar": 30_000,
        "mail": 5_000,
        "(unknown)": 5_000,
        "(none)": 800,
    }


def test_a_sale_to_nobody_that_is_known_is_not_dropped() -> None:
    # o5 has no contact that is known; o6 is won only after the replay's instant
    assert sales().sale.tolist() == [0, 1, 2, 3]
    assert sales().amount.tolist() == [100_001, 500, 0, 300]


def test_by_campaign() -> None:
    assert earned(sales(by="campaign")) == {
        "spring": 20_001,
        "autumn": 20_000,
        "(unknown)": 60_000,
        "(none)": 800,
    }


@pytest.mark.parametrize("model", ATTRIBUTION_MODELS)
def test_credits_sum_exactly_and_count_every_sale(model: str) -> None:
    shared = share_out(sales(), TERMS, model)
    assert int(shared.amount.sum()) == 100_801
    assert float(shared.sales.sum()) == pytest.approx(4)


def test_shapley_shares_each_sales_value_and_counts_it_once_whatever_it_brought() -> None:
    # o1 has four different channels and brought 1,000.01; o3 has mail alone, and is in NOK
    shared = share_out(sales(), TERMS, "shapley")
    counted = dict(zip(shared.channels, shared.sales.tolist(), strict=True))
    assert counted == {
        "search": 0.25,
        "webinar": 0.25,
        "(unknown)": 0.25,
        "mail": 1.25,
        "(none)": 2,
    }
    assert earned(sales(), model="shapley") == {
        "search": 25_001,
        "webinar": 25_000,
        "mail": 25_000,
        "(unknown)": 25_000,
        "(none)": 800,
    }


def test_who_bought_nothing_is_a_journey_that_came_to_nothing() -> None:
    found = sales()
    assert found.journeys.conversions.tolist() == [1, 1, 1, 1, 0]
    assert found.journeys.nulls.tolist() == [0, 0, 0, 0, 1]
    lost = found.journeys.channel[found.journeys.first[4] : found.journeys.first[5]]
    assert found.journeys.channels[lost].tolist() == ["search"]


def test_without_facts_nothing_is_earned() -> None:
    agreement = scenario.agreement_of({})
    found = sales_of(Moments(build({}, AS_OF), agreement), TERMS, "channel", AS_OF)
    for model in ATTRIBUTION_MODELS:
        assert share_out(found, TERMS, model).amount.sum() == 0


def test_the_agreement_offers_what_there_is() -> None:
    assert sorted(ATTRIBUTION_MODELS) == sorted(MODELS)
    assert np.array_equal(sales().sale, np.sort(sales().sale))
