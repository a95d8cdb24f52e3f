"""A calendar's hours in words: days, opening times and zone."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from interlock.agreement.hours import WEEKDAYS
from interlock.agreement.schema import Calendar
from interlock.agreement.wording import joined, several

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def calendar_sentence(calendar: Calendar) -> str:
    """Days with their hours, the zone, and how many exceptions there are."""
    definition: Mapping[str, Any] = calendar.definition
    weekly = definition.get("hours") or {}
    days = [(_hours(weekly.get(key)), name) for key, name in zip(WEEKDAYS, _DAYS, strict=True)]
    runs = [(hours, [name for _, name in run]) for hours, run in groupby(days, lambda d: d[0])]
    said = [f"{_span(names)} {hours}" for hours, names in runs if hours]
    parts = [", ".join(said) or "never open", f"{definition.get('timezone')} time"]
    parts += _exceptions(definition, calendar.closed_on)
    return ", ".join(parts)


def _hours(intervals: Any) -> str:
    return joined(["\u2013".join(pair) for pair in intervals or []], "and")


def _span(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def _exceptions(definition: Mapping[str, Any], closed_on: str) -> list[str]:
    holidays = definition.get("holidays") or []
    overrides = definition.get("date_overrides") or {}
    said = []
    if closed_on:
        said.append(f"closed on {closed_on}")
    elif holidays:
        first, last = min(holidays)[:4], max(holidays)[:4]
        years = f"from {first} to {last}" if first != last else f"in {first}"
        said.append(f"closed on {several(len(holidays), 'holiday', 'holidays')} {years}")
    if overrides:
        said.append(f"other hours on {several(len(overrides), 'date', 'dates')}")
    return said
