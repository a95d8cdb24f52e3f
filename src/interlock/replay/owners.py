"""Who had a lead, and who acted on it: members by their codes; -1 stands for nobody."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import EventPromise, PeriodPromise
from interlock.replay.index import SIDES, Index
from interlock.replay.kinds import ACTIVITY, ASSIGNMENT, DECISION, KINDS, Places, codes_in
from interlock.replay.outcome import Codes, Finding
from interlock.replay.parts import at_once, plain
from interlock.replay.picking import first_after

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


def owners(index: Index, given: Moments) -> Owners:
    """Who has which lead in the index, where leads are given to somebody at these moments."""
    assignment, activity, decision, begin = at_once(
        *(partial(named, index, KINDS[kind]) for kind in (ASSIGNMENT, ACTIVITY, DECISION)),
        lambda: _begins(index.person[given], len(index.who)),
        rows=len(index),
    )
    return Owners(given, assignment[index.row[given]], begin, activity, decision, index.sides)


def _begins(person: Codes, people: int) -> Codes:
    """Where those of each person begin, of some that are in order of person."""
    begin = np.zeros(people + 1, np.int32)
    np.cumsum(np.bincount(person, minlength=people), out=begin[1:])
    return begin


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


def unknown_calendars(index: Index, calendars: Collection[str]) -> tuple[Finding, ...]:
    """A finding where members go by a calendar that is not among these."""
    column = index.table("member").columns.get("calendar")
    words = [] if column is None or column.words is None else column.words.tolist()
    if column is None or all(word in calendars for word in words):
        return ()
    which = np.array([word not in calendars for word in words])[column.values] & column.mask
    if not which.any():
        return ()
    example = str(column.value(int(np.argmax(which))))
    message = "members have a calendar that the agreement has not, and go by the promise's own"
    return (Finding("unknown-calendar", message, int(which.sum()), example),)


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
        found[i] = assigned_at(moments[i], person[moments[i]], given, member, begin)
    return found


@numba.njit(cache=True)
def assigned_at(moment: int, person: int, given: Moments, member: Codes, begin: Codes) -> np.int32:
    """As `assigned`, at one of a person's moments."""
    first, stop = begin[person], begin[person + 1]
    place = first_after(given, first, stop, moment) - 1
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
