"""Open time as arrays: what a promise's clock reads, for one lead or a million.

`C(t)` is the number of open seconds before the instant t. Elapsed working time is a difference of
two C, and a deadline is its inverse. The jitted functions take plain arrays, so that a kernel can
call them with a slice of several calendars laid end to end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from interlock.agreement.hours import DAY
from interlock.replay.picking import first_after

Instants = npt.NDArray[np.int64]
"""Instants or durations: int64 seconds, UTC."""

Codes = npt.NDArray[np.int32]

NEVER = np.iinfo(np.int64).max
"""The instant that does not come: later than every other."""

_NONE: Instants = np.empty(0, np.int64)
_NO_DAYS: Codes = np.empty(0, np.int32)


def covered(
    starts: Instants,
    ends: Instants,
    hole_starts: Instants = _NONE,
    hole_ends: Instants = _NONE,
) -> tuple[Instants, Instants]:
    """The union of some intervals less the union of others: sorted, disjoint, not touching.

    The intervals come in any order and may overlap; an interval that ends before it starts is
    left out.
    """
    kept, holes = starts < ends, hole_starts < hole_ends
    at = np.concatenate((starts[kept], ends[kept], hole_starts[holes], hole_ends[holes]))
    step = np.repeat([1, -1, 0, 0], np.repeat([kept.sum(), holes.sum()], 2))
    hole_step = np.repeat([0, 0, 1, -1], np.repeat([kept.sum(), holes.sum()], 2))
    order = np.argsort(at, kind="stable")
    at = at[order]
    is_open = (np.cumsum(step[order]) > 0) & (np.cumsum(hole_step[order]) == 0)
    settled = np.append(at[1:] != at[:-1], values=True)[: len(at)]
    turns = np.flatnonzero(np.diff(is_open[settled], prepend=False))
    edges = at[settled][turns]
    return edges[0::2].copy(), edges[1::2].copy()  # a stride is another type to a kernel


@numba.njit(cache=True)
def open_seconds_before(t: int, opens: Instants, closes: Instants, cumulative: Instants) -> int:
    """C(t): open seconds before the instant `t`."""
    return _before(int(np.searchsorted(closes, t, side="right")), t, opens, closes, cumulative)


@numba.njit(cache=True)
def _before(i: int, t: int, opens: Instants, closes: Instants, cumulative: Instants) -> int:
    """C(t), where opening `i` is the first that closes after the instant."""
    if i < len(opens):
        # of an instant before all of time a difference would be one after it
        return cumulative[i] + (t - opens[i] if t > opens[i] else 0)  # type: ignore[no-any-return] # scalar
    return cumulative[-1] + closes[-1] - opens[-1] if i else 0


@numba.njit(cache=True)
def next_open(t: int, opens: Instants, closes: Instants) -> int:
    """The first open instant at or after `t`, or NEVER."""
    i = np.searchsorted(closes, t, side="right")
    return max(t, opens[i]) if i < len(opens) else NEVER


@numba.njit(cache=True)
def due_instant(
    start: int, seconds: int, opens: Instants, closes: Instants, cumulative: Instants
) -> int:
    """When `seconds` of open time have passed since `start`, or NEVER.

    0 gives the first open instant at or after `start`. Negative seconds count backwards: the
    latest instant with that much open time left to `start`; NEVER where there is no such instant.
    A budget used up exactly at closing time is due at closing time.
    """
    i = int(np.searchsorted(closes, start, side="right"))
    return _due(i, start, seconds, opens, closes, cumulative)


@numba.njit(cache=True)
def _due(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    i: int, start: int, seconds: int, opens: Instants, closes: Instants, cumulative: Instants
) -> int:
    """As `due_instant`, where opening `i` is the first that closes after the start."""
    if seconds == 0:
        return max(start, opens[i]) if i < len(opens) else NEVER
    target = _before(i, start, opens, closes, cumulative) + seconds
    if target < 0 or (seconds > 0 and i == len(opens)):
        return NEVER
    if seconds < 0:
        j = np.searchsorted(cumulative, target, side="right") - 1
        return opens[j] + target - cumulative[j]  # type: ignore[no-any-return] # scalar
    i = first_after(cumulative, i + 1, len(opens), target - 1) - 1
    at = opens[i] + target - cumulative[i]
    return at if at <= closes[i] else NEVER


@numba.njit(cache=True)
def _first_open(t: int, since: int, by_day: Codes, closes: Instants) -> int:
    """The first opening that closes after the instant, found by its day where days are known.

    Day d of `by_day` (see `Openings`) begins at `since + d * DAY`.
    """
    day = (t - since) // DAY
    if not 0 <= day < len(by_day):
        return int(np.searchsorted(closes, t, side="right"))
    i = by_day[day]
    while i < len(closes) and closes[i] <= t:
        i += 1
    return i  # type: ignore[no-any-return] # scalar


@numba.njit(cache=True)
def _elapsed_many(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    starts: Instants,
    ends: Instants,
    since: int,
    by_day: Codes,
    opens: Instants,
    closes: Instants,
    cumulative: Instants,
) -> Instants:
    elapsed = np.empty(len(starts), np.int64)
    for i in range(len(starts)):
        a = _first_open(starts[i], since, by_day, closes)
        b = _first_open(ends[i], since, by_day, closes)
        before_start = _before(a, starts[i], opens, closes, cumulative)
        before_end = _before(b, ends[i], opens, closes, cumulative)
        elapsed[i] = max(0, before_end - before_start) if ends[i] != NEVER else NEVER
    return elapsed


@numba.njit(cache=True, nogil=True)
def _deadlines(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    starts: Instants,
    seconds: Instants,
    since: int,
    by_day: Codes,
    opens: Instants,
    closes: Instants,
    cumulative: Instants,
) -> Instants:
    """As `due_instant`; NEVER for NEVER."""
    due = np.full(len(starts), NEVER)
    for n in range(len(starts)):
        if seconds[n] != NEVER:
            i = _first_open(starts[n], since, by_day, closes)
            due[n] = _due(i, starts[n], seconds[n], opens, closes, cumulative)
    return due


@numba.njit(cache=True)
def any_never(instants: Instants) -> bool:
    """Whether one of them is NEVER."""
    for at in instants:  # noqa: SIM110 - a kernel knows no generators
        if at == NEVER:
            return True
    return False


@numba.njit(cache=True)
def span_of(instants: Instants) -> tuple[int, int]:
    """The first and the last of some instants."""
    return instants.min(), instants.max()


@dataclass(frozen=True)
class Openings:
    """Open time in [first, last]: `opens[i]` to `closes[i]`, sorted, disjoint, cut at both ends.

    `cumulative[i]` is the open time before `opens[i]`. A deadline that lies after `last` (or,
    counted backwards, before `first`) comes out as NEVER.
    """

    first: int
    last: int
    opens: Instants
    closes: Instants
    cumulative: Instants

    @classmethod
    def of(cls, first: int, last: int, starts: Instants, ends: Instants) -> Openings:
        """Openings of any intervals: overlaps are merged, what lies outside is cut off."""
        opens, closes = covered(np.clip(starts, first, last), np.clip(ends, first, last))
        lengths = closes - opens
        return cls(first, last, opens, closes, np.cumsum(lengths) - lengths)

    def less(self, pauses: Iterable[tuple[int, int]]) -> Openings:
        """The same without the (start, end) spans given: pauses, or a member's absences."""
        pauses = list(pauses)
        if not pauses:
            return self
        holes = np.array(pauses, np.int64).reshape(-1, 2)
        opens, closes = covered(self.opens, self.closes, holes[:, 0], holes[:, 1])
        return Openings.of(self.first, self.last, opens, closes)

    def elapsed(self, start: int, end: int) -> int:
        """Open seconds in [start, end); 0 where the end lies before the start."""
        arrays = self.opens, self.closes, self.cumulative
        passed = open_seconds_before(end, *arrays) - open_seconds_before(start, *arrays)
        return max(0, int(passed))

    def deadline(self, start: int, seconds: int) -> int:
        """As `due_instant`."""
        return int(due_instant(start, seconds, self.opens, self.closes, self.cumulative))

    def elapsed_many(self, starts: Instants, ends: Instants) -> Instants:
        """As `elapsed`, for arrays of one length; NEVER up to NEVER."""
        return _elapsed_many(starts, ends, *self._for(starts))

    def deadlines(self, starts: Instants, seconds: Instants | int) -> Instants:
        """As `due_instant`, for arrays of one length, or one budget for all; NEVER for NEVER."""
        budgets = np.full(starts.shape, seconds, np.int64)
        return _deadlines(starts, budgets, *self._for(starts))

    def _for(self, instants: Instants) -> tuple[Any, ...]:
        """The arrays by which so many instants are looked up: of many each by its day."""
        days = (self.last - self.first) // DAY
        by_day = self._by_day if days < len(instants) else _NO_DAYS
        return self.first, by_day, self.opens, self.closes, self.cumulative

    @cached_property
    def _by_day(self) -> Codes:
        """For each day of 86,400 seconds the first opening that closes after it begins."""
        days = np.arange(self.first, self.last, DAY)
        return np.searchsorted(self.closes, days, side="right").astype(np.int32)


def share_passed(opened: Openings | None, begins: int, ends: int, at: int) -> float | None:
    """Which share of a period's open time is over at an instant; None where it has none.

    Without open time (None) all time counts.
    """
    if opened is None:
        return min(max(at - begins, 0) / (ends - begins), 1.0)
    whole = opened.elapsed(begins, ends)
    return opened.elapsed(begins, min(at, ends)) / whole if whole else None
