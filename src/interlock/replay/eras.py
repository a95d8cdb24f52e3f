"""Eras: the moments of one index, each span of time under the agreement that counted then.

A lead is moved, and a clock started, by the version in force at that moment. A clock once started
goes on under its own version, and so does the rule by which a lead that was sent away comes back:
a change of the text never rewrites what was served before. The change by itself moves nobody; the
next fact does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import Agreement, Criterion
from interlock.agreement.timeline import Timeline, always, versions
from interlock.replay.index import Index
from interlock.replay.moments import Moments
from interlock.replay.outcome import Instant, Instants
from interlock.replay.parts import in_parts

_T = TypeVar("_T", bound=np.generic)
_R = TypeVar("_R")


@dataclass(frozen=True)
class Eras:
    """The same index under each version, in order of time; there is at least one."""

    all: tuple[Moments, ...]

    @classmethod
    def of(cls, index: Index, agreement: Agreement | Timeline) -> Eras:
        """The index under one agreement, or under one after the other."""
        first, *others = versions(always(agreement))
        moments = Moments(index, first)
        return cls((moments, *(moments.under(each) for each in others)))

    def under(self, agreement: Agreement | Timeline) -> Eras:
        """The same index under others: what does not depend on the agreement is shared."""
        return Eras(tuple(self.all[0].under(each) for each in versions(always(agreement))))

    @property
    def index(self) -> Index:
        """The index."""
        return self.all[0].index

    def at(self, instant: Instant) -> Moments:
        """The moments under the version that counted at the instant."""
        return next(each for each in reversed(self.all) if each.version.since <= instant)

    @property
    def since(self) -> Instants:
        """Since when each version counts."""
        return np.array([each.version.since for each in self.all], np.int64)

    @cached_property
    def _number(self) -> NDArray[np.int64]:
        """At each moment, which of them counts."""
        return np.searchsorted(self.since, self.index.at, side="right") - 1

    def joined(self, column_of: Callable[[Moments], NDArray[_T]]) -> NDArray[_T]:
        """A column over the moments, of each era as its version has it."""
        if len(self.all) == 1:
            return column_of(self.all[0])
        columns = [column_of(each) for each in self.all]
        found = columns[0].copy()
        for number, column in enumerate(columns[1:], 1):
            mine = self._number == number
            found[mine] = column[mine]
        return found

    def in_parts(
        self, work: Callable[[Eras, int], _R], asks: Callable[[Moments], Iterable[Criterion]]
    ) -> list[_R]:
        """Does `work(part, first person)` for parts of the people that together are all.

        What the criteria that it `asks` of an era read of single tables is worked out once before.
        """
        for each in self.all:
            each.prepare(asks(each))

        def of(begin: int, stop: int) -> _R:
            return work(Eras(tuple(each.part(begin, stop) for each in self.all)), begin)

        return in_parts(of, self.index.first)
