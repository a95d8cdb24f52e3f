"""Working time against two things that know nothing of it.

A reference that walks every minute and asks what the clock on the wall shows; and
businesstimedelta, on calendars that it can express.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import businesstimedelta
import pytest
import pytz  # type: ignore[import-untyped] # the oracle wants its zones; it has no stubs
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.replay.worktime import WorkCalendar

pytestmark = pytest.mark.timezone
steady = settings(derandomize=True, deadline=None, max_examples=80)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
EDGES = {
    "Europe/Amsterdam": (date(2026, 3, 29), date(2026, 10, 25), date(1977, 4, 3)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1), date(1974, 1, 6)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Asia/Kathmandu": (date(1986, 1, 1), date(2026, 5, 1)),
    "Pacific/Apia": (date(2011, 12, 30), date(2012, 4, 1)),
    "America/St_Johns": (date(2006, 4, 2), date(2006, 10, 29), date(2026, 11, 1)),
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),
    "Asia/Gaza": (date(2040, 10, 20), date(2040, 10, 27)),
    "UTC": (date(1969, 12, 31), date(2400, 2, 29)),
}


def intervals_of(calendar: dict[str, Any], day: date) -> list[list[str]]:
    if day.isoformat() in calendar["holidays"]:
        return []
    weekly = calendar["hours"].get(WEEKDAYS[day.weekday()], [])
    found: list[list[str]] = calendar["date_overrides"].get(day.isoformat(), weekly)
    return found


@cache
def wall(day: date, text: str) -> datetime:
    hours, minutes = map(int, text.split(":"))
    return datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes)


def holds(intervals: list[list[str]], day: date, local: datetime) -> bool:
    for opens, closes in intervals:
        start, end = wall(day, opens), wall(day, closes)
        if opens != closes and start <= local < (end if end > start else end + timedelta(days=1)):
            return True
    return False


def is_open(calendar: dict[str, Any], t: datetime) -> bool:
    local = t.astimezone(ZoneInfo(calendar["timezone"])).replace(tzinfo=None)
    days = (local.date(), local.date() - timedelta(days=1))
    return any(holds(intervals_of(calendar, day), day, local) for day in days) and not any(
        holds(calendar["breaks"].get(day.isoformat(), []), day, local) for day in days
    )


Pauses = list[tuple[datetime, datetime | None]]


def counts(calendar: dict[str, Any], t: datetime, pauses: Pauses) -> bool:
    paused = any(start <= t and (end is None or t < end) for start, end in pauses)
    return not paused and is_open(calendar, t)


def minutes_between(
    calendar: dict[str, Any], start: datetime, end: datetime, pauses: Pauses
) -> int:
    minutes = 0
    while start < end:
        minutes += counts(calendar, start, pauses)
        start += MINUTE
    return minutes


minute_of_day = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
interval = st.tuples(minute_of_day, minute_of_day | st.just("24:00")).map(list)
intervals = st.lists(interval, max_size=3)


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], datetime, datetime, Pauses]:
    """A calendar, and a pair and pauses of a few days about an edge of its zone."""
    zone = draw(st.sampled_from(sorted(EDGES)))
    edge = draw(st.sampled_from(EDGES[zone]))
    near = st.integers(-3, 3).map(lambda days: (edge + timedelta(days=days)).isoformat())
    calendar = {
        "timezone": zone,
        "hours": draw(st.dictionaries(st.sampled_from(WEEKDAYS), intervals, min_size=4)),
        "holidays": draw(st.lists(near, max_size=1)),
        "date_overrides": draw(st.dictionaries(near, intervals, max_size=2)),
        "breaks": draw(st.dictionaries(near, intervals, max_size=2)),
    }
    moment = st.integers(-2 * 1440, 2 * 1440).map(
        lambda minutes: datetime.combine(edge, time(), UTC) + minutes * MINUTE
    )
    start, end = sorted((draw(moment), draw(moment)))
    pauses = draw(st.lists(st.tuples(moment, st.none() | moment), max_size=2))
    return calendar, start, end, pauses


@steady
@given(cases())
def test_elapsed_is_what_a_walk_over_every_minute_counts(
    case: tuple[dict[str, Any], datetime, datetime, Pauses],
) -> None:
    calendar, start, end, pauses = case
    expected = 60 * minutes_between(calendar, start, end, pauses)
    work = WorkCalendar.from_dict(calendar)
    assert work.elapsed(start, end, pauses) == expected
    assert sum(row.seconds for row in work.explain(start, end, pauses)) == expected


@steady
@given(cases(), st.integers(1, 500))
def test_a_deadline_is_where_a_walk_over_every_minute_ends(
    case: tuple[dict[str, Any], datetime, datetime, Pauses], budget: int
) -> None:
    calendar, start, _, pauses = case
    due = WorkCalendar.from_dict(calendar).deadline(start, budget * 60, pauses)
    t, left, horizon = start, budget, start + timedelta(days=4)
    while left and t < horizon:
        left -= counts(calendar, t, pauses)
        t += MINUTE
    assert due is None or due >= horizon if left else due == t


@steady
@given(cases())
def test_no_seconds_are_due_at_the_first_minute_that_is_open(
    case: tuple[dict[str, Any], datetime, datetime, Pauses],
) -> None:
    calendar, start, _, pauses = case
    due = WorkCalendar.from_dict(calendar).deadline(start, 0, pauses)
    t, horizon = start, start + timedelta(days=4)
    while t < horizon and not counts(calendar, t, pauses):
        t += MINUTE
    assert due is None or due >= horizon if t == horizon else due == t


@steady
@given(cases(), st.integers(1, 500))
def test_counting_back_ends_where_a_walk_back_over_every_minute_does(
    case: tuple[dict[str, Any], datetime, datetime, Pauses], budget: int
) -> None:
    calendar, _, end, pauses = case
    due = WorkCalendar.from_dict(calendar).deadline(end, -budget * 60, pauses)
    t, left, horizon = end, budget, end - timedelta(days=4)
    while left and t > horizon:
        t -= MINUTE
        left -= counts(calendar, t, pauses)
    assert due is None or due <= horizon if left else due == t


ORACLE_ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/St_Johns")


@steady
@given(
    zone=st.sampled_from(ORACLE_ZONES),
    edge=st.sampled_from([date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 4)]),
    days=st.sets(st.integers(0, 6), min_size=1),
    hours=st.lists(st.integers(10, 44), min_size=4, max_size=4, unique=True).map(sorted),
    holiday=st.integers(-9, 9),
    start=st.integers(-10 * 86_400, 0),
    length=st.integers(0, 20 * 86_400),
)
def test_elapsed_agrees_with_businesstimedelta(  # noqa: PLR0913, PLR0917 - a case has these parts
    zone: str,
    edge: date,
    days: set[int],
    hours: list[int],
    holiday: int,
    start: int,
    length: int,
) -> None:
    closed = edge + timedelta(days=holiday)
    beyond = edge + timedelta(days=90)  # the oracle wants a next holiday, always
    clock = [time(half // 2, half % 2 * 30) for half in hours]
    rules = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(*clock[0:2], sorted(days), tz=pytz.timezone(zone)),
            businesstimedelta.WorkDayRule(*clock[2:4], sorted(days), tz=pytz.timezone(zone)),
            businesstimedelta.HolidayRule({closed, beyond}, tz=pytz.timezone(zone)),
        ]
    )
    first = datetime.combine(edge, time(), UTC) + timedelta(seconds=start)
    last = first + timedelta(seconds=length)
    pairs = [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in (clock[0:2], clock[2:4])]
    work = WorkCalendar.from_dict(
        {
            "timezone": zone,
            "hours": {WEEKDAYS[day]: pairs for day in days},
            "holidays": [closed.isoformat()],
        }
    )
    assert work.elapsed(first, last) == rules.difference(first, last).timedelta.total_seconds()
