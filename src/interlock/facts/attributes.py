"""Attributes: columns that no contract names, as texts with a type that their values have shown.

An attribute is kept as the text that was received, so that nothing is lost when a later file shows
that a column of numbers holds words too; the type says how the texts are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import isfinite
from typing import Any

from interlock.facts.kinds import ColumnType

YES, NO = ("true", "yes"), ("false", "no")
"""Words that make a flag, compared without regard to case."""

Value = str | int | float | bool

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?([eE][-+]?\d+)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[-+]\d\d:\d\d)")


def type_of(text: str) -> ColumnType:
    """The narrowest type that the text fits.

    `007`, `+49 89` and whole numbers of more than 15 digits are texts: they name, not count.
    """
    if _INTEGER.fullmatch(text):
        return ColumnType.INTEGER
    if _NUMBER.fullmatch(text) and isfinite(float(text)):
        return ColumnType.NUMBER
    if text.lower() in YES + NO:
        return ColumnType.FLAG
    return ColumnType.INSTANT if _INSTANT.fullmatch(text) else ColumnType.TEXT


def widest(types: Iterable[ColumnType]) -> ColumnType | None:
    """The type that fits values of all these types; None for none."""
    found = set(types)
    if found == {ColumnType.INTEGER, ColumnType.NUMBER}:
        return ColumnType.NUMBER
    return found.pop() if len(found) == 1 else ColumnType.TEXT if found else None


def value_of(value: object, type_: ColumnType) -> Value | None:
    """The value as that type has it (an INSTANT in UTC seconds); None where it has none."""
    if value is None or type_ is ColumnType.TEXT:
        return _text(value)
    text = _text(value) or ""
    if type_ is ColumnType.FLAG:
        return True if text.lower() in YES else False if text.lower() in NO else None
    try:
        if type_ is ColumnType.INSTANT:
            return (
                value if isinstance(value, int) else int(datetime.fromisoformat(text).timestamp())
            )
        number = float(text)
        return int(text) if type_ is ColumnType.INTEGER else number if isfinite(number) else None
    except (ValueError, OverflowError):
        return None


def values_of(values: Sequence[Any], type_: ColumnType) -> list[Value | None]:
    """`value_of` each, asked once for each distinct one."""
    read = {value: value_of(value, type_) for value in dict.fromkeys(values)}
    return [read[value] for value in values]


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
