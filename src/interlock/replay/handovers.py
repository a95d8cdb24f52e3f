"""Whose calendar a promise's clock goes by, from moment to moment.

A clock goes by the calendar of the member of the owing side who has the lead, less the member's
absences; by the promise's own while nobody of that side has it. What was served stays served.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import EventPromise, PeriodPromise
from interlock.replay.index import SIDES, Index
from interlock.replay.kinds import codes_in
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER
from interlock.replay.outcome import Codes, Instants


@dataclass(frozen=True)
class Handovers:
    """The moments at which the calendar of a promise's clocks changes, and to which.

    It lasts to the next handover within the person's history; before the first one it is `own`,
    the promise's.
    """

    index: Index
    moments: NDArray[np.int64]
    calendars: Codes
    own: int

    @property
    def none(self) -> Handovers:
        """Without any: what elapsed time goes by."""
        return replace(self, moments=np.empty(0, np.int64), calendars=np.empty(0, np.int32))

    def calendar_at(self, moments: NDArray[np.int64]) -> Codes:
        """The calendar of the clocks just after these moments."""
        place = np.searchsorted(self.moments, moments, side="right") - 1
        last = np.append(self.moments, -1)[place]
        calendar = np.append(self.calendars, np.int32(self.own))[place]
        mine = last >= self.index.first[self.index.person[moments]]
        return np.where(mine, calendar, np.int32(self.own))

    def next_at(self, moments: NDArray[np.int64]) -> Instants:
        """When the calendar changes next after these moments; NEVER where it does not."""
        if not len(self.moments):
            return np.full(len(moments), NEVER)
        place = np.searchsorted(self.moments, moments, side="right")
        found = self.moments[np.minimum(place, len(self.moments) - 1)]
        mine = (found > moments) & (found < self.index.first[self.index.person[moments] + 1])
        return np.where(mine, self.index.at[found], NEVER)

    def turns(self, begin: int, until: int) -> list[tuple[int, int, int]]:
        """The (calendar, from, until) turns of a clock that runs from a moment to an instant."""
        stop = int(self.index.first[self.index.person[begin] + 1])
        changes = [m for m in self.moments.tolist() if begin < m < stop]
        since = self.index.at[[begin, *changes]].tolist()
        calendars = self.calendar_at(np.array([begin, *changes])).tolist()
        ends = [*(min(at, until) for at in since[1:]), until]
        turns = zip(calendars, since, ends, strict=True)
        # a clock that ended as it began has had its one turn too
        return [(code, a, b) for code, a, b in turns if a < b or a == since[0]]


def handovers(promise: EventPromise, moments: Moments) -> Handovers:
    """Every handover that changes the calendar of the promise's clocks."""
    index, own = moments.index, moments.calendars.code(promise.calendar)
    by_member = calendars_by_member(moments, own)
    if (by_member == own).all():
        return Handovers(index, np.empty(0, np.int64), np.empty(0, np.int32), own)
    given, member = moments.assignments
    calendar = by_member[of_side(promise, index, member)]
    person = index.person[given]
    before = np.append(np.int32(own), calendar[:-1])[: len(calendar)]
    before[np.append(-1, person[:-1])[: len(person)] != person] = own
    changed = calendar != before
    return Handovers(index, given[changed], calendar[changed], own)


def calendars_by_member(moments: Moments, own: int) -> Codes:
    """Each member's calendar: their own, or else the one given, less absences; nobody's at last."""
    index, calendars = moments.index, moments.calendars
    table = index.table("member")
    found = np.full(len(index.members) + 1, own, np.int32)
    if len(table):
        code = codes_in(table.columns.get("calendar"), calendars.ids, len(table))
        found[table.columns["id"].values] = np.where(code >= 0, code, np.int32(own))
    return calendars.of_members(found)


def of_side(promise: EventPromise | PeriodPromise, index: Index, member: Codes) -> Codes:
    """The members of the owing side; -1 in place of everybody else."""
    mine = index.sides[member] == SIDES.index(promise.owed_by.value)
    return np.where(mine, member, np.int32(-1))
