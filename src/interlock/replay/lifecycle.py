"""Stages: which lead was at which stage, from when to when, and what moved it.

The agreement's stages are compiled to data (which stage may follow which, and past which skippable
ones); one jitted kernel walks every person's moments with it. Changing a criterion changes the
data, never the kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import names
from interlock.agreement.hours import DAY
from interlock.agreement.reach import START
from interlock.agreement.schema import Agreement, Stage
from interlock.facts.columns import Mask
from interlock.replay.eras import Eras
from interlock.replay.index import Index
from interlock.replay.moments import Moments, at_rows
from interlock.replay.outcome import ABSENT, Codes, Instants, Visits
from interlock.replay.reasons import reasons_given


@dataclass(frozen=True)
class Routes:
    """The stages of all versions as data; rows `v` are of the version that counts since `since[v]`.

    From stage s (the last column: from none) lead the routes `begin[v, s]:begin[v, s + 1]`, best
    first. Route r ends at `target[r]` and passes `passed[r, :]` (padded with -1) without their
    criteria. `return_after` and `return_needs` (position among the criteria, -1: none) are each
    reason's return rule; `free` marks the stages that may be entered whatever the rule says; `ends`
    those that a reason no longer moves a lead away from.
    """

    since: Instants
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


def routes(eras: Eras) -> Routes:
    """Compiles each version's stages, and its reasons' return rules."""
    texts, words = [each.agreement for each in eras.all], eras.all[0].words
    lists = [
        _routes_from(text, _stands_at(texts[: v + 1], here))
        for v, text in enumerate(texts)
        for here in [*words.stages, START]
    ]
    flat = [route for found in lists for route in found]
    width = max((len(route) - 1 for route in flat), default=0) or 1
    passed = np.full((len(flat), width), -1, np.int32)
    for row, route in enumerate(flat):
        passed[row, : len(route) - 1] = [words.stages.index(id) for id in route[:-1]]
    ends = np.cumsum([0, *map(len, lists)])
    steps = len(words.stages) + 1
    first = np.arange(len(texts))[:, None] * steps + np.arange(steps + 1)
    after, needs = _return_rules(texts, words.reasons)
    return Routes(
        since=eras.since,
        begin=ends[first].astype(np.int32),
        target=np.array([words.stages.index(route[-1]) for route in flat], np.int32),
        passed=passed,
        return_after=after,
        return_needs=needs,
        free=_of_stages(texts, words.stages, _is_free),
        ends=_of_stages(texts, words.stages, lambda stage: bool(stage.outcome)),
    )


def _return_rules(texts: list[Agreement], reasons: tuple[str, ...]) -> tuple[Instants, Codes]:
    """For each version and reason, the seconds to wait, and which of `_returns` has to hold."""
    after = np.zeros((len(texts), len(reasons)), np.int64)
    needs = np.full((len(texts), len(reasons)), -1, np.int32)
    found = 0
    for v, text in enumerate(texts):
        for reason in text.reasons:
            place, rule = reasons.index(reason.id), reason.returns
            after[v, place] = (rule.after_days if rule else 0) * DAY
            if rule and rule.when:
                needs[v, place] = found
                found += 1
    return after, needs


def _returns(eras: Eras) -> list[Mask]:
    """The return rules' criteria at every moment, in the order of `_return_rules`."""
    return [
        moments.holds(reason.returns.when)
        for moments in eras.all
        for reason in moments.agreement.reasons
        if reason.returns and reason.returns.when
    ]


def _of_stages(
    texts: list[Agreement], ids: tuple[str, ...], is_so: Callable[[Stage], bool]
) -> NDArray[np.bool_]:
    """For each version and stage whether it is so; not of a stage that the version lacks."""
    stages = [[text.stage(id) for id in ids] for text in texts]
    return np.array([[bool(each and is_so(each)) for each in row] for row in stages]).reshape(
        len(texts), len(ids)
    )


