"""Verdicts counted once after each replay, so that a page of rates only adds up.

Of promises: obligations by state, by the week in which they started. Of stages, each person once a
stage: `entered` by the week of the first entry; `reached B` how many of that cohort entered a later
stage B of the main path then or afterwards, within the days that the agreement names; `there` who
stands there now, by the week since when.
Of reasons: how often each was `given`, by the week and by the member who gave it. Of delays: the
seconds of each part of what is decided, on the promise's own clock, as promises by the week.

A tally is columns, like an outcome. Any filter and any division is then one pass over arrays; in a
table of rows, the same sums over two hundred thousand people took a database seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.delays import Part
from interlock.agreement.hours import DAY
from interlock.agreement.schema import Agreement
from interlock.insight.delays import is_decided
from interlock.insight.funnel import ENTERED, THERE, main_path, reached
from interlock.insight.instants import weeks
from interlock.replay.delays import Delays
from interlock.replay.outcome import ABSENT, Codes, Flags, Instants, Outcome, State

Texts = NDArray[np.object_]

GIVEN = "given"
"""What is counted of a reason."""


class Subject(StrEnum):
    """Of what a tally counts."""

    PROMISE = "promise"
    STAGE = "stage"
    REASON = "reason"
    DELAY = "delay"


class Coded(NamedTuple):
    """A column: each of its values once (texts, or instants), and for each row which one it has."""

    names: NDArray[Any]
    codes: Codes


@dataclass(frozen=True)
class Tallies:
    """Counts in columns: one row for each combination that occurs.

    `columns` are those of `COLUMNS`: `subject` is a `Subject`; `clause` the id of the promise,
    stage or reason; `state` the obligation's state, what is counted of the stage or reason, or the
    part of the time (of which `count` is then the seconds);
    `owner`, `source` and `tier` are "" where there is none: of an obligation its owner, of a stage
    the lead's owner now, of a reason the member who gave it. `week` is the Monday in UTC seconds.
    """

    columns: Mapping[str, Coded]
    count: NDArray[np.int64]


COLUMNS = ("subject", "clause", "state", "owner", "source", "tier", "week")

Sum = tuple[str | int, str, str, int]
"""Group ("" where nothing divides), clause, state, how many."""


@dataclass(frozen=True)
class _Rows:
    """What is to be counted, a row each. A position of -1 is nothing."""

    subject: Subject
    clause: Coded
    state: Coded
    owner: Coded
    person: Codes
    at: Instants
    times: NDArray[np.int64] | None = None
    """How often each row counts; None: once."""


def tally(
    outcome: Outcome,
    agreement: Agreement,
    zone: tzinfo | None = None,
    went: Delays | None = None,
) -> Tallies:
    """Counts the outcome's obligations and stages, and the time that the obligations `went` on.

    Weeks begin in `zone`, else in the agreement's own.
    """
    zone = zone or agreement.zone
    rows = [_promises(outcome), _there(outcome), *_cohorts(outcome, agreement), _reasons(outcome)]
    rows += [] if went is None else _delays(outcome, went)
    return _joined([_counted(each, outcome, zone) for each in rows])


def _promises(outcome: Outcome) -> _Rows:
    owed = outcome.obligations
    states = np.array([state.word for state in State], object)
    return _Rows(
        subject=Subject.PROMISE,
        clause=Coded(outcome.promises, owed.promise),
        state=Coded(states, owed.state.astype(np.int32)),
        owner=Coded(outcome.members, owed.owner),
        person=owed.person,
        at=owed.started,
    )


def _delays(outcome: Outcome, went: Delays) -> list[_Rows]:
    """Of what is decided, the seconds of each part that took any time."""
    owed = outcome.obligations
    rows = []
    for place, part in enumerate(Part):
        some = np.flatnonzero(is_decided(owed.state) & (went.working[:, place] > 0))
        rows.append(
            _Rows(
                subject=Subject.DELAY,
                clause=Coded(outcome.promises, owed.promise[some]),
                state=_always(part, len(some)),
                owner=Coded(outcome.members, owed.owner[some]),
                person=owed.person[some],
                at=owed.started[some],
                times=went.working[some, place],
            )
        )
    return rows


def _there(outcome: Outcome) -> _Rows:
    leads = outcome.leads
    return _of_stages(outcome, THERE, leads.stage, leads.since, leads.stage >= 0)


def _cohorts(outcome: Outcome, agreement: Agreement) -> list[_Rows]:
    path, days = [s.id for s in main_path(agreement)], agreement.metrics.conversion_days
    first, last = _entries(outcome)
    position = {stage: i for i, stage in enumerate(outcome.stages)}
    rows = []
    for stage, i in position.items():
        here, at = np.full(len(first), i, np.int32), first[:, i]
        entered = at != ABSENT
        rows.append(_of_stages(outcome, ENTERED, here, at, entered))
        for after in (after for before, after in combinations(path, 2) if before == stage):
            went_on = entered & (last[:, position[after]] >= at)
            if days is not None:
                went_on &= _entered_after(outcome, position[after], at) <= at + days * DAY
            rows.append(_of_stages(outcome, reached(after), here, at, went_on))
    return rows


def _entered_after(outcome: Outcome, stage: int, at: Instants) -> Instants:
    """When each person first entered the stage at or after an instant of their own; or ABSENT."""
    visits = outcome.visits
    mine = (visits.stage == stage) & (visits.entered >= at[visits.person])
    found = np.full(len(at), np.iinfo(np.int64).max)
    np.minimum.at(found, visits.person[mine], visits.entered[mine])
    found[found == np.iinfo(np.int64).max] = ABSENT
    return found


def _entries(outcome: Outcome) -> tuple[Instants, Instants]:
    """The first and the last entry of each person (rows) to each stage (columns), or ABSENT."""
    visits = outcome.visits
    shape = len(outcome.people), len(outcome.stages)
    first = np.full(shape, np.iinfo(np.int64).max)
    last = np.full(shape, ABSENT)
    np.minimum.at(first, (visits.person, visits.stage), visits.entered)
    np.maximum.at(last, (visits.person, visits.stage), visits.entered)
    first[last == ABSENT] = ABSENT
    return first, last


def _of_stages(outcome: Outcome, what: str, stage: Codes, at: Instants, counted: Flags) -> _Rows:
    """The people for whom `counted` holds, each at their `stage`, in the week of `at`."""
    person = np.flatnonzero(counted).astype(np.int32)
    return _Rows(
        subject=Subject.STAGE,
        clause=Coded(outcome.stages, stage[person]),
        state=_always(what, len(person)),
        owner=Coded(outcome.members, outcome.leads.owner[person]),
        person=person,
        at=at[person],
    )


def _reasons(outcome: Outcome) -> _Rows:
    visits = outcome.visits
    given = visits.reason >= 0
    return _Rows(
        subject=Subject.REASON,
        clause=Coded(outcome.reasons, visits.reason[given]),
        state=_always(GIVEN, int(given.sum())),
        owner=Coded(outcome.members, visits.member[given]),
        person=visits.person[given],
        at=visits.entered[given],
    )


def _always(name: str, rows: int) -> Coded:
    return Coded(np.array([name], object), np.zeros(rows, np.int32))


def _counted(rows: _Rows, outcome: Outcome, zone: tzinfo) -> Tallies:
    """Counts equal rows, each as one number made of its positions."""
    leads, person = outcome.leads, rows.person
    mondays, week = np.unique(weeks(rows.at, zone), return_inverse=True)
    columns = [
        _always(rows.subject, len(person)),
        *(_or_nothing(column) for column in (rows.clause, rows.state, rows.owner)),
        _or_nothing(Coded(outcome.sources, leads.source[person])),
        _or_nothing(Coded(outcome.tiers, leads.tier[person])),
        Coded(mondays, week.astype(np.int32)),
    ]
    sizes, combined = _combined(columns)
    distinct, row, count = np.unique(combined, return_inverse=True, return_counts=True)
    if rows.times is not None:
        count = np.bincount(row, rows.times, len(distinct)).astype(np.int64)
    found = (
        Coded(column.names, place.astype(np.int32))
        for column, place in zip(columns, np.unravel_index(distinct, sizes), strict=True)
    )
    return Tallies(dict(zip(COLUMNS, found, strict=True)), count)


def _or_nothing(column: Coded) -> Coded:
    """Position -1 becomes that of "", which is put after the names."""
    codes = np.where(column.codes < 0, len(column.names), column.codes)
    return Coded(np.append(column.names, ""), codes.astype(np.int32))


def _combined(columns: Sequence[Coded]) -> tuple[tuple[int, ...], NDArray[np.int64]]:
    """The positions of each row as one number; and how many names each column has."""
    sizes = tuple(max(1, len(column.names)) for column in columns)
    codes = tuple(column.codes.astype(np.int64) for column in columns)
    return sizes, np.ravel_multi_index(codes, sizes)


def _joined(parts: list[Tallies]) -> Tallies:
    return Tallies(
        {name: _merged([part.columns[name] for part in parts]) for name in COLUMNS},
        np.concatenate([part.count for part in parts]),
    )


def instead(whole: Tallies, before: Tallies, after: Tallies) -> Tallies:
    """The whole's tallies, now that those of a part of its people are `after`, not `before`."""
    all_ = _joined([whole, Tallies(before.columns, -before.count), after])
    columns = [all_.columns[name] for name in COLUMNS]
    sizes, combined = _combined(columns)
    distinct, place = np.unique(combined, return_inverse=True)
    count = np.bincount(place, all_.count, len(distinct)).astype(np.int64)
    places = np.unravel_index(distinct[count != 0], sizes)
    found = (Coded(c.names, p.astype(np.int32)) for c, p in zip(columns, places, strict=True))
    return Tallies(dict(zip(COLUMNS, found, strict=True)), count[count != 0])


