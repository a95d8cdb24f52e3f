"""Stages: which lead was at which stage, from when to when, and what moved it.

The agreement's stages are compiled to data (`routes`); one jitted kernel walks every person's
moments with it, part by part. Changing a criterion changes the data, never the kernel.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import Criterion
from interlock.facts.columns import Array, Mask
from interlock.replay.eras import Eras
from interlock.replay.kinds import DECISION
from interlock.replay.moments import Moments
from interlock.replay.outcome import ABSENT, Codes, Instants, Visits
from interlock.replay.reasons import reasons_given
from interlock.replay.routes import Routes, routes


def visits(eras: Eras) -> Visits:
    """Every person's stays at stages."""
    compiled, reasons = routes(eras), _reasons(eras)

    def walk(part: Eras, person: int) -> dict[str, Array]:
        found = _walked(part, compiled, reasons)
        found[:, _PERSON] += person
        found[:, _FACT] += eras.index.first[person]
        return _columns(found, len(eras.all[0].words.stages))

    parts = eras.in_parts(walk, _criteria)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return Visits(**columns, member=eras.all[0].members_at("decision", columns["fact"]))


def _criteria(moments: Moments) -> Iterator[Criterion]:
    """What moves leads under one version."""
    for stage in moments.agreement.stages:
        if stage.enter:
            yield stage.enter
    for reason in moments.agreement.reasons:
        if reason.returns and reason.returns.when:
            yield reason.returns.when


def _walked(eras: Eras, compiled: Routes, reasons: Codes) -> NDArray[np.int64]:
    """The table of visits of some people."""
    index = eras.index
    arguments = (
        index.first,
        index.at,
        index.kind,
        index.row,
        _open_stages(eras),
        np.stack([*_returns(eras), np.zeros(len(index), np.bool_)]),
        reasons,
        compiled.goes_to,
        compiled.since,
        compiled.begin,
        compiled.target,
        compiled.passed,
        compiled.reach,
        compiled.return_after,
        compiled.return_needs,
        compiled.free,
        compiled.ends,
    )
    table = np.empty((_VISITS * len(index.people), _WIDTH), np.int64)
    many = _walk(*arguments, table)
    if many > len(table):
        table = np.empty((many, _WIDTH), np.int64)
        _walk(*arguments, table)
    return table[:many]


def _open_stages(eras: Eras) -> NDArray[np.int64]:
    """At each moment, a bit for each stage whose criterion holds."""
    found = np.zeros(len(eras.index), np.int64)
    for place, id in enumerate(eras.all[0].words.stages):
        _add_bit(found, eras.joined(partial(_enters, id)), place)
    return found


@numba.njit(cache=True, nogil=True)
def _add_bit(bits: NDArray[np.int64], held: Mask, place: int) -> None:
    for m in range(len(bits)):
        bits[m] |= np.int64(held[m]) << place


def _enters(id: str, moments: Moments) -> Mask:
    """When the stage can be entered; never without a criterion, or where the version lacks it."""
    stage = moments.agreement.stage(id)
    if stage is None or stage.enter is None:
        return np.zeros(len(moments.index), bool)
    return moments.holds(stage.enter)


def _returns(eras: Eras) -> list[Mask]:
    """The return rules' criteria at every moment, in the order of `_return_rules`."""
    return [
        moments.holds(reason.returns.when)
        for moments in eras.all
        for reason in moments.agreement.reasons
        if reason.returns and reason.returns.when
    ]


def _reasons(eras: Eras) -> Codes:
    """The reason that each decision gives under each version (-1: none), by its row."""
    words, table = eras.all[0].words, eras.index.table("decision")
    found = np.full((len(eras.all), len(table)), -1, np.int32)
    for version, each in enumerate(eras.all):
        own = [words.reasons.index(reason.id) for reason in each.agreement.reasons]
        given = reasons_given(table, each.agreement)
        found[version] = np.array([*own, -1], np.int32)[given]
    return found


_PERSON, _STAGE, _FROM, _ENTERED, _LEFT, _SKIPPED, _REASON, _FACT = range(8)
_WIDTH = 8
_CODES = [_PERSON, _STAGE, _FROM, _REASON, _FACT]
_VISITS = 2
"""Room for so many visits a person is made at first."""


