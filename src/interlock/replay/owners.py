"""Who had a lead, and who acted on it: members by their codes; -1 stands for nobody."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import EventPromise, PeriodPromise
from interlock.replay.index import SIDES, Index
from interlock.replay.kinds import ACTIVITY, ASSIGNMENT, DECISION, KINDS, Places, codes_in
from interlock.replay.outcome import Codes
from interlock.replay.parts import plain

Moments = NDArray[np.int64]


class Owners(NamedTuple):
    """Who has which lead from when on, as kernels read it.

    `given` are the moments at which leads are given to somebody, `member` to whom (-1: to a
    queue); those of person p are `begin[p]:begin[p + 1]`. `activity` and `decision` say, by row,
    whom such a fact names. `sides` has the side of each member, and last that of nobody.
    """

    given: Moments
    member: Codes
    begin: Codes
    activity: Codes
    decision: Codes
    sides: Codes


def owners(index: Index) -> Owners:
    """Who has which lead in the index."""
    assignment, activity, decision = (named(index, KINDS[kind]) for kind in _NAME_A_MEMBER)
    given = index.moments_of(ASSIGNMENT)
    begin = np.zeros(len(index.people) + 1, np.int32)
    many = np.bincount(index.person[given], minlength=len(index.people))
    np.cumsum(many, out=begin[1:])
    member = assignment[index.row[given]]
    return Owners(given, member, begin, activity, decision, index.sides)


_NAME_A_MEMBER = (ASSIGNMENT, ACTIVITY, DECISION)


def named(index: Index, kind: str) -> Codes:
    """Whom each fact of that kind names, by its row."""
    table = index.table(kind)
    return plain(codes_in(table.columns.get("member"), index.member_places, len(table)), np.int32)


def own_calendars(index: Index, calendars: Places) -> Codes:
    """Each member's own calendar, by its code (-1: none); and last that of nobody."""
    table = index.table("member")
    found = np.full(len(index.members) + 1, -1, np.int32)
    if len(table):
        mine = codes_in(table.columns.get("calendar"), calendars, len(table))
        found[table.columns["id"].values] = mine
    return found


def of_side(promise: EventPromise | PeriodPromise, index: Index, member: Codes) -> Codes:
    """The members of the owing side; -1 in place of everybody else."""
    return _of_side(plain(member, np.int32), side_of(promise), index.sides)


def side_of(promise: EventPromise | PeriodPromise) -> int:
    """The owing side, as `Owners.sides` has it."""
    return SIDES.index(promise.owed_by.value)


def assigned_last(who: Owners) -> Codes:
    """Who has each lead in the end: the last assigned (-1: none, or a queue)."""
    found = np.full(len(who.begin) - 1, -1, np.int32)
    ever = np.flatnonzero(who.begin[1:] > who.begin[:-1])
    found[ever] = who.member[who.begin[1:][ever] - 1]
    return found


@numba.njit(cache=True, nogil=True)
def assigned(moments: Moments, given: Moments, member: Codes, begin: Codes, person: Codes) -> Codes:
    """Who has the lead at these moments: the last assigned (-1: none, or a queue)."""
    found = np.empty(len(moments), np.int32)
    for i in range(len(moments)):
        found[i] = assigned_at(moments[i], given, member, begin, person)
    return found


@numba.njit(cache=True)
def assigned_at(
    moment: int, given: Moments, member: Codes, begin: Codes, person: Codes
) -> np.int32:
    """As `assigned`, at one of them."""
    first, stop = begin[person[moment]], begin[person[moment] + 1]
    if first == stop:  # most leads are nobody's
        return np.int32(-1)
    place = first + np.searchsorted(given[first:stop], moment, side="right") - 1
    return np.int32(member[place] if place >= first else -1)


@numba.njit(cache=True, nogil=True)
def _of_side(member: Codes, side: int, sides: Codes) -> Codes:
    found = np.empty(len(member), np.int32)
    for i in range(len(member)):
        found[i] = if_of_side(member[i], side, sides)
    return found


@numba.njit(cache=True)
def if_of_side(member: int | np.int32, side: int, sides: Codes) -> np.int32:
    """The member, if of that side; else -1."""
    return np.int32(member if sides[member] == side else -1)
