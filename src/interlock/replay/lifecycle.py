"""Stages: which lead was at which stage, from when to when, and what moved it.

The agreement's stages are compiled to data (which stage may follow which, and past which skippable
ones); one jitted kernel walks every person's moments with it. Changing a criterion changes the
data, never the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import names
from interlock.agreement.hours import DAY
from interlock.agreement.reach import START
from interlock.agreement.schema import Agreement, Stage
from interlock.facts.columns import Mask
from interlock.replay.index import Index
from interlock.replay.moments import Moments, at_rows
from interlock.replay.outcome import ABSENT, Codes, Instants, Visits
from interlock.replay.reasons import reasons_given


@dataclass(frozen=True)
class Routes:
    """The agreement's stages as data.

    From stage s (the last row: from none) lead the routes `begin[s]:begin[s + 1]`, best first.
    Route r ends at `target[r]` and passes `passed[r, :]` (padded with -1) without their criteria.
    `return_after` and `return_needs` (position among the criteria, -1: none) are each reason's
    return rule; `free` marks the stages that may be entered whatever the rule says; `ends` those
    that a reason no longer moves a lead away from.
    """

    begin: Codes
    target: Codes
    passed: Codes
    return_after: Instants
    return_needs: Codes
    free: NDArray[np.bool_]
    ends: NDArray[np.bool_]


@dataclass(frozen=True)
class _Decided:
    """What decisions say, at each moment: the reason given and the stage that it sends to."""

    reason: Codes
    goes_to: Codes
    member: Codes


def routes(agreement: Agreement) -> Routes:
    """Compiles the stages and the reasons' return rules."""
    ids = [stage.id for stage in agreement.stages]
    lists = [_routes_from(agreement.stages, here) for here in [*ids, START]]
    flat = [route for found in lists for route in found]
    width = max((len(route) - 1 for route in flat), default=0) or 1
    passed = np.full((len(flat), width), -1, np.int32)
    for row, route in enumerate(flat):
        passed[row, : len(route) - 1] = [ids.index(id) for id in route[:-1]]
    rules = [reason.returns for reason in agreement.reasons]
    needs = [rule.when for rule in rules if rule and rule.when]
    return Routes(
        begin=np.cumsum([0, *map(len, lists)]).astype(np.int32),
        target=np.array([ids.index(route[-1]) for route in flat], np.int32),
        passed=passed,
        return_after=np.array([(rule.after_days if rule else 0) * DAY for rule in rules], np.int64),
        return_needs=np.array(
            [needs.index(rule.when) if rule and rule.when else -1 for rule in rules], np.int32
        ),
        free=np.array([_is_free(stage) for stage in agreement.stages], bool),
        ends=np.array([bool(stage.outcome) for stage in agreement.stages], bool),
    )


def _is_free(stage: Stage) -> bool:
    """Whether a lead that has to wait may enter: a way out, or somebody's own decision."""
    read = {name.scope for name in names(stage.enter.expression)} if stage.enter else set()
    return bool(stage.outcome) or not read.isdisjoint(("decision", "opportunity"))


def _routes_from(stages: tuple[Stage, ...], here: str) -> list[tuple[str, ...]]:
    """Ways on from `here`, shortest first, then in the file's order; all but the last skipped.

    One way to each stage: whether it is taken depends on the stage alone, so the first counts.
    """
    skippable = {stage.id for stage in stages if stage.may_skip}
    reached = {here}
    found: list[tuple[str, ...]] = []
    edge: list[tuple[str, ...]] = [()]
    while edge:
        steps: list[tuple[str, ...]] = []
        for way in edge:
            before = way[-1] if way else here
            for stage in stages:
                if before in stage.comes_from and stage.enter and stage.id not in reached:
                    reached.add(stage.id)
                    steps.append((*way, stage.id))
        found += steps
        edge = [way for way in steps if way[-1] in skippable]
    return found


def visits(moments: Moments) -> Visits:
    """Every person's stays at stages."""
    agreement, index = moments.agreement, moments.index
    compiled, decided = routes(agreement), _decided(moments)
    enters = _rows([moments.holds(s.enter) if s.enter else None for s in agreement.stages], index)
    rules = [reason.returns for reason in agreement.reasons if reason.returns]
    returns = _rows([moments.holds(rule.when) for rule in rules if rule.when], index)
    arguments = (
        index.first,
        index.at,
        enters,
        returns,
        decided.reason,
        decided.goes_to,
        compiled.begin,
        compiled.target,
        compiled.passed,
        compiled.return_after,
        compiled.return_needs,
        compiled.free,
        compiled.ends,
    )
    counts = np.zeros(len(index.people), np.int64)
    none = np.empty((0, _WIDTH), np.int64)
    _walk(*arguments, np.zeros_like(counts), counts, none)
    offsets = np.cumsum(counts) - counts
    table = np.empty((int(counts.sum()), _WIDTH), np.int64)
    _walk(*arguments, offsets, counts, table)
    return _as_visits(table, decided, len(agreement.stages))


