"""What became of each obligation, by instants alone, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.clocks import Clocks
from interlock.replay.kinds import ACTIVITY, DECISION, DEEDS
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER
from interlock.replay.outcome import ABSENT, Codes, Instants, Obligations, State
from interlock.replay.owners import assigned_at, if_of_side
from interlock.replay.parts import at_once
from interlock.replay.picking import codes as as_bits
from interlock.replay.picking import first_after
from interlock.replay.terms import Terms

_DEEDS = as_bits(DEEDS)
_OPEN, _WARNED, _KEPT, _KEPT_LATE, _BROKEN, _VOID = map(int, State)


class Settled(NamedTuple):
    """Obligations in order of their clocks, by the types of their columns, a row each.

    `codes` are promise, person, variant, owner, start_fact, kept_fact and earlier; `instants`
    started, due, kept and ended, as `Obligations` has them.
    """

    codes: NDArray[np.int32]
    instants: NDArray[np.int64]
    state: NDArray[np.uint8]


def stacked(parts: list[Settled]) -> Obligations:
    """All of them in order of person, then promise, then start."""
    codes, instants, state = _in_order(parts) if len(parts) > 1 else (*parts, _NOTHING)[0]
    promise, person, variant, owner, start_fact, kept_fact, earlier = codes
    started, due, kept, ended = instants
    return Obligations(
        promise=promise,
        person=person,
        variant=variant,
        owner=owner,
        started=started,
        due=due,
        kept=kept,
        ended=ended,
        state=state,
        start_fact=start_fact,
        kept_fact=kept_fact,
        earlier=earlier,
    )


def _in_order(parts: list[Settled]) -> Settled:
    """As `stacked`. Those of one promise are in order, and its versions come one after another."""
    parts = sorted(parts, key=lambda part: part.codes[_PROMISE, 0])
    codes, instants = (np.concatenate([part[place] for part in parts], axis=1) for place in (0, 1))
    state = np.concatenate([part.state for part in parts])
    order = np.argsort(codes[_PERSON], kind="stable")  # which finds a few runs that are in order
    return Settled(
        *at_once(
            lambda: codes.take(order, axis=1),
            lambda: instants.take(order, axis=1),
            lambda: state[order],
            rows=len(order),
        )
    )


_PROMISE, _PERSON, _VARIANT, _OWNER, _START, _KEPT_FACT, _EARLIER = range(7)
_BEGAN, _DUE, _KEPT_AT, _ENDED = range(4)
_NOTHING = Settled(np.empty((7, 0), np.int32), np.empty((4, 0), np.int64), np.empty(0, np.uint8))


@dataclass(frozen=True)
class Ends:
    """What each clock comes to; moments are -1, instants NEVER where there is none.

    Columns of which no clock has any may be empty. `warning` is said of what may still be kept.
    """

    due: Instants
    warning: Instants
    kept: NDArray[np.int64]
    void: NDArray[np.int64]


def settle(clocks: Clocks, ends: Ends, said: Terms, moments: Moments, as_of: int) -> Settled:
    """What became of the clocks of one promise."""
    runs, index, who = clocks.runs, moments.index, moments.owners
    began = runs.moment, clocks.keeps_from, runs.stop, clocks.person, clocks.variant
    columns = ends.due, ends.warning, ends.kept, ends.void
    places = index.first, index.at, index.kind, index.row
    members = who.given, who.member, who.begin, who.activity, who.decision, who.sides
    given = (*began, *columns, *places, *members, said.code, said.side, said.variants, as_of)
    return Settled(*_settle(*given))


@numba.njit(cache=True, nogil=True)
def _settle(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    begin: NDArray[np.int64],
    keeps_from: NDArray[np.int64],
    stop: NDArray[np.int64],
    person: Codes,
    variant: Codes,
    due: Instants,
    warning: Instants,
    kept: NDArray[np.int64],
    void: NDArray[np.int64],
    first: NDArray[np.int64],
    at: Instants,
    kind: NDArray[np.uint8],
    row: Codes,
    given: NDArray[np.int64],
    member: Codes,
    given_from: Codes,
    activity: Codes,
    decision: Codes,
    sides: Codes,
    code: int,
    side: int,
    variants: Codes,
    as_of: int,
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]:
    """As `Settled`.

    Whose an obligation is: the member of the owing side who had the lead when it was settled, else
    who kept it. Settled is what was kept in time, fell due or became void: what happens afterwards
    to a lead that is late does not pass the delay on to somebody else.
    """
    many = len(begin)
    codes, instants = np.empty((7, many), np.int32), np.empty((4, many), np.int64)
    state = np.empty(many, np.uint8)
    codes[_PROMISE], codes[_START] = code, begin
    instants[_ENDED] = ABSENT
    _count_earlier(begin, keeps_from, person, first, at, kind, codes[_EARLIER])
    # looked up one after the other, the waits for what lies far apart overlap
    for i in range(many):
        instants[_BEGAN, i] = at[begin[i]]
    for i in range(many):
        instants[_KEPT_AT, i] = at[kept[i]] if kept[i] >= 0 else ABSENT
    for i in range(many):
        codes[_PERSON, i], codes[_VARIANT, i] = person[i], variants[variant[i]]
        codes[_KEPT_FACT, i], instants[_DUE, i] = kept[i], ABSENT if due[i] == NEVER else due[i]
        warns, voids = warning[i] if len(warning) else NEVER, void[i] if len(void) else -1
        is_now = _state(due[i], warns, kept[i], instants[_KEPT_AT, i], voids, at, as_of)
        state[i], settled, owner = is_now, kept[i], np.int32(-1)
        if is_now == _VOID:
            instants[_ENDED, i], settled = at[voids], voids
            instants[_KEPT_AT, i], codes[_KEPT_FACT, i] = ABSENT, -1
        if given_from[person[i]] < given_from[person[i] + 1]:  # most leads are nobody's
            if is_now not in (_VOID, _KEPT):
                settled = _last(begin[i], stop[i], min(due[i], as_of), at)
            owner = assigned_at(settled, person[i], given, member, given_from)
            owner = if_of_side(owner, side, sides)
        if owner < 0 and is_now in (_KEPT, _KEPT_LATE):
            owner = if_of_side(_acted(kept[i], kind, row, activity, decision), side, sides)
        codes[_OWNER, i] = owner
    return codes, instants, state


@numba.njit(cache=True)
def _count_earlier(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    begin: NDArray[np.int64],
    keeps_from: NDArray[np.int64],
    person: Codes,
    first: NDArray[np.int64],
    at: Instants,
    kind: NDArray[np.uint8],
    found: Codes,
) -> None:
    """Writes for each clock how many deeds (`DEEDS`) of its second came too early.

    Clocks that begin in one second go on where the one before came to.
    """
    for i in range(len(begin)):
        second, since, many = at[begin[i]], first[person[i]], np.int32(0)
        if i and person[i] == person[i - 1] and at[begin[i - 1]] == second:
            since, many = keeps_from[i - 1], found[i - 1]
        m = keeps_from[i] - 1
        while m >= since and at[m] == second:
            many += np.int32(_DEEDS >> kind[m] & 1)
            m -= 1
        found[i] = many


@numba.njit(cache=True)
def _state(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    due: int, warning: int, kept: int, kept_at: int, void: int, at: Instants, as_of: int
) -> int:
    """The state. What became void after the deadline stays broken."""
    if void >= 0 and at[void] <= due and (kept < 0 or void < kept):
        return _VOID
    if kept >= 0:
        return _KEPT if kept_at <= due else _KEPT_LATE
    if as_of > due:
        return _BROKEN
    return _WARNED if warning != NEVER and as_of >= warning else _OPEN


@numba.njit(cache=True)
def _last(begin: int, stop: int, until: int, at: Instants) -> int:
    """The last moment in [begin, stop) that is not after `until`; `begin` where all are."""
    return max(first_after(at, begin, stop, until) - 1, begin)


@numba.njit(cache=True)
def _acted(
    moment: int, kind: NDArray[np.uint8], row: Codes, activity: Codes, decision: Codes
) -> np.int32:
    """Who acted at the moment: whom the activity or the decision names."""
    if kind[moment] == ACTIVITY:
        return np.int32(activity[row[moment]])
    return np.int32(decision[row[moment]] if kind[moment] == DECISION else -1)
