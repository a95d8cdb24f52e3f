"""Event promises: every obligation, its clock, and what became of it.

For each promise the moments that start a clock are found, and each gets its budget and calendar.
Its deadline (pauses left out), the first fact that keeps the promise and the first that makes it
void are instants, and the states follow from these alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.criterion import Criterion
from interlock.agreement.expression import names
from interlock.agreement.schema import Agreement, EventPromise, TimeUnit
from interlock.agreement.vocabulary import FACT_SCOPES
from interlock.facts.columns import Mask
from interlock.replay.asked import is_count
from interlock.replay.calendars import ALWAYS
from interlock.replay.deadlines import (
    Runs,
    begins,
    days,
    deadlines,
    last_moments,
    next_moments,
    share_of,
    turns_true,
)
from interlock.replay.eras import Eras
from interlock.replay.handovers import Handovers, handovers, of_side
from interlock.replay.index import Index
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER
from interlock.replay.outcome import ABSENT, Codes, Instants, Obligations, State, Visits
from interlock.replay.parts import at_once

_MOST_MOMENTS = 4_000_000


@dataclass(frozen=True)
class Clocks:
    """The clocks of one promise as they start: one row an obligation.

    `inclusive`: the starting fact itself may keep the promise (the stage was skipped by it).
    `seconds` is the budget on the calendar, NEVER where the calendar does not hold it. A budget in
    days also has the `day` on which it ends (an instant, else ABSENT): it is counted, and `seconds`
    only says how much open time lies before it, to be given back after a pause.
    """

    person: Codes
    runs: Runs
    inclusive: Mask
    variant: Codes
    seconds: Instants
    day: Instants

    @property
    def moment(self) -> NDArray[np.int64]:
        """The moments that start them."""
        return self.runs.moment


@dataclass(frozen=True)
class _Ends:
    """What each clock comes to; moments are -1, instants NEVER where there is none."""

    due: Instants
    warning: Instants
    kept: NDArray[np.int64]
    void: NDArray[np.int64]


def obligations(eras: Eras, visits: Visits, as_of: int) -> Obligations:
    """Every obligation of every event promise, each under the version that it began under."""
    found = at_once(
        *(
            partial(_of_promise, promise, moments, visits, as_of)
            for moments in eras.all
            for promise in moments.agreement.event_promises
        ),
        rows=len(eras.index),
    )
    some = [each for each in found if len(each.person)]
    return _sorted(_stacked(some)) if some else _no_obligations()


def starting_moments(
    promise: EventPromise, moments: Moments, visits: Visits
) -> tuple[NDArray[np.int64], Mask]:
    """The moments that start the promise's clock, and which of them passed a skipped stage.

    A criterion that speaks of the fact at hand starts a clock at every fact that it fits; one that
    speaks only of the lead's state starts one whenever it becomes true.
    """
    if promise.starts.enters:
        stage = moments.words.stages.index(promise.starts.enters)
        entered = np.flatnonzero((visits.stage == stage) & moments.counts_at(visits.entered))
        return visits.fact[entered].astype(np.int64), visits.skipped[entered]
    of_a_fact = any(name.scope in FACT_SCOPES for name in names(_criterion(promise).expression))
    begin = begins if of_a_fact else turns_true
    found = begin(*moments.held(_criterion(promise)), moments.index.first)
    found = found[moments.counts_at(moments.index.at[found])]
    return found, np.zeros(len(found), bool)


def of_clocks(agreement: Agreement) -> Iterator[Criterion]:
    """The criteria that are asked of every moment for the sake of promises' clocks."""
    for promise in agreement.event_promises:
        each = promise.starts.when, promise.void_when, promise.pauses_while
        yield from (criterion for criterion in each if criterion)
        if not _counts(promise.kept_by):
            yield promise.kept_by


def _counts(criterion: Criterion) -> bool:
    return any(is_count(name) for name in names(criterion.expression))


def _criterion(promise: EventPromise) -> Criterion:
    if promise.starts.when is None:
        raise ValueError(f"promises.{promise.id} has no start")
    return promise.starts.when


def clocks(promise: EventPromise, moments: Moments, visits: Visits, hands: Handovers) -> Clocks:
    """The clocks of one promise as they start."""
    return _started(promise, moments, *starting_moments(promise, moments, visits), hands)


def _started(
    promise: EventPromise,
    moments: Moments,
    found: NDArray[np.int64],
    inclusive: Mask,
    hands: Handovers,
) -> Clocks:
    variant = np.full(len(found), -1, np.int32)
    for place in reversed(range(len(promise.variants))):
        variant[moments.holds_at(promise.variants[place].when, found)] = place
    person = moments.index.person[found]
    stop = moments.index.first[person + 1]
    runs = Runs(found, stop, hands.calendar_at(found), hands.next_at(found))
    seconds, day = np.full(len(found), NEVER), np.full(len(found), ABSENT)
    for place, budget in enumerate([promise.within, *(v.within for v in promise.variants)]):
        mine = np.flatnonzero(variant == place - 1)
        if budget.unit == TimeUnit.WORKING_DAYS:
            some = runs.where(mine)
            day[mine], seconds[mine] = days(some, budget.amount, hands, moments.calendars)
            continue
        seconds[mine] = budget.amount
        if budget.unit == TimeUnit.ELAPSED:
            runs.calendar[mine], runs.handed[mine] = ALWAYS, NEVER
    return Clocks(person, runs, inclusive, variant, seconds, day)


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


