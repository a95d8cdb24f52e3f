"""Sourced and influenced deals of a handful of opportunities, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from interlock.agreement.attribution import Attribution
from interlock.insight.sourced import Deals, add_up
from interlock.replay.credits import COLUMNS
from interlock.replay.deals import deals_of
from interlock.replay.index import build
from interlock.replay.moments import Moments
from interlock.replay.sourcing import Sourcing, sourcing_of
from tests.replay import scenario

FACTS = """
2026-01-05 09:00 touch ann kind=visit channel=search
2026-02-02 09:00 person ann source=web
2026-02-02 09:00 touch bea kind=webinar channel=webinar
2026-02-03 09:00 person bea source=fair
2026-02-03 10:00 person ann source=outbound
2026-02-04 09:00 opportunity o1 person=ann amount=1000 status=won closed_at=2026-02-20T09:00
2026-02-04 09:00 contact_role r1 opportunity=o1 person=bea
2026-02-04 09:01 person ann source=bought
2026-02-10 09:00 touch ann kind=visit channel=mail
2026-02-05 09:00 opportunity o2 person=cid amount=500
2026-02-06 09:00 person cid source=web
2026-02-07 09:00 touch cid kind=visit channel=mail
2026-02-06 09:00 opportunity o3 person=dan amount=300 status=lost closed_at=2026-02-07T09:00
2026-02-01 09:00 person dan
2026-02-07 09:01 touch dan kind=visit channel=mail
2026-02-08 09:00 opportunity o4 person=nobody amount=200 status=won closed_at=2026-02-09T09:00
2026-03-02 09:00 opportunity o5 person=ann amount=90
"""
AS_OF = scenario.seconds("2026-03-01 09:00")
TERMS = Attribution()


def deals(**terms: Any) -> Sourcing:
    agreement = scenario.agreement_of({})
    facts = scenario.facts_of({"facts": FACTS}, agreement, COLUMNS)
    moments = Moments(build(facts, AS_OF), agreement)
    return sourcing_of(moments, replace(TERMS, **terms), "channel", AS_OF)


def sources(**terms: Any) -> dict[str, str]:
    found = deals(**terms)
    words = [*found.sources, "-"]
    return {key: words[place] for key, place in zip(found.keys, found.source, strict=True)}


def influenced(**terms: Any) -> list[str]:
    found = deals(**terms)
    return [str(key) for key in found.keys[found.influenced]]


def test_by_the_first_touch_before_it_was_opened() -> None:
    assert sources() == {"o1": "search", "o2": "-", "o3": "-", "o4": "-"}
    # ann's visit was 30 days before the opening
    assert sources(look_back_days=29)["o1"] == "webinar"
    assert sources(look_back_days=30)["o1"] == "search"


def test_by_the_last_touch_before_it_was_opened() -> None:
    assert sources(sourced_by="opportunity-touch")["o1"] == "webinar"
    assert sources(sourced_by="opportunity-touch", per="person")["o1"] == "search"


def test_by_the_source_of_the_lead_as_it_was_then() -> None:
    # of cid, who was known only after the opening, the first one that was known
    found = {"o1": "outbound", "o2": "web", "o3": "-", "o4": "-"}
    assert sources(sourced_by="lead-source") == found


def test_the_source_of_a_deal_is_that_by_which_it_is_sourced() -> None:
    facts = scenario.facts_of({"facts": FACTS}, scenario.agreement_of({}), COLUMNS)
    found = deals_of(build(facts, AS_OF), "EUR", AS_OF)
    said = dict(zip(found.keys, found.source, strict=True))
    assert said == {"o1": "outbound", "o2": "web", "o3": "", "o4": ""}


@pytest.mark.parametrize(
    ("agreed", "ours"), [((), ["o1", "o2"]), (("web",), ["o2"]), (("fair",), [])]
)
def test_only_agreed_lead_sources_are_marketings(agreed: tuple[str, ...], ours: list[str]) -> None:
    found = deals(sourced_by="lead-source", lead_sources=agreed)
    assert found.keys[found.sourced].tolist() == ours


def test_influenced_by_a_touch_before_the_milestone() -> None:
    # cid's touch is after the opening of a deal that is still open, dan's after his was lost
    assert influenced(influenced_before="sale") == ["o1", "o2"]
    assert influenced(influenced_before="opportunity") == ["o1"]
    # ann became known on 2 February, and had visited before
    assert influenced(influenced_before="lead") == ["o1"]
    assert influenced(influenced_before="lead", look_back_days=27) == ["o1"]
    assert influenced(influenced_before="lead", per="person", look_back_days=27) == []


def test_they_are_counted_apart() -> None:
    found = add_up(deals(), {})
    assert found.all == Deals(count=4, pipeline=2000, won=2, revenue=1200)
    assert found.sourced == Deals(count=1, pipeline=1000, won=1, revenue=1000)
    assert found.influenced == Deals(count=2, pipeline=1500, won=1, revenue=1000)
    assert [(row.key, row.deals.pipeline) for row in found.rows] == [
        ("(none)", 1000),
        ("search", 1000),
    ]


def test_without_facts_nothing_is_sourced() -> None:
    agreement = scenario.agreement_of({})
    for by in ("first-touch", "opportunity-touch", "lead-source"):
        moments = Moments(build({}, AS_OF), agreement)
        found = sourcing_of(moments, replace(TERMS, sourced_by=by), "channel", AS_OF)
        assert add_up(found, {}).all == Deals(0, 0, 0, 0)
