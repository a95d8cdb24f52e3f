"""What is left of an engagement score as time goes by."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numba
import numpy as np

from interlock.agreement.hours import DAY, HOUR
from interlock.agreement.schema import Agreement
from interlock.replay.calendar_spans import LAST_INSTANT
from interlock.replay.outcome import Instants, Numbers
from interlock.replay.parts import in_stretches

_FARTHEST = 10 * 366 * DAY // HOUR
"""So many hours are looked up; what is older is worked out."""


class Fading(NamedTuple):
    """What is left of a point after whole hours, and after seconds; as 2^(-t/half_life) has it.

    Without hours where the half-life has no whole number of them: 2^-n has to be exact.
    """

    half_life: float
    hours: Numbers
    seconds: Numbers


def half_life_of(agreement: Agreement) -> float:
    """The half-life of engagement, in seconds."""
    return float(agreement.engagement.half_life_days * DAY)


@lru_cache(maxsize=16)
def fading(half_life: float) -> Fading:
    """The tables of a half-life in seconds."""
    whole = half_life % HOUR == 0
    hours = np.arange(_FARTHEST if whole else 0) * HOUR
    return Fading(half_life, _left(hours, half_life), _left(np.arange(HOUR), half_life))


def _left(after: Instants, half_life: float) -> Numbers:
    left: Numbers = 2.0 ** -(after / half_life)
    return left


def faded(score: Numbers, since: Instants, instant: int, agreement: Agreement) -> Numbers:
    """What is left at a later instant of the scores that there were, rounded to 6 decimals."""
    left, tables = np.empty(len(score)), fading(half_life_of(agreement))
    instant = min(instant, LAST_INSTANT)
    in_stretches(
        lambda begin, stop: _fade(
            score[begin:stop], since[begin:stop], instant, *tables, left[begin:stop]
        ),
        len(score),
    )
    return left


@numba.njit(cache=True, nogil=True)
def _fade(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    score: Numbers,
    since: Instants,
    instant: int,
    half_life: float,
    hours: Numbers,
    seconds: Numbers,
    left: Numbers,
) -> None:
    for i in range(len(score)):
        now = score[i] * left_after(instant - since[i], half_life, hours, seconds)
        left[i] = np.rint(now * 1e6) / 1e6


@numba.njit(cache=True)
def left_after(passed: int, half_life: float, hours: Numbers, seconds: Numbers) -> float:
    """What is left of a point after so many seconds (never negative), by the tables of `Fading`."""
    whole = np.uint64(passed) // np.uint64(HOUR)  # without a sign, in half the time
    if whole < np.uint64(len(hours)):
        return hours[whole] * seconds[np.uint64(passed) - whole * np.uint64(HOUR)]  # type: ignore[no-any-return] # scalar
    return 2.0 ** (-passed / half_life)  # type: ignore[no-any-return] # scalar
