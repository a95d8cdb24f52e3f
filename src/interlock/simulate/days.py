"""When things happen: the eighteen months, their seasons, their weeks and their hours."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.hours import DAY
from interlock.replay.calendar_spans import EPOCH, EPOCH_DAY, offset_at

Instants = NDArray[np.int64]
Numbers = NDArray[np.float64]

ZONE = ZoneInfo("Europe/Oslo")
FIRST_DAY = date(2025, 5, 1).toordinal() - EPOCH_DAY
LAST_DAY = date(2026, 10, 30).toordinal() - EPOCH_DAY
AS_OF = int((datetime(2026, 10, 30, 11, tzinfo=ZONE) - EPOCH).total_seconds())
"""The end of the data: a Friday morning, with work on the desks."""

DAYS = np.arange(FIRST_DAY, LAST_DAY + 1)
FRIDAY = 4
HOUR = 3_600

_OFFSETS = np.array([offset_at(ZONE, int(day) * DAY + DAY // 2) for day in DAYS])
_SEASON = (0.95, 1.0, 1.05, 1.0, 1.05, 0.95, 0.5, 0.8, 1.15, 1.15, 1.1, 0.7)
"""January to December: the Nordic July is quiet, and so is Advent."""

_WEEK = (1.0, 1.15, 1.1, 1.05, 1.0, 0.2, 0.25)
_HOURS = (1, 0, 0, 0, 0, 1, 2, 5, 10, 12, 12, 10, 8, 11, 11, 9, 7, 5, 4, 4, 4, 4, 3, 2)
_GROWTH_A_MONTH = 1.01
_LAUNCH = 2.0
"""What the launch of the new sensors, to mid-July 2025, adds to what comes in."""


def day_weights(dip: float) -> Numbers:
    """How much comes in on each of `DAYS`; `dip` is what is left of it in the lean quarter.

    The lean quarter is the first of 2026: its budget was cut, from mid-December on.
    """
    months = np.array([date.fromordinal(int(day) + EPOCH_DAY).month for day in DAYS])
    weekdays = (DAYS + 3) % 7  # 1970-01-01 was a Thursday
    lean = (day_of("2025-12-15") <= DAYS) & (day_of("2026-03-15") > DAYS)
    growth = _GROWTH_A_MONTH ** ((DAYS - FIRST_DAY) / 30)
    usual: Numbers = np.array(_SEASON)[months - 1] * np.array(_WEEK)[weekdays] * growth
    launch = np.where(day_of("2025-07-15") > DAYS, _LAUNCH, 1.0)
    weights: Numbers = usual * launch * np.where(lean, dip, 1.0)
    return weights


def day_of(text: str) -> int:
    """The day of an ISO date, counted from 1970-01-01."""
    return date.fromisoformat(text).toordinal() - EPOCH_DAY


def times_of_day(count: int, rng: np.random.Generator) -> Instants:
    """Seconds since local midnight, mostly within office hours."""
    weights = np.array(_HOURS) / sum(_HOURS)
    hours = rng.choice(len(_HOURS), count, p=weights)
    seconds: Instants = hours * HOUR + rng.integers(0, HOUR, count)
    return seconds


def instants(day: Instants, seconds: Instants | int) -> Instants:
    """UTC seconds of a local day and time; days outside the eighteen months take the rim's zone."""
    offset = _OFFSETS[np.clip(day - FIRST_DAY, 0, len(DAYS) - 1)]
    at: Instants = day * DAY + seconds - offset
    return at


def local(at: Instants) -> tuple[Instants, Instants, Instants]:
    """Day, weekday (Monday is 0) and seconds since midnight, on the wall in Oslo."""
    near = np.clip(at // DAY - FIRST_DAY, 0, len(DAYS) - 1)
    wall = at + _OFFSETS[near]
    day = wall // DAY
    return day, (day + 3) % 7, wall % DAY
