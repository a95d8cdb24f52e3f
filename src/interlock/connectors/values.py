"""Cells to values: one parser for each type of column.

A parser takes one cell that is not empty and gives the value, or a `Refused` with the reason. It is
asked once for each distinct cell (`Cached`), so a million rows of ten words cost ten calls.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.numbers import NumberFormatError, get_group_symbol, parse_decimal

from interlock.connectors.date_forms import forms_of, is_form_of_days
from interlock.connectors.files import Cell
from interlock.facts.attributes import NO, YES

_LARGEST = 2**63 - 1
_EARLIEST = int(datetime(1, 1, 2, tzinfo=UTC).timestamp())
_LATEST = int(datetime(9999, 12, 31, 9, 59, 59, tzinfo=UTC).timestamp())
"""Between these there is a date and a time in every zone."""
_READABLE = 60
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?[\d.,'\N{RIGHT SINGLE QUOTATION MARK}\s]*\d[\d.,]*")
_SPACES = re.compile(r"\s")
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?",
    re.IGNORECASE,
)
_EPOCHS = {"unix": 1, "unix ms": 1000}


@dataclass(frozen=True)
class Refused:
    """The row cannot be taken, for this reason."""

    reason: str


class Skipped:
    """The row is left out, as the manifest wants."""


SKIPPED = Skipped()
Parser = Callable[[Any], Any]
"""A cell that is not empty to a value, None, a `Refused` or `SKIPPED`."""

K = TypeVar("K", bound=Hashable)


class Cached(dict[K, Any], Generic[K]):
    """What a parser makes of each distinct cell. `clean` while nothing was refused or skipped."""

    LIMIT = 200_000

    def __init__(self, parse: Callable[[K], Any]) -> None:
        super().__init__()
        self._parse = parse
        self.clean = True

    def __missing__(self, key: K) -> Any:
        value = self[key] = self._parse(key)
        if isinstance(value, Refused | Skipped):
            self.clean = False
        return value

    def column(self, keys: Iterable[K]) -> list[Any]:
        """The value of each key."""
        if len(self) > self.LIMIT:  # cells that hardly repeat are not worth keeping
            self.clear()
        return list(map(self.__getitem__, keys))


def shown(cell: Cell) -> str:
    """A cell in a message: not longer than people read."""
    text = str(cell)
    return f"`{text if len(text) <= _READABLE else text[: _READABLE - 1] + '…'}`"


def emptiness(words: frozenset[str]) -> Callable[[Cell], bool]:
    """Whether a cell means no value: nothing is in it, or one of the words (in small letters)."""
    longest = max(map(len, words), default=0)

    def is_empty(cell: Cell) -> bool:
        if cell is None:
            return True
        text = (cell if isinstance(cell, str) else str(cell)).strip()
        return len(text) <= longest and text.casefold() in words

    return is_empty


def text_parser(prefix: str) -> Parser:
    """Texts without the spaces around them, with the prefix before them."""
    return lambda cell: prefix + str(cell).strip()


# --- numbers ----------------------------------------------------------------------------------


def decimal_of(cell: Cell, locale: str) -> Decimal | None:
    """The number that the cell means; None where it is none.

    Without a locale only 1234.5 is understood, since 1.234 is two numbers in two countries. With
    one, the groups of thousands have to stand where they belong.
    """
    if not isinstance(cell, str):
        return None if cell is None else Decimal(str(cell))
    text = cell.strip().replace("\N{MINUS SIGN}", "-")
    if _PLAIN.fullmatch(text) and not locale:
        return Decimal(text)
    if not locale or not _GROUPED.fullmatch(text):
        return None
    group = get_group_symbol(Locale.parse(locale))
    text = _SPACES.sub(group if group.isspace() else " ", text)
    if not group.isspace():
        text = text.replace("'", group).replace("\N{RIGHT SINGLE QUOTATION MARK}", group)
    try:
        return parse_decimal(text, Locale.parse(locale), strict=True)
    except (NumberFormatError, InvalidOperation):
        return None


def number_parser(locale: str) -> Parser:
    """Numbers as float."""

    def parse(cell: Cell) -> float | Refused:
        number = decimal_of(cell, locale)
        if number is None or not number.is_finite():
            return Refused(f"{shown(cell)} is not a number{_locale_hint(cell, locale)}")
        value = float(number)
        return value if math.isfinite(value) else Refused(f"{shown(cell)} is too large")

    return parse


def integer_parser(locale: str, least: int | None = None) -> Parser:
    """Whole numbers of 64 bits, from `least` on; `5.0` is one."""

    def parse(cell: Cell) -> int | Refused:
        number = decimal_of(cell, locale)
        if number is None or not number.is_finite() or number != number.to_integral_value():
            return Refused(f"{shown(cell)} is not a whole number{_locale_hint(cell, locale)}")
        if least is not None and number < least:
            return Refused(f"{shown(cell)} is less than {least}")
        return int(number) if abs(number) <= _LARGEST else Refused(f"{shown(cell)} is too large")

    return parse


def _locale_hint(cell: Cell, locale: str) -> str:
    if locale:
        return f" as {locale} writes it"
    return (
        "; say how numbers are written with `number: en_US`" if re.search(r"\d", str(cell)) else ""
    )


# --- flags and choices ------------------------------------------------------------------------


def flag_parser(yes: tuple[str, ...] = (), no: tuple[str, ...] = ()) -> Parser:
    """Words to True and False. With own words for yes and none for no, every other word is no."""
    words = {word.casefold(): True for word in yes or (*YES, "y", "1", "t")}
    words |= {word.casefold(): False for word in no or (() if yes else (*NO, "n", "0", "f"))}

    def parse(cell: Cell) -> bool | Refused:
        found = words.get(str(cell).strip().casefold())
        if found is None and yes and not no:
            return False
        return Refused(f"{shown(cell)} is neither yes nor no") if found is None else found

    return parse


def choice_parser(
    choices: Iterable[str], synonyms: Mapping[str, tuple[str, ...]], otherwise: str
) -> Parser:
    """Words to one of the choices (none given: to any of the synonyms' targets).

    `otherwise` says what becomes of a word that is none of them: "refuse", "leave empty",
    "skip row" or "keep".
    """
    targets = tuple(choices) or tuple(synonyms)
    words = {target.casefold(): target for target in targets}
    words |= {word.casefold(): target for target, many in synonyms.items() for word in many}
    others = {"leave empty": None, "skip row": SKIPPED}

    def parse(cell: Cell) -> Any:
        found = words.get(str(cell).strip().casefold())
        if found is not None:
            return found
        if otherwise in others:
            return others[otherwise]
        if otherwise == "keep":
            return str(cell).strip()
        return Refused(f"{shown(cell)} is none of {', '.join(targets)}; name it under `choices`")

    return parse


# --- instants ---------------------------------------------------------------------------------


def instant_parser(formats: tuple[str, ...], zone: str, *, last_day: bool = False) -> Parser:
    """Dates and times to seconds UTC: ISO 8601, and the given forms of `strptime`.

    A time without an offset is of `zone`; a date alone is its midnight, or with `last_day` the one
    after it. Where daylight saving
    repeats an hour, the first one is meant; an hour that it skips is counted from before the skip
    (02:30 becomes 03:30). Parts of a second are dropped.
    """
    place = ZoneInfo(zone)
    patterns = tuple(each for each in formats if each not in _EPOCHS)
    factors = tuple(_EPOCHS[each] for each in formats if each in _EPOCHS)

    def parse(cell: Cell) -> int | Refused:
        text = str(cell).strip()
        if factors and (number := decimal_of(text, "")) is not None:
            return _within(int(number) // factors[0], text)
        moment, is_day = _iso(text) or _by_pattern(text, patterns)
        if moment is None:
            return Refused(f"{shown(cell)} is not a date{_date_hint(text, formats)}")
        if last_day and is_day and moment.date() < date.max:
            moment += timedelta(days=1)
        local = moment if moment.tzinfo else moment.replace(tzinfo=place)
        return _within(int(local.timestamp() // 1), text)

    return parse


def is_day(text: str, formats: tuple[str, ...]) -> bool:
    """Whether the text is a date alone, by ISO 8601 or one of the forms."""
    return (_iso(text) or _by_pattern(text, formats))[1]


def is_form_of_dates(form: str) -> bool:
    """Whether `instant_parser` can read by that form."""
    if form in _EPOCHS:
        return True
    try:
        datetime.strptime(datetime(2026, 1, 31, tzinfo=UTC).strftime(form), form)  # noqa: DTZ007 - tried out
    except (ValueError, re.error):
        return False
    return "%" in form


def _within(instant: int, text: str) -> int | Refused:
    if _EARLIEST <= instant <= _LATEST:
        return instant
    way_out = "if it means that there is none, name it under `empty`"
    return Refused(f"{shown(text)} is a date that no calendar has; {way_out}")


def _iso(text: str) -> tuple[datetime, bool] | None:
    """The instant, and whether it is a date alone; None where it is not of ISO 8601."""
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    day, clock, offset = found.groups()
    offset = "+00:00" if offset and offset.upper() in ("Z", "UTC") else offset or ""
    try:
        return datetime.fromisoformat(f"{day}T{clock or '00:00'}{offset}"), not clock
    except ValueError:
        return None


def _by_pattern(text: str, patterns: tuple[str, ...]) -> tuple[datetime | None, bool]:
    for pattern in patterns:
        try:
            moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is put in by the caller
        except ValueError:
            continue
        return moment, is_form_of_days(pattern)
    return None, False


def _date_hint(text: str, formats: tuple[str, ...]) -> str:
    likely = [f'`dates: "{form}"`' for form in forms_of(text) if form not in formats]
    said = " or ".join(likely) if likely else "" if formats else "`dates`"
    way_out = f"; say its form with {said}" if said else ""
    if formats:
        return f" of the form {' or '.join(formats)}, nor of 2026-01-31 09:00:00{way_out}"
    return f" of the form 2026-01-31 or 2026-01-31 09:00:00{way_out}"


def iso(instant: int) -> str:
    """Seconds UTC as text; the form in which attributes keep instants."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
