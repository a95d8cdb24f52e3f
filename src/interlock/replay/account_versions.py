"""Versions of accounts: which one was true at an instant, and for whom a new one is news.

Every version holds from its own instant; one without an instant (ABSENT) from the beginning. Of
versions of the same instant the one that arrived last holds.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import FactTable
from interlock.replay.outcome import ABSENT, Codes, Instants


def news(accounts: FactTable, persons: FactTable, belongs: Codes) -> tuple[Codes, Codes]:
    """Persons by their code, and the rows of the versions that are news to them.

    `belongs` is the account's code in each row of `persons`. Whoever belonged to the account at
    some time before is among them, once for each row that says so; a version without an instant,
    or from before the person was known, is no news.
    """
    key = accounts.columns["id"].values
    dated = np.flatnonzero(accounts.at != ABSENT)
    order = np.argsort(belongs, kind="stable")
    begin = np.searchsorted(belongs[order], key[dated])
    repeat = np.searchsorted(belongs[order], key[dated], side="right") - begin
    within = np.arange(repeat.sum()) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    told, rows = order[np.repeat(begin, repeat) + within], np.repeat(dated, repeat)
    known = persons.at[told] < accounts.at[rows]
    person = persons.columns["id"].values[told[known]]
    return person.astype(np.int32), rows[known].astype(np.int32)


def versions_at(accounts: FactTable, wanted: Codes, at: Instants) -> Codes:
    """For each account (by its code, -1: none) and instant: the row then true, or -1."""
    key = accounts.columns["id"].values.astype(np.int32)
    order = np.lexsort((np.arange(len(accounts)), accounts.at, key))
    begin = np.searchsorted(key[order], np.arange(int(key.max(initial=-1)) + 2))
    found = _last_not_after(begin, accounts.at[order], wanted, at)
    return np.where(found >= 0, order[found], -1).astype(np.int32)


@numba.njit(cache=True)
def _last_not_after(
    begin: NDArray[np.int64], since: Instants, wanted: Codes, at: Instants
) -> NDArray[np.int64]:
    """For each wanted key and instant: the key's last place with `since` not after it, or -1.

    The places of key k are `begin[k]:begin[k + 1]`, in order of `since`.
    """
    found = np.full(len(wanted), -1)
    for m in range(len(wanted)):
        if 0 <= wanted[m] < len(begin) - 1:
            first, stop = begin[wanted[m]], begin[wanted[m] + 1]
            place = first + np.searchsorted(since[first:stop], at[m], side="right") - 1
            if place >= first:
                found[m] = place
    return found
