"""Load: how many leads each member of sales has to work on, week by week, against capacity.

A member's load in a week are the leads about whom an obligation of sales began in it that was the
member's to keep. Capacity is what the member's facts say; where they say nothing there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.agreement.schema import Side
from interlock.insight.instants import weeks
from interlock.replay.moments import Moments
from interlock.replay.outcome import Codes, Instants, Outcome


@dataclass(frozen=True)
class Load:
    """What a member owed: how many obligations; leads in the busiest and in an average week.

    `weeks_over`: in how many weeks there were more leads than the capacity.
    """

    obligations: int
    peak: int
    mean: float
    weeks_over: int


@dataclass(frozen=True)
class LoadChange:
    """A member's load under both agreements; "": nobody had the lead. `capacity`: leads a week."""

    member: str
    capacity: int | None
    before: Load
    after: Load


@dataclass(frozen=True)
class _Owed:
    """What sales owed: whose (-1: nobody's), about whom, and the week in which it began."""

    owner: Codes
    person: Codes
    week: Instants


def load_changes(
    before: tuple[Moments, Outcome], after: tuple[Moments, Outcome]
) -> tuple[LoadChange, ...]:
    """Every member's load, the largest first. Averages are over all weeks in which either began."""
    was, will = _owed(*before), _owed(*after)
    members, capacity = before[1].members, _capacities(before[0])
    every = np.unique(np.concatenate([was.week, will.week]))
    owners = np.unique(np.concatenate([was.owner, will.owner])).tolist()
    made = [
        LoadChange(
            str(members[owner]) if owner >= 0 else "",
            limit := capacity[owner] if owner >= 0 else None,
            _load(was, owner, every, limit),
            _load(will, owner, every, limit),
        )
        for owner in owners
    ]
    return tuple(sorted(made, key=lambda each: (-each.before.obligations, each.member)))


def weeks_over(moments: Moments, outcome: Outcome) -> int:
    """Weeks in which a member had more leads than their capacity, of all members together."""
    return sum(
        each.after.weeks_over for each in load_changes((moments, outcome), (moments, outcome))
    )


def _owed(moments: Moments, outcome: Outcome) -> _Owed:
    owed, promises = outcome.obligations, moments.agreement.event_promises
    of_sales = np.array([promise.owed_by is Side.SALES for promise in promises] or [False])
    mine = of_sales[owed.promise] if len(owed.promise) else np.empty(0, bool)
    week = weeks(owed.started[mine], moments.agreement.zone)
    return _Owed(owed.owner[mine], owed.person[mine], week)


def _load(owed: _Owed, owner: int, every: Instants, capacity: int | None) -> Load:
    mine = owed.owner == owner
    place = np.searchsorted(every, owed.week[mine])
    # a lead counts once a week, however much is owed about it
    leads = np.unique(np.stack([place, owed.person[mine]]), axis=1)[0]
    a_week = np.bincount(leads, minlength=len(every))
    return Load(
        obligations=int(mine.sum()),
        peak=int(a_week.max(initial=0)),
        mean=len(leads) / max(len(every), 1),
        weeks_over=0 if capacity is None else int((a_week > capacity).sum()),
    )


def _capacities(moments: Moments) -> list[int | None]:
    """The capacity of each member, by code; None where it is not known."""
    found: list[int | None] = [None] * len(moments.index.members)
    table = moments.index.table("member")
    ids, column = table.columns.get("id"), table.columns.get("capacity")
    if ids is None or column is None:
        return found
    for row in np.flatnonzero(column.mask).tolist():
        found[int(ids.values[row])] = int(column.values[row])
    return found
