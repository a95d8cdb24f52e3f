"""What was known by an instant: the imports that counted then.

An import is known from its start on, and counts until it is taken back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.store.models import Import


@dataclass(frozen=True)
class Imports:
    """All imports by their ids, ascending, and when each started (UTC seconds)."""

    ids: NDArray[np.int64]
    started: NDArray[np.int64]

    def learned(self, batch: NDArray[np.int64]) -> NDArray[np.int64]:
        """When each row was learned of, by the id of the import that it came with."""
        return self.started[np.searchsorted(self.ids, batch)]


def all_imports() -> Imports:
    """The imports, in one query."""
    found = Import.objects.order_by("id").values_list("id", "started_at")
    pairs = np.array([*found], np.int64).reshape(-1, 2)
    return Imports(pairs[:, 0], pairs[:, 1])