@numba.njit(cache=True)
def _enter(  # noqa: PLR0913, PLR0917 - a row of the table
    table: NDArray[np.int64],
    n: int,
    person: int,
    stage: int,
    came_from: int,
    at: int,
    skipped: int,
    reason: int,
    fact: int,
) -> int:
    """Makes visit `n`, and ends the visit before it; returns the number of the next one.

    A skipped stage is left as it is entered. What the table has no room for is only counted.
    """
    if n < len(table):
        if n > 0 and table[n - 1, _PERSON] == person and table[n - 1, _LEFT] == ABSENT:
            table[n - 1, _LEFT] = at
        table[n, _PERSON], table[n, _STAGE], table[n, _FROM] = person, stage, came_from
        table[n, _ENTERED], table[n, _LEFT] = at, at if skipped else ABSENT
        table[n, _SKIPPED], table[n, _REASON], table[n, _FACT] = skipped, reason, fact
    return n + 1


@numba.njit(cache=True)
def _pass_over(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    table: NDArray[np.int64], n: int, person: int, here: int, stages: Codes, at: int, fact: int
) -> tuple[int, int]:
    """Skips the stages (padded with -1), and returns the last one and the next visit's number."""
    for stage in stages:
        if stage >= 0:
            n = _enter(table, n, person, int(stage), here, at, 1, -1, fact)
            here = int(stage)
    return here, n


@numba.njit(cache=True)
def _may_return(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    came_by: int,
    since: int,
    m: int,
    at: Instants,
    returns: NDArray[np.bool_],
    return_after: Instants,
    return_needs: Codes,
) -> bool:
    """Whether the reason that the lead came by lets it go on by any criterion.

    `return_after` and `return_needs` are of the version under which it was sent away.
    """
    needs = return_needs[came_by]
    waited: bool = at[m] >= since + return_after[came_by]
    return waited and (needs < 0 or returns[needs, m])


@numba.njit(cache=True)
def _route(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    here: int,
    may: int,
    begin: Codes,
    target: Codes,
    free: NDArray[np.bool_],
    back: bool,  # noqa: FBT001 - a kernel knows no keywords
) -> int:
    """The best route on from `here`, or -1; to a stage in `free` unless `back`.

    `may` has a bit for each stage whose criterion holds and that was not yet entered at this
    moment: a cycle of criteria ends.
    """
    for r in range(begin[here], begin[here + 1]):
        stage = target[r]
        if (may >> stage) & 1 and (back or free[stage]):
            return r
    return -1


@numba.njit(cache=True, nogil=True)
def _walk(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    first: NDArray[np.int64],
    at: Instants,
    kind: NDArray[np.uint8],
    row: Codes,
    enters: NDArray[np.int64],
    returns: NDArray[np.bool_],
    reasons: Codes,
    goes_to: Codes,
    begins: Instants,
    begin: Codes,
    target: Codes,
    passed: Codes,
    reach: NDArray[np.int64],
    return_after: Instants,
    return_needs: Codes,
    free: NDArray[np.bool_],
    ends: NDArray[np.bool_],
    table: NDArray[np.int64],
) -> int:
    """Walks each person's moments. Counts the visits, and writes those that have room in `table`.

    A reason that sends a lead to where it is makes no visit, but its return rule begins anew.
    """
    none, last, n = begin.shape[1] - 2, len(begins) - 1, 0
    for p in range(len(first) - 1):
        here, came_by, since = none, -1, ABSENT
        version, sent_under = 0, 0
        for m in range(first[p], first[p + 1]):
            while version < last and at[m] >= begins[version + 1]:
                version += 1
            if kind[m] == DECISION and here != none:
                reason = reasons[version, row[m]]
                sent = int(goes_to[version, reason])
                if sent >= 0 and (here == sent or not ends[version, here]):
                    if here != sent:
                        n = _enter(table, n, p, sent, here, at[m], 0, reason, m)
                    here, came_by, since, sent_under = sent, int(reason), at[m], version
                    continue
            may = enters[m] & ~(1 << here)
            while may & reach[version, here]:
                back = came_by < 0 or _may_return(
                    came_by,
                    since,
                    m,
                    at,
                    returns,
                    return_after[sent_under],
                    return_needs[sent_under],
                )
                found = _route(here, may, begin[version], target, free[version], back)
                if found < 0:
                    break
                here, n = _pass_over(table, n, p, here, passed[found], at[m], m)
                n = _enter(table, n, p, target[found], here, at[m], 0, -1, m)
                here, came_by, since = int(target[found]), -1, at[m]
                may &= ~(1 << here)
    return n


def _columns(table: NDArray[np.int64], none: int) -> dict[str, Array]:
    """The columns of visits, but who decided; stage `none` is none."""
    person, stage, came_from, reason, fact = np.ascontiguousarray(table[:, _CODES].T, np.int32)
    return {
        "person": person,
        "stage": stage,
        "came_from": np.where(came_from == none, np.int32(-1), came_from),
        "entered": table[:, _ENTERED].copy(),
        "left": table[:, _LEFT].copy(),
        "skipped": table[:, _SKIPPED].astype(bool),
        "reason": reason,
        "fact": fact,
    }
