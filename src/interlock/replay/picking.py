"""Where among many numbers those are that are asked for.

Of numbers in any order each place is written down, and then kept or not: where chance decides, a
branch would often be guessed wrong, and to wait for that takes longer than to write.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Picked = NDArray[np.uint32]
"""Places, ascending. Without a sign: one that may be negative is looked at twice."""


def codes(which: Iterable[int]) -> int:
    """Codes (below 63) as the bits of one number."""
    return sum(1 << code for code in which)


@numba.njit(cache=True)
def with_bits(numbers: NDArray[Any], asked: Any) -> Picked:
    """The places of the numbers that have one of these bits."""
    found, n = np.empty(len(numbers) + 1, np.uint32), np.uint64(0)
    for i in range(len(numbers)):
        found[n] = i
        n += np.uint64(numbers[i] & asked != 0)
    return found[:n]


@numba.njit(cache=True, nogil=True)
def with_code(numbers: NDArray[np.uint8], asked: int) -> Picked:
    """The places of the numbers that are among the codes of which `asked` has the bits."""
    found, n = np.empty(len(numbers) + 1, np.uint32), np.uint64(0)
    for i in range(len(numbers)):
        found[n] = i
        n += np.uint64(asked >> numbers[i] & 1)
    return found[:n]


@numba.njit(cache=True)
def first_after(values: NDArray[np.int64], begin: int, stop: int, what: int) -> int:
    """The first place in [begin, stop) of a value after `what`, else `stop`; they ascend.

    Most are near: the first few are looked at one by one.
    """
    near = min(begin + _NEAR, stop)
    while begin < near and values[begin] <= what:
        begin += 1
    if begin < near:
        return begin
    while begin < stop:
        middle = (begin + stop) // 2
        if values[middle] <= what:
            begin = middle + 1
        else:
            stop = middle
    return stop


_NEAR = 4
