"""Load: how many leads each member of sales has to work on, week by week, against capacity.

A member's load in a week are the leads about whom an obligation of sales began in it that was the
member's to keep. Capacity is what the member's facts say; where they say nothing there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    owners = np.unique(np.concatenate([was.owner, will.owner]))
    limits = [capacity[owner] if owner >= 0 else None for owner in owners.tolist()]
    loads = (_loads(each, owners, every, limits) for each in (was, will))
    made = [
        LoadChange(str(members[owner]) if owner >= 0 else "", limit, one, other)
        for owner, limit, one, other in zip(owners.tolist(), limits, *loads, strict=True)
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


def _loads(owed: _Owed, owners: Codes, every: Instants, limits: Sequence[int | None]) -> list[Load]:
    """The load of each owner, in their order; all in one look."""
    whose, place = np.searchsorted(owners, owed.owner), np.searchsorted(every, owed.week)
    shape, people = (len(owners), len(every)), int(owed.person.max(initial=0)) + 1
    cells = whose * len(every) + place
    # a lead counts once a week, however much is owed about it
    leads = np.unique(cells * people + owed.person) // people
    a_week = np.bincount(leads, minlength=shape[0] * shape[1]).reshape(shape)
    obligations = np.bincount(whose, minlength=len(owners))
    return [
        Load(
            obligations=many,
            peak=int(counts.max(initial=0)),
            mean=int(counts.sum()) / max(len(every), 1),
            weeks_over=0 if limit is None else int((counts > limit).sum()),
        )
        for many, counts, limit in zip(obligations.tolist(), a_week, limits, strict=True)
    ]


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
