"""Deadlines of many clocks at once.

Most clocks run on one calendar without a pause, and their deadline is looked up. Where a clock
stands still, or goes on by another calendar, the time that counts is summed up once a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Mask
from interlock.replay.calendars import ALWAYS, FARTHEST, Calendars, OpenTime, first_reach
from interlock.replay.handovers import Handovers
from interlock.replay.openings import NEVER, due_instant, open_seconds_before
from interlock.replay.outcome import Codes, Instants
from interlock.replay.workdays import due_in_turn

_NO_PAUSE = np.empty(0, bool)
_FEW_TURNS = 4
"""So few handovers of a clock are looked at one by one; of more the time is summed up before."""


@dataclass(frozen=True)
class Runs:
    """Clocks that run: each begins at its `moment`, in their order, on its `calendar`.

    `stop` is the end of the person's moments. The calendar changes first at `handed` (an instant);
    one that counts elapsed time has none to change.
    """

    moment: NDArray[np.int64]
    stop: NDArray[np.int64]
    calendar: Codes
    handed: Instants

    def until(self, stop: NDArray[np.int64]) -> Runs:
        """The same clocks as they run up to these moments."""
        return Runs(self.moment, stop, self.calendar, self.handed)

    def where(self, which: NDArray[np.int64]) -> Runs:
        """Some of the clocks, in their order."""
        return Runs(self.moment[which], self.stop[which], self.calendar[which], self.handed[which])


def deadlines(
    runs: Runs,
    seconds: Instants,
    handovers: Handovers,
    calendars: Calendars,
    paused: Mask | None,
) -> Instants:
    """When each clock has run for its `seconds` of open time; or NEVER.

    Where there are pauses, a clock stands still from each moment at which `paused` holds to the
    next.
    """
    if paused is not None:
        return _in_turn_of_each(runs, seconds, handovers, calendars, paused)
    at, due = handovers.index.at, np.empty(len(seconds), np.int64)
    for code, mine in by_calendar(runs.calendar):
        starts, budgets = at[runs.moment[mine]], seconds[mine]
        opened = calendars.openings(code, *_span(starts, budgets))
        due[mine] = opened.deadlines(starts, budgets)
    if len(handovers.moments):
        handed = np.flatnonzero((runs.handed <= due) & (runs.handed != NEVER))
        some = runs.where(handed)
        due[handed] = _in_turn_of_each(some, seconds[handed], handovers, calendars, None)
    return due


@numba.njit(cache=True, nogil=True)
def _span(starts: Instants, seconds: Instants) -> tuple[int, int, int]:
    """When the first and the last of some clocks begin, and the most seconds of one.

    NEVER is none of these.
    """
    first, last, longest = starts[0], starts[0], 0
    for i in range(len(starts)):
        first, last = min(first, starts[i]), max(last, starts[i])
        if seconds[i] != NEVER:
            longest = max(longest, seconds[i])
    return first, last, longest


def _in_turn_of_each(
    runs: Runs, seconds: Instants, handovers: Handovers, calendars: Calendars, paused: Mask | None
) -> Instants:
    """As `deadlines`, of clocks that stand still at times, or change hands."""
    due, elapsed = np.full(len(seconds), NEVER), runs.calendar == ALWAYS
    for which in (elapsed, ~elapsed):
        mine = np.flatnonzero(which & (seconds != NEVER))
        if len(mine):
            due[mine] = _in_turn(runs.where(mine), seconds[mine], handovers, calendars, paused)
    return due


@numba.njit(cache=True, nogil=True)
def share_of(seconds: Instants, share: float) -> Instants:
    """That share of each budget, in whole seconds; NEVER of NEVER, and beyond all calendars."""
    found = np.full(len(seconds), NEVER)
    for i in range(len(seconds)):
        part = 0.0 if seconds[i] == NEVER else seconds[i] * min(share, float(FARTHEST))
        if seconds[i] != NEVER and part <= FARTHEST:
            found[i] = np.int64(np.rint(part))
    return found


def days(
    runs: Runs, days: int, handovers: Handovers, calendars: Calendars
) -> tuple[Instants, Instants]:
    """The deadlines of a budget in working days, and the open seconds up to them; or NEVER."""
    at, count = handovers.index.at, len(runs.moment)
    due, seconds = np.empty(count, np.int64), np.empty(count, np.int64)
    for code, mine in by_calendar(runs.calendar):
        due[mine], seconds[mine] = calendars.in_days(code, at[runs.moment[mine]], days)
    if not len(handovers.moments):
        return due, seconds
    handed = np.flatnonzero(runs.handed < due)
    if len(handed):
        some = runs.where(handed)
        due[handed] = _days_in_turn(some, days, handovers, calendars)
        seconds[handed] = elapsed(some, due[handed], handovers, calendars)
    return due, seconds


def by_calendar(calendar: Codes) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Each calendar that occurs, with the positions of the clocks that go by it."""
    if not len(calendar):
        return
    if _are_one(calendar):
        yield int(calendar[0]), np.arange(len(calendar))
        return
    order = np.argsort(calendar, kind="stable")
    for mine in np.split(order, np.flatnonzero(np.diff(calendar[order])) + 1):
        yield int(calendar[mine[0]]), mine


