"""What goes on from moment to moment of a person: counts, points, and who has the lead."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Mask
from interlock.replay.index import Index
from interlock.replay.kinds import ASSIGNMENT
from interlock.replay.outcome import Codes, Numbers
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


def assigned(index: Index, member: Codes) -> Codes:
    """At each moment, the member (by the assignments' rows) whom the lead was given to last."""
    has = np.empty(len(index), np.int32)
    columns = index.first, index.kind, index.row, member
    in_parts(lambda begin, stop: _hand_on(*columns, begin, stop, has), index.first)
    return has


@numba.njit(cache=True, nogil=True)
def _hand_on(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    first: NDArray[np.int64],
    kind: NDArray[np.uint8],
    row: Codes,
    member: Codes,
    begin: int,
    stop: int,
    has: Codes,
) -> None:
    for p in range(begin, stop):
        now = np.int32(-1)
        for m in range(first[p], first[p + 1]):
            if kind[m] == ASSIGNMENT:
                now = member[row[m]]
            has[m] = now


@numba.njit(cache=True, nogil=True)
def add_points(score: Numbers, held: Mask, points: float) -> None:
    """Adds the points at each moment at which it holds."""
    for m in range(len(score)):
        score[m] += points if held[m] else 0.0
