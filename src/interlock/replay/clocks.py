"""Clocks of event promises as they start: when, with which budget, and on which calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import EventPromise
from interlock.facts.columns import Mask
from interlock.replay.bits import begins, turns_true
from interlock.replay.calendars import ALWAYS
from interlock.replay.deadlines import Runs, days
from interlock.replay.handovers import Handovers, turn_at
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER
from interlock.replay.outcome import ABSENT, Codes, Instants, Visits
from interlock.replay.terms import terms


@dataclass(frozen=True)
class Clocks:
    """The clocks of one promise as they start: one row an obligation.

    `inclusive`: the starting fact itself may keep the promise (the stage was skipped by it);
    `keeps_from` is the first moment that may.
    `seconds` is the budget on the calendar, NEVER where the calendar does not hold it. A budget in
    days also has the `day` on which it ends (an instant, else ABSENT): it is counted, and `seconds`
    only says how much open time lies before it, to be given back after a pause. It is there once
    the end of the clock is known (see `ending`).
    """

    person: Codes
    runs: Runs
    inclusive: Mask
    keeps_from: NDArray[np.int64]
    variant: Codes
    seconds: Instants
    day: Instants

    @property
    def moment(self) -> NDArray[np.int64]:
        """The moments that start them."""
        return self.runs.moment


def starting_moments(
    promise: EventPromise, moments: Moments, visits: Visits
) -> tuple[NDArray[np.int64], Mask]:
    """The moments that start the promise's clock, and which of them passed a skipped stage.

    A criterion that speaks of the fact at hand starts a clock at every fact that it fits; one that
    speaks only of the lead's state starts one whenever it becomes true.
    """
    said, version = terms(promise, moments.words), moments.version
    if promise.starts.when is None:
        columns = visits.stage, visits.entered, visits.fact, visits.skipped
        return _entered(*columns, said.stage, version.since, version.until)
    begin = begins if said.of_a_fact else turns_true
    held, index = moments.held(promise.starts.when), moments.index
    found = begin(held, index, version.since, version.until)
    return found, np.zeros(len(found), np.bool_)


@numba.njit(cache=True, nogil=True)
def _entered(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    stages: Codes,
    entered: Instants,
    fact: Codes,
    skipped: Mask,
    stage: int,
    since: int,
    until: int,
) -> tuple[NDArray[np.int64], Mask]:
    """The facts by which the stage was entered in [since, until), and which skipped it."""
    found, over, n = np.empty(len(fact), np.int64), np.empty(len(fact), np.bool_), 0
    for v in range(len(fact)):
        if stages[v] == stage and since <= entered[v] < until:
            found[n], over[n] = fact[v], skipped[v]
            n += 1
    return found[:n].copy(), over[:n].copy()


def clocks(promise: EventPromise, moments: Moments, visits: Visits, hands: Handovers) -> Clocks:
    """The clocks of one promise as they start."""
    return started(promise, moments, *starting_moments(promise, moments, visits), hands)


def started(
    promise: EventPromise,
    moments: Moments,
    found: NDArray[np.int64],
    inclusive: Mask,
    hands: Handovers,
) -> Clocks:
    """The clocks that these moments start."""
    variant, said = _variants(promise, moments, found), terms(promise, moments.words)
    index, turns = moments.index, (hands.moments, hands.calendars)
    began = found, inclusive, variant, said.seconds, said.elapsed, *turns, hands.own
    person, stop, keeps_from, calendar, changes, seconds, day = _begin(
        *began, index.first, index.person, index.at
    )
    runs = Runs(found, stop, calendar, changes)
    return Clocks(person, runs, inclusive, keeps_from, variant, seconds, day)


def over(kept: NDArray[np.int64], void: NDArray[np.int64]) -> NDArray[np.int64]:
    """The moment with which each clock is over: kept, or nothing owed any more; -1: neither.

    `void` may be empty: no clock has any.
    """
    return np.where((void >= 0) & ((kept < 0) | (void < kept)), void, kept) if len(void) else kept


def ending(
    clocks: Clocks,
    end: NDArray[np.int64],
    promise: EventPromise,
    moments: Moments,
    hands: Handovers,
) -> Clocks:
    """The clocks as they run before the moment with which each is over, -1 where it goes on.

    Neither that fact nor a later one moves what was due. Budgets in days are summed up here: until
    then nobody knows by whose calendars.
    """
    last = np.maximum(end, clocks.moment + 1)  # the fact that starts a clock may end it, too
    runs = clocks.runs.until(np.where(end < 0, clocks.runs.stop, last))
    seconds, day, by_days = clocks.seconds, clocks.day, terms(promise, moments.words).days
    if by_days:
        seconds, day = seconds.copy(), day.copy()
    for place, many in by_days:
        mine = np.flatnonzero(clocks.variant == place)
        if len(mine):
            some = runs.where(mine)
            day[mine], seconds[mine] = days(some, many, hands, moments.calendars)
    return replace(clocks, runs=runs, seconds=seconds, day=day)


def _variants(promise: EventPromise, moments: Moments, found: NDArray[np.int64]) -> Codes:
    """The first variant of the promise that applies to each clock; -1 where none does."""
    variant = np.full(len(found), -1, np.int32)
    for place in reversed(range(len(promise.variants))):
        variant[moments.holds_at(promise.variants[place].when, found)] = place
    return variant


@numba.njit(cache=True, nogil=True)
def _begin(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    moment: NDArray[np.int64],
    inclusive: Mask,
    variant: Codes,
    budgets: Instants,
    elapsed: Mask,
    handed: NDArray[np.int64],
    calendars: Codes,
    own: int,
    first: NDArray[np.int64],
    whose: Codes,
    at: Instants,
) -> tuple[Codes, NDArray[np.int64], NDArray[np.int64], Codes, Instants, Instants, Instants]:
    """Whose each clock is, where their moments stop, and the first that may keep the promise.

    And its calendar, when that changes next, its seconds, and its day: none so far.
    """
    many = len(moment)
    person, stop = np.empty(many, np.int32), np.empty(many, np.int64)
    keeps_from = np.empty(many, np.int64)
    calendar, changes = np.full(many, ALWAYS, np.int32), np.full(many, NEVER)
    seconds, day = np.empty(many, np.int64), np.full(many, ABSENT)
    # looked up one after the other, the waits for what lies far apart overlap
    for i in range(many):
        person[i] = whose[moment[i]]
    for i in range(many):
        stop[i] = first[person[i] + 1]
    for i in range(many):
        keeps_from[i] = moment[i] if inclusive[i] else moment[i] + 1
        seconds[i] = budgets[variant[i]]
        if not elapsed[variant[i]]:
            begin = first[person[i]] if len(handed) else 0
            calendar[i], changes[i] = turn_at(moment[i], begin, stop[i], handed, calendars, own, at)
    return person, stop, keeps_from, calendar, changes, seconds, day