@numba.njit(cache=True, nogil=True)
def _are_one(codes: Codes) -> bool:
    return bool(np.all(codes == codes[0]))


def elapsed(
    runs: Runs,
    until: Instants,
    handovers: Handovers,
    calendars: Calendars,
    paused: Mask | None = None,
) -> Instants:
    """The open time of each clock up to an instant, pauses left out; NEVER up to NEVER."""
    found, ends = np.full(len(until), NEVER), until != NEVER
    turns = np.searchsorted(handovers.moments, runs.stop)
    turns -= np.searchsorted(handovers.moments, runs.moment, side="right")
    few = (turns <= _FEW_TURNS) & (paused is None)
    for which, kernel in ((ends & few, _elapsed), (ends & ~few, _summed)):
        if which.any():
            mine = np.flatnonzero(which)
            some = runs.where(mine)
            found[mine] = _measured(kernel, some, until[mine], handovers, calendars, paused)
    return found


def _measured(  # noqa: PLR0913, PLR0917 - what `elapsed` is given, and how
    kernel: Callable[..., Instants],
    runs: Runs,
    until: Instants,
    handovers: Handovers,
    calendars: Calendars,
    paused: Mask | None,
) -> Instants:
    at, pauses = handovers.index.at, _NO_PAUSE if paused is None else paused
    codes, slot, slots = _slots(runs, handovers)
    opened = calendars.open_time(codes, int(at[runs.moment].min()), int(until.max()), 0)
    clocks = runs.moment, runs.stop, slot, until
    return kernel(*clocks, at, pauses, handovers.moments, slots, opened)


def _slots(runs: Runs, handovers: Handovers) -> tuple[Codes, NDArray[np.int64], NDArray[np.int64]]:
    """The calendars that the clocks may go by; the clocks' and the handovers' among them."""
    both = np.concatenate([runs.calendar, handovers.calendars])
    codes, slots = np.unique(both, return_inverse=True)
    return codes, slots[: len(runs.calendar)], slots[len(runs.calendar) :]


def _in_turn(
    runs: Runs, seconds: Instants, handovers: Handovers, calendars: Calendars, paused: Mask | None
) -> Instants:
    """As `deadlines`, by whichever calendar counts at each moment."""
    at = handovers.index.at
    hands = handovers if runs.calendar[0] != ALWAYS else handovers.none
    codes, slot, slots = _slots(runs, hands)
    first, last = int(at[runs.moment].min()), int(at[runs.stop - 1].max())
    opened = calendars.open_time(codes, first, last, int(seconds.max()))
    pauses = _NO_PAUSE if paused is None else paused
    clocks = runs.moment, runs.stop, slot, seconds
    return _due_in_turn(*clocks, at, pauses, hands.moments, slots, opened)


def _days_in_turn(runs: Runs, days: int, handovers: Handovers, calendars: Calendars) -> Instants:
    at = handovers.index.at
    codes, slot, slots = _slots(runs, handovers)
    first, last, reach = int(at[runs.moment].min()), int(at[runs.stop - 1].max()), first_reach(days)
    while True:
        opened = calendars.workdays(codes, first, last + reach)
        clocks = runs.moment, runs.stop, slot, days
        due = due_in_turn(*clocks, at, handovers.moments, slots, opened)
        if (due != NEVER).all() or calendars.are_all(codes, last, reach):
            return due
        reach *= 4


@numba.njit(cache=True)
def _due_in_turn(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    moment: NDArray[np.int64],
    stop: NDArray[np.int64],
    slot: NDArray[np.int64],
    seconds: Instants,
    at: Instants,
    paused: Mask,
    handed: NDArray[np.int64],
    slots: NDArray[np.int64],
    opened: OpenTime,
) -> Instants:
    """As `deadlines`. The time that counts is summed up as far as a clock needs it, then searched.

    Of several clocks of one person at once it is summed up once.
    """
    due, room = np.full(len(moment), NEVER), np.max(stop - moment)
    counted, served = np.empty(room, np.int64), np.empty(room, np.int64)
    origin = reached = -1
    for i in range(len(moment)):
        begin, end = int(moment[i]), int(stop[i])
        if not origin <= begin <= reached or end > origin + room:
            origin = reached = begin
            counted[0], served[0] = 0, slot[i]
        so_far = counted[begin - origin]
        # a budget of nothing ends in the first stretch that has any time, as one of a second does
        ends_in = so_far + max(seconds[i], 1)
        limits = end, ends_in, NEVER
        reached = _sum_up(
            reached, limits, origin, at, paused, handed, slots, opened, counted, served
        )
        later = counted[begin + 1 - origin : min(end, reached + 1) - origin]
        m = begin + np.searchsorted(later, ends_in)
        if m < end - 1 or not (len(paused) and paused[m]):
            by, left = served[m - origin], so_far + seconds[i] - counted[m - origin]
            a, b = opened.first[by], opened.first[by + 1]
            arrays = opened.opens[a:b], opened.closes[a:b], opened.cumulative[a:b]
            due[i] = due_instant(at[m], left, *arrays)
    return due


