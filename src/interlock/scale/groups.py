"""Who has to be replayed together: people who share an account or an opportunity, and so on.

Whoever and whatever is known by a number (a hash of its kind and its id). Two that have the same
number by chance are replayed together, which is of no consequence.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def moved(one: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """Numbers that belong to a group of another name, and the name: its smallest number.

    `one` and `other` are pairs that belong together.
    """
    numbers, place = np.unique(np.concatenate([one, other]), return_inverse=True)
    root = _roots(len(numbers), place[: len(one)], place[len(one) :])
    others = np.flatnonzero(root != np.arange(len(numbers)))
    return numbers[others], numbers[root[others]]


@numba.njit(cache=True)
def _roots(many: int, one: Numbers, other: Numbers) -> Numbers:
    """The smallest place of each place's group: union and find, with paths halved."""
    root = np.arange(many)
    for i in range(len(one)):
        a, b = one[i], other[i]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        root[max(a, b)] = min(a, b)
    for i in range(many):  # a root is the smallest of its group, so that it comes first
        root[i] = root[root[i]]
    return root