def _of_promise(promise: EventPromise, moments: Moments, visits: Visits, as_of: int) -> Obligations:
    begin = starting_moments(promise, moments, visits)
    if not len(begin[0]):
        return _no_obligations()
    words, hands = moments.words, handovers(promise, moments)
    started = _started(promise, moments, *begin, hands)
    variants = np.array([*(words.variants.index(v.id) for v in promise.variants), -1], np.int32)
    ends = _run(promise, moments, started, hands)
    at = moments.index.at
    kept, void = _instants(at, ends.kept), _instants(at, ends.void)
    state = _states(ends, kept, void, as_of)
    is_void = state == State.VOID
    return Obligations(
        promise=np.full(len(started.moment), words.promises.index(promise.id), np.int32),
        person=started.person,
        variant=variants[started.variant],
        owner=_owners(promise, moments, started, ends, state, as_of),
        started=at[started.moment],
        due=np.where(ends.due == NEVER, ABSENT, ends.due),
        kept=np.where(is_void, ABSENT, kept),
        ended=np.where(is_void, void, ABSENT),
        state=state,
        start_fact=started.moment.astype(np.int32),
        kept_fact=np.where(is_void, -1, ends.kept).astype(np.int32),
    )


def _instants(at: Instants, moments: NDArray[np.int64]) -> Instants:
    return np.where(moments >= 0, at[moments], ABSENT) if len(at) else moments


def _run(promise: EventPromise, moments: Moments, started: Clocks, hands: Handovers) -> _Ends:
    begin, stop = started.moment, started.runs.stop
    paused = moments.holds(promise.pauses_while) if promise.pauses_while else None
    due = deadlines(started.runs, started.seconds, hands, moments.calendars, paused)
    # a day may begin later than its open time is over: the clock has nothing left to do meanwhile
    due = np.maximum(due, started.day)
    warning = due if promise.warn_at == 1 else np.full(len(begin), NEVER)
    if promise.warn_at is not None and promise.warn_at < 1:
        early = share_of(started.seconds, promise.warn_at)
        warning = deadlines(started.runs, early, hands, moments.calendars, paused)
    kept = _first_kept(promise.kept_by, moments, started, stop)
    void = np.full(len(begin), -1)
    if promise.void_when is not None:
        void = next_moments(*moments.held(promise.void_when), begin, stop)
    return _Ends(due, warning, kept, void)


def _first_kept(
    kept_by: Criterion, moments: Moments, started: Clocks, stop: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The first moment of each clock at which the promise is kept, or -1.

    What the criterion counts is counted from the start of the clock: "three attempts" are three
    since then, whatever was tried before.
    """
    begin = np.where(started.inclusive, started.moment, started.moment + 1)
    if not _counts(kept_by):
        return next_moments(*moments.held(kept_by), begin, stop)
    since = counted_from(moments.index, started.moment, started.inclusive)
    found, length = np.full(len(begin), -1), stop - begin
    for part in _portions(length):
        clock = np.repeat(np.arange(len(length[part])), length[part])
        skipped = np.cumsum(length[part]) - length[part]
        rows = np.arange(len(clock)) + (begin[part] - skipped)[clock]
        held = np.flatnonzero(moments.holds_at(kept_by, rows, since[part][clock]))
        clocks, first = np.unique(clock[held], return_index=True)
        found[part.start + clocks] = rows[held[first]]
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


def _states(ends: _Ends, kept: Instants, void: Instants, as_of: int) -> NDArray[np.uint8]:
    """The states, by instants alone. What became void after the deadline stays broken."""
    is_kept, is_void = ends.kept >= 0, (ends.void >= 0) & (void <= ends.due)
    is_void &= ~is_kept | (ends.void < ends.kept)
    state = np.full(len(ends.due), State.OPEN, np.uint8)
    state[(ends.warning != NEVER) & (as_of >= ends.warning)] = State.WARNED
    state[as_of > ends.due] = State.BROKEN
    state[is_kept] = np.where(kept[is_kept] <= ends.due[is_kept], State.KEPT, State.KEPT_LATE)
    state[is_void] = State.VOID
    return state


def _owners(  # noqa: PLR0913, PLR0917 - the parts of one obligation
    promise: EventPromise,
    moments: Moments,
    started: Clocks,
    ends: _Ends,
    state: NDArray[np.uint8],
    as_of: int,
) -> Codes:
    """Who of the owing side had the lead when it was settled, else who kept it.

    Settled is what was kept in time, fell due or became void: what happens afterwards to a lead
    that is late does not pass the delay on to somebody else.
    """
    index = moments.index
    settled = last_moments(started.moment, started.runs.stop, np.minimum(ends.due, as_of), index.at)
    settled = np.where(state == State.KEPT, ends.kept, settled)
    settled = np.where(state == State.VOID, ends.void, settled)
    owner = of_side(promise, index, moments.assigned(settled))
    kept = np.flatnonzero((owner < 0) & ((state == State.KEPT) | (state == State.KEPT_LATE)))
    acted = [moments.members_at(kind, ends.kept[kept]) for kind in ("activity", "decision")]
    owner[kept] = of_side(promise, index, np.maximum(*acted))
    return owner


def _stacked(parts: list[Obligations]) -> Obligations:
    fields = Obligations.__dataclass_fields__
    return Obligations(**{f: np.concatenate([getattr(p, f) for p in parts]) for f in fields})


def _sorted(found: Obligations) -> Obligations:
    order = np.lexsort((found.start_fact, found.promise, found.person))
    return replace(found, **{f: getattr(found, f)[order] for f in Obligations.__dataclass_fields__})


def _no_obligations() -> Obligations:
    codes, instants = np.empty(0, np.int32), np.empty(0, np.int64)
    state = np.empty(0, np.uint8)
    return Obligations(
        codes, codes, codes, codes, instants, instants, instants, instants, state, codes, codes
    )
