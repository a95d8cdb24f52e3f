"""Event promises: every obligation, its clock, and what became of it.

For each promise the moments that start a clock are found, each gets its budget and calendar, and a
jitted kernel walks on from it: to the deadline (pauses left out), to the first fact that keeps the
promise, to the first that makes it void. The states follow from these instants alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import names
from interlock.agreement.schema import Agreement, Criterion, Duration, EventPromise, TimeUnit
from interlock.agreement.vocabulary import FACT_SCOPES
from interlock.facts.columns import Mask
from interlock.replay.index import ASSIGNMENT, Index, codes_in
from interlock.replay.lifecycle import members, members_at
from interlock.replay.moments import DAY, Moments
from interlock.replay.openings import NEVER, Openings, due_instant, open_seconds_before
from interlock.replay.outcome import ABSENT, Codes, Instants, Obligations, State, Visits
from interlock.replay.workdaytable import DayRow
from interlock.replay.worktime import WorkCalendar

_ALWAYS = -1
"""The calendar of a promise that counts elapsed time."""

_FARTHEST = 100 * 366 * DAY
"""How far ahead a calendar is searched for a deadline."""


@dataclass(frozen=True)
class Clocks:
    """The clocks of one promise as they start: one row an obligation.

    `inclusive`: the starting fact itself may keep the promise (the stage was skipped by it).
    `seconds` is the budget on the calendar; NEVER where the calendar does not hold it.
    """

    person: Codes
    moment: NDArray[np.int64]
    inclusive: Mask
    variant: Codes
    calendar: Codes
    seconds: Instants


@dataclass(frozen=True)
class _Ends:
    """What the kernel finds for each clock; moments are -1, instants ABSENT where there is none."""

    due: Instants
    warning: Instants
    kept: NDArray[np.int64]
    void: NDArray[np.int64]


class Calendars:
    """The agreement's calendars, compiled once and opened as far as a replay needs."""

    def __init__(self, agreement: Agreement) -> None:
        self.ids = np.array([calendar.id for calendar in agreement.calendars], dtype=object)
        self._calendars = [WorkCalendar.from_dict(c.definition) for c in agreement.calendars]

    def code(self, id: str) -> int:
        """The calendar's position."""
        return next(place for place, known in enumerate(self.ids) if known == id)

    def explain(
        self, id: str, start: int, end: int, pauses: list[tuple[int, int]]
    ) -> tuple[DayRow, ...]:
        """The working time from `start` to `end`, pauses left out, day by day."""
        spans = [(_zoned(since), _zoned(until)) for since, until in pauses]
        return self._calendars[self.code(id)].explain(_zoned(start), _zoned(end), spans)

    def openings(self, code: int, first: int, last: int, seconds: int) -> Openings:
        """Open time from `first`, with at least `seconds` of it after `last` where there are."""
        if code == _ALWAYS:
            end = last + max(seconds, 0) + DAY
            return Openings.of(first, end, np.array([first]), np.array([end]))
        reach = 366 * DAY
        while True:
            opened = self._calendars[code].openings(first, last + reach)
            total = int((opened.closes - opened.opens).sum())
            ahead = total - open_seconds_before(
                last, opened.opens, opened.closes, opened.cumulative
            )
            if ahead >= seconds or reach >= _FARTHEST:
                return opened
            reach *= 4

    def days_as_seconds(self, code: int, starts: Instants, days: int) -> Instants:
        """A budget in working days as open seconds from each start."""
        first, last = int(starts.min()), int(starts.max()) + 366 * DAY
        due = self._calendars[code].open_days(first, last + 8 * days * DAY).deadlines(starts, days)
        found = due != NEVER
        opened = self._calendars[code].openings(first, int(due[found].max(initial=last)))
        seconds = opened.elapsed_many(starts, np.where(found, due, starts))
        return np.where(found, seconds, NEVER)


