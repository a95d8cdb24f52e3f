"""Engagement: what is left, at each moment, of the points of the touches before it."""

from __future__ import annotations

from collections.abc import Mapping

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.index import Index
from interlock.replay.kinds import TOUCH
from interlock.replay.outcome import Codes, Instants, Numbers
from interlock.replay.parts import in_parts, plain


def decayed(index: Index, points: Mapping[str, float], half_life: float) -> Numbers:
    """The score at each moment, not yet rounded; `points` by the kind of touch."""
    kinds = index.table("touch").columns.get("kind")
    score = np.zeros(len(index))
    if kinds is None or kinds.words is None:
        return score
    weights = np.array([*(points.get(str(word), 0) for word in kinds.words), 0], np.float64)
    codes = kinds.values
    if kinds.known is not None:
        codes = np.where(kinds.known, codes, np.int32(len(kinds.words)))
    codes = plain(codes, np.int32)

    def add_up(begin: int, stop: int) -> None:
        _add_up(
            index.first,
            index.at,
            index.kind,
            index.row,
            codes,
            weights,
            half_life,
            begin,
            stop,
            score,
        )

    in_parts(add_up, index.first)
    return score


@numba.njit(cache=True, nogil=True)
def _add_up(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    first: NDArray[np.int64],
    at: Instants,
    kind: NDArray[np.uint8],
    row: Codes,
    codes: Codes,
    weights: Numbers,
    half_life: float,
    begin: int,
    stop: int,
    score: Numbers,
) -> None:
    """Fills `score` by the recurrence of definitions.md, for the persons from `begin` to `stop`."""
    for p in range(begin, stop):
        last, since = 0.0, np.int64(0)
        for m in range(first[p], first[p + 1]):
            now = last * 2.0 ** (-(at[m] - since) / half_life) if last != 0.0 else 0.0
            if kind[m] == TOUCH:
                now += weights[codes[row[m]]]
                last, since = now, at[m]
            score[m] = now
