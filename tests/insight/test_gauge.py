"""The conflict gauge."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from interlock.insight.gauge import QUARTER, Gauge, Raised, gauge

OSLO = ZoneInfo("Europe/Oslo")
DAY = 86_400


def at(year: int, month: int, day: int, hour: int = 12) -> int:
    return int(datetime(year, month, day, hour, tzinfo=OSLO).timestamp())


NOW = at(2026, 3, 23)
LONG_AGO = at(2024, 1, 1)


def measured(*raised: Raised, since: int | None = LONG_AGO) -> Gauge:
    return gauge(raised, since, NOW, OSLO)


def test_it_counts_by_side_and_month_of_the_zone() -> None:
    found = measured(
        Raised("sales", at(2026, 3, 1, 0)),
        Raised("sales", at(2026, 2, 28, 23)),
        Raised("marketing", at(2026, 2, 1)),
        Raised("operations", at(2026, 2, 1)),
        Raised("sales", at(2025, 3, 31)),  # in no month that is counted
    )
    assert len(found.months) == 12
    assert (found.months[0].first, found.months[-1].first) == (date(2025, 4, 1), date(2026, 3, 1))
    assert [(each.marketing, each.sales) for each in found.months[-2:]] == [(1, 1), (0, 1)]
    assert (found.raised, found.recent) == (4, 4)


def test_it_tells_the_age_of_the_open_and_how_the_others_were_settled() -> None:
    found = measured(
        Raised("sales", NOW - 10 * DAY),
        Raised("sales", NOW - 40 * DAY),
        Raised("marketing", NOW - 30 * DAY, NOW - 28 * DAY),
        Raised("marketing", NOW - 30 * DAY, NOW - 24 * DAY),
    )
    assert (found.open, found.oldest, found.open_median) == (2, 40, 10)
    assert (found.settled.value, found.settled_median) == (0.5, 2)
    assert found.sentence == (
        "In the last quarter 4 disagreements were raised; 50\N{NO-BREAK SPACE}% of those of a "
        "year are settled, half of them within 2 days."
    )
    assert not found.warns


def test_medians_are_ages_of_disagreements_that_there_were() -> None:
    found = measured(
        Raised("sales", NOW - 10 * DAY),
        Raised("sales", NOW - 17 * DAY),
        Raised("marketing", NOW - 30 * DAY, NOW - 29 * DAY),
        Raised("marketing", NOW - 30 * DAY, NOW - 26 * DAY),
    )
    assert (found.open_median, found.settled_median) == (10, 1)  # none is of 13.5, or of 2.5 days


def test_a_quarter_without_any_is_a_warning() -> None:
    silent = measured(Raised("sales", NOW - QUARTER * DAY, NOW - DAY))
    assert silent.warns
    assert silent.sentence == (
        "Nobody disagreed for a quarter: no disagreement at all is a warning sign."
    )
    one = measured(Raised("sales", NOW - QUARTER * DAY + 1))
    assert not one.warns
    assert one.sentence == (
        "In the last quarter one disagreement was raised; none of those of a year is settled."
    )


def test_a_young_agreement_warns_of_nothing() -> None:
    for since in (None, NOW - 5 * DAY):
        young = measured(since=since)
        assert not young.warns
        assert "younger than a quarter" in young.sentence
    assert (young.oldest, young.settled.value, young.settled_median) == (None, None, None)