def obligations(moments: Moments, visits: Visits, as_of: int) -> Obligations:
    """Every obligation of every event promise of the agreement."""
    calendars, assigned = Calendars(moments.agreement), assigned_members(moments)
    found = [
        _of_promise(place, promise, moments, visits, calendars, assigned, as_of)
        for place, promise in enumerate(moments.agreement.event_promises)
    ]
    if not found:
        return _no_obligations()
    return _sorted(_stacked(found))


def assigned_members(moments: Moments) -> Codes:
    """At each moment, the member who has the lead: the one last assigned (-1: nobody yet)."""
    index = moments.index
    member = members_at(moments, "assignment")
    places = np.arange(len(index))
    is_new = (index.kind == ASSIGNMENT) & (member >= 0)
    seen = np.maximum.accumulate(np.where(is_new, places, -1)) if len(index) else places
    start = np.repeat(index.first[:-1], np.diff(index.first))
    return np.where(seen >= start, member[np.maximum(seen, 0)], -1).astype(np.int32)


def starting_moments(
    promise: EventPromise, moments: Moments, visits: Visits
) -> tuple[NDArray[np.int64], Mask]:
    """The moments that start the promise's clock, and which of them passed a skipped stage.

    A criterion that speaks of the fact at hand starts a clock at every fact that it fits; one that
    speaks only of the lead's state starts one whenever it becomes true.
    """
    if promise.starts.enters:
        stage = [s.id for s in moments.agreement.stages].index(promise.starts.enters)
        entered = np.flatnonzero(visits.stage == stage)
        return visits.fact[entered].astype(np.int64), visits.skipped[entered]
    held = moments.holds(_criterion(promise))
    if not any(name.scope in FACT_SCOPES for name in names(_criterion(promise).expression)):
        before = np.concatenate([[False], held[:-1]])
        before[moments.index.first[:-1][np.diff(moments.index.first) > 0]] = False
        held &= ~before
    found = np.flatnonzero(held)
    return found, np.zeros(len(found), bool)


def _criterion(promise: EventPromise) -> Criterion:
    if promise.starts.when is None:
        raise ValueError(f"promises.{promise.id} has no start")
    return promise.starts.when


def clocks(
    promise: EventPromise,
    moments: Moments,
    visits: Visits,
    calendars: Calendars,
    assigned: Codes,
) -> Clocks:
    """The clocks of one promise as they start."""
    found, inclusive = starting_moments(promise, moments, visits)
    variant = np.full(len(found), -1, np.int32)
    for place in reversed(range(len(promise.variants))):
        variant[moments.holds_at(promise.variants[place].when, found)] = place
    calendar = _calendar_codes(promise, moments.index, calendars, assigned[found])
    starts = moments.index.at[found]
    seconds = np.full(len(found), NEVER, np.int64)
    for place, budget in enumerate([promise.within, *(v.within for v in promise.variants)]):
        mine = variant == place - 1
        calendar[mine & (budget.unit == TimeUnit.ELAPSED)] = _ALWAYS
        seconds[mine] = _budget(budget, calendars, calendar[mine], starts[mine])
    return Clocks(moments.index.person[found], found, inclusive, variant, calendar, seconds)


def calendar_of(
    promise: EventPromise, moments: Moments, calendars: Calendars, start: int, variant: int
) -> str:
    """The id of the calendar that the clock started at that moment goes by; "": elapsed time."""
    budget = promise.variants[variant].within if variant >= 0 else promise.within
    if budget.unit == TimeUnit.ELAPSED:
        return ""
    owner = assigned_members(moments)[[start]]
    return str(calendars.ids[_calendar_codes(promise, moments.index, calendars, owner)[0]])


def _zoned(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)


