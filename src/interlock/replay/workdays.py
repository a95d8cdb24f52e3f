"""Working days: the same point of the n-th next open day.

Days are counted, never converted into hours. A day is open when some open time belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np

from interlock.agreement.hours import DAY
from interlock.replay.calendar_spans import Spans
from interlock.replay.openings import NEVER, Instants, covered

_NOT_BEGUN = -NEVER


class Workdays(NamedTuple):
    """The open days of several calendars, laid end to end for a kernel.

    Those of calendar i are at `first[i]` up to `first[i + 1]`, one row a stretch: `offset` is local
    less UTC, `midnight` (local) says to which day it belongs.
    """

    first: Instants
    opens: Instants
    closes: Instants
    offset: Instants
    midnight: Instants


@dataclass(frozen=True)
class OpenDays:
    """The open stretches of a span, and where each open day's lie among them.

    `opens`, `closes`, `offset` (local less UTC) and `nth` (which open day) are per stretch;
    `midnight` (local), `low` and `high` (its first and last stretch) are per open day.
    """

    opens: Instants
    closes: Instants
    offset: Instants
    nth: Instants
    midnight: Instants
    low: Instants
    high: Instants

    @classmethod
    def of(cls, spans: Spans) -> OpenDays:
        """The open days of these stretches; the days at their rims may be cut."""
        days, nth = np.unique(spans.day, return_inverse=True)
        order = np.arange(len(nth))
        low, high = np.full(len(days), len(nth)), np.zeros(len(days), np.int64)
        np.minimum.at(low, nth, order)
        np.maximum.at(high, nth, order)
        return cls(spans.opens, spans.closes, spans.offset, nth, days * DAY, low, high)

    def less(self, spans: Sequence[tuple[int, int]]) -> OpenDays:
        """The same without the (start, end) spans given; a day that has no time left is not open.

        Each stretch is cut at the gaps between the spans.
        """
        if not spans:
            return self
        taken = np.array(spans, np.int64)
        starts, ends = covered(taken[:, 0], taken[:, 1])
        begins, stops = np.append(-NEVER, ends), np.append(starts, NEVER)
        low = np.searchsorted(stops, self.opens, side="right")
        many = np.maximum(np.searchsorted(begins, self.closes, side="left") - low, 0)
        of = np.repeat(np.arange(len(many)), many)
        gap = low[of] + np.arange(len(of)) - np.repeat(np.cumsum(many) - many, many)
        opens = np.maximum(self.opens[of], begins[gap])
        closes = np.minimum(self.closes[of], stops[gap])
        return OpenDays.of(
            Spans(self.midnight[self.nth[of]] // DAY, opens, closes, self.offset[of])
        )

    def deadline(self, start: int, days: int) -> int:
        """As `due_in_days`."""
        return int(due_in_days(start, days, *self._arrays))

    def deadlines(self, starts: Instants, days: int) -> Instants:
        """As `due_in_days`, for an array."""
        return _due_in_days_many(starts, days, *self._arrays)

    @property
    def _arrays(self) -> tuple[Instants, ...]:
        stretches = self.opens, self.closes, self.offset, self.nth
        return *stretches, self.midnight, self.low, self.high


@numba.njit(cache=True)
def due_in_days(  # noqa: PLR0913, PLR0917 - a kernel takes plain arrays
    start: int,
    days: int,
    opens: Instants,
    closes: Instants,
    offset: Instants,
    nth: Instants,
    midnight: Instants,
    low: Instants,
    high: Instants,
) -> int:
    """The same local time on the `days`-th next open day after `start`, or NEVER.

    A start outside open time counts from the next open instant. Where the day is closed at that
    time of day, its next open instant is meant, or its last closing if none follows.
    """
    i = np.searchsorted(opens, start, side="right")
    if i > 0 and start < closes[i - 1]:
        i -= 1
    if i == len(opens):
        return NEVER
    at = max(start, opens[i])
    day = nth[i] + days
    if day < 0 or day >= len(midnight):
        return NEVER
    wall = at + offset[i] - midnight[nth[i]] + midnight[day]
    for j in range(low[day], high[day] + 1):
        if nth[j] == day and wall < closes[j] + offset[j]:
            return max(wall - offset[j], opens[j])  # type: ignore[no-any-return] # scalar
    return closes[high[day]]  # type: ignore[no-any-return] # scalar


@numba.njit(cache=True)
def _due_in_days_many(  # noqa: PLR0913, PLR0917 - a kernel takes plain arrays
    starts: Instants,
    days: int,
    opens: Instants,
    closes: Instants,
    offset: Instants,
    nth: Instants,
    midnight: Instants,
    low: Instants,
    high: Instants,
) -> Instants:
    due = np.empty(len(starts), np.int64)
    for i in range(len(starts)):
        due[i] = due_in_days(starts[i], days, opens, closes, offset, nth, midnight, low, high)
    return due


@numba.njit(cache=True)
def due_in_turn(  # noqa: PLR0913, PLR0917 - a kernel takes plain arrays
    moment: Instants,
    stop: Instants,
    slot: Instants,
    days: int,
    at: Instants,
    handed: Instants,
    slots: Instants,
    opened: Workdays,
) -> Instants:
    """As `due_in_days` of clocks that go by one calendar after another, or NEVER.

    A clock begins at its `moment`, by the calendar `slot`, and goes by `slots[h]` from the moment
    `handed[h]` on, up to the person's `stop`. A day that was open for one owner or another counts
    once, by its date. What is left of the last day when the lead is handed over is left to the new
    owner: the same time of day, or where that day is over for them, their next open instant.
    """
    due = np.full(len(moment), NEVER)
    for i in range(len(moment)):
        turn = np.searchsorted(handed, moment[i], side="right")
        since, by = at[moment[i]], slot[i]
        state = (days, _NOT_BEGUN, 0)
        while due[i] == NEVER:
            goes_on = turn < len(handed) and handed[turn] < stop[i]
            until = at[handed[turn]] if goes_on else NEVER
            due[i], state = _one_turn(since, until, by, state, opened)
            if not goes_on:
                break
            since, by = until, slots[turn]
            turn += 1
    return due


@numba.njit(cache=True)
def _one_turn(
    since: int, until: int, slot: int, state: tuple[int, int, int], opened: Workdays
) -> tuple[int, tuple[int, int, int]]:
    """When the days are over, if by the end of this turn (else NEVER); and how far they are.

    The state: days left, the day that runs (its local midnight), and the time of day to reach.
    """
    left, day, wall = state
    closed = NEVER
    first, last = opened.first[slot], opened.first[slot + 1]
    j = first + np.searchsorted(opened.closes[first:last], since, side="right")
    while j < last and max(opened.opens[j], since) < until:
        opens, midnight = max(opened.opens[j], since), opened.midnight[j]
        if day == _NOT_BEGUN:
            day, wall = midnight, opens + opened.offset[j] - midnight
        elif midnight > day and left == 0:
            return (closed if closed != NEVER else opens), (left, day, wall)
        elif midnight > day:
            left, day = left - 1, midnight
        if left == 0 and midnight == day:
            closed = opened.closes[j]
            if wall + day < closed + opened.offset[j]:
                reached = max(wall + day - opened.offset[j], opens)
                return (reached if reached <= until else NEVER), (left, day, wall)
        j += 1
    is_over = closed <= until and (j == last or opened.midnight[j] > day)
    return (closed if is_over else NEVER), (left, day, wall)
