"""What is counted from moment to moment of a person."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.parts import in_parts


def counted(first: NDArray[np.int64], steps: NDArray[np.int8]) -> NDArray[np.int64]:
    """The sum of the steps within each person's history, the moment itself included."""
    total = np.empty(len(steps), np.int64)
    in_parts(lambda begin, stop: _count(first, steps, begin, stop, total), first)
    return total


@numba.njit(cache=True, nogil=True)
def _count(
    first: NDArray[np.int64],
    steps: NDArray[np.int8],
    begin: int,
    stop: int,
    total: NDArray[np.int64],
) -> None:
    for p in range(begin, stop):
        so_far = np.int64(0)
        for m in range(first[p], first[p + 1]):
            so_far += steps[m]
            total[m] = so_far