def _calendar_codes(
    promise: EventPromise, index: Index, calendars: Calendars, owner: Codes
) -> Codes:
    """Each clock's calendar: that of the member who has the lead, else the promise's."""
    table = index.table("member")
    own = codes_in(table.columns.get("calendar"), calendars.ids, len(table))
    by_member = np.full(len(members(index)) + 1, -1, np.int32)
    if len(table):
        by_member[table.columns["id"].values] = own
    default = np.int32(calendars.code(promise.calendar))
    return np.where(by_member[owner] >= 0, by_member[owner], default)


def _budget(budget: Duration, calendars: Calendars, codes: Codes, starts: Instants) -> Instants:
    seconds = np.full(len(starts), budget.amount, np.int64)
    if budget.unit == TimeUnit.WORKING_DAYS:
        for code in np.unique(codes):
            mine = codes == code
            seconds[mine] = calendars.days_as_seconds(int(code), starts[mine], budget.amount)
    return seconds


def _of_promise(  # noqa: PLR0913, PLR0917 - the parts of one replay
    place: int,
    promise: EventPromise,
    moments: Moments,
    visits: Visits,
    calendars: Calendars,
    assigned: Codes,
    as_of: int,
) -> Obligations:
    started = clocks(promise, moments, visits, calendars, assigned)
    ends = _run(promise, moments, started, calendars)
    at = moments.index.at
    kept, void = _instants(at, ends.kept), _instants(at, ends.void)
    state = _states(ends, kept, void, as_of)
    kept = np.where(state == State.VOID, ABSENT, kept)
    kept_moment = np.where(state == State.VOID, -1, ends.kept)
    owner = _owners(promise, moments, started, kept_moment, np.minimum(ends.due, as_of), assigned)
    return Obligations(
        promise=np.full(len(started.moment), place, np.int32),
        person=started.person,
        variant=started.variant,
        owner=owner,
        started=at[started.moment],
        due=np.where(ends.due == NEVER, ABSENT, ends.due),
        kept=kept,
        ended=np.where(state == State.VOID, void, ABSENT),
        state=state,
        start_fact=started.moment.astype(np.int32),
        kept_fact=kept_moment.astype(np.int32),
    )


def _instants(at: Instants, moments: NDArray[np.int64]) -> Instants:
    return np.where(moments >= 0, at[moments], ABSENT) if len(at) else moments


def _run(promise: EventPromise, moments: Moments, started: Clocks, calendars: Calendars) -> _Ends:
    """Runs the kernel once for each calendar that the clocks go by."""
    index = moments.index
    size = len(started.moment)
    ends = _Ends(*(np.full(size, fill, np.int64) for fill in (NEVER, NEVER, -1, -1)))
    never = np.zeros(len(index), bool)
    conditions = (
        moments.holds(promise.pauses_while) if promise.pauses_while else never,
        moments.holds(promise.kept_by),
        moments.holds(promise.void_when) if promise.void_when else never,
    )
    share = promise.warn_at if promise.warn_at is not None else -1.0
    for code in np.unique(started.calendar):
        mine = np.flatnonzero(started.calendar == code)
        at, seconds = index.at[started.moment[mine]], started.seconds[mine]
        longest = int(seconds[seconds != NEVER].max(initial=0))
        last = int(index.at[index.first[started.person[mine] + 1] - 1].max())
        opened = calendars.openings(int(code), int(at.min()), last, longest)
        _tick(
            mine,
            started.moment,
            started.inclusive,
            started.seconds,
            share,
            index.first[started.person + 1],
            index.at,
            *conditions,
            opened.opens,
            opened.closes,
            opened.cumulative,
            ends.due,
            ends.warning,
            ends.kept,
            ends.void,
        )
    return ends


def _states(ends: _Ends, kept: Instants, void: Instants, as_of: int) -> NDArray[np.uint8]:
    """The states, by instants alone. What became void after the deadline stays broken."""
    is_kept, is_void = ends.kept >= 0, (ends.void >= 0) & (void <= ends.due)
    is_void &= ~is_kept | (ends.void < ends.kept)
    state = np.full(len(ends.due), State.OPEN, np.uint8)
    state[as_of >= ends.warning] = State.WARNED
    state[as_of > ends.due] = State.BROKEN
    state[is_kept] = np.where(kept[is_kept] <= ends.due[is_kept], State.KEPT, State.KEPT_LATE)
    state[is_void] = State.VOID
    return state


