"""Deadlines of many clocks at once: the agreement's calendars, opened as far as they are needed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.hours import DAY
from interlock.agreement.schema import Agreement
from interlock.facts.columns import Mask
from interlock.replay.openings import NEVER, Openings, due_instant, open_seconds_before
from interlock.replay.outcome import Instants
from interlock.replay.workdaytable import DayRow
from interlock.replay.worktime import WorkCalendar

ALWAYS = -1
"""The calendar of a promise that counts elapsed time."""

_YEAR = 366 * DAY
_FARTHEST = 100 * _YEAR
"""How far ahead a calendar is searched for a deadline."""


class Calendars:
    """The agreement's calendars, compiled once and opened as far as a replay needs."""

    def __init__(self, agreement: Agreement) -> None:
        self.ids = np.array([calendar.id for calendar in agreement.calendars], dtype=object)
        self._calendars = [WorkCalendar.from_dict(c.definition) for c in agreement.calendars]

    def code(self, id: str) -> int:
        """The calendar's position."""
        return next(place for place, known in enumerate(self.ids) if known == id)

    def zone(self, code: int) -> ZoneInfo:
        """The time zone of the calendar."""
        return self._calendars[code].hours.zone

    def explain(
        self, id: str, start: int, end: int, pauses: list[tuple[int, int]]
    ) -> tuple[DayRow, ...]:
        """The working time from `start` to `end`, pauses left out, day by day."""
        spans = [(_zoned(since), _zoned(until)) for since, until in pauses]
        return self._calendars[self.code(id)].explain(_zoned(start), _zoned(end), spans)

    def openings(self, code: int, first: int, last: int, seconds: int) -> Openings:
        """Open time from `first`, with at least `seconds` of it after `last` where there are."""
        if code == ALWAYS:
            end = last + seconds + DAY
            return Openings.of(first, end, np.array([first]), np.array([end]))
        reach = _YEAR
        while True:
            opened = self._calendars[code].openings(first, last + reach)
            if opened.elapsed(last, opened.last) >= seconds or self._is_all(code, last, reach):
                return opened
            reach *= 4

    def _is_all(self, code: int, last: int, reach: int) -> bool:
        """Whether it is of no use to look farther ahead."""
        return reach >= _FARTHEST or last + reach >= self._calendars[code].bounds[1]

    def in_days(self, code: int, starts: Instants, days: int) -> tuple[Instants, Instants]:
        """The deadlines of a budget in working days, and the open seconds up to them."""
        first, last, reach = int(starts.min()), int(starts.max()), _YEAR + 8 * days * DAY
        while True:
            due = self._calendars[code].open_days(first, last + reach).deadlines(starts, days)
            if (due != NEVER).all() or self._is_all(code, last, reach):
                break
            reach *= 4
        found = due != NEVER
        opened = self._calendars[code].openings(first, int(due[found].max(initial=last)))
        seconds = opened.elapsed_many(starts, np.where(found, due, starts))
        return due, np.where(found, seconds, NEVER)


def deadlines(  # noqa: PLR0913, PLR0917 - columns of the clocks and of the moments
    opened: Openings,
    moment: NDArray[np.int64],
    stop: NDArray[np.int64],
    seconds: Instants,
    at: Instants,
    paused: Mask | None,
) -> Instants:
    """When each clock, begun at `moment`, has run for its `seconds` of open time; or NEVER.

    `stop` is the end of the person's moments. Where there are pauses, a clock stands still from
    each moment at which `paused` holds to the next; the clocks are in order of their moments.
    """
    due = np.full(len(moment), NEVER)
    budgeted = np.flatnonzero(seconds != NEVER)
    moment, stop, seconds = moment[budgeted], stop[budgeted], seconds[budgeted]
    if paused is None:
        due[budgeted] = opened.deadlines(at[moment], seconds)
    else:
        arrays = opened.opens, opened.closes, opened.cumulative
        due[budgeted] = _around_pauses(moment, stop, seconds, at, paused, *arrays)
    return due


@numba.njit(cache=True)
def _around_pauses(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    moment: NDArray[np.int64],
    stop: NDArray[np.int64],
    seconds: Instants,
    at: Instants,
    paused: Mask,
    opens: Instants,
    closes: Instants,
    cumulative: Instants,
) -> Instants:
    """As `deadlines`. The time that counts is summed up once a person, and then searched."""
    due = np.full(len(moment), NEVER)
    counted = np.zeros(len(at), np.int64)
    summed = np.int64(-1)
    for i in range(len(moment)):
        begin, end = moment[i], stop[i]
        if end != summed:
            _sum_up(begin, end, at, paused, opens, closes, cumulative, counted)
            summed = end
        full = counted[begin] + seconds[i]
        # a budget of nothing ends in the first stretch that has any time, as one of a second does
        ends_in = counted[begin] + max(seconds[i], 1)
        m = begin + np.searchsorted(counted[begin + 1 : end], ends_in)
        if m < end - 1 or not paused[m]:
            due[i] = due_instant(at[m], full - counted[m], opens, closes, cumulative)
    return due


@numba.njit(cache=True)
def _sum_up(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    begin: int,
    end: int,
    at: Instants,
    paused: Mask,
    opens: Instants,
    closes: Instants,
    cumulative: Instants,
    counted: Instants,
) -> None:
    """Fills `counted` from `begin` to `end`: open seconds since `begin` that were not paused."""
    counted[begin] = 0
    before = open_seconds_before(at[begin], opens, closes, cumulative)
    for m in range(begin, end - 1):
        after = open_seconds_before(at[m + 1], opens, closes, cumulative)
        counted[m + 1] = counted[m] + (0 if paused[m] else after - before)
        before = after


@numba.njit(cache=True)
def last_moments(
    begin: NDArray[np.int64], stop: NDArray[np.int64], until: Instants, at: Instants
) -> NDArray[np.int64]:
    """The last moment in [begin, stop) that is not after `until`; `begin` where all are."""
    found = begin.copy()
    for i in range(len(begin)):
        passed = np.searchsorted(at[begin[i] : stop[i]], until[i], side="right")
        found[i] += max(passed - 1, 0)
    return found


def next_moments(
    held: Mask, begin: NDArray[np.int64], stop: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The first moment in [begin, stop) at which it holds; -1 where there is none."""
    places = np.flatnonzero(held)
    found = np.append(places, len(held))[np.searchsorted(places, begin)]
    return np.where(found < stop, found, -1)


def _zoned(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
