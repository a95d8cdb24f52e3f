"""Working time for the slow replay: stretches in lists, walked one by one.

Which stretches a calendar has comes from `WorkCalendar.explain`, which has oracles of its own; all
that is made of them (turns of owners, absences, pauses, budgets, days) is written here, plainly.
"""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from interlock.agreement.schema import Agreement
from interlock.replay.worktime import WorkCalendar

FROM, TO = datetime(2026, 2, 20, tzinfo=UTC), datetime(2026, 7, 20, tzinfo=UTC)
"""No clock of the random histories runs outside of these."""
NEVER = 2**62

Span = tuple[int, int]


class Stretch(NamedTuple):
    """Open time in one piece, and the date that it belongs to."""

    opens: int
    closes: int
    day: date
    zone: ZoneInfo


class Turn(NamedTuple):
    """Whose calendar counts from an instant to another: its stretches, before and after too."""

    since: int
    until: int
    stretches: list[Stretch]


def stretches(agreement: Agreement, id: str, away: list[Span]) -> list[Stretch]:
    """The open time of the calendar, less absences."""
    definition = next(c.definition for c in agreement.calendars if c.id == id)
    whole = _stretches(repr(definition))
    cut = [(s, minus([(s.opens, s.closes)], away)) for s in whole]
    return [Stretch(opens, closes, s.day, s.zone) for s, left in cut for opens, closes in left]


@lru_cache(maxsize=100)
def _stretches(definition: str) -> list[Stretch]:
    calendar = WorkCalendar.from_dict(ast.literal_eval(definition))
    found: list[Stretch] = []
    for row in calendar.explain(FROM, TO):
        for begin, end in row.intervals:
            opens, closes = int(begin.timestamp()), int(end.timestamp())
            # what goes on over midnight belongs to the day on which it opened
            day = found[-1].day if found and found[-1].closes == opens else row.date
            found.append(Stretch(opens, closes, day, calendar.hours.zone))
    return found


def minus(spans: list[Span], holes: list[Span]) -> list[Span]:
    """The spans without the holes."""
    for begin, end in holes:
        parts = [((a, min(b, begin)), (max(a, end), b)) for a, b in spans]
        spans = [(a, b) for pair in parts for a, b in pair if a < b] if begin < end else spans
    return spans


def open_time(turns: list[Turn]) -> list[Span]:
    """What is open by whichever calendar counts."""
    return [
        (max(s.opens, turn.since), min(s.closes, turn.until))
        for turn in turns
        for s in turn.stretches
        if max(s.opens, turn.since) < min(s.closes, turn.until)
    ]


def length(spans: list[Span], since: int, until: int) -> int:
    """How much of the spans lies between the instants."""
    return sum(max(0, min(b, until) - max(a, since)) for a, b in spans)


def deadline(spans: list[Span], start: int, seconds: int) -> int | None:
    """When so much of the spans has passed since the start."""
    for opens, closes in spans:
        begin = max(opens, start)
        if begin < closes and begin + seconds <= closes:
            return begin + seconds
        seconds -= max(0, closes - begin)
    return None


def in_days(turns: list[Turn], days: int) -> int | None:
    """The same time of day on the last of so many days after the first, each date counted once."""
    seen: list[date] = []
    point = timedelta()
    for turn in turns:
        by_day: dict[date, list[Stretch]] = {}
        for s in turn.stretches:
            if s.closes > turn.since and (not seen or s.day >= seen[-1]):
                rest = s._replace(opens=max(s.opens, turn.since))
                by_day.setdefault(s.day, []).append(rest)
        dates = sorted(day for day in by_day if by_day[day][0].opens < turn.until)
        if not seen and dates:
            seen = dates[:1]
            first = by_day[seen[0]][0]
            point = _local(first.opens, first.zone) - datetime.combine(first.day, time())
        later = sorted(day for day in by_day if seen and day > seen[-1])
        missing = days + 1 - len(seen)
        if seen and missing <= len(later):
            at, opens = _point(by_day, later, missing, seen[-1], point)
            if at <= turn.until and opens < turn.until:
                return at
        seen += [day for day in dates if seen and day > seen[-1]][:missing]
    return None


def part_of_days(
    turns: list[Turn], days: int, share: float, start: int, pauses: list[Span]
) -> int | None:
    """When that share of the open time up to the end of so many days has passed."""
    spans, day = open_time(turns), in_days(turns, days)
    if day is None:
        return None
    return deadline(minus(spans, pauses), start, round(length(spans, start, day) * share))


def after_days(turns: list[Turn], days: Fraction, start: int, pauses: list[Span]) -> int | None:
    """When so many days are over, and of the next one that part of its open time."""
    spans, day, more = open_time(turns), in_days(turns, int(days)), 0
    if day is None:
        return None
    if days % 1:
        then = in_days(turns, int(days) + 1)
        if then is None:
            return None
        more = round(length(spans, day, then) * (days % 1))
    due = deadline(minus(spans, pauses), start, length(spans, start, day) + more)
    return None if due is None else max(due, day)


def _point(
    by_day: dict[date, list[Stretch]], later: list[date], missing: int, now: date, point: timedelta
) -> tuple[int, int]:
    """The instant on the day that is meant, and when the stretch that holds it opened."""
    target = later[missing - 1] if missing else now
    if target not in by_day:  # it is over for the new owner
        opens = by_day[later[0]][0].opens if later else NEVER
        return opens, opens
    wall = datetime.combine(target, time()) + point
    for opens, closes, _, zone in by_day[target]:
        twice = (int(wall.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (0, 1))
        for at in sorted((opens, *twice)):
            if opens <= at < closes and _local(at, zone) >= wall:
                return at, opens
    return by_day[target][-1].closes, by_day[target][-1].opens


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None)
