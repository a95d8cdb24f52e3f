"""The agreement's calendars, and each of them less a member's absences, as a replay needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.hours import DAY
from interlock.agreement.schema import Agreement, Calendar
from interlock.replay.absences import Absences
from interlock.replay.calendar_spans import LAST_INSTANT
from interlock.replay.kept import once_each
from interlock.replay.kinds import places_of
from interlock.replay.openings import Openings, any_never, span_of
from interlock.replay.outcome import Codes, Flags, Instants
from interlock.replay.workdays import OpenDays, Workdays
from interlock.replay.workdaytable import DayRow, day_rows
from interlock.replay.worktime import WorkCalendar

ALWAYS = -1
"""The calendar of a promise that counts elapsed time."""

T = TypeVar("T", Openings, OpenDays)

_YEAR = 366 * DAY
FARTHEST = 100 * _YEAR
"""How far ahead a calendar is searched for a deadline."""


class OpenTime(NamedTuple):
    """The open time of several calendars, laid end to end for a kernel.

    That of calendar i is at `first[i]` up to `first[i + 1]`; the others as in `Openings`.
    """

    first: Instants
    opens: Instants
    closes: Instants
    cumulative: Instants


class Calendars:
    """The agreement's calendars, compiled once and opened as far as a replay needs.

    A code stands for a calendar as it is agreed (its position), or for one less the absences of a
    member.
    """

    def __init__(self, agreement: Agreement, absences: Absences) -> None:
        self.ids = np.array([calendar.id for calendar in agreement.calendars], dtype=object)
        self.places = places_of(self.ids)
        self._calendars = _work_calendars(agreement.calendars)
        self._away: list[list[tuple[int, int]]] = [[], *absences.values()]
        self._absentees = np.array([*absences], np.int64)
        self._less: dict[tuple[type, int], tuple[Any, Any]] = {}

    def code(self, id: str) -> int:
        """The calendar's position."""
        return self.places[id]

    def id(self, code: int) -> str:
        """The id of the calendar; "" for elapsed time."""
        return "" if code == ALWAYS else str(self.ids[code % len(self.ids)])

    @property
    def anybody_away(self) -> bool:
        """Whether some member has absences."""
        return len(self._away) > 1

    def of_members(self, members: Codes, own: int) -> Codes:
        """What each member goes by: a calendar, less the member's absences.

        It is the member's own (its position), or that of a promise (`own`) where there is none
        (-1).
        """
        found = np.where(members >= 0, members, np.int32(own))
        found[self._absentees] += len(self.ids) * np.arange(1, len(self._away), dtype=np.int32)
        return found

    def stand_for_good(self, codes: Codes) -> Flags:
        """Which of these calendars stop by an absence whose end nobody knows."""
        return self._for_good[codes // len(self.ids)]

    def zone(self, code: int) -> ZoneInfo:
        """The time zone of the calendar."""
        return self._calendar(code).hours.zone

    def explain(
        self, code: int, start: int, end: int, pauses: Sequence[tuple[int, int]]
    ) -> tuple[DayRow, ...]:
        """The working time from `start` to `end`, pauses left out, day by day."""
        calendar = self._calendar(code)
        opened, away = calendar.openings(start, end), self._away_from(code)
        rows = day_rows(calendar.hours, opened, pauses, start, end, away)
        return tuple(replace(row, calendar=self.id(code)) for row in rows)

    def openings(self, code: int, first: int, last: int, seconds: int) -> Openings:
        """Open time from `first`, with at least `seconds` of it after `last` where there are."""
        if code == ALWAYS:
            end = last + seconds + DAY
            opens, closes = np.array([first]), np.array([end])
            return Openings(first, end, opens, closes, np.zeros(1, np.int64))
        reach = _YEAR
        while True:
            opened = self._opened(code, first, last + reach)
            if opened.elapsed(last, opened.last) >= seconds or self._is_all(code, last, reach):
                return opened
            reach *= 4

    def open_time(self, codes: NDArray[np.int32], first: int, last: int, seconds: int) -> OpenTime:
        """As `openings`, of several calendars."""
        parts = [self.openings(code, first, last, seconds) for code in codes.tolist()]
        return OpenTime(
            first=_bounds(parts),
            opens=np.concatenate([part.opens for part in parts]),
            closes=np.concatenate([part.closes for part in parts]),
            cumulative=np.concatenate([part.cumulative for part in parts]),
        )

    def workdays(self, codes: NDArray[np.int32], first: int, last: int) -> Workdays:
        """The open days of several calendars, covering at least `first` to `last`."""
        parts = [self._open_days(code, first, last) for code in codes.tolist()]
        return Workdays(
            first=_bounds(parts),
            opens=np.concatenate([part.opens for part in parts]),
            closes=np.concatenate([part.closes for part in parts]),
            offset=np.concatenate([part.offset for part in parts]),
            midnight=np.concatenate([part.midnight[part.nth] for part in parts]),
        )

    def in_days(self, code: int, starts: Instants, days: int) -> tuple[Instants, Instants]:
        """The deadlines of a budget in working days, and the open seconds up to them; or NEVER."""
        (first, last), reach = span_of(starts), first_reach(days)
        while True:
            due = self._open_days(code, first, last + reach).deadlines(starts, days)
            if not any_never(due) or self._is_all(code, last, reach):
                return due, self._opened(code, first, last + reach).elapsed_many(starts, due)
            reach *= 4

    def are_all(self, codes: NDArray[np.int32], last: int, reach: int) -> bool:
        """Whether it is of no use to look farther ahead in any of the calendars."""
        return all(self._is_all(code, last, reach) for code in codes.tolist())

    def _is_all(self, code: int, last: int, reach: int) -> bool:
        """Whether it is of no use to look farther ahead."""
        for_good = [start for start, end in self._away_from(code) if end == LAST_INSTANT]
        bound = min([self._calendar(code).bounds[1], *for_good])
        return reach >= FARTHEST or last + reach >= bound

    @cached_property
    def _for_good(self) -> Flags:
        """Of each set of absences, whether one of them has no end."""
        return np.array([any(end == LAST_INSTANT for _, end in away) for away in self._away])

    def _calendar(self, code: int) -> WorkCalendar:
        return self._calendars[code % len(self.ids)]

    def _away_from(self, code: int) -> list[tuple[int, int]]:
        return self._away[code // len(self.ids)]

    def _opened(self, code: int, first: int, last: int) -> Openings:
        """The open time, less the absences."""
        return self._less_absences(code, self._calendar(code).openings(first, last))

    def _open_days(self, code: int, first: int, last: int) -> OpenDays:
        """The open days, less the absences."""
        return self._less_absences(code, self._calendar(code).open_days(first, last))

    def _less_absences(self, code: int, opened: T) -> T:
        """Worked out anew only where the calendar was."""
        if not self._away_from(code):
            return opened
        key = type(opened), code
        known = self._less.get(key)
        if known is None or known[0] is not opened:
            known = self._less[key] = (opened, opened.less(self._away_from(code)))
        return known[1]


def _read(calendars: tuple[Calendar, ...]) -> list[WorkCalendar]:
    return [WorkCalendar.from_dict(each.definition) for each in calendars]


_work_calendars = once_each(_read, 8)
"""The calendars of the last few agreements: opened for all of time, one takes tens of megabytes."""


def first_reach(days: int) -> int:
    """How far ahead so many working days are looked for at first."""
    return _YEAR + 8 * days * DAY


def _bounds(parts: Sequence[Openings | OpenDays]) -> Instants:
    return np.concatenate([[0], np.cumsum([len(part.opens) for part in parts])]).astype(np.int64)
