"""The because of a clock: working time day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from interlock.agreement.hours import DAY, WEEKDAYS, Hours
from interlock.replay.calendar_spans import EPOCH, EPOCH_DAY, Spans, local_day, offset_at
from interlock.replay.openings import Openings


@dataclass(frozen=True)
class DayRow:
    """What one local date contributes: the open stretches that count, and their seconds.

    `note` says what is unusual about the day, in words; "" where nothing is. `calendar` is the id
    of the agreement's calendar that counts it, where there is one.
    """

    date: date
    weekday: str
    intervals: tuple[tuple[datetime, datetime], ...]
    seconds: int
    note: str
    calendar: str = ""


_Spans = Sequence[tuple[int, int]]


def day_rows(  # noqa: PLR0913, PLR0917 - what a clock is made of
    hours: Hours, openings: Openings, pauses: _Spans, first: int, last: int, away: _Spans = ()
) -> tuple[DayRow, ...]:
    """A row for each local date that [first, last) meets; open time less absences and pauses."""
    low = (first + offset_at(hours.zone, first)) // DAY - 1
    high = (last + offset_at(hours.zone, last)) // DAY + 1
    rows = []
    for day in range(low, high + 1):  # a day more at each side: clocks set back at midnight
        on_the_wall = local_day(hours.zone, day)
        if ((on_the_wall.opens < last) & (on_the_wall.closes > first)).any():
            open_time = _within(openings, on_the_wall, first, last)
            present = open_time.less(away)
            rows.append(_row(hours, on_the_wall, open_time, present, present.less(pauses)))
    return tuple(rows)


def _within(openings: Openings, day: Spans, first: int, last: int) -> Openings:
    """The open time of one day within [first, last)."""
    low, high = max(int(day.opens[0]), first), min(int(day.closes[-1]), last)
    near = slice(
        np.searchsorted(openings.closes, low), np.searchsorted(openings.opens, high, side="right")
    )
    cut = Openings.of(low, high, openings.opens[near], openings.closes[near])
    return cut.less(zip(day.closes[:-1].tolist(), day.opens[1:].tolist(), strict=True))


def _row(
    hours: Hours, on_the_wall: Spans, open_time: Openings, present: Openings, counted: Openings
) -> DayRow:
    day = date.fromordinal(int(on_the_wall.day[0]) + EPOCH_DAY)
    pairs = zip(counted.opens.tolist(), counted.closes.tolist(), strict=True)
    away = _total(open_time) - _total(present)
    paused = _total(present) - _total(counted)
    return DayRow(
        date=day,
        weekday=WEEKDAYS[day.weekday()],
        intervals=tuple((_local(hours, opens), _local(hours, closes)) for opens, closes in pairs),
        seconds=_total(counted),
        note=_note(hours, day, on_the_wall, away, paused),
    )


def _note(hours: Hours, day: date, on_the_wall: Spans, away: int, paused: int) -> str:
    minutes = (int((on_the_wall.closes - on_the_wall.opens).sum()) - DAY) // 60
    regular = hours.weekly[day.weekday()]
    remarks = {
        "holiday": day in hours.holidays,
        "hours of this date": day in hours.overrides and day not in hours.holidays,
        "closed": not regular and day not in hours.overrides and day not in hours.holidays,
        "break": day in hours.breaks,
        f"clocks go back {minutes} min": minutes > 0,
        f"clocks go forward {-minutes} min": minutes < 0,
        f"away {away // 60} min": away > 0,
        f"paused {paused // 60} min": paused > 0,
    }
    return ", ".join(remark for remark, holds in remarks.items() if holds)


def _total(openings: Openings) -> int:
    return int((openings.closes - openings.opens).sum())


def _local(hours: Hours, t: int) -> datetime:
    return (EPOCH + timedelta(seconds=t)).astimezone(hours.zone)
