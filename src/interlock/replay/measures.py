"""What a period promise measures, item by item: the records behind its numbers.

An item is one lead, opportunity, fact or obligation that counts: when, how much, for whom, and the
moment of the fact that made it count. Adding items up by period is another matter: `periods`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import PeriodPromise
from interlock.facts.money import digits_of
from interlock.replay.contacts import each_once
from interlock.replay.kinds import ACTIVITY, DECISION, KINDS, OPPORTUNITY
from interlock.replay.moments import Moments
from interlock.replay.money import amounts_in
from interlock.replay.outcome import Codes, Instants, Numbers, Obligations, State, Visits
from interlock.replay.owners import of_side


@dataclass(frozen=True)
class Items:
    """What counts: `weight` towards what is reached, of `base` (a rate) or of nothing (a sum).

    `member` is whose it is (-1: nobody's that is known); `moment` the position in the index of the
    fact that counts, or by which a lead entered or an obligation started.
    """

    at: Instants
    weight: Numbers
    base: Numbers
    member: Codes
    moment: NDArray[np.int64]

    def take(self, which: NDArray[Any]) -> Items:
        """The items at these places, or where this holds."""
        return Items(**{f: getattr(self, f)[which] for f in self.__dataclass_fields__})


def records_of(  # noqa: PLR0913, PLR0917 - one period of one replay
    promise: PeriodPromise,
    moments: Moments,
    visits: Visits,
    owed: Obligations,
    period: tuple[int, int],
    member: int = -1,
) -> Items:
    """The records behind the number of one period (from, until), in order of time.

    `member` (-1: the team) is whose number it is.
    """
    items = items_of(promise, moments, visits, owed, np.array(period))
    inside = (items.at >= period[0]) & (items.at < period[1])
    found = items.take(inside & (items.member == member) if member >= 0 else inside)
    return found.take(np.argsort(found.at, kind="stable"))


def items_of(
    promise: PeriodPromise,
    moments: Moments,
    visits: Visits,
    owed: Obligations,
    starts: Instants,
) -> Items:
    """All that the promise measures, whenever it was; `starts` are the beginnings of its periods.

    A lead counts once a period however often it enters a stage.
    """
    if promise.keeps:
        return _kept(promise, moments, owed)
    if promise.sum:
        return _amounts(promise, moments)
    if promise.counts:
        return _facts(promise, moments)
    return _entries(promise, moments, visits, starts)


def _entries(promise: PeriodPromise, moments: Moments, visits: Visits, starts: Instants) -> Items:
    """Leads that entered the stage, each once a period; for a rate, who went on to the other."""
    ids = moments.words.stages
    counted = np.flatnonzero(visits.stage == ids.index(promise.out_of or promise.enters))
    fact = visits.fact[counted].astype(np.int64)
    if promise.when is not None:
        counted, fact = (each[moments.holds_at(promise.when, fact)] for each in (counted, fact))
    weight = np.ones(len(counted))
    if promise.out_of:
        later = visits.stage == ids.index(promise.enters)
        last = np.full(len(moments.index.who), np.iinfo(np.int64).min)
        np.maximum.at(last, visits.person[later], visits.entered[later])
        weight = (last[visits.person[counted]] >= visits.entered[counted]).astype(np.float64)
    owner = of_side(promise, moments.index, moments.assigned(fact))
    items = Items(visits.entered[counted], weight, np.ones(len(counted)), owner, fact)
    period = np.searchsorted(starts, items.at, side="right")
    # visits are in order of person and time, so that those of one period stand together
    person = visits.person[counted]
    again = (person[1:] == person[:-1]) & (period[1:] == period[:-1])
    return items.take(np.flatnonzero(np.append(True, ~again)[: len(person)]))


def _amounts(promise: PeriodPromise, moments: Moments) -> Items:
    """Opportunities by when they were opened, each once, in whole units of its currency."""
    index, table = moments.index, moments.index.table("opportunity")
    found = index.moments_of(OPPORTUNITY)
    if promise.when is not None:
        found = found[moments.holds_at(promise.when, found)]
    found, currency = each_once(index, found), moments.agreement.currency
    worth = amounts_in(table, currency)[index.row[found]] / 10.0 ** digits_of(currency)
    owner = of_side(promise, index, moments.assigned(found))
    return Items(index.at[found], worth, np.ones(len(found)), owner, found)


def _facts(promise: PeriodPromise, moments: Moments) -> Items:
    """Facts that meet the criterion, by when they happened; each once."""
    assert promise.counts is not None  # noqa: S101 - the caller asked
    index = moments.index
    held = moments.holds(promise.counts)
    if promise.when is not None:
        held = held & moments.holds(promise.when)
    found = each_once(index, np.flatnonzero(held))
    by = np.full(len(found), -1, np.int32)
    for kind in (ACTIVITY, DECISION):
        by = np.maximum(by, moments.members_at(KINDS[kind], found))
    member = of_side(promise, index, np.where(by >= 0, by, moments.assigned(found)))
    return Items(index.at[found], np.ones(len(found)), np.ones(len(found)), member, found)


def _kept(promise: PeriodPromise, moments: Moments, owed: Obligations) -> Items:
    """Obligations of an event promise by when they began: those decided, and those kept in time."""
    ids = moments.words.promises
    decided = np.isin(owed.state, [State.KEPT, State.KEPT_LATE, State.BROKEN])
    found = np.flatnonzero((owed.promise == ids.index(promise.keeps)) & decided)
    if promise.when is not None:
        found = found[moments.holds_at(promise.when, owed.start_fact[found].astype(np.int64))]
    kept = (owed.state[found] == State.KEPT).astype(np.float64)
    start = owed.start_fact[found].astype(np.int64)
    return Items(owed.started[found], kept, np.ones(len(found)), owed.owner[found], start)