def _owners(  # noqa: PLR0913, PLR0917 - the parts of one obligation
    promise: EventPromise,
    moments: Moments,
    started: Clocks,
    kept: NDArray[np.int64],
    until: Instants,
    assigned: Codes,
) -> Codes:
    """Who of the owing side had the lead when it was kept or due, else who kept it."""
    index = moments.index
    last = index.first[started.person + 1] - 1
    decisive = np.where(kept >= 0, kept, _last_moment(started.moment, last, until, index.at))
    actor = np.full(len(index), -1, np.int32)
    for kind in ("activity", "decision"):
        actor = np.maximum(actor, members_at(moments, kind))
    owner = _of_side(promise, index, assigned[decisive])
    by = np.where(kept >= 0, actor[kept], -1).astype(np.int32) if len(index) else owner
    return np.where(owner >= 0, owner, _of_side(promise, index, by))


def _of_side(promise: EventPromise, index: Index, member: Codes) -> Codes:
    table = index.table("member")
    owes = np.zeros(len(members(index)) + 1, bool)
    if len(table):
        side = codes_in(
            table.columns.get("side"), np.array([promise.owed_by.value], object), len(table)
        )
        owes[table.columns["id"].values] = side == 0
    return np.where(owes[member], member, -1).astype(np.int32)


@numba.njit(cache=True)
def _last_moment(
    start: NDArray[np.int64], last: NDArray[np.int64], until: Instants, at: Instants
) -> NDArray[np.int64]:
    """The last moment of each clock's person not after `until`, and not before its start."""
    found = start.copy()
    for i in range(len(start)):
        while found[i] < last[i] and at[found[i] + 1] <= until[i]:
            found[i] += 1
    return found


@numba.njit(cache=True)
def _tick(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays, one loop
    mine: NDArray[np.int64],
    moment: NDArray[np.int64],
    inclusive: Mask,
    seconds: Instants,
    share: float,
    stop: NDArray[np.int64],
    at: Instants,
    paused: Mask,
    keeps: Mask,
    voids: Mask,
    opens: Instants,
    closes: Instants,
    cumulative: Instants,
    due: Instants,
    warning: Instants,
    kept: NDArray[np.int64],
    void: NDArray[np.int64],
) -> None:
    """For each clock of `mine`: fills due, warning, kept and void."""
    for i in mine:
        begin, end, budget = moment[i], stop[i], seconds[i]
        for m in range(begin, end):
            if kept[i] < 0 and keeps[m] and (m > begin or inclusive[i]):
                kept[i] = m
            if void[i] < 0 and voids[m]:
                void[i] = m
        if budget == NEVER:
            continue
        due[i] = _due(begin, end, budget, at, paused, opens, closes, cumulative)
        if share >= 0.0:
            early = int(budget * share)
            warning[i] = _due(begin, end, early, at, paused, opens, closes, cumulative)


@numba.njit(cache=True)
def _due(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    begin: int,
    end: int,
    budget: int,
    at: Instants,
    paused: Mask,
    opens: Instants,
    closes: Instants,
    cumulative: Instants,
) -> int:
    """When `budget` open seconds have passed since the moment `begin`, pauses left out."""
    left = budget
    for m in range(begin, end):
        if paused[m]:
            continue
        if m + 1 == end:
            return due_instant(at[m], left, opens, closes, cumulative)
        until = at[m + 1]
        here = open_seconds_before(until, opens, closes, cumulative) - open_seconds_before(
            at[m], opens, closes, cumulative
        )
        if left <= here:
            return due_instant(at[m], left, opens, closes, cumulative)
        left -= here
    return NEVER


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
