"""Who bought, and how they met our marketing: contacts of opportunities, and their touches."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.hours import DAY
from interlock.facts.columns import FactTable
from interlock.replay.index import Index
from interlock.replay.kinds import CLOSE, KINDS, OPPORTUNITY, TOUCH, codes_in, ended
from interlock.replay.outcome import Codes, Flags, Instants

UNKNOWN = "(unknown)"
"""A touch without a channel (a campaign, an asset)."""

NEVER = np.iinfo(np.int64).max
"""After every instant."""


def contacts(
    index: Index, kind: int, deals: NDArray[np.int64], per: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The moment of each known contact of the deals, and which of the deals it is about.

    `kind`: the moments of their opening or of their end. `deals`: rows of opportunities, in order.
    `per` "person": main contacts only.
    """
    moment = index.moments_of(kind)
    moment = moment[np.isin(index.row[moment], deals)]
    if per == "person":
        moment = moment[_of_main_contact(index, moment)]
    return moment, np.searchsorted(deals, index.row[moment])


def each_once(index: Index, moments: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of some moments one for each fact, in order.

    A version of an account is a moment of all its people, what becomes of an opportunity one of all
    its contacts. Of an opportunity the main contact's is taken; else, and of the others, the first.
    """
    fact = index.row[moments] * np.int64(len(KINDS)) + index.kind[moments]
    _, once = np.unique(fact, return_index=True)
    deals = np.isin(index.kind[moments], (OPPORTUNITY, CLOSE))
    main = np.flatnonzero(deals)[_of_main_contact(index, moments[deals])]
    of_main = np.isin(fact[once], fact[main])
    return np.sort(np.concatenate([moments[once[~of_main]], moments[main]]))


def _of_main_contact(index: Index, moments: NDArray[np.int64]) -> Flags:
    """Which of some moments of opportunities are their main contact's."""
    table = index.table("opportunity")
    main = codes_in(table.columns.get("person"), index.people, len(table))
    found: Flags = index.person[moments] == main[index.row[moments]]
    return found


def touches_before(
    index: Index, contact: NDArray[np.int64], until: Instants, days: int
) -> NDArray[np.int64]:
    """Each contact's moments of the days up to an instant: from (inclusive) and to (exclusive)."""
    return _spans(index.first, index.at, index.person[contact], until - days * DAY, until)


@numba.njit(cache=True)
def _spans(
    first: NDArray[np.int64], at: Instants, person: Codes, since: Instants, until: Instants
) -> NDArray[np.int64]:
    spans = np.empty((len(person), 2), np.int64)
    for i in range(len(person)):
        begin, end = first[person[i]], first[person[i] + 1]
        own = at[begin:end]
        spans[i, 0] = begin + np.searchsorted(own, since[i], side="left")
        spans[i, 1] = begin + np.searchsorted(own, until[i], side="right")
    return spans


def touches_in(
    index: Index, spans: NDArray[np.int64], journey: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The touches in the spans and the journey of each, in order of journey, then time."""
    length = spans[:, 1] - spans[:, 0]
    which = np.repeat(np.arange(len(length)), length)
    moment = np.arange(len(which)) + (spans[:, 0] - (np.cumsum(length) - length))[which]
    is_touch = index.kind[moment] == TOUCH
    moment, journey = moment[is_touch], journey[which[is_touch]]
    # moments are in order of person; what several did in one second is in order of arrival
    order = np.lexsort((index.row[moment], index.at[moment], journey))
    return moment[order], journey[order]


def channels_of(
    index: Index, touch: NDArray[np.int64], by: str
) -> tuple[NDArray[np.object_], Codes]:
    """The words by which the touches are told apart, and each touch's place among them."""
    column = index.table("touch").columns.get(by)
    if column is None or column.words is None or not len(touch):
        return np.array([UNKNOWN], object)[: len(touch)], np.zeros(len(touch), np.int32)
    rows = index.row[touch]
    code = column.values[rows]
    if column.known is not None:
        code = np.where(column.known[rows], code, len(column.words))
    many = np.bincount(code, minlength=len(column.words) + 1)
    place = np.cumsum(many > 0, dtype=np.int32) - 1
    return np.append(column.words, UNKNOWN)[many > 0], place[code]


def known_at(
    index: Index, contact: NDArray[np.int64], which: NDArray[np.int64], deals: int
) -> Instants:
    """When the first contact of each deal became known as a person."""
    known = np.full(deals, NEVER)
    moment = first_known(index, index.person[contact])
    np.minimum.at(known, which, np.where(moment >= 0, index.at[moment], NEVER))
    return known


def first_known(index: Index, people: Codes) -> NDArray[np.int64]:
    """The moment from which each of these is known as a person; -1: never."""
    return _first_known(index.first, index.person_row, people)


@numba.njit(cache=True)
def _first_known(first: NDArray[np.int64], person_row: Codes, people: Codes) -> NDArray[np.int64]:
    found = np.full(len(people), -1)
    for i in range(len(people)):
        for m in range(first[people[i]], first[people[i] + 1]):
            if person_row[m] >= 0:
                found[i] = m
                break
    return found


def source_rows(index: Index, openings: NDArray[np.int64]) -> Codes:
    """Of who was met at these moments the version that has the lead source of the deal.

    It is the one of the opening, so that nobody credits themselves later; of a contact who was not
    known yet the first one. -1 where there is none, or no moment (-1).
    """
    return said_in(index, openings, np.ones(len(index.table("person")), bool))


def said_in(index: Index, moments: NDArray[np.int64], says: Flags) -> Codes:
    """The version of each moment's person that held then if it `says` it, else the first that does.

    Only later ones are looked at. `says` is by row of people; -1: none, or no moment (-1).
    """
    return _said_in(moments, says, index.first, index.person, index.person_row)


@numba.njit(cache=True)
def _said_in(
    moments: NDArray[np.int64],
    says: Flags,
    first: NDArray[np.int64],
    person: Codes,
    person_row: Codes,
) -> Codes:
    found = np.full(len(moments), -1, np.int32)
    for i in range(len(moments)):
        m = moments[i]
        stop = first[person[m] + 1] if m >= 0 else m
        while m < stop:
            row = person_row[m]
            if row >= 0 and says[row]:
                found[i] = row
                break
            m += 1
    return found


@numba.njit(cache=True)
def last_by(at: Instants, first: NDArray[np.int64], until: Instants) -> Codes:
    """In each of the first journeys the place of its last touch by the instant, or -1; -1 after."""
    found = np.full(len(first) - 1, -1, np.int32)
    for j in range(len(until)):
        found[j] = np.searchsorted(at[first[j] : first[j + 1]], until[j], side="right") - 1
    return found


def closed_at(table: FactTable) -> Instants:
    """When each was closed, where it was; none is before it is opened, whatever its dates say."""
    column = table.columns.get("closed_at")
    return table.at if column is None else np.maximum(column.values, table.at)


def closed_by(table: FactTable, as_of: int) -> Flags:
    """Which opportunities were won or lost by then."""
    column = table.columns.get("closed_at")
    if column is None:
        return np.zeros(len(table), bool)
    return ended(table) & column.mask & (closed_at(table) <= as_of)


def keys_of(table: FactTable, rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """The ids of the rows."""
    ids = table.columns.get("id")
    if ids is None or ids.words is None:
        return np.empty(0, object)
    keys: NDArray[np.object_] = ids.words[ids.values[rows]]
    return keys
