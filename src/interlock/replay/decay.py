"""Engagement: what is left, at each moment, of the points of the touches before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.index import Index
from interlock.replay.kinds import TOUCH
from interlock.replay.outcome import Codes, Instants, Numbers
from interlock.replay.parts import in_parts


@dataclass(frozen=True)
class Decayed:
    """The engagement score, at each moment, rounded; and at each person's last, not rounded."""

    score: Numbers
    last: Numbers

    def part(self, index: Index, begin: int, stop: int) -> Decayed:
        """Of the persons from `begin` to `stop` of the index."""
        return Decayed(
            self.score[index.first[begin] : index.first[stop]],
            self.last[begin:stop],
        )


def decayed(index: Index, points: Mapping[str, float], half_life: float) -> Decayed:
    """Engagement with so many points for each kind of touch and a half-life in seconds."""
    kinds = index.table("touch").columns.get("kind")
    score, left = np.zeros(len(index)), np.zeros(len(index.people))
    if kinds is None or kinds.words is None:
        return Decayed(score, left)
    weights = np.array([*points.values(), 0], np.float64)
    places = {word: place for place, word in enumerate(points)}
    of_word = np.array([places.get(word, len(points)) for word in kinds.words], np.uint16)
    worth = of_word[kinds.values]
    if kinds.known is not None:
        worth[~kinds.known] = len(points)
    columns = index.first, index.at, index.kind, index.row, worth, weights, half_life
    in_parts(lambda begin, stop: _add_up(*columns, begin, stop, score, left), index.first)
    return Decayed(score, left)


@numba.njit(cache=True, nogil=True)
def _add_up(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    first: NDArray[np.int64],
    at: Instants,
    kind: NDArray[np.uint8],
    row: Codes,
    worth: NDArray[np.uint16],
    weights: Numbers,
    half_life: float,
    begin: int,
    stop: int,
    score: Numbers,
    left: Numbers,
) -> None:
    """The recurrence of definitions.md, for the persons from `begin` to `stop`."""
    for p in range(begin, stop):
        last, since, now = 0.0, np.int64(0), 0.0
        for m in range(first[p], first[p + 1]):
            now = last * 2.0 ** (-(at[m] - since) / half_life) if last != 0.0 else 0.0
            if kind[m] == TOUCH:
                now += weights[worth[row[m]]]
                last, since = now, at[m]
            score[m] = np.rint(now * 1e6) / 1e6
        left[p] = now
