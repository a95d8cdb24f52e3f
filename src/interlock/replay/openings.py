"""Open time as arrays: what a promise's clock reads, for one lead or a million.

`C(t)` is the number of open seconds before the instant t. Elapsed working time is a difference of
two C, and a deadline is its inverse. The jitted functions take plain arrays, so that a kernel can
call them with a slice of several calendars laid end to end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

Instants = npt.NDArray[np.int64]
"""Instants or durations: int64 seconds, UTC."""

NEVER = np.iinfo(np.int64).max
"""The instant that does not come: later than every other."""

_NONE: Instants = np.empty(0, np.int64)


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
    i = np.searchsorted(opens, t, side="right") - 1
    if i < 0:
        return 0
    return cumulative[i] + min(t, closes[i]) - opens[i]  # type: ignore[no-any-return] # scalar


@numba.njit(cache=True)
def next_open(t: int, opens: Instants, closes: Instants) -> int:
    """The first open instant at or after `t`, or NEVER."""
    i = np.searchsorted(closes, t, side="right")
    if i == len(opens):
        return NEVER
    return max(t, opens[i])  # type: ignore[no-any-return] # scalar


@numba.njit(cache=True)
def instant_after(
    open_seconds: int, opens: Instants, closes: Instants, cumulative: Instants
) -> int:
    """The inverse of C: the earliest instant before which `open_seconds` (> 0) are open, or NEVER.

    It lies in (open, close]: a budget used up exactly at closing time is due at closing time.
    """
    i = np.searchsorted(cumulative, open_seconds, side="left") - 1
    if i < 0:
        return NEVER
    at = opens[i] + open_seconds - cumulative[i]
    return at if at <= closes[i] else NEVER


@numba.njit(cache=True)
def due_instant(
    start: int, seconds: int, opens: Instants, closes: Instants, cumulative: Instants
) -> int:
    """When `seconds` of open time have passed since `start`, or NEVER.

    0 gives the first open instant at or after `start`. Negative seconds count backwards: the
    latest instant with that much open time left to `start`; NEVER where there is no such instant.
    """
    if seconds == 0:
        return next_open(start, opens, closes)
    target = open_seconds_before(start, opens, closes, cumulative) + seconds
    if seconds > 0:
        return instant_after(target, opens, closes, cumulative)
    if target < 0:
        return NEVER
    i = np.searchsorted(cumulative, target, side="right") - 1
    return opens[i] + target - cumulative[i]  # type: ignore[no-any-return] # scalar


@numba.njit(cache=True)
def _elapsed_many(
    starts: Instants, ends: Instants, opens: Instants, closes: Instants, cumulative: Instants
) -> Instants:
    elapsed = np.empty(len(starts), np.int64)
    for i in range(len(starts)):
        before_start = open_seconds_before(starts[i], opens, closes, cumulative)
        before_end = open_seconds_before(ends[i], opens, closes, cumulative)
        elapsed[i] = max(0, before_end - before_start)
    return elapsed


@numba.njit(cache=True)
def _up_to(
    starts: Instants, ends: Instants, opens: Instants, closes: Instants, cumulative: Instants
) -> Instants:
    elapsed = _elapsed_many(starts, ends, opens, closes, cumulative)
    for i in range(len(ends)):
        if ends[i] == NEVER:
            elapsed[i] = NEVER
    return elapsed


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


@numba.njit(cache=True)
def _deadlines(
    starts: Instants, seconds: Instants, opens: Instants, closes: Instants, cumulative: Instants
) -> Instants:
    due = np.empty(len(starts), np.int64)
    for i in range(len(starts)):
        due[i] = due_instant(starts[i], seconds[i], opens, closes, cumulative)
    return due


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
        """As `elapsed`, for arrays of one length."""
        return _elapsed_many(starts, ends, self.opens, self.closes, self.cumulative)

    def up_to(self, starts: Instants, ends: Instants) -> Instants:
        """As `elapsed_many`; NEVER up to NEVER."""
        return _up_to(starts, ends, self.opens, self.closes, self.cumulative)

    def deadlines(self, starts: Instants, seconds: Instants | int) -> Instants:
        """As `due_instant`, for arrays of one length, or one budget for all."""
        budgets = np.broadcast_to(np.asarray(seconds, np.int64), starts.shape).copy()
        return _deadlines(starts, budgets, self.opens, self.closes, self.cumulative)


def share_passed(opened: Openings | None, begins: int, ends: int, at: int) -> float | None:
    """Which share of a period's open time is over at an instant; None where it has none.

    Without open time (None) all time counts.
    """
    if opened is None:
        return min(max(at - begins, 0) / (ends - begins), 1.0)
    whole = opened.elapsed(begins, ends)
    return opened.elapsed(begins, min(at, ends)) / whole if whole else None
