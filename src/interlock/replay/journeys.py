"""Journeys: the touches that went before a conversion, or before nothing, in columns.

A journey may stand for many that had the same touches: `conversions` and `nulls` say how many
converted and how many did not, `value` what all of its conversions brought together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interlock.replay.outcome import Codes, Flags, Instants, Numbers

NONE = "(none)"
"""What a conversion without a touch is credited to."""

KEYS = ("path", "conversions", "nulls", "value", "times", "lead", "opportunity")


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


def summed(weight: Numbers, places: NDArray[np.integer], many: int) -> Numbers:
    """The weights added up by place: 0 to `many` - 1."""
    total: Numbers = np.bincount(places, weight, minlength=many).astype(np.float64, copy=False)
    return total


def journeys_of(written: Sequence[Mapping[str, Any]]) -> Journeys:
    """Columns of journeys that are written as mappings, with the keys in `KEYS`.

    Only `path` is needed; `conversions` is then 1, `nulls` 0 and `value` the conversions. `times`
    are UTC seconds, one a touch. Raises ValueError with the journey's number where one is wrong.
    """
    for number, each in enumerate(written, 1):
        if wrong := _wrong(each):
            raise ValueError(f"journey {number}: {wrong}")
    names = [channel for each in written for channel in each["path"]]
    channels = list(dict.fromkeys(names))
    places = {channel: place for place, channel in enumerate(channels)}
    return Journeys(
        channels=np.array(channels, dtype=object),
        first=np.cumsum([0, *(len(each["path"]) for each in written)]),
        channel=np.array([places[name] for name in names], np.int32),
        at=np.array([at for each in written for at in _times(each)], np.int64),
        conversions=np.array([_conversions(each) for each in written], np.float64),
        nulls=np.array([each.get("nulls", 0) for each in written], np.float64),
        value=np.array([_value(each) for each in written], np.float64),
        lead=np.array([_place(each, "lead") for each in written], np.int32),
        opportunity=np.array([_place(each, "opportunity") for each in written], np.int32),
    )


def _conversions(journey: Mapping[str, Any]) -> float:
    return float(journey.get("conversions", 1))


def _value(journey: Mapping[str, Any]) -> float:
    value = journey.get("value")
    return _conversions(journey) if value is None else float(value)


def _times(journey: Mapping[str, Any]) -> Sequence[int]:
    times: Sequence[int] | None = journey.get("times")
    return [0] * len(journey["path"]) if times is None else times


def _place(journey: Mapping[str, Any], milestone: str) -> int:
    place = journey.get(milestone)
    return -1 if place is None else int(place)


def _wrong(journey: Mapping[str, Any]) -> str:
    """What is wrong with a written journey; "" where nothing is."""
    if unknown := [key for key in journey if key not in KEYS]:
        return f"`{unknown[0]}` is none of its keys: {', '.join(KEYS)}"
    if isinstance(journey.get("path", ""), str):
        return "`path` is a list of channels"
    return _wrong_times(journey) or _wrong_numbers(journey)


def _wrong_times(journey: Mapping[str, Any]) -> str:
    times = _times(journey)
    if len(times) != len(journey["path"]):
        return f"{len(times)} times for {len(journey['path'])} touches"
    return "" if sorted(times) == list(times) else "`times` are not in order"


def _wrong_numbers(journey: Mapping[str, Any]) -> str:
    counts = (_conversions(journey), float(journey.get("nulls", 0)), _value(journey))
    if not all(0 <= count < np.inf for count in counts):
        return "conversions, nulls and value are numbers of at least 0"
    if counts[0] == 0 and counts[2] != 0:
        return "a value without a conversion"
    places = [_place(journey, milestone) for milestone in ("lead", "opportunity")]
    if not all(-1 <= place < len(journey["path"]) for place in places):
        return "`lead` and `opportunity` are positions in the path, from 0"
    return ""
