"""Single values of the file: numbers, dates, lengths of time, words from a list."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, get_origin

from interlock.agreement.criterion import Criterion, Place
from interlock.agreement.durations import FORMS, parse_duration
from interlock.agreement.expression import Constant, ValueType
from interlock.agreement.key import Key
from interlock.agreement.problems import did_you_mean
from interlock.agreement.schema import Duration
from interlock.agreement.shape import item_of, members

ALWAYS = Criterion("", Constant(value=True, type=ValueType.FLAG), "", Place(1, 1))
"""Stands in for a criterion that is wrong, while the rest is checked. Its text is empty."""


def parse_scalar(text: str, type_: Any, says: Key) -> tuple[Any, str, str]:
    """The value, or None with what is wrong and the way out."""
    if issubclass(type_, StrEnum):
        return _chosen(text, tuple(str(each) for each in type_), type_)
    if says.choices and type_ is str:
        return _chosen(text, says.choices, str)
    value = _PARSERS[type_](text)
    if value is None:
        return None, f"`{text}` is not {NEEDED[type_]}", _FORMS.get(type_, "")
    if says.least is not None and value < says.least:
        return None, f"`{text}` is too small", f"at least {says.least:g}"
    if says.most is not None and value > says.most:
        return None, f"`{text}` is too large", f"at most {says.most:g}"
    return value, "", ""


def stand_in(type_: Any) -> Any:
    """A harmless value of the type, for what is missing or wrong and said to be so."""
    if type(None) in getattr(type_, "__args__", ()):
        return None
    first = members(type_)[0]
    if item_of(first) or get_origin(first) is dict:
        return (get_origin(first))()
    if first in _STAND_INS:
        return _STAND_INS[first]
    return next(iter(first)) if issubclass(first, StrEnum) else None


def _chosen(
    text: str, choices: tuple[str, ...], make: Callable[[str], Any]
) -> tuple[Any, str, str]:
    if text in choices:
        return make(text), "", ""
    hint = did_you_mean(text, choices) or f"there are {', '.join(choices)}"
    return None, f"`{text}` cannot stand here", hint


def _number(text: str) -> float | None:
    percent = text.endswith("%")
    try:
        value = float(text.rstrip("%").strip())
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return value / 100 if percent else value


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: _whole,
    float: _number,
    bool: {"true": True, "false": False, "yes": True, "no": False}.get,
    date: _date,
    Duration: parse_duration,
}
NEEDED = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "`true` or `false`",
    date: "a date",
    Duration: "a length of time",
    Criterion: "a condition",
}
"""What is needed where a value of the type stands, in words."""

_FORMS = {date: "write 2026-01-31", Duration: f"write {FORMS}", float: "write 120, 0.4 or 40 %"}
_STAND_INS: dict[Any, Any] = {
    str: "",
    int: 0,
    float: 0.0,
    bool: False,
    date: date.min,
    Duration: parse_duration("1 hour"),
    Criterion: ALWAYS,
    Place: Place(1, 1),
}
