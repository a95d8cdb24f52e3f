"""Eras: the moments of one index, each span of time under the agreement that counted then.

A lead is moved, and a clock started, by the version in force at that moment. A clock once started
goes on under its own version, and so does the rule by which a lead that was sent away comes back:
a change of the text never rewrites what was served before. The change by itself moves nobody; the
next fact does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import InForce, Timeline, Version, always, versions
from interlock.replay.index import Index
from interlock.replay.kept import once_each
from interlock.replay.moments import Moments
from interlock.replay.outcome import Instant, Instants
from interlock.replay.recalled import Recalled


@dataclass(frozen=True)
class Eras:
    """The same index under each version, in order of time; there is at least one.

    `recalled` is what came of the clocks of each promise when they were last replayed, by the
    beginning of its version and its id; None: it is not kept.
    """

    all: tuple[Moments, ...]
    recalled: dict[tuple[Instant, str], Recalled] | None = field(default=None, compare=False)

    @classmethod
    def of(cls, index: Index, agreement: Agreement | Timeline) -> Eras:
        """The index under one agreement, or under one after the other."""
        first, *others = _versions(agreement)
        moments = Moments(index, first)
        return cls((moments, *(moments.under(each) for each in others)))

    def under(self, agreement: Agreement | Timeline) -> Eras:
        """The same index under others: what does not depend on the agreement is shared."""
        return self._with(self.all[0].under(each) for each in _versions(agreement))

    def apart(self) -> Eras:
        """The same for what is tried once: nothing that is worked out for it is kept here."""
        return self._with(each.apart() for each in self.all)

    def recalling(self) -> Eras:
        """The same where others are to be tried: what comes of clocks is kept, and spares work."""
        return Eras(self.all, {})

    def _with(self, moments: Iterable[Moments]) -> Eras:
        return Eras(tuple(moments), None if self.recalled is None else dict(self.recalled))

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


def _versions(agreement: Agreement | Timeline) -> tuple[Version, ...]:
    texts = always(agreement)
    return _of_texts(*(each.agreement for each in texts))(tuple(each.since for each in texts))


@once_each
def _of_texts(*texts: Agreement) -> Callable[[tuple[int, ...]], tuple[Version, ...]]:
    """Their versions by the instants since when they count; the last few are kept."""
    return lru_cache(maxsize=8)(lambda since: versions(tuple(map(InForce, since, texts))))
