"""Working time: how much of it has passed, and when a budget of it is used up.

The meaning of every number here is in docs/explanation/working-time.md. Datetimes are zone-aware
at this door; a result is in the zone of the `start` that it answers. Precision is a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Generic, TypeVar

from interlock.agreement.hours import DAY, Hours, read_hours
from interlock.replay.calendar_spans import (
    EPOCH,
    EPOCH_DAY,
    FIRST_INSTANT,
    LAST_INSTANT,
    open_spans,
)
from interlock.replay.openings import NEVER, Openings
from interlock.replay.workdays import OpenDays
from interlock.replay.workdaytable import DayRow, day_rows

Pause = tuple[datetime, datetime | None]
"""A span that does not count; one without an end goes on."""

T = TypeVar("T")
_YEAR = 366 * DAY


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A value, and what is remarkable about it, each with the way out."""

    value: T
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Compiled:
    openings: Openings
    days: OpenDays


class WorkCalendar:
    """When a team works: hours by weekday, holidays, overrides and breaks in one time zone.

    Open time is compiled once per calendar for the years in use and kept. Everything here can be
    used from several threads.
    """

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self._compiled: _Compiled | None = None

    @classmethod
    def from_dict(cls, definition: object) -> WorkCalendar:
        """A calendar from its definition: timezone, hours, holidays, date_overrides, breaks.

        Raises:
            ValueError: the definition is wrong; every problem stands on a line of its own, with
                its place. `interlock.agreement.hours.read_hours` returns them instead.
        """
        hours, problems = read_hours(definition)
        if hours is None:
            raise ValueError("\n".join(str(problem) for problem in problems))
        return cls(hours)

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Open seconds in [start, end) that are not paused; 0 for a reversed pair."""
        return self.measure(start, end, pauses).value

    def measure(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> Answer[int]:
        """As `elapsed`, with a finding for a pair or a pause that is reversed."""
        first, last = instant(start), instant(end)
        spans, findings = _instants(pauses)
        if last < first:
            reversed_pair = (
                f"the end ({end.isoformat()}) lies before the start ({start.isoformat()}): "
                "counted as 0; mend whichever of the two is wrong"
            )
            return Answer(0, (reversed_pair, *findings))
        return Answer(self.openings(first, last).less(spans).elapsed(first, last), findings)

    def deadline(
        self, start: datetime, seconds: int, pauses: Iterable[Pause] = ()
    ) -> datetime | None:
        """The earliest instant at which `elapsed` from `start` reaches `seconds`.

        A budget used up exactly at closing time is due at closing time. 0 seconds: the first open
        instant at or after `start`. Negative seconds: the latest instant with that much working
        time left to `start`. None where that never comes.
        """
        return self.due(start, seconds, pauses).value

    def due(
        self, start: datetime, seconds: int, pauses: Iterable[Pause] = ()
    ) -> Answer[datetime | None]:
        """As `deadline`, with a finding that says why there is none."""
        spans, findings = _instants(pauses)
        at = self._search(instant(start), seconds, spans)
        if at == NEVER:
            return Answer(None, (self._why_never(seconds, spans), *findings))
        return Answer(_at(at, start), findings)

    def deadline_days(self, start: datetime, days: int) -> datetime | None:
        """The same point of the n-th next open day ("within 2 working days").

        That is the same local time as `start` on the `days`-th open day after the one that
        `start` belongs to; where that day is closed at that time, its next open instant, or its
        last closing if none follows. A start outside open time counts from the next open instant.
        A day is open when some open time belongs to it; time after midnight belongs to the day on
        which its interval opened. Negative days count backwards. None where there is no such day.
        """
        first, last = self.bounds
        at, reach = instant(start), _YEAR + 2 * DAY * abs(days)
        while True:
            low, high = max(at - reach, first), min(at + reach, last)
            due = self.open_days(min(low, at), max(high, at)).deadline(at, days)
            if due != NEVER:
                return _at(due, start)
            if high == last if days >= 0 else low == first:
                return None
            reach *= 4

    def explain(
        self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
    ) -> tuple[DayRow, ...]:
        """What `elapsed` is made of, day by local day; the seconds add up to it exactly.

        Every day from `start` to `end` has its row, those without open time too.
        """
        first, last = instant(start), instant(end)
        if last < first:
            return ()
        spans, _ = _instants(pauses)
        return day_rows(self.hours, self.openings(first, last), spans, first, last)

    def openings(self, first: int, last: int) -> Openings:
        """Open time as arrays, covering at least the instants `first` to `last` (UTC seconds)."""
        return self._compile(first, last).openings

    def open_days(self, first: int, last: int) -> OpenDays:
        """Open days as arrays, covering at least the instants `first` to `last` (UTC seconds)."""
        return self._compile(first, last).days

    def _compile(self, first: int, last: int) -> _Compiled:
        known = self._compiled
        if known and known.openings.first <= first and last <= known.openings.last:
            return known
        if known:
            first, last = min(first, known.openings.first), max(last, known.openings.last)
        margin = _YEAR + (last - first) // 4
        low, high = max(first - margin, FIRST_INSTANT), min(last + margin, LAST_INSTANT)
        spans = open_spans(self.hours, low, high)
        openings = Openings.of(low, high, spans.opens, spans.closes)
        self._compiled = _Compiled(openings, OpenDays.of(spans))
        return self._compiled

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """Two instants outside of which the calendar has no opening."""
        if any(self.hours.weekly):
            return FIRST_INSTANT, LAST_INSTANT
        days = [day.toordinal() - EPOCH_DAY for day, own in self.hours.overrides.items() if own]
        return (min(days, default=0) - 2) * DAY, (max(days, default=0) + 4) * DAY

    def _search(self, start: int, seconds: int, pauses: list[tuple[int, int]]) -> int:
        """The deadline, looked for in ever wider spans as far as the calendar can be open."""
        first, last = self.bounds
        last = min([last, *(since for since, until in pauses if until == NEVER)])
        if seconds >= 0 and start + seconds > last:
            return NEVER
        reach = _YEAR + 6 * abs(seconds)
        while True:
            low = start if seconds >= 0 else max(start - reach, first)
            high = start if seconds < 0 else min(start + reach, last)
            open_time = self.openings(min(low, start), max(high, start)).less(pauses)
            at = open_time.deadline(start, seconds)
            if at != NEVER or (high == last if seconds >= 0 else low == first):
                return at
            reach *= 4

    def _why_never(self, seconds: int, pauses: list[tuple[int, int]]) -> str:
        if seconds < 0:
            return "there is not that much working time before the start; ask for less"
        if any(until == NEVER for _, until in pauses):
            return "a pause has no end, so the clock stands still; end the pause"
        if any(self.hours.weekly):
            return (
                "that is more working time than the calendar holds to the year 9999; ask for less"
            )
        return (
            "the calendar does not open again: its weekly hours are empty and no date override "
            "lies ahead; give it hours"
        )


def instant(moment: datetime) -> int:
    """UTC seconds of a zone-aware datetime, rounded down.

    Raises:
        ValueError: the datetime has no zone, so that it is no instant.
    """
    if moment.utcoffset() is None:
        raise ValueError(
            f"{moment.isoformat()} has no time zone, so it is no instant; give it one, such as "
            'moment.replace(tzinfo=ZoneInfo("Europe/Oslo"))'
        )
    return (moment - EPOCH) // timedelta(seconds=1)


def _at(t: int, start: datetime) -> datetime:
    return (EPOCH + timedelta(seconds=t)).astimezone(start.tzinfo)


def _instants(pauses: Iterable[Pause]) -> tuple[list[tuple[int, int]], tuple[str, ...]]:
    """Pauses as instants (NEVER: no end), and a finding for each that ends before it starts."""
    pauses = list(pauses)
    spans = [(instant(start), NEVER if end is None else instant(end)) for start, end in pauses]
    findings = tuple(
        f"the pause from {start.isoformat()} ends before it starts ({end and end.isoformat()}): "
        "left out; mend it"
        for (start, end), (since, until) in zip(pauses, spans, strict=True)
        if until < since
    )
    return spans, findings
