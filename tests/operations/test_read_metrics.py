"""The metrics of the company of eleven, counted by hand from its table.

Somebody was known on Monday 23 February, so that the week of 2 March is whole.

| week | handed over    | attempted, working | accepted | rejected | past the deadline without |
|------|----------------|--------------------|----------|----------|---------------------------|
| 2.3. | p1, p2, p3, p4 | 1 h, 3:59 h, 6 h   | p1       | p2       | p4                        |
| 9.3. | p5, p6, p7     | 1 h                | p5       |          | p6, p7                    |
| 16.3.| p8             |                    |          |          |                           |
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.attributes import known_attributes
from interlock.operations.books import books_of
from interlock.operations.read_figure import read_figure
from interlock.operations.read_funnel import read_funnel
from interlock.operations.read_handed_over import read_handed_over
from interlock.operations.read_metrics import Cell, MetricsPage, read_metrics
from interlock.operations.reading import current
from interlock.operations.rebuild import rebuild
from interlock.operations.refresh import refresh
from interlock.replay.deals import DEAL_COLUMNS, Deals, deals_of
from interlock.replay.index import build
from interlock.store.facts import load_facts
from interlock.store.models import Obligation, Replay
from tests.operations.company import AS_OF, agreement_of_the_company, at, fill, put, text_of
from tests.support.queries import queries_of

pytestmark = pytest.mark.django_db

H, M = 3600, 60
GOAL = {
    "name": "Revenue",
    "meaning": "Orders.",
    "target": 100_000,
    "unit": "EUR",
    "measured_by": "revenue",
    "each": "month",
}


def counted(**changes: Any) -> None:
    """The company with somebody who was known before, under an agreement with a revenue goal."""
    fill()
    before = at(23, month=2)
    put("person", "p0", before, created_at=before, name="Person 0", source="fair")
    text = agreement_of_the_company() | {"goals": {"revenue": GOAL}} | changes
    adopted = adopt(text_of(text), by=COMMAND_LINE)
    assert adopted.version is not None, [each.message for each in adopted.problems]
    rebuild(by=COMMAND_LINE, as_of=AS_OF)


def cells(page: MetricsPage, name: str) -> list[Cell]:
    """The cells of one metric, the first period first."""
    (row,) = (row for row in page.rows if row.name == name)
    return [*reversed(row.cells)]


def rates(page: MetricsPage, name: str) -> list[tuple[int, int]]:
    found = [cell.rate for cell in cells(page, name)]
    return [(rate.numerator, rate.denominator) for rate in found if rate is not None]


def test_rates_of_hand_overs_are_by_the_cohort_of_the_hand_over() -> None:
    counted()
    page = read_metrics("week")
    weeks = [each.label for each in reversed(page.periods)]
    assert weeks == ["week of 2 Mar 2026", "week of 9 Mar 2026", "week of 16 Mar 2026"]
    assert rates(page, "acceptance") == [(1, 4), (1, 3), (0, 1)]
    assert rates(page, "rejection") == [(1, 4), (0, 3), (0, 1)]
    assert rates(page, "recycling") == [(1, 1), (0, 0), (0, 0)]  # p2 went to nurture
    assert rates(page, "leakage") == [(1, 4), (2, 3), (0, 1)]  # p8 has until Monday
    assert rates(page, "attempted in time") == [(2, 3), (1, 1), (0, 0)]


def test_what_makes_a_hand_over_is_not_what_became_of_it() -> None:
    promises = agreement_of_the_company()["promises"]
    promises["first-touch"]["starts"] = {"enters": "sal"}
    counted(promises=promises)
    page = read_metrics("week")
    # p1 and p5 are handed over by being accepted; both were called before that
    assert rates(page, "acceptance") == [(0, 1), (0, 1), (0, 0)]
    assert rates(page, "leakage") == [(1, 1), (1, 1), (0, 0)]
    assert rates(page, "attempted in time") == [(0, 0)] * 3


def test_a_replay_by_older_rules_is_not_counted_together_with_one_by_todays() -> None:
    promises = agreement_of_the_company()["promises"]
    promises["first-touch"]["starts"] = {"enters": "sal"}
    counted(promises=promises)
    Obligation.objects.update(earlier=0)  # as a store has it that was brought up to date
    Replay.objects.update(edition=0)
    put("touch", "t9", at(20, "16:30"), person="p1", kind="demo")
    refreshed = refresh(by=COMMAND_LINE)
    page = read_metrics("week")
    assert rates(page, "leakage") == [(1, 1), (1, 1), (0, 0)]
    assert rates(page, "attempted in time") == [(0, 0)] * 3
    assert refreshed.replayed == refreshed.people


def test_speed_to_lead_is_a_median_by_nearest_rank_in_working_time_and_on_the_wall() -> None:
    counted()
    page = read_metrics("week")
    median, most = cells(page, "speed to lead"), cells(page, "nine of ten")
    assert [cell.value for cell in median] == [3 * H + 59 * M, H, None]
    assert [cell.value for cell in most] == [6 * H, H, None]
    assert most[0].parts == (("on the wall clock", 70.0 * H),)  # from Friday to Monday


def test_metrics_over_deals() -> None:
    counted(metrics={"marketing_cost": 3_100, "sales_cost": 6_200})
    put("campaign", "fair", name="The fair")
    put("campaign_cost", "c1", at(5), campaign="fair", amount=100_000, currency="EUR")
    put("campaign_cost", "c2", at(5), campaign="fair", amount=900_000, currency="SEK")
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    now = {row.name: row.cells[0] for row in read_metrics("month").rows}
    assert now["revenue"].value == 12_345
    assert now["pipeline"].value == 12_345
    assert now["new customers"].value == 1
    assert (now["win rate"].value, now["retention"].value) == (1, None)
    assert now["velocity"].value == 0  # nothing is open
    # of March 19 days and 17 hours have passed (the clocks change only on the 29th), of 743 hours
    passed = (19 * 24 + 17) / 743
    assert now["acquisition cost"].value == pytest.approx(1_000 + 9_300 * passed, abs=0.05)


def test_the_plan_is_worked_back_from_the_goal_by_stage_and_by_source() -> None:
    counted()
    plan = read_metrics("month").plan
    assert plan is not None
    assert (plan.needed.revenue, plan.needed.average, plan.needed.sales) == (100_000, 12_345, 9)
    # 8.1 sales; 1 of 2 accepted bought, 2 of 8 MQLs were accepted, 8 of 11 leads became MQLs
    assert [(each.stage, each.leads) for each in plan.needed.stages] == [
        ("lead", 90),
        ("mql", 65),
        ("sal", 17),
        ("customer", 9),
    ]
    [web] = plan.sources  # who bought came from there
    assert (web.source, web.share) == ("web", 1)
    assert web.needed is not None
    assert [each.leads for each in web.needed.stages] == [41, 33, 17, 9]


def test_a_sale_whose_worth_is_not_known_in_the_currency_tells_nothing_of_what_one_brings() -> None:
    counted()
    won = {"created_at": at(12), "status": "won", "closed_at": at(17)}
    put("opportunity", "dollars", at(12), person="p2", amount=900_000, currency="USD", **won)
    put("opportunity", "unknown", at(12), person="p3", **won)
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    plan = read_metrics("month").plan
    assert plan is not None
    assert (plan.sales, plan.needed.average) == (1, 12_345)


@pytest.mark.parametrize(("days", "bought"), [(None, 1), (15, 1), (14, 0)])
def test_who_went_on_later_than_agreed_did_not_go_on(days: int | None, bought: int) -> None:
    counted(metrics={"conversion_days": days} if days else {})
    rows = {row.stage: row.of_previous for row in read_funnel().rows}
    of_accepted = rows["customer"]  # p1 was accepted on the 2nd at noon and bought on the 17th
    assert of_accepted is not None
    assert (of_accepted.numerator, of_accepted.denominator) == (bought, 2)


def test_whoever_may_still_go_on_tells_nothing_of_the_rates() -> None:
    counted(metrics={"conversion_days": 15})
    rebuild(by=COMMAND_LINE, as_of=at(31, "10:00"))
    plan = read_metrics("month").plan
    assert plan is not None
    assert plan.until == date(2026, 3, 16)  # the week that begins then is left out
    # 1 of 2 accepted bought, 2 of 7 MQLs were accepted, 7 of 10 leads became MQLs
    assert [each.leads for each in plan.needed.stages] == [82, 57, 17, 9]


def test_each_number_leads_to_its_records() -> None:
    counted()
    page = read_figure("revenue", "week", date(2026, 3, 18))
    assert (page.metric, page.label, page.value) == ("revenue", "week of 16 Mar 2026", 12_345)
    [deal] = page.deals
    assert (deal.name, deal.person.name, deal.state, deal.amount) == (
        "Sensors",
        "Person 1",
        "won",
        12_345,
    )
    assert read_figure("revenue", "week", date(2020, 1, 1)).metric == ""
    assert read_figure("glory", "week", date(2026, 3, 18)).metric == ""
    handed = read_handed_over("leakage", "week", date(2026, 3, 9))
    assert (handed.counted, handed.total) == (2, 3)
    assert [(row.person.name, row.became) for row in handed.rows] == [
        ("Person 7", ("leaked",)),
        ("Person 6", ("leaked",)),
        ("Person 5", ("accepted",)),
    ]
    assert handed.rows[2].working == H


def test_pages_of_records_end() -> None:
    counted()
    first = read_handed_over("acceptance", "week", date(2026, 3, 2), size=3)
    rest = read_handed_over("acceptance", "week", date(2026, 3, 2), first.after, size=3)
    assert [len(first.rows), len(rest.rows), rest.after] == [3, 1, ""]


def test_the_number_of_queries_does_not_grow() -> None:
    counted()
    before = queries_of(lambda: read_metrics("week"))
    for n in range(5):
        put("person", f"q{n}", at(2), created_at=at(2), name=f"Q {n}", source=f"s{n}")
        put("touch", f"tq{n}", at(3, "10:00"), person=f"q{n}", kind="demo")
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert queries_of(lambda: read_metrics("week")) == before


def test_without_a_replay_there_is_nothing() -> None:
    page = read_metrics()
    assert (page.periods, page.rows, page.plan) == ((), (), None)


def test_the_deals_are_those_of_all_facts_though_only_their_contacts_are_read() -> None:
    counted()
    by_role = {"created_at": at(12), "status": "open", "amount": 5_000, "currency": "EUR"}
    put("opportunity", "by-role", at(12), account="acme", **by_role)
    put("opportunity", "of-nobody", at(12), **by_role)
    put("contact_role", "r1", at(12), opportunity="by-role", person="p0")
    put("merge", "m1", at(13), person="p0", into="p10")
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    books = books_of(current())
    assert books is not None
    agreement = books.texts.agreement_at(AS_OF)
    facts = load_facts(DEAL_COLUMNS, known_attributes())
    whole = deals_of(build(facts, AS_OF), agreement.currency, AS_OF)
    found = books.under(agreement).deals
    assert dict(zip(whole.keys, whole.person, strict=True))["by-role"] == "p10"
    for name in Deals.__dataclass_fields__:
        assert getattr(found, name).tolist() == getattr(whole, name).tolist(), name
