"""What an index tells whatever the agreement; the moments under all agreements share it."""

from __future__ import annotations

from functools import cached_property

from interlock.replay.findings import contradictions
from interlock.replay.index import Index
from interlock.replay.outcome import Finding, Instant
from interlock.replay.owners import Owners, owners
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
        return owners(self._index)

    def contradictions(self, as_of: Instant) -> tuple[Finding, ...]:
        """What a human should look at among the facts up to `as_of`; of the last instant asked."""
        found = self._contradictions.get(as_of)
        if found is None:
            found = tuple(contradictions(self._index, as_of))
            self._contradictions = {as_of: found}
        return found
