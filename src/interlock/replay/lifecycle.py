"""Stages: which lead was at which stage, from when to when, and what moved it.

The agreement's stages are compiled to data (`routes`); one jitted kernel walks every person's
moments with it, part by part. Changing a criterion changes the data, never the kernel.
"""

from __future__ import annotations

from itertools import accumulate

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.timeline import Version
from interlock.replay.asked import Question, question
from interlock.replay.eras import Eras
from interlock.replay.kept import once_each
from interlock.replay.kinds import DECISION
from interlock.replay.outcome import ABSENT, Codes, Flags, Instants, Visits
from interlock.replay.parts import in_parts, side_by_side, threads
from interlock.replay.picking import first_after
from interlock.replay.prepared import AT_ONCE, Held
from interlock.replay.reasons import reasons_given
from interlock.replay.routes import returning, routes


def visits(eras: Eras) -> Visits:
    """Every person's stays at stages."""
    compiled, index = routes(eras), eras.index
    held = [bits for each in eras.all for bits in each.together(_enters(each.version))]
    returns, needs = _returns(eras, compiled.return_needs)
    arguments = (
        index.first,
        index.at,
        index.kind,
        index.row,
        _stacked(held).reshape(len(eras.all), len(held) // len(eras.all), len(index)),
        _stacked(returns),
        _reasons(eras),
        compiled.goes_to,
        compiled.since,
        compiled.begin,
        compiled.target,
        compiled.passed,
        compiled.reach,
        compiled.return_after,
        needs,
        compiled.free,
        compiled.ends,
    )

    facts = index.person, index.at, index.kind, index.row, eras.all[0].owners.decision

    def walk(begin: int, stop: int) -> _Stays:
        table = np.empty((_VISITS * (stop - begin), _WIDTH), np.int32)
        many = _walk(*arguments, begin, stop, table)
        if many > len(table):
            table = np.empty((many, _WIDTH), np.int32)
            _walk(*arguments, begin, stop, table)
        stays = _room(many)
        _fill(table, *facts, *stays)  # while the part's moments are in the processor's cache
        return stays

    return _joined(in_parts(walk, index.first), threads(len(index)))


def _returns(eras: Eras, needs: Codes) -> tuple[list[Held], Codes]:
    """Numbers whose bits say what return rules ask for, and the bit that each reason needs.

    By version and reason; bit b of the numbers in row r is r * AT_ONCE + b, and -1: nothing has to
    hold.
    """
    numbers: dict[int, Held] = {}
    found = needs.copy()
    for version, each in enumerate(eras.all):
        held = [each.held(rule) for rule in returning(each.agreement)]
        numbers |= {id(bits): bits for bits, _ in held}
        rows = [*numbers]
        places = [rows.index(id(bits)) * AT_ONCE + bit for bits, bit in held]
        found[version] = np.array([*places, -1], np.int32)[needs[version]]
    return [*numbers.values()] or [np.zeros(len(eras.index), np.uint16)], found


def moving(version: Version) -> list[Question]:
    """What is asked to move leads under one version."""
    rules = map(question, returning(version.agreement))
    return [*(each for each in _enters(version) if each), *rules]


@once_each
def _enters(version: Version) -> list[Question | None]:
    """What each stage can be entered by; None without a criterion, or where there is no such."""
    stages = [version.agreement.stage(id) for id in version.words.stages]
    return [question(stage.enter) if stage and stage.enter else None for stage in stages]


def _stacked(bits: list[Held]) -> Held:
    """All of them, a row each."""
    return bits[0][None, :] if len(bits) == 1 else np.stack(bits)


def _reasons(eras: Eras) -> Codes:
    """The reason that each decision gives under each version (-1: none), by its row."""
    table = eras.index.table("decision")
    found = np.full((len(eras.all), len(table)), -1, np.int32)
    for version, each in enumerate(eras.all if len(table) else ()):
        found[version] = _own_reasons(each.version)[reasons_given(table, each.agreement)]
    return found


@once_each
def _own_reasons(version: Version) -> Codes:
    """The version's reasons as all versions have them; and last that of none."""
    own = [version.words.reasons.index(reason.id) for reason in version.agreement.reasons]
    return np.array([*own, -1], np.int32)


Place = np.uint64
"""A moment, by a number without a sign (see `picking`)."""

_FACT, _STAGE, _REASON, _SKIPPED = range(4)
_WIDTH = 4
_VISITS = 2
"""Room for so many visits a person is made at first."""


@numba.njit(cache=True)
def _enter(table: Codes, n: int, stage: int, skipped: int, reason: int, fact: Place) -> int:  # noqa: PLR0913, PLR0917 - a row of the table
    """Makes visit `n` and returns the number of the next one; without room it is only counted."""
    if n < len(table):
        table[n, _FACT], table[n, _STAGE] = fact, stage
        table[n, _REASON], table[n, _SKIPPED] = reason, skipped
    return n + 1


@numba.njit(cache=True)
def _pass_over(table: Codes, n: int, passed: Codes, route: int, fact: Place) -> int:
    """Skips the stages that the route passes, and returns the next visit's number."""
    for place in range(passed.shape[1]):
        stage = passed[route, place]
        if stage >= 0:
            n = _enter(table, n, int(stage), 1, -1, fact)
    return n


@numba.njit(cache=True)
def _may_return(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    version: int,
    came_by: int,
    since: int,
    m: Place,
    at: Instants,
    returns: Held,
    return_after: Instants,
    return_needs: Codes,
) -> bool:
    """Whether the reason that the lead came by lets it go on by any criterion.

    That is the reason as the version has it under which it was sent away.
    """
    needs = return_needs[version, came_by]
    waited: bool = at[m] >= since + return_after[version, came_by]
    return waited and (needs < 0 or returns[needs // AT_ONCE, m] >> needs % AT_ONCE & 1 == 1)


@numba.njit(cache=True)
def _holding(enters: Held, version: int, m: Place) -> int:
    """A bit for each stage whose criterion holds at the moment."""
    may = np.int64(0)
    for number in range(enters.shape[1]):
        may |= np.int64(enters[version, number, m]) << number * AT_ONCE
    return may  # type: ignore[return-value] # scalar


@numba.njit(cache=True)
def _moves_next(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    enters: Held,
    kind: NDArray[np.uint8],
    version: int,
    asked: int,
    begin: Place,
    stop: Place,
) -> Place:
    """The first moment in [begin, stop) that may move a lead, else `stop`.

    A decision may, and one at which the criterion of one of the stages asked for holds; any, where
    there are more stages than have their bits in one number.
    """
    m, first, few = begin, np.uint16(asked), enters.shape[1] == 1
    while few and m < stop and kind[m] != DECISION and not enters[version, 0, m] & first:
        m += np.uint64(1)
    return m


@numba.njit(cache=True)
def _since(instant: int, at: Instants, begin: Place, stop: Place) -> Place:
    """The first moment in [begin, stop) that is not before the instant, else `stop`."""
    return np.uint64(first_after(at, int(np.int64(begin)), int(np.int64(stop)), instant - 1))


@numba.njit(cache=True)
def _route(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    version: int,
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
    for r in range(begin[version, here], begin[version, here + 1]):
        stage = target[r]
        if (may >> stage) & 1 and (back or free[version, stage]):
            return r
    return -1


@numba.njit(cache=True, nogil=True)
def _walk(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    first: NDArray[np.int64],
    at: Instants,
    kind: NDArray[np.uint8],
    row: Codes,
    enters: Held,
    returns: Held,
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
    first_person: int,
    stop: int,
    table: Codes,
) -> int:
    """Walks each person's moments. Counts the visits, and writes those that have room in `table`.

    A reason that sends a lead to where it is makes no visit, but its return rule begins anew.
    """
    none, last, n = begin.shape[1] - 2, len(begins) - 1, 0
    for p in range(first_person, stop):
        here, came_by, since = none, -1, ABSENT
        version, sent_under, after, end = 0, 0, np.uint64(first[p]), np.uint64(first[p + 1])
        while after < end:
            while version < last and at[after] >= begins[version + 1]:
                version += 1
            until = end if version == last else _since(begins[version + 1], at, after, end)
            asked = reach[version, here] & ~(1 << here)
            m = after = _moves_next(enters, kind, version, asked, after, until)
            if m == until:
                continue
            after += np.uint64(1)
            if kind[m] == DECISION and here != none:
                reason = reasons[version, row[m]]
                sent = int(goes_to[version, reason])
                if sent >= 0 and (here == sent or not ends[version, here]):
                    if here != sent:
                        n = _enter(table, n, sent, 0, int(reason), m)
                    here, came_by, since, sent_under = sent, int(reason), at[m], version
                    continue
            may = _holding(enters, version, m) & ~(1 << here)
            while may & reach[version, here]:
                back = came_by < 0 or _may_return(
                    sent_under, came_by, since, m, at, returns, return_after, return_needs
                )
                found = _route(version, here, may, begin, target, free, back)
                if found < 0:
                    break
                n = _pass_over(table, n, passed, found, m)
                n = _enter(table, n, int(target[found]), 0, -1, m)
                here, came_by = int(target[found]), -1
                may &= ~(1 << here)
    return n


_Stays = tuple[Codes, Instants, Flags]
"""Visits: a row each for person, stage, came from, reason, member and fact; for the instants of
entering and leaving; and whether the stage was skipped."""


def _room(many: int) -> _Stays:
    return np.empty((6, many), np.int32), np.empty((2, many), np.int64), np.empty(many, np.bool_)


def _joined(parts: list[_Stays], many: int) -> Visits:
    """The visits of all parts, put in order by so many threads; nobody has visits in two parts."""
    ends = [*accumulate(len(skipped) for _, _, skipped in parts)]
    codes, instants, skipped = _room(ends[-1])

    def put(part: int) -> None:
        place = slice(ends[part] - len(parts[part][2]), ends[part])
        codes[:, place], instants[:, place], skipped[place] = parts[part]

    side_by_side(put, len(parts), many)
    person, stage, came_from, reason, member, fact = codes
    entered, left = instants
    return Visits(person, stage, came_from, entered, left, skipped, reason, member, fact)


@numba.njit(cache=True, nogil=True)
def _fill(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    table: Codes,
    whose: Codes,
    at: Instants,
    kind: NDArray[np.uint8],
    row: Codes,
    decided_by: Codes,
    codes: Codes,
    instants: Instants,
    skipped: Flags,
) -> None:
    """What the first rows of the table say; `decided_by` has whom each decision names.

    Each visit comes from the one before it, and lasts until the next of the same person. A skipped
    stage is left as it is entered.
    """
    person, stage, came_from, reason, member, fact = codes
    entered, left = instants
    for n in range(len(skipped)):
        m = np.uint64(table[n, _FACT])
        fact[n], stage[n], reason[n] = m, table[n, _STAGE], table[n, _REASON]
        person[n], entered[n], left[n] = whose[m], at[m], ABSENT
        member[n] = decided_by[row[m]] if kind[m] == DECISION else -1
        skipped[n] = table[n, _SKIPPED] == 1
        again = n > 0 and person[n - 1] == person[n]
        came_from[n] = stage[n - 1] if again else -1
        if again and left[n - 1] == ABSENT:
            left[n - 1] = entered[n]
        if skipped[n]:
            left[n] = entered[n]
