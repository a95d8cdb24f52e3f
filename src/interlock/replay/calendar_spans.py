"""From hours as written to instants: which stretches of time a calendar is open.

An instant is open when the clock on the wall shows an open time. So an hour that daylight saving
skips holds no time, an hour that it repeats counts twice, and an opening or closing that falls
into a skipped hour happens at the jump.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from interlock.agreement.hours import DAY, Hours, Intervals
from interlock.replay.openings import Instants, covered

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = date(1970, 1, 1).weekday()
FIRST_INSTANT = int((datetime(1, 1, 10, tzinfo=UTC) - EPOCH).total_seconds())
LAST_INSTANT = int((datetime(9999, 12, 20, tzinfo=UTC) - EPOCH).total_seconds())
"""The span in which calendars are read: what a datetime can hold, less some days of margin."""

_SCAN = 3 * DAY
"""Step of the search for clock changes; no zone's offset was ever kept for less than 3.9 days."""

_STRIDE = 5 * DAY
"""Keeps the days apart while their intervals, of up to two days each, are worked on together."""


@dataclass(frozen=True)
class Spans:
    """Open stretches in the order of their opens, each with the day that it belongs to.

    `day` counts from 1970-01-01; a stretch after midnight may belong to the day before.
    `offset` is local less UTC. Time that two days claim belongs to the earlier one.
    """

    day: Instants
    opens: Instants
    closes: Instants
    offset: Instants


def open_spans(hours: Hours, first: int, last: int) -> Spans:
    """Every open stretch between the instants `first` and `last`."""
    days = np.arange(first // DAY - 3, last // DAY + 4)
    starts, ends = _by_day(_regular(hours, days))
    pauses = [_by_day(_listed(hours.breaks, shift)) for shift in (-1, 0, 1)]
    starts, ends = covered(
        starts,
        ends,
        np.concatenate([pause[0] for pause in pauses]),
        np.concatenate([pause[1] for pause in pauses]),
    )
    night_before = _STRIDE - DAY  # what belongs to yesterday, as today's clock counts it
    starts, ends = covered(starts, ends, starts + night_before, ends + night_before)
    day = starts // _STRIDE
    shift = day * (_STRIDE - DAY)
    return _on_the_wall(hours.zone, day, starts - shift, ends - shift, first, last)


def local_day(zone: ZoneInfo, day: int) -> Spans:
    """The stretches of time in which the calendar on the wall shows that day; mostly one."""
    at = np.array([day], np.int64)
    return _on_the_wall(zone, at, at * DAY, (at + 1) * DAY, (day - 2) * DAY, (day + 3) * DAY)


def offset_at(zone: ZoneInfo, t: int) -> int:
    """Local less UTC, in seconds."""
    offset = (EPOCH + timedelta(seconds=t)).astimezone(zone).utcoffset()
    return int((offset or timedelta()).total_seconds())


_Listed = tuple[Instants, Instants, Instants]
"""Day, and open and close in seconds from its midnight."""


def _regular(hours: Hours, days: Instants) -> _Listed:
    """The hours of each of these days: the weekday's, or the override's; none on a holiday."""
    listed = [day.toordinal() - EPOCH_DAY for day in hours.holidays | hours.overrides.keys()]
    usual = days[~np.isin(days, np.array(listed, np.int64))]
    weekday = (usual + _EPOCH_WEEKDAY) % 7
    parts = [
        _spread(usual[weekday == index], interval)
        for index, intervals in enumerate(hours.weekly)
        for interval in intervals
    ]
    special = {day: own for day, own in hours.overrides.items() if day not in hours.holidays}
    return _joined([*parts, _listed(special)])


def _listed(dated: Mapping[date, Intervals], shift: int = 0) -> _Listed:
    """Intervals of single dates, as the day `shift` days later counts them."""
    return _joined(
        [
            _spread(
                np.array([day.toordinal() - EPOCH_DAY + shift], np.int64),
                (opens - shift * DAY, closes - shift * DAY),
            )
            for day, intervals in dated.items()
            for opens, closes in intervals
        ]
    )


def _spread(days: Instants, interval: tuple[int, int]) -> _Listed:
    return days, np.full_like(days, interval[0]), np.full_like(days, interval[1])


def _joined(parts: list[_Listed]) -> _Listed:
    none = np.empty(0, np.int64)
    day, opens, closes = zip(*parts, (none, none, none), strict=True)
    return np.concatenate(day), np.concatenate(opens), np.concatenate(closes)


def _by_day(listed: _Listed) -> tuple[Instants, Instants]:
    day, opens, closes = listed
    return day * _STRIDE + opens, day * _STRIDE + closes


def _on_the_wall(  # noqa: PLR0913, PLR0917 - three columns, the zone and the span
    zone: ZoneInfo, day: Instants, opens: Instants, closes: Instants, first: int, last: int
) -> Spans:
    """The instants at which the clock on the wall shows these local times; rows sorted by day."""
    edges = _offset_edges(zone, first, last)
    parts = []
    for start, end in pairwise(edges):
        offset = offset_at(zone, start)
        low = np.searchsorted(day, (start + offset) // DAY - 3)
        high = np.searchsorted(day, (end + offset) // DAY + 1, side="right")
        clipped_opens = np.maximum(opens[low:high] - offset, start)
        clipped_closes = np.minimum(closes[low:high] - offset, end)
        kept = clipped_opens < clipped_closes
        columns = (day[low:high], clipped_opens, clipped_closes)
        parts.append((*(column[kept] for column in columns), np.full(kept.sum(), offset)))
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(joined[1], kind="stable")
    return Spans(*(column[order] for column in joined))


def _offset_edges(zone: ZoneInfo, first: int, last: int) -> list[int]:
    """`first`, every change of the zone's offset after it, and `last`."""
    edges, at, offset = [first], first, offset_at(zone, first)
    while at < last:
        step = min(at + _SCAN, last)
        if offset_at(zone, step) != offset:
            at = _first_change(zone, at, step)
            edges.append(at)
            offset = offset_at(zone, at)
        else:
            at = step
    return edges if edges[-1] == last else [*edges, last]


def _first_change(zone: ZoneInfo, same: int, changed: int) -> int:
    """The first instant after `same`, up to `changed`, with another offset than `same`."""
    offset = offset_at(zone, same)
    while changed - same > 1:
        middle = (same + changed) // 2
        same, changed = (middle, changed) if offset_at(zone, middle) == offset else (same, middle)
    return changed
