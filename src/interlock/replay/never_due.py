"""Findings of clocks that run for nothing: the calendar that they go by never opens long enough."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from interlock.replay.eras import Eras
from interlock.replay.escalations import by_promise
from interlock.replay.handovers import calendars_by_member
from interlock.replay.outcome import ABSENT, Finding, Obligations, State


def never_due(eras: Eras, owed: Obligations) -> Iterator[Finding]:
    """Of each promise, how many of its open obligations no calendar ever makes due.

    One whose clock stands still is none of them: its pause or absence may end, or somebody else may
    get the lead.
    """
    which = np.flatnonzero(owed.due == ABSENT)
    if not len(which):
        return  # as it mostly is
    which = which[owed.state[which] <= State.WARNED]
    for promise, moments, some in by_promise(eras, owed, which):
        calendars, index = moments.calendars, moments.index
        code = calendars_by_member(moments, calendars.code(promise.calendar))[owed.owner[some]]
        stands = calendars.stand_for_good(code)
        if promise.pauses_while:
            last = index.first[owed.person[some] + 1] - 1
            stands |= moments.holds_at(promise.pauses_while, last)
        names = np.array([calendars.id(each) for each in code.tolist()], object)[~stands]
        for name in dict.fromkeys(names):
            mine = some[~stands][names == name]
            message = (
                f"clocks of the promise {promise.name} never come due, since the calendar {name} "
                "does not open again, or not for long enough; give it hours, or the leads to "
                "somebody who works by another"
            )
            example = str(index.people[owed.person[mine[0]]])
            yield Finding("never-due", message, len(mine), example)
