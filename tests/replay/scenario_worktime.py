"""Sections of a scenario file that ask a calendar itself: elapsed time, deadlines, days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from interlock.agreement.schema import Agreement
from interlock.replay.worktime import Pause, WorkCalendar

Asked = dict[str, object]
ZONE = ZoneInfo("Europe/Oslo")


def sections(agreement: Agreement) -> dict[str, Callable[[Asked], Asked]]:
    """Each section by its name: from what the file says to what came out, of the same questions."""
    own = {each.id: WorkCalendar.from_dict(each.definition) for each in agreement.calendars}
    return {
        "elapsed": lambda asked: {each: _elapsed(own, *each.split()) for each in asked},
        "deadlines": lambda asked: {each: _deadline(own, *each.split()) for each in asked},
        "days": lambda asked: {each: _days(own, *each.split()) for each in asked},
    }


def _elapsed(own: dict[str, WorkCalendar], calendar: str, start: str, end: str, *less: str) -> str:
    """`h:mm` of `calendar from until [pause…]`, and how many findings."""
    found = own[calendar].measure(_at(start), _at(end), _pauses(less))
    return _with(_clock(found.value), found.findings)


def _deadline(
    own: dict[str, WorkCalendar], calendar: str, start: str, budget: str, *less: str
) -> str:
    """The local time of `calendar start budget [pause…]`, and how many findings."""
    hours, minutes = budget.lstrip("-").split(":")
    seconds = (int(hours) * 3600 + int(minutes) * 60) * (-1 if budget.startswith("-") else 1)
    begins, pauses = _at(start), _pauses(less)
    found = own[calendar].due(begins, seconds, pauses)
    if found.value is None:
        return _with("never", found.findings)
    first, last = sorted((begins, found.value))
    assert own[calendar].elapsed(first, last, pauses) == abs(seconds)
    return _with(f"{found.value.astimezone(ZONE):%Y-%m-%d %H:%M}", found.findings)


def _days(
    own: dict[str, WorkCalendar], calendar: str, start: str, end: str, *less: str
) -> list[str]:
    """`date h:mm note` of each day of `calendar from until [pause…]`."""
    asked = _at(start), _at(end), _pauses(less)
    rows = own[calendar].explain(*asked)
    assert sum(row.seconds for row in rows) == own[calendar].elapsed(*asked)
    return [f"{row.date} {_clock(row.seconds)} {row.note}".rstrip() for row in rows]


def _pauses(spans: Iterable[str]) -> list[Pause]:
    """Each written as `from/until`; without an `until` it goes on."""
    ends = [span.split("/") for span in spans]
    return [(_at(start), _at(end) if end else None) for start, end in ends]


def _at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZONE)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"


def _with(answer: str, findings: tuple[str, ...]) -> str:
    return f"{answer}, found: {len(findings)}" if findings else answer
