"""Period promises: what was reached in each day, week, month, quarter or year, against its target.

What a promise measures is laid out as items (`measures`), and items are added up by period. A
period is owed from the first one that begins after the data do, since of an earlier one only a part
is known, and only where it has working time; of very many only the latest are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import PeriodPromise
from interlock.facts.columns import Mask
from interlock.facts.money import digits_of
from interlock.replay.calendar_spans import LAST_INSTANT
from interlock.replay.eras import Eras
from interlock.replay.measures import Items, items_of
from interlock.replay.moments import Moments
from interlock.replay.outcome import (
    NO_PERIODS,
    Finding,
    Instants,
    Numbers,
    Obligations,
    Periods,
    PeriodState,
    Visits,
)

MONTHS = {"month": 1, "quarter": 3, "year": 12}
Period = tuple[str, str, int]
"""A period by its promise, its member ("": the team) and its beginning."""
MOST_PERIODS = 4_000
"""Ten years of days, and some: one wrong date among the facts would else make any number of broken
periods."""
MOST_OF_A_MEMBER = 400
"""A year of days, and some: of members there are many, and each replay keeps the periods of all."""

_AS_GOOD_AS = 1e-9
"""A share of 0.4 is reached by 2 of 5, however it is rounded."""


@dataclass(frozen=True)
class Scope:
    """Whose periods they are, where an index holds some of all people only.

    `first` is the instant of the first fact of all (None: of the index). `known` are the periods
    that everybody together had `up_to` an earlier instant: promise, member and beginning; who had
    some under a version of the agreement has all under it, beside those of whom something counts in
    the index.
    """

    first: int | None = None
    known: Collection[Period] = ()
    up_to: int | None = None


@dataclass(frozen=True)
class Counted:
    """What was counted in each period, before it is judged: counts of parts add up to the whole's.

    `reached` of a sum is in the smallest unit, of which `unit` make a whole one. Periods of a rate
    of nothing are among them. `state` says nothing yet. `own`: something of that promise counts for
    the member, in these periods or at another time. `fresh`: of a promise of members no period was
    known, so that nothing tells which of them have any.
    """

    periods: Periods
    rate: Mask
    unit: Numbers
    own: Mask
    fresh: bool = False


def periods(eras: Eras, visits: Visits, owed: Obligations, as_of: int) -> Periods:
    """Every period of every period promise, up to the one that holds `as_of`.

    A period is owed as the version has it that counted at its beginning.
    """
    return judged(counted(eras, visits, owed, as_of), as_of)


def counted(
    eras: Eras, visits: Visits, owed: Obligations, as_of: int, scope: Scope | None = None
) -> Counted:
    """What counts in each period, of the people in the index."""
    found = [
        _of_promise(promise, moments, visits, owed, as_of, scope or Scope())
        for moments in eras.all
        for promise in moments.agreement.period_promises
    ]
    return _stacked([part for parts in found for part in parts])


def judged(found: Counted, as_of: int) -> Periods:
    """The periods that are owed, and where they stand."""
    reached = found.periods.reached / found.unit
    base = found.periods.base
    value = np.where(found.rate, reached / np.where(base > 0, base, 1), reached)
    state = _states(found, value, found.periods.ends <= as_of)
    judged = replace(found.periods, reached=reached, state=state)
    return judged.where((base > 0) | ~found.rate)


def most_of(promise: PeriodPromise) -> int:
    """So many of the latest periods of a promise are counted, of each whose target it is."""
    return MOST_OF_A_MEMBER if promise.per == "member" else MOST_PERIODS


def left_out(eras: Eras, first: int, as_of: int) -> tuple[Finding, ...]:
    """A finding where promises have periods that are not counted, since there are too many.

    `first` as in `Scope`.
    """
    moments = eras.at(as_of)
    calendars, cut = moments.calendars, []
    for promise in moments.agreement.period_promises if len(calendars.ids) else ():
        zone = calendars.zone(calendars.code(promise.calendar) if promise.calendar else 0)
        most = most_of(promise)
        if len(starts_of(promise.each, first, as_of, zone, most + 1)) > most + 1:
            cut.append(promise.id)
    if not cut:
        return ()
    message = (
        f"promised numbers have more periods than are counted: the latest {MOST_PERIODS:,} of a "
        f"team, or {MOST_OF_A_MEMBER} of each member; longer periods go further back; "
        "where there should be fewer, a fact has a wrong date"
    )
    return (Finding("periods-left-out", message, len(cut), cut[0]),)


def starts_of(each: str, first: int, last: int, zone: ZoneInfo, most: int) -> Instants:
    """When the periods begin: from the first that does not begin before `first` (an instant).

    The last one begins after the instant `last`, and ends the period that holds it, where the
    calendar has such a one. There are at most `most` before it.
    """
    day = datetime.fromtimestamp(min(last, LAST_INSTANT), UTC).astimezone(zone).date()
    return _starts(each, first, _beginning(each, day), zone, most).copy()


@lru_cache(maxsize=64)
def _starts(each: str, first: int, day: date, zone: ZoneInfo, most: int) -> Instants:
    """The same, up to the end of the period that begins with the day."""
    after = _next(each, day)
    found = [] if after is None else [_midnight(after, zone)]
    while len(found) <= most and (at := _midnight(day, zone)) >= first:
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
    promise: PeriodPromise,
    moments: Moments,
    visits: Visits,
    owed: Obligations,
    as_of: int,
    scope: Scope,
) -> list[Counted]:
    index, calendars = moments.index, moments.calendars
    if (not len(index) and scope.first is None) or not len(calendars.ids):
        return []
    code = calendars.code(promise.calendar) if promise.calendar else 0
    first = index.earliest if scope.first is None else scope.first
    starts = starts_of(promise.each, first, as_of, calendars.zone(code), most_of(promise))
    if len(starts) < 2:  # noqa: PLR2004 - a period has a beginning and an end
        return []
    begins, ends, place = starts[:-1], starts[1:], moments.words.numbers.index(promise.id)
    opened = calendars.openings(code, int(begins[0]), int(ends[-1]), 0)
    whole = opened.elapsed_many(begins, ends)
    passed = opened.elapsed_many(begins, np.minimum(ends, as_of)) / np.maximum(whole, 1)
    items = items_of(promise, moments, visits, owed, starts)
    unit = 10.0 ** digits_of(moments.agreement.currency) if promise.sum else 1.0
    shown = (whole > 0) & moments.counts_at(begins)
    fresh = scope.up_to is not None and promise.per == "member" and not promise.is_rate
    fresh &= bool(shown.any()) and not bool((begins[shown] <= (scope.up_to or 0)).any())
    found = [replace(_NOTHING, fresh=fresh)]
    for member in _members(promise, items, moments, scope):
        mine = items if promise.per == "team" else items.take(items.member == member)
        reached, base = add_up(mine, starts)
        rows = Periods(
            promise=np.full(len(begins), place, np.int32),
            member=np.full(len(begins), member, np.int32),
            begins=begins,
            ends=ends,
            target=np.full(len(begins), promise.target, np.float64),
            reached=np.rint(reached * unit),  # amounts have no part of the smallest unit
            base=base,
            passed=passed,
            state=np.zeros(len(begins), np.uint8),
        ).where(shown)
        many = len(rows.begins)
        rate = np.full(many, promise.is_rate)
        own = np.full(many, bool(len(mine.at)))
        found.append(Counted(rows, rate, np.full(many, unit), own))
    return found


def _members(promise: PeriodPromise, items: Items, moments: Moments, scope: Scope) -> list[int]:
    """Who has periods, by their codes, in order; -1: the team."""
    if promise.per == "team":
        return [-1]
    mine = [(m, at) for p, m, at in scope.known if p == promise.id]
    counts = moments.counts_at(np.array([at for _, at in mine], np.int64)).tolist()
    named = {member for (member, _), counted in zip(mine, counts, strict=True) if counted}
    also = [code for code, member in enumerate(moments.index.members) if member in named]
    return sorted({*also, *np.unique(items.member[items.member >= 0]).tolist()})


def add_up(items: Items, starts: Instants) -> tuple[Numbers, Numbers]:
    """What is reached in each period, and of how much; of n periods `starts` has n + 1."""
    period = np.searchsorted(starts, items.at, side="right") - 1
    inside = (period >= 0) & (period < len(starts) - 1)
    many = len(starts) - 1
    reached = np.bincount(period[inside], items.weight[inside], minlength=many)
    base = np.bincount(period[inside], items.base[inside], minlength=many)
    return reached.astype(np.float64), base.astype(np.float64)


def _states(found: Counted, value: Numbers, over: Mask) -> NDArray[np.uint8]:
    target = found.periods.target
    reached = value >= target - _AS_GOOD_AS
    share = np.where(target > 0, value / np.where(target > 0, target, 1), 1.0)
    return states_of(reached, share, found.periods.passed, over, ~found.rate)


def states_of(
    reached: Mask, share: Numbers, passed: Numbers, over: Mask, adds_up: Mask
) -> NDArray[np.uint8]:
    """Where periods stand, of whose targets such a `share` is there.

    What adds up and has reached its target is kept before the period is over.
    """
    on_pace = np.where(adds_up, share >= passed - _AS_GOOD_AS, reached)
    state = np.where(on_pace, PeriodState.ON_PACE, PeriodState.BEHIND)
    state = np.where(over & ~reached, PeriodState.BROKEN, state)
    kept = reached & (over | adds_up)
    return np.where(kept, PeriodState.KEPT, state).astype(np.uint8)


_NO_FLAGS = np.empty(0, bool)
_NOTHING = Counted(NO_PERIODS, _NO_FLAGS, np.empty(0), _NO_FLAGS)


def _stacked(parts: list[Counted]) -> Counted:
    parts = parts or [_NOTHING]
    fields = Periods.__dataclass_fields__
    rows = {f: np.concatenate([getattr(part.periods, f) for part in parts]) for f in fields}
    order = np.lexsort((rows["begins"], rows["member"], rows["promise"]))
    return Counted(
        Periods(**rows).where(order),
        rate=np.concatenate([part.rate for part in parts])[order],
        unit=np.concatenate([part.unit for part in parts])[order],
        own=np.concatenate([part.own for part in parts])[order],
        fresh=any(part.fresh for part in parts),
    )
