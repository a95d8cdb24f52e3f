"""Journeys: the touches that went before a conversion, or before nothing, in columns.

A journey may stand for many that had the same touches: `conversions` and `nulls` say how many
converted and how many did not, `value` what all of its conversions brought together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.outcome import Codes, Flags, Instants, Numbers
from interlock.replay.parts import plain

NONE = "(none)"
"""What a conversion without a touch is credited to."""


@dataclass(frozen=True)
class Journeys:
    """Touches by journey, each in total order.

    `first[j]:first[j + 1]` are the touches of journey j. `channel` is a position in `channels`,
    `at` the touch's instant. `lead` and `opportunity` are, within the journey, the positions of the
    touches that created them (-1: not known).
    """

    channels: NDArray[np.object_]
    first: NDArray[np.int64]
    channel: Codes
    at: Instants
    conversions: Numbers
    nulls: Numbers
    value: Numbers
    lead: Codes
    opportunity: Codes

    def __len__(self) -> int:
        return len(self.conversions)

    @cached_property
    def length(self) -> NDArray[np.int64]:
        """How many touches each journey has."""
        return np.diff(self.first)

    @cached_property
    def journey(self) -> NDArray[np.int64]:
        """Each touch's journey."""
        return np.repeat(np.arange(len(self)), self.length)

    @cached_property
    def position(self) -> NDArray[np.int64]:
        """Each touch's position within its journey, from 0."""
        return np.arange(len(self.channel)) - self.first[self.journey]

    @cached_property
    def paid(self) -> Journeys:
        """The journeys with a touch that brought something; the others earn nobody anything."""
        return self.at_places(self._brought[0])

    @cached_property
    def unseen(self) -> float | None:
        """What the journeys without a touch brought; None where there are none."""
        _, untouched, value = self._brought
        return value if untouched else None

    @cached_property
    def _brought(self) -> tuple[NDArray[np.int64], int, float]:
        return _what_brought(plain(self.first), plain(self.value, np.float64))

    def at_places(self, which: NDArray[np.int64]) -> Journeys:
        """Only the journeys at these places."""
        first, channel, at = _touches_of(self.first, self.channel, self.at, which)
        mine = {
            name: getattr(self, name)[which]
            for name in ("conversions", "nulls", "value", "lead", "opportunity")
        }
        return replace(self, first=first, channel=channel, at=at, **mine)

    def touches_where(self, kept: Flags) -> Journeys:
        """The journeys with only the touches for which `kept` holds; without their milestones."""
        length = np.bincount(self.journey[kept], minlength=len(self))
        unknown = np.full(len(self), -1, np.int32)
        return replace(
            self,
            first=np.concatenate([[0], np.cumsum(length)]),
            channel=self.channel[kept],
            at=self.at[kept],
            lead=unknown,
            opportunity=unknown,
        )


@numba.njit(cache=True, nogil=True)
def _touches_of(
    first: NDArray[np.int64], channel: Codes, at: Instants, which: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Codes, Instants]:
    begins = np.zeros(len(which) + 1, np.int64)
    for i in range(len(which)):
        begins[i + 1] = begins[i] + first[which[i] + 1] - first[which[i]]
    channels, instants = np.empty(begins[-1], channel.dtype), np.empty(begins[-1], at.dtype)
    for i in range(len(which)):
        from_, length = first[which[i]], begins[i + 1] - begins[i]
        for k in range(length):
            channels[begins[i] + k] = channel[from_ + k]
            instants[begins[i] + k] = at[from_ + k]
    return begins, channels, instants


@numba.njit(cache=True, nogil=True)
def _what_brought(first: NDArray[np.int64], value: Numbers) -> tuple[NDArray[np.int64], int, float]:
    """The touched journeys that brought something; how many are without a touch; their value."""
    place, many, untouched, unseen = np.empty(len(value), np.int64), 0, 0, 0.0
    for j in range(len(value)):
        if first[j] == first[j + 1]:
            untouched += 1
            unseen += value[j]
        elif value[j] != 0.0:
            place[many] = j
            many += 1
    return place[:many], untouched, unseen


def summed(weight: Numbers, places: NDArray[np.integer], many: int) -> Numbers:
    """The weights added up by place: 0 to `many` - 1."""
    total: Numbers = np.bincount(places, weight, minlength=many).astype(np.float64, copy=False)
    return total
