"""Lengths of time as an agreement writes them: "4 working hours", "2 working days", "3 days"."""

from __future__ import annotations

import re

from interlock.agreement.schema import Duration, TimeUnit

_WRITTEN = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?)\s+(working\s+)?(minute|hour|day|week)s?", re.IGNORECASE
)
_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}

FORMS = '"4 working hours", "30 working minutes", "2 working days", "24 hours" or "3 days"'
"""The forms that are read, for messages and the reference."""


def parse_duration(text: str) -> Duration | None:
    """The duration that the text means, or None where it is not one of the `FORMS`.

    Working days are counted, never converted: there is no such thing as half of one.
    """
    written = _WRITTEN.fullmatch(text.strip())
    if not written:
        return None
    number, working, unit = float(written[1]), bool(written[2]), written[3].lower()
    if working and unit in ("day", "week"):
        whole = unit == "day" and number.is_integer()
        return Duration(int(number), TimeUnit.WORKING_DAYS, text.strip()) if whole else None
    kind = TimeUnit.WORKING if working else TimeUnit.ELAPSED
    return Duration(round(number * _SECONDS[unit]), kind, text.strip())
