"""Event promises: every obligation, its clock, and what became of it.

For each promise the moments that start a clock are found, and each gets its budget and calendar.
Its deadline (pauses left out), the first fact that keeps the promise and the first that makes it
void are instants, and the states follow from these alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.criterion import Criterion
from interlock.agreement.schema import EventPromise, TimeUnit
from interlock.agreement.timeline import Version
from interlock.facts.columns import Mask
from interlock.replay.bits import next_moments
from interlock.replay.calendars import ALWAYS
from interlock.replay.clocks import Clocks, ending, over, started, starting_moments
from interlock.replay.deadlines import deadlines, share_of
from interlock.replay.eras import Eras
from interlock.replay.handovers import Handovers, handovers
from interlock.replay.index import Index
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER
from interlock.replay.outcome import Instant, Obligations, Visits
from interlock.replay.recalled import Recalled, said_of_clocks
from interlock.replay.settling import Ends, Settled, settle, stacked
from interlock.replay.terms import terms

_MOST_MOMENTS = 4_000_000

_NONE = np.empty(0, np.int64)


def owed_by_each(eras: Eras, visits: Visits, as_of: int) -> list[Callable[[], Settled | None]]:
    """For each event promise of each version the work that finds what began under it.

    One piece of work a promise: they can be done side by side, with each other and with the rest.
    """
    return [
        partial(_of_promise, promise, moments, visits, as_of, eras.recalled)
        for moments in eras.all
        for promise in moments.agreement.event_promises
    ]


def obligations(owed: Iterable[Settled | None]) -> Obligations:
    """Every obligation of every event promise, of what `owed_by_each` found."""
    return stacked([each for each in owed if each is not None])


def of_clocks(version: Version) -> Iterator[Criterion]:
    """The criteria that are asked of every moment for the sake of promises' clocks."""
    for promise in version.agreement.event_promises:
        each = promise.starts.when, promise.void_when, promise.pauses_while
        yield from (criterion for criterion in each if criterion)
        if not terms(promise, version.words).counts:
            yield promise.kept_by


def turns_of(
    promise: EventPromise, moments: Moments, start: int, variant: int, until: int
) -> list[tuple[int, int, int]]:
    """The (calendar, from, until) turns of the clock that the moment started; elapsed time has one.

    Calendars are codes of `moments.calendars`.
    """
    budget = promise.variants[variant].within if variant >= 0 else promise.within
    hands = handovers(promise, moments)
    if budget.unit == TimeUnit.ELAPSED:
        return [(ALWAYS, int(moments.index.at[start]), until)]
    return hands.turns(start, until)


def _of_promise(
    promise: EventPromise,
    moments: Moments,
    visits: Visits,
    as_of: int,
    recalled: dict[tuple[Instant, str], Recalled] | None,
) -> Settled | None:
    """What is owed by one promise; None: nothing."""
    begin = starting_moments(promise, moments, visits)
    if not len(begin[0]):
        return None

    def run(moment: NDArray[np.int64], inclusive: Mask) -> Settled:
        hands = handovers(promise, moments)
        clocks = started(promise, moments, moment, inclusive, hands)
        ends = _run(promise, moments, clocks, hands, as_of)
        return settle(clocks, ends, terms(promise, moments.words), moments, as_of)

    if recalled is None:
        return run(*begin)
    said, key = said_of_clocks(promise, moments, as_of), (moments.version.since, promise.id)
    known = recalled.get(key)
    found = known.of(*begin, run) if known and known.said == said else run(*begin)
    recalled[key] = Recalled(said, *begin, found)
    return found


def _run(
    promise: EventPromise, moments: Moments, clocks: Clocks, hands: Handovers, as_of: int
) -> Ends:
    stop, kept_by = clocks.runs.stop, promise.kept_by
    if terms(promise, moments.words).counts:
        kept = _counted_up(kept_by, moments, clocks)
    else:
        kept = next_moments(*moments.held(kept_by), clocks.keeps_from, stop)
    void = _NONE
    if promise.void_when is not None:
        void = next_moments(*moments.held(promise.void_when), clocks.moment, stop)
    run = ending(clocks, over(kept, void), promise, moments, hands)
    paused = moments.holds(promise.pauses_while) if promise.pauses_while else None
    due = deadlines(run.runs, run.seconds, hands, moments.calendars, paused)
    # a day may begin later than its open time is over: the clock has nothing left to do meanwhile
    due = np.maximum(due, run.day)
    warning = _NONE
    if promise.warn_at is not None:
        # of what was kept or fell due nobody asks any more whether its owner had been warned
        runs = np.flatnonzero((kept < 0) & (due >= as_of))
        warning = np.full(len(due), NEVER)
        warning[runs] = due[runs]
        if promise.warn_at < 1:
            early, some = share_of(run.seconds[runs], promise.warn_at), run.runs.where(runs)
            warning[runs] = deadlines(some, early, hands, moments.calendars, paused)
    return Ends(due, warning, kept, void)


def _counted_up(kept_by: Criterion, moments: Moments, clocks: Clocks) -> NDArray[np.int64]:
    """The first moment of each clock at which a promise is kept that counts, or -1.

    What the criterion counts is counted from the start of the clock: "three attempts" are three
    since then, whatever was tried before.
    """
    begin = clocks.keeps_from
    since = counted_from(moments.index, clocks.moment, clocks.inclusive)
    found, length = np.full(len(begin), -1), clocks.runs.stop - begin
    for part in _portions(length):
        clock = np.repeat(np.arange(len(length[part])), length[part])
        skipped = np.cumsum(length[part]) - length[part]
        rows = np.arange(len(clock)) + (begin[part] - skipped)[clock]
        held = np.flatnonzero(moments.holds_at(kept_by, rows, since[part][clock]))
        which, first = np.unique(clock[held], return_index=True)
        found[part.start + which] = rows[held[first]]
    return found


def counted_from(index: Index, start: NDArray[np.int64], inclusive: Mask) -> NDArray[np.int64]:
    """The moment after which a clock counts: its start, or the one before where that may keep."""
    before = np.where(start > index.first[index.person[start]], start - 1, -1)
    return np.where(inclusive, before, start)


def _portions(length: NDArray[np.int64]) -> Iterator[slice]:
    """Runs of clocks that together have so many moments that their columns stay small."""
    portion = np.cumsum(length) // _MOST_MOMENTS
    ends = [*(np.flatnonzero(np.diff(portion)) + 1).tolist(), len(length)]
    yield from (slice(begin, end) for begin, end in zip([0, *ends], ends, strict=False))
