"""When somebody is at work, by the agreement's calendars."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from interlock.agreement.hours import DAY
from interlock.agreement.schema import Agreement, Duration, TimeUnit
from interlock.replay import openings
from interlock.replay.openings import Openings
from interlock.replay.outcome import Instant
from interlock.replay.worktime import WorkCalendar

_AHEAD = 60 * DAY
"""Somebody whose calendar does not open for so long is told at once."""


def next_open(agreement: Agreement, calendar: str, at: Instant) -> Instant:
    """The instant itself where the calendar is open then, else when it opens next."""
    hours = _hours(agreement, calendar)
    if hours is None:
        return at
    opened = hours.openings(at, at + _AHEAD)
    place = int(np.searchsorted(opened.closes, at, side="right"))
    if place == len(opened.opens) or opened.opens[place] > at + _AHEAD:
        return at
    return max(at, int(opened.opens[place]))


def due_after(agreement: Agreement, within: Duration, at: Instant) -> Instant:
    """When so much time has passed, by the agreement's first calendar; open or not without one."""
    hours, start = _hours(agreement, ""), datetime.fromtimestamp(at, UTC)
    day = within.unit is TimeUnit.WORKING_DAYS
    plain = at + within.amount * (DAY if day else 1)
    if hours is None or within.unit is TimeUnit.ELAPSED:
        return plain
    due = (hours.deadline_days if day else hours.deadline)(start, within.amount)
    return plain if due is None else int(due.timestamp())


def share_passed(agreement: Agreement, begins: Instant, ends: Instant, at: Instant) -> float | None:
    """Which share of a period's working time is over, by the agreement's first calendar.

    None where the period has none.
    """
    opened = open_time(agreement, "", begins, ends)
    return openings.share_passed(opened, begins, ends, at)


def open_time(
    agreement: Agreement, calendar: str, first: Instant, last: Instant
) -> Openings | None:
    """The open time of the calendar of that name, else of the first one; None where there is none.

    It covers at least `first` to `last`.
    """
    hours = _hours(agreement, calendar)
    return None if hours is None else hours.openings(first, last)


def zone_of(agreement: Agreement, calendar: str) -> ZoneInfo:
    """The zone of the calendar of that name; that of the agreement where there is none."""
    hours = _hours(agreement, calendar)
    return agreement.zone if hours is None else hours.hours.zone


def _hours(agreement: Agreement, calendar: str) -> WorkCalendar | None:
    """The calendar of that name, else the first one; None where there is none at all."""
    named = [each for each in agreement.calendars if each.id == calendar]
    found = (named or [*agreement.calendars])[:1]
    if not found:
        return None
    return _read(json.dumps(found[0].definition, default=str, sort_keys=True))


@lru_cache(maxsize=64)
def _read(definition: str) -> WorkCalendar:
    return WorkCalendar.from_dict(json.loads(definition))
