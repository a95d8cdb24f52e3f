"""Whose calendar a promise's clock goes by, from moment to moment.

A clock goes by the calendar of the member of the owing side who has the lead, less the member's
absences; by the promise's own while nobody of that side has it. What was served stays served.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import EventPromise
from interlock.replay.index import Index
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER
from interlock.replay.outcome import Codes, Instants
from interlock.replay.owners import if_of_side, side_of

_NO_MOMENT, _NO_CODE = np.empty(0, np.int64), np.empty(0, np.int32)


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
        return replace(self, moments=_NO_MOMENT, calendars=_NO_CODE)

    def turns_at(self, moments: NDArray[np.int64]) -> tuple[Codes, Instants]:
        """The calendar of the clocks just after these moments, and when it changes next.

        NEVER where it does not.
        """
        index = self.index
        columns = index.first, index.person, index.at
        return _turns_at(moments, self.moments, self.calendars, self.own, *columns)

    def turns(self, begin: int, until: int) -> list[tuple[int, int, int]]:
        """The (calendar, from, until) turns of a clock that runs from a moment to an instant."""
        stop = int(self.index.first[self.index.person[begin] + 1])
        changes = [m for m in self.moments.tolist() if begin < m < stop]
        since = self.index.at[[begin, *changes]].tolist()
        calendars = self.turns_at(np.array([begin, *changes]))[0].tolist()
        ends = [*(min(at, until) for at in since[1:]), until]
        turns = zip(calendars, since, ends, strict=True)
        # a clock that ended as it began has had its one turn too
        return [(code, a, b) for code, a, b in turns if a < b or a == since[0]]


@numba.njit(cache=True, nogil=True)
def _turns_at(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    moments: NDArray[np.int64],
    handed: NDArray[np.int64],
    calendars: Codes,
    own: int,
    first: NDArray[np.int64],
    person: Codes,
    at: Instants,
) -> tuple[Codes, Instants]:
    """As `Handovers.turns_at`."""
    calendar, changes = np.empty(len(moments), np.int32), np.empty(len(moments), np.int64)
    for i in range(len(moments)):
        whose = person[moments[i]]
        span = first[whose], first[whose + 1]
        calendar[i], changes[i] = turn_at(moments[i], *span, handed, calendars, own, at)
    return calendar, changes


@numba.njit(cache=True)
def turn_at(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    moment: int,
    begin: int,
    stop: int,
    handed: NDArray[np.int64],
    calendars: Codes,
    own: int,
    at: Instants,
) -> tuple[np.int32, np.int64]:
    """As `Handovers.turns_at`, of one clock of a person whose moments are [begin, stop)."""
    calendar, changes = np.int32(own), np.int64(NEVER)
    turn = np.searchsorted(handed, moment, side="right")
    if turn > 0 and handed[turn - 1] >= begin:
        calendar = calendars[turn - 1]
    if turn < len(handed) and handed[turn] < stop:
        changes = at[handed[turn]]
    return calendar, changes


def handovers(promise: EventPromise, moments: Moments) -> Handovers:
    """Every handover that changes the calendar of the promise's clocks."""
    index, own = moments.index, moments.calendars.code(promise.calendar)
    if moments.all_work_as_promised:
        return Handovers(index, _NO_MOMENT, _NO_CODE, own)
    who = moments.owners
    by_member = calendars_by_member(moments, own)
    found = _changes(
        who.given, who.member, by_member, own, who.sides, side_of(promise), index.person
    )
    return Handovers(index, *found, own)


@numba.njit(cache=True, nogil=True)
def _changes(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    given: NDArray[np.int64],
    member: Codes,
    by_member: Codes,
    own: int,
    sides: Codes,
    side: int,
    person: Codes,
) -> tuple[NDArray[np.int64], Codes]:
    """The moments at which a lead is given to somebody who goes by another calendar."""
    handed, calendars, n = np.empty(len(given), np.int64), np.empty(len(given), np.int32), 0
    before, whose = np.int32(own), np.int32(-1)
    for i in range(len(given)):
        if person[given[i]] != whose:
            before, whose = np.int32(own), person[given[i]]
        now = by_member[if_of_side(member[i], side, sides)]
        if now != before:
            handed[n], calendars[n] = given[i], now
            n += 1
        before = now
    return handed[:n], calendars[:n]


def calendars_by_member(moments: Moments, own: int) -> Codes:
    """Each member's calendar: their own, or else the one given, less absences; nobody's at last."""
    return moments.calendars.of_members(moments.member_calendars, own)
