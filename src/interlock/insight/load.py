"""Load: how many leads each member of sales has to work on, week by week, against capacity.

A member's load in a week are the leads about whom an obligation of sales began in it that was the
member's to keep. Capacity is what the member's facts say; where they say nothing there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from interlock.agreement.schema import Side
from interlock.insight.instants import places_of_weeks
from interlock.replay.moments import Moments
from interlock.replay.outcome import Instants, Outcome


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
class Sums:
    """What a member owed: obligations, leads in the busiest week and of all weeks, weeks over."""

    capacity: int | None
    obligations: int
    peak: int
    leads: int
    weeks_over: int


@dataclass(frozen=True)
class Loads:
    """The loads of one replay, by member, and the weeks in which any of it began."""

    weeks: Instants
    members: Mapping[str, Sums]

    @property
    def weeks_over(self) -> int:
        """Weeks in which a member had more leads than their capacity, of all members together."""
        return sum(each.weeks_over for each in self.members.values())


def loads(moments: Moments, outcome: Outcome) -> Loads:
    """What each member had to work on; "" has what was nobody's."""
    owed, promises = outcome.obligations, moments.agreement.event_promises
    of_sales = {promise.id for promise in promises if promise.owed_by is Side.SALES}
    mine = np.flatnonzero(np.isin(outcome.promises, [*of_sales])[owed.promise])
    bounds, week = places_of_weeks(owed.started[mine], moments.agreement.zone)
    capacity = [None, *_capacities(moments)]  # one place further: -1 is nobody
    shape = len(capacity), len(bounds)
    cells = (owed.owner[mine].astype(np.int64) + 1) * len(bounds) + week
    # a lead counts once a week, however much is owed about it
    one_each = np.sort(cells * len(outcome.people) + owed.person[mine])
    one_each = one_each[np.diff(one_each, prepend=-1) > 0] // max(len(outcome.people), 1)
    leads = np.bincount(one_each, minlength=shape[0] * shape[1]).reshape(shape)
    obligations = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).sum(axis=1)
    limits = np.array([np.inf if limit is None else limit for limit in capacity])
    names = ["", *map(str, outcome.members)]
    sums = zip(
        obligations.tolist(),
        leads.max(axis=1, initial=0).tolist(),
        leads.sum(axis=1).tolist(),
        (leads > limits[:, None]).sum(axis=1).tolist(),
        strict=True,
    )
    return Loads(
        weeks=bounds[leads.any(axis=0)],
        members={
            name: Sums(limit, *of)
            for name, limit, of in zip(names, capacity, sums, strict=True)
            if of[0]
        },
    )


def load_changes(before: Loads, after: Loads) -> tuple[LoadChange, ...]:
    """Every member's load: whose weeks over capacity change most, then whose load does.

    Averages are over all weeks in which either began.
    """
    weeks = len(np.union1d(before.weeks, after.weeks))
    made = []
    for member in {**before.members, **after.members}:
        was, will = before.members.get(member), after.members.get(member)
        capacity = next(each.capacity for each in (was, will) if each)
        made.append(LoadChange(member, capacity, _load(was, weeks), _load(will, weeks)))
    return tuple(sorted(made, key=_weight))


def _weight(change: LoadChange) -> tuple[int, int, int, str]:
    before, after = change.before, change.after
    over, owed = after.weeks_over - before.weeks_over, after.obligations - before.obligations
    return -abs(over), -abs(owed), -before.obligations, change.member


def _load(sums: Sums | None, weeks: int) -> Load:
    if sums is None:
        return Load(0, 0, 0.0, 0)
    return Load(sums.obligations, sums.peak, sums.leads / max(weeks, 1), sums.weeks_over)


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
