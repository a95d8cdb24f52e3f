"""Medians and percentiles by nearest rank: always one of the values themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MEDIAN, NINE_OF_TEN = 50, 90


def nearest_rank(values: NDArray[np.int64], percent: int) -> int | None:
    """The least value that at least so many per cent of them do not exceed; None of nothing."""
    place = max(-(-percent * len(values) // 100), 1) - 1
    return int(np.sort(values)[place]) if len(values) else None