def _stands_at(texts: list[Agreement], here: str) -> str:
    """Where a lead at stage `here` goes on from under the last of the versions.

    From that stage, or, where the version has it no more, from the one that stood last before it
    and is still there; from `start` where there is none.
    """
    if here == START or texts[-1].stage(here):
        return here
    had = next((text for text in reversed(texts) if text.stage(here)), None)
    before = [] if had is None else [stage.id for stage in had.stages]
    left = [id for id in before[: before.index(here)] if texts[-1].stage(id)] if before else []
    return left[-1] if left else START


def _is_free(stage: Stage) -> bool:
    """Whether a lead that has to wait may enter: a way out, or somebody's own decision."""
    read = {name.scope for name in names(stage.enter.expression)} if stage.enter else set()
    return bool(stage.outcome) or not read.isdisjoint(("decision", "opportunity"))


def _routes_from(agreement: Agreement, here: str) -> list[tuple[str, ...]]:
    """Ways on from `here`, shortest first, then in the file's order; all but the last skipped.

    One way to each stage: whether it is taken depends on the stage alone, so the first counts.
    """
    stages = agreement.stages
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


def visits(eras: Eras) -> Visits:
    """Every person's stays at stages."""
    index, compiled, decided = eras.index, routes(eras), _decided(eras)
    stages = eras.all[0].words.stages
    enters = _rows([eras.joined(partial(_enters, id)) for id in stages], index)
    arguments = (
        index.first,
        index.at,
        enters,
        _rows(_returns(eras), index),
        decided.reason,
        decided.goes_to,
        compiled.since,
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
    return _as_visits(table, decided, len(stages))


def _enters(id: str, moments: Moments) -> Mask:
    """When the stage can be entered; never without a criterion, or where the version lacks it."""
    stage = moments.agreement.stage(id)
    if stage is None or stage.enter is None:
        return np.zeros(len(moments.index), bool)
    return moments.holds(stage.enter)


def _rows(held: list[Mask], index: Index) -> NDArray[np.bool_]:
    """Criteria by moments, and one that never holds."""
    return np.stack([*held, np.zeros(len(index), bool)])


def _decided(eras: Eras) -> _Decided:
    """Reasons and where they send, each decision read under its version."""
    reason = eras.joined(_reasons)
    goes_to = eras.joined(lambda each: _targets(each)[_reasons(each)])
    return _Decided(reason, goes_to, eras.all[0].members_at("decision"))


def _reasons(moments: Moments) -> Codes:
    """At each moment the reason that a decision gives, -1 where none does."""
    agreement, words = moments.agreement, moments.words
    given = reasons_given(moments.index.table("decision"), agreement)
    own = np.array(
        [*(words.reasons.index(reason.id) for reason in agreement.reasons), -1], np.int32
    )
    return at_rows(own[given], moments.index.rows_of("decision"))


def _targets(moments: Moments) -> Codes:
    """The stage that each reason sends a lead to; -1 of one that the version lacks, and at last."""
    goes = np.full(len(moments.words.reasons) + 1, -1, np.int32)
    for reason in moments.agreement.reasons:
        place = moments.words.reasons.index(reason.id)
        goes[place] = moments.words.stages.index(reason.goes_to)
    return goes


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
    """Whether the reason that the lead came by lets it go on by any criterion.

    `return_after` and `return_needs` are of the version under which it was sent away.
    """
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
    begins: Instants,
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
    none, last = begin.shape[1] - 2, len(begins) - 1
    for p in range(len(first) - 1):
        here, came_by, since, n = none, -1, ABSENT, offsets[p]
        version, sent_under = 0, 0
        for m in range(first[p], first[p + 1]):
            while version < last and at[m] >= begins[version + 1]:
                version += 1
            sent = int(goes_to[m])
            if sent >= 0 and here != none and (here == sent or not ends[version, here]):
                if here != sent:
                    n = _enter(table, n, p, sent, here, at[m], 0, reason[m], m)
                here, came_by, since, sent_under = sent, int(reason[m]), at[m], version
                continue
            entered = 1 << here
            while True:
                back = came_by < 0 or _may_return(
                    came_by,
                    since,
                    m,
                    at,
                    returns,
                    return_after[sent_under],
                    return_needs[sent_under],
                )
                found = _route(
                    here, m, entered, enters, begin[version], target, free[version], back
                )
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
