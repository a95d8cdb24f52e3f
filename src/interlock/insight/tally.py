"""Verdicts counted once after each replay, so that a page of rates reads few rows.

Of promises: obligations by state, by the week in which they started. Of stages, each person once a
stage: `entered` by the week of the first entry; `reached B` how many of that cohort entered a later
stage B of the main path then or afterwards; `there` who stands there now, by the week since when.
Of reasons: how often each was `given`, by the week and by the member who gave it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import tzinfo
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import Agreement
from interlock.insight.funnel import ENTERED, THERE, main_path, reached
from interlock.insight.instants import weeks
from interlock.replay.outcome import ABSENT, Codes, Flags, Instants, Outcome, State

Texts = NDArray[np.object_]

GIVEN = "given"
"""What is counted of a reason."""


@dataclass(frozen=True)
class Tallies:
    """Counts in columns: one row for each combination that occurs.

    `subject` is "promise", "stage" or "reason"; `clause` the id of the promise, stage or reason;
    `state` the obligation's state, or what is counted of the stage; `week` its Monday in UTC
    seconds. `owner`, `source` and `tier` are "" where there is none: of an obligation its owner, of
    a stage the lead's owner now, of a reason the member who gave it.
    """

    subject: Texts
    clause: Texts
    state: Texts
    week: Instants
    owner: Texts
    source: Texts
    tier: Texts
    count: NDArray[np.int64]


def zone_of(agreement: Agreement) -> tzinfo:
    """The zone in which the agreement's weeks begin: that of its first calendar, else UTC."""
    named = (str(calendar.definition["timezone"]) for calendar in agreement.calendars)
    return ZoneInfo(next(named, "UTC"))


@dataclass(frozen=True)
class _Rows:
    """What is to be counted, a row each: positions in names, -1 for nothing."""

    subject: str
    clauses: Texts
    clause: Codes
    states: Texts
    state: Codes
    at: Instants
    owner: Codes
    person: Codes


def tally(outcome: Outcome, agreement: Agreement, zone: tzinfo | None = None) -> Tallies:
    """Counts the outcome's obligations and stages; weeks begin in `zone` (else `zone_of`)."""
    zone = zone or zone_of(agreement)
    path = [stage.id for stage in main_path(agreement)]
    rows = [_promises(outcome), _there(outcome), *_cohorts(outcome, path), _reasons(outcome)]
    return _joined([_counted(each, outcome, zone) for each in rows])


def _promises(outcome: Outcome) -> _Rows:
    owed = outcome.obligations
    return _Rows(
        subject="promise",
        clauses=outcome.promises,
        clause=owed.promise,
        states=np.array([state.word for state in State], object),
        state=owed.state.astype(np.int32),
        at=owed.started,
        owner=owed.owner,
        person=owed.person,
    )


def _there(outcome: Outcome) -> _Rows:
    leads = outcome.leads
    return _of_stages(outcome, THERE, leads.stage, leads.since, leads.stage >= 0)


def _cohorts(outcome: Outcome, path: list[str]) -> list[_Rows]:
    first, last = _entries(outcome)
    position = {stage: i for i, stage in enumerate(outcome.stages)}
    rows = []
    for stage, i in position.items():
        here, at = np.full(len(first), i, np.int32), first[:, i]
        entered = at != ABSENT
        rows.append(_of_stages(outcome, ENTERED, here, at, entered))
        for after in (after for before, after in combinations(path, 2) if before == stage):
            went_on = entered & (last[:, position[after]] >= at)
            rows.append(_of_stages(outcome, reached(after), here, at, went_on))
    return rows


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
        subject="stage",
        clauses=outcome.stages,
        clause=stage[person],
        states=np.array([what], object),
        state=np.zeros(len(person), np.int32),
        at=at[person],
        owner=outcome.leads.owner[person],
        person=person,
    )


def _reasons(outcome: Outcome) -> _Rows:
    visits = outcome.visits
    given = visits.reason >= 0
    return _Rows(
        subject="reason",
        clauses=outcome.reasons,
        clause=visits.reason[given],
        states=np.array([GIVEN], object),
        state=np.zeros(int(given.sum()), np.int32),
        at=visits.entered[given],
        owner=visits.member[given],
        person=visits.person[given],
    )


def _counted(rows: _Rows, outcome: Outcome, zone: tzinfo) -> Tallies:
    """Counts equal rows, each as one number made of its positions."""
    mondays, week = np.unique(weeks(rows.at, zone), return_inverse=True)
    leads = outcome.leads
    columns = (
        (rows.clauses, rows.clause),
        (rows.states, rows.state),
        (outcome.members, rows.owner),
        (outcome.sources, leads.source[rows.person]),
        (outcome.tiers, leads.tier[rows.person]),
        (mondays, week),
    )
    # one place more than there are names: position -1, nothing, wraps round to the last
    sizes = tuple(len(names) + 1 for names, _ in columns)
    codes = tuple(code.astype(np.int64) for _, code in columns)
    combined = np.ravel_multi_index(codes, sizes, mode="wrap")
    distinct, count = np.unique(combined, return_counts=True)
    places = np.unravel_index(distinct, sizes)
    clause, state, owner, source, tier = (
        np.append(names, "")[place] for (names, _), place in zip(columns[:5], places, strict=False)
    )
    subject = np.full(len(distinct), rows.subject, object)
    return Tallies(subject, clause, state, mondays[places[5]], owner, source, tier, count)


def _joined(parts: list[Tallies]) -> Tallies:
    return Tallies(
        *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Tallies))
    )
