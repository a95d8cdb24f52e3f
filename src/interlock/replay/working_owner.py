"""From when on a lead has a working owner: a member of a side who is not away.

Hours in which nobody works anyway are no absence.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.absences import Away
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER
from interlock.replay.outcome import Codes, Instants
from interlock.replay.owners import Owners, if_of_side
from interlock.replay.parts import plain
from interlock.replay.picking import first_after

Places = NDArray[np.int64]
"""Moments, by their places in the index."""


class Had(NamedTuple):
    """When each lead first had a working owner, or NEVER, and which moment gave it to them."""

    at: Instants
    by: Places


def first_owned(moments: Moments, side: int, begin: Places, after: Instants) -> Had:
    """From when on the leads of these moments had a working owner of a side (see `Owners.sides`).

    Just after each moment or later, and not before its instant in `after`, which is no earlier
    than the moment.
    """
    index, who = moments.index, moments.owners
    given, away = index.at[who.given], moments.shared.away
    ahead = _ahead(given, who, away, side)
    flat = plain(begin), plain(after), index.person, index.at
    return Had(*_first_owned(*flat, given, who, away, side, ahead))


@numba.njit(cache=True)
def _back_at(t: int, member: int, away: Away) -> int:
    """The first instant from `t` on at which the member is not away."""
    first, stop = away.first[member], away.first[member + 1]
    place = first_after(away.since, first, stop, t) - 1
    return max(t, away.until[place]) if place >= first else t


@numba.njit(cache=True, nogil=True)
def _ahead(given: Instants, who: Owners, away: Away, side: int) -> tuple[Instants, Codes]:
    """From each giving of a lead on: when it first has a working owner, and by which giving.

    NEVER and -1 where nobody has. Backwards, so that each giving is looked at once.
    """
    at, by = np.full(len(given), NEVER), np.full(len(given), -1, np.int32)
    for person in range(len(who.begin) - 1):
        begin, stop = who.begin[person], who.begin[person + 1]
        for i in range(stop - 1, begin - 1, -1):
            ends = given[i + 1] if i + 1 < stop else NEVER
            back = NEVER
            if if_of_side(who.member[i], side, who.sides) >= 0:
                back = _back_at(given[i], who.member[i], away)
            # who has it for no time at all has it in that second
            if back < ends or back == given[i]:
                at[i], by[i] = back, i
            elif i + 1 < stop:
                at[i], by[i] = at[i + 1], by[i + 1]
    return at, by


@numba.njit(cache=True, nogil=True)
def _first_owned(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    begin: Places,
    after: Instants,
    person: Codes,
    at: Instants,
    given: Instants,
    who: Owners,
    away: Away,
    side: int,
    ahead: tuple[Instants, Codes],
) -> tuple[Instants, Places]:
    """As `first_owned`."""
    found, by = np.full(len(begin), NEVER), np.full(len(begin), -1, np.int64)
    for n in range(len(begin)):
        whose, t = person[begin[n]], after[n]
        first, stop = who.begin[whose], who.begin[whose + 1]
        then = first_after(who.given, first, stop, begin[n])  # the first giving that comes then
        if t > at[begin[n]]:
            then = first_after(given, then, stop, t - 1)
        if then > first and if_of_side(who.member[then - 1], side, who.sides) >= 0:
            back = _back_at(t, who.member[then - 1], away)
            if then == stop or back < given[then] or back == at[begin[n]]:
                found[n], by[n] = back, who.given[then - 1]
                continue
        if then < stop and ahead[1][then] >= 0:
            found[n], by[n] = ahead[0][then], who.given[ahead[1][then]]
    return found, by