def _merged(columns: list[Coded]) -> Coded:
    """The columns one under the other, each name once."""
    names = np.concatenate([column.names for column in columns])
    distinct, place = np.unique(names, return_inverse=True)
    begin = np.cumsum([0, *(len(column.names) for column in columns)])
    codes = [place[b + column.codes] for b, column in zip(begin, columns, strict=False)]
    return Coded(distinct, np.concatenate(codes).astype(np.int32))


def add_up(
    tallies: Tallies,
    subject: Subject,
    where: Mapping[str, str | int] = MappingProxyType({}),
    by: str = "",
) -> list[Sum]:
    """The sums of one subject by clause and state, in no particular order.

    `where` gives columns the value that they must have; `by` names the column that divides.
    """
    chosen = _has(tallies.columns["subject"], subject)
    for name, value in where.items():
        chosen &= _has(tallies.columns[name], value)
    rows = np.flatnonzero(chosen)
    divided = (tallies.columns[name] for name in (*([by] if by else []), "clause", "state"))
    columns = [Coded(column.names, column.codes[rows]) for column in divided]
    if not by:
        columns.insert(0, _always("", len(rows)))
    sizes, combined = _combined(columns)
    sums = np.bincount(combined, weights=tallies.count[rows])
    distinct = np.flatnonzero(sums)
    group, clause, state = (
        column.names[place].tolist()
        for column, place in zip(columns, np.unravel_index(distinct, sizes), strict=True)
    )
    return list(zip(group, clause, state, sums[distinct].astype(np.int64).tolist(), strict=True))


def values(tallies: Tallies, column: str) -> list[str]:
    """The texts of a column that occur, in order."""
    coded = tallies.columns[column]
    found = np.flatnonzero(np.bincount(coded.codes, minlength=len(coded.names)))
    return sorted(coded.names[found].tolist())


def _has(column: Coded, value: str | int) -> Flags:
    """Which rows have the value; names are distinct, and -1 is no row's position."""
    found = np.flatnonzero(column.names == value)
    return np.equal(column.codes, found[0] if len(found) else -1)
