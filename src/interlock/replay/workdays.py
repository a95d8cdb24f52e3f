"""Working days: the same point of the n-th next open day.

Days are counted, never converted into hours. A day is open when some open time belongs to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from interlock.agreement.hours import DAY
from interlock.replay.calendar_spans import Spans
from interlock.replay.openings import NEVER, Instants


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
