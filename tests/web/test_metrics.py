"""The metrics that both sides read: each number leads to its records and to its clause."""

from __future__ import annotations

import pytest
from django.test import Client

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.rebuild import rebuild
from tests.operations.company import AS_OF
from tests.operations.test_goals import REVENUE, measured
from tests.operations.test_read_metrics import counted
from tests.web.test_pages import links, words


def test_the_metrics_say_the_latest_period_and_lead_to_records_and_clauses(
    as_reader: Client,
) -> None:
    counted()
    page = words(as_reader, "/metrics?each=week")
    assert "Week of 16 Mar 2026 so far: 12,345 EUR won, a win rate of 100 % (1 of 1)" in page
    assert "takes 9 sales" in page
    found = links(as_reader, "/metrics?each=week")
    assert "/metrics/leads/leakage/week/2026-03-09" in found
    assert "/metrics/revenue/week/2026-03-16" in found
    assert "/agreement/promises.first-touch" in found
    assert "/agreement/goals.revenue" in found
    assert "/agreement/metrics" in found
    assert 'the time of "First touch" begins' in words(as_reader, "/agreement/metrics")
    assert "/people/p1" in links(as_reader, "/metrics/revenue/week/2026-03-16")
    assert "/people/p7" in links(as_reader, "/metrics/leads/leakage/week/2026-03-09")
    assert "2 of 3" in words(as_reader, "/metrics/leads/leakage/week/2026-03-09")


@pytest.mark.parametrize(
    "address",
    [
        "revenue/week/yesterday",
        "glory/week/2026-03-09",
        "revenue/age/2026-03-09",
        "leads/leakage/week/1999-01-04",
        "leads/glory/week/2026-03-09",
    ],
)
def test_there_is_no_such_number(as_reader: Client, address: str) -> None:
    counted()
    assert as_reader.get(f"/metrics/{address}").status_code == 404


def test_before_a_whole_period_is_known_the_page_says_so(as_reader: Client) -> None:
    counted()
    assert "No whole year yet" in words(as_reader, "/metrics?each=year")
    assert as_reader.get("/metrics?each=century").status_code == 200


def test_a_goal_stands_on_its_clause_beside_the_promises_and_leads_to_its_records(
    as_reader: Client,
) -> None:
    measured()
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    for address in ("/agreement/goals.revenue", "/promises", "/metrics"):
        page = words(as_reader, address)
        assert "kept" in page, address
        assert "12,345 of 10,000 EUR" in page, address
        assert "/metrics/revenue/week/2026-03-16" in links(as_reader, address), address


def test_a_goal_in_words_says_that_nothing_measures_it(as_reader: Client) -> None:
    measured({"friends": {"name": "Friends", "meaning": "M.", "target": 3, "unit": "people"}})
    assert "Nothing measures this goal yet" in words(as_reader, "/agreement/goals.friends")


def test_a_goal_says_when_no_whole_period_is_known(as_reader: Client) -> None:
    measured({"revenue": REVENUE | {"each": "year"}})
    assert "No whole year yet" in words(as_reader, "/agreement/goals.revenue")


def test_a_rate_is_held_against_its_goal_in_words_that_are_no_share_of_a_share(
    as_reader: Client,
) -> None:
    goal = {
        "meaning": "M.",
        "target": "28 %",
        "unit": "of those that ended",
        "measured_by": "win rate",
        "each": "week",
    }
    measured({"wins": {"name": "Wins", **goal}})
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert "of at least 28 %" in words(as_reader, "/agreement/goals.wins")


def test_what_a_goal_came_to_leads_from_its_records_to_a_dispute(as_keeper: Client) -> None:
    measured()
    found = links(as_keeper, "/metrics/revenue/week/2026-03-16")
    assert "/agreement/goals.revenue" in found
    assert "/agreement/disputes/open?kind=goal&id=revenue&at=2026-03-16" in found


def test_the_page_of_the_records_says_the_number_and_does_not_lead_to_itself(
    as_reader: Client,
) -> None:
    measured()
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    for slug, number in (
        ("revenue", "12,345 EUR 1 sale"),
        ("win-rate", "100 % 1 won 1 closed"),
        ("new-customers", "1"),
    ):
        address = f"/metrics/{slug}/week/2026-03-16"
        assert f"What is agreed {number} " in words(as_reader, address)
        assert address not in links(as_reader, address)
    assert "12,345 of 10,000 EUR" in words(as_reader, "/metrics/revenue/week/2026-03-16")
