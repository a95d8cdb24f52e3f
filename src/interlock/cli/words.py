"""Words that commands put together."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

RECORDS_AND_FACTS = (
    "A replay counts a fact once for each person that it is about, and leaves out those about "
    "people who are not known by then; `interlock facts` counts records."
)


def several(number: int, noun: str, nouns: str = "") -> str:
    """A number with its noun: `1 row`, `2,000 rows`, `2 people`."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"


def moment(instant: int | None, zone: str) -> str:
    """An instant on the wall clock of the zone, with the zone's name."""
    return f"{clock(instant, zone)} {zone}" if instant is not None else ""


def clock(instant: int | None, zone: str) -> str:
    """An instant on the wall clock of the zone."""
    if instant is None:
        return "at any time"
    return f"{datetime.fromtimestamp(instant, ZoneInfo(zone)):%Y-%m-%d %H:%M}"
