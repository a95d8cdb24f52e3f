"""Forms in which exports write dates, and which of them a text is of."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

DATES = (
    *("%d %b, %Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%d %b, %Y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y"),
    *("%B %d, %Y", "%d %B %Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d"),
    *("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"),
    *("%d/%m/%Y", "%m/%d/%Y", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%d-%m-%Y"),
    *("%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%Y%m%d", "%Y%m%d%H%M%S"),
    *("unix", "unix ms"),
)
"""Forms of dates that are tried, as `strptime` has them.

Where day and month could be either, the day is taken first.
"""

_EPOCHS = ("unix", "unix ms")
_DIGITS = re.compile(r"\d+")
_LENGTHS = (8, 14)
"""Of dates in digits alone."""


def _by_day() -> dict[str, tuple[str, ...]]:
    days: dict[str, list[str]] = {}
    for form in DATES:
        days.setdefault(re.split(r" ?%[HI]", form)[0], []).append(form)
    return {day: tuple(forms) for day, forms in days.items()}


def is_form_of_days(form: str) -> bool:
    """Whether it writes days alone, without a time."""
    return re.search("%[HIcXs]", form) is None and form not in _EPOCHS


BY_DAY = _by_day()
"""The forms that write the day alike, by how they write it; in the order of DATES."""


def swapped(form: str) -> str:
    """The form with day and month the other way round."""
    return form.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m")


def forms_of(text: str) -> tuple[str, ...]:
    """The forms that the text could be of: two, where day and month could be either way round.

    A date that no calendar has (`31.04.2026`) is of its form all the same.
    """
    if text.isdigit() and len(text) not in _LENGTHS:
        return ()
    return _forms_of(_DIGITS.sub(_typical, text))


def _typical(found: re.Match[str]) -> str:
    """Digits that stand for all that could mean the same: so few texts are tried, not each."""
    digits = found[0]
    if len(digits) > 2:  # noqa: PLR2004 - a year, or the whole
        return digits
    number = int(digits)
    return f"{1 if number <= 12 else 13 if number <= 31 else 45:0{len(digits)}}"  # noqa: PLR2004 - months, days


@lru_cache(1024)
def _forms_of(text: str) -> tuple[str, ...]:
    return tuple(form for form in DATES if form not in _EPOCHS and _is_of(text, form))


def _is_of(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - only tried out
    except ValueError:
        return False
    return True
