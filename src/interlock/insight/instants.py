"""Instants in the agreement's zone: the week, the half day, the written form.

Inside, an instant is UTC seconds. A week begins on Monday at 00:00 on the wall clock of a zone, and
so do days and half days there: their bounds are looked up, never worked out by dividing seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from interlock.replay.outcome import Codes, Instants

Places = NDArray[np.intp]

HALF_DAYS = tuple(
    f"{day} {half}"
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    for half in ("mornings", "afternoons")
)
"""The halves of a week in order, as a sentence names them."""


def week_on(day: date, zone: tzinfo) -> int:
    """The Monday 00:00 in `zone` that begins the week of `day`, in UTC seconds."""
    return _midnight(day - timedelta(days=day.weekday()), zone)


def week_of(instant: int, zone: tzinfo) -> int:
    """The Monday 00:00 in `zone` that begins the week of `instant`, in UTC seconds."""
    return week_on(day_of(instant, zone), zone)


def week_after(week: int, zone: tzinfo, by: int = 1) -> int:
    """The beginning of the week that is `by` weeks after the one that begins at `week`."""
    return _midnight(day_of(week, zone) + timedelta(weeks=by), zone)


def every_week(weeks: Iterable[date]) -> Iterator[date]:
    """Every Monday from the first to the last of these, those that are not among them too."""
    known = sorted(weeks)
    for ago in range((known[-1] - known[0]).days // 7 + 1 if known else 0):
        yield known[0] + timedelta(weeks=ago)


def day_of(instant: int, zone: tzinfo) -> date:
    """The date in `zone`."""
    return datetime.fromtimestamp(instant, zone).date()


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


def weeks(instants: Instants, zone: tzinfo) -> Instants:
    """The beginning of each instant's week (see `week_of`)."""
    begins, places = places_of_weeks(instants, zone)
    return begins[places]


def places_of_weeks(instants: Instants, zone: tzinfo) -> tuple[Instants, Places]:
    """The beginnings of all weeks from the first to the last, and each instant's place there."""
    if not len(instants):
        return np.empty(0, np.int64), np.empty(0, np.intp)
    begins = _bounds(int(instants.min()), int(instants.max()), zone, (time(),), days=7)
    return begins, np.searchsorted(begins, instants, side="right") - 1


def half_days(instants: Instants, zone: tzinfo) -> Codes:
    """The half of the week that each instant falls in, as a position in `HALF_DAYS`."""
    if not len(instants):
        return np.empty(0, np.int32)
    bounds = _bounds(int(instants.min()), int(instants.max()), zone, (time(), time(12)), days=1)
    since_monday = np.searchsorted(bounds, instants, side="right") - 1
    return (since_monday % len(HALF_DAYS)).astype(np.int32)


def _bounds(first: int, last: int, zone: tzinfo, times: tuple[time, ...], days: int) -> Instants:
    """Every `days` days from the Monday of `first` until past `last`, at each wall-clock time."""
    day, end = day_of(week_of(first, zone), zone), day_of(last, zone)
    at: list[int] = []
    while day <= end:
        at += (int(datetime.combine(day, clock, zone).timestamp()) for clock in times)
        day += timedelta(days=days)
    return np.array(at, np.int64)


def iso(instant: int, zone: tzinfo = UTC) -> str:
    """The instant as ISO 8601 with its offset."""
    return datetime.fromtimestamp(instant, zone).isoformat()
