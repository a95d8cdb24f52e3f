"""Escalation: who is told that a promise is not kept yet, and when.

A step names a share of the budget. Its instant is when the obligation's own clock has come so far:
by the same calendars, pauses and handovers as its warning and its deadline. Nothing of it is worked
out in a replay; it is asked for the obligations that somebody looks at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.hours import DAY
from interlock.agreement.schema import EventPromise, TimeUnit
from interlock.facts.columns import Mask
from interlock.replay.bits import next_moments
from interlock.replay.calendars import ALWAYS, FARTHEST
from interlock.replay.clocks import Clocks, clocks, ending, over
from interlock.replay.deadlines import Runs, days, deadlines, share_of
from interlock.replay.eras import Eras
from interlock.replay.handovers import Handovers, handovers
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER
from interlock.replay.outcome import ABSENT, Codes, Instant, Instants, Obligations, Outcome


class StepState(IntEnum):
    """Where a step stands.

    COMING: still owed, and its time has not come. REACHED: it was still owed when the time came.
    NEVER: it was kept, or nothing was owed any more, by then; or the calendar does not reach it. A
    clock that stands still without a known end may go on: its steps are still coming.
    """

    COMING = 0
    REACHED = 1
    NEVER = 2

    @property
    def word(self) -> str:
        """As written on pages and in tables."""
        return self.name.lower()


@dataclass(frozen=True)
class Escalations:
    """Steps of obligations, in order of obligation, then as the promise has them.

    `obligation` is the position in `Outcome.obligations`, `step` in the promise's `escalation`.
    `at` is ABSENT where the clock does not come so far, or stands still as far as is known.
    """

    obligation: NDArray[np.int64]
    step: Codes
    at: Instants
    state: NDArray[np.uint8]


@dataclass(frozen=True)
class Step:
    """One step of one obligation, in the words of its promise; see `Escalations`.

    `share` of the budget: 1 is the deadline.
    """

    share: float
    tell: str
    does: str
    at: Instant | None
    state: StepState
    also_outside_hours: bool = False


def escalations(eras: Eras, outcome: Outcome, which: NDArray[np.int64]) -> Escalations:
    """The steps of these obligations: positions in `outcome.obligations`, in ascending order.

    The outcome is that of the eras. Each obligation goes by the version that it began under.
    """
    return _in_order(
        _of_promise(promise, moments, outcome, some)
        for promise, moments, some in by_promise(eras, outcome.obligations, which)
        if promise.escalation
    )


def warned_at(eras: Eras, outcome: Outcome, which: NDArray[np.int64]) -> Instants:
    """When the owner of each of these obligations is warned; NEVER where nobody is."""
    found = np.full(len(outcome.obligations.person), NEVER)
    for promise, moments, some in by_promise(eras, outcome.obligations, which):
        if promise.warn_at is not None:
            running = _running(promise, moments, outcome, some)
            found[some] = _reached(promise, promise.warn_at, running)
    return found[which]


def by_promise(
    eras: Eras, owed: Obligations, which: NDArray[np.int64]
) -> Iterator[tuple[EventPromise, Moments, NDArray[np.int64]]]:
    """These obligations by their promise, and the version that they began under."""
    under = np.searchsorted(eras.since, owed.started[which], side="right") - 1
    for number, moments in enumerate(eras.all):
        mine = which[under == number]
        for promise in moments.agreement.event_promises:
            code = moments.words.promises.index(promise.id)
            some = mine[owed.promise[mine] == code]
            if len(some):
                yield promise, moments, some


def steps_of(eras: Eras, outcome: Outcome, which: NDArray[np.int64]) -> list[tuple[Step, ...]]:
    """The same told, one entry an obligation."""
    found = escalations(eras, outcome, which)
    ends = np.searchsorted(found.obligation, which, side="right").tolist()
    return [
        tuple(_told(eras, outcome, found, row) for row in range(begin, end))
        for begin, end in zip([0, *ends], ends, strict=False)
    ]


def _told(eras: Eras, outcome: Outcome, found: Escalations, row: int) -> Step:
    owed, o = outcome.obligations, int(found.obligation[row])
    promises = eras.at(int(owed.started[o])).agreement.event_promises
    id = outcome.promises[owed.promise[o]]
    promise = next(each for each in promises if each.id == id)
    step, at = promise.escalation[int(found.step[row])], int(found.at[row])
    state = StepState(int(found.state[row]))
    when = None if at == ABSENT else at
    return Step(step.at, step.tell, step.does, when, state, step.also_outside_hours)


@dataclass(frozen=True)
class _Running:
    """Clocks of one promise, and what they go by; `paused`: at which moments they stand still.

    `over` is the moment with which nobody has to be told any more, -1 where there is none: it was
    kept, or nothing was owed any more. What comes to be void after its deadline stays broken, but
    there is nothing left to see to.
    """

    clocks: Clocks
    over: NDArray[np.int64]
    hands: Handovers
    moments: Moments
    paused: Mask | None


def _running(
    promise: EventPromise, moments: Moments, outcome: Outcome, mine: NDArray[np.int64]
) -> _Running:
    hands = handovers(promise, moments)
    started, owed = clocks(promise, moments, outcome.visits, hands), outcome.obligations
    some = _where(started, np.searchsorted(started.moment, owed.start_fact[mine]))
    kept, void = owed.kept_fact[mine].astype(np.int64), _NO_MOMENT
    if promise.void_when is not None:
        void = next_moments(*moments.held(promise.void_when), some.moment, some.runs.stop)
    end = over(kept, void)
    paused = moments.holds(promise.pauses_while) if promise.pauses_while else None
    return _Running(ending(some, end, promise, moments, hands), end, hands, moments, paused)


def _of_promise(
    promise: EventPromise, moments: Moments, outcome: Outcome, mine: NDArray[np.int64]
) -> Escalations:
    running = _running(promise, moments, outcome, mine)
    settled = np.where(running.over < 0, NEVER, moments.index.at[running.over])
    stands = _stands(running)
    at = np.concatenate([_reached(promise, step.at, running) for step in promise.escalation])
    many = len(promise.escalation)
    return Escalations(
        obligation=np.tile(mine, many),
        step=np.repeat(np.arange(many, dtype=np.int32), len(mine)),
        at=np.where(at == NEVER, ABSENT, at),
        state=_states(at, np.tile(settled, many), np.tile(stands, many), outcome.as_of),
    )


def _stands(running: _Running) -> Mask:
    """Which clocks stand still for as long as is known: paused, or who has the lead is away."""
    runs, paused = running.clocks.runs, running.paused
    code, _ = running.hands.turns_at(runs.stop - 1)
    away: Mask = running.moments.calendars.stand_for_good(code) & (runs.calendar != ALWAYS)
    return away if paused is None else away | paused[runs.stop - 1]


def _where(started: Clocks, which: NDArray[np.int64]) -> Clocks:
    columns = ("person", "inclusive", "keeps_from", "variant", "seconds", "day")
    some = {name: getattr(started, name)[which] for name in columns}
    return replace(started, runs=started.runs.where(which), **some)


def _states(at: Instants, settled: Instants, stands: Mask, as_of: int) -> NDArray[np.uint8]:
    state = np.full(len(at), StepState.COMING, np.uint8)
    state[at <= as_of] = StepState.REACHED
    state[(at == NEVER) & ~stands] = StepState.NEVER
    state[settled <= np.where(at == NEVER, as_of, at)] = StepState.NEVER
    return state


def _reached(promise: EventPromise, share: float, running: _Running) -> Instants:
    """When each clock has come to that share of its budget, or NEVER.

    Up to the deadline it is the share of the time that lies before it. Beyond the deadline a budget
    in days goes on in days.
    """
    some, hands, moments = running.clocks, running.hands, running.moments
    seconds, day = some.seconds, some.day
    if share != 1:
        seconds, day = share_of(seconds, share), np.full(len(day), ABSENT)
    if share > 1:
        budgets = [promise.within, *(variant.within for variant in promise.variants)]
        for place, budget in enumerate(budgets, -1):
            mine = np.flatnonzero(some.variant == place)
            if budget.unit == TimeUnit.WORKING_DAYS and len(mine):
                runs, many = some.runs.where(mine), budget.amount * share
                day[mine], seconds[mine] = _in_days(runs, many, hands, moments)
    until = deadlines(some.runs, seconds, hands, moments.calendars, running.paused)
    return np.maximum(until, day)


def _in_days(
    runs: Runs, many: float, hands: Handovers, moments: Moments
) -> tuple[Instants, Instants]:
    """As `days`; a part of a day is that share of the open time up to the next whole one."""
    never = np.full(len(runs.moment), NEVER)
    if many > FARTHEST // DAY:
        return never, never
    part, whole = math.modf(round(many, 6))  # floats: 3 × 1.1 is a little more than 3.3
    day, seconds = days(runs, int(whole), hands, moments.calendars)
    if not part:
        return day, seconds
    _, then = days(runs, int(whole) + 1, hands, moments.calendars)
    more = np.rint(np.where(then == NEVER, 0, then - seconds) * round(part, 6)).astype(np.int64)
    return day, np.where(then == NEVER, NEVER, seconds + more)


def _in_order(found: Iterable[Escalations]) -> Escalations:
    parts = [_NONE, *found]
    together = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Escalations.__dataclass_fields__
    }
    order = np.lexsort((together["step"], together["obligation"]))
    return Escalations(**{name: column[order] for name, column in together.items()})


_NO_MOMENT = np.empty(0, np.int64)
_NONE = Escalations(
    obligation=np.empty(0, np.int64),
    step=np.empty(0, np.int32),
    at=np.empty(0, np.int64),
    state=np.empty(0, np.uint8),
)
