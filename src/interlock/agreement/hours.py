"""Working hours as the agreement writes them: reading and checking a calendar's definition.

A definition has the keys `timezone`, `hours`, `holidays`, `date_overrides` and `breaks`
(docs/explanation/working-time.md). What the hours then amount to, in instants, is the business of
`interlock.replay.openings`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from interlock.agreement.problems import did_you_mean

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("timezone", "hours", "holidays", "date_overrides", "breaks")
HOUR = 3_600
DAY = 86_400

Intervals = tuple[tuple[int, int], ...]
"""Open and close as seconds from the day's midnight, in wall time; a close past 86,400 lies on the
next day."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong in a definition: `path` leads to it (`("hours", "mon", 0)`)."""

    path: Path
    reason: str

    def __str__(self) -> str:
        """As a person reads it: `hours.mon[0]: …`."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return f"{''.join(steps).lstrip('.') or 'calendar'}: {self.reason}"


@dataclass(frozen=True)
class Hours:
    """A definition that has been read. `weekly` starts with Monday."""

    zone: ZoneInfo
    weekly: tuple[Intervals, ...]
    holidays: frozenset[date]
    overrides: Mapping[date, Intervals]
    breaks: Mapping[date, Intervals]


def read_hours(definition: object) -> tuple[Hours | None, tuple[Problem, ...]]:
    """Read a calendar's definition; the hours are None where there are problems.

    Every problem is reported at once, each with the way out in its reason.
    """
    problems: list[Problem] = []
    if not isinstance(definition, Mapping):
        reason = f"{_shown(definition)} is not a calendar; write a mapping with {_listed(KEYS)}"
        return None, (Problem((), reason),)
    _check_keys(definition, KEYS, (), problems)
    zone = _zone(definition.get("timezone"), problems)
    weekly = _weekly(definition.get("hours"), problems)
    holidays = _holidays(definition.get("holidays"), problems)
    overrides = _dated(definition.get("date_overrides"), "date_overrides", problems)
    breaks = _dated(definition.get("breaks"), "breaks", problems)
    if problems or zone is None:
        return None, tuple(problems)
    return Hours(zone, weekly, holidays, overrides, breaks), ()


@cache
def zone_names() -> tuple[str, ...]:
    """Every time zone's name, in order. The system's files are asked once: it takes a while."""
    return tuple(
        sorted(each for each in available_timezones() if not _OF_A_MACHINE.fullmatch(each))
    )


_OF_A_MACHINE = re.compile("localtime|posixrules|Factory|(posix|right)/.*")
"""Names that some machines have for where they stand themselves, or how they count: the same text
would mean something else on another."""


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _check_keys(
    mapping: Mapping[object, object], known: Sequence[str], path: Path, problems: list[Problem]
) -> None:
    for key in mapping:
        if key not in known:
            hint = did_you_mean(str(key), known) or f"known are {_listed(known)}"
            problems.append(Problem((*path, str(key)), f"unknown key; {hint}"))


def _zone(value: object, problems: list[Problem]) -> ZoneInfo | None:
    if value is None:
        reason = "is missing; name a time zone of the IANA database, such as Europe/Oslo"
        problems.append(Problem(("timezone",), reason))
        return None
    try:
        if isinstance(value, str) and not _OF_A_MACHINE.fullmatch(value):
            return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass  # reported below, with the nearest name
    hint = did_you_mean(str(value), zone_names()) or "write Europe/Oslo, say"
    reason = f"{_shown(value)} is not a time zone of the IANA database; {hint}"
    problems.append(Problem(("timezone",), reason))
    return None


def _weekly(value: object, problems: list[Problem]) -> tuple[Intervals, ...]:
    days = _mapping(value, ("hours",), "weekdays (mon to sun)", problems)
    _check_keys(days, WEEKDAYS, ("hours",), problems)
    return tuple(_intervals(days.get(day), ("hours", day), problems) for day in WEEKDAYS)


def _holidays(value: object, problems: list[Problem]) -> frozenset[date]:
    items = _sequence(value, ("holidays",), "dates", problems)
    dates = (_date(item, ("holidays", index), problems) for index, item in enumerate(items))
    return frozenset(date for date in dates if date is not None)


def _dated(value: object, key: str, problems: list[Problem]) -> dict[date, Intervals]:
    read: dict[date, Intervals] = {}
    for written, intervals in _mapping(value, (key,), "dates", problems).items():
        day = _date(written, (key, str(written)), problems)
        hours = _intervals(intervals, (key, str(written)), problems)
        if day is not None:
            read[day] = (*read.get(day, ()), *hours)
    return read


def _date(value: object, path: Path, problems: list[Problem]) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # reported below: 2026-02-30 has the form of a date
    problems.append(Problem(path, f"{_shown(value)} is not a date; write YYYY-MM-DD"))
    return None


def _intervals(value: object, path: Path, problems: list[Problem]) -> Intervals:
    items = _sequence(value, path, "[open, close] pairs", problems)
    read = (_interval(item, (*path, index), problems) for index, item in enumerate(items))
    return tuple(interval for interval in read if interval is not None)


def _interval(value: object, path: Path, problems: list[Problem]) -> tuple[int, int] | None:
    """One pair; None where it is wrong or holds no time."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != len(("o", "c")):
        reason = f'{_shown(value)} is not a pair; write ["09:00", "17:00"]'
        problems.append(Problem(path, reason))
        return None
    start, end = (_time_of_day(time, path, problems) for time in value)
    if start is None or end is None or start == end:
        return None
    if start == DAY:
        reason = '"24:00" is the end of a day and opens none; write "00:00" on the next day'
        problems.append(Problem(path, reason))
        return None
    return (start, end) if end > start else (start, end + DAY)


def _time_of_day(value: object, path: Path, problems: list[Problem]) -> int | None:
    match = re.fullmatch(r"(\d\d):(\d\d)", value) if isinstance(value, str) else None
    if match:
        seconds = int(match[1]) * 3600 + int(match[2]) * 60
        if int(match[2]) < 60 and seconds <= DAY:  # noqa: PLR2004 - minutes of an hour
            return seconds
    reason = f"{_shown(value)} is not a time of day; write HH:MM up to 24:00"
    problems.append(Problem(path, reason))
    return None


def _mapping(
    value: object, path: Path, what: str, problems: list[Problem]
) -> Mapping[object, object]:
    if value is None or isinstance(value, Mapping):
        return value or {}
    problems.append(Problem(path, f"{_shown(value)} is not a mapping; write {what} with hours"))
    return {}


def _sequence(value: object, path: Path, what: str, problems: list[Problem]) -> Sequence[object]:
    if value is None or (isinstance(value, Sequence) and not isinstance(value, str)):
        return value or ()
    problems.append(Problem(path, f"{_shown(value)} is not a list; write a list of {what}"))
    return ()
