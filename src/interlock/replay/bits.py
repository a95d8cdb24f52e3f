"""Bits of moments: where one is set, where it turns, and where it is next."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Mask
from interlock.replay.index import Index
from interlock.replay.outcome import Codes, Instants
from interlock.replay.parts import in_stretches
from interlock.replay.picking import with_bits
from interlock.replay.prepared import Held

One = tuple[Held, int]
"""A criterion: the numbers that have its bit, and which bit that is."""

Rows = NDArray[np.int64]


def bit_set(bits: Held, bit: int) -> Mask:
    """Where the bit is set."""
    found = np.empty(len(bits), np.bool_)
    in_stretches(lambda begin, stop: _take(bits[begin:stop], bit, found[begin:stop]), len(bits))
    return found


@numba.njit(cache=True, nogil=True)
def _take(bits: Held, bit: int, found: Mask) -> None:
    for m in range(len(bits)):
        found[m] = bits[m] >> bit & 1


@numba.njit(cache=True, nogil=True)
def set_at(bits: Held, bit: int, moments: Rows) -> Mask:
    """Whether the bit is set at these moments; at a negative one it never is."""
    found = np.empty(len(moments), np.bool_)
    for i in range(len(moments)):
        found[i] = moments[i] >= 0 and bits[moments[i]] >> bit & 1
    return found


def begins(held: One, index: Index, since: int, until: int) -> Rows:
    """The moments in [since, until) at which the bit is set."""
    return _set(held, index, since, until, rising=False)


def turns_true(held: One, index: Index, since: int, until: int) -> Rows:
    """The moments in [since, until) at which it is set, and was not at the person's one before."""
    return _set(held, index, since, until, rising=True)


def _set(held: One, index: Index, since: int, until: int, *, rising: bool) -> Rows:
    def find(begin: int, stop: int) -> Rows:
        return _set_in(*held, index.person, index.at, since, until, rising, begin, stop)

    return np.concatenate(in_stretches(find, len(index)))


@numba.njit(cache=True, nogil=True)
def _set_in(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    bits: Held,
    bit: int,
    person: Codes,
    at: Instants,
    since: int,
    until: int,
    rising: bool,  # noqa: FBT001 - a kernel knows no keywords
    begin: int,
    stop: int,
) -> Rows:
    found, n = with_bits(bits[begin:stop], np.uint16(1 << bit)), 0
    moments = np.empty(len(found), np.int64)
    for place in found:
        m = begin + np.int64(place)
        if since <= at[m] < until:
            before = rising and m > 0 and bits[m - 1] >> bit & 1 and person[m - 1] == person[m]
            if not before:
                moments[n] = m
                n += 1
    return moments[:n]


def next_moments(bits: Held, bit: int, begin: Rows, stop: Rows) -> Rows:
    """The first moment in [begin, stop) at which the bit is set; -1 where there is none."""
    found = np.empty(len(begin), np.int64)
    in_stretches(lambda a, b: _next_moments(bits, bit, begin, stop, a, b, found), len(begin))
    return found


@numba.njit(cache=True, nogil=True)
def _next_moments(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    bits: Held, bit: int, begin: Rows, stop: Rows, first: int, last: int, found: Rows
) -> None:
    """What one clock has looked at the next one need not: they come in order of time."""
    searched, until = np.int64(0), np.int64(-1)
    for i in range(first, last):
        m = begin[i]
        if until == stop[i] and searched >= m >= begin[i - 1]:
            m = searched
        while m < stop[i] and not bits[m] >> bit & 1:
            m += 1
        searched, until = m, stop[i]
        found[i] = m if m < stop[i] else -1
