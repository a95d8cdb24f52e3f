"""Versions of accounts: which one was true at an instant, and for whom a new one is news.

Every version holds from its own instant; one without an instant (ABSENT) from the beginning. Of
versions of the same instant the one that arrived last holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import FactTable
from interlock.replay.calendar_spans import FIRST_INSTANT, LAST_INSTANT
from interlock.replay.outcome import Codes, Instants
from interlock.replay.parts import in_parts, plain


@dataclass(frozen=True)
class Versions:
    """The accounts' versions in order of account, then instant, then arrival.

    Those of account a are `begin[a]:begin[a + 1]`; `since` is from when each holds and `row` its
    row. `of_person` is the account in each row of the persons (-1: none).
    """

    of_person: Codes
    begin: NDArray[np.int64]
    since: Instants
    row: Codes


def versions_of(accounts: FactTable, of_person: Codes) -> Versions:
    """The versions of all accounts, and where the persons belong."""
    ids = accounts.columns["id"]
    key, since = plain(ids.values, np.int32), plain(accounts.at)
    begin, order = in_order(key, since, 0 if ids.words is None else len(ids.words))
    return Versions(plain(of_person, np.int32), begin, since[order], order)


def no_versions(persons: int) -> Versions:
    """As where there are no accounts."""
    none, code = np.empty(0, np.int64), np.empty(0, np.int32)
    return Versions(plain(np.full(persons, -1), np.int32), none, none, code)


def news(versions: Versions, persons: FactTable) -> tuple[Codes, Codes]:
    """Persons by their code, and the rows of the versions that are news to them.

    A version is news to who belonged to the account just before it; one without an instant, or
    from before the person was known, is no news.
    """
    ids = persons.columns["id"]
    key, since = plain(ids.values, np.int32), plain(persons.at)
    first, order = in_order(key, since, 0 if ids.words is None else len(ids.words))
    columns = order, key, since, versions.of_person, versions.begin, versions.since, versions.row

    def tell(begin: int, stop: int) -> NDArray[np.int32]:
        part = first[begin], first[stop]
        room = np.empty((2, part[1] - part[0]), np.int32)
        many = _tell(*columns, *part, room)
        if many > room.shape[1]:
            room = np.empty((2, many), np.int32)
            _tell(*columns, *part, room)
        return room[:, :many]

    # backwards, as within a part: the first of all is the same one however many parts there are
    person, row = np.concatenate(in_parts(tell, first)[::-1], axis=1)
    return person, row


@numba.njit(cache=True, nogil=True)
def in_order(key: Codes, at: Instants, keys: int) -> tuple[NDArray[np.int64], Codes]:
    """The rows in order of key, then instant, then as they came; and where each key begins."""
    begin = np.zeros(keys + 1, np.int64)
    for k in key:
        begin[k + 1] += 1
    begin = np.cumsum(begin)
    order, free = np.empty(len(key), np.int32), begin[:-1].copy()
    for i in range(len(key)):
        order[free[key[i]]] = i
        free[key[i]] += 1
    for k in range(keys):
        if begin[k + 1] - begin[k] > 1:
            _by_instant(order, begin[k], begin[k + 1], at)
    return begin, order


_FEW = 16
"""So many versions are put in order where they are."""


@numba.njit(cache=True)
def _by_instant(order: Codes, begin: int, stop: int, at: Instants) -> None:
    """Puts these rows in order of instant; those of one instant stay as they came."""
    if stop - begin > _FEW:
        mine = order[begin:stop]
        mine[:] = mine[np.argsort(at[mine], kind="mergesort")]
        return
    for place in range(begin + 1, stop):
        row, to = order[place], place
        while to > begin and at[order[to - 1]] > at[row]:
            order[to] = order[to - 1]
            to -= 1
        order[to] = row


@numba.njit(cache=True, nogil=True)
def _tell(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    order: Codes,
    key: Codes,
    since: Instants,
    belongs: Codes,
    begin: NDArray[np.int64],
    version_since: Instants,
    version_row: Codes,
    from_place: int,
    to_place: int,
    found: NDArray[np.int32],
) -> int:
    """How many pairs `news` has; writes those that have room in `found`, persons above rows.

    `order` gives the persons' versions in their order; told are those between the two places. Each
    counts until the next one of the same person, the second of that one included: an account's
    news come before a person's.
    """
    many, last = 0, -1
    for place in range(to_place - 1, from_place - 1, -1):
        i, account = order[place], belongs[order[place]]
        if not FIRST_INSTANT <= since[i] <= LAST_INSTANT:
            continue
        if account >= 0:
            first, stop = begin[account], begin[account + 1]
            known = version_since[first:stop]
            v = first + np.searchsorted(known, since[i], side="right")
            if last >= 0 and key[last] == key[i]:
                stop = first + np.searchsorted(known, since[last], side="right")
            for news in range(v, stop):
                if many < found.shape[1]:
                    found[0, many], found[1, many] = key[i], version_row[news]
                many += 1
        last = i
    return many


@numba.njit(cache=True)
def version_at(
    account: int, at: int, begin: NDArray[np.int64], since: Instants, row: Codes
) -> np.int32:
    """The row of the account's version that is true at the instant; -1 where there is none."""
    if account < 0:
        return np.int32(-1)
    first, stop = begin[account], begin[account + 1]
    place = first + np.searchsorted(since[first:stop], at, side="right") - 1
    return row[place] if place >= first else np.int32(-1)
