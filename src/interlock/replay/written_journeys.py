"""Journeys as people write them, checked and laid out in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from numbers import Integral, Real
from typing import Any

import numpy as np

from interlock.replay.calendar_spans import FIRST_INSTANT, LAST_INSTANT
from interlock.replay.journeys import Journeys

KEYS = ("path", "conversions", "nulls", "value", "times", "lead", "opportunity")

MOST = 1e15
"""So many conversions, or so much value, is still counted exactly; more is taken for a mistake."""

Written = Mapping[str, Any]


def journeys_of(written: Iterable[Written]) -> Journeys:
    """Columns of journeys that are written as mappings, with the keys in `KEYS`.

    Only `path` is needed; `conversions` is then 1, `nulls` 0 and `value` the conversions. `times`
    are UTC seconds, one a touch. Raises ValueError with the journey's number where one is wrong.
    """
    if isinstance(written, str | Mapping) or not isinstance(written, Iterable):
        wrong = f"journeys are a list of mappings, and this is {_a(written)}"
        raise ValueError(wrong)  # noqa: TRY004 - one kind of error for all that is wrong
    journeys = list(written)
    for number, each in enumerate(journeys, 1):
        if wrong := _wrong(each):
            raise ValueError(f"journey {number}: {wrong}")
    names = [channel for each in journeys for channel in each["path"]]
    channels = list(dict.fromkeys(names))
    places = {channel: place for place, channel in enumerate(channels)}
    return Journeys(
        channels=np.array(channels, dtype=object),
        first=np.cumsum([0, *(len(each["path"]) for each in journeys)]),
        channel=np.array([places[name] for name in names], np.int32),
        at=np.array([at for each in journeys for at in _times(each)], np.int64),
        conversions=_numbers(journeys, "conversions"),
        nulls=_numbers(journeys, "nulls"),
        value=_numbers(journeys, "value"),
        lead=np.array([_place(each, "lead") for each in journeys], np.int32),
        opportunity=np.array([_place(each, "opportunity") for each in journeys], np.int32),
    )


def _numbers(journeys: list[Written], key: str) -> np.typing.NDArray[np.float64]:
    numbers = np.array([_count(each, key) for each in journeys], np.float64)
    if numbers.sum() > MOST:
        raise ValueError(f"all `{key}` together are more than {MOST:,.0f}, and not exact any more")
    return numbers


def _count(journey: Written, key: str) -> Any:
    """The number that a key says, or that holds without it."""
    found = journey.get(key)
    if found is not None:
        return found
    return (
        {"conversions": 1, "nulls": 0}.get(key)
        if key != "value"
        else _count(journey, "conversions")
    )


def _times(journey: Written) -> Any:
    times = journey.get("times")
    return [0] * len(journey["path"]) if times is None else times


def _place(journey: Written, milestone: str) -> Any:
    place = journey.get(milestone)
    return -1 if place is None else place


# --- what can be wrong ------------------------------------------------------------------------


def _wrong(journey: object) -> str:
    """What is wrong with a written journey; "" where nothing is."""
    if not isinstance(journey, Mapping):
        return f"it is {_a(journey)}, and not a mapping with a `path`"
    if unknown := [key for key in journey if key not in KEYS]:
        return f"`{unknown[0]}` is none of its keys: {', '.join(KEYS)}"
    return _wrong_path(journey) or _wrong_times(journey) or _wrong_numbers(journey)


def _wrong_path(journey: Written) -> str:
    path: Any = journey.get("path")
    if not _is_list(path):
        return f"`path` is a list of channels, and this is {_a(path)}"
    strange = [channel for channel in path if not isinstance(channel, str)]
    return f"a channel is a text, and `{strange[0]!r}` is {_a(strange[0])}" if strange else ""


def _wrong_times(journey: Written) -> str:
    times, touches = _times(journey), len(journey["path"])
    if not _is_list(times):
        return f"`times` is a list of UTC seconds, and this is {_a(times)}"
    if len(times) != touches:
        return f"{len(times)} times for {touches} touches"
    strange = [at for at in times if not (_is_whole(at) and FIRST_INSTANT <= at <= LAST_INSTANT)]
    if strange:
        return f"`{strange[0]!r}` in `times` is no instant: whole UTC seconds, years 1 to 9999"
    return "`times` are not in order" if any(b < a for a, b in pairwise(times)) else ""


def _wrong_numbers(journey: Written) -> str:
    for key in ("conversions", "nulls", "value"):
        number = _count(journey, key)
        if not _is_number(number) or not 0 <= number <= MOST:
            return f"`{key}` is a number from 0 to {MOST:,.0f}, and not `{number!r}`"
    if _count(journey, "conversions") == 0 and _count(journey, "value") != 0:
        return "a value without a conversion"
    for key in ("lead", "opportunity"):
        place = _place(journey, key)
        if not _is_whole(place) or not -1 <= place < len(journey["path"]):
            return f"`{key}` is a position in the path, from 0, and not `{place!r}`"
    return ""


def _is_list(found: object) -> bool:
    return isinstance(found, list | tuple | np.ndarray)


def _is_whole(found: object) -> bool:
    return isinstance(found, Integral) and not isinstance(found, bool)


def _is_number(found: object) -> bool:
    return isinstance(found, Real) and not isinstance(found, bool)


def _a(found: object) -> str:
    """What kind of thing it is, in words."""
    return "nothing" if found is None else f"of type {type(found).__name__}"