def _rows(held: list[Mask | None], index: Index) -> NDArray[np.bool_]:
    """Criteria by moments; a stage without criterion is never entered by one."""
    never = np.zeros(len(index), bool)
    return np.stack([never if row is None else row for row in [*held, None]])


def _decided(moments: Moments) -> _Decided:
    agreement, table = moments.agreement, moments.index.table("decision")
    ids = [stage.id for stage in agreement.stages]
    goes = np.array([*(ids.index(r.goes_to) for r in agreement.reasons), -1], np.int32)
    reason = at_rows(reasons_given(table, agreement), moments.index.rows_of("decision"))
    return _Decided(reason, goes[reason], moments.members_at("decision"))


_PERSON, _STAGE, _FROM, _ENTERED, _LEFT, _SKIPPED, _REASON, _FACT = range(8)
_WIDTH = 8


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

    A skipped stage is left as it is entered. A table without rows has visits counted only.
    """
    if len(table):
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
    """Whether the reason that the lead came by lets it go on by any criterion."""
    needs = return_needs[came_by]
    waited: bool = at[m] >= since + return_after[came_by]
    return waited and (needs < 0 or returns[needs, m])


@numba.njit(cache=True)
def _route(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    here: int,
    m: int,
    entered: int,
    enters: NDArray[np.bool_],
    begin: Codes,
    target: Codes,
    free: NDArray[np.bool_],
    back: bool,  # noqa: FBT001 - a kernel knows no keywords
) -> int:
    """The best route on from `here` at moment `m`, or -1; to a stage in `free` unless `back`.

    `entered` has a bit for each stage already entered at this moment: a cycle of criteria ends.
    """
    for r in range(begin[here], begin[here + 1]):
        stage = target[r]
        if enters[stage, m] and (back or free[stage]) and not (entered >> stage) & 1:
            return r
    return -1


@numba.njit(cache=True)
def _walk(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    first: NDArray[np.int64],
    at: Instants,
    enters: NDArray[np.bool_],
    returns: NDArray[np.bool_],
    reason: Codes,
    goes_to: Codes,
    begin: Codes,
    target: Codes,
    passed: Codes,
    return_after: Instants,
    return_needs: Codes,
    free: NDArray[np.bool_],
    ends: NDArray[np.bool_],
    offsets: NDArray[np.int64],
    counts: NDArray[np.int64],
    table: NDArray[np.int64],
) -> None:
    """Walks each person's moments. Counts the visits; where `table` has rows, writes them.

    A reason that sends a lead to where it is makes no visit, but its return rule begins anew.
    """
    none = len(begin) - 2
    for p in range(len(first) - 1):
        here, came_by, since, n = none, -1, ABSENT, offsets[p]
        for m in range(first[p], first[p + 1]):
            sent = int(goes_to[m])
            if sent >= 0 and here != none and (here == sent or not ends[here]):
                if here != sent:
                    n = _enter(table, n, p, sent, here, at[m], 0, reason[m], m)
                here, came_by, since = sent, int(reason[m]), at[m]
                continue
            entered = 1 << here
            while True:
                back = came_by < 0 or _may_return(
                    came_by, since, m, at, returns, return_after, return_needs
                )
                found = _route(here, m, entered, enters, begin, target, free, back)
                if found < 0:
                    break
                here, n = _pass_over(table, n, p, here, passed[found], at[m], m)
                n = _enter(table, n, p, target[found], here, at[m], 0, -1, m)
                here, came_by, since = int(target[found]), -1, at[m]
                entered |= 1 << here
        counts[p] = n - offsets[p]


def _as_visits(table: NDArray[np.int64], decided: _Decided, none: int) -> Visits:
    codes = table.astype(np.int32)
    return Visits(
        person=codes[:, _PERSON],
        stage=codes[:, _STAGE],
        came_from=np.where(codes[:, _FROM] == none, -1, codes[:, _FROM]),
        entered=table[:, _ENTERED].copy(),
        left=table[:, _LEFT].copy(),
        skipped=table[:, _SKIPPED].astype(bool),
        reason=codes[:, _REASON],
        member=decided.member[codes[:, _FACT]] if len(table) else codes[:, _FACT],
        fact=codes[:, _FACT],
    )