@numba.njit(cache=True)
def _sum_up(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    reached: int,
    limits: tuple[int, int, int],
    origin: int,
    at: Instants,
    paused: Mask,
    handed: NDArray[np.int64],
    slots: NDArray[np.int64],
    opened: OpenTime,
    counted: Instants,
    served: NDArray[np.int64],
) -> int:
    """Goes on from the moment `reached`, and says where it came to.

    The limits are (end, enough, until): it is a moment with `enough` counted, else the last one
    before `end` and not after `until`. At each moment, the first at `origin`, it writes what is
    `counted` up to it (open seconds that were not paused), and by which calendar the time after it
    is `served`.
    """
    end, enough, until = limits
    m, n = reached, reached - origin
    if m >= end - 1 or counted[n] >= enough or at[m + 1] > until:
        return m
    slot, turn = served[n], np.searchsorted(handed, m, side="right")
    before = _open_before(at[m], slot, opened)
    while m < end - 1 and counted[n] < enough and at[m + 1] <= until:
        after = _open_before(at[m + 1], slot, opened)
        stands = len(paused) > 0 and paused[m]
        counted[n + 1] = counted[n] + (0 if stands else after - before)
        before = after
        if turn < len(handed) and handed[turn] == m + 1:
            slot = slots[turn]
            turn += 1
            before = _open_before(at[m + 1], slot, opened)
        served[n + 1] = slot
        m, n = m + 1, n + 1
    return m


@numba.njit(cache=True)
def _elapsed(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    moment: NDArray[np.int64],
    stop: NDArray[np.int64],
    slot: NDArray[np.int64],
    until: Instants,
    at: Instants,
    _paused: Mask,
    handed: NDArray[np.int64],
    slots: NDArray[np.int64],
    opened: OpenTime,
) -> Instants:
    """As `elapsed` where nothing is paused: turn by turn."""
    total = np.zeros(len(moment), np.int64)
    for i in range(len(moment)):
        since, by = at[moment[i]], slot[i]
        turn = np.searchsorted(handed, moment[i], side="right")
        while turn < len(handed) and handed[turn] < stop[i] and at[handed[turn]] < until[i]:
            now = at[handed[turn]]
            total[i] += _open_before(now, by, opened) - _open_before(since, by, opened)
            since, by = now, slots[turn]
            turn += 1
        total[i] += _open_before(until[i], by, opened) - _open_before(since, by, opened)
    return total


@numba.njit(cache=True)
def _summed(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    moment: NDArray[np.int64],
    stop: NDArray[np.int64],
    slot: NDArray[np.int64],
    until: Instants,
    at: Instants,
    paused: Mask,
    handed: NDArray[np.int64],
    slots: NDArray[np.int64],
    opened: OpenTime,
) -> Instants:
    """As `elapsed`: the time that counts is summed up to the instant, and then looked up."""
    total, room = np.zeros(len(moment), np.int64), np.max(stop - moment)
    counted, served = np.empty(room, np.int64), np.empty(room, np.int64)
    origin = reached = -1
    for i in range(len(moment)):
        begin, end = int(moment[i]), int(stop[i])
        if not origin <= begin <= reached or end > origin + room:
            origin = reached = begin
            counted[0], served[0] = 0, slot[i]
        limits = end, NEVER, until[i]
        reached = _sum_up(
            reached, limits, origin, at, paused, handed, slots, opened, counted, served
        )
        m = begin + np.searchsorted(at[begin : min(end, reached + 1)], until[i], side="right") - 1
        total[i] = counted[m - origin] - counted[begin - origin]
        if not (len(paused) and paused[m]):
            by = served[m - origin]
            total[i] += _open_before(until[i], by, opened) - _open_before(at[m], by, opened)
    return total


@numba.njit(cache=True)
def _open_before(t: int, slot: int, opened: OpenTime) -> int:
    a, b = opened.first[slot], opened.first[slot + 1]
    return open_seconds_before(t, opened.opens[a:b], opened.closes[a:b], opened.cumulative[a:b])
