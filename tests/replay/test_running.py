"""The clock of an open obligation just now: what is left, and whether it runs."""

from __future__ import annotations

import pytest

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.replay.running import STANDS, Owed, Running, running
from tests.operations.company import at, text_of
from tests.operations.desk import agreement
from tests.replay.scenario import facts_of

MEMBERS = """
2026-03-01 08:00 member bo
2026-03-01 08:00 member eve calendar=evening
2026-03-01 08:00 member cy
2026-03-24 09:00 absence cy ends_at=2026-03-25T00:00
"""
HOUR = 3_600
_RUNS, _STANDS = True, False


def agreed() -> Agreement:
    found = agreement()
    hours = {day: ["12:00-20:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    found["calendars"]["evening"] = {
        "meaning": "Late shift",
        "timezone": "Europe/Oslo",
        "hours": hours,
    }
    found["promises"]["hurry"] = {
        **found["promises"]["first-touch"],
        "name": "Hurry",
        "within": "24 hours",
        "pauses_while": None,
    }
    del found["promises"]["hurry"]["pauses_while"]
    loaded = load(text_of(found))
    assert loaded.agreement is not None, loaded.problems
    return loaded.agreement


def clock(now: int, due: int | None, owner: str = "bo", promise: str = "first-touch") -> Running:
    members = facts_of({"facts": MEMBERS}, agreed())
    (found,) = running(agreed(), members, [Owed(promise, "", owner, due)], now)
    return found


@pytest.mark.parametrize(
    ("now", "due", "owner", "expected"),
    [
        # it runs until closing time
        (at(23, "10:00"), at(23, "12:00"), "bo", Running(2 * HOUR, _RUNS, at(23, "17:00"))),
        # closed for the night: what is left does not shrink
        (at(23, "20:00"), at(24, "11:00"), "bo", Running(2 * HOUR, _STANDS, at(24, "09:00"))),
        # over the weekend
        (at(20, "16:00"), at(23, "10:00"), "", Running(2 * HOUR, _RUNS, at(20, "17:00"))),
        (at(21, "12:00"), at(23, "10:00"), "bo", Running(HOUR, _STANDS, at(23, "09:00"))),
        # at closing time and at opening time to the second
        (at(23, "17:00"), at(24, "10:00"), "bo", Running(HOUR, _STANDS, at(24, "09:00"))),
        (at(24, "09:00"), at(24, "10:00"), "bo", Running(HOUR, _RUNS, at(24, "17:00"))),
        # overdue, by working time
        (at(24, "10:00"), at(23, "16:00"), "bo", Running(-2 * HOUR, _RUNS, at(24, "17:00"))),
        # the owner's own calendar, and the owner's absence
        (at(23, "10:00"), at(23, "13:00"), "eve", Running(HOUR, _STANDS, at(23, "12:00"))),
        (at(24, "10:00"), at(25, "10:00"), "cy", Running(HOUR, _STANDS, at(25, "09:00"))),
    ],
)
def test_time_passes_only_while_the_owners_calendar_is_open(
    now: int, due: int, owner: str, expected: Running
) -> None:
    assert clock(now, due, owner) == expected


def test_elapsed_time_never_stands() -> None:
    now = at(21, "12:00")
    assert clock(now, now + 90, promise="hurry") == Running(90, _RUNS, None)


def test_a_paused_clock_stands() -> None:
    assert clock(at(23, "10:00"), None) == STANDS
    assert clock(at(23, "10:00"), at(23, "11:00"), promise="gone") == STANDS
