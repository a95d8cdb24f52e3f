"""Period promises: what was reached in each day, week, month, quarter or year, against its target.

What a promise measures is laid out as items (an instant, a weight, a member), and items are added
up by period. A period is owed from the first one that begins after the data do, since of an earlier
one only a part is known, and only where it has working time; of very many only the latest are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import PeriodPromise
from interlock.facts.columns import Mask
from interlock.facts.money import digits_of
from interlock.replay.calendar_spans import LAST_INSTANT
from interlock.replay.deadlines import Calendars
from interlock.replay.index import ACTIVITY, DECISION, KINDS, OPPORTUNITY
from interlock.replay.moments import Moments
from interlock.replay.money import amounts_in
from interlock.replay.outcome import (
    NO_PERIODS,
    Codes,
    Instants,
    Numbers,
    Obligations,
    Periods,
    PeriodState,
    State,
    Visits,
)
from interlock.replay.promises import of_side

MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST_PERIODS = 200
"""One wrong date among the facts would else make thousands of broken periods."""

_AS_GOOD_AS = 1e-9
"""A share of 0.4 is reached by 2 of 5, however it is rounded."""


@dataclass(frozen=True)
class _Items:
    """What counts: `weight` towards what is reached, of `base` (a rate) or of nothing (a sum)."""

    at: Instants
    weight: Numbers
    base: Numbers
    member: Codes

    def take(self, which: NDArray[Any]) -> _Items:
        return _Items(self.at[which], self.weight[which], self.base[which], self.member[which])


def periods(moments: Moments, visits: Visits, owed: Obligations, as_of: int) -> Periods:
    """Every period of every period promise, up to the one that holds `as_of`."""
    calendars = moments.calendars
    found = [
        _of_promise(place, promise, moments, visits, owed, calendars, as_of)
        for place, promise in enumerate(moments.agreement.period_promises)
    ]
    return _stacked([part for parts in found for part in parts])


def starts_of(each: str, first: int, last: int, zone: ZoneInfo) -> Instants:
    """When the periods begin: from the first that does not begin before `first` (an instant).

    The last one begins after the instant `last`, and ends the period that holds it, where the
    calendar has such a one. There are at most `MOST_PERIODS` before it.
    """
    day = datetime.fromtimestamp(min(last, LAST_INSTANT), UTC).astimezone(zone).date()
    day = _beginning(each, day)
    after = _next(each, day)
    found = [] if after is None else [_midnight(after, zone)]
    while len(found) <= MOST_PERIODS and (at := _midnight(day, zone)) >= first:
        found.append(at)
        if day == date.min:
            break
        day = _beginning(each, day - timedelta(days=1))
    return np.array(found[::-1], np.int64)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


def _beginning(each: str, day: date) -> date:
    if each == "day":
        return day
    if each == "week":
        return date.fromordinal(max(day.toordinal() - day.weekday(), 1))
    months = MONTHS[each]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _next(each: str, day: date) -> date | None:
    """The day on which the next period begins; None past the end of the calendar."""
    if each in ("day", "week"):
        later = day.toordinal() + (1 if each == "day" else 7)
        return date.fromordinal(later) if later <= date.max.toordinal() else None
    month = day.month - 1 + MONTHS[each]
    year = day.year + month // 12
    return date(year, month % 12 + 1, 1) if year <= date.max.year else None


def _of_promise(  # noqa: PLR0913, PLR0917 - the parts of one replay
    place: int,
    promise: PeriodPromise,
    moments: Moments,
    visits: Visits,
    owed: Obligations,
    calendars: Calendars,
    as_of: int,
) -> list[Periods]:
    index = moments.index
    if not len(index) or not len(calendars.ids):
        return []
    code = calendars.code(promise.calendar) if promise.calendar else 0
    starts = starts_of(promise.each, int(index.at.min()), as_of, calendars.zone(code))
    if len(starts) < 2:  # noqa: PLR2004 - a period has a beginning and an end
        return []
    begins, ends = starts[:-1], starts[1:]
    opened = calendars.openings(code, int(begins[0]), int(ends[-1]), 0)
    whole = opened.elapsed_many(begins, ends)
    passed = opened.elapsed_many(begins, np.minimum(ends, as_of)) / np.maximum(whole, 1)
    items = _items(promise, moments, visits, owed, starts)
    members = [-1] if promise.per == "team" else np.unique(items.member[items.member >= 0]).tolist()
    found = []
    for member in members:
        mine = items if member < 0 else items.take(items.member == member)
        reached, base = _by_period(mine, starts)
        is_owed = (whole > 0) & ((base > 0) | (not promise.is_rate))
        value = reached / np.where(base > 0, base, 1) if promise.is_rate else reached
        found.append(
            Periods(
                promise=np.full(len(begins), place, np.int32),
                member=np.full(len(begins), member, np.int32),
                begins=begins,
                ends=ends,
                reached=reached,
                base=base,
                passed=passed,
                state=_states(promise, value, passed, ends <= as_of),
            ).where(is_owed)
        )
    return found


def _by_period(items: _Items, starts: Instants) -> tuple[Numbers, Numbers]:
    period = np.searchsorted(starts, items.at, side="right") - 1
    inside = (period >= 0) & (period < len(starts) - 1)
    many = len(starts) - 1
    reached = np.bincount(period[inside], items.weight[inside], minlength=many)
    base = np.bincount(period[inside], items.base[inside], minlength=many)
    return reached.astype(np.float64), base.astype(np.float64)


def _states(
    promise: PeriodPromise, value: Numbers, passed: Numbers, over: Mask
) -> NDArray[np.uint8]:
    """What is added up and has reached its target is kept before the period is over."""
    reached = value >= promise.target - _AS_GOOD_AS
    share = value / promise.target if promise.target else np.ones(len(value))
    on_pace = reached if promise.is_rate else share >= passed - _AS_GOOD_AS
    state = np.where(on_pace, PeriodState.ON_PACE, PeriodState.BEHIND)
    state = np.where(over & ~reached, PeriodState.BROKEN, state)
    kept = reached if not promise.is_rate else reached & over
    return np.where(kept, PeriodState.KEPT, state).astype(np.uint8)


def _items(
    promise: PeriodPromise,
    moments: Moments,
    visits: Visits,
    owed: Obligations,
    starts: Instants,
) -> _Items:
    if promise.keeps:
        return _kept(promise, moments, owed)
    if promise.sum:
        return _amounts(promise, moments)
    if promise.counts:
        return _facts(promise, moments)
    return _entries(promise, moments, visits, starts)


def _entries(promise: PeriodPromise, moments: Moments, visits: Visits, starts: Instants) -> _Items:
    """Leads that entered the stage, each once a period; for a rate, who went on to the other."""
    ids = [stage.id for stage in moments.agreement.stages]
    counted = np.flatnonzero(visits.stage == ids.index(promise.out_of or promise.enters))
    fact = visits.fact[counted].astype(np.int64)
    if promise.when is not None:
        counted, fact = (each[moments.holds_at(promise.when, fact)] for each in (counted, fact))
    weight = np.ones(len(counted))
    if promise.out_of:
        later = visits.stage == ids.index(promise.enters)
        last = np.full(len(moments.index.people), np.iinfo(np.int64).min)
        np.maximum.at(last, visits.person[later], visits.entered[later])
        weight = (last[visits.person[counted]] >= visits.entered[counted]).astype(np.float64)
    owner = of_side(promise, moments.index, moments.assigned[fact])
    items = _Items(visits.entered[counted], weight, np.ones(len(counted)), owner)
    period = np.searchsorted(starts, items.at, side="right")
    # visits are in order of person and time, so that the first of a period comes first
    _, first = np.unique(np.stack([visits.person[counted], period]), axis=1, return_index=True)
    return items.take(first)


def _amounts(promise: PeriodPromise, moments: Moments) -> _Items:
    """Opportunities by when they were opened, each once, in whole units of its currency."""
    index, table = moments.index, moments.index.table("opportunity")
    found = np.flatnonzero(index.kind == OPPORTUNITY)
    if promise.when is not None:
        found = found[moments.holds_at(promise.when, found)]
    rows, first = np.unique(index.row[found], return_index=True)
    found, currency = found[first], moments.agreement.currency
    worth = amounts_in(table, currency)[rows] / 10.0 ** digits_of(currency)
    owner = of_side(promise, index, moments.assigned[found])
    return _Items(index.at[found], worth, np.ones(len(found)), owner)


def _facts(promise: PeriodPromise, moments: Moments) -> _Items:
    """Facts that meet the criterion, by when they happened; each once."""
    assert promise.counts is not None  # noqa: S101 - the caller asked
    index = moments.index
    held = moments.holds(promise.counts)
    if promise.when is not None:
        held = held & moments.holds(promise.when)
    found = np.flatnonzero(held)
    _, first = np.unique(index.row[found] * len(KINDS) + index.kind[found], return_index=True)
    found = found[np.sort(first)]
    by = np.full(len(found), -1, np.int32)
    for kind in (ACTIVITY, DECISION):
        by = np.maximum(by, moments.members_at(KINDS[kind], found))
    member = of_side(promise, index, np.where(by >= 0, by, moments.assigned[found]))
    return _Items(index.at[found], np.ones(len(found)), np.ones(len(found)), member)


def _kept(promise: PeriodPromise, moments: Moments, owed: Obligations) -> _Items:
    """Obligations of an event promise by when they began: those decided, and those kept in time."""
    ids = [each.id for each in moments.agreement.event_promises]
    decided = np.isin(owed.state, [State.KEPT, State.KEPT_LATE, State.BROKEN])
    found = np.flatnonzero((owed.promise == ids.index(promise.keeps)) & decided)
    if promise.when is not None:
        found = found[moments.holds_at(promise.when, owed.start_fact[found].astype(np.int64))]
    kept = (owed.state[found] == State.KEPT).astype(np.float64)
    return _Items(owed.started[found], kept, np.ones(len(found)), owed.owner[found])


def _stacked(parts: list[Periods]) -> Periods:
    if not parts:
        return NO_PERIODS
    fields = Periods.__dataclass_fields__
    return Periods(**{f: np.concatenate([getattr(p, f) for p in parts]) for f in fields})
