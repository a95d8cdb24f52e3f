"""What an index tells whatever the agreement; the moments under all agreements share it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interlock.replay.absences import Absences, Away, absences, laid_out
from interlock.replay.findings import contradictions
from interlock.replay.index import Index
from interlock.replay.kinds import ASSIGNMENT, CLOSE, DECISION, OPPORTUNITY
from interlock.replay.outcome import Finding, Instant
from interlock.replay.owners import Owners, owners
from interlock.replay.picking import codes, with_code
from interlock.replay.truths import Truths


class OfIndex:
    """Each is worked out once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._contradictions: dict[Instant, tuple[Finding, ...]] = {}
        self.truths = Truths(index)

    @cached_property
    def owners(self) -> Owners:
        """Who has which lead from when on."""
        return owners(self._index, self.few_moments_of(ASSIGNMENT))

    @cached_property
    def absences(self) -> Absences:
        """When members are away."""
        return absences(self._index)

    @cached_property
    def away(self) -> Away:
        """The same, as kernels read it."""
        return laid_out(self.absences, len(self._index.members))

    def few_moments_of(self, *kinds: int) -> NDArray[np.int64]:
        """The moments of these kinds, in order: opportunities, their ends, assignments, decisions.

        Of the other kinds there are many; they are the index's own `moments_of`.
        """
        moments, kind = self._few
        return moments[with_code(kind, codes(kinds))]

    @cached_property
    def _few(self) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """The moments of kinds of which there are few, and of which kind each is."""
        moments = self._index.moments_of(OPPORTUNITY, ASSIGNMENT, DECISION, CLOSE)
        return moments, self._index.kind[moments]

    def contradictions(self, as_of: Instant) -> tuple[Finding, ...]:
        """What a human should look at among the facts up to `as_of`; of the last instant asked."""
        found = self._contradictions.get(as_of)
        if found is None:
            found = tuple(contradictions(self._index, as_of))
            self._contradictions = {as_of: found}
        return found
