"""A million deadlines over five calendars, against businesstimedelta."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import businesstimedelta
import numpy as np
import pytz  # type: ignore[import-untyped] # comes with businesstimedelta
from benches.frame import Bench, Row, seconds
from benches.history import SPAN, START

from interlock.replay.worktime import WorkCalendar

ZONES = ("Europe/Oslo", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC")
DEADLINES, COMPARED = 1_000_000, 100
BUDGET = 20 * 3600


def rows(bench: Bench) -> Iterator[Row]:
    """Both by the deadline; each answer that is compared is the same."""
    rng = np.random.default_rng(7)
    starts = START + rng.integers(0, SPAN, DEADLINES // len(ZONES))
    days = ("mon", "tue", "wed", "thu", "fri")
    hours = {day: [["09:00", "17:00"]] for day in days}
    calendars = [WorkCalendar.from_dict({"timezone": zone, "hours": hours}) for zone in ZONES]

    def ours() -> list[np.typing.NDArray[np.int64]]:
        last = START + SPAN + 60 * 86400
        return [c.openings(START, last).deadlines(starts, BUDGET) for c in calendars]

    (taken,) = bench.time(ours)
    due = ours()
    begin = time.perf_counter()
    theirs = [_deadline(ZONES[n % len(ZONES)], int(starts[n])) for n in range(COMPARED)]
    each = (time.perf_counter() - begin) / COMPARED
    if theirs != [int(due[n % len(ZONES)][n]) for n in range(COMPARED)]:
        raise SystemExit("businesstimedelta gives other deadlines")
    yield Row(
        f"{DEADLINES:,} deadlines over {len(ZONES)} calendars",
        seconds(taken),
        f"businesstimedelta: {each * 1000:.2g} ms each ({COMPARED} run)",
        each * DEADLINES / taken.median,
        1000,
        at_least=True,
    )


def _deadline(zone: str, start: int) -> int:
    rules = businesstimedelta.WorkDayRule(
        start_time=datetime.min.time().replace(hour=9),
        end_time=datetime.min.time().replace(hour=17),
        working_days=[0, 1, 2, 3, 4],
        tz=pytz.timezone(zone),
    )
    budget = businesstimedelta.BusinessTimeDelta(rules, timedelta=timedelta(seconds=BUDGET))
    found: datetime = datetime.fromtimestamp(start, UTC) + budget
    return int(found.timestamp())
