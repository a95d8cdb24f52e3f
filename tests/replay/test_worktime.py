"""Working time: hand-counted cases, and what must hold for every calendar to the second."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.replay.openings import NEVER
from interlock.replay.worktime import WorkCalendar, instant

pytestmark = pytest.mark.timezone
steady = settings(derandomize=True, deadline=None, max_examples=150)

OSLO = ZoneInfo("Europe/Oslo")
WEEK = ("mon", "tue", "wed", "thu", "fri")
OFFICE: dict[str, Any] = {
    "timezone": "Europe/Oslo",
    "hours": {day: [["09:00", "17:00"]] for day in WEEK},
    "holidays": ["2026-12-25"],
    "date_overrides": {"2026-12-24": [["09:00", "12:00"]]},
    "breaks": {"2026-12-23": [["12:00", "12:30"]]},
}
HOUR = 3600


def calendar(**changes: Any) -> WorkCalendar:
    return WorkCalendar.from_dict(OFFICE | changes)


def nights(day: str, opens: str, closes: str, **changes: Any) -> WorkCalendar:
    return calendar(hours={day: [[opens, closes]]}, **changes)


def at(text: str, zone: ZoneInfo = OSLO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# Wednesday 2026-12-23 has a break, Thursday its own hours, Friday is a holiday.


def test_elapsed_over_a_break_an_override_a_holiday_and_a_weekend() -> None:
    assert (
        calendar().elapsed(at("2026-12-23 11:00"), at("2026-12-28 10:00")) == (5.5 + 3 + 1) * HOUR
    )


def test_a_budget_used_up_at_closing_time_is_due_at_closing_time() -> None:
    assert calendar().deadline(at("2026-12-23 15:00"), 2 * HOUR) == at("2026-12-23 17:00")
    assert calendar().deadline(at("2026-12-23 15:00"), 2 * HOUR + 1) == at("2026-12-24 09:00:01")


def test_no_seconds_are_due_at_the_first_open_instant() -> None:
    assert calendar().deadline(at("2026-12-23 16:59:59"), 0) == at("2026-12-23 16:59:59")
    assert calendar().deadline(at("2026-12-23 17:00"), 0) == at("2026-12-24 09:00")


def test_negative_seconds_count_back_to_the_latest_such_instant() -> None:
    assert calendar().deadline(at("2026-12-24 10:00"), -HOUR) == at("2026-12-24 09:00")
    assert calendar().deadline(at("2026-12-24 10:00"), -HOUR - 1) == at("2026-12-23 16:59:59")
    assert calendar().deadline(at("2026-12-26 10:00"), -HOUR) == at("2026-12-24 11:00")


def test_a_holiday_wins_over_an_override() -> None:
    both = calendar(holidays=["2026-12-24"])
    assert both.elapsed(at("2026-12-24 00:00"), at("2026-12-25 00:00")) == 0


def test_an_interval_over_midnight_belongs_to_the_day_it_opens() -> None:
    shift = nights("fri", "22:00", "06:00")
    assert shift.elapsed(at("2026-05-08 00:00"), at("2026-05-09 05:00")) == 7 * HOUR
    friday_off = nights("fri", "22:00", "06:00", holidays=["2026-05-08"])
    assert friday_off.elapsed(at("2026-05-08 00:00"), at("2026-05-10 00:00")) == 0
    saturday_off = nights("fri", "22:00", "06:00", holidays=["2026-05-09"])
    assert saturday_off.elapsed(at("2026-05-08 00:00"), at("2026-05-10 00:00")) == 8 * HOUR


def test_a_break_is_wall_time_of_its_date_whichever_day_the_shift_belongs_to() -> None:
    shift = nights("fri", "22:00", "06:00", breaks={"2026-05-09": [["02:00", "02:30"]]})
    assert shift.elapsed(at("2026-05-08 00:00"), at("2026-05-10 00:00")) == 7.5 * HOUR
    late = nights("fri", "22:00", "06:00", breaks={"2026-05-08": [["23:30", "00:30"]]})
    assert late.elapsed(at("2026-05-08 00:00"), at("2026-05-10 00:00")) == 7 * HOUR


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [("00:00", "24:00", 24), ("09:00", "00:00", 15), ("09:00", "24:00", 15), ("09:00", "09:00", 0)],
)
def test_the_end_of_the_day(opens: str, closes: str, hours: int) -> None:
    shift = nights("mon", opens, closes)
    assert shift.elapsed(at("2026-05-03 00:00"), at("2026-05-06 00:00")) == hours * HOUR


def test_overlapping_intervals_count_once() -> None:
    doubled = calendar(hours={"mon": [["10:00", "12:00"], ["09:00", "11:00"], ["12:00", "13:00"]]})
    assert doubled.elapsed(at("2026-05-04 00:00"), at("2026-05-05 00:00")) == 4 * HOUR


@pytest.mark.parametrize(
    ("night", "opens", "closes", "hours"),
    [
        ("2026-03-29", "01:00", "04:00", 2),  # 02:00 to 03:00 is skipped
        ("2026-03-29", "02:15", "02:45", 0),
        ("2026-03-29", "02:30", "04:00", 1),  # opens at the jump
        ("2026-10-25", "01:00", "04:00", 4),  # 02:00 to 03:00 comes twice
        ("2026-10-25", "02:00", "03:00", 2),
        ("2026-10-25", "01:30", "02:30", 1.5),  # closes, and opens again at the second 02:00
    ],
)
def test_a_skipped_or_repeated_hour_counts_what_really_passed(
    night: str, opens: str, closes: str, hours: float
) -> None:
    shift = nights("sun", opens, closes)
    start = at(f"{night} 00:00")
    assert shift.elapsed(start, at(f"{night} 12:00")) == hours * HOUR
    assert sum(row.seconds for row in shift.explain(start, at(f"{night} 12:00"))) == hours * HOUR


def test_the_two_readings_of_a_repeated_hour_are_an_hour_apart() -> None:
    always = nights("sun", "00:00", "24:00")
    first = at("2026-10-25 02:30")
    assert always.elapsed(first, first.replace(fold=1)) == HOUR
    assert always.deadline(first, HOUR) == first.replace(fold=1)
    due = always.deadline(first, HOUR)
    assert due is not None
    assert due.fold == 1


def test_a_day_that_a_zone_skipped_holds_no_time() -> None:
    apia = calendar(timezone="Pacific/Apia", hours={"fri": [["09:00", "17:00"]]})
    start = datetime(2011, 12, 29, tzinfo=UTC)
    assert apia.elapsed(start, start + timedelta(days=4)) == 0
    assert all(row.weekday != "fri" for row in apia.explain(start, start + timedelta(days=4)))


def test_instants_before_1970_and_far_ahead() -> None:
    assert calendar().elapsed(at("1905-06-05 00:00"), at("1905-06-10 00:00")) == 40 * HOUR
    assert calendar().deadline(at("2399-12-31 16:00"), 2 * HOUR) == at("2400-01-03 10:00")


def test_pauses_may_overlap_stand_in_any_order_and_stay_open() -> None:
    start, end = at("2026-05-04 09:00"), at("2026-05-04 17:00")
    pauses = [
        (at("2026-05-04 16:00"), None),
        (at("2026-05-04 10:30"), at("2026-05-04 11:30")),
        (at("2026-05-04 10:00"), at("2026-05-04 11:00")),
    ]
    assert calendar().elapsed(start, end, pauses) == 5.5 * HOUR
    assert calendar().deadline(start, 2 * HOUR, pauses) == at("2026-05-04 12:30")
    answer = calendar().due(start, 6 * HOUR, pauses)
    assert answer.value is None
    assert "pause has no end" in answer.findings[0]


def test_a_reversed_pair_counts_nothing_and_says_so() -> None:
    answer = calendar().measure(at("2026-05-05 09:00"), at("2026-05-04 09:00"))
    assert answer.value == 0
    assert "before the start" in answer.findings[0]
    assert calendar().explain(at("2026-05-05 09:00"), at("2026-05-04 09:00")) == ()


def test_a_reversed_pause_is_left_out_and_named() -> None:
    pause = (at("2026-05-04 12:00"), at("2026-05-04 11:00"))
    answer = calendar().measure(at("2026-05-04 09:00"), at("2026-05-04 17:00"), [pause])
    assert answer.value == 8 * HOUR
    assert "ends before it starts" in answer.findings[0]


def test_a_calendar_that_never_opens_again_answers_never() -> None:
    last_day = calendar(hours={})
    assert last_day.deadline(at("2020-01-01 00:00"), 3 * HOUR) == at("2026-12-24 12:00")
    answer = last_day.due(at("2020-01-01 00:00"), 3 * HOUR + 1)
    assert answer.value is None
    assert "does not open again" in answer.findings[0]
    assert last_day.deadline(at("2027-01-01 00:00"), 0) is None
    assert last_day.deadline(at("2030-01-01 00:00"), -3 * HOUR) == at("2026-12-24 09:00")
    assert last_day.deadline(at("2030-01-01 00:00"), -3 * HOUR - 1) is None
    assert last_day.deadline_days(at("2020-01-01 00:00"), 1) is None
    assert calendar().due(at("2026-01-01 00:00"), 10**15).value is None


def test_a_naive_datetime_is_refused_with_the_way_out() -> None:
    with pytest.raises(ValueError, match=r"has no time zone.*tzinfo=ZoneInfo"):
        calendar().elapsed(datetime(2026, 5, 4), at("2026-05-04 10:00"))  # noqa: DTZ001 - on trial


def test_a_result_is_in_the_zone_of_the_start() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    due = calendar().deadline(at("2026-05-04 09:00").astimezone(tokyo), HOUR)
    assert due is not None
    assert due.tzinfo is tokyo
    assert due == at("2026-05-04 10:00")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-05-04 10:30", 0, "2026-05-04 10:30"),
        ("2026-05-04 10:30", 1, "2026-05-05 10:30"),
        ("2026-05-08 10:30", 1, "2026-05-11 10:30"),  # over the weekend
        ("2026-05-04 10:30", -1, "2026-05-01 10:30"),
        ("2026-05-09 14:00", 1, "2026-05-12 09:00"),  # Saturday counts from Monday's opening
        ("2026-05-04 20:00", 1, "2026-05-06 09:00"),
        ("2026-12-23 10:00", 2, "2026-12-28 10:00"),  # over the holiday
        ("2026-12-23 14:00", 1, "2026-12-24 12:00"),  # closed at 14:00: its closing
        ("2026-12-22 12:10", 1, "2026-12-23 12:30"),  # within the break: open again after it
        ("2026-12-22 12:00", 1, "2026-12-23 12:30"),  # closed from 12:00 on
        ("2026-03-27 10:00", 1, "2026-03-30 10:00"),  # the clock on the wall, not 24 hours
    ],
)
def test_working_days_go_to_the_same_point_of_an_open_day(start: str, days: int, due: str) -> None:
    assert calendar().deadline_days(at(start), days) == at(due)


def test_a_working_day_over_midnight_is_one_day() -> None:
    shifts = calendar(hours={day: [["22:00", "06:00"]] for day in WEEK})
    assert shifts.deadline_days(at("2026-05-08 01:00"), 1) == at("2026-05-09 01:00")
    assert shifts.deadline_days(at("2026-05-09 01:00"), 1) == at("2026-05-12 01:00")


def test_time_that_two_days_claim_belongs_to_the_earlier_one() -> None:
    shifts = calendar(hours={"mon": [["22:00", "06:00"]], "tue": [["05:00", "07:00"]]})
    assert shifts.deadline_days(at("2026-05-05 05:30"), 1) == at("2026-05-05 07:00")
    assert shifts.deadline_days(at("2026-05-05 06:30"), 1) == at("2026-05-11 22:00")


def test_explain_shows_each_day_with_its_note() -> None:
    rows = calendar().explain(at("2026-12-23 11:00"), at("2026-12-28 10:00"))
    assert [(row.weekday, row.seconds, row.note) for row in rows] == [
        ("wed", 5.5 * HOUR, "break"),
        ("thu", 3 * HOUR, "hours of this date"),
        ("fri", 0, "holiday"),
        ("sat", 0, "closed"),
        ("sun", 0, "closed"),
        ("mon", 1 * HOUR, ""),
    ]
    assert rows[0].date == date(2026, 12, 23)
    assert rows[0].intervals == (
        (at("2026-12-23 11:00"), at("2026-12-23 12:00")),
        (at("2026-12-23 12:30"), at("2026-12-23 17:00")),
    )


def test_explain_names_clock_changes_and_pauses() -> None:
    pause = (at("2026-10-26 10:00"), at("2026-10-26 11:00"))
    rows = calendar().explain(at("2026-10-25 00:00"), at("2026-10-27 00:00"), [pause])
    assert [row.note for row in rows] == ["closed, clocks go back 60 min", "paused 60 min"]


zones = st.sampled_from(
    ["Europe/Oslo", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
)
times = st.integers(0, 95).map(lambda q: f"{q // 4:02}:{q % 4 * 15:02}")
hours = st.dictionaries(
    st.sampled_from((*WEEK, "sat", "sun")),
    st.lists(st.tuples(times, times).map(list), max_size=3),
)
calendars = st.builds(
    lambda zone, weekly: calendar(
        timezone=zone, hours={**weekly, "wed": [*weekly.get("wed", []), ["09:00", "16:00"]]}
    ),
    zones,
    hours,
)


def moments_of(first: int, last: int) -> st.SearchStrategy[datetime]:
    start, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (first, last))
    return st.integers(0, int((end - start).total_seconds())).map(
        lambda seconds: start + timedelta(seconds=seconds)
    )


moments, this_decade = moments_of(1950, 2070), moments_of(2020, 2030)
lengths = st.integers(0, 40 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
pause_lists = st.lists(st.tuples(lengths, lengths), max_size=3)


def spans(start: datetime, offsets: list[tuple[timedelta, timedelta]]) -> Any:
    return [(start + since, start + since + length) for since, length in offsets]


@steady
@given(calendars, moments, st.lists(lengths, min_size=3, max_size=3).map(sorted), pause_lists)
def test_elapsed_adds_up_and_never_falls(
    work: WorkCalendar,
    start: datetime,
    steps: list[timedelta],
    offsets: list[tuple[timedelta, timedelta]],
) -> None:
    pauses = spans(start, offsets)
    cuts = [start, *(start + step for step in steps)]
    parts = [work.elapsed(a, b, pauses) for a, b in pairwise(cuts)]
    assert sum(parts) == work.elapsed(cuts[0], cuts[-1], pauses)
    lengths_passed = [(b - a).total_seconds() for a, b in pairwise(cuts)]
    assert all(0 <= part <= passed for part, passed in zip(parts, lengths_passed, strict=True))


@steady
@given(calendars, moments, st.integers(1, 10**6), pause_lists)
def test_a_deadline_is_the_earliest_instant_with_that_much_elapsed(
    work: WorkCalendar, start: datetime, budget: int, offsets: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = spans(start, offsets)
    due = work.deadline(start, budget, pauses)
    assert due is not None
    assert work.elapsed(start, due, pauses) == budget
    assert work.elapsed(start, due - timedelta(seconds=1), pauses) == budget - 1


@steady
@given(calendars, moments, st.integers(1, 10**6))
def test_counting_back_is_the_latest_instant_with_that_much_left(
    work: WorkCalendar, end: datetime, budget: int
) -> None:
    start = work.deadline(end, -budget)
    assert start is not None
    assert work.elapsed(start, end) == budget
    assert work.elapsed(start + timedelta(seconds=1), end) == budget - 1


@steady
@given(calendars, moments, st.integers(1, 60))
def test_working_days_fall_on_open_time_and_keep_their_order(
    work: WorkCalendar, start: datetime, days: int
) -> None:
    due, after = work.deadline_days(start, days), work.deadline_days(start, days + 1)
    assert due is not None
    assert after is not None
    assert start < due <= after
    assert work.deadline(due, 0) == due or work.elapsed(due - timedelta(seconds=1), due) == 1


@steady
@given(
    calendars, st.lists(st.tuples(this_decade, lengths, st.integers(-(10**5), 10**6)), max_size=6)
)
def test_arrays_answer_as_single_instants_do(
    work: WorkCalendar, asked: list[tuple[datetime, timedelta, int]]
) -> None:
    starts = np.array([instant(start) for start, _, _ in asked], np.int64)
    ends = np.array([instant(start + length) for start, length, _ in asked], np.int64)
    budgets = np.array([budget for _, _, budget in asked], np.int64)
    low, high = instant(at("2015-01-01 00:00")), instant(at("2035-01-01 00:00"))
    open_time = work.openings(low, high)
    due = [work.deadline(start, budget) for start, _, budget in asked]
    assert open_time.elapsed_many(starts, ends).tolist() == [
        work.elapsed(start, start + length) for start, length, _ in asked
    ]
    assert open_time.deadlines(starts, budgets).tolist() == [
        NEVER if moment is None else instant(moment) for moment in due
    ]
    days_ahead = work.open_days(low, high).deadlines(starts, 3)
    assert days_ahead.tolist() == [
        instant(moment)
        for start, _, _ in asked
        if (moment := work.deadline_days(start, 3)) is not None
    ]
